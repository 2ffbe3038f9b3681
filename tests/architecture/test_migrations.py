"""Migrations: numbered, one head, up and down on a real database, and in step with the models."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, text

from config import Config
from planner.app import create_app
from planner.db import Base, db

VERSIONS = Path(__file__).parents[2] / "migrations/versions"


@pytest.fixture
def empty(settings: dict[str, str], new_database) -> Iterator[Flask]:
    """The service over a database where nothing was migrated yet."""
    with new_database() as url:
        service = create_app(Config.from_environment(settings | {"DATABASE_URL": url}))
        with service.app_context():
            yield service
            db.engine.dispose()


def tables() -> set[str]:
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name for (name,) in rows}


def differences() -> list[object]:
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_migrations_are_numbered_and_have_one_head() -> None:
    files = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [name for name in files if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name)] == []
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    script = ScriptDirectory(str(VERSIONS.parent))
    assert script.get_heads() == [files[-1][:4]]


def test_migrations_go_up_down_and_up_again(empty: Flask) -> None:
    upgrade()
    assert differences() == []
    assert tables() == {table.name for table in Base.metadata.tables.values()} | {"alembic_version"}
    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    with db.engine.connect() as connection:
        left = "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
        assert connection.execute(text(left)).all() == []
    upgrade()
    assert differences() == []


def test_the_journal_is_never_edited(empty: Flask) -> None:
    upgrade()
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO event_log (event_id, verb, difference, reason, at) VALUES (1,'x','{}','',now())")
        )
    for change in ("UPDATE event_log SET reason = 'y'", "DELETE FROM event_log"):
        with pytest.raises(Exception, match="never edited nor deleted"), engine.begin() as connection:
            connection.execute(text(change))
    engine.dispose()
