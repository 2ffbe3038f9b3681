"""What happens to registrations: register, prove, give up, accept, refuse, expire, remind. Nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from planner import clock, tokens
from planner.db import db
from planner.events.models import Audience, Event, EventSession
from planner.mail import outbox
from planner.registrations import answers, queries, rules, seats
from planner.registrations.answers import type_of_answer
from planner.registrations.models import Registration, Reminder, ReminderKind, Seat, SeatStatus


@dataclass(frozen=True)
class Attendee:
    """Who registers, as typed: trimmed, the address in lower case."""

    email: str
    full_name: str
    organisation_name: str = ""
    audience: Audience | None = None
    access_needs: str = ""
    person_id: int | None = None
    answers: Mapping[int, type_of_answer] = field(default_factory=dict)  # by id of the question


def register(
    event: Event, attendee: Attendee, choices: Sequence[rules.Choice], *, is_proven: bool = False
) -> Registration:
    """Give the person a seat in each chosen session, or a place in its queue when it is full.

    `is_proven` says that the address is known to be the person's: signed in with it. An address that is already
    registered gets its link again by mail, and nothing else changes. Raises a refusal of `registrations.rules`.
    """
    locked = seats.lock(choice.event_session_id for choice in choices)
    db.session.refresh(event, _DECISIVE)  # it may have been cancelled while we waited for the lock
    now = clock.now()
    rules.check_open(event, event.sessions, now)
    rules.check_address(event, attendee.email)
    rules.check_choices(event, list(locked.values()), choices, now)
    kept = answers.kept(event.questions, attendee.answers)
    registration = _new_registration(event, attendee, kept, is_proven=is_proven)
    if registration is None:
        return link_again(queries.live_registration(event.id, attendee.email))
    for choice in choices:
        seat = seats.place(registration, locked[choice.event_session_id], choice.mode, is_proven=is_proven)
        if seat.status is SeatStatus.CONFIRMED:
            outbox.enqueue("seat.confirmed", seat.id, event_id=event.id)
        elif is_proven and seat.status is SeatStatus.HELD:
            outbox.enqueue("registration.to_approve", registration.id, event_id=event.id)
        elif is_proven:
            outbox.enqueue("seat.waiting", seat.id, event_id=event.id)
    if not is_proven:
        outbox.enqueue("registration.prove_address", registration.id, event_id=event.id)
    elif event.needs_approval:
        seats.ask_organiser(event)
    return registration


# What decides of a registration: read again under the lock.
_DECISIVE = (
    "state",
    "status",
    "mode",
    "attendance",
    "registration_kind",
    "registration_opens_at",
    "registration_closes_at",
    "has_waiting_list",
    "needs_approval",
    "reserved_domains",
)


def _new_registration(
    event: Event, attendee: Attendee, kept: Mapping[str, Any], *, is_proven: bool
) -> Registration | None:
    """A live registration for this address, or None when there is one: the unique index decides between two at once."""
    now = clock.now()
    row = (
        insert(Registration)
        .values(
            event_id=event.id,
            link_key=tokens.new_key(),
            created_at=now,
            proven_at=now if is_proven else None,
            **(asdict(attendee) | {"answers": kept}),
        )
        .on_conflict_do_nothing(
            index_elements=[Registration.event_id, Registration.email], index_where=Registration.ended_at.is_(None)
        )
        .returning(Registration)
    )
    return db.session.scalar(row)


def link_again(registration: Registration) -> Registration:
    """The registration's link is owed by mail again: at most once an hour."""
    key = f"registration.link_again:{registration.id}:{clock.now():%Y%m%d%H}"
    outbox.enqueue("registration.link_again", registration.id, key=key, event_id=registration.event_id)
    return registration


def prove(registration_id: int) -> Registration:
    """The address is the person's: what was held is confirmed, what waited is in the queue for good.

    Where the organiser agrees to each registration, what was held is kept until then. A late proof still gets a seat
    when there is room, else a place in the queue. Twice is harmless.
    """
    registration, own, locked = _lock_registration(registration_id)
    is_first = registration.proven_at is None
    if registration.ended_at and (not is_first or any(seat.status is SeatStatus.CANCELLED for seat in own)):
        raise rules.SeatMoved
    if registration.ended_at and queries.find_live(registration.event_id, registration.email):
        raise rules.AlreadyRegisteredAgain
    registration.ended_at = None
    registration.proven_at = registration.proven_at or clock.now()
    for seat in own:
        session = locked[seat.event_session_id]
        if seat.status is SeatStatus.HELD:
            seats.admit(seat, session)
        elif seat.status in {SeatStatus.EXPIRED, SeatStatus.WAITING} and is_first:
            _place_late(seat, session)
    if is_first and rules.awaits_approval(registration.event, registration):
        seats.ask_organiser(registration.event)
    return registration


def _place_late(seat: Seat, session: EventSession) -> None:
    """A proof after the two hours, or for a seat that waits: the room decides again."""
    rules.check_open(session.event, [session], clock.now())
    if seats.has_room(session, seat.mode):
        seats.admit(seat, session)
        db.session.flush()
        return
    if seat.status is SeatStatus.EXPIRED:
        seats.wait(seat)
    outbox.enqueue("seat.waiting", seat.id, event_id=session.event_id)


def accept(registration_id: int, seat_id: int) -> Seat:
    """The person takes the place offered; `OfferExpired` after its end, `SeatMoved` when it was not offered."""
    _, own, _ = _lock_registration(registration_id)
    seat = _own_seat(own, seat_id)
    if seat.status is SeatStatus.CONFIRMED:
        return seat
    if seat.status is SeatStatus.EXPIRED or (seat.expires_at and seat.expires_at <= clock.now()):
        raise rules.OfferExpired
    if seat.status is not SeatStatus.OFFERED:
        raise rules.SeatMoved
    seats.confirm(seat)
    return seat


def give_up(registration_id: int, seat_id: int | None = None) -> None:
    """The person gives up one seat, or all of them; each goes at once to the first of its queue."""
    registration, own, locked = _lock_registration(registration_id)
    leaving = [seat for seat in own if seat.status in rules.LIVE and seat_id in {None, seat.id}]
    if not leaving:
        raise rules.SeatMoved
    for seat in leaving:
        _release(seat, "seat.cancelled")
    db.session.flush()
    for session_id in sorted({seat.event_session_id for seat in leaving}):
        seats.refill(locked[session_id])
    _end_if_empty(registration, own)


def cancel_for_event(event: Event) -> int:
    """The event does not take place: every seat ends and everybody is told. Gives how many people are told."""
    seats.lock(session.id for session in event.sessions)
    living = queries.live_seats(event.id)
    for seat in living:
        _release(seat, "seat.event_cancelled", always_tell=True)
        seat.registration.ended_at = clock.now()
    return len({seat.registration_id for seat in living})


def refill(event_session: EventSession) -> None:
    """Places were added: offer them to those who wait."""
    locked = seats.lock([event_session.id])
    seats.refill(locked[event_session.id])


def expire_seats() -> int:
    """End the promises whose time has passed and offer their places; gives how many. A second run changes nothing."""
    now = clock.now()
    locked = seats.lock(queries.sessions_with_expired_seats(now))
    past = queries.expired_seats(locked, now)
    expired = [seat for seat in past if not seats.prolong(seat, locked[seat.event_session_id])]
    for seat in expired:
        was_offered = seat.status is SeatStatus.OFFERED
        seats.expire(seat)
        if was_offered:
            key = f"seat.offer_expired:{seat.id}:{now:%Y%m%d%H%M%S}"
            outbox.enqueue("seat.offer_expired", seat.id, key=key, event_id=seat.registration.event_id)
    db.session.flush()
    for session in locked.values():
        seats.refill(session)
    for seat in expired:
        _end_if_empty(seat.registration, seat.registration.seats)
    return len(expired)


def plan_reminders(event_session: EventSession) -> None:
    """Set the moments of the session's reminders; called when it is published and each time that it moves.

    A moment that has passed already is marked done: a reminder is never sent late. So is the one that is for what is
    online, when it no longer is.
    """
    if event_session.starts_at is None:
        return
    now = clock.now()
    moments = rules.reminder_moments(event_session.starts_at, event_session.event.mode)
    no_longer = update(Reminder).where(
        Reminder.event_session_id == event_session.id, Reminder.kind.not_in(moments), Reminder.done_at.is_(None)
    )
    db.session.execute(no_longer.values(done_at=now))
    for kind, (due_at, not_after) in moments.items():
        values = {"due_at": due_at, "not_after": not_after, "done_at": now if due_at <= now else None}
        row = insert(Reminder).values(event_session_id=event_session.id, kind=kind, **values)
        changed = Reminder.due_at.is_distinct_from(row.excluded.due_at)
        db.session.execute(
            row.on_conflict_do_update(index_elements=["event_session_id", "kind"], set_=values, where=changed)
        )


def remind() -> int:
    """Owe a mail to each confirmed registrant of the sessions whose moment has come; gives how many are owed.

    Never to somebody confirmed after the moment, never after its latest moment; a second run changes nothing.
    """
    now = clock.now()
    owed = 0
    for reminder in queries.due_reminders(now):
        reminder.done_at = now
        if now > reminder.not_after:
            continue
        for seat_id in queries.seats_to_remind(reminder):
            outbox.enqueue(
                REMINDER_MESSAGES[reminder.kind],
                seat_id,
                key=f"{REMINDER_MESSAGES[reminder.kind]}:{seat_id}:{reminder.due_at.isoformat()}",
                event_id=reminder.event_session.event_id,
                not_after=reminder.not_after,
            )
            owed += 1
    return owed


REMINDER_MESSAGES = {
    ReminderKind.WEEK_BEFORE: "seat.reminder_week",
    ReminderKind.DAY_BEFORE: "seat.reminder_day",
    ReminderKind.HOUR_BEFORE: "seat.reminder_hour",
}


def _lock_registration(registration_id: int) -> tuple[Registration, list[Seat], dict[int, EventSession]]:
    """The registration, its seats and their sessions, held until the transaction ends and read under the lock."""
    session_ids = db.session.scalars(select(Seat.event_session_id).where(Seat.registration_id == registration_id))
    locked = seats.lock(session_ids)
    registration, own = queries.fresh(registration_id)
    return registration, own, locked


def _own_seat(own: Sequence[Seat], seat_id: int) -> Seat:
    for seat in own:
        if seat.id == seat_id:
            return seat
    raise rules.SeatMoved


def _release(seat: Seat, kind: str, *, always_tell: bool = False) -> None:
    """Cancel the seat; whoever had it in the calendar gets its CANCEL, whoever asked to leave gets the receipt."""
    was_proven = seat.registration.proven_at is not None
    was_confirmed = seats.cancel(seat)
    if was_confirmed or always_tell or was_proven:
        outbox.enqueue(kind, seat.id, event_id=seat.registration.event_id)


def _end_if_empty(registration: Registration, own: Sequence[Seat]) -> None:
    if not any(seat.status in rules.LIVE for seat in own):
        registration.ended_at = clock.now()
        db.session.flush()
