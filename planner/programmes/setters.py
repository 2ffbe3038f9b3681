"""An event made to hold what was typed: its place, dates, rooms, speakers, picture."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text

from planner import dates
from planner.db import db
from planner.events import services as events
from planner.events.models import Event, EventSession, Room, SessionStatus, Speaker, Track
from planner.events.questions import Asked, Question
from planner.images import services as images
from planner.programmes import queries, rules, slots
from planner.programmes.rules import Slot, SpeakerLine

_Part = TypeVar("_Part", Track, Room)


def apply(event: Event, values: Mapping[str, Any]) -> None:
    """Set each field; the place comes before the dates, whose time zone it gives, and the dates before their rooms.

    Two sessions of a track may exchange their hours: the database looks at all of them at the end.
    """
    left = dict(values)
    db.session.execute(text("SET CONSTRAINTS ex_event_session_track, ex_event_session_room DEFERRED"))
    if "themes" in left:
        event.themes = list(queries.themes(event, left.pop("themes")))
    if place := {name: left.pop(name) for name in rules.PLACE_FIELDS if name in left}:
        _set_place(event, place)
    for name, set_it in _SETTERS.items():
        if name in left:
            set_it(event, left.pop(name))
    for name, value in left.items():
        setattr(event, name, value)
    db.session.flush()
    db.session.execute(text("SET CONSTRAINTS ex_event_session_track, ex_event_session_room IMMEDIATE"))


def _set_place(event: Event, place: Mapping[str, str]) -> None:
    """Set the place; the hours of the registrations stay those of its clocks."""
    was = ZoneInfo(event.time_zone)
    events.set_place(event, **place)
    zone = ZoneInfo(event.time_zone)
    event.registration_opens_at = _same_hour(event.registration_opens_at, was, zone)
    event.registration_closes_at = _same_hour(event.registration_closes_at, was, zone)


def _same_hour(instant: datetime | None, was: ZoneInfo, zone: ZoneInfo) -> datetime | None:
    return instant and instant.astimezone(was).replace(tzinfo=zone)


def _set_sessions(event: Event, wanted: Sequence[Slot]) -> None:
    """Have the event at these dates: those kept are changed, new ones added, the others removed.

    A date that was cancelled stays, cancelled: people had it in their calendars.
    """
    slots.check_count(len(wanted))
    known = {session.id: session for session in event.sessions}
    sessions = []
    for slot in wanted:
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
        sessions.append(session)
    _check_overlaps(event, sessions)
    event.sessions = [*sessions, *(one for one in event.sessions if one.status is SessionStatus.CANCELLED)]
    event.tracks = [track for track in event.tracks if any(session.track is track for session in event.sessions)]
    event.rooms = [room for room in event.rooms if any(session.room is room for session in event.sessions)]


def _check_overlaps(event: Event, sessions: Sequence[EventSession]) -> None:
    """Refuse two dates at once in a track or in a room."""
    zone = event.time_zone
    held = [
        slots.Held(
            number,
            dates.local(session.starts_at, zone),
            dates.local(session.ends_at, zone),
            session.track.name if session.track else "",
            session.room.name if session.room else "",
        )
        for number, session in enumerate(sessions, start=1)
        if session.starts_at and session.ends_at and session.status is not SessionStatus.CANCELLED
    ]
    for number, refusal in slots.overlaps(held):
        raise slots.Overlap(f"Date {number}. {refusal.message}", field="sessions")


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


def _set_rooms(event: Event, capacities: Mapping[str, int]) -> None:
    """How many each room of the event holds; a name that no date uses any more is left out."""
    for room in event.rooms:
        room.capacity = capacities.get(room.name)


def _set_speakers(event: Event, lines: Sequence[SpeakerLine]) -> None:
    """Name these people in this order; who was already there stays the same row, with the session they speak in."""
    known = {speaker.full_name: speaker for speaker in event.speakers}
    speakers = []
    for position, line in enumerate(lines):
        speaker = known.pop(line.full_name, None) or Speaker(full_name=line.full_name)
        speaker.position_held, speaker.position = line.position_held, position
        speakers.append(speaker)
    event.speakers = speakers


def _set_image(event: Event, digest: str) -> None:
    """Show this picture, none when the digest is empty; `ImageGone` when it is no longer kept."""
    event.image = images.held(digest) if digest else None


def _set_questions(event: Event, wanted: Sequence[Asked]) -> None:
    """Have the event ask these questions, in this order. Answers already given keep the words that asked for them."""
    known = {question.id: question for question in event.questions}
    kept: list[Question] = []
    for position, asked in enumerate(wanted):
        question = known.get(asked.question_id or 0) or Question()
        question.position, question.kind, question.label = position, asked.kind, asked.label
        question.hint, question.options, question.is_required = asked.hint, list(asked.options), asked.is_required
        question.condition = None if asked.condition is None else kept[asked.condition]
        question.condition_value = asked.condition_value
        kept.append(question)
    event.questions = kept


_SETTERS: dict[str, Callable[[Event, Any], None]] = {
    "sessions": _set_sessions,
    "rooms": _set_rooms,
    "speakers": _set_speakers,
    "image": _set_image,
    "questions": _set_questions,
}
