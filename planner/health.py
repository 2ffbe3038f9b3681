"""What machines ask: is this process alive (`/healthz`), and is all that the service stands on there (`/readyz`)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from planner import clock
from planner.db import db
from planner.mail import queries, wake
from planner.mail.services import BEAT
from planner.web.access import public

logger = logging.getLogger(__name__)

bp = Blueprint("health", __name__)

PATIENCE = "2s"  # for one statement
LATEST_MAIL = timedelta(minutes=10)
LATEST_BEAT = timedelta(minutes=3)


@bp.after_request
def never_kept(response: Response) -> Response:
    """An answer about now is not to be shown later."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    faults = {"broker": _broker()} | _on_database(
        {"migrations": _migrations, "messages": _messages, "beat": _beat},
    )
    checks = {
        name: {"status": "failed", "reason": fault} if fault else {"status": "ok"} for name, fault in faults.items()
    }
    is_ready = not any(faults.values())
    return jsonify(status="ok" if is_ready else "failed", checks=checks), 200 if is_ready else 503


def _on_database(checks: dict[str, Callable[[], str | None]]) -> dict[str, str | None]:
    """The fault that each check finds, or None; no check is made when the database does not answer."""
    try:
        db.session.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))
        return {"database": None, **{name: check() for name, check in checks.items()}}
    except SQLAlchemyError as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        return {"database": "does not answer", **dict.fromkeys(checks, "unknown: the database does not answer")}


def _broker() -> str | None:
    return None if wake.broker_answers() else "does not answer"


def _migrations() -> str | None:
    """A database ahead of this code is well: the next release migrates first, while this one still answers."""
    here = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    scripts = _scripts(str(current_app.extensions["migrate"].directory))
    known = {revision.revision for revision in scripts.walk_revisions()}
    if here == set(scripts.get_heads()) or here - known:
        return None
    return f"at {', '.join(sorted(here)) or 'nothing'}, not at {', '.join(scripts.get_heads())}"


@cache
def _scripts(directory: str) -> ScriptDirectory:
    return ScriptDirectory(directory)


def _messages() -> str | None:
    return _late("the oldest mail due has waited", queries.oldest_due_at(), LATEST_MAIL)


def _beat() -> str | None:
    last = queries.last_beat(BEAT)
    return _late("not seen", last, LATEST_BEAT) if last else "never seen"


def _late(words: str, since: datetime | None, longest: timedelta) -> str | None:
    age = clock.now() - since if since else timedelta()
    return f"{words} for {age.total_seconds():.0f} s" if age > longest else None
