"""What reviewers decide. Each verb locks the event, asks the rules, moves its state and owes its mails."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.events.models import Event
from planner.events.rules import Verb, check_version
from planner.mail import outbox
from planner.programmes import journal
from planner.programmes.models import ChangeReason, Comment, CommentKind
from planner.programmes.queries import locked_event
from planner.registrations import services as registrations
from planner.review import queries, rules
from planner.review.models import OpinionVerdict, RegionalOpinion
from planner.web.rights import Actor

OPINION, NOTE = "opinion", "note"  # lines of the journal that move no state


def start(event: Event, actor: Actor) -> Event:
    """The reviewer takes the event: its lab can no longer take it back."""
    event = _locked(event, actor)
    journal.move(event, Verb.START, actor)
    event.reviewer_id = actor.person_id
    return event


def ask_changes(
    event: Event, actor: Actor, *, version: int, reason: ChangeReason, text: str, fields: Sequence[str]
) -> Comment:
    """Send the event back to its lab with what to correct; the author and the lab's editors are told at once."""
    event = _locked(event, actor, version)
    journal.move(event, Verb.ASK_CHANGES, actor, reason=text)
    event.reviewer_id = actor.person_id
    comment = Comment(
        event_id=event.id,
        person_id=actor.person_id,
        kind=CommentKind.TO_AUTHOR,
        reason=reason,
        fields=list(fields),
        text=text,
    )
    db.session.add(comment)
    db.session.flush()
    for person_id in queries.people_to_tell(event):
        outbox.enqueue("review.changes_requested", comment.id, person_id=person_id, event_id=event.id)
    return comment


def approve(event: Event, actor: Actor, *, version: int) -> Event:
    """The version read is validated; the author is told when it will be public."""
    event = _locked(event, actor, version)
    _approve(event, actor)
    _tell(event, "review.approved")
    return event


def approve_and_publish(event: Event, actor: Actor, *, version: int) -> Event:
    """Validated and public at once: one mail, that of the publication."""
    event = _locked(event, actor, version)
    _approve(event, actor)
    _publish(event, actor)
    return event


def publish(event: Event, actor: Actor, *, version: int) -> Event:
    """The validated event is in the calendar; the author gets its address."""
    event = locked_event(event.id)
    check_version(event, version)
    _publish(event, actor)
    return event


def reject(event: Event, actor: Actor, *, version: int, reason: str) -> Event:
    """The event is not kept; the author is told why and how to ask again."""
    event = _locked(event, actor, version)
    _check_reason(reason)
    journal.move(event, Verb.REJECT, actor, reason=reason)
    event.reviewer_id = actor.person_id
    _tell(event, "review.rejected")
    return event


def unpublish(event: Event, actor: Actor, *, version: int, reason: str) -> Event:
    """The event leaves the calendar and stays validated; the author is told why."""
    event = locked_event(event.id)
    check_version(event, version)
    _check_reason(reason)
    journal.move(event, Verb.UNPUBLISH, actor, reason=reason)
    _tell(event, "review.unpublished")
    return event


def reopen(event: Event, actor: Actor) -> Event:
    """A rejected event is read again."""
    event = locked_event(event.id)
    journal.move(event, Verb.REOPEN, actor)
    event.reviewer_id = actor.person_id
    _tell(event, "review.reopened")
    return event


def advise(event: Event, actor: Actor, verdict: OpinionVerdict, text: str) -> None:
    """The region's opinion, in the name of its coordinator; a second one takes the place of the first."""
    event = locked_event(event.id)
    region_code = rules.opinion_region(event, actor)
    values = {"person_id": actor.person_id, "verdict": verdict, "text": text, "created_at": clock.now()}
    row = insert(RegionalOpinion).values(event_id=event.id, region_code=region_code, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["event_id", "region_code"], set_=values))
    journal.record(event, OPINION, actor, from_state=event.state, reason=f"{rules.VERDICTS[verdict]}. {text}".strip())


def note(event: Event, actor: Actor, text: str) -> None:
    """A note between reviewers, which the author never sees."""
    db.session.add(Comment(event_id=event.id, person_id=actor.person_id, kind=CommentKind.INTERNAL, text=text))


def _locked(event: Event, actor: Actor, version: int | None = None) -> Event:
    """The event as it is now, held; refused to whoever wrote it, and to whoever read another version."""
    event = locked_event(event.id)
    rules.check_not_own(event, actor)
    if version is not None:
        check_version(event, version)
    return event


def _approve(event: Event, actor: Actor) -> None:
    journal.move(event, Verb.APPROVE, actor)
    event.reviewer_id = actor.person_id


def _publish(event: Event, actor: Actor) -> None:
    journal.move(event, Verb.PUBLISH, actor)
    event.published_at = event.published_at or clock.now()
    for session in event.sessions:
        registrations.plan_reminders(session)
    _tell(event, "review.published")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise rules.ReasonMissing(field="reason")


def _tell(event: Event, kind: str) -> None:
    """Owe the author and the lab's team this mail: once for each time that it happens."""
    key = f"{kind}:{event.id}:{clock.now().isoformat()}"
    for person_id in queries.people_to_tell(event):
        outbox.enqueue(kind, event.id, key=key, person_id=person_id, event_id=event.id)
