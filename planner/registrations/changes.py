"""What the changes of an event do to its seats: a date that is cancelled or added, another way to attend.

Nobody is ever dropped because there are fewer places. Whoever calls holds the sessions, by `seats.lock`.
"""

from collections.abc import Iterable

from planner import clock
from planner.db import db
from planner.events.models import Event, EventMode, EventSession
from planner.mail import outbox
from planner.registrations import queries, rules, seats
from planner.registrations.models import Seat, SeatMode, SeatStatus


def cancel_sessions(sessions: Iterable[EventSession], kind: str) -> None:
    """Every seat of these dates ends and its owner is owed the mail `kind`; a registration with nothing left ends.

    The seats stay, cancelled: they are what takes the date out of calendars.
    """
    for seat in queries.living(session.id for session in sessions):
        seats.cancel(seat)
        outbox.enqueue(kind, seat.id, event_id=seat.registration.event_id)
        if not any(other.status in rules.LIVE for other in seat.registration.seats):
            seat.registration.ended_at = clock.now()
    db.session.flush()


def join_added_sessions(event: Event, added: Iterable[EventSession]) -> None:
    """Who follows every date of the event has a seat in those that are added, in order of registration."""
    sessions = list(added)
    for registration in queries.live_registrations(event.id) if sessions else ():
        living = [seat for seat in registration.seats if seat.status in rules.LIVE]
        if not living:
            continue
        for session in sessions:
            if not event.has_waiting_list and not seats.has_room(session, living[0].mode):
                continue  # the lab wants no queue, and the date is full: the others are followed without it
            is_proven = registration.proven_at is not None
            seat = seats.place(registration, session, living[0].mode, is_proven=is_proven)
            if is_proven:
                kind = "seat.confirmed" if seat.status is SeatStatus.CONFIRMED else "seat.waiting"
                outbox.enqueue(kind, seat.id, event_id=event.id)


def follow_mode(event: Event, sessions: Iterable[EventSession]) -> None:
    """Have each seat be one of the ways in which the event may be attended now.

    Online there are as many places as people who had one: the lab gave a number, it is raised to theirs. On site a room
    does not grow: with more people than places the waiting list stands still until enough have left.
    """
    ways, dated = rules.modes(event), list(sessions)
    for seat in queries.living(session.id for session in dated):
        if seat.mode not in ways:
            seat.mode = ways[0]
    db.session.flush()
    for session in dated if event.mode is EventMode.ONLINE else ():
        if session.places_online is not None:
            session.places_online = max(session.places_online, seats.taken(session.id, SeatMode.ONLINE))


def to_tell(sessions: Iterable[EventSession]) -> list[Seat]:
    """The seats of these dates whose owner hears of a change: confirmed, waiting or offered, the address proven."""
    told = {SeatStatus.CONFIRMED, SeatStatus.WAITING, SeatStatus.OFFERED}
    living = queries.living(session.id for session in sessions)
    return [seat for seat in living if seat.status in told and seat.registration.proven_at]
