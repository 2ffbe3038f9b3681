"""When an event may be reported on, and what is owed of it afterwards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner import dates
from planner.errors import RuleViolation
from planner.events.models import Event, EventStatus, SessionStatus
from planner.resources.models import Outcome, ResourceKind

TIME_TO_REPORT = timedelta(days=10)  # from the last day of the event


class NotBegun(RuleViolation):
    message = "L’événement n’a pas encore commencé\u00a0: revenez après la première date."


class PersonsMustAgree(RuleViolation):
    message = "Ne partagez que des photos dont les personnes ont donné leur accord, et cochez la case."


class ReportedMeanwhile(RuleViolation):
    message = (
        "Quelqu’un d’autre a enregistré ce bilan pendant que vous écriviez. Vos réponses sont encore là\u00a0: "
        "comparez avec les siennes, puis enregistrez à nouveau pour garder les vôtres."
    )


@dataclass(frozen=True)
class Given:
    """What a lab has given after an event."""

    attended: int | None = None
    answers: int = 0  # how many of the five questions
    documents: int = 0
    has_no_document: bool = False

    @property
    def owed(self) -> list[str]:
        """What is still expected, in words; empty when all is there."""
        expected = [
            ("le nombre de personnes venues", self.attended is not None),
            ("les documents", self.documents or self.has_no_document),
            ("le bilan", self.answers),
        ]
        return [words for words, is_given in expected if not is_given]


def has_begun(event: Event, now: datetime) -> bool:
    """Has the first date of the event begun, while it was public? One that was cancelled never begins."""
    if event.published_at is None or event.status is EventStatus.CANCELLED:
        return False
    return any(starts_at <= now for starts_at, _ in _hours(event))


def is_over(event: Event, now: datetime) -> bool:
    """Has it begun, and has its last date ended?"""
    return has_begun(event, now) and all(ends_at <= now for _, ends_at in _hours(event))


def due_on(event: Event) -> date:
    """The day by which the lab says what came of it. The event has at least one date."""
    last = max(ends_at for _, ends_at in _hours(event))
    return dates.local(last, event.time_zone).date() + TIME_TO_REPORT


def check_begun(event: Event, now: datetime) -> None:
    """Refuse to report on what has not begun."""
    if not has_begun(event, now):
        raise NotBegun


def check_photos(kind: ResourceKind, *, persons_agreed: bool) -> None:
    """Refuse photos of people who have not agreed."""
    if kind is ResourceKind.PHOTO and not persons_agreed:
        raise PersonsMustAgree(field="persons_agreed")


def mark(outcome: Outcome | None) -> str:
    """A mark of the version that was read: it comes back with the form."""
    return outcome.updated_at.isoformat() if outcome else ""


def _hours(event: Event) -> list[tuple[datetime, datetime]]:
    scheduled = [session for session in event.sessions if session.status is SessionStatus.SCHEDULED]
    return [(session.starts_at, session.ends_at) for session in scheduled if session.starts_at and session.ends_at]
