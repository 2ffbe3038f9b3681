"""What an event may become, and what it needs for it: the transition table and the fields of a submission."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from planner.errors import RuleViolation
from planner.events.models import Event, EventMode, EventState, RegistrationKind

S = EventState


class Verb(StrEnum):
    """What is done to an event's editorial state; the names of the journal's lines."""

    CREATE = "create"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    START = "start"
    ASK_CHANGES = "ask_changes"
    APPROVE = "approve"
    REJECT = "reject"
    PUBLISH = "publish"
    PUBLISH_TRUSTED = "publish_trusted"
    UNPUBLISH = "unpublish"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"


TRANSITIONS: dict[Verb, tuple[frozenset[EventState | None], EventState]] = {
    Verb.CREATE: (frozenset({None}), S.DRAFT),
    Verb.SUBMIT: (frozenset({S.DRAFT, S.CHANGES_REQUESTED}), S.SUBMITTED),
    Verb.TAKE_BACK: (frozenset({S.SUBMITTED}), S.DRAFT),
    Verb.START: (frozenset({S.SUBMITTED}), S.UNDER_REVIEW),
    Verb.ASK_CHANGES: (frozenset({S.SUBMITTED, S.UNDER_REVIEW}), S.CHANGES_REQUESTED),
    Verb.APPROVE: (frozenset({S.SUBMITTED, S.UNDER_REVIEW}), S.APPROVED),
    Verb.REJECT: (frozenset({S.SUBMITTED, S.UNDER_REVIEW}), S.REJECTED),
    Verb.PUBLISH: (frozenset({S.APPROVED}), S.PUBLISHED),
    Verb.PUBLISH_TRUSTED: (frozenset({S.DRAFT}), S.PUBLISHED),
    Verb.UNPUBLISH: (frozenset({S.PUBLISHED}), S.APPROVED),
    Verb.REOPEN: (frozenset({S.REJECTED}), S.UNDER_REVIEW),
    Verb.WITHDRAW: (
        frozenset({S.DRAFT, S.SUBMITTED, S.UNDER_REVIEW, S.CHANGES_REQUESTED, S.APPROVED}),
        S.WITHDRAWN,
    ),
    Verb.ARCHIVE: (frozenset({S.PUBLISHED}), S.ARCHIVED),
}

EDITABLE = frozenset({S.DRAFT, S.CHANGES_REQUESTED})  # states in which the lab may change the content directly
WAITING = frozenset({S.SUBMITTED, S.UNDER_REVIEW})  # states in which it waits on a reviewer
LONGEST_SESSION = timedelta(hours=24)


class WrongState(RuleViolation):
    message = "L’événement a changé d’état entre-temps : rechargez la page pour voir où il en est."


class StaleVersion(RuleViolation):
    message = "L’événement a été modifié depuis que vous l’avez ouvert : relisez la nouvelle version avant de décider."


class EndsBeforeStart(RuleViolation):
    message = "L’heure de fin doit être après l’heure de début."


class SessionTooLong(RuleViolation):
    message = "Une session dure 24\u00a0heures au plus\u00a0: ajoutez une date pour chaque jour."


def check_hours(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a slot whose end is not after its start, or that lasts more than a day."""
    if ends_at <= starts_at:
        raise EndsBeforeStart(field="end_time")
    if ends_at - starts_at > LONGEST_SESSION:
        raise SessionTooLong(field="end_time")


def next_state(verb: Verb, state: EventState | None) -> EventState:
    """Where the verb leads from this state; `WrongState` when it is not allowed from there."""
    origins, target = TRANSITIONS[verb]
    if state not in origins:
        raise WrongState
    return target


def check_version(event: Event, version_read: int) -> None:
    """The version read is the version decided upon; `StaleVersion` otherwise."""
    if event.version != version_read:
        raise StaleVersion


@dataclass(frozen=True)
class Missing:
    """A required field that is not filled: the form's field, and the sentence for its author."""

    field: str
    message: str


def missing_for_submission(event: Event) -> list[Missing]:
    """The required fields that the event misses, in the order of the form; empty when it can be submitted.

    Reads the event with its sessions and themes loaded. The list follows "Fields of a submission" of PRODUCT.md.
    """
    checks = [
        ("title", event.title, "Donnez un titre à l’événement."),
        ("summary", event.summary, "Résumez l’événement en une phrase ou deux."),
        ("image_alt", event.image_id is None or event.image_alt, "Décrivez l’image pour qui ne la voit pas."),
        ("format", event.format, "Choisissez un format."),
        ("themes", 1 <= len(event.themes) <= 3, "Choisissez de un à trois thèmes."),
        ("contact_name", event.contact_name, "Indiquez le nom du contact."),
        ("contact_email", event.contact_email, "Indiquez l’adresse électronique du contact."),
        ("sessions", event.sessions, "Ajoutez au moins une date."),
        (
            "sessions",
            all(session.starts_at for session in event.sessions),
            "Complétez le jour et les heures de chaque date.",
        ),
        ("mode", event.mode, "Dites si l’événement a lieu sur place, en ligne, ou les deux."),
        ("city", not _has_place(event) or event.city, "Indiquez la ville."),
        ("postcode", not _has_place(event) or event.postcode, "Indiquez le code postal."),
        ("venue", not _has_place(event) or event.venue, "Indiquez le nom du lieu."),
        ("joining_link", not _needs_link(event) or event.joining_link, "Indiquez le lien de connexion."),
        (
            "registration_url",
            event.registration_kind is not RegistrationKind.EXTERNAL or event.registration_url,
            "Indiquez l’adresse de la page d’inscription.",
        ),
        ("audiences", event.audiences, "Choisissez au moins un public."),
        ("off_period_reason", not _off_period(event) or event.off_period_reason, _OFF_PERIOD),
        ("is_free_of_charge", event.is_free_of_charge, "L’événement doit être gratuit pour figurer au programme."),
        ("is_charter_accepted", event.is_charter_accepted, "Acceptez la charte du Mois de l’innovation publique."),
    ]
    return [Missing(field, message) for field, is_filled, message in checks if not is_filled]


_OFF_PERIOD = "Une date est en dehors de l’édition : dites pourquoi, ou corrigez-la."


def _has_place(event: Event) -> bool:
    return event.mode in {EventMode.ONSITE, EventMode.HYBRID}


def _needs_link(event: Event) -> bool:
    return event.mode in {EventMode.ONLINE, EventMode.HYBRID} and event.registration_kind is RegistrationKind.HERE


def _off_period(event: Event) -> bool:
    days = [session.day for session in event.sessions if session.day]
    if event.edition is None:
        return False
    return any(not event.edition.starts_on <= day <= event.edition.ends_on for day in days)
