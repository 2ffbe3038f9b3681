"""What is known of a request afterwards: its id, in the answer and in every line of the log, and one line for itself.

Nothing that names a person or opens a door is written: addresses that hold a token are told by their rule, and
whatever looks like an e-mail address or a token is masked in any line, tracebacks included.
"""

import logging
import re
from time import perf_counter
from urllib.parse import quote
from uuid import uuid4

from flask import Flask, Response, g, request
from flask.logging import wsgi_errors_stream
from pythonjsonlogger.json import JsonFormatter

from planner.request_id import NONE, request_id_var

logger = logging.getLogger(__name__)

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SECRET_ARGUMENTS = frozenset({"key", "token"})
_PROBES = frozenset({"/healthz", "/readyz"})
_PRIVATE = re.compile(
    r"""[^\s"'<>()=,;:@]+@[^\s"'<>()=,;:@]+"""  # an e-mail address
    r"|[A-Za-z0-9_-]{60,}"  # a sealed token: see planner/tokens.py
)


def init_app(app: Flask) -> None:
    """Number each request, tell it in the log, and send the log to the error stream."""
    configure_logging(is_json=app.config["LOG_JSON"])
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_forget)
    app.jinja_env.globals["request_id"] = request_id_var.get


def configure_logging(*, is_json: bool) -> None:
    """Send our log, and the warnings of the libraries, to the error stream; a second call changes only the form."""
    root = logging.getLogger()
    handler = next((known for known in root.handlers if isinstance(known, _Handler)), None)
    if handler is None:
        handler = _Handler(wsgi_errors_stream)
        root.addHandler(handler)
    handler.setFormatter(_Discreet(is_json=is_json))
    for name in ("planner", "worker"):
        logging.getLogger(name).setLevel(logging.INFO)


def shown_path() -> str:
    """The address asked for, as it may be written in a log."""
    rule = request.url_rule
    if rule is None:
        first, _, rest = request.path.lstrip("/").partition("/")
        return quote(f"/{first}") + ("/…" if rest else "")
    return rule.rule if _SECRET_ARGUMENTS & rule.arguments else quote(request.path)


def _begin() -> None:
    g.started_at = perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SAFE_ID.fullmatch(given) else uuid4().hex
    request_id_var.set(g.request_id)


def _tell(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    facts = {
        "method": request.method,
        "path": shown_path(),
        "status": response.status_code,
        "ms": round((perf_counter() - g.started_at) * 1000),
    }
    level = logging.DEBUG if request.path in _PROBES and response.status_code == 200 else logging.INFO
    logger.log(level, "%(method)s %(path)s %(status)s %(ms)s ms", facts, extra=facts)
    return response


def _forget(_error: BaseException | None) -> None:
    request_id_var.set(NONE)


class _Handler(logging.StreamHandler):  # type: ignore[type-arg]  # the stream is Flask's own proxy
    """Our handler, known from others; each record gets the id of the request or task it was written in."""

    def emit(self, record: logging.LogRecord) -> None:
        record.request_id = request_id_var.get()
        super().emit(record)


class _Discreet(logging.Formatter):
    """A line of JSON or of text, without addresses nor tokens."""

    def __init__(self, *, is_json: bool) -> None:
        super().__init__()
        self._inner = (
            JsonFormatter(
                "%(levelname)s %(name)s %(message)s %(request_id)s",
                rename_fields={"levelname": "level", "name": "logger"},
                timestamp="at",
                json_ensure_ascii=False,
            )
            if is_json
            else logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")
        )

    def format(self, record: logging.LogRecord) -> str:
        return _PRIVATE.sub("…", self._inner.format(record))
