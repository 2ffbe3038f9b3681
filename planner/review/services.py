"""What reviewers decide. Each verb holds the event, asks the rules, moves its state and owes its mails."""

from collections.abc import Iterable, Sequence

from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.events.models import Event
from planner.events.rules import Verb
from planner.mail import outbox
from planner.programmes import journal
from planner.programmes.models import ChangeReason, Comment, CommentKind
from planner.programmes.queries import locked_event
from planner.programmes.rules import CHANGE_REASONS, FIELD_LABELS
from planner.registrations import services as registrations
from planner.review import queries, rules
from planner.review.labels import VERDICTS
from planner.review.models import OpinionVerdict, RegionalOpinion
from planner.review.queries import Tie
from planner.web.rights import Actor

OPINION = "opinion"  # the line of the journal that moves no state


# ── Decisions: each is about the version that was read, and refuses with `StaleVersion` when there is a newer one ──


def start(event: Event, actor: Actor, *, version: int) -> Event:
    """The reviewer takes the event: its lab can no longer take it back."""
    return _move(event, Verb.START, actor, version)


def ask_changes(
    event: Event, actor: Actor, *, version: int, reason: ChangeReason, text: str, fields: Sequence[str] = ()
) -> Comment:
    """Send the event back to its lab with what to correct; its author and its lab's editors are told at once."""
    rules.check_reason(text)
    event = _move(event, Verb.ASK_CHANGES, actor, version, reason=f"{CHANGE_REASONS[reason]}. {text}")
    asked = [name for name in fields if name in FIELD_LABELS]
    comment = _write_to_author(event, actor, text, reason=reason, fields=asked)
    key = f"review.changes_requested:{comment.id}"
    for person_id in _people(event, {Tie.AUTHOR, Tie.TEAM}):
        outbox.enqueue("review.changes_requested", comment.id, key=key, person_id=person_id, event_id=event.id)
    return comment


def approve(event: Event, actor: Actor, *, version: int) -> Event:
    """The version read is validated; its author is told when it will be public. Refuses one's own submission."""
    event = _move(event, Verb.APPROVE, actor, version)
    _tell(event, "review.approved", {Tie.AUTHOR})
    return event


def approve_and_publish(event: Event, actor: Actor, *, version: int) -> Event:
    """Validated and public at once: one mail, that of the publication."""
    _move(event, Verb.APPROVE, actor, version)
    return publish(event, actor, version=version)


def publish(event: Event, actor: Actor, *, version: int) -> Event:
    """The validated event is in the calendar, its reminders are planned; its author gets its address."""
    event = _move(event, Verb.PUBLISH, actor, version)
    event.published_at = clock.now()
    for session in event.sessions:
        registrations.plan_reminders(session)
    _tell(event, "review.published", {Tie.AUTHOR})
    return event


def reject(event: Event, actor: Actor, *, version: int, reason: str) -> Event:
    """The event is not kept; its author, its lab and its region are told why, and how to ask again."""
    rules.check_reason(reason)
    event = _move(event, Verb.REJECT, actor, version, reason=reason)
    _write_to_author(event, actor, reason)
    _tell(event, "review.rejected", {Tie.AUTHOR, Tie.TEAM, Tie.REGION})
    return event


def unpublish(event: Event, actor: Actor, *, version: int, reason: str) -> Event:
    """The event leaves the calendar and stays validated; its author is told why."""
    rules.check_reason(reason)
    event = _move(event, Verb.UNPUBLISH, actor, version, reason=reason)
    _write_to_author(event, actor, reason)
    _tell(event, "review.unpublished", {Tie.AUTHOR})
    return event


def reopen(event: Event, actor: Actor, *, version: int) -> Event:
    """A rejected event is read again, by this person."""
    event = _move(event, Verb.REOPEN, actor, version)
    _tell(event, "review.reopened", {Tie.AUTHOR})
    return event


# ── Words ──


def advise(event: Event, actor: Actor, *, verdict: OpinionVerdict, text: str) -> None:
    """The region's opinion, given by its coordinator; a second one takes the place of the first."""
    event = locked_event(event.id)
    region_code = rules.check_opinion(event, actor, verdict, text)
    values = {"person_id": actor.person_id, "verdict": verdict, "text": text, "created_at": clock.now()}
    row = insert(RegionalOpinion).values(event_id=event.id, region_code=region_code, **values)
    db.session.execute(row.on_conflict_do_update(index_elements=["event_id", "region_code"], set_=values))
    words = f"{VERDICTS[verdict]}. {text}".strip()
    journal.record(event, OPINION, actor, from_state=event.state, reason=words)


def note(event: Event, actor: Actor, *, text: str) -> None:
    """A note between reviewers, which the author never sees."""
    db.session.add(Comment(event_id=event.id, person_id=actor.person_id, kind=CommentKind.INTERNAL, text=text))


def _move(event: Event, verb: Verb, actor: Actor, version: int, *, reason: str = "") -> Event:
    """The event as it is now, held until the transaction ends and moved as the verb says; it is this reviewer's."""
    event = locked_event(event.id)
    rules.check_decision(verb, event, actor, version=version)
    journal.move(event, verb, actor, reason=reason)
    event.reviewer_id = actor.person_id
    return event


def _write_to_author(
    event: Event, actor: Actor, text: str, *, reason: ChangeReason | None = None, fields: Sequence[str] = ()
) -> Comment:
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
    return comment


def _tell(event: Event, kind: str, ties: Iterable[Tie]) -> None:
    """Owe this mail, once for each time that it happens."""
    key = f"{kind}:{event.id}:{clock.now().isoformat()}"
    for person_id in _people(event, ties):
        outbox.enqueue(kind, event.id, key=key, person_id=person_id, event_id=event.id)


def _people(event: Event, ties: Iterable[Tie]) -> list[int]:
    """Whom to write to; the lab's team when the author has no account any more."""
    concerned = queries.concerned(event)
    wanted = set(ties)
    if Tie.AUTHOR not in concerned.values():
        wanted.add(Tie.TEAM)
    return [person_id for person_id, tie in concerned.items() if tie in wanted]
