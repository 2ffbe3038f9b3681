"""The only code that counts or moves seats. Whoever calls it has locked the sessions first, by `lock`."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select

from planner import clock
from planner.db import db
from planner.events.models import Event, EventSession
from planner.mail import outbox
from planner.registrations import rules
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus


def lock(ids: Iterable[int]) -> dict[int, EventSession]:
    """Hold these sessions until the transaction ends; always in order of id, so that two never wait on each other."""
    chosen = (
        select(EventSession)
        .where(EventSession.id.in_(set(ids)))
        .order_by(EventSession.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in db.session.scalars(chosen)}


def place(registration: Registration, session: EventSession, mode: SeatMode, *, is_proven: bool) -> Seat:
    """Give a seat in the session, or a place in its queue when it is full; `SessionFull` when it has no queue."""
    status = SeatStatus.WAITING
    if has_room(session, mode):
        is_settled = is_proven and not rules.awaits_approval(registration.event, registration)
        status = SeatStatus.CONFIRMED if is_settled else SeatStatus.HELD
    elif not registration.event.has_waiting_list:
        raise rules.SessionFull
    rules.check_transition(None, status)
    now = clock.now()
    seat = Seat(
        registration=registration,
        event_session=session,
        mode=mode,
        status=status,
        queued_at=now,
        expires_at=(session.starts_at if is_proven else now + rules.HOLD) if status is SeatStatus.HELD else None,
        confirmed_at=now if status is SeatStatus.CONFIRMED else None,
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def admit(seat: Seat, session: EventSession) -> None:
    """The address is proven and a place is there: it is confirmed, or kept until the organiser agrees."""
    if not rules.awaits_approval(session.event, seat.registration):
        confirm(seat)
        return
    key = f"registration.to_approve:{seat.registration_id}"
    if seat.status is SeatStatus.WAITING:
        key = f"{key}:{seat.id}"  # a place has come free for who waited: said again
    if seat.status is not SeatStatus.HELD:
        _move(seat, SeatStatus.HELD)
    seat.expires_at = session.starts_at
    outbox.enqueue("registration.to_approve", seat.registration_id, key=key, event_id=session.event_id)


def prolong(seat: Seat, session: EventSession) -> bool:
    """A place kept for the organiser's answer lasts until the session begins, even when that has moved."""
    is_kept = rules.is_for_approval(seat) and rules.awaits_approval(session.event, seat.registration)
    if is_kept := is_kept and rules.is_open(session, clock.now()):
        seat.expires_at = session.starts_at
    return is_kept


def ask_organiser(event: Event) -> None:
    """The organiser is owed a mail about what waits for approval: one an hour at most, at the end of the hour."""
    due_at = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    key = f"registration.approvals_due:{event.id}:{due_at:%Y%m%d%H}"
    outbox.enqueue("registration.approvals_due", event.id, key=key, due_at=due_at, event_id=event.id)


def has_room(session: EventSession, mode: SeatMode) -> bool:
    """Is a place left in this mode? The rows are counted under the lock."""
    capacity = rules.capacity(session, mode)
    return capacity is None or rules.has_room(capacity, taken(session.id, mode))


def taken(session_id: int, mode: SeatMode) -> int:
    """How many places of the session are held, confirmed or offered in this mode."""
    rows = select(func.count()).where(
        Seat.event_session_id == session_id, Seat.mode == mode, Seat.status.in_(rules.TAKEN)
    )
    return db.session.scalar(rows) or 0


def confirm(seat: Seat) -> None:
    """The seat is the person's; the invitation is owed."""
    _move(seat, SeatStatus.CONFIRMED)
    seat.confirmed_at = clock.now()
    outbox.enqueue("seat.confirmed", seat.id, event_id=seat.registration.event_id)


def wait(seat: Seat) -> None:
    """The person joins the end of the queue."""
    _move(seat, SeatStatus.WAITING)
    seat.queued_at = clock.now()


def cancel(seat: Seat) -> bool:
    """The seat is given up; True when it was confirmed, and therefore in the person's calendar."""
    was_confirmed = seat.status is SeatStatus.CONFIRMED
    _move(seat, SeatStatus.CANCELLED)
    seat.sequence += 1
    return was_confirmed


def expire(seat: Seat) -> None:
    """The promise was not taken up in time."""
    _move(seat, SeatStatus.EXPIRED)


def refill(session: EventSession) -> None:
    """Offer each free place to whoever has waited longest and has proven the address, in the same transaction.

    Where the organiser has yet to agree, the place is kept for that person meanwhile: nobody passes before. None while
    more people have a place than there are, nor for a date that is postponed or cancelled.
    """
    if not rules.offers_places(session.event, session):
        return
    for mode in SeatMode:
        first = _first_waiting(session.id, mode)
        while first and has_room(session, mode) and _offer(first, session):
            first = _first_waiting(session.id, mode)


def _offer(seat: Seat, session: EventSession) -> bool:
    """Offer the place to this seat, or keep it until the organiser agrees; False when the session is too near."""
    now = clock.now()
    ends_at = session.starts_at and rules.offer_ends_at(now, session.starts_at, session.event.time_zone)
    if not ends_at:
        return False
    if rules.awaits_approval(session.event, seat.registration):
        admit(seat, session)
        ask_organiser(session.event)
        db.session.flush()
        return True
    _move(seat, SeatStatus.OFFERED)
    seat.expires_at = ends_at
    key = f"seat.offered:{seat.id}:{now:%Y%m%d%H%M%S}"  # a seat may be offered again after it has queued again
    outbox.enqueue("seat.offered", seat.id, key=key, event_id=session.event_id, not_after=ends_at)
    db.session.flush()
    return True


def _first_waiting(session_id: int, mode: SeatMode) -> Seat | None:
    queue = (
        select(Seat)
        .join(Seat.registration)
        .where(
            Seat.event_session_id == session_id,
            Seat.mode == mode,
            Seat.status == SeatStatus.WAITING,
            Registration.proven_at.is_not(None),
        )
        .order_by(Seat.queued_at, Seat.id)
        .limit(1)
    )
    return db.session.scalar(queue)


def _move(seat: Seat, status: SeatStatus) -> None:
    rules.check_transition(seat.status, status)
    seat.status = status
    seat.expires_at = None
