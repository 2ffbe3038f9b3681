"""Who comes: people known by their role only, registered at every address under example.org."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice, product

from planner import clock, tokens
from planner.db import db
from planner.demonstration import cast
from planner.demonstration.facts import typeset
from planner.events.models import Attendance, Audience, Event, EventSession, EventState, EventStatus, RegistrationKind
from planner.registrations import rules
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus
from planner.text import slugify

_BETWEEN_TWO = timedelta(hours=6)  # from one registration to the next
_TO_PROVE = timedelta(minutes=4)  # from a registration to the proof of its address

_AUDIENCES = {
    "préfecture": Audience.STATE_AGENTS,
    "ministère": Audience.STATE_AGENTS,
    "direction interrégionale": Audience.STATE_AGENTS,
    "centre hospitalier": Audience.HOSPITAL_AGENTS,
}


def load(events: dict[str, Event]) -> list[Registration]:
    """Fill each event where one registers here, the lab's most; one is full, with people waiting."""
    made: list[Registration] = []
    for number, (key, event) in enumerate(events.items()):
        if _takes_registrations(event):
            made += _register(event, cast.CROWDS.get(key, number % 7), first=number)
    db.session.add_all(made)
    return made


def _takes_registrations(event: Event) -> bool:
    return (
        event.state is EventState.PUBLISHED
        and event.status is EventStatus.SCHEDULED
        and event.registration_kind is RegistrationKind.HERE
    )


def _register(event: Event, count: int, first: int) -> Iterator[Registration]:
    """So many people, one after the other, the last one a little before now or before the event."""
    taken: dict[tuple[EventSession, SeatMode], int] = {}
    starts = [session.starts_at for session in event.sessions if session.starts_at]
    latest = min(clock.now(), *starts)
    for number, (role, workplace) in enumerate(_people(first, count)):
        registered_at = latest - _BETWEEN_TWO * (count - number)
        registration = Registration(
            event=event,
            link_key=tokens.new_key(),
            email=f"{slugify(role)}.{slugify(workplace)}@example.org",
            full_name=f"{role}, {workplace}",
            organisation_name=typeset(f"{workplace.capitalize()} (exemple)"),
            audience=_AUDIENCES.get(workplace, Audience.TERRITORIAL_AGENTS),
            created_at=registered_at,
            proven_at=registered_at + _TO_PROVE,
        )
        modes = rules.modes(event)
        mode = modes[number % len(modes)]
        for session in _sessions(event, number):
            place = (session, mode)
            has_room = rules.has_room(rules.capacity(session, mode), taken.get(place, 0))
            taken[place] = taken.get(place, 0) + has_room
            registration.seats.append(
                Seat(
                    event_session=session,
                    mode=mode,
                    status=SeatStatus.CONFIRMED if has_room else SeatStatus.WAITING,
                    queued_at=registered_at,
                    confirmed_at=registration.proven_at if has_room else None,
                )
            )
        yield registration


def _people(first: int, count: int) -> Iterator[tuple[str, str]]:
    """So many roles and workplaces, all different, from another one for each event."""
    everybody = list(product(cast.ROLES, cast.WORKPLACES))
    start = first * 5 % len(everybody)
    return islice(iter(everybody[start:] + everybody[:start]), count)


def _sessions(event: Event, number: int) -> list[EventSession]:
    """The sessions that this person comes to: all of them, or one in turn."""
    if event.attendance is Attendance.ONE_SESSION:
        return [event.sessions[number % len(event.sessions)]]
    if event.attendance is Attendance.PICK_SESSIONS and number % 2:
        return event.sessions[:1]
    return event.sessions
