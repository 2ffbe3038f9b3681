"""What would be sent if it were done: the real verb is rehearsed, its mails are counted and one is written.

The one that is shown is written to a person who does not exist: nobody's name or link is on the screen.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner import clock, tokens
from planner.db import db
from planner.events.models import Event
from planner.mail import mime, registry
from planner.mail.models import Message
from planner.registrations.models import Registration, Seat, SeatStatus
from planner.registrations.rules import modes
from planner.revisions import queries, rules

KINDS = ("seat.moved", "seat.postponed", "seat.session_cancelled", "seat.event_cancelled")

# From the one that counts most to the one that counts least, for a person with several seats.
_STATUSES = (SeatStatus.CONFIRMED, SeatStatus.OFFERED, SeatStatus.WAITING, SeatStatus.HELD)


@dataclass(frozen=True)
class Announcement:
    """The mail as a person with a confirmed seat reads it, and how many people get it, by the state of their seat."""

    subject: str
    paragraphs: list[list[str]]  # of lines
    calendar_method: str  # empty when no calendar entry goes with it
    people: Counter[SeatStatus]

    @property
    def total(self) -> int:
        return self.people.total()

    @property
    def waiting(self) -> int:
        """Those of the queue, with those to whom a place is offered."""
        return self.people[SeatStatus.WAITING] + self.people[SeatStatus.OFFERED]


def announce(event: Event, verb: Callable[[Event], object]) -> Announcement:
    """Do it, tell what is owed to whom by it; the caller undoes it all, by `db.rehearsal`. Refuses as the verb does."""
    before = {seat.id: (seat.registration_id, seat.status) for seat in queries.live_seats(event.id)}
    last = queries.last_message_id()
    sample = _sample(event)
    verb(event)
    db.session.flush()
    owed = queries.owed_since(last, KINDS)
    told: dict[int, set[SeatStatus]] = {}
    for message in owed:
        if message.subject_id in before:
            registration_id, status = before[message.subject_id]
            told.setdefault(registration_id, set()).add(status)
    people = Counter(next(status for status in _STATUSES if status in statuses) for statuses in told.values())
    return _written([message for message in owed if message.subject_id in sample], people)


def _sample(event: Event) -> set[int]:
    """Somebody who does not exist, confirmed at each date to come; the ids of the seats."""
    now = clock.now()
    key = tokens.new_key()
    person = Registration(
        event=event, link_key=key, email=f"{key.lower()}@example.org", full_name="Prénom Nom", proven_at=now
    )
    person.seats = [
        Seat(
            event_session=session,
            mode=modes(event)[0],
            status=SeatStatus.CONFIRMED,
            queued_at=now,
            confirmed_at=now,
        )
        for session in rules.coming(event, now)
    ]
    db.session.add(person)
    db.session.flush()
    return {seat.id for seat in person.seats}


def _written(owed: Sequence[Message], people: Counter[SeatStatus]) -> Announcement:
    email = registry.write(owed[0].kind, owed[0].subject_id) if owed else None
    if email is None:
        return Announcement("", [], "", people)
    texts = mime.render(owed[0].kind, email)
    paragraphs = texts.plain.replace(" \n", " ").strip().split("\n\n")
    method = email.calendar.method if email.calendar else ""
    return Announcement(texts.subject, [paragraph.splitlines() for paragraph in paragraphs], method, people)
