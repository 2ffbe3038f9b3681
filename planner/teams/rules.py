"""Who may be given what, who must stay, how long an invitation lives, when an organisation is short of a manager."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from planner import dates
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.directory.rules import has_active_manager, is_active, is_closed
from planner.errors import RuleViolation
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.web.rights import Action, Actor, Scope, may

INVITATION_LIFE = timedelta(days=14)
NOTICE = timedelta(days=30)  # before the last manager's membership ends

# What the page of a lab shows that its manager writes; the name and the nature are DITP's.
PAGE_FIELDS = {
    "description": "Présentation",
    "skills": "Compétences",
    "address": "Adresse",
    "city": "Ville",
    "website": "Site",
    "contact_email": "Adresse électronique du contact",
    "carrier": "Porté par",
    "branch": "Versant",
}


class AlreadyMember(RuleViolation):
    message = "Cette personne est déjà dans l’équipe."


class AlreadyAsked(RuleViolation):
    message = "Une demande attend déjà la réponse de l’équipe."


class AlreadyAnswered(RuleViolation):
    message = "Quelqu’un de l’équipe a déjà répondu à cette demande."


class MayNotGive(RuleViolation):
    message = "Vous ne pouvez pas donner plus de droits que vous n’en avez."


class OrganisationClosed(RuleViolation):
    message = "Ce lab a fermé\u00a0: son équipe ne s’agrandit plus."


class InvitationTaken(RuleViolation):
    message = "Cette invitation a déjà été acceptée."


class InvitationEnded(RuleViolation):
    message = "Cette invitation n’est plus proposée."


class InvitationExpired(RuleViolation):
    message = "Cette invitation n’est plus valable."


class NotAMember(RuleViolation):
    message = "Cette personne n’est plus dans l’équipe."


class LastManager(RuleViolation):
    message = (
        "Il ne resterait personne pour répondre de l’équipe. Passez d’abord la main à quelqu’un d’autre, "
        "ou demandez à l’équipe du Mois de le faire."
    )


class NotYoursToHandOver(RuleViolation):
    message = "Vous ne répondez pas de cette équipe\u00a0: il n’y a pas de main à passer."


@dataclass(frozen=True)
class ManagerLack:
    """Nobody answers for the organisation, or will not after the day `until`, its last one with a manager."""

    until: date | None = None


def manager_lack(memberships: Iterable[Membership], today: date) -> ManagerLack | None:
    """What is to be feared for the organisation; None when a manager is there for more than 30 days."""
    managers = [one for one in memberships if one.role is MembershipRole.MANAGER and is_active(one, today)]
    if not managers:
        return ManagerLack()
    ends = [one.ends_on for one in managers]
    last = max((end for end in ends if end), default=today)
    return None if None in ends or last > today + NOTICE else ManagerLack(last)


def check_may_give(actor: Actor, scope: Scope) -> None:
    """Refuse whoever may not manage the organisation: nobody gives more than they hold."""
    if not may(actor, Action.MANAGE_ORGANISATION, scope):
        raise MayNotGive(field="role")


def check_manager_stays(memberships: Sequence[Membership], changed: Membership, actor: Actor, today: date) -> None:
    """Refuse to leave an organisation without a manager, except to DITP, who can name another one.

    `memberships`: all those of the organisation, the one to be changed among them. Call it when `changed` is about to
    be a manager's no more.
    """
    is_ditp = actor.is_moderator or actor.is_admin
    others = [one for one in memberships if one is not changed]
    if not is_ditp and has_active_manager(memberships, today) and not has_active_manager(others, today):
        raise LastManager


def check_open(organisation: Organisation, today: date) -> None:
    """Refuse newcomers to an organisation that has closed."""
    if is_closed(organisation, today):
        raise OrganisationClosed


def check_invitation(invitation: MembershipInvitation, now: datetime) -> None:
    """Refuse an invitation that was taken, withdrawn, declined, or whose time is over."""
    if invitation.accepted_at is not None:
        raise InvitationTaken
    if invitation.ended_at is not None:
        raise InvitationEnded
    if is_expired(invitation, now):
        raise InvitationExpired


def is_expired(invitation: MembershipInvitation, now: datetime) -> bool:
    """Is the invitation too old, or what it offers over, so that it must be sent again to be accepted?"""
    is_over = invitation.ends_on is not None and invitation.ends_on < dates.local(now).date()
    return now >= invitation.expires_at or is_over


def check_pending(request: JoinRequest) -> None:
    """Refuse to answer twice."""
    if request.decided_at is not None:
        raise AlreadyAnswered


def page_content(organisation: Organisation) -> dict[str, Any]:
    """What the manager writes of the page of the lab, as it is now."""
    return {name: getattr(organisation, name) for name in PAGE_FIELDS}
