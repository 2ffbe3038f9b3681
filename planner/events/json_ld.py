"""An event as search engines read it: schema.org/Event."""

from datetime import datetime
from typing import Any

from planner import dates
from planner.directory.models import Organisation
from planner.events.labels import in_words
from planner.events.models import Event, EventMode, EventSession, EventStatus, SessionStatus
from planner.mail.links import link

_SCHEMA = "https://schema.org/"
_STATUSES = {
    EventStatus.SCHEDULED: "EventScheduled",
    EventStatus.RESCHEDULED: "EventRescheduled",
    EventStatus.MOVED_ONLINE: "EventMovedOnline",
    EventStatus.POSTPONED: "EventPostponed",
    EventStatus.CANCELLED: "EventCancelled",
}
_MODES = {
    EventMode.ONSITE: "OfflineEventAttendanceMode",
    EventMode.ONLINE: "OnlineEventAttendanceMode",
    EventMode.HYBRID: "MixedEventAttendanceMode",
}
type_of_data = dict[str, Any]


def describe(event: Event, url: str) -> type_of_data:
    """The description of the event whose page is at `url`; each date is an event of it when there are several."""
    sessions = [session for session in event.sessions if session.starts_at and session.ends_at]
    description = {"@context": _SCHEMA.rstrip("/"), **_described(event, url)}
    if sessions:
        ends_at = max(session.ends_at for session in sessions if session.ends_at)
        description |= _hours(sessions[0].starts_at, ends_at, event.time_zone)
    if len(sessions) > 1:
        description["subEvent"] = [_session(event, session, url) for session in sessions]
    return description


def _described(event: Event, url: str) -> type_of_data:
    described = {
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": url,
        "inLanguage": "fr",
        "isAccessibleForFree": event.is_free_of_charge,
        "eventStatus": _SCHEMA + _STATUSES[event.status],
        "organizer": [_organisation(one) for one in (event.organisation, *event.co_organisers)],
    }
    if event.image:
        described["image"] = link("images.image", digest=event.image.digest)
    if event.mode:
        described |= {"eventAttendanceMode": _SCHEMA + _MODES[event.mode], "location": _location(event, url)}
    if event.audiences:
        described["audience"] = {"@type": "Audience", "audienceType": in_words(event.audiences)}
    return described


def _session(event: Event, session: EventSession, url: str) -> type_of_data:
    status = EventStatus.CANCELLED if session.status is SessionStatus.CANCELLED else event.status
    described: type_of_data = {"@type": "Event", "name": session.title or event.title, "url": url}
    described |= {
        "eventStatus": _SCHEMA + _STATUSES[status],
        **_hours(session.starts_at, session.ends_at, event.time_zone),
    }
    if event.image:
        described["image"] = link("images.image", digest=event.image.digest)
    if event.mode:
        described |= {"eventAttendanceMode": _SCHEMA + _MODES[event.mode], "location": _location(event, url)}
    return described


def _hours(starts_at: datetime | None, ends_at: datetime | None, zone: str) -> type_of_data:
    """Hours of the place with their offset, as they are read there."""
    if not starts_at or not ends_at:
        return {}
    return {
        "startDate": dates.local(starts_at, zone).isoformat(),
        "endDate": dates.local(ends_at, zone).isoformat(),
    }


def _location(event: Event, url: str) -> type_of_data | list[type_of_data]:
    link = event.joining_link if event.is_joining_link_public and event.joining_link else url
    online = {"@type": "VirtualLocation", "url": link}
    if event.mode is EventMode.ONLINE:
        return online
    return [_place(event), online] if event.mode is EventMode.HYBRID else _place(event)


def _place(event: Event) -> type_of_data:
    address = {
        "streetAddress": event.street,
        "postalCode": event.postcode,
        "addressLocality": event.city,
        "addressRegion": event.region.name if event.region else "",
        "addressCountry": "FR",
    }
    written = {name: value for name, value in address.items() if value}
    return {"@type": "Place", "name": event.venue or event.city, "address": {"@type": "PostalAddress", **written}}


def _organisation(organisation: Organisation) -> type_of_data:
    described = {"@type": "Organization", "name": organisation.name}
    if organisation.website.startswith(("https://", "http://")):
        described["url"] = organisation.website
    return described
