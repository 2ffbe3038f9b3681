"""Documents of an event and what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from planner import clock
from planner.db import Base, stored


class ResourceKind(StrEnum):
    SLIDES = "slides"
    REPLAY = "replay"
    MINUTES = "minutes"
    PHOTO = "photo"
    LINK = "link"


class Resource(Base):
    """Something to read or watch after the event, with the licence it is shared under."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_given"),
        CheckConstraint("kind <> 'photo' OR persons_agreed", name="photo_agreed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ResourceKind] = mapped_column(stored(ResourceKind))
    title: Mapped[str]
    url: Mapped[str]
    licence: Mapped[str]
    is_public: Mapped[bool] = mapped_column(default=True)  # else for those who registered
    persons_agreed: Mapped[bool] = mapped_column(default=False)  # those whom the photos show, as the lab states it
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Outcome(Base):
    """What came of an event, in the organiser's words."""

    __tablename__ = "outcome"
    __table_args__ = (CheckConstraint("attended >= 0", name="attended_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    attended: Mapped[int | None]
    answers: Mapped[dict[str, str]] = mapped_column(
        JSONB, server_default=text("'{}'"), default=dict
    )  # question of `resources.labels.QUESTIONS` → text
    has_no_document: Mapped[bool] = mapped_column(default=False)  # said by the lab: none will come
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
