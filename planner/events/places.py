"""Places left and the way in: what the public pages say of a session and of an event. No database, no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from planner.events.models import (
    Attendance,
    Event,
    EventMode,
    EventSession,
    EventStatus,
    RegistrationKind,
    SessionStatus,
)


@dataclass(frozen=True)
class Places:
    """The places of a session in one mode. `capacity` None: as many as come."""

    capacity: int | None
    taken: int = 0
    waiting: int = 0

    @property
    def left(self) -> int | None:
        """How many may still be taken; none while somebody waits, whose turn comes first. None: no limit."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(self.capacity - self.taken, 0)

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_frozen(self) -> bool:
        """Do more people have a place than there are? Then nobody is dropped, and no place is offered."""
        return self.capacity is not None and self.taken > self.capacity


type_of_places = Mapping[tuple[int, EventMode], Places]  # by id of the session and way to attend


class Door(StrEnum):
    """What the page of an event offers to whoever wants to come."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    FULL = "full"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    EXTERNAL = "external"
    FREE_ENTRY = "free_entry"
    BY_MAIL = "by_mail"


def ways(mode: EventMode | None) -> tuple[EventMode, ...]:
    """The ways to attend, whose places are counted apart; none while the mode of a draft is not chosen."""
    if mode is EventMode.HYBRID:
        return (EventMode.ONSITE, EventMode.ONLINE)
    return (mode,) if mode else ()


_BY_STATUS = {EventStatus.CANCELLED: Door.CANCELLED, EventStatus.POSTPONED: Door.POSTPONED}
_BY_KIND = {
    RegistrationKind.EXTERNAL: Door.EXTERNAL,
    RegistrationKind.FREE_ENTRY: Door.FREE_ENTRY,
    RegistrationKind.BY_MAIL: Door.BY_MAIL,
}


def door(event: Event, places: type_of_places, now: datetime) -> Door:
    """The way in at this moment: where and whether one can still register."""
    if event.status in _BY_STATUS:
        return _BY_STATUS[event.status]
    coming = [session for session in event.sessions if _takes_people(event, session, now)]
    if not coming:
        return Door.OVER
    return _shut(event, now) or _BY_KIND.get(event.registration_kind) or _door_here(event, coming, places)


def is_session_full(event: Event, session: EventSession, places: type_of_places) -> bool:
    """Is there no place left, in any of the ways to attend?"""
    counted = [places[session.id, mode] for mode in ways(event.mode) if (session.id, mode) in places]
    return bool(counted) and all(each.is_full for each in counted)


def _shut(event: Event, now: datetime) -> Door | None:
    """Outside the window of the registrations; where one simply walks in there is none."""
    if event.registration_kind is RegistrationKind.FREE_ENTRY:
        return None
    if event.registration_opens_at and now < event.registration_opens_at:
        return Door.NOT_OPEN_YET
    if event.registration_closes_at and now >= event.registration_closes_at:
        return Door.CLOSED
    return None


def _door_here(event: Event, coming: list[EventSession], places: type_of_places) -> Door:
    full = [is_session_full(event, session, places) for session in coming]
    if not (any(full) if event.attendance is Attendance.ALL_SESSIONS else all(full)):
        return Door.OPEN
    return Door.WAITING_LIST if event.has_waiting_list else Door.FULL


def _takes_people(event: Event, session: EventSession, now: datetime) -> bool:
    """One registers before the start; where one simply walks in, until the end."""
    if session.status is SessionStatus.CANCELLED or session.starts_at is None or session.ends_at is None:
        return False
    return now < (session.ends_at if event.registration_kind is RegistrationKind.FREE_ENTRY else session.starts_at)
