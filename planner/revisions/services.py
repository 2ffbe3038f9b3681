"""What becomes of the edits of a published event: made at once, or wanted, then accepted, refused or taken back.

Each verb holds the event, then its dates in order of id, as a registration does. Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planner import clock
from planner.db import db
from planner.events import services as events
from planner.events.models import Attendance, Event, EventMode, EventSession, EventStatus, SessionStatus
from planner.events.rules import missing_for_submission
from planner.mail import outbox
from planner.programmes import journal, queries
from planner.programmes import rules as composing
from planner.programmes.comparison import wanted as wanted_of
from planner.programmes.merging import merge
from planner.programmes.models import Revision, RevisionStatus
from planner.programmes.services import EDIT
from planner.programmes.setters import apply
from planner.registrations import changes as seat_changes
from planner.registrations import seats
from planner.registrations.models import Seat, SeatMode, SeatStatus
from planner.revisions import aftermath, rules
from planner.web import edits
from planner.web.rights import Actor


@dataclass(frozen=True)
class Saved:
    """What became of an edit: the fields that changed at once, and those that wait for a yes, the earlier ones too.

    `taken` are those that only somebody else had changed meanwhile: theirs are kept.
    """

    at_once: Sequence[str]
    waiting: Sequence[str]
    taken: Sequence[str]


# ── Editing ──


def save(event: Event, values: Mapping[str, Any], actor: Actor, *, read: str) -> Saved:
    """Change at once what needs no new yes, and keep the rest as the event's one pending revision, made or amended.

    `read` is the mark of what the form showed, pending wishes included: `EditedMeanwhile` when both changed the same.
    Refuses a cancelled event, `SlotGone`, and what would leave a required field empty (`Incomplete`).
    """
    event = queries.locked_event(event.id)
    rules.check_published(event)
    revision = queries.pending_revision(event.id)
    wishes = wanted_of(event, revision.changes) if revision else {}
    public = composing.content(event, values)
    merged = merge(read, {name: wishes.get(name, value) for name, value in public.items()}, values)
    if merged.conflicts:
        raise edits.EditedMeanwhile
    values = merged.values
    if "sessions" in values:
        rules.check_slots(event, values["sessions"])
    edit = rules.part(public, values)
    kept = {name: value for name, value in wishes.items() if name not in values}
    for version in (edit.at_once, {**edit.at_once, **kept, **edit.waiting}):
        _check_complete(event, version, values)
    _change_at_once(event, edit.at_once, actor)
    _want(event, revision, {**kept, **edit.waiting}, edit.waiting, actor)
    return Saved(list(edit.at_once), [*kept, *edit.waiting], merged.taken)


def _change_at_once(event: Event, values: Mapping[str, Any], actor: Actor) -> None:
    """Change it; added places go to those who wait, a new link to those who come by it."""
    if not values:
        return
    locked = seats.lock(session.id for session in event.sessions)
    before = composing.content(event, values)
    apply(event, values)
    db.session.flush()
    events.touch(event)
    difference = edits.difference(before, composing.content(event, values))
    journal.record(event, EDIT, actor, difference=difference)
    if "joining_link" in values and event.mode is not EventMode.ONSITE:
        coming = [session for session in locked.values() if rules.is_coming(event, session, clock.now())]
        for session in coming:
            aftermath.raise_sequence(session)
        aftermath.tell_moved(seat for seat in seat_changes.to_tell(coming) if _has_link(seat))
    for session in locked.values():
        seats.refill(session)


def _has_link(seat: Seat) -> bool:
    return seat.mode is SeatMode.ONLINE and seat.status is SeatStatus.CONFIRMED


def _want(
    event: Event, revision: Revision | None, wishes: Mapping[str, Any], new: Mapping[str, Any], actor: Actor
) -> None:
    """Have the pending revision say these wishes; with none left it is withdrawn."""
    changes = {name: edits.plain(value) for name, value in wishes.items()}
    if revision and changes == revision.changes:
        return
    if not changes:
        if revision:
            aftermath.close(event, revision, RevisionStatus.WITHDRAWN, actor)
        return
    if revision is None:
        revision = Revision(event=event, author_id=actor.person_id, changes=changes, base_version=event.version)
        db.session.add(revision)
    revision.author_id, revision.changes, revision.base_version = actor.person_id, changes, event.version
    public = composing.content(event, new)
    journal.record(event, rules.REVISE, actor, difference=edits.difference(public, new))


def _check_complete(event: Event, wanted: Mapping[str, Any], typed: Mapping[str, Any]) -> None:
    """`Incomplete` when the event as it is wanted would miss something that is required, among what was typed."""
    missing = [line for line in missing_for_submission(_as_wanted(event, wanted)) if line.field in typed]
    if missing:
        raise composing.Incomplete(missing)


# What `missing_for_submission` reads, besides themes and dates.
_REQUIRED = (
    "title",
    "summary",
    "image_alt",
    "format",
    "contact_name",
    "contact_email",
    "mode",
    "venue",
    "postcode",
    "city",
    "joining_link",
    "registration_kind",
    "registration_url",
    "audiences",
    "off_period_reason",
    "is_free_of_charge",
    "is_charter_accepted",
)


def _as_wanted(event: Event, wanted: Mapping[str, Any]) -> Event:
    """The event as it would be, for the checks alone: it never goes to the database."""
    values = {name: wanted.get(name, getattr(event, name)) for name in _REQUIRED}
    copy = Event(edition=event.edition, time_zone=event.time_zone, **values)
    has_image = bool(wanted["image"]) if "image" in wanted else event.image_id is not None
    copy.image_id = 0 if has_image else None  # that there is one is all that is asked
    copy.themes = list(queries.themes(event, wanted["themes"]) if "themes" in wanted else event.themes)
    for slot in wanted.get("sessions", composing.content(event, ["sessions"])["sessions"]):
        session = EventSession(event=copy)
        events.schedule(
            session, slot.day, slot.start_time, slot.end_time, time_zone=copy.time_zone, end_day=slot.end_day
        )
    return copy


# ── The revision ──


def withdraw(event: Event, actor: Actor) -> None:
    """The pending revision is taken back; the public page stays as it is."""
    event = queries.locked_event(event.id)
    revision = queries.pending_revision(event.id)
    if revision is None:
        raise rules.NothingWaits
    aftermath.close(event, revision, RevisionStatus.WITHDRAWN, actor)


def refuse(event: Event, actor: Actor, *, read: str, reason: str) -> None:
    """The public page stays as it is; whoever wrote the revision is told why. `read` is the `rules.mark` read."""
    event, revision = _to_decide(event, actor, read)
    if not reason.strip():
        raise rules.ReasonMissing
    aftermath.close(event, revision, RevisionStatus.REFUSED, actor, reason=reason)
    _tell_author(revision, "revision.refused")


def accept(event: Event, actor: Actor, *, read: str) -> None:
    """The public page becomes what was wanted; its author is told, and so are the registrants of what moved.

    Nobody loses a seat, except of a date that is taken away. `read` is the `rules.mark` read.
    """
    event, revision = _to_decide(event, actor, read)
    wanted = wanted_of(event, revision.changes)
    aftermath.close(event, revision, RevisionStatus.ACCEPTED, actor)
    _apply_wanted(event, wanted)
    _tell_author(revision, "revision.accepted")


def _to_decide(event: Event, actor: Actor, read: str) -> tuple[Event, Revision]:
    event = queries.locked_event(event.id)
    revision = queries.pending_revision(event.id)
    if revision is None:
        raise rules.NothingWaits
    rules.check_decision(event, revision, actor, read)
    return event, revision


def _apply_wanted(event: Event, wanted: Mapping[str, Any]) -> None:
    """Make the wishes public, as a draft's save does, and let the seats, the reminders and the calendars follow."""
    seats.lock(session.id for session in event.sessions)
    if "sessions" in wanted:
        rules.check_slots(event, wanted["sessions"])
        _take_away(event, {slot.session_id for slot in wanted["sessions"]})
    before = {session: _when_and_where(event, session) for session in aftermath.standing_sessions(event)}
    apply(event, _with_whole_place(event, wanted))
    db.session.flush()
    events.touch(event)
    standing = aftermath.standing_sessions(event)
    moved = [
        session for session in standing if session in before and before[session] != _when_and_where(event, session)
    ]
    if "mode" in wanted:
        seat_changes.follow_mode(event, standing)
    if any(before[session][0] != _hours(session) for session in moved):
        event.status, event.status_text = EventStatus.RESCHEDULED, ""
    if event.attendance is Attendance.ALL_SESSIONS:
        seat_changes.join_added_sessions(event, [session for session in standing if session not in before])
    for session in moved:
        if before[session][0] == _hours(session):
            aftermath.raise_sequence(session)  # `schedule` has done it for those whose hours changed
    aftermath.settle(standing, moved)


def _with_whole_place(event: Event, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The place is set as a whole, or not at all: its region and its clocks come from all of it."""
    if not wanted.keys() & set(composing.PLACE_FIELDS):
        return dict(wanted)
    return {name: getattr(event, name) for name in composing.PLACE_FIELDS} | dict(wanted)


def _take_away(event: Event, kept: set[int | None]) -> None:
    """Cancel the dates that are no longer wanted: people had them in their calendars, so they stay, cancelled."""
    gone = [session for session in aftermath.standing_sessions(event) if session.id not in kept]
    for session in gone:
        session.status = SessionStatus.CANCELLED
        aftermath.raise_sequence(session)
    seat_changes.cancel_sessions(gone, "seat.session_cancelled")


def _tell_author(revision: Revision, kind: str) -> None:
    if revision.author_id is not None:
        outbox.enqueue(kind, revision.id, event_id=revision.event_id)


def _hours(session: EventSession) -> tuple[datetime | None, datetime | None]:
    return session.starts_at, session.ends_at


def _when_and_where(event: Event, session: EventSession) -> tuple[Any, ...]:
    """What moves the entry of a date in calendars."""
    place = [getattr(event, name) for name in composing.PLACE_FIELDS]
    return _hours(session), event.mode, event.joining_link, session.room and session.room.name, *place
