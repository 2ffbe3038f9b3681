"""The organisations that run an event together, as its lab and those it asks see it."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner.db import transaction
from planner.directory import queries as directory
from planner.directory.rules import LabSearch
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.programmes import partner_rules, partners, queries, rules
from planner.programmes.desk_forms import InviteForm
from planner.programmes.models import CoOrganiserInvitation
from planner.web.access import allowed, required_actor
from planner.web.rights import Action, may

bp = Blueprint("co_organising", __name__, url_prefix="/espace-lab")

MOST = 20  # organisations found, shown at once


@bp.route("/evenements/<slug>/co-organisation", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def together(event: Event) -> ResponseReturnValue:
    """Who runs the event, who is asked; the lab looks for an organisation by its name and asks it."""
    slug, is_lab = event.slug, may(required_actor(), Action.EDIT_EVENT, event.organisation.scope)
    text = request.args.get("q", "").strip()[:100]
    ours = {one.id for one in rules.organisers(event)}
    found = [one for one in directory.labs(LabSearch(text)) if one.id not in ours] if text and is_lab else []
    form = InviteForm(found[:MOST])
    if form.is_submitted() and not is_lab:
        abort(403)
    if form.validate_on_submit():
        wanted = next(one for one in found if one.slug == form.organisation.data)
        name = wanted.name
        try:
            with transaction():
                partners.invite(event, wanted, required_actor(), form.words.data or "")
        except RuleViolation as refusal:
            flash(refusal.message, "error")
        else:
            flash(f"L’invitation est partie vers {name}.", "success")
        return redirect(url_for(".together", slug=slug))
    page = render_template(
        "programmes/together.html",
        event=event,
        is_lab=is_lab,
        form=form,
        text=text,
        found=found,
        most=MOST,
        pending=queries.pending_of_event(event.id),
        refusal=partner_rules.why_no_partner(event),
    )
    return page, 422 if form.errors else 200


@bp.post("/invitations/<int:invitation_id>/accepter")
@allowed(Action.EDIT_EVENT, queries.invitation_or_404)
def accept(invitation: CoOrganiserInvitation) -> ResponseReturnValue:
    """The organisation runs the event too."""
    words = f"Vous co-organisez maintenant «\u00a0{invitation.event.title}\u00a0»."
    return _answer(invitation, words, is_accepted=True)


@bp.post("/invitations/<int:invitation_id>/decliner")
@allowed(Action.EDIT_EVENT, queries.invitation_or_404)
def decline(invitation: CoOrganiserInvitation) -> ResponseReturnValue:
    """The organisation does not run the event."""
    return _answer(invitation, "Votre réponse est envoyée.", is_accepted=False)


@bp.post("/evenements/<slug>/co-organisation/invitations/<int:invitation_id>/retirer")
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def call_off(event: Event, invitation_id: int) -> ResponseReturnValue:
    """The lab no longer asks."""
    invitation, actor = queries.invitation_or_404(invitation_id), required_actor()
    if invitation.event_id != event.id:
        abort(404)
    if not may(actor, Action.EDIT_EVENT, event.organisation.scope):
        abort(403)
    back = url_for(".together", slug=event.slug)
    return _act(lambda: partners.call_off(invitation, actor), "L’invitation est retirée.", back, back)


@bp.post("/evenements/<slug>/co-organisation/<partner>/retirer")
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def part(event: Event, partner: str) -> ResponseReturnValue:
    """The lab goes on without the organisation, or the organisation leaves."""
    organisation, actor = directory.lab_or_404(partner), required_actor()
    is_lab = may(actor, Action.EDIT_EVENT, event.organisation.scope)
    if not is_lab and not may(actor, Action.EDIT_EVENT, organisation.scope):
        abort(403)
    back = url_for(".together", slug=event.slug)
    after = back if is_lab else url_for("programmes.desk")
    done = f"{organisation.name} ne co-organise plus l’événement."
    return _act(lambda: partners.part(event, organisation, actor), done, after, back)


def _answer(invitation: CoOrganiserInvitation, done: str, *, is_accepted: bool) -> ResponseReturnValue:
    home, actor = url_for("programmes.organisation_desk", slug=invitation.organisation.slug), required_actor()
    return _act(lambda: partners.answer(invitation, actor, is_accepted=is_accepted), done, home, home)


def _act(action: Callable[[], object], done: str, after: str, back: str) -> ResponseReturnValue:
    """Do it and go on; a refusal is said on the page that one comes back to."""
    try:
        with transaction():
            action()
    except RuleViolation as refusal:
        flash(refusal.message, "error")
        return redirect(back)
    flash(done, "success")
    return redirect(after)
