"""After an event: how many came, what came of it, the documents that remain."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from planner import clock
from planner.db import transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.resources import labels, queries, rules, services
from planner.resources.forms import DocumentForm, OutcomeForm
from planner.web.access import allowed
from planner.web.edits import Difference
from planner.web.rights import Action

bp = Blueprint("resources", __name__, url_prefix="/espace-lab/evenements")
bp.add_app_template_filter(labels.KINDS.__getitem__, "document_kind")
bp.add_app_template_filter(lambda licence: labels.LICENCES.get(licence, ""), "licence_page")


@bp.route("/<slug>/apres", methods=["GET", "POST"])
@allowed(Action.EDIT_EVENT, queries.event_afterwards)
def afterwards(event: Event) -> ResponseReturnValue:
    """What is left of the event; what is typed of its outcome is saved, complete or not."""
    slug, form = event.slug, OutcomeForm(queries.outcome(event.id))
    differences: list[Difference] = []
    if form.validate_on_submit():
        try:
            with transaction():
                services.report(
                    event,
                    form.attended.data,
                    form.answers(),
                    has_no_document=bool(form.has_no_document.data),
                    read=form.version.data or "",
                )
        except RuleViolation as refusal:
            event = queries.event_afterwards(slug)
            form.form_errors.append(refusal.message)
            differences = form.answer_to(queries.outcome(event.id))
        else:
            flash("Le bilan est enregistré. Merci\u00a0!", "success")
            return redirect(url_for(".afterwards", slug=slug))
    return _page(event, outcome_form=form, differences=differences)


@bp.post("/<slug>/apres/documents")
@allowed(Action.EDIT_EVENT, queries.event_afterwards)
def share(event: Event) -> ResponseReturnValue:
    """One more document."""
    slug, form = event.slug, DocumentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.share(event, **form.values())
        except RuleViolation as refusal:
            event = queries.event_afterwards(slug)
            form.refuse(refusal)
        else:
            flash("Le document est partagé.", "success")
            return redirect(url_for(".afterwards", slug=slug, _anchor="documents"))
    return _page(event, document_form=form)


@bp.post("/<slug>/apres/documents/<int:resource_id>/retirer")
@allowed(Action.EDIT_EVENT, queries.event_afterwards)
def remove(event: Event, resource_id: int) -> ResponseReturnValue:
    """The document is no longer shared."""
    resource, slug = queries.document(event.id, resource_id) or abort(404), event.slug
    with transaction():
        services.remove(resource)
    flash("Le document n’est plus partagé.", "success")
    return redirect(url_for(".afterwards", slug=slug, _anchor="documents"))


def _page(
    event: Event,
    outcome_form: OutcomeForm | None = None,
    document_form: DocumentForm | None = None,
    differences: list[Difference] | None = None,
) -> tuple[str, int]:
    sent: Any = document_form or outcome_form
    page = render_template(
        "resources/afterwards.html",
        event=event,
        form=sent,
        outcome_form=outcome_form or OutcomeForm(queries.outcome(event.id)),
        document_form=document_form or DocumentForm(formdata=None),
        differences=differences or [],
        documents=queries.documents(event.id),
        given=queries.given([event.id])[event.id],
        now=clock.now(),
        rules=rules,
    )
    return page, 422 if sent and sent.errors else 200
