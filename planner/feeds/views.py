"""The calendar to subscribe to: the programme with any filter, and each event. No session is read, no cookie given."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from planner import clock, dates, ical
from planner.editions import queries as editions
from planner.events import queries as events
from planner.events.forms import CalendarFilters
from planner.events.models import Event, EventSession
from planner.feeds import queries
from planner.feeds.entries import entry
from planner.mail.links import link
from planner.web.access import public

bp = Blueprint("feeds", __name__)

KEPT_FOR = 300  # seconds during which the caches on the way need not ask again


@bp.get("/programme.ics")
@public
def programme_calendar() -> ResponseReturnValue:
    """The sessions that answer the same filters as the programme; one that cannot be read is refused (422)."""
    edition = editions.shown(dates.local(clock.now()).date())
    form = CalendarFilters(request.args, events.regions(), editions.themes(edition))
    if not form.validate():
        abort(422, " ".join(f"{line.label}\u00a0: {line.message}" for line in form.refusals))
    search = form.search()
    filters = form.active(events.organisation_name(search.organisation) if search.organisation else "")
    name = " – ".join([current_app.config["SERVICE_NAME"], *(words for words, _ in filters)])
    url = link("events.calendar", **{field: request.args[field] for _, field in filters})

    def write() -> bytes:
        return _feed(((session.event, session) for session in queries.sessions(search)), name, url)

    return _answer(write, (name, url, queries.versions(search)), queries.last_change(), "programme.ics")


@bp.get("/evenements/<slug>.ics")
@public
def event_calendar(slug: str) -> ResponseReturnValue:
    """Every session of an event, to be opened once or followed."""
    event = events.served_event(slug)
    changes = [event.updated_at, *(session.updated_at for session in event.sessions)]

    def write() -> bytes:
        sessions = ((event, session) for session in event.sessions)
        return _feed(sessions, event.title, link("events.event", slug=slug))

    return _answer(write, (slug, changes), max(changes), f"{slug}.ics")


def _feed(sessions: Iterable[tuple[Event, EventSession]], name: str, url: str) -> bytes:
    entries = (entry(event, session) for event, session in sessions)
    return ical.calendar_feed([one for one in entries if one], name=name, url=url)


def _answer(write: Callable[[], bytes], versions: object, changed_at: datetime | None, filename: str) -> Response:
    """The file, or 304 when the reader has it already: it is then not even written."""
    response = Response(mimetype="text/calendar")
    response.set_etag(sha256(repr(versions).encode()).hexdigest()[:32])
    response.last_modified = changed_at
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_FOR
    response.make_conditional(request)
    if response.status_code != 304:
        response.data = write()
        response.headers.set("Content-Disposition", "inline", filename=filename)
    return response
