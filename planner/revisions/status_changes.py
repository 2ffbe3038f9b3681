"""What happens to a published event: cancelled, one of its dates cancelled, postponed, moved online.

The lab, its region and DITP's team do it without a new yes, with words for the registrants: the table of PRODUCT.md,
"published, status changes". Each verb holds the event, then its dates in order of id. Nothing here commits, and a
cancellation is never undone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from planner import clock
from planner.db import db
from planner.events import services as events
from planner.events.models import Event, EventMode, EventStatus, SessionStatus
from planner.mail import outbox
from planner.programmes import journal, queries
from planner.programmes import rules as composing
from planner.programmes.rules import Slot
from planner.registrations import changes as seat_changes
from planner.registrations import seats
from planner.registrations import services as registrations
from planner.revisions import aftermath, rules
from planner.web import edits
from planner.web.rights import Actor


def cancel(event: Event, actor: Actor, *, words: str) -> None:
    """The event does not take place; `words` goes to whoever registered. What waited for a yes waits no more."""
    event = _held(event)
    aftermath.forget(event, actor)
    _happen(event, rules.CANCEL, EventStatus.CANCELLED, words, actor)
    registrations.cancel_for_event(event)


def cancel_session(event: Event, session_id: int, actor: Actor, *, words: str) -> None:
    """One date of several does not take place; `words` goes to whoever had a seat in it.

    Refuses a date that is over or cancelled (`DateGone`), and the only one left (`LastDate`).
    """
    event = _held(event)
    coming = {session.id: session for session in rules.coming(event, clock.now())}
    if session_id not in coming:
        raise rules.DateGone
    if len(aftermath.standing_sessions(event)) == 1:
        raise rules.LastDate
    session = coming[session_id]
    slot = edits.plain(composing.slot(session))
    aftermath.forget(event, actor, ["sessions"])
    session.status = SessionStatus.CANCELLED
    aftermath.raise_sequence(session)
    events.touch(event)
    journal.record(event, rules.CANCEL_SESSION, actor, difference={"sessions": [[slot], []]}, reason=words)
    seat_changes.cancel_sessions([session], "seat.session_cancelled")


def postpone(event: Event, actor: Actor, *, words: str, slots: Iterable[Slot] = ()) -> None:
    """The event is put off: to the new dates of `slots`, each by its `session_id`, or to dates that are not known yet.

    Without dates: seats are kept, registrations and offers are suspended, and the entry leaves people's calendars until
    the new dates come, by this same verb. With dates: those move, and whoever still has a seat gets the new entry.
    """
    event = _held(event)
    new = {slot.session_id: slot for slot in slots}
    if new:
        _reschedule(event, new, words, actor)
        return
    if event.status is EventStatus.POSTPONED:
        raise rules.AlreadyPostponed
    _happen(event, rules.POSTPONE, EventStatus.POSTPONED, words, actor)
    coming = rules.coming(event, clock.now())
    for session in coming:
        aftermath.raise_sequence(session)
    for seat in seat_changes.to_tell(coming):
        outbox.enqueue("seat.postponed", seat.id, key=aftermath.key("seat.postponed", seat), event_id=event.id)


def _reschedule(event: Event, new: Mapping[int | None, Slot], words: str, actor: Actor) -> None:
    now = clock.now()
    coming = {session.id: session for session in rules.coming(event, now)}
    if not new.keys() <= coming.keys():
        raise rules.DateGone
    was_postponed = event.status is EventStatus.POSTPONED
    ahead = {session.id for session in coming.values() if session.ends_at and session.ends_at > now}
    if was_postponed and not ahead <= new.keys():
        raise rules.DateMissing
    before = composing.content(event, ["sessions"])
    aftermath.forget(event, actor, ["sessions"])
    for session_id, slot in new.items():
        session = coming[session_id or 0]
        events.schedule(
            session, slot.day, slot.start_time, slot.end_time, time_zone=event.time_zone, end_day=slot.end_day
        )
        if session.starts_at is None or session.starts_at <= now:
            raise rules.DateInThePast(field="day")
    moved = [coming[session_id or 0] for session_id in new]
    if was_postponed:
        for session in moved:
            aftermath.raise_sequence(session)  # even on the day that it had: its entry was taken away
    _happen(event, rules.RESCHEDULE, EventStatus.RESCHEDULED, words, actor, before)
    aftermath.settle(moved, moved)


def move_online(event: Event, actor: Actor, *, words: str, joining_link: str) -> None:
    """The event takes place online, at the same hours; who came on site has a place online, and nobody is dropped.

    The region and its clocks stay, so that no hour moves; the address of the place and the rooms go.
    """
    event = _held(event)
    if not rules.may_move_online(event):
        raise rules.AlreadyOnline
    before = composing.content(event, ["mode", *composing.PLACE_FIELDS, "joining_link"])
    aftermath.forget(event, actor, ["mode", "sessions", "joining_link", *composing.PLACE_FIELDS])
    event.mode, event.joining_link = EventMode.ONLINE, joining_link
    event.venue = event.street = event.postcode = event.city = ""
    coming = rules.coming(event, clock.now())
    for session in coming:
        session.room = None
        aftermath.raise_sequence(session)
    seat_changes.follow_mode(event, coming)
    _happen(event, rules.MOVE_ONLINE, EventStatus.MOVED_ONLINE, words, actor, before)
    aftermath.settle(coming, coming)


def _held(event: Event) -> Event:
    """The event and its dates as they are now, held until the transaction ends; refuses one that is cancelled."""
    event = queries.locked_event(event.id)
    rules.check_published(event)
    seats.lock(session.id for session in event.sessions)
    return event


def _happen(
    event: Event,
    verb: str,
    status: EventStatus,
    words: str,
    actor: Actor,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Set what is happening, and write its line with what it changed."""
    known = dict(before or {})
    difference = edits.difference(
        {**known, "status": event.status}, {**composing.content(event, known), "status": status}
    )
    event.status, event.status_text = status, words
    events.touch(event)
    db.session.flush()
    journal.record(event, verb, actor, difference=difference, reason=words)
