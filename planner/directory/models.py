"""Regions, departments, organisations and who works in them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored
from planner.web.rights import Scope


class Region(Base):
    """A region or an overseas collectivity, by its code in the code officiel géographique."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str]  # IANA name
    is_overseas: Mapped[bool] = mapped_column(default=False)


class Department(Base):
    """A department; its region follows from it."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    region: Mapped[Region] = relationship()


class OrganisationKind(StrEnum):
    LIIT = "liit"
    LAB = "lab"
    MINISTRY = "ministry"
    LOCAL_AUTHORITY = "local_authority"
    HOSPITAL = "hospital"
    OPERATOR = "operator"
    ASSOCIATION = "association"
    OTHER = "other"


class Branch(StrEnum):
    """Versant of the public service."""

    STATE = "state"
    TERRITORIAL = "territorial"
    HOSPITAL = "hospital"


class Organisation(Base):
    """Who organises: a lab, a ministry, a local authority."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(stored(OrganisationKind))
    branch: Mapped[Branch | None] = mapped_column(stored(Branch))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    city: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    carrier: Mapped[str] = mapped_column(default="")  # the body that carries the lab
    description: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    contact_email: Mapped[str] = mapped_column(default="")
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    founded_year: Mapped[int | None]
    source: Mapped[str] = mapped_column(default="")  # where the facts of this row were found
    is_trusted: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    region: Mapped[Region | None] = relationship()
    memberships: Mapped[list["Membership"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")

    @property
    def scope(self) -> Scope:
        return Scope(frozenset({self.id}), self.region_code)


class MembershipRole(StrEnum):
    MANAGER = "manager"
    EDITOR = "editor"
    HELPER = "helper"


class Membership(Base):
    """A person in an organisation, until `ends_on` included when it is given."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[MembershipRole] = mapped_column(stored(MembershipRole))
    starts_on: Mapped[date] = mapped_column(default=lambda: clock.now().date())
    ends_on: Mapped[date | None]
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
