"""Reads of the calendar, each with its number of statements: the list by day, a page, places left, what is coming."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from flask import abort
from sqlalchemy import Boolean, Row, Select, column, func, select, table
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from planner import clock, dates
from planner.db import db
from planner.directory.models import Organisation, Region
from planner.editions.models import Theme
from planner.events.models import Event, EventMode, EventSession, EventState, SessionStatus
from planner.events.places import Places, ways
from planner.events.search import SEAT, TAKEN, CalendarSearch, conditions, is_public

PER_PAGE = 30
SERVED = frozenset({EventState.PUBLISHED, EventState.ARCHIVED})

# The documents belong to a floor above: read, as the seats are, through a description of their table.
_DOCUMENT = table(
    "resource",
    *(column(name) for name in ("id", "event_id", "kind", "title", "url", "licence")),
    column("is_public", Boolean),
)

# What `templates/events/_event.html` shows of an event; six statements whatever it holds.
WHOLE_EVENT: tuple[ExecutableOption, ...] = (
    joinedload(Event.organisation),
    joinedload(Event.edition),
    joinedload(Event.region),
    joinedload(Event.department),
    selectinload(Event.co_organisers),
    selectinload(Event.themes),
    selectinload(Event.sessions).options(joinedload(EventSession.room), joinedload(EventSession.track)),
    selectinload(Event.speakers),
    joinedload(Event.image),
)


@dataclass(frozen=True)
class CalendarPage:
    """One page of the list, with what the whole search found."""

    sessions: Sequence[EventSession]
    session_count: int
    event_count: int
    page: int
    pages: int


def calendar(search: CalendarSearch, page: int) -> CalendarPage:
    """The sessions that answer the search, by day and hour; those that are over only when asked for. Two statements.

    An event with several dates stands on each of its days. A page past the last one gives the last one.
    """
    found = _sessions(search)
    counts = found.with_only_columns(func.count(EventSession.id), func.count(Event.id.distinct()))
    session_count, event_count = db.session.execute(counts.order_by(None)).one()
    pages = max(ceil(session_count / PER_PAGE), 1)
    page = min(page, pages)
    rows = found.options(*_LINE).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return CalendarPage(db.session.scalars(rows).all(), session_count, event_count, page, pages)


def coming(search: CalendarSearch, limit: int) -> Sequence[EventSession]:
    """The first sessions that answer the search and are not over, ready to be drawn as lines; one statement."""
    return db.session.scalars(_sessions(search).options(*_LINE).limit(limit)).all()


def coming_of(organisation_id: int, limit: int = 20) -> Sequence[EventSession]:
    """The coming sessions of the events that this organisation runs, alone or with others; one statement."""
    its_own = (Event.organisation_id == organisation_id) | Event.co_organisers.any(Organisation.id == organisation_id)
    return db.session.scalars(_sessions(CalendarSearch()).where(its_own).options(*_LINE).limit(limit)).all()


def event_count(edition_id: int) -> int:
    """How many events of the edition are in the calendar; one statement."""
    rows = select(func.count()).where(is_public(), Event.edition_id == edition_id)
    return db.session.scalar(rows) or 0


def served_event(slug: str) -> Event:
    """The event whose page anybody may read: published, or kept for the record; six statements.

    404 for what has never been published, 410 for what no longer is.
    """
    event = db.session.scalar(select(Event).where(Event.slug == slug).options(*WHOLE_EVENT))
    if event is None:
        abort(404)
    if event.state not in SERVED:
        abort(410 if event.published_at else 404)
    return event


def whole_event(event_id: int) -> Event | None:
    """The event with all that its page shows, for a preview; six statements."""
    return db.session.scalar(select(Event).where(Event.id == event_id).options(*WHOLE_EVENT))


def places(session_ids: Iterable[int]) -> dict[tuple[int, EventMode], Places]:
    """The places of each session in each mode it offers, counted now; one statement, none for no session."""
    ids = set(session_ids)
    if not ids:
        return {}
    counts = [
        func.count().filter(SEAT.c.mode == mode.value, wanted)
        for mode in ways(EventMode.HYBRID)
        for wanted in (SEAT.c.status.in_(TAKEN), SEAT.c.status == "waiting")
    ]
    rows = (
        select(EventSession.id, Event.mode, EventSession.places_onsite, EventSession.places_online, *counts)
        .join(EventSession.event)
        .outerjoin(SEAT, SEAT.c.event_session_id == EventSession.id)
        .where(EventSession.id.in_(ids))
        .group_by(EventSession.id, Event.id)
    )
    counted = {}
    for session_id, mode, onsite, online, *numbers in db.session.execute(rows):
        both = {EventMode.ONSITE: Places(onsite, *numbers[:2]), EventMode.ONLINE: Places(online, *numbers[2:])}
        counted.update({(session_id, way): both[way] for way in ways(mode)})
    return counted


def documents(event: Event) -> Sequence[Row[str, str, str, str]]:
    """What anybody may read or watch of the event: kind, title, url, licence; none before it begins. One statement."""
    now = clock.now()
    if not any(session.starts_at and session.starts_at <= now for session in event.sessions):
        return []
    public = _DOCUMENT.c.event_id == event.id, _DOCUMENT.c.is_public
    shown = (_DOCUMENT.c.kind, _DOCUMENT.c.title, _DOCUMENT.c.url, _DOCUMENT.c.licence)
    return db.session.execute(select(*shown).where(*public).order_by(_DOCUMENT.c.id)).all()


def same_theme(event: Event, limit: int = 3) -> Sequence[EventSession]:
    """The next session of other events on its themes, run by somebody else; one statement, none without theme."""
    if not event.themes:
        return []
    theme_ids = [theme.id for theme in event.themes]
    first_sessions = (
        select(EventSession.id)
        .join(EventSession.event)
        .where(
            is_public(),
            EventSession.status == SessionStatus.SCHEDULED,
            EventSession.starts_at > clock.now(),
            Event.organisation_id != event.organisation_id,
            Event.themes.any(Theme.id.in_(theme_ids)),
        )
        .ext(distinct_on(Event.id))
        .order_by(Event.id, EventSession.starts_at)
    )
    chosen = (
        select(EventSession)
        .join(EventSession.event)
        .where(EventSession.id.in_(first_sessions))
        .order_by(EventSession.starts_at, EventSession.id)
    )
    return db.session.scalars(chosen.options(*_LINE).limit(limit)).all()


def organisation_name(slug: str) -> str:
    """The name of the organisation at this address, empty when there is none; one statement."""
    return db.session.scalar(select(Organisation.name).where(Organisation.slug == slug)) or ""


def regions() -> Sequence[Region]:
    """The regions and overseas collectivities, by name; one statement."""
    return db.session.scalars(select(Region).order_by(Region.slug)).all()


_LINE = (
    contains_eager(EventSession.event).options(joinedload(Event.organisation), joinedload(Event.region)),
)  # what a line of the calendar shows


def _sessions(search: CalendarSearch) -> Select[EventSession]:
    now = clock.now()
    found = select(EventSession).join(EventSession.event).where(*conditions(search, now))
    if not search.asks_the_past(dates.local(now).date()):
        found = found.where(EventSession.ends_at > now)
    return found.order_by(EventSession.day, EventSession.starts_at, EventSession.id)
