"""Invitations into an organisation, and requests to join it. Who is in it is `directory.models.Membership`."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner import clock
from planner.accounts.models import Person
from planner.db import Base, stored
from planner.directory.models import MembershipRole, Organisation


class MembershipInvitation(Base):
    """A place in an organisation, offered by mail to an address, until it is taken, withdrawn or too old."""

    __tablename__ = "membership_invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normalised"),
        Index(
            "uq_membership_invitation_live",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str]
    role: Mapped[MembershipRole] = mapped_column(stored(MembershipRole))
    ends_on: Mapped[date | None]  # of the membership, when it is for a time
    link_key: Mapped[str] = mapped_column(unique=True)
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # withdrawn by the organisation, or declined
    organisation: Mapped[Organisation] = relationship()
    inviter: Mapped[Person | None] = relationship()


class JoinRequest(Base):
    """Somebody asks to be of an organisation, or is proposed for it; one of its managers answers."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index(
            "uq_join_request_pending",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("(decided_at IS NULL) = (is_accepted IS NULL)", name="decided_has_answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))  # a coordinator
    words: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    is_accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")  # of a refusal
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    proposer: Mapped[Person | None] = relationship(foreign_keys=proposer_id)
    decider: Mapped[Person | None] = relationship(foreign_keys=decider_id)
