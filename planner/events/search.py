"""What is asked of the calendar, as conditions of SQL: the same for its pages, its feeds and the counts."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, column, exists, func, literal_column, select, table
from sqlalchemy.orm import InstrumentedAttribute

from planner.editions.models import Theme
from planner.events.models import (
    Event,
    EventFormat,
    EventMode,
    EventSession,
    EventState,
    EventStatus,
    RegistrationKind,
    SessionStatus,
)
from planner.text import fold

# The seats belong to the registrations, a floor above: their rows are counted through this description of the table,
# without importing upwards. A column renamed there fails the tests of this page.
SEAT = table("seat", column("event_session_id"), column("mode"), column("status"))
TAKEN = ("held", "confirmed", "offered", "present", "absent")  # what holds a place of the room

FRENCH: ColumnElement[str] = literal_column(
    "'french'"
)  # literal, as in the index: PostgreSQL would not see a parameter as the same


@dataclass(frozen=True)
class CalendarSearch:
    """What is looked for in the calendar; what is empty is not asked. Days are those of the place."""

    text: str = ""
    region_code: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    format: EventFormat | None = None
    mode: EventMode | None = None
    theme: str | None = None  # slug
    organisation: str | None = None  # slug
    has_places: bool = False

    def asks_the_past(self, today: date) -> bool:
        """Do its dates ask for days that are over? Otherwise only what is still to come is of use."""
        return self.first_day is not None or (self.last_day is not None and self.last_day < today)


def is_public() -> ColumnElement[bool]:
    """What stands in the calendar: published, cancelled ones included."""
    return Event.state == EventState.PUBLISHED


def conditions(search: CalendarSearch, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of the search on the sessions joined to their events."""
    return [
        is_public(),
        EventSession.starts_at.is_not(None),
        *_when(search),
        *_what(search),
        *([_has_room(now)] if search.has_places else []),
    ]


def _when(search: CalendarSearch) -> list[ColumnElement[bool]]:
    wanted = []
    if search.first_day:
        wanted.append(func.coalesce(EventSession.end_day, EventSession.day) >= search.first_day)
    if search.last_day:
        wanted.append(EventSession.day <= search.last_day)
    return wanted


def _what(search: CalendarSearch) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.text:
        query = func.websearch_to_tsquery(FRENCH, fold(search.text))
        wanted.append(func.to_tsvector(FRENCH, Event.search_text).op("@@")(query))
    if search.region_code:
        wanted.append(Event.region_code == search.region_code)
    if search.format:
        wanted.append(Event.format == search.format)
    if search.mode:
        wanted.append(Event.mode.in_({search.mode, EventMode.HYBRID}))  # one may come either way
    if search.theme:
        wanted.append(Event.themes.any(Theme.slug == search.theme))
    if search.organisation:
        wanted.append(
            Event.organisation.has(slug=search.organisation) | Event.co_organisers.any(slug=search.organisation)
        )
    return wanted


def _has_room(now: datetime) -> ColumnElement[bool]:
    """One may still come: what has begun, is cancelled, closed, or full in every way to attend is left out."""
    is_here = Event.registration_kind == RegistrationKind.HERE
    room = _room_in(EventMode.ONSITE, EventSession.places_onsite) | _room_in(
        EventMode.ONLINE, EventSession.places_online
    )
    return (
        Event.status.not_in({EventStatus.CANCELLED, EventStatus.POSTPONED})
        & (EventSession.status == SessionStatus.SCHEDULED)
        & (EventSession.starts_at > now)
        & func.coalesce(Event.registration_closes_at > now, literal_column("true"))
        & (~is_here | room)
    )


def _room_in(mode: EventMode, capacity: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    seats = (SEAT.c.event_session_id == EventSession.id, SEAT.c.mode == mode.value)
    taken = select(func.count()).select_from(SEAT).where(*seats, SEAT.c.status.in_(TAKEN))
    waiting = select(SEAT.c.event_session_id).where(*seats, SEAT.c.status == "waiting")
    has_room = capacity.is_(None) | (
        (taken.correlate(EventSession).scalar_subquery() < capacity) & ~exists(waiting.correlate(EventSession))
    )
    return Event.mode.in_({mode, EventMode.HYBRID}) & has_room
