"""Who may run an event with its lab, and when nobody can join any more."""

from planner.directory.models import Organisation
from planner.errors import RuleViolation
from planner.events.models import Event, EventState, EventStatus


class Oneself(RuleViolation):
    message = "Votre organisation porte déjà cet événement."


class AlreadyPartner(RuleViolation):
    message = "Cette organisation co-organise déjà l’événement."


class AlreadyInvited(RuleViolation):
    message = "Cette organisation est déjà invitée\u00a0: sa réponse est attendue."


class OrganisationClosed(RuleViolation):
    message = "Cette organisation a fermé."


class NobodyToAsk(RuleViolation):
    message = "Personne ne recevrait l’invitation\u00a0: cette organisation n’a ni référent ni adresse de contact."


class NoLongerPlanned(RuleViolation):
    message = "L’événement n’aura pas lieu ou n’est plus au programme\u00a0: il ne se co-organise pas."


class InvitationGone(RuleViolation):
    message = "Cette invitation n’attend plus de réponse."


class NotPartner(RuleViolation):
    message = "Cette organisation ne co-organise pas l’événement."


def why_no_partner(event: Event) -> str:
    """Why nobody can join those who run the event; empty when one can."""
    is_given_up = event.state in {EventState.WITHDRAWN, EventState.REJECTED, EventState.ARCHIVED}
    return NoLongerPlanned.message if is_given_up or event.status is EventStatus.CANCELLED else ""


def check_partner(event: Event, organisation: Organisation, *, is_closed: bool) -> None:
    """Refuse an organisation that cannot join those who run the event."""
    if why_no_partner(event):
        raise NoLongerPlanned
    if organisation.id == event.organisation_id:
        raise Oneself
    if any(one.id == organisation.id for one in event.co_organisers):
        raise AlreadyPartner
    if is_closed:
        raise OrganisationClosed
