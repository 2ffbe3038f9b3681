"""Registrations, their seats, and the reminders owed before a session."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.db import Base, stored
from planner.events.models import Audience, Event, EventSession


class SeatMode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"


class SeatStatus(StrEnum):
    HELD = "held"  # until the address is proven, then until the organiser agrees where that is asked for
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PRESENT = "present"
    ABSENT = "absent"


class Registration(Base):
    """One person at one event. It lives until `ended_at`; one live registration per address and event."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normalised"),
        Index(
            "uq_registration_live",
            "event_id",
            "email",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_registration_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    link_key: Mapped[str] = mapped_column(unique=True)  # of the mailed link; a new one when the address changes
    email: Mapped[str]
    full_name: Mapped[str]
    organisation_name: Mapped[str] = mapped_column(default="")
    audience: Mapped[Audience | None] = mapped_column(stored(Audience))
    access_needs: Mapped[str] = mapped_column(default="")  # for the organiser's eyes, erased the day after
    answers: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'"), default=dict
    )  # id of the question → the words that asked it and the value, which outlive the question
    approved_at: Mapped[datetime | None]  # by the organiser, when the event asks for it
    refusal: Mapped[str] = mapped_column(server_default=text("''"), default="")  # why the organiser said no
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    proven_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    seats: Mapped[list["Seat"]] = relationship(back_populates="registration", order_by="Seat.id")


class Seat(Base):
    """One registration's place, or place in the queue, in one session.

    `uid` and `sequence` are those of its calendar entry: the uid for ever, the sequence added to the session's own.
    """

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("registration_id", "event_session_id"),
        CheckConstraint(
            "(status IN ('held', 'offered')) = (expires_at IS NOT NULL)",
            name="promise_has_end",
        ),
        Index(
            "ix_seat_taken",
            "event_session_id",
            "mode",
            postgresql_where=text("status IN ('held', 'confirmed', 'offered', 'present', 'absent')"),
        ),
        Index(
            "ix_seat_queue",
            "event_session_id",
            "mode",
            "queued_at",
            "id",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_seat_expiring",
            "expires_at",
            postgresql_where=text("status IN ('held', 'offered')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    event_session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id"))
    mode: Mapped[SeatMode] = mapped_column(stored(SeatMode))
    status: Mapped[SeatStatus] = mapped_column(stored(SeatStatus))
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]  # of a held or offered seat
    confirmed_at: Mapped[datetime | None]
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    sequence: Mapped[int] = mapped_column(default=0)
    registration: Mapped[Registration] = relationship(back_populates="seats")
    event_session: Mapped[EventSession] = relationship()


class ReminderKind(StrEnum):
    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"  # online only


class Reminder(Base):
    """A mail owed to a session's registrants at a moment relative to it, which follows the session when it moves."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("event_session_id", "kind"),
        CheckConstraint("due_at < not_after", name="moment_in_order"),
        Index("ix_reminder_due", "due_at", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"))
    kind: Mapped[ReminderKind] = mapped_column(stored(ReminderKind))
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    done_at: Mapped[datetime | None]
    event_session: Mapped[EventSession] = relationship()
