"""The mails of the decisions, each from today's data, or not at all when something else has happened since."""

from planner import clock, dates
from planner.events.labels import place_words
from planner.events.models import Event, EventState
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.programmes.queries import last_reason
from planner.programmes.rules import CHANGE_REASONS, FIELD_LABELS, step_of
from planner.review import queries
from planner.review.queries import Tie


@message("review.changes_requested")
def changes_requested(comment_id: int, person_id: int) -> Email | None:
    """What is to be corrected, with the way to each field."""
    comment = queries.request(comment_id)
    event = queries.decided(comment.event_id)
    return _mail(
        event,
        person_id,
        EventState.CHANGES_REQUESTED,
        "À corriger",
        reason=CHANGE_REASONS[comment.reason] if comment.reason else "",
        text=comment.text,
        fields=[(FIELD_LABELS[name], _field_link(event, name)) for name in comment.fields],
        edit_link=link("programmes.edit_event", slug=event.slug),
    )


@message("review.approved")
def approved(event_id: int, person_id: int) -> Email | None:
    event = queries.decided(event_id)
    return _mail(event, person_id, EventState.APPROVED, "Validé", publication=_publication(event))


@message("review.published")
def published(event_id: int, person_id: int) -> Email | None:
    event = queries.decided(event_id)
    return _mail(
        event,
        person_id,
        EventState.PUBLISHED,
        "Publié",
        public_link=link("events.event", slug=event.slug),
        calendar_link=link("feeds.event_calendar", slug=event.slug),
    )


@message("review.rejected")
def rejected(event_id: int, person_id: int) -> Email | None:
    event = queries.decided(event_id)
    return _mail(event, person_id, EventState.REJECTED, "Non retenu", reason=last_reason(event))


@message("review.unpublished")
def unpublished(event_id: int, person_id: int) -> Email | None:
    event = queries.decided(event_id)
    return _mail(event, person_id, EventState.APPROVED, "Retiré du programme", reason=last_reason(event))


@message("review.reopened")
def reopened(event_id: int, person_id: int) -> Email | None:
    return _mail(queries.decided(event_id), person_id, EventState.UNDER_REVIEW, "De nouveau examiné")


def _mail(event: Event, person_id: int, state: EventState, word: str, **said: object) -> Email | None:
    """To this person, while the event is in the state announced and the person still has to do with it."""
    tie = queries.concerned(event).get(person_id)
    if event.state is not state or tie is None:
        return None
    desk = "review.event" if tie is Tie.REGION else "programmes.event"
    context = {
        "event": event,
        "tie": tie,
        "desk_link": link(desk, slug=event.slug),
        "rows": [("Quand", _dates(event)), ("Où", place_words(event)), ("Organisation", event.organisation.name)],
        **said,
    }
    return Email(queries.person(person_id).email, f"{word}\u00a0: {event.title}", context)


def _field_link(event: Event, field: str) -> str:
    return link("programmes.edit_step", slug=event.slug, step=step_of(field), _anchor=field)


def _publication(event: Event) -> str:
    """When the validated event will be public, as far as is known."""
    edition = event.edition
    if edition and dates.local(clock.now()).date() < edition.starts_on:
        return f"au plus tard à l’ouverture du Mois, le {dates.day(edition.starts_on)}"
    return "dans les prochains jours"


def _dates(event: Event) -> str:
    spans = [
        dates.span(session.starts_at, session.ends_at, event.time_zone)
        for session in event.sessions
        if session.starts_at and session.ends_at
    ]
    return "\n".join(spans)
