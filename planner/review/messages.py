"""The mails of the decisions, each from today's data, or not at all when another decision came since."""

from planner import dates
from planner.events.labels import place_words
from planner.events.models import Event, EventState
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.programmes import rules as composing
from planner.programmes.queries import last_reason
from planner.review import queries


@message("review.changes_requested")
def changes_requested(comment_id: int, person_id: int) -> Email | None:
    comment, event = queries.comment_with_event(comment_id)
    person = queries.person(person_id)
    if person is None or event.state is not EventState.CHANGES_REQUESTED:
        return None
    fields = [
        (composing.FIELD_LABELS[name], _field_link(event, name))
        for name in comment.fields
        if name in composing.FIELD_LABELS
    ]
    context = {
        "event": event,
        "reason": composing.CHANGE_REASONS[comment.reason] if comment.reason else "",
        "text": comment.text,
        "fields": fields,
        "edit_link": link("programmes.edit_event", slug=event.slug),
    }
    return Email(person.email, f"À corriger : {event.title}", context)


@message("review.approved")
def approved(event_id: int, person_id: int) -> Email | None:
    return _decision(event_id, person_id, EventState.APPROVED, "Validé")


@message("review.published")
def published(event_id: int, person_id: int) -> Email | None:
    return _decision(event_id, person_id, EventState.PUBLISHED, "Publié")


@message("review.rejected")
def rejected(event_id: int, person_id: int) -> Email | None:
    return _decision(event_id, person_id, EventState.REJECTED, "Non retenu")


@message("review.unpublished")
def unpublished(event_id: int, person_id: int) -> Email | None:
    return _decision(event_id, person_id, EventState.APPROVED, "Retiré du calendrier")


@message("review.reopened")
def reopened(event_id: int, person_id: int) -> Email | None:
    return _decision(event_id, person_id, EventState.UNDER_REVIEW, "De nouveau examiné")


def _decision(event_id: int, person_id: int, state: EventState, word: str) -> Email | None:
    """What was decided; None when the event has moved on since."""
    event, person = queries.decided_event(event_id), queries.person(person_id)
    if event is None or person is None or event.state is not state:
        return None
    session = next((session for session in event.sessions if session.starts_at), None)
    when = dates.moment(session.starts_at, event.time_zone) if session and session.starts_at else ""
    context = {
        "event": event,
        "reason": last_reason(event),
        "rows": [("Quand", when), ("Où", place_words(event)), ("Organisation", event.organisation.name)],
        "desk_link": link("programmes.event", slug=event.slug),
    }
    return Email(person.email, f"{word} : {event.title}", context)


def _field_link(event: Event, field: str) -> str:
    return link("programmes.edit_step", slug=event.slug, step=composing.step_of(field), _anchor=field)
