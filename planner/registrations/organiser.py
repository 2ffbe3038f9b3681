"""The organiser's list of who comes, its exports, and the answer to who asks to come."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner.db import transaction
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event
from planner.registrations import answers, approval, exports, labels, queries
from planner.registrations.forms import ApprovalForm, RegistrantsFilters
from planner.web.access import allowed
from planner.web.filters import counted
from planner.web.rights import Action

bp = Blueprint("registrants", __name__, url_prefix="/espace-lab/evenements")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {"csv": (exports.as_csv, "text/csv; charset=utf-8"), "xlsx": (exports.as_xlsx, _XLSX)}
DECISION, ACCEPT, REFUSE = "decision", "accepter", "refuser"  # the button pressed under the registrations to approve


def _event_or_404(slug: str) -> Event:
    return queries.event_of_desk(slug) or abort(404)


@bp.get("/<slug>/inscrits")
@allowed(Action.SEE_REGISTRANTS, _event_or_404)
def registrants(event: Event) -> ResponseReturnValue:
    """Who comes: numbers by session, what waits for an answer, search, filter by state."""
    return _page(event, ApprovalForm(event, queries.awaiting(event)))


@bp.post("/<slug>/inscrits/accords")
@allowed(Action.SEE_REGISTRANTS, _event_or_404)
def decide(event: Event) -> ResponseReturnValue:
    """The registrations ticked are accepted, or refused with a reason."""
    form = ApprovalForm(event, queries.awaiting(event))
    wants_refusal = request.form.get(DECISION) == REFUSE
    is_valid = form.validate()
    if not is_valid or (wants_refusal and form.must_say_why()):
        return _page(event, form), 422
    slug, chosen = event.slug, form.registrations.data
    try:
        with transaction():
            if wants_refusal:
                count = approval.refuse(event, chosen, form.reason.data)
            else:
                count = approval.approve(event, chosen)
    except RuleViolation as refusal:
        flash(refusal.message, "error")
        return redirect(url_for(".registrants", slug=slug))
    one, several = ("refusée", "refusées") if wants_refusal else ("acceptée", "acceptées")
    done = counted(count, f"inscription {one}", f"inscriptions {several}")
    mailed = (
        "Le motif part par courriel." if wants_refusal else "Un courriel part vers chaque personne qui a une place."
    )
    flash(f"{done}. {mailed}", "success")
    return redirect(url_for(".registrants", slug=slug))


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


def _page(event: Event, form: ApprovalForm) -> str:
    filters = RegistrantsFilters(request.args)
    return render_template(
        "registrations/registrants.html",
        event=event,
        form=form,
        filters=filters,
        seats=queries.registrants(event.id, *filters.wanted()),
        places=calendar.places(session.id for session in event.sessions),
        labels=labels,
        answers=answers,
    )
