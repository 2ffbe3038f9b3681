"""The public pages of the calendar: home, programme, event."""

from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.editions import queries as editions
from planner.editions.rules import season
from planner.events import json_ld, labels, queries
from planner.events.forms import CalendarFilters
from planner.events.places import door, is_session_full
from planner.events.search import CalendarSearch
from planner.mail.links import link
from planner.web.access import public

bp = Blueprint("events", __name__)
bp.add_app_template_filter(labels.label)
for words in (
    labels.address_words,
    labels.domains_words,
    labels.frozen_words,
    labels.in_words,
    labels.place_words,
    labels.places_words,
    labels.retention_words,
    labels.session_title,
    is_session_full,
):
    bp.add_app_template_global(words)

ON_THE_HOME_PAGE = 5


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    now = clock.now()
    today = dates.local(now).date()
    edition = editions.shown(today)
    this_week = queries.coming(CalendarSearch(last_day=today + timedelta(days=6 - today.weekday())), ON_THE_HOME_PAGE)
    sessions = this_week or queries.coming(CalendarSearch(), ON_THE_HOME_PAGE)
    return render_template(
        "events/home.html",
        edition=edition,
        season=season(edition, today) if edition else None,
        event_count=queries.event_count(edition.id) if edition else 0,
        sessions=sessions,
        is_this_week=bool(this_week),
        places=queries.places(session.id for session in sessions),
        now=now,
    )


@bp.get("/programme")
@public
def calendar() -> ResponseReturnValue:
    """The list by day. A filter that cannot be read is said (422), and the list answers the others."""
    if "" in request.args.values():
        return redirect(_without_empty_questions())
    now = clock.now()
    edition = editions.shown(dates.local(now).date())
    form = CalendarFilters(request.args, queries.regions(), editions.themes(edition))
    is_valid = form.validate()
    search = form.search()
    filters = form.active(queries.organisation_name(search.organisation) if search.organisation else "")
    questions: dict[str, Any] = {field: request.args[field] for _, field in filters}
    found = queries.calendar(search, page=max(request.args.get("page", 1, type=int), 1))
    page = render_template(
        "events/calendar.html",
        edition=edition,
        form=form,
        filters=filters,
        feed_url=url_for("feeds.programme_calendar", **questions),
        found=found,
        days=[(day, list(sessions)) for day, sessions in groupby(found.sessions, key=attrgetter("day"))],
        places=queries.places(session.id for session in found.sessions),
        now=now,
    )
    return page, 200 if is_valid else 422


@bp.get("/evenements/<slug>")
@public
def event(slug: str) -> ResponseReturnValue:
    found = queries.served_event(slug)
    same_theme = queries.same_theme(found)
    places = queries.places(session.id for session in [*found.sessions, *same_theme])
    now, url = clock.now(), link("events.event", slug=slug)
    return render_template(
        "events/event.html",
        event=found,
        places=places,
        door=door(found, places, now),
        same_theme=same_theme,
        documents=queries.documents(found),
        now=now,
        url=url,
        description=json_ld.describe(found, url),
    )


def _without_empty_questions() -> str:
    """The address of the programme as one may share it: a form sends its empty fields too."""
    questions = [(name, value) for name, value in request.args.items(multi=True) if value]
    return "?".join(filter(None, [url_for("events.calendar"), urlencode(questions)]))
