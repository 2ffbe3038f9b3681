"""What machines ask: is the process alive, and can the service do its work."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from config import Config
from planner import clock
from planner.app import create_app
from planner.db import db
from planner.mail import wake
from planner.mail.models import MessageStatus
from planner.mail.services import BEAT, mark_alive
from tests.factories import MessageFactory

CHECKS = ("broker", "database", "migrations", "messages", "beat")
CLOSED = "127.0.0.1:9"


@pytest.fixture
def at(context: Flask, time: time_machine.Traveller) -> Any:
    """The moment of the test, at which the clock stops and beat was just seen."""
    now = clock.now()
    time.move_to(now, tick=False)
    mark_alive(BEAT)
    return now


def faults(client: FlaskClient) -> dict[str, str]:
    """The checks that fail, with their reasons, once the whole answer is found coherent."""
    answer = client.get("/readyz")
    report = answer.get_json()
    failed = {name: check["reason"] for name, check in report["checks"].items() if check["status"] == "failed"}
    assert sorted(report["checks"]) == sorted(CHECKS)
    assert (answer.status_code, report["status"]) == ((503, "failed") if failed else (200, "ok"))
    assert answer.headers["Cache-Control"] == "no-store"
    return failed


def test_the_process_is_alive_and_asks_nobody(
    client: FlaskClient, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with statements() as asked:
        answer = client.get("/healthz")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert asked == []


def test_everything_is_ready(client: FlaskClient, at: Any) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "checks": {name: {"status": "ok"} for name in CHECKS}}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(minutes=10), {}),
        (timedelta(minutes=10, seconds=1), {"messages": "the oldest mail due has waited for 601 s"}),
    ],
)
def test_a_mail_that_waits(client: FlaskClient, at: Any, late: timedelta, expected: dict[str, str]) -> None:
    MessageFactory(due_at=at - late)
    MessageFactory(due_at=at - timedelta(days=1), status=MessageStatus.SKIPPED)
    MessageFactory(due_at=at + timedelta(days=1))

    assert faults(client) == expected


@pytest.mark.parametrize(
    ("silence", "expected"),
    [(timedelta(minutes=3), {}), (timedelta(minutes=3, seconds=1), {"beat": "not seen for 181 s"})],
)
def test_a_silent_beat(
    client: FlaskClient, at: Any, time: time_machine.Traveller, silence: timedelta, expected: dict[str, str]
) -> None:
    time.move_to(at + silence, tick=False)

    assert faults(client) == expected


def test_a_beat_never_seen(client: FlaskClient) -> None:
    assert faults(client) == {"beat": "never seen"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE alembic_version SET version_num = '0004'", "at 0004, not at "),
        ("DELETE FROM alembic_version", "at nothing, not at "),
    ],
)
def test_a_database_behind(client: FlaskClient, at: Any, change: str, expected: str) -> None:
    db.session.execute(text(change))

    assert list(faults(client)) == ["migrations"]
    assert faults(client)["migrations"].startswith(expected)


def test_a_database_ahead_serves_the_release_that_leaves(client: FlaskClient, at: Any) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = 'of the next release'"))

    assert faults(client) == {}


def test_no_broker(client: FlaskClient, at: Any, context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(context.config, "CELERY_BROKER_URL", f"redis://{CLOSED}/0")
    monkeypatch.delitem(context.extensions, wake._SENDER, raising=False)

    assert faults(client) == {"broker": "does not answer"}

    del context.extensions[wake._SENDER]


@pytest.fixture
def lost(settings: dict[str, str]) -> FlaskClient:
    """A service whose database and broker are away."""
    away = {"DATABASE_URL": f"postgresql://somebody:secret@{CLOSED}/planner", "REDIS_URL": f"redis://{CLOSED}/0"}
    return create_app(Config.from_environment(settings | away)).test_client()


def test_no_database(lost: FlaskClient) -> None:
    unknown = "unknown: the database does not answer"

    assert faults(lost) == {
        "broker": "does not answer",
        "database": "does not answer",
        "migrations": unknown,
        "messages": unknown,
        "beat": unknown,
    }


def test_a_process_without_database_is_alive(lost: FlaskClient) -> None:
    assert lost.get("/healthz").status_code == 200


def test_the_report_names_no_server(lost: FlaskClient) -> None:
    report = json.dumps(lost.get("/readyz").get_json())

    assert "127.0.0.1" not in report
    assert "secret" not in report
