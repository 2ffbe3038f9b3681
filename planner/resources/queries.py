"""Reads of what is left of an event: its documents, its outcome, what a lab has given."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from planner.db import db
from planner.events import queries as events
from planner.events.models import Event
from planner.resources.models import Outcome, Resource
from planner.resources.rules import Given


def event_afterwards(slug: str) -> Event:
    """The event at this address, or 404."""
    event: Event = db.first_or_404(select(Event).where(Event.slug == slug).options(*events.WHOLE_EVENT))
    return event


def locked_event(event_id: int) -> Event:
    """The event as it is now, held until the transaction ends."""
    wanted = select(Event).where(Event.id == event_id).options(selectinload(Event.sessions))
    held = wanted.with_for_update(of=Event, key_share=True).execution_options(populate_existing=True)
    return db.session.scalars(held).one()


def documents(event_id: int) -> Sequence[Resource]:
    """All the documents of the event, in the order they came."""
    return db.session.scalars(select(Resource).where(Resource.event_id == event_id).order_by(Resource.id)).all()


def document(event_id: int, resource_id: int) -> Resource | None:
    """This document of the event."""
    one = select(Resource).where(Resource.event_id == event_id, Resource.id == resource_id)
    return db.session.scalar(one)


def outcome(event_id: int) -> Outcome | None:
    """What came of the event, once its lab has said something of it."""
    return db.session.scalar(
        select(Outcome).where(Outcome.event_id == event_id).execution_options(populate_existing=True)
    )


def given(event_ids: Collection[int]) -> dict[int, Given]:
    """What was given after each of these events; one statement."""
    counts = (
        select(Resource.event_id, func.count().label("documents"))
        .where(Resource.event_id.in_(event_ids))
        .group_by(Resource.event_id)
        .subquery()
    )
    rows = (
        select(Event.id, Outcome, func.coalesce(counts.c.documents, 0))
        .outerjoin(Outcome, Outcome.event_id == Event.id)
        .outerjoin(counts, counts.c.event_id == Event.id)
        .where(Event.id.in_(event_ids))
    )
    return {event_id: _given(outcome, documents) for event_id, outcome, documents in db.session.execute(rows)}


def _given(outcome: Outcome | None, documents: int) -> Given:
    if outcome is None:
        return Given(documents=documents)
    return Given(outcome.attended, len(outcome.answers), documents, outcome.has_no_document)
