"""Reads of the feeds: what they hold, and when it last changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from planner import clock
from planner.db import db
from planner.events.models import Event, EventSession
from planner.events.search import CalendarSearch, conditions


def versions(search: CalendarSearch) -> list[tuple[int, datetime, datetime]]:
    """Each session that answers the search, with its last change and its event's; one statement, without the texts."""
    rows = select(EventSession.id, EventSession.updated_at, Event.updated_at).join(EventSession.event)
    rows = rows.where(*conditions(search, clock.now())).order_by(EventSession.id)
    return [(session_id, session_at, event_at) for session_id, session_at, event_at in db.session.execute(rows)]


def last_change() -> datetime | None:
    """When the calendar last changed: what has left it counts too, or a feed would keep it; one statement."""
    changes = select(func.greatest(func.max(Event.updated_at), func.max(EventSession.updated_at)))
    ever_published = changes.select_from(Event).outerjoin(Event.sessions).where(Event.published_at.is_not(None))
    return db.session.scalar(ever_published)


def sessions(search: CalendarSearch) -> Sequence[EventSession]:
    """The sessions that answer the search, past ones too, with what an entry says of them; one statement.

    An entry that left a feed because its day has passed would leave the calendars that follow it.
    """
    found = (
        select(EventSession)
        .join(EventSession.event)
        .where(*conditions(search, clock.now()))
        .options(contains_eager(EventSession.event).options(joinedload(Event.organisation)))
        .order_by(EventSession.starts_at, EventSession.id)
    )
    return db.session.scalars(found).all()
