"""What follows each change of a published event: wishes that are closed, reminders, calendars, whoever is told."""

from collections.abc import Iterable

from planner import clock
from planner.db import db
from planner.events.models import Event, EventSession, SessionStatus
from planner.mail import outbox
from planner.programmes import journal, queries
from planner.programmes import rules as composing
from planner.programmes.comparison import wanted as wanted_of
from planner.programmes.models import Revision, RevisionStatus
from planner.registrations import changes as seat_changes
from planner.registrations import seats
from planner.registrations import services as registrations
from planner.registrations.models import Seat, SeatStatus
from planner.revisions import rules
from planner.web import edits
from planner.web.rights import Actor


def close(event: Event, revision: Revision, status: RevisionStatus, actor: Actor, *, reason: str = "") -> None:
    """The revision waits no more; its line says what it was."""
    public = composing.content(event, revision.changes)
    difference = edits.difference(public, wanted_of(event, revision.changes))
    revision.status, revision.reason = status, reason
    revision.decided_at, revision.decider_id = clock.now(), actor.person_id
    verb = {RevisionStatus.ACCEPTED: rules.ACCEPT, RevisionStatus.REFUSED: rules.REFUSE}.get(status, rules.WITHDRAW)
    journal.record(event, verb, actor, difference=difference, reason=reason)
    db.session.flush()


def forget(event: Event, actor: Actor, fields: Iterable[str] | None = None) -> None:
    """What was wanted of these fields, of all of them by default, is no longer: what happens now is newer."""
    revision = queries.pending_revision(event.id)
    gone = revision.changes.keys() & (revision.changes.keys() if fields is None else set(fields)) if revision else set()
    if revision is None or not gone:
        return
    if kept := {name: value for name, value in revision.changes.items() if name not in gone}:
        revision.changes = kept
    else:
        close(event, revision, RevisionStatus.WITHDRAWN, actor)


def settle(standing: Iterable[EventSession], moved: Iterable[EventSession]) -> None:
    """Set the reminders again, offer what is free, and tell who is concerned by what moved.

    Who is offered a place by it gets that mail alone: it says where and when.
    """
    sessions = list(standing)
    db.session.flush()
    for session in sessions:
        registrations.plan_reminders(session)
    told = seat_changes.to_tell(moved)
    waiting = {seat.id for seat in told if seat.status is SeatStatus.WAITING}
    for session in sessions:
        seats.refill(session)
    tell_moved(seat for seat in told if seat.status is not SeatStatus.OFFERED or seat.id not in waiting)


def tell_moved(told: Iterable[Seat]) -> None:
    for seat in told:
        outbox.enqueue("seat.moved", seat.id, key=key("seat.moved", seat), event_id=seat.registration.event_id)


def key(kind: str, seat: Seat) -> str:
    """Once for each place of the entry in calendars."""
    return f"{kind}:{seat.id}:{seat.event_session.sequence}"


def raise_sequence(session: EventSession) -> None:
    """Calendars take only what is newer than what they have."""
    session.sequence += 1
    session.updated_at = clock.now()


def standing_sessions(event: Event) -> list[EventSession]:
    return [session for session in event.sessions if session.status is SessionStatus.SCHEDULED]
