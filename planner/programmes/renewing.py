"""Taking up again what has been done: a copy of an event, a whole past programme."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from planner import dates
from planner.db import transaction
from planner.directory.models import Organisation
from planner.directory.queries import lab_or_404
from planner.editions.models import Edition
from planner.errors import RuleViolation
from planner.events.models import Event, EventState, EventStatus, SessionStatus
from planner.programmes import cloning, queries, rules
from planner.programmes.cloning import Copy
from planner.programmes.desk_forms import RenewForm
from planner.web.access import allowed, required_actor
from planner.web.filters import counted
from planner.web.rights import Action, may

bp = Blueprint("renewing", __name__, url_prefix="/espace-lab")

_GIVEN_UP = {EventState.DRAFT, EventState.REJECTED, EventState.WITHDRAWN}


@bp.post("/evenements/<slug>/dupliquer")
@allowed(Action.READ_SUBMISSION, queries.event_to_edit)
def duplicate(event: Event) -> ResponseReturnValue:
    """A draft from the event, for the person's own organisation among those that run it."""
    actor = required_actor()
    homes = [one for one in rules.organisers(event) if may(actor, Action.EDIT_EVENT, one.scope)]
    home = homes[0] if homes else abort(403)
    with transaction():
        copy = cloning.clone(event, home, queries.open_edition(), actor)
        slug = copy.event.slug
    flash("Voici la copie, en brouillon.", "success")
    if copy.left_out:
        flash(f"N’ont pas été repris\u00a0: {', '.join(copy.left_out)}.", "info")
    return redirect(url_for("programmes.edit_event", slug=slug))


@bp.route("/<slug>/reconduire/<past>", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, lab_or_404)
def renew(organisation: Organisation, past: str) -> ResponseReturnValue:
    """The events of a past programme, each with its new dates: those ticked become drafts."""
    edition, slug = queries.open_edition() or abort(404), organisation.slug
    former = queries.past_edition(past)
    found = queries.past_events(organisation.id, former.id)
    if former.id == edition.id or not found:
        abort(404)
    taken_up = queries.taken_up(organisation.id, edition.id)
    left = [event for event in found if event.id not in taken_up]
    form = RenewForm(
        [(event.slug, event.title or "Événement sans titre") for event in left],
        {event.slug: _dates(event, edition) for event in left},
        [event.slug for event in left if _is_likely(event)],
    )
    if form.validate_on_submit():
        try:
            with transaction():
                copies = cloning.renew(organisation, former, edition, form.events.data, required_actor())
                words = _words(copies)
        except RuleViolation as refusal:
            flash(refusal.message, "error")
            return redirect(url_for(".renew", slug=slug, past=past))
        flash(*words)
        return redirect(url_for("programmes.organisation_desk", slug=slug))
    page = render_template(
        "programmes/renew.html",
        organisation=organisation,
        edition=edition,
        past=former,
        form=form,
        copies=[(event, taken_up[event.id]) for event in found if event.id in taken_up],
    )
    return page, 422 if form.errors else 200


def _is_likely(event: Event) -> bool:
    """Is it ticked at first? What took place is."""
    return event.state not in _GIVEN_UP and event.status is not EventStatus.CANCELLED


def _dates(event: Event, edition: Edition) -> str:
    """Each date, and the day it gets: "jeudi 13 novembre 2025 → jeudi 12 novembre 2026"."""
    words = []
    for session in event.sessions:
        if session.day is None or session.status is not SessionStatus.SCHEDULED:
            continue
        moved = cloning.new_day(session, event, edition)
        there = dates.day(moved.day) if moved.day else "à choisir"
        note = " (dernier possible, l’édition est plus courte)" if moved.is_clamped else ""
        words.append(f"{dates.day(session.day)} → {there}{note}")
    return " ; ".join(words) or "Sans date"


def _words(copies: list[Copy]) -> tuple[str, str]:
    if not copies:
        return "Ces événements étaient déjà repris\u00a0: rien n’a été créé en double.", "info"
    made = counted(len(copies), "brouillon est créé", "brouillons sont créés")
    left_out = list(dict.fromkeys(words for copy in copies for words in copy.left_out))
    rest = f" N’ont pas été repris\u00a0: {', '.join(left_out)}." if left_out else ""
    return f"{made}. Relisez chacun, puis proposez-le.{rest}", "success"
