"""What people follow."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from planner import clock
from planner.db import Base


class Subscription(Base):
    """A person follows a filter of the calendar (theme, region, lab): one digest a week until it is ended."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normalised"),
        Index(
            "uq_subscription_live",
            "email",
            "criteria",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    criteria: Mapped[dict[str, str]] = mapped_column(JSONB)  # the filter's query string, as a mapping
    link_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
