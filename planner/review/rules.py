"""Who may decide what, beyond the table of rights; and the remarks that help a reviewer and never decide."""

from dataclasses import dataclass
from datetime import date

from planner import dates
from planner.errors import RuleViolation
from planner.events.models import Event, EventMode, EventState, RegistrationKind
from planner.events.rules import Verb, missing_for_submission
from planner.review.models import OpinionVerdict
from planner.web.rights import Actor, Role

VERDICTS = {
    OpinionVerdict.FAVOURABLE: "Favorable",
    OpinionVerdict.RESERVED: "Réservé",
    OpinionVerdict.AGAINST: "Défavorable",
}

# The states shown on the desk, in the order of its counts.
STATES = (
    EventState.SUBMITTED,
    EventState.UNDER_REVIEW,
    EventState.CHANGES_REQUESTED,
    EventState.APPROVED,
    EventState.PUBLISHED,
    EventState.REJECTED,
)


# The lines of the journal, in words.
VERB_WORDS = {
    Verb.CREATE: "Créé",
    Verb.SUBMIT: "Proposé",
    Verb.TAKE_BACK: "Repris par l’équipe",
    Verb.START: "Examen commencé",
    Verb.ASK_CHANGES: "Corrections demandées",
    Verb.APPROVE: "Validé",
    Verb.REJECT: "Refusé",
    Verb.PUBLISH: "Publié",
    Verb.PUBLISH_TRUSTED: "Publié directement",
    Verb.UNPUBLISH: "Retiré du calendrier",
    Verb.REOPEN: "Examen rouvert",
    Verb.WITHDRAW: "Retiré par l’équipe",
    Verb.ARCHIVE: "Archivé",
    "edit": "Modifié",
    "cancel": "Annulé",
    "delete": "Supprimé",
    "opinion": "Avis de la région",
}

ROLE_WORDS = {
    Role.HELPER: "accueil du lab",
    Role.EDITOR: "rédaction du lab",
    Role.MANAGER: "référent du lab",
    Role.COORDINATOR: "coordination régionale",
    Role.MODERATOR: "modération",
    Role.ADMIN: "administration",
}


class OwnSubmission(RuleViolation):
    message = "Vous avez écrit ou proposé cet événement : quelqu’un d’autre doit décider."


class ReasonMissing(RuleViolation):
    message = "Dites pourquoi : l’équipe qui propose l’événement lira ces mots."


class NotYourRegion(RuleViolation):
    message = "L’avis régional est donné par la coordination de la région de l’événement."


def check_not_own(event: Event, actor: Actor) -> None:
    """Nobody decides on what they wrote or submitted; the trusted path has its own verb."""
    if actor.person_id in {event.author_id, event.submitter_id}:
        raise OwnSubmission


def opinion_region(event: Event, actor: Actor) -> str:
    """The region in whose name the person gives an opinion; `NotYourRegion` when it is not the event's."""
    region_code = event.scope.region_code
    if region_code is None or region_code not in actor.regions:
        raise NotYourRegion
    return region_code


@dataclass(frozen=True)
class Remark:
    """Something missing or odd in a submission; `field` is that of the form, to be pointed at."""

    field: str
    message: str


def remarks(event: Event, today: date) -> list[Remark]:
    """What a reviewer should look at: what is missing, then what is odd."""
    found = [Remark(line.field, line.message) for line in missing_for_submission(event)]
    days = [session.day for session in event.sessions if session.day]
    if any(day < today for day in days):
        found.append(Remark("sessions", "Une date est passée."))
    if event.edition and any(not event.edition.starts_on <= day <= event.edition.ends_on for day in days):
        period = dates.day_range(event.edition.starts_on, event.edition.ends_on)
        found.append(Remark("sessions", f"Une date sort de l’édition ({period})."))
    is_here = event.registration_kind is RegistrationKind.HERE
    if is_here and event.mode is not EventMode.ONLINE and any(s.places_onsite is None for s in event.sessions):
        found.append(Remark("sessions", "Le nombre de places sur place n’est pas limité."))
    if event.mode is not EventMode.ONLINE and not event.accessibility:
        found.append(Remark("accessibility", "Rien n’est dit de l’accessibilité."))
    if event.is_reserved:
        found.append(Remark("is_reserved", "L’événement est réservé à ses publics."))
    return found
