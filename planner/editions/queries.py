"""Reads of the editions: the one that the public pages speak of, and its themes."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from planner.db import db
from planner.editions.models import Edition, Theme


def shown(today: date) -> Edition | None:
    """The edition that is on or comes next; out of season, the last one; None when there has been none."""
    nearest = select(Edition).order_by(Edition.ends_on < today, func.abs(Edition.ends_on - today)).limit(1)
    return db.session.scalar(nearest)


def themes(edition: Edition | None) -> Sequence[Theme]:
    """The themes of the edition, or of the network's own agenda, in their order."""
    of_edition = Theme.edition_id == edition.id if edition else Theme.edition_id.is_(None)
    return db.session.scalars(select(Theme).where(of_edition).order_by(Theme.position, Theme.id)).all()
