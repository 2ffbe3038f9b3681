"""Editions and their themes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.db import Base


class Edition(Base):
    """One Mois de l'innovation publique: its days, its submission window, its themes and conditions."""

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        CheckConstraint("submissions_open_at < submissions_close_at", name="window_in_order"),
        ExcludeConstraint(
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_edition_days",
            using="gist",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    submissions_open_at: Mapped[datetime]
    submissions_close_at: Mapped[datetime]
    conditions: Mapped[str] = mapped_column(default="")
    charter: Mapped[str] = mapped_column(default="")
    is_review_delegated: Mapped[bool] = mapped_column(default=False)  # to the regional coordinators
    notice: Mapped[str] = mapped_column(default="")  # shown above the calendar: "données d'exemple"…
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    themes: Mapped[list["Theme"]] = relationship(back_populates="edition", order_by="Theme.position")


class Theme(Base):
    """A parcours of one edition; without an edition, a theme of the network's own agenda."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("edition_id", "slug", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    name: Mapped[str]
    slug: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    edition: Mapped[Edition | None] = relationship(back_populates="themes")
