"""Reads of registrations and seats: what to load, in how many statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from planner import clock
from planner.db import db
from planner.events.models import Event, EventSession, EventState, EventStatus
from planner.registrations import rules
from planner.registrations.models import Registration, Reminder, Seat, SeatStatus

_EVENT = (joinedload(Event.organisation), joinedload(Event.region), selectinload(Event.sessions))


def event_to_register(slug: str) -> Event | None:
    """The published event of this address, with its organisation, sessions and questions; two statements."""
    event = (
        select(Event)
        .where(Event.slug == slug, Event.state == EventState.PUBLISHED)
        .options(*_EVENT, joinedload(Event.questions))
    )
    return db.session.scalars(event).unique().one_or_none()


def event_of_id(event_id: int) -> Event:
    """The event with its organisation, for a mail to those who organise."""
    return db.session.get_one(Event, event_id, options=[joinedload(Event.organisation)])


def live_registration(event_id: int, email: str) -> Registration:
    """The live registration of this address to the event; it must be there."""
    registration = find_live(event_id, email)
    if registration is None:
        raise LookupError(f"event {event_id} has no live registration for this address")
    return registration


def find_live(event_id: int, email: str) -> Registration | None:
    """The live registration of this address to the event, if there is one."""
    return db.session.scalar(
        select(Registration).where(
            Registration.event_id == event_id, Registration.email == email, Registration.ended_at.is_(None)
        )
    )


def registration_by_key(link_key: str) -> Registration | None:
    """The registration of a mailed link, with its event and seats: two statements."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.link_key == link_key)
        .options(
            joinedload(Registration.event).options(
                joinedload(Event.organisation), joinedload(Event.region), selectinload(Event.sessions)
            ),
            selectinload(Registration.seats).joinedload(Seat.event_session),
        )
    )


def seat_with_registration(seat_id: int) -> Seat:
    """A seat with all that a mail says of it."""
    return db.session.execute(
        select(Seat)
        .where(Seat.id == seat_id)
        .options(
            joinedload(Seat.event_session).joinedload(EventSession.room),
            joinedload(Seat.registration).joinedload(Registration.event).joinedload(Event.organisation),
            joinedload(Seat.registration).joinedload(Registration.event).joinedload(Event.region),
        )
    ).scalar_one()


def registration_with_seats(registration_id: int) -> Registration:
    """A registration with all that a mail says of it."""
    return db.session.execute(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            joinedload(Registration.event).joinedload(Event.organisation),
            joinedload(Registration.event).joinedload(Event.region),
            selectinload(Registration.seats).joinedload(Seat.event_session),
        )
    ).scalar_one()


def fresh(registration_id: int) -> tuple[Registration, list[Seat]]:
    """The registration and its seats as they are now, whatever was read before the lock."""
    registration = db.session.execute(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(joinedload(Registration.event))
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).scalar_one()
    own = (
        select(Seat)
        .where(Seat.registration_id == registration_id)
        .order_by(Seat.id)
        .execution_options(populate_existing=True)
    )
    return registration, list(db.session.scalars(own))


def event_of_desk(slug: str) -> Event | None:
    """The event of this address whatever its state, with what the table of rights asks."""
    event = (
        select(Event)
        .where(Event.slug == slug)
        .options(
            *_EVENT,
            joinedload(Event.edition),
            selectinload(Event.co_organisers),
            joinedload(Event.questions),
        )
    )
    return db.session.scalars(event).unique().one_or_none()


def registrants(event_id: int, search: str = "", statuses: Iterable[SeatStatus] = ()) -> Sequence[Seat]:
    """The seats of an event's live registrations, by session then name; one statement.

    `search` is looked for in names, addresses and organisations, whatever the case; `statuses` keeps only these.
    """
    found = (
        select(Seat)
        .join(Seat.registration)
        .join(Seat.event_session)
        .where(Registration.event_id == event_id, Seat.status.in_(list(statuses) or SHOWN))
        .options(contains_eager(Seat.registration), contains_eager(Seat.event_session))
        .order_by(EventSession.starts_at, EventSession.id, Registration.full_name, Seat.id)
    )
    if search:
        columns = (Registration.full_name, Registration.email, Registration.organisation_name)
        found = found.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return db.session.scalars(found).all()


def awaiting(event: Event) -> list[tuple[Registration, list[Seat]]]:
    """The registrations that wait for the organiser's answer, first come first, each with its seats; two statements.

    Those in the queue are among them: they are offered a place once the organiser has agreed.
    """
    found = (
        select(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.ended_at.is_(None),
            Registration.proven_at.is_not(None),
            Registration.approved_at.is_(None),
            Registration.seats.any(Seat.status.in_([SeatStatus.HELD, SeatStatus.WAITING])),
        )
        .options(selectinload(Registration.seats).joinedload(Seat.event_session))
        .order_by(Registration.created_at, Registration.id)
        .execution_options(populate_existing=True)
    )
    now = clock.now()
    asking = [
        (one, [seat for seat in one.seats if rules.is_to_approve(event, seat, now)])
        for one in db.session.scalars(found)
    ]
    return [(registration, own) for registration, own in asking if own]


SHOWN = [status for status in SeatStatus if status not in {SeatStatus.EXPIRED, SeatStatus.CANCELLED}]


def live_seats(event_id: int) -> list[Seat]:
    """Every seat of the event that has not ended, under the lock of its sessions."""
    living = (
        select(Seat)
        .join(Seat.registration)
        .where(Registration.event_id == event_id, Seat.status.in_(rules.LIVE))
        .options(joinedload(Seat.registration))
        .order_by(Seat.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(living))


def living(event_session_ids: Iterable[int]) -> list[Seat]:
    """Every seat of these locked sessions that has not ended, first come first."""
    seats = (
        select(Seat)
        .where(Seat.event_session_id.in_(event_session_ids), Seat.status.in_(rules.LIVE))
        .options(joinedload(Seat.registration).selectinload(Registration.seats))
        .order_by(Seat.queued_at, Seat.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(seats))


def live_registrations(event_id: int) -> Sequence[Registration]:
    """The registrations of the event that have not ended, with their seats, first come first."""
    rows = (
        select(Registration)
        .where(Registration.event_id == event_id, Registration.ended_at.is_(None))
        .options(selectinload(Registration.seats))
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def sessions_with_expired_seats(now: datetime) -> list[int]:
    """The sessions where a promise has passed its end."""
    expired = select(Seat.event_session_id).where(Seat.status.in_(rules.PROMISED), Seat.expires_at <= now).distinct()
    return list(db.session.scalars(expired))


def expired_seats(session_ids: Iterable[int], now: datetime) -> Sequence[Seat]:
    """The seats of these locked sessions whose promise has passed its end."""
    expired = (
        select(Seat)
        .where(Seat.event_session_id.in_(session_ids), Seat.status.in_(rules.PROMISED), Seat.expires_at <= now)
        .options(joinedload(Seat.registration).selectinload(Registration.seats))
        .order_by(Seat.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(expired).all()


def due_reminders(now: datetime) -> Sequence[Reminder]:
    """The reminders whose moment has come, held: two clocks that tick together never take the same one."""
    due = (
        select(Reminder)
        .where(Reminder.due_at <= now, Reminder.done_at.is_(None))
        .options(selectinload(Reminder.event_session))
        .order_by(Reminder.id)
        .with_for_update(skip_locked=True)
    )
    return db.session.scalars(due).all()


def seats_to_remind(reminder: Reminder) -> Sequence[int]:
    """The seats of the reminder's session that were confirmed before its moment; none when it is postponed."""
    confirmed = (
        select(Seat.id)
        .join(Seat.event_session)
        .join(EventSession.event)
        .where(
            Event.status != EventStatus.POSTPONED,
            Seat.event_session_id == reminder.event_session_id,
            Seat.status == SeatStatus.CONFIRMED,
            Seat.confirmed_at < reminder.due_at,
        )
        .order_by(Seat.id)
    )
    return db.session.scalars(confirmed).all()


def position(seat: Seat) -> int:
    """The place of a waiting seat in its queue, from 1."""
    before = select(func.count()).where(
        Seat.event_session_id == seat.event_session_id,
        Seat.mode == seat.mode,
        Seat.status == SeatStatus.WAITING,
        (Seat.queued_at < seat.queued_at) | ((Seat.queued_at == seat.queued_at) & (Seat.id < seat.id)),
    )
    return (db.session.scalar(before) or 0) + 1


def positions(registration: Registration) -> dict[int, int]:
    """The place in its queue of each waiting seat, by id of the seat; the seats must be loaded."""
    return {seat.id: position(seat) for seat in registration.seats if seat.status is SeatStatus.WAITING}
