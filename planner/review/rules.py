"""Who may decide what, and when; and the remarks that help a reviewer and never decide."""

from datetime import date, datetime

from planner import dates
from planner.errors import RuleViolation
from planner.events.labels import label
from planner.events.models import Event, EventMode, EventState
from planner.events.rules import TRANSITIONS, WAITING, Verb, WrongState, check_version, missing_for_submission
from planner.review.models import OpinionVerdict
from planner.web.rights import Action, Actor, may

# The right that each decision asks for, on the event.
RIGHTS = {
    Verb.START: Action.APPROVE,
    Verb.ASK_CHANGES: Action.ADVISE,
    Verb.APPROVE: Action.APPROVE,
    Verb.PUBLISH: Action.APPROVE,
    Verb.REJECT: Action.REJECT,
    Verb.UNPUBLISH: Action.REJECT,
    Verb.REOPEN: Action.REJECT,
}

# The states shown on the desk, in the order of its counts: what was submitted, and is still to be published or is.
STATES = (
    EventState.SUBMITTED,
    EventState.UNDER_REVIEW,
    EventState.CHANGES_REQUESTED,
    EventState.APPROVED,
    EventState.PUBLISHED,
    EventState.REJECTED,
)


class Moved(WrongState):
    def __init__(self, state: EventState) -> None:
        words = f"il est maintenant «\u00a0{label(state)}\u00a0»"
        super().__init__(f"L’événement a changé d’état entre-temps\u00a0: {words}.")


class NotYourDecision(RuleViolation):
    message = "Cette décision ne vous revient pas pour cet événement."


class OwnSubmission(RuleViolation):
    message = "Vous avez écrit ou proposé cet événement\u00a0: une autre personne doit le valider."


class ReasonMissing(RuleViolation):
    message = "Dites pourquoi\u00a0: l’équipe qui propose l’événement lira ces mots."


class OpinionUnexplained(RuleViolation):
    message = "Dites en quelques mots ce qui vous retient."


class NotYourRegion(RuleViolation):
    message = "L’avis de la région est donné par sa coordination."


class TooLateForOpinion(WrongState):
    message = "L’événement n’attend plus de décision\u00a0: l’avis de la région ne peut plus être donné."


def is_own(event: Event, actor: Actor) -> bool:
    """Did this person write or submit it?"""
    return actor.person_id in {event.author_id, event.submitter_id}


def check_decision(verb: Verb, event: Event, actor: Actor, *, version: int) -> None:
    """Refuse what is not the person's to decide, another version than the one read, a state that does not allow it.

    Nobody approves what they wrote or submitted; the trusted path has its own verb.
    """
    if not may(actor, RIGHTS[verb], event.scope):
        raise NotYourDecision
    if verb is Verb.APPROVE and is_own(event, actor):
        raise OwnSubmission
    check_version(event, version)
    if event.state not in TRANSITIONS[verb][0]:
        raise Moved(event.state)


def check_reason(text: str) -> None:
    """Refuse a decision that says nothing to those it concerns."""
    if not text.strip():
        raise ReasonMissing


def possible(event: Event, actor: Actor) -> frozenset[Verb]:
    """The decisions that this person may take on the event as it stands."""
    verbs = {
        verb
        for verb, action in RIGHTS.items()
        if event.state in TRANSITIONS[verb][0] and may(actor, action, event.scope)
    }
    return frozenset(verbs - {Verb.APPROVE} if is_own(event, actor) else verbs)


def may_give_opinion(event: Event, actor: Actor) -> bool:
    """Does the event wait, and is this person its region's coordinator?"""
    return event.state in WAITING and event.scope.region_code in actor.regions


def check_opinion(event: Event, actor: Actor, verdict: OpinionVerdict, text: str) -> str:
    """The region in whose name the opinion is given; only a favourable one needs no words."""
    region_code = event.scope.region_code
    if region_code is None or region_code not in actor.regions:
        raise NotYourRegion
    if event.state not in WAITING:
        raise TooLateForOpinion
    if verdict is not OpinionVerdict.FAVOURABLE and not text.strip():
        raise OpinionUnexplained
    return region_code


def days_waiting(event: Event, now: datetime) -> int | None:
    """For how many days of Paris the event has waited for a decision; None when it waits for none."""
    if event.state not in WAITING or event.submitted_at is None:
        return None
    return (dates.local(now).date() - dates.local(event.submitted_at).date()).days


def missing(event: Event) -> list[str]:
    """The required answers that the event misses, as its author reads them."""
    return [line.message for line in missing_for_submission(event)]


def odd(event: Event, today: date) -> list[str]:
    """What a reviewer should look at twice; `today` is the day at the place."""
    days = [session.day for session in event.sessions if session.day]
    found = [_off_period(event, days)]
    if any(day < today for day in days):
        found.append("Une date est déjà passée.")
    if event.mode in {EventMode.ONLINE, EventMode.HYBRID} and not event.joining_link:
        found.append("Il a lieu en ligne, et le lien de connexion n’est pas donné.")
    if not event.accessibility and not event.accessibility_note:
        found.append("Rien n’est dit de l’accessibilité.")
    return [words for words in found if words]


def _off_period(event: Event, days: list[date]) -> str:
    edition = event.edition
    if edition is None or all(edition.starts_on <= day <= edition.ends_on for day in days):
        return ""
    words = f"Une date est en dehors de l’édition ({dates.day_range(edition.starts_on, edition.ends_on)})"
    return f"{words}\u00a0: «\u00a0{event.off_period_reason}\u00a0»" if event.off_period_reason else f"{words}."
