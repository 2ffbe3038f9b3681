"""Mails owed, and the marks the background processes leave of being alive."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from planner import clock
from planner.db import Base, stored


class MessageStatus(StrEnum):
    DUE = "due"
    SENT = "sent"
    SKIPPED = "skipped"  # no longer true when its moment came
    FAILED = "failed"  # refused for good, or for a day


class Message(Base):
    """A mail owed, written in the transaction of what it announces; its text is made when it leaves."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_moment"),
        Index("ix_message_due", "due_at", "id", postgresql_where=text("status = 'due'")),
        Index(
            "ix_message_event",
            "event_id",
            postgresql_where=text("event_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[int]  # the row it speaks of, in the table its kind knows
    key: Mapped[str] = mapped_column(unique=True)  # owed once, however often asked
    uuid: Mapped[UUID] = mapped_column(default=uuid4)  # left part of the Message-ID, the same at each attempt
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))  # when sent to several
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    recipient: Mapped[str | None]
    status: Mapped[MessageStatus] = mapped_column(stored(MessageStatus), default=MessageStatus.DUE)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    request_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    not_after: Mapped[datetime | None]  # skipped when it would leave later than this
    sent_at: Mapped[datetime | None]


class Heartbeat(Base):
    """The last moment a background process was seen at work."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
