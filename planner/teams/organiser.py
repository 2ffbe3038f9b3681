"""The team of a lab as its manager sees it, and the page of the lab."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.db import transaction
from planner.directory import labels as directory_labels
from planner.directory import rules as directory_rules
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.directory.queries import lab_or_404
from planner.errors import RuleViolation
from planner.teams import queries, services
from planner.teams.forms import (
    LEAVE,
    HandOverForm,
    InviteForm,
    LabPageForm,
    MemberForm,
    RefuseForm,
)
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.web.access import allowed, required_actor
from planner.web.edits import EditedMeanwhile
from planner.web.rights import Action, Scope

bp = Blueprint("teams", __name__)

PREVIEW = "apercu"  # the button that shows the page of the lab before it is saved


@dataclass(frozen=True)
class AtMember:
    """A member of an organisation, by the address of their page."""

    organisation: Organisation
    membership: Membership
    token: str

    @property
    def scope(self) -> Scope:
        return self.organisation.scope


def _member_or_404(slug: str, token: str) -> AtMember:
    organisation = lab_or_404(slug)
    return AtMember(organisation, queries.member(organisation, token) or abort(404), token)


@dataclass(frozen=True)
class AtOffer:
    """An unanswered invitation of an organisation."""

    organisation: Organisation
    invitation: MembershipInvitation

    @property
    def scope(self) -> Scope:
        return self.organisation.scope


def _offer_or_404(slug: str, token: str) -> AtOffer:
    organisation = lab_or_404(slug)
    return AtOffer(organisation, queries.offer(organisation, token) or abort(404))


@dataclass(frozen=True)
class AtAsking:
    """A request to join an organisation."""

    organisation: Organisation
    request: JoinRequest
    token: str

    @property
    def scope(self) -> Scope:
        return self.organisation.scope


def _asking_or_404(slug: str, token: str) -> AtAsking:
    organisation = lab_or_404(slug)
    return AtAsking(organisation, queries.asking(organisation, token) or abort(404), token)


# ── The team ──


@bp.get("/espace-lab/<slug>/equipe")
@allowed(Action.READ_TEAM, lab_or_404)
def team(organisation: Organisation) -> ResponseReturnValue:
    """Who is in the team, who is invited, who asks to join, and what is to be feared."""
    return render_template(
        "teams/team.html",
        team=queries.team(organisation),
        organisation=organisation,
        own_id=required_actor().person_id,
        roles=directory_labels.ROLES,
    )


@bp.route("/espace-lab/<slug>/equipe/inviter", methods=["GET", "POST"])
@allowed(Action.MANAGE_ORGANISATION, lab_or_404)
def invite(organisation: Organisation) -> ResponseReturnValue:
    """Offers a place to an address; the answer is the same whether it has an account or not."""
    form, slug = InviteForm(), organisation.slug
    if form.validate_on_submit():
        try:
            with transaction():
                services.invite(organisation, form.email.data, form.role.data, required_actor(), form.end())
        except RuleViolation as refusal:
            form.refuse(refusal)
            organisation = lab_or_404(slug)
        else:
            flash(f"L’invitation part vers {form.email.data}. Elle est valable 14\u00a0jours.", "success")
            return _to_team(slug)
    return render_template("teams/invite.html", form=form, organisation=organisation), 422 if form.errors else 200


@bp.post("/espace-lab/<slug>/equipe/invitations/<token>/renvoyer")
@allowed(Action.MANAGE_ORGANISATION, _offer_or_404)
def send_again(at: AtOffer) -> ResponseReturnValue:
    slug, email = at.organisation.slug, at.invitation.email
    try:
        with transaction():
            services.send_again(at.invitation, required_actor())
    except RuleViolation as refusal:
        return _to_team(slug, refusal)
    flash(f"L’invitation repart vers {email}. Elle est de nouveau valable 14\u00a0jours.", "success")
    return _to_team(slug)


@bp.post("/espace-lab/<slug>/equipe/invitations/<token>/retirer")
@allowed(Action.MANAGE_ORGANISATION, _offer_or_404)
def withdraw(at: AtOffer) -> ResponseReturnValue:
    slug, email = at.organisation.slug, at.invitation.email
    try:
        with transaction():
            services.withdraw(at.invitation)
    except RuleViolation as refusal:
        return _to_team(slug, refusal)
    flash(f"L’invitation de {email} est retirée\u00a0: son lien n’ouvre plus rien.", "success")
    return _to_team(slug)


@bp.route("/espace-lab/<slug>/equipe/membres/<token>", methods=["GET", "POST"])
@allowed(Action.MANAGE_ORGANISATION, _member_or_404)
def member(at: AtMember) -> ResponseReturnValue:
    """Changes the role and the end of a membership; brings back who had left."""
    slug, name = at.organisation.slug, _name(at.membership)
    is_member = directory_rules.is_active(at.membership, _today())
    form = MemberForm(role=at.membership.role, ends_on=at.membership.ends_on if is_member else None)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_member(at.membership, form.role.data, form.end(), required_actor())
        except RuleViolation as refusal:
            form.refuse(refusal)
            at = _member_or_404(slug, at.token)
        else:
            flash(f"C’est enregistré pour {name}." if is_member else f"{name} est de nouveau dans l’équipe.", "success")
            return _to_team(slug)
    page = render_template(
        "teams/member.html",
        form=form,
        organisation=at.organisation,
        membership=at.membership,
        token=at.token,
        is_member=is_member,
        own_id=required_actor().person_id,
    )
    return page, 422 if form.errors else 200


@bp.post("/espace-lab/<slug>/equipe/membres/<token>/terminer")
@allowed(Action.MANAGE_ORGANISATION, _member_or_404)
def end_membership(at: AtMember) -> ResponseReturnValue:
    slug, name, actor = at.organisation.slug, _name(at.membership), required_actor()
    is_own = at.membership.person_id == actor.person_id
    try:
        with transaction():
            services.end_membership(at.membership, actor)
    except RuleViolation as refusal:
        return _to_team(slug, refusal)
    if is_own:
        flash("Vous avez quitté l’équipe.", "success")
        return redirect(url_for("programmes.desk"))
    flash(f"{name} n’est plus dans l’équipe.", "success")
    return _to_team(slug)


@bp.route("/espace-lab/<slug>/equipe/passer-la-main", methods=["GET", "POST"])
@allowed(Action.MANAGE_ORGANISATION, lab_or_404)
def hand_over(organisation: Organisation) -> ResponseReturnValue:
    """Another member becomes the manager; the one who was stays as an editor, or leaves."""
    slug, actor = organisation.slug, required_actor()
    others = [one for one in queries.team(organisation).members if one.membership.person_id != actor.person_id]
    form = HandOverForm((one.token, one.membership) for one in others)
    if form.validate_on_submit():
        successor = next(one.membership for one in others if one.token == form.successor.data)
        name, leaves = _name(successor), form.then.data == LEAVE
        try:
            with transaction():
                services.hand_over(organisation, successor, actor, leaves=leaves)
        except RuleViolation as refusal:
            form.refuse(refusal)
            organisation = lab_or_404(slug)
        else:
            flash(f"{name} répond maintenant de l’équipe.", "success")
            return redirect(url_for("programmes.desk")) if leaves else _to_team(slug)
    page = render_template("teams/hand_over.html", form=form, organisation=organisation, others=others)
    return page, 422 if form.errors else 200


# ── Requests to join ──


@bp.get("/espace-lab/<slug>/equipe/demandes/<token>")
@allowed(Action.MANAGE_ORGANISATION, _asking_or_404)
def asking(at: AtAsking) -> ResponseReturnValue:
    """Who asks to join, and the two answers."""
    return _asking_page(at)


@bp.post("/espace-lab/<slug>/equipe/demandes/<token>/accepter")
@allowed(Action.MANAGE_ORGANISATION, _asking_or_404)
def accept_request(at: AtAsking) -> ResponseReturnValue:
    slug, form = at.organisation.slug, MemberForm()
    if not form.validate():
        return _asking_page(at, acceptance=form)
    name, is_proposal = at.request.person.full_name or at.request.person.email, at.request.proposer_id is not None
    try:
        with transaction():
            services.accept_request(at.request, form.role.data, form.end(), required_actor())
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _asking_page(_asking_or_404(slug, at.token), acceptance=form)
    flash(f"Une invitation part vers {name}." if is_proposal else f"{name} est dans l’équipe.", "success")
    return _to_team(slug)


@bp.post("/espace-lab/<slug>/equipe/demandes/<token>/refuser")
@allowed(Action.MANAGE_ORGANISATION, _asking_or_404)
def refuse_request(at: AtAsking) -> ResponseReturnValue:
    slug, form = at.organisation.slug, RefuseForm()
    if not form.validate():
        return _asking_page(at, refusal=form)
    try:
        with transaction():
            services.refuse_request(at.request, form.reason.data, required_actor())
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _asking_page(_asking_or_404(slug, at.token), refusal=form)
    flash("Votre réponse part par courriel.", "success")
    return _to_team(slug)


def _asking_page(
    at: AtAsking, acceptance: MemberForm | None = None, refusal: RefuseForm | None = None
) -> ResponseReturnValue:
    form = acceptance or refusal  # the one just sent
    page = render_template(
        "teams/asking.html",
        form=form,
        acceptance=acceptance or MemberForm(formdata=None, role=MembershipRole.EDITOR),
        refusal=refusal or RefuseForm(formdata=None),
        organisation=at.organisation,
        asked=at.request,
        token=at.token,
    )
    return page, 422 if form and form.errors else 200


# ── The page of the lab ──


@bp.route("/espace-lab/<slug>/page", methods=["GET", "POST"])
@allowed(Action.MANAGE_ORGANISATION, lab_or_404)
def page(organisation: Organisation) -> ResponseReturnValue:
    """What the public page shows, and how it will look; whoever saves second is shown what the first wrote."""
    form, slug = LabPageForm(organisation), organisation.slug
    differences: list[tuple[str, str]] = []
    if form.validate_on_submit() and request.form.get("suite") != PREVIEW:
        try:
            with transaction():
                services.edit_page(organisation, form.values(), read=form.version.data)
        except RuleViolation as refusal:
            organisation = lab_or_404(slug)
            differences = form.compare(organisation) if isinstance(refusal, EditedMeanwhile) else []
            form.refuse(refusal)
        else:
            flash("C’est enregistré, et déjà visible sur la page du lab.", "success")
            return redirect(url_for("directory.lab", slug=slug))
    shown = _as_typed(organisation, form) if form.is_submitted() and not form.errors else organisation
    html = render_template(
        "teams/page.html",
        form=form,
        organisation=organisation,
        lab=shown,
        differences=differences,
        is_preview=shown is not organisation,
        labels=directory_labels,
        web_address=directory_rules.web_address,
    )
    return html, 422 if form.errors else 200


def _as_typed(organisation: Organisation, form: LabPageForm) -> dict[str, Any]:
    """The lab as it would be, for the eyes only."""
    kept = ("slug", "name", "kind", "region", "founded_year", "source", "closed_on")
    return {**{name: getattr(organisation, name) for name in kept}, **form.values()}


# ── Shared ──


def _to_team(slug: str, refusal: RuleViolation | None = None) -> ResponseReturnValue:
    if refusal:
        flash(refusal.message, "error")
    return redirect(url_for(".team", slug=slug))


def _today() -> date:
    return dates.local(clock.now()).date()


def _name(membership: Membership) -> str:
    return membership.person.full_name or membership.person.email
