"""Reads of the lab's desk: its events and where each stands, one event to edit, its thread, whom to ask."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from planner import clock, dates
from planner.accounts.models import Grant, GrantRole, Person
from planner.db import db
from planner.directory.models import Organisation
from planner.editions import queries as editions
from planner.editions.models import Edition, Theme
from planner.editions.rules import Season, season
from planner.events import queries as events
from planner.events.models import Event, EventSession, EventState, RegistrationKind, SessionStatus
from planner.events.places import type_of_places, ways
from planner.events.rules import Missing, Verb, missing_for_submission
from planner.programmes import rules
from planner.programmes.models import Comment, CommentKind, EventLog, Programme, Revision, RevisionStatus
from planner.programmes.rules import Task, Window
from planner.web.rights import Actor, Role

_TEAM = {Role.EDITOR, Role.MANAGER}


@dataclass(frozen=True)
class Line:
    """One event of the desk: what it misses, when it comes next, who comes, what is asked of its lab."""

    event: Event
    missing: Sequence[Missing]
    next_session: EventSession | None
    taken: int
    capacity: int | None  # None: as many as come
    requests: Sequence[Comment]

    @property
    def task(self) -> Task | None:
        return rules.task(self.event, self.missing)

    @property
    def title(self) -> str:
        return self.event.title or "Événement sans titre"

    @property
    def counts_people(self) -> bool:
        """Does one register here, and can people have done so?"""
        return self.event.registration_kind is RegistrationKind.HERE and self.event.published_at is not None


@dataclass(frozen=True)
class Desk:
    """What an organisation has to do and has done, for the edition shown and besides it."""

    organisation: Organisation
    edition: Edition | None
    now: datetime
    lines: Sequence[Line]
    others: Sequence[Line]  # of other editions, or of none
    by_task: dict[Task, list[Line]] = field(init=False)

    def __post_init__(self) -> None:
        by_task = {task: [line for line in [*self.lines, *self.others] if line.task is task] for task in Task}
        object.__setattr__(self, "by_task", by_task)

    @property
    def window(self) -> Window | None:
        return rules.window(self.edition, self.now) if self.edition else None

    @property
    def days_left(self) -> int:
        return rules.days_left(self.edition, self.now) if self.edition else 0


def organisations(actor: Actor) -> Sequence[Organisation]:
    """The organisations whose programme this person composes, by name."""
    own = [organisation_id for organisation_id, role in actor.memberships.items() if role in _TEAM]
    rows = select(Organisation).options(joinedload(Organisation.region)).where(Organisation.id.in_(own))
    return db.session.scalars(rows.order_by(Organisation.name)).all()


def open_edition() -> Edition | None:
    """The edition that one composes for: it is on or comes next; None out of season."""
    today = dates.local(clock.now()).date()
    edition = editions.shown(today)
    return edition if edition and season(edition, today) is not Season.OVER else None


def desk(organisation: Organisation) -> Desk:
    """The desk of the organisation, whatever the number of its events in a constant number of statements."""
    edition = open_edition()
    rows = (
        select(Event)
        .where(Event.organisation_id == organisation.id)
        .options(joinedload(Event.edition), selectinload(Event.themes), selectinload(Event.sessions))
        .order_by(Event.id)
    )
    found = db.session.scalars(rows).all()
    places = events.places(session.id for event in found for session in event.sessions)
    asked = _requests([event.id for event in found])
    now = clock.now()
    lines = sorted((_line(event, places, asked[event.id], now) for event in found), key=_order)
    here = [line for line in lines if edition and line.event.edition_id == edition.id]
    return Desk(organisation, edition, now, here, [line for line in lines if line not in here])


def event_to_edit(slug: str) -> Event:
    """The event at this address with all that its pages show, or 404."""
    event: Event = db.first_or_404(select(Event).where(Event.slug == slug).options(*events.WHOLE_EVENT))
    return event


def submission(event_id: int) -> Event | None:
    """The event with its author and what a mail says of it; None when it was deleted."""
    whole = select(Event).where(Event.id == event_id).options(*events.WHOLE_EVENT, joinedload(Event.author))
    return db.session.scalar(whole)


def submitter(event: Event) -> Person | None:
    """Who submitted the event."""
    return db.session.get(Person, event.submitter_id) if event.submitter_id else None


def reviewer(event: Event) -> Person | None:
    """Who reviews the event."""
    return db.session.get(Person, event.reviewer_id) if event.reviewer_id else None


def locked_event(event_id: int) -> Event:
    """The event as it is now, held until the transaction ends.

    FOR NO KEY UPDATE: a registration, which holds sessions and only needs the event to stay, never waits for it.
    """
    return db.session.execute(
        select(Event)
        .where(Event.id == event_id)
        .options(*events.WHOLE_EVENT)
        .with_for_update(of=Event, key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def themes(event: Event | None, slugs: Sequence[str] | None = None) -> Sequence[Theme]:
    """The themes that the event may have, or those of these addresses."""
    known = editions.themes(event.edition if event else open_edition())
    return known if slugs is None else [theme for theme in known if theme.slug in slugs]


def requests(event: Event) -> Sequence[Comment]:
    """The changes asked for that the lab has not answered yet, oldest first."""
    return _requests([event.id])[event.id]


def thread(event: Event) -> Sequence[Comment]:
    """All that was written to the author, oldest first; internal notes are never read here."""
    written = select(Comment).where(Comment.event_id == event.id, Comment.kind == CommentKind.TO_AUTHOR)
    return db.session.scalars(written.order_by(Comment.id)).all()


def last_reason(event: Event) -> str:
    """Why the event is in its state, when somebody said it."""
    lines = select(EventLog.reason).where(EventLog.event_id == event.id, EventLog.to_state == event.state)
    return db.session.scalar(lines.where(EventLog.reason != "").order_by(EventLog.id.desc()).limit(1)) or ""


def was_submitted(event_id: int) -> bool:
    """Has the event ever been submitted, even if it was taken back since?"""
    lines = exists().where(EventLog.event_id == event_id, EventLog.verb == Verb.SUBMIT)
    return bool(db.session.scalar(select(lines)))


def programme(organisation_id: int, edition_id: int) -> Programme | None:
    """What the organisation submits for the edition, once it has begun to compose it."""
    one = select(Programme).where(Programme.organisation_id == organisation_id, Programme.edition_id == edition_id)
    return db.session.scalar(one)


def drafts(organisation_id: int, edition_id: int) -> Sequence[Event]:
    """The drafts of the programme, held until the transaction ends: by id, so that two never wait on each other."""
    rows = (
        select(Event)
        .where(
            Event.organisation_id == organisation_id,
            Event.edition_id == edition_id,
            Event.state == EventState.DRAFT,
        )
        .options(*events.WHOLE_EVENT)
        .order_by(Event.id)
        .with_for_update(of=Event, key_share=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def waiting_events(programme_id: int) -> Sequence[Event]:
    """The events of the programme that wait for an answer, last submitted first."""
    rows = (
        select(Event)
        .where(
            Event.programme_id == programme_id,
            Event.state.in_([EventState.SUBMITTED, EventState.UNDER_REVIEW]),
        )
        .options(joinedload(Event.organisation), selectinload(Event.sessions))
        .order_by(Event.submitted_at.desc(), Event.id)
    )
    return db.session.scalars(rows).all()


def pending_revision(event_id: int) -> Revision | None:
    """What is wanted of the published event and waits for a yes."""
    pending = select(Revision).where(Revision.event_id == event_id, Revision.status == RevisionStatus.PENDING)
    return db.session.scalar(pending.execution_options(populate_existing=True))


def coordinators(region_code: str | None) -> Sequence[Person]:
    """Who coordinates the region today."""
    today = dates.local(clock.now()).date()
    rows = (
        select(Person)
        .join(Person.grants)
        .where(
            Grant.role == GrantRole.COORDINATOR,
            Grant.region_code == region_code,
            Grant.ends_on.is_(None) | (Grant.ends_on >= today),
        )
    )
    return db.session.scalars(rows.order_by(Person.full_name, Person.id)).all()


def _requests(event_ids: Sequence[int]) -> dict[int, list[Comment]]:
    """The unanswered requests of these events that are to be corrected; one statement."""
    rows = (
        select(Comment)
        .join(Event, Event.id == Comment.event_id)
        .where(
            Comment.event_id.in_(event_ids),
            Comment.kind == CommentKind.TO_AUTHOR,
            Comment.reason.is_not(None),  # a former refusal explains itself without one
            Event.state == EventState.CHANGES_REQUESTED,
            Comment.created_at >= Event.submitted_at,
        )
        .order_by(Comment.id)
    )
    by_event: dict[int, list[Comment]] = defaultdict(list)
    for comment in db.session.scalars(rows):
        by_event[comment.event_id].append(comment)
    return by_event


def _line(event: Event, places: type_of_places, asked: Sequence[Comment], now: datetime) -> Line:
    dated = [one for one in event.sessions if one.starts_at and one.status is SessionStatus.SCHEDULED]
    coming = [one for one in dated if one.ends_at and one.ends_at > now]
    counted = [places[session.id, way] for session in event.sessions for way in ways(event.mode)]
    capacities = [each.capacity for each in counted]
    return Line(
        event=event,
        missing=missing_for_submission(event) if rules.may_edit(event) else (),
        next_session=next(iter(coming or dated[-1:]), None),
        taken=sum(each.taken for each in counted),
        capacity=None if None in capacities else sum(each for each in capacities if each is not None),
        requests=asked,
    )


def _order(line: Line) -> tuple[bool, bool, datetime, int]:
    """What waits for the lab first, then by date."""
    starts_at = line.next_session.starts_at if line.next_session else None
    return line.task is None, starts_at is None, starts_at or line.event.created_at, line.event.id
