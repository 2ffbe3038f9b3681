"""The review desk: what waits, one event on one screen, and the decisions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from planner import clock, dates
from planner.db import transaction
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event
from planner.programmes import rules as composing
from planner.programmes.models import CommentKind
from planner.programmes.queries import event_to_edit
from planner.review import queries, rules, services
from planner.review.forms import AskChangesForm, DecisionForm, NoteForm, OpinionForm, QueueFilters, ReasonForm
from planner.web.access import allowed, required_actor
from planner.web.fields import DsfrForm
from planner.web.rights import Action, Actor

bp = Blueprint("review", __name__, url_prefix="/instruction")


@bp.get("")
@allowed(Action.ADVISE)
def queue() -> ResponseReturnValue:
    """What waits for a decision, oldest first, with the numbers in each state."""
    actor = required_actor()
    filters = QueueFilters(request.args)
    filters.region.choices = [(region.code, region.name) for region in queries.regions(actor)]
    is_known = filters.validate()
    wanted = queries.QueueFilter(
        state=filters.etat.data if is_known else None,
        region_code=filters.region.data if is_known else None,
        text=filters.texte.data or "",
    )
    page = request.args.get("page", 1, type=int)
    found = queries.queue(actor, wanted, max(page, 1))
    return render_template(
        "review/queue.html", queue=found, filters=filters, wanted=wanted, rules=rules, now=clock.now()
    ), 200 if is_known else 422


@bp.get("/evenements/<slug>")
@allowed(Action.ADVISE, event_to_edit)
def event(event: Event) -> ResponseReturnValue:
    """One event on one screen: what the public will see, what to look at, what was said, the decision."""
    return _page(event)


@bp.post("/evenements/<slug>/commencer")
@allowed(Action.ADVISE, event_to_edit)
def start(event: Event) -> ResponseReturnValue:
    """The reviewer takes the event."""
    return _decide(event, "decision", "L’examen est commencé, à votre nom.", lambda _form: services.start)


@bp.post("/evenements/<slug>/demander-des-corrections")
@allowed(Action.ADVISE, event_to_edit)
def ask_changes(event: Event) -> ResponseReturnValue:
    """Send it back to its lab with what to correct."""
    done = "La demande de corrections part à l’équipe qui propose l’événement."
    return _decide(event, "corrections", done, lambda form: partial(services.ask_changes, **form.request()))


@bp.post("/evenements/<slug>/valider")
@allowed(Action.APPROVE, event_to_edit)
def approve(event: Event) -> ResponseReturnValue:
    """Validate the version that was read; publish it at once when that button was pressed."""
    is_published = "publier" in request.form
    verb = services.approve_and_publish if is_published else services.approve
    done = "L’événement est publié." if is_published else "L’événement est validé."
    return _decide(event, "decision", done, lambda form: partial(verb, version=form.version_read))


@bp.post("/evenements/<slug>/publier")
@allowed(Action.APPROVE, event_to_edit)
def publish(event: Event) -> ResponseReturnValue:
    """Put the validated event in the calendar."""
    done = "L’événement est publié."
    return _decide(event, "decision", done, lambda form: partial(services.publish, version=form.version_read))


@bp.post("/evenements/<slug>/refuser")
@allowed(Action.REJECT, event_to_edit)
def reject(event: Event) -> ResponseReturnValue:
    """Do not keep the event, and say why."""
    done = "Le refus part à l’équipe qui propose l’événement."
    return _decide(event, "refus", done, lambda form: partial(services.reject, **form.explained()))


@bp.post("/evenements/<slug>/depublier")
@allowed(Action.REJECT, event_to_edit)
def unpublish(event: Event) -> ResponseReturnValue:
    """Take the event off the calendar, and say why."""
    done = "L’événement n’est plus dans le calendrier."
    return _decide(event, "depublication", done, lambda form: partial(services.unpublish, **form.explained()))


@bp.post("/evenements/<slug>/rouvrir")
@allowed(Action.REJECT, event_to_edit)
def reopen(event: Event) -> ResponseReturnValue:
    """Read a rejected event again."""
    return _decide(event, "decision", "L’événement est de nouveau en cours d’examen.", lambda _form: services.reopen)


@bp.post("/evenements/<slug>/avis")
@allowed(Action.ADVISE, event_to_edit)
def advise(event: Event) -> ResponseReturnValue:
    """The region's opinion."""
    done = "L’avis de la région est enregistré."
    return _decide(event, "avis", done, lambda form: partial(services.advise, **form.opinion()))


@bp.post("/evenements/<slug>/note")
@allowed(Action.ADVISE, event_to_edit)
def note(event: Event) -> ResponseReturnValue:
    """A note between reviewers."""
    return _decide(event, "note", "La note est ajoutée.", lambda form: partial(services.note, text=form.text.data))


# The forms of the screen, by the prefix of their fields.
FORMS: dict[str, type[DsfrForm]] = {
    "decision": DecisionForm,
    "corrections": AskChangesForm,
    "refus": ReasonForm,
    "depublication": ReasonForm,
    "avis": OpinionForm,
    "note": NoteForm,
}


def _decide(
    event: Event, name: str, done: str, verb: Callable[[Any], Callable[[Event, Actor], object]]
) -> ResponseReturnValue:
    """Do it and come back to the event; refused, the same screen with the reason and what was typed.

    `verb` gets the valid form and gives what is to be done with the event by the person.
    """
    slug, actor, form = event.slug, required_actor(), FORMS[name](prefix=name)
    if form.validate_on_submit():
        try:
            with transaction():
                verb(form)(event, actor)
        except RuleViolation as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash(done, "success")
            return redirect(url_for(".event", slug=slug))
    return _page(event_to_edit(slug), {name: form}), 422


def _page(event: Event, sent: dict[str, DsfrForm] | None = None) -> str:
    """The screen of an event; the form that was sent and refused keeps what was typed in it."""
    actor, now = required_actor(), clock.now()
    fresh = {name: form(formdata=None, prefix=name, data={"version": event.version}) for name, form in FORMS.items()}
    comments = queries.comments(event.id)
    return render_template(
        "review/event.html",
        event=event,
        forms=fresh | (sent or {}),
        form=next(iter((sent or {}).values()), None),
        places=calendar.places(session.id for session in event.sessions),
        now=now,
        remarks=rules.remarks(event, dates.local(now, event.time_zone).date()),
        thread=[comment for comment in comments if comment.kind is CommentKind.TO_AUTHOR],
        notes=[comment for comment in comments if comment.kind is CommentKind.INTERNAL],
        history=queries.history(event.id),
        opinions=queries.opinions(event.id),
        may_advise=event.scope.region_code in actor.regions,
        next_event=queries.next_in_queue(actor, event),
        rules=rules,
        composing=composing,
    )
