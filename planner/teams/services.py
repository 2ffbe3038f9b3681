"""Verbs of a team: invite, accept, change, end, hand over, ask to join, answer; and the page of the lab.

Each begins by holding the team: two people who change it wait on each other, and the second sees what the first did.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from planner import clock, dates, tokens
from planner.accounts.models import Person
from planner.accounts.services import person_with_address
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.directory.rules import check_end, is_active
from planner.directory.services import add_member
from planner.mail import outbox
from planner.teams import queries, rules
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.text import normalise_email
from planner.web import edits
from planner.web.rights import Actor

# ── Invitations ──


def invite(
    organisation: Organisation, email: str, role: MembershipRole, actor: Actor, ends_on: date | None = None
) -> MembershipInvitation:
    """Offer a place to this address, known or not, by a mail; an address invited already has its invitation renewed.

    Refuses `MayNotGive`, `AlreadyMember`, `OrganisationClosed`, and an end that is past.
    """
    address, now = normalise_email(email), clock.now()
    today = dates.local(now).date()
    rules.check_may_give(actor, organisation.scope)
    rules.check_open(organisation, today)
    check_end(ends_on, today)
    members = queries.locked_members(organisation.id)
    if any(one.person.email == address and is_active(one, today) for one in members):
        raise rules.AlreadyMember(field="email")
    known = queries.live_invitation(organisation.id, address)
    if known:
        known.role, known.ends_on = role, ends_on
        return _renew(known, actor)
    invitation = MembershipInvitation(
        organisation=organisation,
        email=address,
        role=role,
        ends_on=ends_on,
        link_key=tokens.new_key(),
        inviter_id=actor.person_id,
        created_at=now,
        expires_at=now + rules.INVITATION_LIFE,
    )
    db.session.add(invitation)
    db.session.flush()
    _owe(invitation, "team.invited")
    return invitation


def send_again(invitation: MembershipInvitation, actor: Actor) -> MembershipInvitation:
    """Mail the invitation once more; it holds for 14 days from now."""
    rules.check_may_give(actor, invitation.organisation.scope)
    _hold(invitation)
    _check_unanswered(invitation)
    check_end(invitation.ends_on, dates.local(clock.now()).date())
    return _renew(invitation, actor)


def withdraw(invitation: MembershipInvitation) -> None:
    """Take the invitation back: its link opens nothing any more."""
    _hold(invitation)
    _check_unanswered(invitation)
    invitation.ended_at = clock.now()


def accept(invitation: MembershipInvitation) -> Membership:
    """Make a member of whoever has the address of the invitation, and of an unknown address an account.

    Who has become a member meanwhile stays what they are. The inviter is told.
    """
    _hold(invitation)
    rules.check_invitation(invitation, clock.now())
    person = person_with_address(invitation.email)
    membership = _enter(invitation.organisation, person, invitation.role, invitation.ends_on, invitation.inviter_id)
    if invitation.inviter_id is not None:
        outbox.enqueue("team.accepted", invitation.id)
    return membership


def decline(invitation: MembershipInvitation) -> None:
    """Say no; the inviter is told."""
    _hold(invitation)
    rules.check_invitation(invitation, clock.now())
    invitation.ended_at = clock.now()
    if invitation.inviter_id is not None:
        outbox.enqueue("team.declined", invitation.id)


def _hold(invitation: MembershipInvitation) -> None:
    queries.locked_members(invitation.organisation_id)
    db.session.refresh(invitation)


def _check_unanswered(invitation: MembershipInvitation) -> None:
    if invitation.accepted_at is not None:
        raise rules.InvitationTaken
    if invitation.ended_at is not None:
        raise rules.InvitationEnded


def _renew(invitation: MembershipInvitation, actor: Actor) -> MembershipInvitation:
    invitation.inviter_id, invitation.expires_at = actor.person_id, clock.now() + rules.INVITATION_LIFE
    _owe(invitation, "team.renewed")
    return invitation


def _owe(invitation: MembershipInvitation, kind: str) -> None:
    until = invitation.expires_at
    outbox.enqueue(kind, invitation.id, key=f"{kind}:{invitation.id}:{until.isoformat()}", not_after=until)


def _enter(
    organisation: Organisation, person: Person, role: MembershipRole, ends_on: date | None, welcomer_id: int | None
) -> Membership:
    """Have the person in the team, and nothing of theirs waiting at its door. Under the hold of the team."""
    now = clock.now()
    present = queries.membership(organisation.id, person.id)
    if present is None or not is_active(present, dates.local(now).date()):
        present = add_member(organisation, person, role, ends_on)
    db.session.execute(
        update(MembershipInvitation)
        .where(
            MembershipInvitation.organisation_id == organisation.id,
            MembershipInvitation.email == person.email,
            MembershipInvitation.accepted_at.is_(None),
            MembershipInvitation.ended_at.is_(None),
        )
        .values(accepted_at=now)
    )
    db.session.execute(
        update(JoinRequest)
        .where(
            JoinRequest.organisation_id == organisation.id,
            JoinRequest.person_id == person.id,
            JoinRequest.decided_at.is_(None),
        )
        .values(decided_at=now, is_accepted=True, decider_id=welcomer_id)
    )
    return present


# ── Members ──


def change_member(membership: Membership, role: MembershipRole, ends_on: date | None, actor: Actor) -> Membership:
    """Give the member this role until this day, included; who had left comes back.

    Refuses `MayNotGive`, `LastManager`, and an end that is past.
    """
    organisation, person = membership.organisation, membership.person
    rules.check_may_give(actor, organisation.scope)
    members = queries.locked_members(organisation.id)
    if role is not MembershipRole.MANAGER:
        rules.check_manager_stays(members, membership, actor, dates.local(clock.now()).date())
    return add_member(organisation, person, role, ends_on)


def end_membership(membership: Membership, actor: Actor) -> None:
    """The member has left as of now. Refuses `LastManager`, and `NotAMember` who had left already."""
    today = dates.local(clock.now()).date()
    members = queries.locked_members(membership.organisation_id)
    if not is_active(membership, today):
        raise rules.NotAMember
    rules.check_manager_stays(members, membership, actor, today)
    _end(membership, today)


def hand_over(organisation: Organisation, successor: Membership, actor: Actor, *, leaves: bool) -> None:
    """Make another member the manager; the one who was stays as an editor, or leaves."""
    today = dates.local(clock.now()).date()
    members = queries.locked_members(organisation.id)
    own = next((one for one in members if one.person_id == actor.person_id), None)
    if own is None or own.role is not MembershipRole.MANAGER or not is_active(own, today):
        raise rules.NotYoursToHandOver
    if successor is own or successor not in members or not is_active(successor, today):
        raise rules.NotAMember(field="successor")
    successor.role = MembershipRole.MANAGER
    if leaves:
        _end(own, today)
    else:
        own.role = MembershipRole.EDITOR


def _end(membership: Membership, today: date) -> None:
    """The last day is yesterday, since the last day counts; who came today is noted as having come then."""
    yesterday = today - timedelta(days=1)
    membership.starts_on, membership.ends_on = min(membership.starts_on, yesterday), yesterday


# ── Requests to join ──


def ask_to_join(
    organisation: Organisation, person: Person, words: str, *, proposer_id: int | None = None
) -> JoinRequest:
    """Ask for a place for the person; who answers for the organisation is told, else DITP and the region.

    `proposer_id` is who asks it for somebody else. Refuses `AlreadyMember`, `AlreadyAsked`, `OrganisationClosed`.
    """
    today = dates.local(clock.now()).date()
    rules.check_open(organisation, today)
    members = queries.locked_members(organisation.id)
    if any(one.person_id == person.id and is_active(one, today) for one in members):
        raise rules.AlreadyMember(field="email" if proposer_id else None)
    if queries.pending_request(organisation.id, person.id):
        raise rules.AlreadyAsked(field="email" if proposer_id else None)
    request = JoinRequest(
        organisation=organisation, person=person, words=words, proposer_id=proposer_id, created_at=clock.now()
    )
    db.session.add(request)
    db.session.flush()
    told = queries.answerers(organisation)
    if not queries.managers(organisation.id):
        told = [*told, *queries.coordinators(organisation)]
    for recipient_id in {one.id for one in told} - {proposer_id}:
        outbox.enqueue("team.join_requested", request.id, person_id=recipient_id)
    return request


def propose(organisation: Organisation, email: str, words: str, actor: Actor) -> JoinRequest:
    """Ask for a place for whoever has this address, known or not, in the name of the coordinator."""
    return ask_to_join(organisation, person_with_address(email), words, proposer_id=actor.person_id)


def accept_request(request: JoinRequest, role: MembershipRole, ends_on: date | None, actor: Actor) -> None:
    """Take the person in, who is told; who was only proposed is invited and may still say no.

    Refuses `AlreadyAnswered`, `MayNotGive`, and an end that is past.
    """
    organisation = request.organisation
    rules.check_may_give(actor, organisation.scope)
    check_end(ends_on, dates.local(clock.now()).date())
    _hold_request(request)
    if request.proposer_id is None:
        _enter(organisation, request.person, role, ends_on, actor.person_id)
    else:
        invite(organisation, request.person.email, role, actor, ends_on)
    _answer(request, actor, is_accepted=True)


def refuse_request(request: JoinRequest, reason: str, actor: Actor) -> None:
    """Say no and why, to the person or to who proposed them. Refuses `AlreadyAnswered`."""
    _hold_request(request)
    request.reason = reason
    _answer(request, actor, is_accepted=False)


def _hold_request(request: JoinRequest) -> None:
    queries.locked_members(request.organisation_id)
    db.session.refresh(request)
    rules.check_pending(request)


def _answer(request: JoinRequest, actor: Actor, *, is_accepted: bool) -> None:
    request.decided_at, request.is_accepted, request.decider_id = clock.now(), is_accepted, actor.person_id
    outbox.enqueue("team.answered", request.id)


# ── The page of the lab ──


def edit_page(organisation: Organisation, values: Mapping[str, Any], *, read: str) -> None:
    """Change what the public page shows; what only somebody else changed since `read` stays as they made it.

    `EditedMeanwhile` when both changed the same.
    """
    db.session.refresh(organisation, with_for_update={"of": Organisation, "key_share": True})
    merged = edits.merge(read, rules.page_content(organisation), values)
    if merged.conflicts:
        raise edits.EditedMeanwhile
    for name in rules.PAGE_FIELDS:
        setattr(organisation, name, merged.values[name])
    db.session.flush()  # who reads the page again in this transaction sees it
