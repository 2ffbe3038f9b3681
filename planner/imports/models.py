"""Files that labs import, from the moment they are dropped to the drafts, and what was understood of their headings."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.web.rights import Scope


class ImportState(StrEnum):
    """Where an import stands: nothing is written to the programme before `APPLIED`."""

    MAPPING = "mapping"  # its headings are shown, to be confirmed
    QUEUED = "queued"  # the worker will read its rows
    READY = "ready"  # the dry run is there to be read
    APPLYING = "applying"  # confirmed: the worker will write its drafts
    APPLIED = "applied"
    FAILED = "failed"


class ProgrammeImport(Base):
    """One file dropped by a lab. Its content goes once it is applied, or a week later: it may hold names."""

    __tablename__ = "programme_import"
    __table_args__ = (
        CheckConstraint("done <= total", name="progress_in_order"),
        CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied_has_moment"),
        Index("ix_programme_import_waiting", "id", postgresql_where=text("state IN ('queued', 'applying')")),
        Index("ix_programme_import_organisation", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # its part of the address
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    file_name: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # number of the column in the file → field
    state: Mapped[ImportState] = mapped_column(stored(ImportState), default=ImportState.MAPPING)
    total: Mapped[int] = mapped_column(default=0)  # rows to read or write
    done: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, deferred=True)  # of the dry run, row by row
    refusal: Mapped[str] = mapped_column(default="")  # why it cannot go on
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    applied_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    edition: Mapped[Edition] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def scope(self) -> Scope:
        return self.organisation.scope


class ImportMapping(Base):
    """What an organisation has said of a set of headings, so that the next file with the same ones is understood."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "headings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    headings: Mapped[str]  # a short mark of the folded headings, in their order
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
