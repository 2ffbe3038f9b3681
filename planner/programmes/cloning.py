"""Taking up an event again: a copy of one, or a whole past programme moved to the edition that is composed.

The rule of days: a date on the n-th Tuesday of its edition goes to the n-th Tuesday of the new one, at the same hours
of the clocks of the place. When the new edition has fewer Tuesdays, it goes to the last one, and that is said. A date
that was some Tuesdays before the first one of its edition, or after the last, stays as many Tuesdays before or after.
An edition of less than a week may have no Tuesday at all: then the date is left to be chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from planner import clock
from planner.db import db
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events import services as events
from planner.events.models import Event, EventSession, EventState, Room, SessionStatus, Speaker, Track
from planner.events.questions import asked
from planner.programmes import journal, queries, rules
from planner.programmes.services import programme_of
from planner.programmes.setters import apply
from planner.web.rights import Actor

CLONE = "clone"  # line of the journal
WEEK = timedelta(days=7)

# Written once and still true. The rest is asked again: charter, note to the reviewers, window of the registrations.
_KEPT = (
    "title",
    "summary",
    "description",
    "image_id",
    "image_alt",
    "image_credit",
    "contact_name",
    "contact_email",
    "source",
    "attendance",
    "mode",
    "is_joining_link_public",
    "format",
    "is_reserved",
    "level",
    "accessibility_note",
    "registration_kind",
    "has_waiting_list",
    "needs_approval",
    "retention_months",
    "expected_attendance",
    "is_free_of_charge",
)
_KEPT_LISTS = ("audiences", "keywords", "skills", "accessibility", "reserved_domains")
_KEPT_WITHIN_EDITION = ("joining_link", "registration_url", "off_period_reason")  # another year has others


@dataclass(frozen=True)
class Moved:
    """The day that a date gets in the new edition; None when there is none. `is_clamped`: its rank does not exist."""

    day: date | None
    is_clamped: bool = False


@dataclass(frozen=True)
class Copy:
    """A draft made from an event, and what could not be taken over, in words."""

    event: Event
    left_out: list[str] = field(default_factory=list)


# ── Days ──


def moved_day(day: date, was: tuple[date, date], now: tuple[date, date]) -> Moved:
    """The day that this one gets, from an edition (first and last days) to another, by the rule of this page."""
    wanted = day.weekday()
    first, last = _first(wanted, now), _last(wanted, now)
    if first > last:
        return Moved(None)
    if day < was[0]:
        return Moved(first - (_first(wanted, was) - day))
    if day > was[1]:
        return Moved(last + (day - _last(wanted, was)))
    ranked = first + (day - _first(wanted, was))
    return Moved(min(ranked, last), is_clamped=ranked > last)


def _first(weekday: int, days: tuple[date, date]) -> date:
    """The first such weekday from the first day on."""
    return days[0] + timedelta(days=(weekday - days[0].weekday()) % 7)


def _last(weekday: int, days: tuple[date, date]) -> date:
    """The last such weekday until the last day."""
    return days[1] - timedelta(days=(days[1].weekday() - weekday) % 7)


def new_day(session: EventSession, event: Event, edition: Edition | None) -> Moved:
    """The day of the copy of this session: the same within its edition while it is to come, moved from another one."""
    if session.day is None or event.edition is None or edition is None:
        return Moved(None)
    if event.edition_id == edition.id:
        is_coming = session.starts_at is None or session.starts_at > clock.now()
        return Moved(session.day if is_coming else None)
    days = (event.edition.starts_on, event.edition.ends_on), (edition.starts_on, edition.ends_on)
    return moved_day(session.day, *days)


# ── Copies ──


def clone(event: Event, organisation: Organisation, edition: Edition | None, actor: Actor) -> Copy:
    """A draft of the organisation for the edition, with all of the event that is still true.

    Registrations, charter, co-organisers and messages stay behind. Themes are those of the new edition of the same
    address.
    """
    original = queries.event_to_edit(event.slug)
    is_same_edition = original.edition_id == (edition.id if edition else None)
    kept = [*_KEPT, *(_KEPT_WITHIN_EDITION if is_same_edition else ())]
    copy = Event(
        slug=events.new_slug(original.title),
        organisation=organisation,
        edition=edition,
        programme_id=programme_of(organisation, edition).id if edition else None,
        cloned_from_id=original.id,
        author_id=actor.person_id,
        state=EventState.DRAFT,
        **{name: getattr(original, name) for name in kept},
        **{name: list(getattr(original, name)) for name in _KEPT_LISTS},
    )
    db.session.add(copy)
    db.session.flush()  # its defaults are there
    place = {name: getattr(original, name) for name in ("venue", "street", "postcode", "city")}
    events.set_place(copy, **place)
    left_out = [*_copy_themes(original, copy), *_copy_sessions(original, copy, edition)]
    if not is_same_edition:
        left_out += [words for name, words in _OTHER_YEAR.items() if getattr(original, name)]
    if original.co_organisers:
        left_out.append("les co-organisateurs, à inviter de nouveau")
    apply(copy, {"questions": [replace(one, question_id=None) for one in asked(original.questions)]})
    events.index_text(copy)
    db.session.flush()
    journal.record(copy, CLONE, actor, difference={"cloned_from": [None, original.slug]})
    return Copy(copy, left_out)


_OTHER_YEAR = {
    "joining_link": "le lien de connexion",
    "registration_url": "l’adresse de la page d’inscription",
}


def _copy_themes(original: Event, copy: Event) -> list[str]:
    known = {theme.slug: theme for theme in queries.themes(copy)}
    copy.themes = [known[theme.slug] for theme in original.themes if theme.slug in known]
    return [f"le thème «\u00a0{theme.name}\u00a0»" for theme in original.themes if theme.slug not in known]


def _copy_sessions(original: Event, copy: Event, edition: Edition | None) -> list[str]:
    """The same sessions on their new days, with their tracks, rooms and speakers."""
    tracks = {one.id: Track(name=one.name, position=one.position) for one in original.tracks}
    rooms = {one.id: Room(name=one.name, capacity=one.capacity) for one in original.rooms}
    copy.tracks, copy.rooms = list(tracks.values()), list(rooms.values())
    sessions, days = {}, []
    for session in (one for one in original.sessions if one.status is SessionStatus.SCHEDULED):
        moved = new_day(session, original, edition)
        nights = session.end_day - session.day if session.end_day and session.day else None
        sessions[session.id] = made = EventSession(
            title=session.title,
            places_onsite=session.places_onsite,
            places_online=session.places_online,
        )
        if not moved.is_clamped:  # two dates of one room may come to the same day: the lab tells them apart
            made.track = tracks[session.track_id] if session.track_id else None
            made.room = rooms[session.room_id] if session.room_id else None
        end_day = moved.day + nights if moved.day and nights else None
        hours = (session.start_time, session.end_time)
        events.schedule(made, moved.day, *hours, time_zone=copy.time_zone, end_day=end_day)
        days.append(moved)
    copy.sessions = list(sessions.values())
    db.session.flush()
    copy.speakers = [
        Speaker(
            event_session_id=sessions[one.event_session_id].id if one.event_session_id in sessions else None,
            full_name=one.full_name,
            position_held=one.position_held,
            position=one.position,
        )
        for one in original.speakers
    ]
    return [
        *(["des dates, à choisir"] if any(moved.day is None for moved in days) else []),
        *(["le rang d’une date\u00a0: l’édition est plus courte"] if any(moved.is_clamped for moved in days) else []),
    ]


# ── A whole programme ──


def renew(
    organisation: Organisation, past: Edition, edition: Edition, slugs: Sequence[str], actor: Actor
) -> list[Copy]:
    """Drafts for the edition from the events of a past programme at these addresses, each once however often asked.

    What has been taken up already is left as it is. `NothingTicked` when nothing is asked for.
    """
    if not slugs:
        raise rules.NothingTicked(field="events")
    queries.lock_programme(programme_of(organisation, edition).id)
    taken_up = queries.taken_up(organisation.id, edition.id)
    wanted = [event for event in queries.past_events(organisation.id, past.id) if event.slug in slugs]
    return [clone(event, organisation, edition, actor) for event in wanted if event.id not in taken_up]
