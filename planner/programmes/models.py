"""Programmes, revisions of published events, and the journal and threads that go with an event."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events.models import Event, EventState
from planner.web.rights import Role, Scope


class Programme(Base):
    """What one organisation submits for one edition: an introduction and its events."""

    __tablename__ = "programme"
    __table_args__ = (UniqueConstraint("organisation_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    introduction: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organisation: Mapped[Organisation] = relationship()
    edition: Mapped[Edition] = relationship()


class CoOrganiserInvitation(Base):
    """An organisation is asked to run an event with its lab; once it says yes it is in `event_co_organiser`."""

    __tablename__ = "co_organiser_invitation"
    __table_args__ = (
        Index(
            "uq_co_organiser_invitation_pending",
            "event_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index("ix_co_organiser_invitation_organisation", "organisation_id"),
        CheckConstraint("(answered_at IS NULL) = (is_accepted IS NULL)", name="answered_has_answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]
    event: Mapped[Event] = relationship()
    organisation: Mapped[Organisation] = relationship()
    inviter: Mapped[Person | None] = relationship()

    @property
    def scope(self) -> Scope:
        """Whose the answer is: the organisation's that is asked."""
        return self.organisation.scope


class RevisionStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Revision(Base):
    """Edits of a published event waiting for a yes: the public page stays on the accepted content."""

    __tablename__ = "revision"
    __table_args__ = (
        Index(
            "uq_revision_pending",
            "event_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name="decided_has_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)  # field → wanted value
    base_version: Mapped[int]  # Event.version it was written over
    status: Mapped[RevisionStatus] = mapped_column(stored(RevisionStatus), default=RevisionStatus.PENDING)
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    event: Mapped[Event] = relationship()


class EventLog(Base):
    """One line of an event's journal: who, as what, from, to, difference, reason; a trigger keeps it for ever."""

    __tablename__ = "event_log"
    __table_args__ = (Index("ix_event_log_event", "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]  # no foreign key: the line outlives a deleted draft
    verb: Mapped[str]
    person_id: Mapped[int | None]  # None: the schedule
    role: Mapped[Role | None] = mapped_column(stored(Role))
    from_state: Mapped[EventState | None] = mapped_column(stored(EventState, "from_state"))
    to_state: Mapped[EventState | None] = mapped_column(stored(EventState, "to_state"))
    difference: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


class CommentKind(StrEnum):
    TO_AUTHOR = "to_author"
    INTERNAL = "internal"


class ChangeReason(StrEnum):
    """Why changes are asked for."""

    INCORRECT = "incorrect"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    OFF_CHARTER = "off_charter"


class Comment(Base):
    """A word in an event's thread: to its author, or an internal note of the reviewers; never both."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_event", "event_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    kind: Mapped[CommentKind] = mapped_column(stored(CommentKind))
    reason: Mapped[ChangeReason | None] = mapped_column(stored(ChangeReason))  # of a request for changes
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  # fields it points at
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person | None] = relationship()
