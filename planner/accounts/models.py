"""People, their sign-in links and sessions, and the rights DITP grants."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.db import Base, stored


class Person(Base):
    """Somebody with an account: an address that was proven. Citizens register without one."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_normalised"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime | None]
    grants: Mapped[list["Grant"]] = relationship(back_populates="person", cascade="all, delete-orphan")


class SignInLink(Base):
    """A link mailed to prove an address: ten minutes, once."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    link_key: Mapped[str] = mapped_column(unique=True)
    next_path: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """One signed-in browser: the cookie holds the sealed key, the row can be ended."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    link_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class GrantRole(StrEnum):
    COORDINATOR = "coordinator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Grant(Base):
    """A right that DITP gives to a person, with its end when it has one."""

    __tablename__ = "grant"
    __table_args__ = (
        CheckConstraint(
            "(role = 'coordinator') = (region_code IS NOT NULL)",
            name="coordinator_has_region",
        ),
        Index(
            "uq_grant_person_role_region",
            "person_id",
            "role",
            text("coalesce(region_code, '')"),
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[GrantRole] = mapped_column(stored(GrantRole))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship(back_populates="grants")
