"""The organiser's list of who comes, and its exports."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from planner.events import queries as calendar
from planner.events.models import Event
from planner.registrations import answers, exports, labels, queries
from planner.registrations.forms import RegistrantsFilters
from planner.web.access import allowed
from planner.web.rights import Action

bp = Blueprint("registrants", __name__, url_prefix="/espace-lab/evenements")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {"csv": (exports.as_csv, "text/csv; charset=utf-8"), "xlsx": (exports.as_xlsx, _XLSX)}


def _event_or_404(slug: str) -> Event:
    return queries.event_of_desk(slug) or abort(404)


@bp.get("/<slug>/inscrits")
@allowed(Action.SEE_REGISTRANTS, _event_or_404)
def registrants(event: Event) -> ResponseReturnValue:
    """Who comes: numbers by session, search, filter by state."""
    filters = RegistrantsFilters(request.args)
    return render_template(
        "registrations/registrants.html",
        event=event,
        filters=filters,
        seats=queries.registrants(event.id, *filters.wanted()),
        places=calendar.places(session.id for session in event.sessions),
        labels=labels,
        answers=answers,
    )


@bp.get("/<slug>/inscrits.<any(csv, xlsx):extension>")
@allowed(Action.SEE_REGISTRANTS, _event_or_404)
def export(event: Event, extension: str) -> ResponseReturnValue:
    """The same list, filtered the same way, as a file."""
    write, mimetype = _FILES[extension]
    seats = queries.registrants(event.id, *RegistrantsFilters(request.args).wanted())
    headers = {
        "Content-Disposition": f'attachment; filename="inscrits-{event.slug}.{extension}"',
        "Cache-Control": "no-store",
    }
    return Response(write(exports.lines(event, seats)), mimetype=mimetype, headers=headers)
