"""Reads of the review desk: what waits, one event with all that was said of it, what comes next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from planner.accounts.models import Person
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation, Region
from planner.events.models import Event, EventState
from planner.events.rules import WAITING
from planner.programmes.models import Comment, EventLog
from planner.review import rules
from planner.review.models import RegionalOpinion
from planner.text import fold
from planner.web.rights import Actor

PER_PAGE = 50


@dataclass(frozen=True)
class QueueFilter:
    """What to show of the queue; nothing given shows what waits for a decision."""

    state: EventState | None = None
    region_code: str | None = None
    text: str = ""


@dataclass(frozen=True)
class Queue:
    """One page of what was submitted, oldest first, and how many there are in each state."""

    events: Sequence[Event]
    counts: Counter[EventState]
    total: int
    page: int
    pages: int


def queue(actor: Actor, wanted: QueueFilter, page: int) -> Queue:
    """The submissions that this person may see, oldest first; four statements whatever their number."""
    seen = [*_seen_by(actor), *_conditions(wanted)]
    number = func.count().label("number")
    per_state = select(Event.state, number).join(Event.organisation).where(*seen).group_by(Event.state)
    counts = Counter({row.state: row.number for row in db.session.execute(per_state)})
    states = [wanted.state] if wanted.state else list(WAITING)
    total = sum(counts[state] for state in states)
    pages = max(-(-total // PER_PAGE), 1)
    page = min(page, pages)
    rows = _submissions(seen, states).options(
        joinedload(Event.organisation), joinedload(Event.region), selectinload(Event.sessions)
    )
    found = db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Queue(found, counts, total, page, pages)


def next_in_queue(actor: Actor, after: Event) -> Event | None:
    """What waits for a decision after this event, or the first of the queue when it was the last."""
    is_before = tuple_(Event.submitted_at, Event.id) < (after.submitted_at, after.id)
    waiting = _submissions(_seen_by(actor), list(WAITING)).where(Event.id != after.id)
    following = waiting.order_by(None).order_by(is_before, Event.submitted_at, Event.id)
    return db.session.scalars(following.limit(1)).first()


def regions(actor: Actor) -> Sequence[Region]:
    """The regions that this person may filter by."""
    rows = select(Region).order_by(Region.slug)
    if not (actor.is_moderator or actor.is_admin):
        rows = rows.where(Region.code.in_(actor.regions))
    return db.session.scalars(rows).all()


def comments(event_id: int) -> Sequence[Comment]:
    """The thread with the author and the internal notes, oldest first, each with who wrote it."""
    rows = select(Comment).where(Comment.event_id == event_id).options(joinedload(Comment.person))
    return db.session.scalars(rows.order_by(Comment.id)).all()


def history(event_id: int) -> Sequence[tuple[EventLog, str | None]]:
    """The lines of the event's journal, last first, with the name of who acted."""
    rows = (
        select(EventLog, Person.full_name)
        .outerjoin(Person, Person.id == EventLog.person_id)
        .where(EventLog.event_id == event_id)
        .order_by(EventLog.id.desc())
    )
    return [(line, name) for line, name in db.session.execute(rows)]


def opinions(event_id: int) -> Sequence[RegionalOpinion]:
    """What the regions think of the event."""
    rows = select(RegionalOpinion).where(RegionalOpinion.event_id == event_id)
    return db.session.scalars(rows.options(joinedload(RegionalOpinion.person)).order_by(RegionalOpinion.id)).all()


def people_to_tell(event: Event) -> list[int]:
    """Who hears of a decision: the author, and the editors and managers of the lab today; ids without doubles."""
    team = select(Membership.person_id).where(
        Membership.organisation_id == event.organisation_id,
        Membership.role.in_([MembershipRole.EDITOR, MembershipRole.MANAGER]),
        Membership.ends_on.is_(None) | (Membership.ends_on >= func.current_date()),
    )
    authors = [event.author_id] if event.author_id else []
    return sorted({*authors, *db.session.scalars(team)})


def comment_with_event(comment_id: int) -> tuple[Comment, Event]:
    """A request for changes and its event, for the mail that announces it."""
    row = db.session.execute(
        select(Comment, Event)
        .join(Event, Event.id == Comment.event_id)
        .where(Comment.id == comment_id)
        .options(joinedload(Event.organisation))
    ).one()
    return row.Comment, row.Event


def decided_event(event_id: int) -> Event | None:
    """An event with what a mail about its decision says."""
    return db.session.scalar(
        select(Event)
        .where(Event.id == event_id)
        .options(joinedload(Event.organisation), joinedload(Event.edition), selectinload(Event.sessions))
    )


def person(person_id: int) -> Person | None:
    """Somebody to write to."""
    return db.session.get(Person, person_id)


def _submissions(seen: Sequence[ColumnElement[bool]], states: Sequence[EventState]) -> Select[Event]:
    found = select(Event).join(Event.organisation).where(*seen, Event.state.in_(states))
    return found.order_by(Event.submitted_at, Event.id)


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """What has been submitted; for a coordinator, in the own regions only."""
    submitted: list[ColumnElement[bool]] = [Event.submitted_at.is_not(None), Event.state.in_(rules.STATES)]
    if actor.is_moderator or actor.is_admin:
        return submitted
    region = func.coalesce(Event.region_code, Organisation.region_code)
    return [*submitted, region.in_(actor.regions) if actor.regions else false()]


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.region_code:
        conditions.append(func.coalesce(Event.region_code, Organisation.region_code) == wanted.region_code)
    if words := fold(wanted.text):
        found = Event.search_text.icontains(words, autoescape=True)
        conditions.append(or_(found, Organisation.name.icontains(wanted.text, autoescape=True)))
    return conditions
