"""The state of the outbox, as a whole."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from planner import clock
from planner.db import db
from planner.mail.models import Heartbeat, Message, MessageStatus


@dataclass(frozen=True)
class Figures:
    """How many mails are where."""

    due: int  # now, or being delivered
    planned: int  # for later
    postponed: int  # for later, after a passing failure
    failed: int
    sent_today: int  # in the last 24 hours
    oldest_due_at: datetime | None


def figures() -> Figures:
    now = clock.now()
    waits = Message.status == MessageStatus.DUE
    later = waits & (Message.due_at > now)
    rows = select(
        func.count().filter(waits & (Message.due_at <= now)),
        func.count().filter(later & (Message.attempts == 0)),
        func.count().filter(later & (Message.attempts > 0)),
        func.count().filter(Message.status == MessageStatus.FAILED),
        func.count().filter(Message.sent_at > now - timedelta(days=1)),
        func.min(Message.due_at).filter(waits & (Message.due_at <= now)),
    ).select_from(Message)
    return Figures(*db.session.execute(rows).one())


def oldest_due_at() -> datetime | None:
    """When the mail that waits for longest was due; None when nothing is due."""
    is_due = (Message.status == MessageStatus.DUE) & (Message.due_at <= clock.now())
    return db.session.scalar(select(func.min(Message.due_at)).where(is_due))


def last_beat(name: str) -> datetime | None:
    """When this background process was last seen at work; None when it never was."""
    return db.session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
