"""The database: the session, the base of the tables, and the one way to commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Enum, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, registry

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table: instants are aware, texts have no length of their own."""

    metadata = MetaData(naming_convention=_NAMES)
    registry = registry(
        metadata=metadata,
        type_annotation_map={datetime: DateTime(timezone=True), str: Text()},
    )


db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(db=db, directory="migrations", compare_type=True)

_AFTER_COMMIT = "planner.after_commit"


def stored(values: type[StrEnum], name: str = "") -> Enum:
    """A column of these values, kept as text with a CHECK: readable in psql, changed by a plain migration.

    `name` tells two columns of the same values in one table apart.
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        name=name or values.__name__.lower(),
        length=40,
        values_callable=lambda enum: [member.value for member in enum],
    )


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block changed, all of it or nothing; then run what `on_commit` was given."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.info.pop(_AFTER_COMMIT, None)
        db.session.rollback()
        raise
    for function in db.session.info.pop(_AFTER_COMMIT, []):
        function()


@contextmanager
def rehearsal() -> Iterator[None]:
    """Do what the block does and undo all of it: what would happen, for whoever wants to see it before."""
    try:
        yield
    finally:
        db.session.info.pop(_AFTER_COMMIT, None)
        db.session.rollback()


def on_commit(function: Callable[[], object]) -> None:
    """Run `function` once after the commit in progress, and never if it is rolled back."""
    waiting = db.session.info.setdefault(_AFTER_COMMIT, [])
    if function not in waiting:
        waiting.append(function)
