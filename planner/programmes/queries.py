"""Reads of the lab's desk: its events and where each stands, one event to edit, its thread, whom to ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from planner import clock, dates
from planner.accounts import queries as accounts
from planner.accounts.models import GrantRole, Person
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.editions import queries as editions
from planner.editions.models import Edition, Theme
from planner.editions.rules import Season, season
from planner.events import queries as events
from planner.events.models import Event, EventState, SessionStatus
from planner.events.places import type_of_places, ways
from planner.events.rules import Verb, missing_for_submission
from planner.programmes import rules
from planner.programmes.checklist import Desk, Line
from planner.programmes.models import (
    Comment,
    CommentKind,
    CoOrganiserInvitation,
    EventLog,
    Programme,
    Revision,
    RevisionStatus,
)
from planner.resources import queries as resources
from planner.resources.rules import Given
from planner.web.rights import Actor, Role

_TEAM = {Role.EDITOR, Role.MANAGER}


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
    """The desk of the organisation, with the events that it runs with others; the same statements for any number."""
    edition = open_edition()
    its_own = (Event.organisation_id == organisation.id) | Event.co_organisers.any(Organisation.id == organisation.id)
    rows = (
        select(Event)
        .where(its_own)
        .options(
            joinedload(Event.edition),
            joinedload(Event.organisation),
            selectinload(Event.co_organisers),
            selectinload(Event.themes),
            selectinload(Event.sessions),
        )
        .order_by(Event.id)
    )
    found = db.session.scalars(rows).all()
    ids = [event.id for event in found]
    facts = _Facts(
        places=events.places(session.id for event in found for session in event.sessions),
        asked=_requests(ids),
        given=resources.given(ids),
        organisation_id=organisation.id,
        now=clock.now(),
    )
    lines = sorted((_line(event, facts) for event in found), key=_order)
    here = [line for line in lines if edition and line.event.edition_id == edition.id]
    elsewhere = [line for line in lines if line not in here]
    return Desk(
        organisation,
        edition,
        facts.now,
        here,
        elsewhere,
        lacks_manager=not managers(organisation.id),
        invitations=_pending(CoOrganiserInvitation.organisation_id == organisation.id),
    )


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


def lock_programme(programme_id: int) -> None:
    """Hold the programme until the transaction ends: whoever adds to it at the same time waits."""
    db.session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update(key_share=True))


def past_edition(slug: str) -> Edition:
    """The edition at this address, or 404."""
    edition: Edition = db.first_or_404(select(Edition).where(Edition.slug == slug))
    return edition


def past_events(organisation_id: int, edition_id: int) -> Sequence[Event]:
    """The organisation's own events of the edition, by their first date."""
    rows = (
        select(Event)
        .where(Event.organisation_id == organisation_id, Event.edition_id == edition_id)
        .options(joinedload(Event.edition), selectinload(Event.sessions))
        .order_by(Event.id)
    )
    found = db.session.scalars(rows).all()
    return sorted(
        found, key=lambda event: min((one.starts_at.timestamp() for one in event.sessions if one.starts_at), default=0)
    )


def taken_up(organisation_id: int, edition_id: int) -> dict[int, Event]:
    """The events of the edition made from others: id of the original → the copy."""
    rows = select(Event).where(
        Event.organisation_id == organisation_id, Event.edition_id == edition_id, Event.cloned_from_id.is_not(None)
    )
    return {event.cloned_from_id: event for event in db.session.scalars(rows) if event.cloned_from_id}


def pending_revision(event_id: int) -> Revision | None:
    """What is wanted of the published event and waits for a yes."""
    pending = select(Revision).where(Revision.event_id == event_id, Revision.status == RevisionStatus.PENDING)
    return db.session.scalar(pending.execution_options(populate_existing=True))


def managers(organisation_id: int) -> Sequence[Person]:
    """Who answers for the organisation today."""
    today = dates.local(clock.now()).date()
    rows = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == MembershipRole.MANAGER,
            Membership.starts_on <= today,
            Membership.ends_on.is_(None) | (Membership.ends_on >= today),
        )
    )
    return db.session.scalars(rows.order_by(Person.id)).all()


def reachable(organisation: Organisation) -> bool:
    """Would somebody read a mail to the organisation?"""
    return bool(organisation.contact_email or managers(organisation.id) or coordinators(organisation.region_code))


_INVITATION = (
    joinedload(CoOrganiserInvitation.event).options(
        joinedload(Event.organisation), joinedload(Event.edition), selectinload(Event.sessions)
    ),
    joinedload(CoOrganiserInvitation.organisation),
    joinedload(CoOrganiserInvitation.inviter),
)


def invitation_or_404(invitation_id: int) -> CoOrganiserInvitation:
    """The invitation of this number, answered or not, or 404."""
    one = select(CoOrganiserInvitation).where(CoOrganiserInvitation.id == invitation_id).options(*_INVITATION)
    found: CoOrganiserInvitation = db.first_or_404(one)
    return found


def invitation(invitation_id: int) -> CoOrganiserInvitation | None:
    """The invitation of this number; None when it was called off."""
    one = select(CoOrganiserInvitation).where(CoOrganiserInvitation.id == invitation_id)
    return db.session.scalar(one.options(*_INVITATION))


def locked_invitation(invitation_id: int) -> CoOrganiserInvitation | None:
    """The invitation as it is now, held until the transaction ends."""
    one = select(CoOrganiserInvitation).where(CoOrganiserInvitation.id == invitation_id)
    return db.session.scalar(one.with_for_update().execution_options(populate_existing=True))


def pending_invitation(event_id: int, organisation_id: int) -> CoOrganiserInvitation | None:
    """The invitation of the organisation to the event that waits for an answer."""
    return db.session.scalar(
        select(CoOrganiserInvitation).where(
            CoOrganiserInvitation.event_id == event_id,
            CoOrganiserInvitation.organisation_id == organisation_id,
            CoOrganiserInvitation.answered_at.is_(None),
        )
    )


def accepted_invitation(event_id: int, organisation_id: int) -> CoOrganiserInvitation | None:
    """The last yes of the organisation to the event."""
    accepted = select(CoOrganiserInvitation).where(
        CoOrganiserInvitation.event_id == event_id,
        CoOrganiserInvitation.organisation_id == organisation_id,
        CoOrganiserInvitation.is_accepted.is_(True),
    )
    return db.session.scalar(accepted.order_by(CoOrganiserInvitation.id.desc()).limit(1))


def pending_of_event(event_id: int) -> Sequence[CoOrganiserInvitation]:
    """The organisations asked to run the event, that have not answered."""
    return _pending(CoOrganiserInvitation.event_id == event_id)


def _pending(of_whom: ColumnElement[bool]) -> Sequence[CoOrganiserInvitation]:
    rows = select(CoOrganiserInvitation).where(of_whom, CoOrganiserInvitation.answered_at.is_(None))
    return db.session.scalars(rows.options(*_INVITATION).order_by(CoOrganiserInvitation.id)).all()


def coordinators(region_code: str | None) -> Sequence[Person]:
    """Who coordinates the region today."""
    return accounts.granted(GrantRole.COORDINATOR, region_code) if region_code else ()


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


@dataclass(frozen=True)
class _Facts:
    """What is counted for all the events of a desk at once."""

    places: type_of_places
    asked: Mapping[int, Sequence[Comment]]
    given: Mapping[int, Given]
    organisation_id: int
    now: datetime


def _line(event: Event, facts: _Facts) -> Line:
    dated = [one for one in event.sessions if one.starts_at and one.status is SessionStatus.SCHEDULED]
    coming = [one for one in dated if one.ends_at and one.ends_at > facts.now]
    counted = [facts.places[session.id, way] for session in event.sessions for way in ways(event.mode)]
    capacities = [each.capacity for each in counted]
    return Line(
        event=event,
        missing=missing_for_submission(event) if rules.may_edit(event) else (),
        next_session=next(iter(coming or dated[-1:]), None),
        taken=sum(each.taken for each in counted),
        capacity=None if None in capacities else sum(each for each in capacities if each is not None),
        requests=facts.asked.get(event.id, ()),
        waiting=sum(each.waiting for each in counted),
        given=facts.given[event.id],
        partners=[one.name for one in rules.organisers(event) if one.id != facts.organisation_id],
    )


def _order(line: Line) -> tuple[bool, bool, datetime, int]:
    """What waits for the lab first, then by date."""
    starts_at = line.next_session.starts_at if line.next_session else None
    return line.task is None, starts_at is None, starts_at or line.event.created_at, line.event.id
