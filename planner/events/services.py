"""Verbs of the calendar's entries: their slots, their place, their address, their index.

Sessions of an event are scheduled here and nowhere else, so that what people typed and the instants stay in step.
"""

import secrets
from datetime import date, datetime, time
from string import ascii_lowercase, digits
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from planner import clock, dates
from planner.db import db
from planner.directory import queries as directory
from planner.events import rules
from planner.events.labels import label
from planner.events.models import Event, EventSession
from planner.text import fold, slugify


def schedule(
    event_session: EventSession,
    day: date | None,
    start_time: time | None,
    end_time: time | None,
    *,
    time_zone: str,
    end_day: date | None = None,
) -> None:
    """Set the slot as it was typed, in the place's time, and the instants that follow: none while something is missing.

    The sequence rises when a slot that was complete moves. Refuses an end that is not after the start and more than 24
    hours. At the change of hour an hour that comes twice is its first passage, and an hour that does not exist is the
    one that clocks show then (2:30 becomes 3:30).
    """
    was = (event_session.starts_at, event_session.ends_at)
    event_session.day, event_session.start_time, event_session.end_time = day, start_time, end_time
    event_session.end_day = end_day if end_day != day else None
    starts_at, ends_at = _instant(day, start_time, time_zone), _instant(end_day or day, end_time, time_zone)
    if starts_at and ends_at:
        rules.check_hours(starts_at, ends_at)
    now = (starts_at, ends_at) if starts_at and ends_at else (None, None)
    if now != was:
        event_session.starts_at, event_session.ends_at = now
        event_session.updated_at = clock.now()
        if None not in was:
            event_session.sequence = (event_session.sequence or 0) + 1  # a new row has none yet


def set_place(event: Event, *, venue: str = "", street: str = "", postcode: str = "", city: str = "") -> None:
    """Set where it happens; department, region and time zone follow from the postcode, and the sessions from the zone.

    Without a place, an event online is national and in Paris time. An unknown postcode gives no region.
    """
    event.venue, event.street, event.postcode, event.city = venue, street, postcode, city
    event.department = directory.department_of_postcode(postcode)
    event.region = event.department.region if event.department else None
    time_zone = event.region.time_zone if event.region else dates.PARIS
    if time_zone != event.time_zone:
        event.time_zone = time_zone
        for session in event.sessions:
            schedule(
                session,
                session.day,
                session.start_time,
                session.end_time,
                time_zone=time_zone,
                end_day=session.end_day,
            )


def touch(event: Event) -> None:
    """The content has changed: a version higher, the moment, the index. Called once by whatever changes an event."""
    event.version += 1
    event.updated_at = clock.now()
    index_text(event)


def index_text(event: Event) -> None:
    """Write what the calendar's search looks in, folded: accents and elisions do not count."""
    organisers = [event.organisation, *event.co_organisers]
    words = [
        event.title,
        event.summary,
        event.description,
        *event.keywords,
        *(event.skills or ()),  # a new event has no list yet
        *(theme.name for theme in event.themes),
        label(event.format) if event.format else "",
        *(organiser.name for organiser in organisers),
        event.venue,
        event.city,
        event.department.name if event.department else "",
        event.region.name if event.region else "",
    ]
    event.search_text = fold("\n".join(filter(None, words)))


def new_slug(title: str) -> str:
    """An address of its own for an event of this title: its words, and a few letters more when they are taken."""
    words = slugify(title) or "evenement"
    slug = words
    while db.session.scalar(select(exists().where(Event.slug == slug))):
        slug = f"{words}-{_letters(4)}"
    return slug


def _letters(count: int) -> str:
    return "".join(secrets.choice(ascii_lowercase + digits) for _ in range(count))


def _instant(day: date | None, hour: time | None, time_zone: str) -> datetime | None:
    """The instant of a local day and hour, in UTC."""
    if day is None or hour is None:
        return None
    return datetime.combine(day, hour, ZoneInfo(time_zone)).astimezone(clock.now().tzinfo)
