"""The public pages of the calendar: home, programme, event."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.directory import queries as directory
from planner.editions import queries as editions
from planner.editions.rules import season
from planner.events import json_ld, labels, queries
from planner.events.forms import CalendarFilters
from planner.events.models import Event, EventState
from planner.events.places import door, is_session_full
from planner.events.search import CalendarSearch
from planner.mail.links import link
from planner.web.access import public

bp = Blueprint("events", __name__)
bp.add_app_template_filter(labels.label)
bp.add_app_template_global(labels.address_words)
bp.add_app_template_global(labels.place_words)
bp.add_app_template_global(labels.places_words)
bp.add_app_template_global(labels.session_title)
bp.add_app_template_global(is_session_full)

ON_THE_HOME_PAGE = 5


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    today = dates.local(clock.now()).date()
    edition = editions.shown(today)
    sessions = queries.coming(CalendarSearch(), ON_THE_HOME_PAGE)
    return render_template(
        "events/home.html",
        edition=edition,
        season=season(edition, today) if edition else None,
        event_count=queries.event_count(edition.id) if edition else 0,
        sessions=sessions,
        places=queries.places(session.id for session in sessions),
        now=clock.now(),
    )
