"""The lab's desk: its programme at a glance, an event page after page, and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner import clock
from planner.accounts.rules import desk as work_desk
from planner.db import transaction
from planner.directory.models import Organisation
from planner.directory.queries import lab_or_404
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event
from planner.events.rules import missing_for_submission
from planner.images import services as images
from planner.programmes import comparison, partner_rules, queries, rules, services
from planner.programmes.desk_forms import DeskFilters, ProgrammeForm
from planner.programmes.event_form import EventForm
from planner.programmes.forms import WithdrawForm, form_of
from planner.programmes.models import Comment
from planner.programmes.presentation import PresentationForm
from planner.programmes.rules import Step
from planner.web.access import allowed, required_actor, signed_in
from planner.web.edits import Difference, EditedMeanwhile
from planner.web.rights import Action, Scope, may

bp = Blueprint("programmes", __name__, url_prefix="/espace-lab")

MANY = 15  # events: beyond, the desk is filtered
NEXT, CONTINUE, SUBMIT = "suite", "continuer", "proposer"  # the button pressed under a page of the form


@dataclass(frozen=True)
class EventStep:
    """A page of an event's form."""

    event: Event
    step: Step

    @property
    def scope(self) -> Scope:
        return self.event.scope


def _step_or_404(slug: str, step: str) -> EventStep:
    return EventStep(queries.event_to_edit(slug), Step(step) if step in list(Step) else abort(404))


# ── The desk ──


@bp.get("")
@signed_in
def desk() -> ResponseReturnValue:
    """The desk of the person's organisation; the choice between several."""
    own = queries.organisations(required_actor())
    if len(own) == 1:
        return redirect(url_for(".organisation_desk", slug=own[0].slug))
    return render_template("programmes/organisations.html", organisations=own)


@bp.get("/<slug>")
@allowed(Action.READ_SUBMISSION, lab_or_404)
def organisation_desk(organisation: Organisation) -> ResponseReturnValue:
    """What is left to do, and the events of the organisation."""
    found, filters = queries.desk(organisation), DeskFilters(request.args)
    is_valid = filters.validate()
    page = render_template(
        "programmes/desk.html",
        desk=found,
        filters=filters if len(found.lines) > MANY or filters.is_asked else None,
        lines=filters.keep(found.lines),
        **_helpers(organisation),
    )
    return page, 200 if is_valid else 422


@bp.route("/<slug>/programme", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, lab_or_404)
def programme(organisation: Organisation) -> ResponseReturnValue:
    """The programme of the organisation: its introduction, and what is ready to be submitted together."""
    slug, edition = organisation.slug, queries.open_edition() or abort(404)
    known = queries.programme(organisation.id, edition.id)
    desk = queries.desk(organisation)
    form = ProgrammeForm(known.introduction if known else "", [line for line in desk.ready if line in desk.lines])
    is_submitting = request.form.get(NEXT) == SUBMIT
    if form.validate_on_submit():
        try:
            with transaction():
                services.introduce(organisation, edition, form.introduction.data or "")
                actor = required_actor()
                submitted = (
                    services.submit_programme(organisation, edition, actor, form.events.data) if is_submitting else []
                )
        except RuleViolation as refusal:
            form.form_errors.append(refusal.message)
            organisation = lab_or_404(slug)
            desk = queries.desk(organisation)
        else:
            done = (
                _submitted_words(len(submitted)) if submitted else "La présentation de votre programme est enregistrée."
            )
            flash(done, "success")
            return redirect(url_for(".organisation_desk", slug=slug))
    page = render_template("programmes/programme.html", form=form, desk=desk, **_helpers(organisation))
    return page, 422 if form.errors else 200


def _submitted_words(count: int) -> str:
    what = "Votre événement est proposé" if count == 1 else f"Vos {count}\u00a0événements sont proposés"
    return f"{what}. Un accusé de réception part vers votre messagerie."


def _helpers(organisation: Organisation) -> dict[str, Any]:
    """Who can help when the window is closed, and who need not be helped."""
    return {
        "coordinators": queries.coordinators(organisation.region_code),
        "may_submit_late": rules.may_submit_late(required_actor(), organisation.scope),
        "rules": rules,
    }


# ── An event, page after page ──


@bp.route("/<slug>/evenements/nouveau", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, lab_or_404)
def new_event(organisation: Organisation) -> ResponseReturnValue:
    """The first page of the form; nothing exists before it is saved."""
    slug, actor, edition = organisation.slug, required_actor(), queries.open_edition()
    contact = {"contact_name": actor.full_name, "contact_email": organisation.contact_email or actor.email}
    form = PresentationForm(known=contact, themes=queries.themes(None))
    if keep_picture(form):
        organisation, edition = lab_or_404(slug), queries.open_edition()
    if form.is_submitted() and not form.rearrange(request.form) and form.validate():
        with transaction():
            event = services.create(organisation, edition, form.values(), actor)
        return _saved(event.slug, url_for(".organisation_desk", slug=slug), Step.PRESENTATION)
    page = render_template("programmes/new.html", form=form, organisation=organisation, edition=edition, rules=rules)
    return page, 422 if form.errors else 200


@bp.route("/evenements/<slug>/modifier", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def edit_event(event: Event) -> ResponseReturnValue:
    """The page of the form where something waits; for a published event, the first of its own."""
    if rules.may_change_published(event):
        return redirect(url_for("revisions.edit_step", slug=event.slug, step=Step.PRESENTATION))
    if not rules.may_edit(event):
        return redirect(url_for(".event", slug=event.slug))
    asked = [name for comment in queries.requests(event) for name in comment.fields]
    step = rules.first_step(missing_for_submission(event), asked)
    return redirect(url_for(".edit_step", slug=event.slug, step=step))


@bp.route("/evenements/<slug>/modifier/<step>", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, _step_or_404)
def edit_step(at: EventStep) -> ResponseReturnValue:
    """A page of the form: what is typed is saved, complete or not; the last page submits."""
    event, step = at.event, at.step
    if request.method == "GET" and not rules.may_edit(event):
        return redirect(url_for(".event", slug=event.slug))
    form = form_of(event, step, queries.themes(event))
    if keep_picture(form):
        form.event = event = queries.event_to_edit(event.slug)
    if not form.is_submitted() or form.rearrange(request.form) or not form.validate():
        return _step_page(event, step, form)
    slug, home, is_submitting = event.slug, _home(event), request.form.get(NEXT) == SUBMIT
    actor, values = required_actor(), form.values()
    try:
        with transaction():
            taken = services.save(event, values, actor, read=form.version.data)
        tell(form.tell(taken, event))
        if is_submitting:
            form.answer_to(event)  # what is saved stays saved when the submission is refused
            with transaction():
                services.submit(event, actor)
    except RuleViolation as refusal:
        event = queries.event_to_edit(slug)
        differences = form.compare(event) if isinstance(refusal, EditedMeanwhile) else []
        form.event = event
        form.refuse(refusal)
        return _step_page(event, step, form, differences)
    if is_submitting:
        flash(_submitted_words(1), "success")
        return redirect(home)
    return _saved(slug, home, step)


def keep_picture(form: EventForm) -> bool:
    """Keep the picture that was just chosen, so that it is still there when another answer is refused."""
    picture = form.take_file() if form.is_submitted() else None
    if picture:
        with transaction():
            images.keep(picture)
    return picture is not None


def tell(changes: list[Difference]) -> None:
    """Say what somebody else changed on this page, and that it is kept."""
    if changes:
        words = " ; ".join(f"{change.label}\u00a0: {change.theirs}" for change in changes)
        flash(f"Quelqu’un d’autre a aussi modifié cette page\u00a0; ses changements sont gardés. {words}", "info")


def _home(event: Event) -> str:
    """The desk of the event's lab; for a coordinator, who does not read its drafts, their own desk."""
    actor = required_actor()
    is_own = may(actor, Action.READ_SUBMISSION, event.organisation.scope)
    return url_for(".organisation_desk", slug=event.organisation.slug) if is_own else work_desk(actor)


def _saved(slug: str, home: str, step: Step) -> ResponseReturnValue:
    """Where the button pressed leads."""
    flash("C’est enregistré.", "success")
    if request.form.get(NEXT) == CONTINUE:
        return redirect(url_for(".edit_step", slug=slug, step=rules.next_step(step)))
    return redirect(home)


def _step_page(
    event: Event, step: Step, form: EventForm, differences: list[Difference] | None = None
) -> ResponseReturnValue:
    requests, missing = queries.requests(event), missing_for_submission(event)
    page = render_template(
        f"programmes/{step.name.lower()}.html",
        layout="programmes/_step.html",
        event=event,
        step=step,
        form=form,
        differences=differences or [],
        missing=missing,
        progress=rules.progress(missing, [name for comment in requests for name in comment.fields]),
        remarks=_by_field(requests),
        requests=requests,
        may_submit=_may_submit_now(event),
        rules=rules,
        **(_preview(event) if step is Step.CHECK else {}),
    )
    return page, 422 if form.errors else 200


def _by_field(requests: Any) -> dict[str, list[Comment]]:
    names = {name for comment in requests for name in comment.fields}
    return {name: [comment for comment in requests if name in comment.fields] for name in names}


def _may_submit_now(event: Event) -> bool:
    try:
        rules.check_window(event, required_actor(), clock.now())
    except RuleViolation:
        return False
    return True


def _preview(event: Event) -> dict[str, Any]:
    """What the public page of the event shows."""
    return {
        "places": calendar.places(session.id for session in event.sessions),
        "now": clock.now(),
        "coordinators": queries.coordinators(event.scope.region_code),
    }


# ── What can be done with an event ──


@bp.get("/evenements/<slug>")
@allowed(Action.READ_SUBMISSION, queries.event_to_edit)
def event(event: Event) -> ResponseReturnValue:
    """Where the event stands, what was written to its author, what can be done now."""
    return render_template(
        "programmes/event.html",
        event=event,
        reason=queries.last_reason(event),
        thread=queries.thread(event),
        may_co_organise=not partner_rules.why_no_partner(event),
        may_duplicate=any(may(required_actor(), Action.EDIT_EVENT, one.scope) for one in rules.organisers(event)),
        revision=(revision := queries.pending_revision(event.id)),
        pairs=comparison.compare(event, comparison.wanted(event, revision.changes)) if revision else [],
        rules=rules,
        **_preview(event),
    )


@bp.post("/evenements/<slug>/reprendre")
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def take_back(event: Event) -> ResponseReturnValue:
    """A submitted event that nobody reviews yet is a draft again."""
    return _act(event, services.take_back, "L’événement est de nouveau un brouillon.", ".edit_event")


@bp.route("/evenements/<slug>/retirer", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def withdraw(event: Event) -> ResponseReturnValue:
    """Asks, then takes the event off the programme."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        page = render_template("programmes/withdraw.html", event=event, form=form, rules=rules)
        return page, 422 if form.errors else 200
    reason = form.reason.data or ""
    done = "L’événement est retiré du programme."
    return _act(event, lambda event, actor: services.withdraw(event, actor, reason), done, ".event")


@bp.route("/evenements/<slug>/supprimer", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def delete(event: Event) -> ResponseReturnValue:
    """Asks, then deletes the draft."""
    if request.method == "GET":
        return render_template("programmes/delete.html", event=event)
    home = event.organisation.slug
    return _act(event, services.delete, "Le brouillon est supprimé.", ".organisation_desk", home)


def _act(
    event: Event, action: Callable[[Event, Any], object], done: str, endpoint: str, target: str = ""
) -> ResponseReturnValue:
    """Do it and go on; a refusal is said on the event's own page, which shows where it stands now."""
    slug = event.slug
    try:
        with transaction():
            action(event, required_actor())
    except RuleViolation as refusal:
        flash(refusal.message, "error")
        return redirect(url_for(".event", slug=slug))
    flash(done, "success")
    return redirect(url_for(endpoint, slug=target or slug))
