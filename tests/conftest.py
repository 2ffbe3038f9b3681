"""Servers, database and clock of the tests: real PostgreSQL and Valkey, each test in a transaction that is undone."""

import contextlib
import contextvars
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask
import psycopg
import pytest
import sqlalchemy
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, select
from sqlalchemy.engine import Engine, make_url

from config import Config
from planner import clock, embedded, tokens
from planner.accounts.models import Person, SignIn
from planner.app import create_app
from planner.db import Base, db
from planner.mail.models import Message, MessageStatus
from planner.web.access import SESSION_KEY

TODAY = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)  # a Monday, three weeks before the edition of the factories


# ── Servers ──


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, for the embedded servers and for what the service writes."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def server_url(data_dir: Path) -> Iterator[str]:
    """A PostgreSQL where databases may be made: the one of DATABASE_URL, or the embedded one."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    with embedded.postgresql(data_dir, durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(server_url: str) -> Callable[[], contextlib.AbstractContextManager[str]]:
    """Makes an empty database for the length of a `with`, whose target is its address."""

    @contextlib.contextmanager
    def make() -> Iterator[str]:
        name = f"planner_test_{uuid4().hex[:12]}"
        address = make_url(server_url).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            yield address.set(database=name).render_as_string(hide_password=False)
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    return make


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], contextlib.AbstractContextManager[str]]) -> Iterator[str]:
    """The database of this run, made and dropped; its tables are made by the migrations."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(data_dir: Path) -> Iterator[str]:
    """A Redis or a Valkey: the one of REDIS_URL, or the embedded one."""
    if os.environ.get("REDIS_URL"):
        yield os.environ["REDIS_URL"]
        return
    with embedded.valkey(data_dir) as url:
        yield url


# ── Application ──


class Client(FlaskClient):
    """A visitor: each request has its own application context and session, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        send = super().open
        if not flask.has_app_context():  # a redirect that is followed: the same visit
            return send(*args, **kwargs)
        db.session.commit()  # what the test has made is there for the request
        try:
            return contextvars.Context().run(lambda: send(*args, **kwargs))
        finally:
            db.session.expire_all()  # and what the request changed is there for the test

    def sign_in(self, person: Person) -> "Client":
        """Have the browser signed in as this person."""
        opened = SignIn(person=person, link_key=tokens.new_key(), expires_at=clock.now().replace(year=2027))
        db.session.add(opened)
        db.session.commit()
        token = tokens.seal("sign_in", opened.link_key)
        with self.session_transaction() as session:
            session[SESSION_KEY] = token
        return self


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, data_dir: Path) -> dict[str, str]:
    """The environment of the service under test."""
    return {
        "ENVIRONMENT": "testing",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data_dir),
        "DSFR_DIST": str(Path(os.environ.get("DATA_DIR", "var")) / "dsfr/dsfr/static/dsfr/dist"),
        "BASE_URL": "https://agenda.example",
        "SECRET_KEY": "the secret of the tests, 32 characters or more",
        "MAIL_SENDER": "agenda@service.example",
        "MAIL_PORT": "9",  # the discard port: a test that sends says where
    }


@pytest.fixture(scope="session")
def app(settings: dict[str, str]) -> Iterator[Flask]:
    """The service, its database migrated."""
    app = create_app(Config.from_environment(settings))
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_security.py turns it on again
    app.test_client_class = Client
    with app.app_context():
        upgrade()
        engine = db.engine
    yield app
    engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application's context, in a transaction that is undone at the end."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection, connection.begin() as outer:
            db.engines[None] = connection  # type: ignore[assignment]  # every session joins this connection
            db.session.configure(join_transaction_mode="create_savepoint")
            try:
                yield app
            finally:
                db.session.remove()
                db.engines[None] = engine
                outer.rollback()


@pytest.fixture
def committed(app: Flask) -> Iterator[Flask]:
    """The application's context with real commits, for tests with threads or other processes; emptied at the end."""
    with app.app_context():
        yield app
        db.session.remove()
        tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        with db.engine.begin() as connection:
            connection.execute(sqlalchemy.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


@pytest.fixture
def client(context: Flask) -> Client:
    """A visitor who is not signed in."""
    client = context.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def new_client(context: Flask) -> Callable[[], Client]:
    """Another visitor, with another browser, at each call."""
    return context.test_client  # type: ignore[return-value]


# ── What tests look at ──


@pytest.fixture
def outbox(context: Flask) -> Callable[[], list[tuple[str, int]]]:
    """The mails due, as `(kind, subject_id)` in the order they were written."""

    def due() -> list[tuple[str, int]]:
        rows = select(Message.kind, Message.subject_id).where(Message.status == MessageStatus.DUE).order_by(Message.id)
        return [(kind, subject_id) for kind, subject_id in db.session.execute(rows)]

    return due


@pytest.fixture
def statements() -> Iterator[Callable[[], contextlib.AbstractContextManager[list[str]]]]:
    """What is asked of the database during a `with`, whose target is the list of the statements."""
    asked: list[list[str]] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if asked and not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked[-1].append(statement)

    @contextlib.contextmanager
    def count() -> Iterator[list[str]]:
        asked.append([])
        yield asked[-1]
        asked.pop()

    event.listen(Engine, "before_cursor_execute", note)
    yield count
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(autouse=True)
def time(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """The clock: `TODAY`, running in tests/domain and tests/web, moved by `time.move_to(…)`; the real one elsewhere."""
    if not {"domain", "web"} & set(request.path.parts):
        yield None
        return
    with time_machine.travel(TODAY, tick=True) as coordinates:
        yield coordinates


@pytest.fixture(autouse=True)
def no_lazy_load_in_templates(request: pytest.FixtureRequest) -> Iterator[None]:
    """A template gets loaded objects: one that makes the database speak while it renders fails its test."""
    if "app" not in request.fixturenames:
        yield
        return
    rendering: list[str] = []

    def begins(_app: Flask, template: Any, **_extra: Any) -> None:
        rendering.append(template.name)

    def ends(_app: Flask, **_extra: Any) -> None:
        rendering.pop()

    def refuse(state: Any) -> None:
        if rendering and (state.is_relationship_load or state.is_column_load):
            pytest.fail(f"{rendering[-1]} loads {state.bind_mapper} while it renders: load it in queries.py")

    flask.before_render_template.connect(begins)
    flask.template_rendered.connect(ends)
    event.listen(db.session, "do_orm_execute", refuse)
    yield
    event.remove(db.session, "do_orm_execute", refuse)
    flask.template_rendered.disconnect(ends)
    flask.before_render_template.disconnect(begins)
