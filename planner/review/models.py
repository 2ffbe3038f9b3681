"""The opinion of the regions."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored


class OpinionVerdict(StrEnum):
    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    AGAINST = "against"


class RegionalOpinion(Base):
    """What the region's coordinator thinks of a submission; it advises and never decides."""

    __tablename__ = "regional_opinion"
    __table_args__ = (UniqueConstraint("event_id", "region_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    verdict: Mapped[OpinionVerdict] = mapped_column(stored(OpinionVerdict))
    text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person | None] = relationship()
