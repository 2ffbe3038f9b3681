"""Sessions as entries of a public calendar. What is sent to registrants only is never in them."""

from urllib.parse import urlsplit

from flask import current_app

from planner import dates, ical
from planner.events.labels import address_words, label, session_title
from planner.events.models import Event, EventMode, EventSession, EventStatus, SessionStatus
from planner.mail.links import link


def entry(event: Event, session: EventSession) -> ical.Entry | None:
    """The entry of a session; None while it has no hours."""
    if session.starts_at is None or session.ends_at is None:
        return None
    mark = _mark(event, session)
    title = session_title(event, session)
    url = link("events.event", slug=event.slug)
    description = [
        event.status_text,
        dates.span(session.starts_at, session.ends_at, event.time_zone),
        event.summary,
        f"Organisation\u00a0: {event.organisation.name}",
        url,
    ]
    return ical.Entry(
        uid=f"session-{session.id}@{urlsplit(current_app.config['BASE_URL']).hostname}",
        sequence=session.sequence,
        dtstamp=max(session.updated_at, event.updated_at),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=f"{mark}\u00a0: {title}" if mark else title,
        description="\n".join(filter(None, description)),
        location=_location(event),
        url=url,
        categories=(label(event.format),) if event.format else (),
        is_cancelled=bool(mark),
    )


def _mark(event: Event, session: EventSession) -> str:
    """What takes the entry out of people's day, said in its title too: not every calendar shows a status."""
    if session.status is SessionStatus.CANCELLED:
        return label(EventStatus.CANCELLED)
    return label(event.status) if event.status in {EventStatus.CANCELLED, EventStatus.POSTPONED} else ""


def _location(event: Event) -> str:
    is_open = event.is_joining_link_public and event.joining_link
    online = event.joining_link if is_open else label(EventMode.ONLINE)
    if event.mode is EventMode.HYBRID:
        return f"{address_words(event)} – {online}"
    return online if event.mode is EventMode.ONLINE else address_words(event)
