"""The organiser's answer to each registration, where the event asks for it. Nothing here commits."""

from collections.abc import Collection

from planner import clock
from planner.db import db
from planner.events.models import Event, EventSession
from planner.mail import outbox
from planner.registrations import queries, rules, seats
from planner.registrations.models import Registration, Seat, SeatStatus


def approve(event: Event, registration_ids: Collection[int]) -> int:
    """Agree to these registrations: places held are confirmed, who waits may be offered one. Gives how many people.

    Who has left meanwhile is passed over; `NothingToApprove` when nobody is left.
    """
    locked, chosen = _lock(event, registration_ids)
    for registration, own in chosen:
        registration.approved_at = clock.now()
        for seat in own:
            if seat.status is SeatStatus.HELD:
                seats.confirm(seat)
    _serve(locked)
    return len(chosen)


def refuse(event: Event, registration_ids: Collection[int], reason: str) -> int:
    """Say no to these registrations, with the reason that is mailed; their places go to who waits. Gives how many.

    Who has left meanwhile is passed over; `NothingToApprove` when nobody is left.
    """
    locked, chosen = _lock(event, registration_ids)
    for registration, own in chosen:
        registration.refusal = reason
        for seat in own:
            seats.cancel(seat)
        if not any(seat.status in rules.LIVE for seat in registration.seats):
            registration.ended_at = clock.now()
        outbox.enqueue("registration.refused", registration.id, event_id=event.id)
    _serve(locked)
    return len(chosen)


def _lock(
    event: Event, registration_ids: Collection[int]
) -> tuple[dict[int, EventSession], list[tuple[Registration, list[Seat]]]]:
    """The event's sessions, held, and those of the registrations that still wait, read under the lock."""
    locked = seats.lock(session.id for session in event.sessions)
    chosen = [(one, own) for one, own in queries.awaiting(event) if one.id in registration_ids]
    if not chosen:
        raise rules.NothingToApprove
    return locked, chosen


def _serve(locked: dict[int, EventSession]) -> None:
    db.session.flush()
    for session in locked.values():
        seats.refill(session)
