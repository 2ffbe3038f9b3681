"""Reads of the import: the events that a file may speak of."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from planner.db import db
from planner.directory.models import Department, Organisation, Region
from planner.editions.models import Edition
from planner.events import queries as events
from planner.events.models import Event
from planner.programmes.models import Programme


def events_of(organisation_id: int, edition_id: int, *, is_read_again: bool = False) -> Sequence[Event]:
    """The events of the organisation in the edition, whatever their state, with all they hold; oldest first.

    `is_read_again`: as the database has them now, over what this session knew of them.
    """
    rows = select(Event).where(Event.organisation_id == organisation_id, Event.edition_id == edition_id)
    found = rows.options(*events.WHOLE_EVENT).order_by(Event.id).execution_options(populate_existing=is_read_again)
    return db.session.scalars(found).all()


def time_zones() -> dict[str, str]:
    """The time zone of each department, by its code; one statement."""
    rows = select(Department.code, Region.time_zone).join(Department.region)
    return {row.code: row.time_zone for row in db.session.execute(rows)}


def organisation(slug: str) -> Organisation | None:
    """The organisation at this address, with its region."""
    return db.session.scalar(
        select(Organisation).options(joinedload(Organisation.region)).where(Organisation.slug == slug)
    )


def edition(name: str) -> Edition | None:
    """The edition of this address or of this year."""
    rows = select(Edition).where((Edition.slug == name) | (func.to_char(Edition.starts_on, "YYYY") == name))
    return db.session.scalars(rows.order_by(Edition.slug != name, Edition.id)).first()


def lock_programme(programme_id: int) -> None:
    """Hold the programme until the transaction ends: two imports for it follow one another."""
    db.session.execute(select(Programme.id).where(Programme.id == programme_id).with_for_update(key_share=True))
