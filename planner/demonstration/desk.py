"""Where each event stands: most are published, some wait on every desk, with their history and their thread."""

from datetime import datetime, timedelta

from planner import clock
from planner.accounts.models import Person
from planner.db import db
from planner.demonstration import cast
from planner.demonstration.cast import Account
from planner.demonstration.facts import typeset
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events import services
from planner.events.models import Event, EventSession, EventState, EventStatus
from planner.events.rules import TRANSITIONS, Verb, missing_for_submission
from planner.programmes.models import ChangeReason, Comment, CommentKind, EventLog, Programme
from planner.web.rights import Role

# What was done to an event that is in this state now, and how many days ago.
_HISTORIES = {
    EventState.DRAFT: {Verb.CREATE: 20},
    EventState.SUBMITTED: {Verb.CREATE: 20, Verb.SUBMIT: 6},
    EventState.UNDER_REVIEW: {Verb.CREATE: 20, Verb.SUBMIT: 6, Verb.START: 3},
    EventState.CHANGES_REQUESTED: {Verb.CREATE: 20, Verb.SUBMIT: 6, Verb.START: 3, Verb.ASK_CHANGES: 2},
    EventState.APPROVED: {Verb.CREATE: 20, Verb.SUBMIT: 6, Verb.START: 3, Verb.APPROVE: 2},
    EventState.PUBLISHED: {Verb.CREATE: 55, Verb.SUBMIT: 50, Verb.START: 48, Verb.APPROVE: 45, Verb.PUBLISH: 40},
}
_BY_ITS_LAB = frozenset({Verb.CREATE, Verb.SUBMIT})

_INTRODUCTION = (
    "Programme d’exemple du Lab Archipel : une matinée régionale sur l’efficacité du service public, "
    "ses quatre ateliers, et des rencontres pour découvrir d’autres manières de travailler."
)
_CANCELLED_SOME_DAYS_AGO = 4


def load(events: dict[str, Event], edition: Edition, people: dict[Account, Person]) -> None:
    """Put each event in its state, with the programme it belongs to and the lines of its journal.

    An event that misses a required field stays a draft.
    """
    lab = events[cast.CLONED].organisation
    events = {**events, "": _incomplete_draft(events[cast.CLONED])}
    _make_programmes(events, edition)
    db.session.flush()  # the journal's lines carry the events' ids
    for key, event in events.items():
        usual = EventState.DRAFT if missing_for_submission(event) else EventState.PUBLISHED
        author = people[cast.EDITOR if event.organisation is lab else cast.ORGANISERS]
        _set_state(event, cast.STATES.get(key, usual), author, people[cast.MODERATOR])
    _cancel(events[cast.CANCELLED])
    _write_thread(events, people)


def _incomplete_draft(original: Event) -> Event:
    """The lab starts a past event again, and has given neither its date nor its themes yet."""
    draft = Event(
        slug=f"{original.slug}-nouvelle-date",
        cloned_from_id=original.id,
        edition=original.edition,
        organisation=original.organisation,
        title=original.title,
        description=original.description,
        contact_name=original.contact_name,
        contact_email=original.contact_email,
        source=original.source,
        mode=original.mode,
        format=original.format,
        audiences=original.audiences,
        state=EventState.DRAFT,
        sessions=[EventSession()],
    )
    db.session.add(draft)
    db.session.flush()  # its defaults are there
    services.set_place(draft, venue=original.venue, postcode=original.postcode, city=original.city)
    services.index_text(draft)
    return draft


def _make_programmes(events: dict[str, Event], edition: Edition) -> None:
    programmes: dict[Organisation, Programme] = {}
    for event in events.values():
        if event.organisation not in programmes:
            programmes[event.organisation] = Programme(organisation=event.organisation, edition=edition)
    programmes[events[cast.CLONED].organisation].introduction = typeset(_INTRODUCTION)
    db.session.add_all(programmes.values())
    db.session.flush()
    for event in events.values():
        event.programme_id = programmes[event.organisation].id


def _set_state(event: Event, state: EventState, author: Person, reviewer: Person) -> None:
    """Give the event its state and its history: its lab's author composes and submits, DITP's reviewer decides."""
    moments = {verb: _days_ago(days) for verb, days in _HISTORIES[state].items()}
    event.state = state
    event.author_id = author.id
    event.submitter_id = author.id if Verb.SUBMIT in moments else None
    event.reviewer_id = reviewer.id if Verb.START in moments else None
    event.created_at = moments[Verb.CREATE]
    event.submitted_at = moments.get(Verb.SUBMIT)
    event.published_at = moments.get(Verb.PUBLISH)
    event.updated_at = max(moments.values())
    from_state = None
    for verb, at in moments.items():
        person, role = (author, Role.EDITOR) if verb in _BY_ITS_LAB else (reviewer, Role.MODERATOR)
        _log(event, verb, person, role, at, from_state, TRANSITIONS[verb][1])
        from_state = TRANSITIONS[verb][1]


def _log(
    event: Event,
    verb: Verb,
    person: Person,
    role: Role,
    at: datetime,
    from_state: EventState | None,
    to_state: EventState,
) -> None:
    db.session.add(
        EventLog(
            event_id=event.id,
            verb=verb,
            person_id=person.id,
            role=role,
            from_state=from_state,
            to_state=to_state,
            at=at,
        )
    )


def _cancel(event: Event) -> None:
    event.status = EventStatus.CANCELLED
    event.status_text = typeset(cast.CANCELLED_TEXT)
    event.updated_at = _days_ago(_CANCELLED_SOME_DAYS_AGO)


def _write_thread(events: dict[str, Event], people: dict[Account, Person]) -> None:
    asked, noted = (
        next(event for key, event in events.items() if cast.STATES.get(key) is state)
        for state in (EventState.CHANGES_REQUESTED, EventState.UNDER_REVIEW)
    )
    db.session.add_all(
        [
            Comment(
                event_id=asked.id,
                person=people[cast.MODERATOR],
                kind=CommentKind.TO_AUTHOR,
                reason=ChangeReason.INCOMPLETE,
                fields=list(cast.CHANGES_FIELDS),
                text=typeset(cast.CHANGES_WANTED),
                created_at=asked.updated_at,
            ),
            Comment(
                event_id=noted.id,
                person=people[cast.COORDINATOR],
                kind=CommentKind.INTERNAL,
                text=typeset(cast.INTERNAL_NOTE),
                created_at=noted.updated_at,
            ),
        ]
    )


def _days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)
