"""The mails about a team, from today's data, or not at all when they are no longer true."""

from planner import clock, dates, tokens
from planner.accounts import queries as accounts
from planner.accounts.models import Person
from planner.directory.labels import ROLES
from planner.directory.rules import is_active
from planner.errors import RuleViolation
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.teams import queries, rules
from planner.teams.labels import ROLE_HINTS
from planner.teams.models import JoinRequest, MembershipInvitation


@message("team.invited")
def invited(invitation_id: int) -> Email | None:
    """The invitation; None once it is answered, too old, or renewed, which has its own mail."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or invitation.expires_at != invitation.created_at + rules.INVITATION_LIFE:
        return None
    return _offer(invitation, "Invitation à rejoindre")


@message("team.renewed")
def renewed(invitation_id: int) -> Email | None:
    """The invitation once more, as it is offered now."""
    invitation = queries.invitation(invitation_id)
    return _offer(invitation, "Rappel\u00a0: votre invitation à rejoindre") if invitation else None


@message("team.accepted")
def accepted(invitation_id: int) -> Email | None:
    """To the inviter: the person has come. None when they have left since."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or invitation.accepted_at is None or invitation.inviter is None:
        return None
    person = accounts.person_by_email(invitation.email)
    if person is None or not _is_in(invitation.organisation_id, person):
        return None
    name = invitation.organisation.name
    context = {
        "name": person.full_name or person.email,
        "organisation": name,
        "link": link("teams.team", slug=invitation.organisation.slug),
        "rows": _rows(invitation),
    }
    return Email(invitation.inviter.email, f"Invitation acceptée\u00a0: {name}", context)


@message("team.declined")
def declined(invitation_id: int) -> Email | None:
    """To the inviter: the person does not come."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or invitation.ended_at is None or invitation.inviter is None:
        return None
    name = invitation.organisation.name
    context = {
        "email": invitation.email,
        "organisation": name,
        "link": link("teams.invite", slug=invitation.organisation.slug),
    }
    return Email(invitation.inviter.email, f"Invitation déclinée\u00a0: {name}", context)


@message("team.join_requested")
def join_requested(request_id: int, person_id: int) -> Email | None:
    """To who answers for the team, else to DITP and to the region; None once it is answered."""
    request = queries.request(request_id)
    if request is None or request.decided_at is not None:
        return None
    organisation, recipient = request.organisation, accounts.person(person_id)
    managers = queries.managers(organisation.id)
    if recipient in managers:
        tie = "manager"
    elif managers:
        return None
    else:
        tie = "region" if recipient in queries.coordinators(organisation) else "ditp"
    page = "teams.team" if tie == "region" else "teams.asking"
    values = {} if tie == "region" else {"token": tokens.mark("join_request", request.id)}
    context = {
        "organisation": organisation.name,
        "name": request.person.full_name or request.person.email,
        "proposer": request.proposer and (request.proposer.full_name or request.proposer.email),
        "words": request.words,
        "tie": tie,
        "link": link(page, slug=organisation.slug, **values),
        "rows": [("Personne", request.person.full_name), ("Adresse", request.person.email)],
    }
    return Email(recipient.email, f"Demande à rejoindre l’équipe\u00a0: {organisation.name}", context)


@message("team.answered")
def answered(request_id: int) -> Email | None:
    """The answer, to the person or to who proposed them; None when the person has left the team since."""
    request = queries.request(request_id)
    if request is None or request.decided_at is None:
        return None
    recipient = request.person if request.proposer_id is None else request.proposer
    if recipient is None or (request.is_accepted and not _is_expected(request)):
        return None
    name = request.organisation.name
    context = {
        "organisation": name,
        "is_accepted": request.is_accepted,
        "is_proposal": request.proposer_id is not None,
        "name": request.person.full_name or request.person.email,
        "reason": request.reason,
        "link": link("programmes.desk"),
        "page_link": link("directory.lab", slug=request.organisation.slug),
    }
    if request.proposer_id is not None:
        word = "Réponse à votre proposition"
    else:
        word = "Vous êtes dans l’équipe" if request.is_accepted else "Réponse à votre demande"
    return Email(recipient.email, f"{word}\u00a0: {name}", context)


def _offer(invitation: MembershipInvitation, word: str) -> Email | None:
    try:
        rules.check_invitation(invitation, clock.now())
    except RuleViolation:
        return None
    name, inviter = invitation.organisation.name, invitation.inviter
    token = tokens.seal("membership_invitation", invitation.link_key)
    context = {
        "organisation": name,
        "inviter": (inviter.full_name or inviter.email) if inviter else "",
        "link": link("joining.invitation", token=token),
        "until": dates.day(dates.local(invitation.expires_at)),
        "rows": _rows(invitation),
    }
    return Email(invitation.email, f"{word} {name}", context, reply_to=inviter.email if inviter else None)


def _rows(invitation: MembershipInvitation) -> list[tuple[str, str]]:
    """What is offered."""
    return [
        ("Équipe", invitation.organisation.name),
        ("Rôle", f"{ROLES[invitation.role]}\n{ROLE_HINTS[invitation.role]}"),
        ("Jusqu’au", dates.day(invitation.ends_on) if invitation.ends_on else ""),
    ]


def _is_expected(request: JoinRequest) -> bool:
    """Is the person in the team, or invited into it when they were only proposed?"""
    if request.proposer_id is None:
        return _is_in(request.organisation_id, request.person)
    invited_still = queries.live_invitation(request.organisation_id, request.person.email)
    return invited_still is not None or _is_in(request.organisation_id, request.person)


def _is_in(organisation_id: int, person: Person) -> bool:
    membership = queries.membership(organisation_id, person.id)
    return membership is not None and is_active(membership, dates.local(clock.now()).date())
