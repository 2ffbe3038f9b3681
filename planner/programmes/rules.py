"""What composing knows without asking anybody: the steps of the form, what an event holds, who may still submit it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from planner import dates
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.errors import RuleViolation
from planner.events.models import Event, EventSession, EventState, EventStatus, SessionStatus
from planner.events.questions import asked
from planner.events.rules import EDITABLE, Missing, missing_for_submission
from planner.programmes.models import ChangeReason
from planner.web import edits
from planner.web.rights import Actor, Scope


class Step(StrEnum):
    """A page of the form of an event; the value is its part of the address."""

    PRESENTATION = "presentation"
    WHEN_AND_WHERE = "dates-et-lieu"
    AUDIENCE = "publics-et-accessibilite"
    REGISTRATION = "inscriptions"
    CHECK = "verification"


STEP_LABELS = {
    Step.PRESENTATION: "Présentation",
    Step.WHEN_AND_WHERE: "Dates et lieu",
    Step.AUDIENCE: "Publics et accessibilité",
    Step.REGISTRATION: "Inscriptions",
    Step.CHECK: "Vérification",
}

# What each step asks, and what it is called: the names are those of the form and of `Event`.
STEP_FIELDS: dict[Step, dict[str, str]] = {
    Step.PRESENTATION: {
        "title": "Titre",
        "summary": "Résumé",
        "description": "Description",
        "image": "Image",
        "image_alt": "Texte de remplacement de l’image",
        "image_credit": "Crédit de l’image",
        "format": "Format",
        "themes": "Thèmes",
        "keywords": "Mots-clés",
        "skills": "Compétences",
        "speakers": "Intervenants",
        "contact_name": "Nom du contact",
        "contact_email": "Adresse électronique du contact",
    },
    Step.WHEN_AND_WHERE: {
        "mode": "Sur place ou en ligne",
        "sessions": "Dates",
        "attendance": "Participation aux dates",
        "rooms": "Capacité des salles",
        "off_period_reason": "Date en dehors de l’édition",
        "venue": "Nom du lieu",
        "street": "Numéro et rue",
        "postcode": "Code postal",
        "city": "Ville",
        "joining_link": "Lien de connexion",
        "is_joining_link_public": "Publicité du lien de connexion",
    },
    Step.AUDIENCE: {
        "audiences": "Publics",
        "is_reserved": "Réservé à ces publics",
        "level": "Niveau",
        "accessibility": "Accessibilité",
        "accessibility_note": "Précisions sur l’accessibilité",
    },
    Step.REGISTRATION: {
        "registration_kind": "Mode d’inscription",
        "registration_url": "Page d’inscription",
        "registration_opens_at": "Ouverture des inscriptions",
        "registration_closes_at": "Clôture des inscriptions",
        "expected_attendance": "Affluence attendue",
        "has_waiting_list": "Liste d’attente",
        "needs_approval": "Accord donné à chaque inscription",
        "reserved_domains": "Adresses acceptées",
        "retention_months": "Durée de conservation des inscriptions",
        "questions": "Questions aux personnes inscrites",
    },
    Step.CHECK: {
        "is_free_of_charge": "Gratuité",
        "is_charter_accepted": "Charte",
        "note_to_reviewers": "Message à l’équipe du Mois",
    },
}
FIELD_LABELS = {name: label for fields in STEP_FIELDS.values() for name, label in fields.items()}
PLACE_FIELDS = ("venue", "street", "postcode", "city")

CHANGE_REASONS = {
    ChangeReason.INCORRECT: "Incorrect",
    ChangeReason.INCOMPLETE: "Incomplet",
    ChangeReason.OUTDATED: "Périmé",
    ChangeReason.OFF_CHARTER: "Hors charte",
}


class Incomplete(RuleViolation):
    message = "Il manque encore des réponses pour proposer cet événement."

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(field=missing[0].field)
        self.missing = missing


class WindowNotOpen(RuleViolation):
    message = "Les propositions ne sont pas encore ouvertes\u00a0: votre brouillon vous attend ici."


class WindowClosed(RuleViolation):
    message = (
        "Les propositions sont closes pour cette édition. Votre brouillon est gardé\u00a0: "
        "l’équipe du Mois peut encore le proposer pour vous."
    )


class NothingReady(RuleViolation):
    message = "Aucun brouillon n’est prêt\u00a0: complétez-en un, puis proposez-le."


class NothingTicked(RuleViolation):
    message = "Cochez au moins un événement à reprendre."


class SlotGone(RuleViolation):
    message = "Une des dates n’existe plus\u00a0: rechargez la page pour voir celles qui restent."


class NotADraft(RuleViolation):
    message = "Seul un brouillon peut être supprimé. Un événement proposé se retire, un événement publié s’annule."


@dataclass(frozen=True)
class Slot:
    """A date as it is typed: everything may be missing. `session_id` is None for a new one."""

    session_id: int | None
    title: str
    day: date | None
    start_time: time | None
    end_day: date | None
    end_time: time | None
    places_onsite: int | None
    places_online: int | None
    track: str = ""
    room: str = ""

    @property
    def is_blank(self) -> bool:
        return not any([self.title, self.day, self.start_time, self.end_day, self.end_time, self.track, self.room])


@dataclass(frozen=True)
class SpeakerLine:
    """An intervenant as it is typed."""

    full_name: str
    position_held: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.full_name, self.position_held]))


def slot(session: EventSession) -> Slot:
    """The session as its form shows it."""
    return Slot(
        session.id,
        session.title,
        session.day,
        session.start_time,
        session.end_day,
        session.end_time,
        session.places_onsite,
        session.places_online,
        session.track.name if session.track else "",
        session.room.name if session.room else "",
    )


# What the event does not hold as its form does: themes by slug, the picture by its digest, dates that stand as slots.
_GATHERED: dict[str, Callable[[Event], Any]] = {
    "themes": lambda event: [theme.slug for theme in event.themes],
    "sessions": lambda event: [slot(one) for one in event.sessions if one.status is SessionStatus.SCHEDULED],
    "image": lambda event: event.image.digest if event.image else "",
    "speakers": lambda event: [SpeakerLine(one.full_name, one.position_held) for one in event.speakers],
    "questions": lambda event: list(asked(event.questions)),
    "rooms": lambda event: {room.name: room.capacity for room in event.rooms if room.capacity},
}


def content(event: Event, fields: Iterable[str]) -> dict[str, Any]:
    """What the event holds of these fields, in the values of the form."""
    return {name: _GATHERED[name](event) if name in _GATHERED else getattr(event, name) for name in fields}


def fingerprint(values: Mapping[str, Any]) -> str:
    """The mark of each of these values, and of each date by its number: see `web.edits.fingerprint`."""
    return edits.fingerprint({**values, **{f"sessions.{each.session_id}": each for each in values.get("sessions", ())}})


def step_of(field: str) -> Step:
    """The page where the field is."""
    return next((step for step, fields in STEP_FIELDS.items() if field in fields), Step.PRESENTATION)


def next_step(step: Step) -> Step:
    """The page that follows; the last one follows itself."""
    steps = list(Step)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


@dataclass(frozen=True)
class Progress:
    """Where a page of the form stands."""

    step: Step
    label: str
    is_complete: bool
    is_asked: bool  # a correction is asked for there


def progress(missing: Iterable[Missing], asked: Iterable[str] = ()) -> list[Progress]:
    """Each page of the form, with what is complete and where corrections are asked for (`asked`: fields)."""
    incomplete = {step_of(line.field) for line in missing}
    pointed_at = {step_of(field) for field in asked}
    return [Progress(step, STEP_LABELS[step], step not in incomplete, step in pointed_at) for step in Step]


def first_step(missing: Iterable[Missing], asked: Iterable[str] = ()) -> Step:
    """The page to open first: where a correction is asked for, else where something is missing, else the last."""
    for fields in (asked, [line.field for line in missing]):
        concerned = {step_of(field) for field in fields}
        if concerned:
            return next(step for step in Step if step in concerned)
    return Step.CHECK


# ── The window ──


class Window(StrEnum):
    """Where the submissions of an edition stand."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def window(edition: Edition, now: datetime) -> Window:
    """Where the submissions of the edition stand; its first and last instants are inside."""
    if now < edition.submissions_open_at:
        return Window.COMING
    return Window.OPEN if now <= edition.submissions_close_at else Window.CLOSED


def days_left(edition: Edition, now: datetime) -> int:
    """How many days of Paris remain before the window closes; 0 on the last one."""
    return (dates.local(edition.submissions_close_at).date() - dates.local(now).date()).days


def may_submit_late(actor: Actor, scope: Scope) -> bool:
    """May this person submit it out of the window? DITP's team, and the coordinators of its region."""
    return actor.is_moderator or actor.is_admin or scope.region_code in actor.regions


def check_window(event: Event, actor: Actor, now: datetime) -> None:
    """Refuse a submission out of the window. Answering a request for changes is never late."""
    is_answer = event.state is EventState.CHANGES_REQUESTED
    if event.edition is None or is_answer or may_submit_late(actor, event.scope):
        return
    state = window(event.edition, now)
    if state is not Window.OPEN:
        raise WindowNotOpen if state is Window.COMING else WindowClosed


def check_complete(event: Event) -> None:
    """Refuse an event that misses a required field, with the list."""
    if missing := missing_for_submission(event):
        raise Incomplete(missing)


# ── What may be done ──


def organisers(event: Event) -> list[Organisation]:
    """Who runs the event: its lab first, then those it runs it with."""
    return [event.organisation, *event.co_organisers]


def may_edit(event: Event) -> bool:
    """May the lab change the content directly?"""
    return event.state in EDITABLE


def may_withdraw(event: Event) -> bool:
    """May the lab take it off the programme? A draft is deleted, a published event cancelled."""
    return event.state in {
        EventState.SUBMITTED,
        EventState.UNDER_REVIEW,
        EventState.CHANGES_REQUESTED,
        EventState.APPROVED,
    }


def may_change_published(event: Event) -> bool:
    """Is it public and still to take place?"""
    return event.state is EventState.PUBLISHED and event.status is not EventStatus.CANCELLED


class Task(StrEnum):
    """What an event waits for from its lab, the most urgent first."""

    CORRECT = "correct"
    SUBMIT = "submit"
    COMPLETE = "complete"


def task(event: Event, missing: Sequence[Missing]) -> Task | None:
    """What the lab has to do with the event; None when it waits for nothing."""
    if event.state is EventState.CHANGES_REQUESTED:
        return Task.CORRECT
    if event.state is EventState.DRAFT:
        return Task.COMPLETE if missing else Task.SUBMIT
    return None
