"""What is read of a team: who is in it, who is invited, who asks to join, who answers for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from planner import clock, dates, tokens
from planner.accounts import queries as accounts
from planner.accounts.models import GrantRole, Person
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.directory.rules import is_active
from planner.teams import rules
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.teams.rules import ManagerLack

_Row = TypeVar("_Row", Membership, MembershipInvitation, JoinRequest)

_OF_INVITATION = (
    joinedload(MembershipInvitation.organisation).joinedload(Organisation.region),
    joinedload(MembershipInvitation.inviter),
)
_OF_REQUEST = (
    joinedload(JoinRequest.organisation).joinedload(Organisation.region),
    joinedload(JoinRequest.person),
    joinedload(JoinRequest.proposer),
    joinedload(JoinRequest.decider),
)


@dataclass(frozen=True)
class Member:
    """Somebody who is or was in the team, their name in addresses, and who brought them in when it is known."""

    membership: Membership
    token: str
    added_by: Person | None


@dataclass(frozen=True)
class Offer:
    """An invitation that nobody has answered."""

    invitation: MembershipInvitation
    token: str
    is_expired: bool


@dataclass(frozen=True)
class Asking:
    """A request to join that nobody has answered."""

    request: JoinRequest
    token: str


@dataclass(frozen=True)
class Team:
    """The people of an organisation, today."""

    organisation: Organisation
    members: Sequence[Member]
    former: Sequence[Member]
    offers: Sequence[Offer]
    askings: Sequence[Asking]
    lack: ManagerLack | None


def lacks_manager(organisation_id: int, today: date) -> ManagerLack | None:
    """What is to be feared when no manager is left, or when the last one leaves within 30 days; one statement."""
    rows = select(Membership).where(
        Membership.organisation_id == organisation_id, Membership.role == MembershipRole.MANAGER
    )
    return rules.manager_lack(db.session.scalars(rows), today)


def team(organisation: Organisation) -> Team:
    """The team with its invitations and requests, in three statements."""
    now = clock.now()
    today = dates.local(now).date()
    memberships = _memberships(organisation.id)
    invited = select(MembershipInvitation).where(
        MembershipInvitation.organisation_id == organisation.id, MembershipInvitation.ended_at.is_(None)
    )
    asked = select(JoinRequest).where(
        JoinRequest.organisation_id == organisation.id, JoinRequest.is_accepted.is_not(False)
    )
    invitations = db.session.scalars(invited.options(*_OF_INVITATION).order_by(MembershipInvitation.id)).all()
    requests = db.session.scalars(asked.options(*_OF_REQUEST).order_by(JoinRequest.id)).all()
    brought = {each.email: each.inviter for each in invitations if each.accepted_at}
    brought |= {each.person.email: each.decider for each in requests if each.is_accepted and not each.proposer_id}
    members = [Member(each, tokens.mark("membership", each.id), brought.get(each.person.email)) for each in memberships]
    return Team(
        organisation=organisation,
        members=[one for one in members if is_active(one.membership, today)],
        former=[one for one in members if not is_active(one.membership, today)],
        offers=[
            Offer(each, tokens.mark("invitation", each.id), rules.is_expired(each, now))
            for each in invitations
            if each.accepted_at is None
        ],
        askings=[Asking(each, tokens.mark("join_request", each.id)) for each in requests if each.is_accepted is None],
        lack=rules.manager_lack(memberships, today),
    )


def locked_members(organisation_id: int) -> Sequence[Membership]:
    """The memberships of the organisation as they are now; its team is ours until the transaction ends.

    The row of the organisation is held, not theirs: a membership that is being added counts too.
    """
    held = select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    db.session.execute(held)
    return _memberships(organisation_id)


def member(organisation: Organisation, token: str) -> Membership | None:
    """The membership of the organisation that has this name in addresses."""
    return _marked("membership", token, _memberships(organisation.id))


def membership(organisation_id: int, person_id: int) -> Membership | None:
    """The person's membership, even one that has ended."""
    one = select(Membership).where(Membership.organisation_id == organisation_id, Membership.person_id == person_id)
    return db.session.scalar(one)


def offer(organisation: Organisation, token: str) -> MembershipInvitation | None:
    """The unanswered invitation of the organisation that has this name in addresses."""
    rows = select(MembershipInvitation).where(
        MembershipInvitation.organisation_id == organisation.id,
        MembershipInvitation.accepted_at.is_(None),
        MembershipInvitation.ended_at.is_(None),
    )
    return _marked("invitation", token, db.session.scalars(rows))


def live_invitation(organisation_id: int, email: str) -> MembershipInvitation | None:
    """The unanswered invitation of this address, too old or not."""
    one = select(MembershipInvitation).where(
        MembershipInvitation.organisation_id == organisation_id,
        MembershipInvitation.email == email,
        MembershipInvitation.accepted_at.is_(None),
        MembershipInvitation.ended_at.is_(None),
    )
    return db.session.scalar(one)


def invitation(invitation_id: int) -> MembershipInvitation | None:
    """The invitation with what its mail says."""
    one = select(MembershipInvitation).where(MembershipInvitation.id == invitation_id)
    return db.session.scalar(one.options(*_OF_INVITATION))


def invitation_by_token(token: str) -> MembershipInvitation | None:
    """The invitation of a mailed link, whatever has become of it; None when the link is forged."""
    key = tokens.open_sealed("membership_invitation", token)
    one = select(MembershipInvitation).where(MembershipInvitation.link_key == key)
    return db.session.scalar(one.options(*_OF_INVITATION)) if key else None


def asking(organisation: Organisation, token: str) -> JoinRequest | None:
    """The request to join the organisation that has this name in addresses, answered or not."""
    rows = select(JoinRequest).where(JoinRequest.organisation_id == organisation.id)
    return _marked("join_request", token, db.session.scalars(rows.options(*_OF_REQUEST)))


def request(request_id: int) -> JoinRequest | None:
    """The request to join with what its mails say."""
    return db.session.scalar(select(JoinRequest).where(JoinRequest.id == request_id).options(*_OF_REQUEST))


def pending_request(organisation_id: int, person_id: int) -> JoinRequest | None:
    """The person's request that nobody has answered."""
    one = select(JoinRequest).where(
        JoinRequest.organisation_id == organisation_id,
        JoinRequest.person_id == person_id,
        JoinRequest.decided_at.is_(None),
    )
    return db.session.scalar(one)


def managers(organisation_id: int) -> list[Person]:
    """Who answers for the organisation today."""
    today = dates.local(clock.now()).date()
    return [
        one.person
        for one in _memberships(organisation_id)
        if one.role is MembershipRole.MANAGER and is_active(one, today)
    ]


def answerers(organisation: Organisation) -> list[Person]:
    """Who answers a request to join: the managers; when there is none, DITP, else its administrators."""
    return (
        managers(organisation.id)
        or list(accounts.granted(GrantRole.MODERATOR))
        or list(accounts.granted(GrantRole.ADMIN))
    )


def coordinators(organisation: Organisation) -> Sequence[Person]:
    """Who coordinates the region of the organisation today."""
    return accounts.granted(GrantRole.COORDINATOR, organisation.region_code) if organisation.region_code else ()


def _memberships(organisation_id: int) -> Sequence[Membership]:
    """Everybody who is or was in the team, in the order they came."""
    rows = (
        select(Membership)
        .where(Membership.organisation_id == organisation_id)
        .options(joinedload(Membership.person, innerjoin=True))
        .order_by(Membership.starts_on, Membership.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(rows).all()


def _marked(purpose: str, token: str, rows: Iterable[_Row]) -> _Row | None:
    return next((row for row in rows if tokens.mark(purpose, row.id) == token), None)
