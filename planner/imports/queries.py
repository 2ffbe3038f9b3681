"""Reads of the import: the events that a file may speak of."""

from collections.abc import Sequence

from sqlalchemy import select

from planner.db import db
from planner.events import queries as events
from planner.events.models import Event
from planner.programmes.models import Programme


def events_of(organisation_id: int, edition_id: int) -> Sequence[Event]:
    """The events of the organisation in the edition, whatever their state, with all they hold; oldest first."""
    rows = select(Event).where(Event.organisation_id == organisation_id, Event.edition_id == edition_id)
    return db.session.scalars(rows.options(*events.WHOLE_EVENT).order_by(Event.id)).all()


def lock_programme(programme_id: int) -> None:
    """Hold the programme until the transaction ends: two imports for it follow one another."""
    db.session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update(key_share=True))
