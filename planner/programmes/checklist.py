"""The desk of a lab: its events in lines, and what it has to do, by when, computed from the dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from planner import dates
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events.models import Event, EventMode, EventSession, EventState, EventStatus, RegistrationKind
from planner.events.rules import Missing
from planner.programmes import rules
from planner.programmes.models import Comment, CoOrganiserInvitation
from planner.programmes.rules import Task, Window
from planner.resources.rules import Given, due_on, is_over
from planner.web.filters import counted

MOST_DRAFTS = 3  # to complete, each on its line; more are told together
LAST_CHECK = timedelta(days=7)  # before a date: what is still to be settled is said


@dataclass(frozen=True)
class Line:
    """One event of the desk: what it misses, when it comes next, who comes, what is asked of its lab."""

    event: Event
    missing: Sequence[Missing]
    next_session: EventSession | None
    taken: int
    capacity: int | None  # None: as many as come
    requests: Sequence[Comment]
    waiting: int = 0
    given: Given = field(default_factory=Given)
    partners: Sequence[str] = ()  # names of the other organisations that run it

    @property
    def task(self) -> Task | None:
        return rules.task(self.event, self.missing)

    @property
    def title(self) -> str:
        return self.event.title or "Événement sans titre"

    @property
    def counts_people(self) -> bool:
        """Does one register here, and can people have done so?"""
        return self.event.registration_kind is RegistrationKind.HERE and self.event.published_at is not None


@dataclass(frozen=True)
class Item:
    """One thing to do: what, by when (None: as soon as possible), where; `action` is what its button says."""

    label: str
    due_on: date | None
    is_done: bool
    endpoint: str
    values: dict[str, Any]
    action: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Desk:
    """What an organisation has to do and has done, for the edition shown and besides it."""

    organisation: Organisation
    edition: Edition | None
    now: datetime
    lines: Sequence[Line]
    others: Sequence[Line]  # of other editions, or of none
    lacks_manager: bool = False  # nobody answers for the organisation today
    invitations: Sequence[CoOrganiserInvitation] = ()  # to run an event, that wait for its answer
    by_task: dict[Task, list[Line]] = field(init=False)
    checklist: Sequence[Item] = field(init=False)

    def __post_init__(self) -> None:
        by_task = {task: [line for line in [*self.lines, *self.others] if line.task is task] for task in Task}
        object.__setattr__(self, "by_task", by_task)
        object.__setattr__(self, "checklist", list(_checklist(self)))

    @property
    def window(self) -> Window | None:
        return rules.window(self.edition, self.now) if self.edition else None

    @property
    def days_left(self) -> int:
        return rules.days_left(self.edition, self.now) if self.edition else 0

    @property
    def ready(self) -> list[Line]:
        """The drafts that the organisation itself may propose now, of the edition shown first."""
        return [line for line in self.by_task[Task.SUBMIT] if self.is_own(line)]

    @property
    def by_edition(self) -> list[tuple[Edition | None, list[Line]]]:
        """The events of the other editions, last first, then those of none."""
        editions = {line.event.edition_id: line.event.edition for line in self.others}
        ordered = sorted(editions.values(), key=lambda one: (one is None, -one.number if one else 0))
        return [(one, [line for line in self.others if line.event.edition is one]) for one in ordered]

    @property
    def urgent(self) -> Item | None:
        """What to do first: what is asked now, then what is due first."""
        waiting = [item for item in self.checklist if not item.is_done and item.action]
        return min(waiting, key=lambda item: item.due_on or date.min, default=None)

    def is_own(self, line: Line) -> bool:
        """Is the event the organisation's, and not one that it runs with another?"""
        return line.event.organisation_id == self.organisation.id


def is_found(line: Line, text: str, state: EventState | None) -> bool:
    """Does the line answer the filters of the desk? `text` is folded."""
    return (state is None or line.event.state is state) and all(word in line.event.search_text for word in text.split())


def _checklist(desk: Desk) -> Iterator[Item]:
    yield from _to_correct(desk)
    yield from _to_propose(desk)
    for line in [*desk.lines, *desk.others]:
        yield from _to_settle(line, desk.now)
        yield from _to_report(line, desk.now)


def _to_correct(desk: Desk) -> Iterator[Item]:
    for line in desk.by_task[Task.CORRECT]:
        target = {"slug": line.event.slug}
        yield Item(
            f"Corriger «\u00a0{line.title}\u00a0»",
            None,
            is_done=False,
            endpoint="programmes.edit_event",
            values=target,
            action=f"Corriger «\u00a0{line.title}\u00a0»",
        )


def _to_propose(desk: Desk) -> Iterator[Item]:
    """Complete, then propose, while the window is open or about to be."""
    if desk.edition is None or desk.window is Window.CLOSED:
        return
    due_on = dates.local(desk.edition.submissions_close_at - timedelta(seconds=1)).date()  # midnight is the day before
    is_open = desk.window is Window.OPEN
    ready = [line for line in desk.ready if line in desk.lines]
    incomplete = [line for line in desk.by_task[Task.COMPLETE] if line in desk.lines]
    proposed = [line for line in desk.lines if line.event.state is not EventState.DRAFT]
    programme = {"slug": desk.organisation.slug}
    if ready:
        yield Item(
            f"Proposer {counted(len(ready), 'événement prêt', 'événements prêts')}",
            due_on,
            is_done=False,
            endpoint="programmes.programme" if len(ready) > 1 else "programmes.edit_step",
            values=programme if len(ready) > 1 else {"slug": ready[0].event.slug, "step": rules.Step.CHECK.value},
            action=_propose(ready) if is_open else "",
        )
    if len(incomplete) > MOST_DRAFTS:
        words = f"Compléter vos {counted(len(incomplete), 'brouillon')}"
        yield Item(words, due_on, is_done=False, endpoint="programmes.programme", values=programme, action=words)
    for line in incomplete if len(incomplete) <= MOST_DRAFTS else ():
        yield Item(
            f"Compléter «\u00a0{line.title}\u00a0»",
            due_on,
            is_done=False,
            endpoint="programmes.edit_event",
            values={"slug": line.event.slug},
            action=f"Compléter «\u00a0{line.title}\u00a0»",
            detail=f"{counted(len(line.missing), 'réponse')} à donner",
        )
    if not ready and not incomplete:
        words = f"{counted(len(proposed), 'événement proposé', 'événements proposés')}" if proposed else ""
        endpoint = "programmes.organisation_desk" if proposed else "programmes.new_event"
        yield Item("Proposer vos événements", due_on, bool(proposed), endpoint, programme, detail=words)


def _propose(ready: Sequence[Line]) -> str:
    if len(ready) > 1:
        return f"Proposer les {counted(len(ready), 'événement')} prêts"
    return f"Proposer «\u00a0{ready[0].title}\u00a0»"


def _to_settle(line: Line, now: datetime) -> Iterator[Item]:
    """A week before a date of a public event: what people will look for and is not there."""
    event, session = line.event, line.next_session
    is_coming = event.state is EventState.PUBLISHED and event.status is not EventStatus.CANCELLED
    if not is_coming or session is None or session.starts_at is None:
        return
    if not now < session.starts_at <= now + LAST_CHECK:
        return
    day = dates.local(session.starts_at, event.time_zone).date()
    unsettled = _unsettled(line)
    yield Item(
        f"Vérifier «\u00a0{line.title}\u00a0» avant le jour J",
        day,
        is_done=not unsettled,
        endpoint="programmes.event",
        values={"slug": event.slug},
        action=f"Vérifier «\u00a0{line.title}\u00a0»",
        detail=" ; ".join(unsettled) or "le lieu, le lien et les places sont en ordre",
    )


def _unsettled(line: Line) -> list[str]:
    event, is_here = line.event, line.event.registration_kind is RegistrationKind.HERE
    checks = [
        ("le lien de connexion manque", event.mode is not EventMode.ONSITE and is_here and not event.joining_link),
        ("l’adresse du lieu manque", event.mode is not EventMode.ONLINE and not event.street),
        ("les places ne sont pas comptées", event.mode is not EventMode.ONLINE and is_here and line.capacity is None),
        (f"{counted(line.waiting, 'personne attend', 'personnes attendent')} une place", bool(line.waiting)),
    ]
    return [words for words, is_wanting in checks if is_wanting]


def _to_report(line: Line, now: datetime) -> Iterator[Item]:
    """Once it is over: how many came, the documents, what came of it; what is given is no longer asked."""
    event = line.event
    if not is_over(event, now) or not line.given.owed:
        return
    yield Item(
        f"Dire ce qu’il en reste\u00a0: «\u00a0{line.title}\u00a0»",
        due_on(event),
        is_done=False,
        endpoint="resources.afterwards",
        values={"slug": event.slug},
        action=f"Faire le bilan de «\u00a0{line.title}\u00a0»",
        detail=f"il manque {', '.join(line.given.owed)}",
    )
