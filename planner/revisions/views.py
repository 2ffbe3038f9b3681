"""What becomes of a published event, on its lab's desk: its pages once published, and what happens to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner import clock
from planner.db import rehearsal, transaction
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event
from planner.programmes import queries
from planner.programmes import rules as composing
from planner.programmes.comparison import wanted
from planner.programmes.event_form import EventForm
from planner.programmes.forms import form_of
from planner.programmes.rules import FIELD_LABELS, Step
from planner.programmes.views import keep_picture, tell
from planner.revisions import preview, rules, services, status_changes
from planner.revisions.forms import CancelForm, CancelSessionForm, MoveOnlineForm, PostponeForm, StatusForm
from planner.web.access import allowed, required_actor
from planner.web.edits import Difference, EditedMeanwhile
from planner.web.rights import Action, Scope

bp = Blueprint("revisions", __name__, url_prefix="/espace-lab/evenements/<slug>")

CONFIRM = "confirmer"  # the button under the preview
STEPS = [step for step in Step if step is not Step.CHECK]  # once published there is nothing left to promise


@dataclass(frozen=True)
class PublishedStep:
    """A page of the form of a published event."""

    event: Event
    step: Step

    @property
    def scope(self) -> Scope:
        return self.event.scope


def _step_or_404(slug: str, step: str) -> PublishedStep:
    return PublishedStep(queries.event_to_edit(slug), Step(step) if step in STEPS else abort(404))


# ── Editing ──


@bp.route("/publie/<step>", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, _step_or_404)
def edit_step(at: PublishedStep) -> ResponseReturnValue:
    """A page of the form, with what is wanted already: part of it changes at once, the rest waits for a yes."""
    event, step, slug = at.event, at.step, at.event.slug
    if request.method == "GET" and not composing.may_change_published(event):
        return redirect(url_for("programmes.event", slug=slug))
    form = form_of(event, step, queries.themes(event), known=_wishes(event))
    if keep_picture(form):
        form.event = event = queries.event_to_edit(slug)
    if not form.is_submitted() or form.rearrange(request.form) or not form.validate():
        return _step_page(event, step, form)
    try:
        with transaction():
            saved = services.save(event, form.values(), required_actor(), read=form.version.data)
        form.known = _wishes(event)
        tell(form.tell(saved.taken, event))
    except RuleViolation as refusal:
        event = queries.event_to_edit(slug)
        form.known = _wishes(event)
        differences = form.compare(event) if isinstance(refusal, EditedMeanwhile) else []
        form.event = event
        form.refuse(refusal)
        return _step_page(event, step, form, differences)
    flash(_said(saved), "success")
    return redirect(url_for("programmes.event", slug=slug))


def _wishes(event: Event) -> dict[str, Any]:
    """What is wanted of the event and waits."""
    revision = queries.pending_revision(event.id)
    return wanted(event, revision.changes) if revision else {}


def _step_page(
    event: Event, step: Step, form: EventForm, differences: list[Difference] | None = None
) -> ResponseReturnValue:
    page = render_template(
        f"programmes/{step.name.lower()}.html",
        layout="revisions/_step.html",
        event=event,
        step=step,
        steps=STEPS,
        form=form,
        differences=differences or [],
        remarks={},
        requests=[],
        rules=composing,
        wished=[FIELD_LABELS[name] for name in form.known if name in FIELD_LABELS],
        places=calendar.places(session.id for session in event.sessions),
    )
    return page, 422 if form.errors else 200


def _said(saved: services.Saved) -> str:
    """What is public already, and what waits."""
    at_once = FIELD_LABELS | {"sessions": "Places"}  # all that changes at once of a date
    lists = {
        "Déjà visible sur la page de l’événement": [at_once[name] for name in saved.at_once],
        "En attente de l’accord de l’équipe du Mois": [FIELD_LABELS[name] for name in saved.waiting],
    }
    words = {begin: ", ".join(names) for begin, names in lists.items() if names}
    return " ".join(["C’est enregistré.", *(f"{begin}\u00a0: {names}." for begin, names in words.items())])


@bp.post("/publie/reprendre")
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def withdraw(event: Event) -> ResponseReturnValue:
    """What was wanted is taken back."""
    slug = event.slug
    try:
        with transaction():
            services.withdraw(event, required_actor())
    except RuleViolation as refusal:
        flash(refusal.message, "error")
    else:
        flash("La modification est reprise\u00a0: la page publique reste comme elle est.", "success")
    return redirect(url_for("programmes.event", slug=slug))


# ── What happens: filled, then seen with its mail, then confirmed ──


@bp.route("/annuler", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def cancel(event: Event) -> ResponseReturnValue:
    """The event does not take place."""
    return _happen(event, CancelForm(), "revisions/cancel.html", status_changes.cancel, "L’événement est annulé.")


@bp.route("/reporter", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def postpone(event: Event) -> ResponseReturnValue:
    """The event is put off, to new dates or to dates that are not known yet."""
    form = PostponeForm(rules.coming(event, clock.now()))
    return _happen(event, form, "revisions/postpone.html", status_changes.postpone, "C’est fait.")


@bp.route("/passer-en-ligne", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def move_online(event: Event) -> ResponseReturnValue:
    """The event takes place online."""
    form = MoveOnlineForm(event)
    return _happen(
        event, form, "revisions/move_online.html", status_changes.move_online, "L’événement a maintenant lieu en ligne."
    )


@bp.route("/dates/<int:session_id>/annuler", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_to_edit)
def cancel_session(event: Event, session_id: int) -> ResponseReturnValue:
    """One date of several does not take place."""
    session = next((one for one in event.sessions if one.id == session_id), None) or abort(404)

    def verb(event: Event, actor: Any, **values: Any) -> None:
        status_changes.cancel_session(event, session_id, actor, **values)

    return _happen(
        event, CancelSessionForm(), "revisions/cancel_session.html", verb, "La date est annulée.", session_id=session.id
    )


def _happen(
    event: Event, form: StatusForm, page: str, verb: Callable[..., object], done: str, **context: Any
) -> ResponseReturnValue:
    """Ask, show the mail and to how many people it goes, then do it: what was seen, and nothing else."""
    slug, actor, announcement = event.slug, required_actor(), None
    if form.validate_on_submit():
        values = form.values()
        try:
            if CONFIRM in request.form and form.is_seen:
                with transaction():
                    verb(event, actor, **values)
                flash(f"{done} Les personnes inscrites reçoivent votre message.", "success")
                return redirect(url_for("programmes.event", slug=slug))
            with rehearsal():
                announcement = preview.announce(event, lambda event: verb(event, actor, **values))
        except RuleViolation as refusal:
            form.form_errors.append(refusal.message)
        else:
            form.show()
        event = queries.event_to_edit(slug)
    answer = render_template(
        page,
        event=event,
        form=form,
        announcement=announcement,
        impossible=_impossible(event, page),
        coming=rules.coming(event, clock.now()),
        places=calendar.places(session.id for session in event.sessions),
        **context,
    )
    return answer, 422 if form.errors else 200


def _impossible(event: Event, page: str) -> str:
    """Why it cannot be, before anything is typed; empty when it can."""
    try:
        rules.check_published(event)
    except RuleViolation as refusal:
        return refusal.message
    if page == "revisions/move_online.html" and not rules.may_move_online(event):
        return rules.AlreadyOnline.message
    return ""
