"""The review desk: what waits, one event on one screen, and the decisions."""

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner.db import transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.programmes import rules as composing
from planner.programmes.comparison import compare, wanted
from planner.programmes.models import Revision
from planner.programmes.queries import pending_revision
from planner.review import labels, queries, rules, services
from planner.review.forms import (
    AskChangesForm,
    DecisionForm,
    NoteForm,
    OpinionForm,
    QueueFilters,
    ReasonForm,
    RefuseRevisionForm,
    RevisionForm,
)
from planner.revisions import queries as revisions
from planner.revisions import rules as revision_rules
from planner.revisions import services as revising
from planner.web.access import allowed, required_actor
from planner.web.rights import Action, Actor

bp = Blueprint("review", __name__, url_prefix="/instruction")

PUBLISH = "publier"  # the button that validates and publishes at once

# The forms of the screen, by the prefix of their fields, which is also the name of the one that is open.
FORMS: dict[str, type[DecisionForm]] = {
    "decision": DecisionForm,
    "corrections": AskChangesForm,
    "refus": ReasonForm,
    "depublication": ReasonForm,
    "avis": OpinionForm,
    "note": NoteForm,
}


@bp.get("")
@allowed(Action.ADVISE)
def queue() -> ResponseReturnValue:
    """What waits for a decision, oldest first, with how many there are in each state."""
    actor = required_actor()
    filters = QueueFilters(request.args, queries.regions(actor))
    filters.validate()
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "review/queue.html",
        queue=queries.queue(actor, filters.search(), page),
        filters=filters,
        search=filters.search(),
        kept=filters.kept(),
        states=rules.STATES,
        revisions=_waiting_revisions(actor, filters),
        labels=composing.FIELD_LABELS,
    )


def _waiting_revisions(actor: Actor, filters: QueueFilters) -> Sequence[Revision]:
    """The modifications of published events, shown with what waits when neither a state nor words are asked for."""
    search = filters.search()
    return () if search.state or search.text else revisions.waiting(actor, search.region_code)


@bp.get("/evenements/<slug>")
@allowed(Action.ADVISE, queries.event_or_404)
def event(event: Event) -> ResponseReturnValue:
    """One event on one screen: what the public will see, what to look at, what was said, what can be decided."""
    return _page(event)


# ── Decisions: asked for by GET, the screen with the form open; sent, done or refused on the same screen ──


@bp.route("/evenements/<slug>/examen", methods=["GET", "POST"])
@allowed(Action.APPROVE, queries.event_or_404)
def start(event: Event) -> ResponseReturnValue:
    """Take the event."""
    return _decide(event, "decision", services.start, "L’examen est commencé, à votre nom.")


@bp.route("/evenements/<slug>/corrections", methods=["GET", "POST"])
@allowed(Action.ADVISE, queries.event_or_404)
def ask_changes(event: Event) -> ResponseReturnValue:
    """Send it back to its lab with what to correct."""
    return _decide(event, "corrections", services.ask_changes, "La demande de corrections est envoyée à l’équipe.")


@bp.route("/evenements/<slug>/validation", methods=["GET", "POST"])
@allowed(Action.APPROVE, queries.event_or_404)
def approve(event: Event) -> ResponseReturnValue:
    """Validate the version that was read, and publish it when that button was pressed."""
    if PUBLISH in request.form:
        return _decide(event, "decision", services.approve_and_publish, "L’événement est publié.")
    return _decide(event, "decision", services.approve, "L’événement est validé.")


@bp.route("/evenements/<slug>/publication", methods=["GET", "POST"])
@allowed(Action.APPROVE, queries.event_or_404)
def publish(event: Event) -> ResponseReturnValue:
    """Put the validated event in the calendar."""
    return _decide(event, "decision", services.publish, "L’événement est publié.")


@bp.route("/evenements/<slug>/refus", methods=["GET", "POST"])
@allowed(Action.REJECT, queries.event_or_404)
def reject(event: Event) -> ResponseReturnValue:
    """Do not keep the event, and say why."""
    return _decide(event, "refus", services.reject, "L’événement est refusé\u00a0; l’équipe reçoit vos mots.")


@bp.route("/evenements/<slug>/depublication", methods=["GET", "POST"])
@allowed(Action.REJECT, queries.event_or_404)
def unpublish(event: Event) -> ResponseReturnValue:
    """Take the event off the calendar, and say why."""
    return _decide(event, "depublication", services.unpublish, "L’événement n’est plus dans le programme public.")


@bp.route("/evenements/<slug>/reouverture", methods=["GET", "POST"])
@allowed(Action.REJECT, queries.event_or_404)
def reopen(event: Event) -> ResponseReturnValue:
    """Read a rejected event again."""
    return _decide(event, "decision", services.reopen, "L’examen est rouvert, à votre nom.")


@bp.route("/evenements/<slug>/avis", methods=["GET", "POST"])
@allowed(Action.ADVISE, queries.event_or_404)
def advise(event: Event) -> ResponseReturnValue:
    """Give the region's opinion."""
    return _decide(event, "avis", services.advise, "L’avis de la région est enregistré.")


@bp.route("/evenements/<slug>/notes", methods=["GET", "POST"])
@allowed(Action.ADVISE, queries.event_or_404)
def note(event: Event) -> ResponseReturnValue:
    """Add a note between reviewers."""
    return _decide(event, "note", services.note, "La note est ajoutée.")


# ── Modifications of published events ──


@bp.get("/modifications/<slug>")
@allowed(Action.ADVISE, queries.event_or_404)
def revision(event: Event) -> ResponseReturnValue:
    """What is public beside what is wanted."""
    return _revision_page(event, RevisionForm(formdata=None), RefuseRevisionForm(formdata=None))


@bp.post("/modifications/<slug>/acceptation")
@allowed(Action.APPROVE, queries.event_or_404)
def accept_revision(event: Event) -> ResponseReturnValue:
    """Make public what is wanted, as it was read."""
    form = RevisionForm()
    done = "La modification est acceptée\u00a0: elle est sur la page publique."
    return _decide_revision(event, form, revising.accept, done) or _revision_page(
        event, form, RefuseRevisionForm(formdata=None)
    )


@bp.post("/modifications/<slug>/refus")
@allowed(Action.APPROVE, queries.event_or_404)
def refuse_revision(event: Event) -> ResponseReturnValue:
    """Leave the public page as it is, and say why."""
    form = RefuseRevisionForm()
    done = "La modification n’est pas retenue\u00a0; la personne qui l’a écrite reçoit vos mots."
    return _decide_revision(event, form, revising.refuse, done) or _revision_page(
        event, RevisionForm(formdata=None), form
    )


def _decide_revision(
    event: Event, form: RevisionForm, verb: Callable[..., object], done: str
) -> ResponseReturnValue | None:
    """Do it and go back to what waits; None when it is refused, which the form then says."""
    if not form.validate_on_submit():
        return None
    try:
        with transaction():
            verb(event, required_actor(), **form.decision())
    except RuleViolation as refusal:
        form.form_errors.append(refusal.message)
        return None
    flash(done, "success")
    return redirect(url_for(".queue"))


def _revision_page(event: Event, accepting: RevisionForm, refusing: RefuseRevisionForm) -> ResponseReturnValue:
    event, actor = queries.event_or_404(event.slug), required_actor()
    waiting = pending_revision(event.id)
    if waiting:
        accepting.read.data = refusing.read.data = revision_rules.mark(event, waiting)
    page = render_template(
        "review/revision.html",
        event=event,
        revision=waiting,
        author=revisions.author(waiting) if waiting else None,
        pairs=compare(event, wanted(event, waiting.changes)) if waiting else [],
        may_decide=waiting is not None and revision_rules.may_decide(event, waiting, actor),
        accepting=accepting,
        refusing=refusing,
    )
    return page, 422 if accepting.errors or refusing.errors else 200


def _decide(event: Event, name: str, verb: Callable[..., object], done: str) -> ResponseReturnValue:
    slug, form = event.slug, FORMS[name](prefix=name)
    if request.method == "GET":
        form.show(event.version)
    if form.validate_on_submit():
        try:
            with transaction():
                verb(event, required_actor(), **form.decision())
        except RuleViolation as refusal:
            event = queries.event_or_404(slug)
            form.refuse(refusal, event.version)
        else:
            flash(done, "success")
            return redirect(url_for(".event", slug=slug, **_filters().kept()))
    return _page(event, name, form), 422 if form.errors else 200


def _filters() -> QueueFilters:
    """The filters of the queue that the person comes from."""
    filters = QueueFilters(request.args, queries.regions(required_actor()))
    filters.validate()
    return filters


def _page(event: Event, opened: str = "", form: DecisionForm | None = None) -> str:
    """The screen of an event; the form that is open keeps what was typed in it."""
    actor, filters = required_actor(), _filters()
    forms = {
        name: form if form and name == opened else kind(formdata=None, prefix=name, data={"version": event.version})
        for name, kind in FORMS.items()
    }
    return render_template(
        "review/event.html",
        event=event,
        dossier=(dossier := queries.dossier(event, actor, filters.search())),
        missing=rules.missing(event),
        odd=rules.odd(event, dossier.today),
        possible=rules.possible(event, actor),
        is_own=rules.is_own(event, actor),
        may_give_opinion=rules.may_give_opinion(event, actor),
        forms=forms,
        form=form,
        opened=opened,
        kept=filters.kept(),
        labels=labels,
        composing=composing,
    )
