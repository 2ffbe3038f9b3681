"""What is answered when a request cannot be: a French page that says what to do next, or a few lines of JSON."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from planner.errors import RuleViolation
from planner.web.requests import shown_path

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds
_PROBES = frozenset({"/healthz", "/readyz"})
_LAST_RESORT = (
    '<!doctype html><html lang="fr"><title>Le service rencontre un problème</title>'
    "<main><h1>Le service rencontre un problème</h1><p>Réessayez dans quelques minutes.</p></main>"
)


def init_app(app: Flask) -> None:
    """Answer every refusal and every fault in the way of this page."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(CSRFError, _answer_stale_form)
    app.register_error_handler(RuleViolation, _answer_refusal)
    app.register_error_handler(OperationalError, _answer_unavailable)
    app.register_error_handler(PoolTimeout, _answer_unavailable)
    app.log_exception = _log_fault  # type: ignore[method-assign]  # Flask's own writes the whole address


def _answer_http(error: HTTPException) -> Response:
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name not in {"Content-Type", "Content-Length"}}
    said = error.description if error.description != type(error).description else None
    return _answer(code, said, headers)


def _answer_stale_form(_error: CSRFError) -> Response:
    return _answer(400, template="errors/stale_form.html")


def _answer_refusal(error: RuleViolation) -> Response:
    return _answer(422, error.message)


def _answer_unavailable(error: Exception) -> Response:
    logger.error("The database does not answer: %s", type(error).__name__, exc_info=error)
    return _answer(503, headers={"Retry-After": str(RETRY_AFTER)})


def _answer(
    code: int, said: str | None = None, headers: dict[str, str] | None = None, template: str = "errors/{}.html"
) -> Response:
    """The page of this code; `said` is a French sentence that replaces the page's own."""
    response = _problem(code, said) if _wants_json() else _page(code, said, template)
    response.status_code = code
    response.headers.extend(headers or {})
    return response


def _page(code: int, said: str | None, template: str) -> Response:
    if code >= 500:
        g.actor = None  # the header asks who is there: not of a database that may be what fails
    any_other = "errors/500.html" if code >= 500 else "errors/400.html"
    try:
        return make_response(render_template([template.format(code), any_other], code=code, said=said))
    except Exception:  # the layout itself may be what fails
        logger.exception("The page of the error %s cannot be drawn", code)
        return make_response(_LAST_RESORT)


def _problem(code: int, said: str | None) -> Response:
    """The answer as RFC 9457 has it."""
    problem = {"type": "about:blank", "title": HTTPStatus(code).phrase, "status": code, "request_id": g.request_id}
    response = jsonify({**problem, "detail": said} if said else problem)
    response.mimetype = "application/problem+json"
    return response


def _wants_json() -> bool:
    if request.path in _PROBES:
        return True
    liked = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return liked is not None and liked != "text/html"


def _log_fault(exc_info: Any) -> None:
    logger.error("Fault on %s %s", request.method, shown_path(), exc_info=exc_info)
