"""What a lab does with its November: compose, submit, take back, withdraw, delete, change, cancel. Nothing commits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events import services as events
from planner.events.models import Event, EventSession, EventState, EventStatus, Room, Track
from planner.events.rules import EDITABLE, Verb, WrongState, missing_for_submission
from planner.mail import outbox
from planner.programmes import journal, queries, rules
from planner.programmes.models import Programme
from planner.programmes.rules import Slot
from planner.registrations import seats
from planner.registrations import services as registrations
from planner.registrations.models import SeatMode
from planner.text import slugify
from planner.web.rights import Actor

_Part = TypeVar("_Part", Track, Room)

EDIT, CANCEL, DELETE = "edit", "cancel", "delete"  # lines of the journal that move no state


# ── Composing ──


def create(organisation: Organisation, edition: Edition | None, values: Mapping[str, Any], actor: Actor) -> Event:
    """A draft of the organisation with these values, in its programme for the edition."""
    event = Event(
        slug=events.new_slug(values.get("title", "")),
        organisation=organisation,
        edition=edition,
        programme_id=programme_of(organisation, edition).id if edition else None,
        author_id=actor.person_id,
        state=EventState.DRAFT,
    )
    db.session.add(event)
    db.session.flush()  # its defaults are there
    _apply(event, values)
    events.index_text(event)
    db.session.flush()
    journal.record(event, Verb.CREATE, actor)
    return event


def save(event: Event, values: Mapping[str, Any], actor: Actor, *, read: str) -> Event:
    """Keep what was typed, even incomplete; after a submission the difference goes to the journal.

    `read` is the fingerprint of these fields when the person opened them: `EditedMeanwhile` when somebody has changed
    them since. `WrongState` when the event is no longer in the hands of its lab.
    """
    event = queries.locked_event(event.id)
    if event.state not in EDITABLE:
        raise WrongState
    _write(event, values, actor, read=read, is_logged=event.submitted_at is not None)
    return event


def save_published(event: Event, values: Mapping[str, Any], actor: Actor, *, read: str) -> Event:
    """Change at once what needs no new yes; the difference goes to the journal and added places to those who wait.

    Of the sessions, only the places change, and never below those that are taken.
    """
    event = queries.locked_event(event.id)
    if not rules.may_change_published(event):
        raise rules.NotPublished
    locked = seats.lock(session.id for session in event.sessions)
    wanted = {slot.session_id: slot for slot in values["sessions"]}
    for index, session in enumerate(event.sessions):
        _check_places(session, wanted.get(session.id), index)
    _write(event, values, actor, read=read, is_logged=True)
    if missing := [line for line in missing_for_submission(event) if line.field in values]:
        raise rules.Incomplete(missing)
    for session in locked.values():
        registrations.refill(session)
    return event


def _check_places(session: EventSession, wanted: Slot | None, index: int) -> None:
    """`TooFewPlaces` when fewer places are wanted than people have."""
    if wanted is None:
        raise rules.SlotGone
    for mode, places in ((SeatMode.ONSITE, wanted.places_onsite), (SeatMode.ONLINE, wanted.places_online)):
        if places is not None and places < (taken := seats.taken(session.id, mode)):
            raise rules.TooFewPlaces(taken, f"sessions-{index}-places_{mode}")


def _write(event: Event, values: Mapping[str, Any], actor: Actor, *, read: str, is_logged: bool) -> None:
    before = rules.content(event, values)
    if rules.fingerprint(before) != read:
        raise rules.EditedMeanwhile
    _apply(event, values)
    db.session.flush()
    difference = rules.difference(before, rules.content(event, values))
    if difference:
        events.touch(event)
    if difference and is_logged:
        journal.record(event, EDIT, actor, difference=difference)


def _apply(event: Event, values: Mapping[str, Any]) -> None:
    """Set each field; the place comes before the dates, whose time zone it gives."""
    left = dict(values)
    if "themes" in left:
        event.themes = list(queries.themes(event, left.pop("themes")))
    if place := {name: left.pop(name) for name in rules.PLACE_FIELDS if name in left}:
        _set_place(event, place)
    if "sessions" in left:
        _set_sessions(event, left.pop("sessions"))
    for name, value in left.items():
        setattr(event, name, value)


def _set_place(event: Event, place: Mapping[str, str]) -> None:
    """Set the place; the hours of the registrations stay those of its clocks."""
    was = ZoneInfo(event.time_zone)
    events.set_place(event, **place)
    zone = ZoneInfo(event.time_zone)
    event.registration_opens_at = _same_hour(event.registration_opens_at, was, zone)
    event.registration_closes_at = _same_hour(event.registration_closes_at, was, zone)


def _same_hour(instant: datetime | None, was: ZoneInfo, zone: ZoneInfo) -> datetime | None:
    return instant and instant.astimezone(was).replace(tzinfo=zone)


def _set_sessions(event: Event, slots: Sequence[Slot]) -> None:
    """Have the event at these dates: those kept are changed, new ones added, the others removed."""
    known = {session.id: session for session in event.sessions}
    wanted = []
    for slot in slots:
        session = EventSession() if slot.session_id is None else known.get(slot.session_id)
        if session is None:
            raise rules.SlotGone
        events.schedule(
            session, slot.day, slot.start_time, slot.end_time, time_zone=event.time_zone, end_day=slot.end_day
        )
        session.title = slot.title
        session.places_onsite, session.places_online = slot.places_onsite, slot.places_online
        session.track = _named(event.tracks, Track, slot.track)
        session.room = _named(event.rooms, Room, slot.room)
        wanted.append(session)
    event.sessions = wanted
    event.tracks = [track for track in event.tracks if any(session.track is track for session in wanted)]
    event.rooms = [room for room in event.rooms if any(session.room is room for session in wanted)]


def _named(known: list[_Part], kind: type[_Part], name: str) -> _Part | None:
    """The track or room of this name among the event's, made when it is new; None without a name."""
    if not name:
        return None
    for part in known:
        if part.name == name:
            return part
    part = kind(name=name)
    known.append(part)
    return part


# ── Submitting ──


def programme_of(organisation: Organisation, edition: Edition) -> Programme:
    """The programme of the organisation for the edition, made the first time it is asked for."""
    row = insert(Programme).values(
        organisation_id=organisation.id, edition_id=edition.id, introduction="", created_at=clock.now()
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=[Programme.organisation_id, Programme.edition_id]))
    programme = queries.programme(organisation.id, edition.id)
    if programme is None:
        raise LookupError(f"organisation {organisation.id} has no programme for edition {edition.id}")
    return programme


def introduce(organisation: Organisation, edition: Edition, introduction: str) -> Programme:
    """Give the programme of the organisation its introduction."""
    programme = programme_of(organisation, edition)
    programme.introduction = introduction
    return programme


def submit(event: Event, actor: Actor) -> Event:
    """Submit the event: it waits for a reviewer, and its author and its lab get a receipt.

    Refuses with `Incomplete` and the list, `WindowNotOpen` or `WindowClosed`, `WrongState`.
    """
    event = queries.locked_event(event.id)
    if event.state not in EDITABLE:
        raise WrongState
    rules.check_complete(event)
    rules.check_window(event, actor, clock.now())
    _submit(event, actor, clock.now())
    for kind in ("programmes.submitted", "programmes.submitted_lab"):
        outbox.enqueue(kind, event.id, key=f"{kind}:{event.id}:{event.version}", event_id=event.id)
    return event


def submit_programme(
    organisation: Organisation, edition: Edition, actor: Actor, slugs: Collection[str] | None = None
) -> list[Event]:
    """Submit every draft that is complete, with one receipt for all; gives them. What is not ready stays a draft.

    With `slugs`, only those at these addresses.

    What is to be corrected is not among them: each answer to a reviewer is submitted by itself.
    """
    now = clock.now()
    drafts = queries.drafts(organisation.id, edition.id)
    chosen = [event for event in drafts if slugs is None or event.slug in slugs]
    ready = [event for event in chosen if not missing_for_submission(event)]
    if not ready:
        raise rules.NothingReady
    for event in ready:
        rules.check_window(event, actor, now)
        _submit(event, actor, now)
    programme = programme_of(organisation, edition)
    for kind in ("programmes.programme_submitted", "programmes.programme_submitted_lab"):
        outbox.enqueue(kind, programme.id, key=f"{kind}:{programme.id}:{now.isoformat()}")
    return ready


def _submit(event: Event, actor: Actor, now: datetime) -> None:
    if not queries.was_submitted(event.id):
        _settle_slug(event)
    if event.edition and event.programme_id is None:
        event.programme_id = programme_of(event.organisation, event.edition).id
    event.submitted_at, event.submitter_id = now, actor.person_id
    events.touch(event)  # each submission is a version: the one that is read is the one approved
    journal.move(event, Verb.SUBMIT, actor)


def _settle_slug(event: Event) -> None:
    """The public address follows the title that was settled on; nobody outside of the lab knew the former one."""
    words = slugify(event.title)
    if words and not event.slug.startswith(words):
        event.slug = events.new_slug(event.title)


# ── Going back ──


def take_back(event: Event, actor: Actor) -> Event:
    """A submitted event that nobody has begun to review is a draft again."""
    event = queries.locked_event(event.id)
    journal.move(event, Verb.TAKE_BACK, actor)
    event.submitted_at = event.submitter_id = None
    return event


def withdraw(event: Event, actor: Actor, reason: str = "") -> Event:
    """Take the event off the programme. Whoever reviews it is told; so is whoever registered while it was public."""
    event = queries.locked_event(event.id)
    if not rules.may_withdraw(event):
        raise WrongState
    journal.move(event, Verb.WITHDRAW, actor, reason=reason)
    if event.published_at is not None:
        event.status, event.status_text = EventStatus.CANCELLED, reason
        registrations.cancel_for_event(event)
    if event.reviewer_id is not None:
        key = f"programmes.withdrawn:{event.id}:{event.version}"
        outbox.enqueue("programmes.withdrawn", event.id, key=key, event_id=event.id)
    return event


def delete(event: Event, actor: Actor) -> None:
    """Delete a draft; its journal stays."""
    event = queries.locked_event(event.id)
    if event.state is not EventState.DRAFT:
        raise rules.NotADraft
    journal.record(event, DELETE, actor, from_state=event.state)
    db.session.delete(event)


def cancel(event: Event, actor: Actor, words: str) -> int:
    """The published event does not take place; `words` goes to whoever registered. Gives how many people are told."""
    event = queries.locked_event(event.id)
    if not rules.may_change_published(event):
        raise rules.NotPublished
    difference = {"status": [event.status, EventStatus.CANCELLED]}
    event.status, event.status_text = EventStatus.CANCELLED, words
    events.touch(event)
    journal.record(event, CANCEL, actor, difference=difference, reason=words)
    return registrations.cancel_for_event(event)
