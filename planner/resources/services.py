"""What a lab gives after an event: documents, how many came, what came of it. Nothing commits."""

from collections.abc import Mapping

from planner import clock
from planner.db import db
from planner.events.models import Event
from planner.resources import queries, rules
from planner.resources.models import Outcome, Resource, ResourceKind


def share(
    event: Event,
    kind: ResourceKind,
    title: str,
    url: str,
    licence: str,
    *,
    is_public: bool = True,
    persons_agreed: bool = False,
) -> Resource:
    """A document of the event, at its address; on the event's page when it is public, else for those who registered.

    Refuses with `NotBegun`, and with `PersonsMustAgree` for photos.
    """
    event = queries.locked_event(event.id)
    rules.check_begun(event, clock.now())
    rules.check_photos(kind, persons_agreed=persons_agreed)
    resource = Resource(
        event_id=event.id,
        kind=kind,
        title=title,
        url=url,
        licence=licence,
        is_public=is_public,
        persons_agreed=persons_agreed,
    )
    db.session.add(resource)
    return resource


def remove(resource: Resource) -> None:
    """The document is no longer shared; what its address leads to is not touched."""
    db.session.delete(resource)


def report(
    event: Event, attended: int | None, answers: Mapping[str, str], *, has_no_document: bool = False, read: str
) -> Outcome | None:
    """Keep what came of the event, even incomplete; without any answer, nothing is kept.

    `read` is the mark of the version that was opened: `ReportedMeanwhile` when somebody has saved another since.
    """
    event = queries.locked_event(event.id)
    rules.check_begun(event, clock.now())
    outcome = queries.outcome(event.id)
    if rules.mark(outcome) != read:
        raise rules.ReportedMeanwhile
    kept = {question: text for question, text in answers.items() if text}
    if attended is None and not kept and not has_no_document:
        if outcome:
            db.session.delete(outcome)
        return None
    if outcome is None:
        outcome = Outcome(event_id=event.id)
        db.session.add(outcome)
    outcome.attended, outcome.answers, outcome.has_no_document = attended, kept, has_no_document
    outcome.updated_at = clock.now()
    return outcome
