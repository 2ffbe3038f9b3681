"""Reads of the review desk: what waits on whom, one event with all that was said of it, what comes next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import ceil

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from planner import clock, dates
from planner.accounts.models import Person
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation, Region
from planner.events import queries as events
from planner.events.models import Event, EventSession, EventState
from planner.events.places import type_of_places
from planner.events.rules import WAITING
from planner.programmes.models import Comment, CommentKind, EventLog
from planner.programmes.queries import coordinators
from planner.programmes.rules import FIELD_LABELS
from planner.review import rules
from planner.review.models import RegionalOpinion
from planner.text import fold
from planner.web.rights import Actor

PER_PAGE = 50

_REGION = func.coalesce(Event.region_code, Organisation.region_code)  # as `Event.scope` has it


# ── The queue ──


@dataclass(frozen=True)
class QueueSearch:
    """What to show of the queue; nothing asked for shows what waits for a decision."""

    state: EventState | None = None
    region_code: str | None = None
    text: str = ""

    @property
    def states(self) -> frozenset[EventState]:
        return frozenset({self.state}) if self.state else WAITING


@dataclass(frozen=True)
class Line:
    """One submission of the queue: who has it, and for how many days it has waited for a decision."""

    event: Event
    reviewer: Person | None
    days_waiting: int | None

    @property
    def dates(self) -> list[EventSession]:
        return [session for session in self.event.sessions if session.starts_at]

    @property
    def region(self) -> Region | None:
        return self.event.region or self.event.organisation.region


@dataclass(frozen=True)
class Queue:
    """One page of what was submitted, oldest first, and how many there are in each state."""

    lines: Sequence[Line]
    counts: Counter[EventState]
    total: int
    page: int
    pages: int

    @property
    def waiting(self) -> int:
        return sum(self.counts[state] for state in WAITING)


def queue(actor: Actor, search: QueueSearch, page: int) -> Queue:
    """What this person may see of what was submitted; three statements. A page past the last one gives the last one."""
    seen = [*_seen_by(actor), *_conditions(search)]
    by_state = select(Event.state, func.count()).join(Event.organisation).where(*seen).group_by(Event.state)
    counts = Counter({state: number for state, number in db.session.execute(by_state)})  # noqa: C416 -- rows, not tuples
    total = sum(counts[state] for state in search.states)
    pages = max(ceil(total / PER_PAGE), 1)
    page = min(page, pages)
    rows = (
        _submissions(actor, search)
        .add_columns(Person)
        .outerjoin(Person, Person.id == Event.reviewer_id)
        .options(
            contains_eager(Event.organisation).joinedload(Organisation.region),
            joinedload(Event.region),
            selectinload(Event.sessions),
        )
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    now = clock.now()
    lines = [Line(event, reviewer, rules.days_waiting(event, now)) for event, reviewer in db.session.execute(rows)]
    return Queue(lines, counts, total, page, pages)


def regions(actor: Actor) -> Sequence[Region]:
    """The regions that this person may ask for, by name."""
    known = events.regions()
    return known if _sees_all(actor) else [region for region in known if region.code in actor.regions]


# ── One event ──


@dataclass(frozen=True)
class LogLine:
    """One line of the journal; without a name, the schedule or an account that is gone."""

    log: EventLog
    name: str | None

    @property
    def changed(self) -> list[str]:
        """The fields that were changed, in words."""
        return [FIELD_LABELS[field] for field in self.log.difference if field in FIELD_LABELS]


@dataclass(frozen=True)
class Dossier:
    """All that a reviewer reads of an event beside its page."""

    event: Event
    author: Person | None
    submitter: Person | None
    reviewer: Person | None
    places: type_of_places
    thread: Sequence[Comment]
    notes: Sequence[Comment]
    opinions: Sequence[RegionalOpinion]
    history: Sequence[LogLine]
    following: Event | None
    now: datetime

    @property
    def region(self) -> Region | None:
        return self.event.region or self.event.organisation.region

    @property
    def today(self) -> date:
        """The day at the place of the event."""
        return dates.local(self.now, self.event.time_zone).date()


def event_or_404(slug: str) -> Event:
    """The event at this address with all that its page shows, and the region of its lab."""
    whole = select(Event).where(Event.slug == slug).options(*events.WHOLE_EVENT)
    found: Event = db.first_or_404(whole.options(joinedload(Event.organisation).joinedload(Organisation.region)))
    return found


def dossier(event: Event, actor: Actor, search: QueueSearch) -> Dossier:
    """What is read beside the event's page, which is loaded; six statements whatever was said of it."""
    ids = {event.author_id, event.submitter_id, event.reviewer_id} - {None}
    people = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    said = db.session.scalars(
        select(Comment).where(Comment.event_id == event.id).options(joinedload(Comment.person)).order_by(Comment.id)
    ).all()
    opinions = (
        select(RegionalOpinion)
        .where(RegionalOpinion.event_id == event.id)
        .options(joinedload(RegionalOpinion.person))
        .order_by(RegionalOpinion.id)
    )
    history = (
        select(EventLog, Person.full_name)
        .outerjoin(Person, Person.id == EventLog.person_id)
        .where(EventLog.event_id == event.id)
        .order_by(EventLog.id.desc())
    )
    return Dossier(
        event=event,
        author=people.get(event.author_id or 0),
        submitter=people.get(event.submitter_id or 0),
        reviewer=people.get(event.reviewer_id or 0),
        places=events.places(session.id for session in event.sessions),
        thread=[comment for comment in said if comment.kind is CommentKind.TO_AUTHOR],
        notes=[comment for comment in said if comment.kind is CommentKind.INTERNAL],
        opinions=db.session.scalars(opinions).all(),
        history=[LogLine(log, name) for log, name in db.session.execute(history)],
        following=following(event, actor, search),
        now=clock.now(),
    )


def following(event: Event, actor: Actor, search: QueueSearch) -> Event | None:
    """What comes after this event in the queue that the search gives, or its first when this was the last."""
    others = _submissions(actor, search).where(Event.id != event.id).order_by(None)
    is_before = tuple_(Event.submitted_at, Event.id) < (event.submitted_at, event.id)
    order = [is_before] if event.submitted_at else []
    return db.session.scalars(others.order_by(*order, Event.submitted_at, Event.id).limit(1)).first()


# ── Mails ──


class Tie(StrEnum):
    """Why somebody hears of a decision."""

    AUTHOR = "author"
    TEAM = "team"  # editor or manager of the lab
    REGION = "region"


def concerned(event: Event) -> dict[int, Tie]:
    """Who may hear of a decision about the event today, each by the closest tie; ids of people."""
    today = dates.local(clock.now()).date()
    team = select(Membership.person_id).where(
        Membership.organisation_id == event.organisation_id,
        Membership.role.in_([MembershipRole.EDITOR, MembershipRole.MANAGER]),
        Membership.starts_on <= today,
        Membership.ends_on.is_(None) | (Membership.ends_on >= today),
    )
    ties = dict.fromkeys((person.id for person in coordinators(event.scope.region_code)), Tie.REGION)
    ties.update(dict.fromkeys(db.session.scalars(team.order_by(Membership.id)), Tie.TEAM))
    if event.author_id:
        ties[event.author_id] = Tie.AUTHOR
    return ties


def decided(event_id: int) -> Event:
    """The event with what a mail says of it."""
    return db.session.execute(select(Event).where(Event.id == event_id).options(*events.WHOLE_EVENT)).scalar_one()


def request(comment_id: int) -> Comment:
    """What was asked for."""
    return db.session.get_one(Comment, comment_id)


def person(person_id: int) -> Person:
    """Somebody to write to."""
    return db.session.get_one(Person, person_id)


# ── What a person sees ──


def _submissions(actor: Actor, search: QueueSearch) -> Select[Event]:
    """The queue that the search gives, oldest first."""
    conditions = [*_seen_by(actor), *_conditions(search), Event.state.in_(search.states)]
    return select(Event).join(Event.organisation).where(*conditions).order_by(Event.submitted_at, Event.id)


def _sees_all(actor: Actor) -> bool:
    return actor.is_moderator or actor.is_admin


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """What was submitted; for a coordinator, in the own regions."""
    submitted: list[ColumnElement[bool]] = [Event.submitted_at.is_not(None), Event.state.in_(rules.STATES)]
    return submitted if _sees_all(actor) else [*submitted, _REGION.in_(actor.regions)]


def _conditions(search: QueueSearch) -> list[ColumnElement[bool]]:
    """The region asked for, and each word, in what the calendar's search reads: title, lab, place, themes."""
    of_region = [_REGION.in_([search.region_code])] if search.region_code else []
    words = fold(search.text).split()
    return [*of_region, *(Event.search_text.contains(word, autoescape=True) for word in words)]
