"""Coming into a team: the mailed invitation, the request to join, the proposal of a coordinator."""

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.accounts import queries as accounts
from planner.accounts.services import ask_to_sign_in
from planner.accounts.views import ASKED_FOR
from planner.db import transaction
from planner.directory import labels as directory_labels
from planner.directory.models import MembershipRole, Organisation
from planner.directory.queries import lab_or_404
from planner.directory.rules import is_closed
from planner.errors import RuleViolation
from planner.teams import queries, rules, services
from planner.teams.forms import JoinForm, ProposeForm
from planner.teams.labels import ROLE_HINTS
from planner.teams.models import MembershipInvitation
from planner.web.access import allowed, current_actor, public, required_actor, signed_in
from planner.web.rights import Action

bp = Blueprint("joining", __name__)


# ── The mailed invitation ──


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """What is offered and by whom; its buttons answer."""
    found = queries.invitation_by_token(token)
    if found is None:
        return _no_invitation("Ce lien d’invitation n’est pas complet."), 404
    try:
        rules.check_invitation(found, clock.now())
    except RuleViolation as refusal:
        return _no_invitation(refusal.message, found), 410
    return render_template(
        "teams/invitation.html",
        invitation=found,
        token=token,
        actor=current_actor(),
        roles=directory_labels.ROLES,
        role_hints=ROLE_HINTS,
    )


@bp.post("/invitations/<token>/accepter")
@public
def accept(token: str) -> ResponseReturnValue:
    """Makes a member of the address invited.

    It opens no session: the link lives for 14 days and is easily forwarded, and the account may hold other rights. Who
    is not signed in as that person gets a sign-in link at that address, which leads to the lab's desk.
    """
    found = queries.invitation_by_token(token) or abort(404)
    actor, email, organisation = current_actor(), found.email, found.organisation
    is_helper = found.role is MembershipRole.HELPER
    home = url_for("programmes.desk") if is_helper else url_for("programmes.organisation_desk", slug=organisation.slug)
    name = organisation.name
    is_signed_in = actor is not None and actor.email == email
    try:
        with transaction():
            services.accept(found)
            if not is_signed_in:
                ask_to_sign_in(email, home)
    except RuleViolation as refusal:
        return _no_invitation(refusal.message, queries.invitation_by_token(token)), 410
    flash(f"Bienvenue dans l’équipe de {name}\u00a0!", "success")
    if is_signed_in:
        return redirect(home)
    session[ASKED_FOR] = email
    return redirect(url_for("accounts.link_sent", suite=home))


@bp.post("/invitations/<token>/refuser")
@public
def decline(token: str) -> ResponseReturnValue:
    found = queries.invitation_by_token(token) or abort(404)
    name = found.organisation.name
    try:
        with transaction():
            services.decline(found)
    except RuleViolation as refusal:
        return _no_invitation(refusal.message, queries.invitation_by_token(token)), 410
    flash(f"Vous avez décliné l’invitation de {name}. L’équipe en est informée.", "success")
    return redirect(url_for("directory.labs"))


def _no_invitation(reason: str, found: MembershipInvitation | None = None) -> str:
    return render_template("teams/invitation_refused.html", reason=reason, invitation=found, actor=current_actor())


# ── Requests to join ──


@bp.route("/labs/<slug>/rejoindre", methods=["GET", "POST"])
@signed_in
def join(slug: str) -> ResponseReturnValue:
    """Asks for a place in the team, with a word."""
    organisation, actor = lab_or_404(slug), required_actor()
    form = JoinForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.ask_to_join(organisation, accounts.person(actor.person_id), form.words.data)
        except RuleViolation as refusal:
            form.refuse(refusal)
            organisation = lab_or_404(slug)
        else:
            flash("Votre demande est partie. La réponse vous arrivera par courriel.", "success")
            return redirect(url_for("directory.lab", slug=slug))
    page = render_template(
        "teams/join.html",
        form=form,
        organisation=organisation,
        is_member=organisation.id in actor.organisation_ids,
        pending=queries.pending_request(organisation.id, actor.person_id),
        is_closed=is_closed(organisation, dates.local(clock.now()).date()),
    )
    return page, 422 if form.errors else 200


@bp.route("/espace-lab/<slug>/equipe/proposer", methods=["GET", "POST"])
@allowed(Action.PROPOSE_MEMBER, lab_or_404)
def propose(organisation: Organisation) -> ResponseReturnValue:
    """A coordinator proposes somebody to the team, which decides."""
    form, slug = ProposeForm(), organisation.slug
    if form.validate_on_submit():
        try:
            with transaction():
                services.propose(organisation, form.email.data, form.words.data, required_actor())
        except RuleViolation as refusal:
            form.refuse(refusal)
            organisation = lab_or_404(slug)
        else:
            flash("Votre proposition est partie. La réponse vous arrivera par courriel.", "success")
            return redirect(url_for("teams.team", slug=slug))
    return render_template("teams/propose.html", form=form, organisation=organisation), 422 if form.errors else 200
