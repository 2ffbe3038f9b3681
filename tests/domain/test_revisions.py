"""A published event edited: what changes at once, what waits for a yes, who gives it, who is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from planner.db import db, transaction
from planner.errors import RuleViolation
from planner.events.models import Attendance, Event, EventMode, EventSession, EventState, EventStatus, SessionStatus
from planner.mail.mime import render
from planner.mail.models import Message
from planner.mail.registry import write
from planner.programmes import queries
from planner.programmes import rules as composing
from planner.programmes.comparison import Piece, compare, compare_words, wanted
from planner.programmes.models import EventLog, Revision, RevisionStatus
from planner.programmes.rules import Slot
from planner.registrations import services as registrations
from planner.registrations.models import Reminder, ReminderKind, Seat, SeatMode, SeatStatus
from planner.registrations.rules import Choice
from planner.registrations.services import Attendee
from planner.revisions import rules, services
from planner.web.edits import EditedMeanwhile
from planner.web.rights import Actor, Role
from tests.factories import EventFactory, EventSessionFactory, MembershipFactory, PersonFactory, SeatFactory

type_of_outbox = Callable[[], list[tuple[str, int]]]

MOVED = date(2026, 11, 13)


def editor(event: Event) -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, memberships={event.organisation_id: Role.EDITOR})


def moderator() -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, is_moderator=True)


def save(event: Event, actor: Actor | None = None, **values: Any) -> services.Saved:
    """Save these fields, as a form opened just now does."""
    revision = queries.pending_revision(event.id)
    wishes = wanted(event, revision.changes) if revision else {}
    shown = {name: wishes.get(name, value) for name, value in composing.content(event, values).items()}
    return services.save(event, values, actor or editor(event), read=composing.fingerprint(shown))


def slots(event: Event, **changes: Any) -> list[Slot]:
    return [replace(slot, **changes) for slot in composing.content(event, ["sessions"])["sessions"]]


def accept(event: Event, actor: Actor | None = None) -> None:
    revision = queries.pending_revision(event.id)
    assert revision
    services.accept(event, actor or moderator(), read=rules.mark(event, revision))


def verbs(event: Event) -> list[str]:
    return list(db.session.scalars(select(EventLog.verb).where(EventLog.event_id == event.id).order_by(EventLog.id)))


def text(kind: str, subject_id: int) -> str:
    email = write(kind, subject_id)
    assert email
    return f"{email.subject}\n{render(kind, email).plain}".replace("\u00a0", " ").replace(" \n", " ")


def calendar(kind: str, seat: Seat) -> str:
    email = write(kind, seat.id)
    assert email
    return email.calendar.content.decode() if email.calendar else ""


in_a_transaction = pytest.mark.usefixtures("context")


# ── At once, or later ──


@in_a_transaction
def test_what_needs_no_new_yes_changes_at_once_and_is_written_down():
    event = EventSessionFactory().event
    saved = save(event, description="Nouveau déroulé.", contact_name="Accueil", keywords=["données"])
    assert (event.description, event.state) == ("Nouveau déroulé.", EventState.PUBLISHED)
    line = db.session.scalars(select(EventLog).where(EventLog.event_id == event.id)).one()
    assert (line.verb, sorted(line.difference)) == ("edit", ["contact_name", "description", "keywords"])
    assert (sorted(saved.at_once), saved.waiting) == (["contact_name", "description", "keywords"], [])
    assert queries.pending_revision(event.id) is None


@in_a_transaction
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Autre titre"),
        ("summary", "Autre résumé."),
        ("venue", "Mairie"),
        ("audiences", ["citizens"]),
        ("is_reserved", True),
        ("is_joining_link_public", True),
        ("attendance", Attendance.ALL_SESSIONS),
    ],
)
def test_what_was_promised_to_the_public_waits(name: str, value: Any):
    event = EventSessionFactory().event
    before = getattr(event, name)
    saved = save(event, **{name: value})
    assert (saved.at_once, saved.waiting, getattr(event, name)) == ([], [name], before)
    assert wanted(event, db.session.scalars(select(Revision)).one().changes) == {name: value}
    accept(event)
    assert getattr(event, name) == value
    assert verbs(event) == ["revise", "accept_revision"]


@in_a_transaction
def test_one_revision_waits_and_a_second_edit_amends_it():
    event = EventSessionFactory().event
    save(event, title="Autre titre", description="Un.")
    save(event, title="Encore un autre", summary="Autre résumé.")
    revision = db.session.scalars(select(Revision)).one()
    assert revision.changes == {"title": "Encore un autre", "summary": "Autre résumé."}
    assert (event.title != "Encore un autre", event.description) == (True, "Un.")


@in_a_transaction
def test_a_wish_typed_back_as_it_is_public_is_no_longer_one():
    event = EventSessionFactory().event
    save(event, title="Autre titre")
    save(event, title=event.title)
    assert db.session.scalars(select(Revision.status)).all() == [RevisionStatus.WITHDRAWN]


@in_a_transaction
def test_places_change_at_once_and_hours_wait():
    session = EventSessionFactory(places_onsite=10)
    event = session.event
    saved = save(event, sessions=slots(event, day=MOVED, places_onsite=20))
    assert (saved.at_once, saved.waiting) == (["sessions"], ["sessions"])
    assert (session.places_onsite, session.day) == (20, date(2026, 11, 12))
    accept(event)
    assert (session.places_onsite, session.day) == (20, MOVED)


@in_a_transaction
def test_with_another_mode_the_link_and_the_places_wait_too():
    session = EventSessionFactory(places_onsite=10)
    event = session.event
    link = "https://visio.example/1"
    saved = save(event, mode=EventMode.ONLINE, joining_link=link, sessions=slots(event, places_onsite=None))
    assert (saved.at_once, event.joining_link, session.places_onsite) == ([], "", 10)
    accept(event)
    assert (event.mode, event.joining_link, session.places_onsite) == (EventMode.ONLINE, link, None)


@in_a_transaction
def test_a_published_event_keeps_what_it_needs():
    event = EventSessionFactory(event=EventFactory(mode=EventMode.ONLINE, joining_link="https://visio.example")).event
    with pytest.raises(composing.Incomplete) as refusal:
        save(event, joining_link="")
    assert refusal.value.field == "joining_link"
    with pytest.raises(composing.Incomplete) as refusal:
        save(event, title="")
    assert refusal.value.field == "title"
    with pytest.raises(composing.Incomplete) as refusal:
        save(event, sessions=[])
    assert refusal.value.field == "sessions"


@in_a_transaction
@pytest.mark.parametrize(
    "fields", [{"state": EventState.APPROVED}, {"state": EventState.ARCHIVED}, {"status": EventStatus.CANCELLED}]
)
def test_only_what_is_public_and_still_to_come_changes_so(fields: dict[str, Any]):
    event = EventSessionFactory(event=EventFactory(**fields)).event
    with pytest.raises(rules.NotPublished):
        save(event, description="Autre.")


@in_a_transaction
def test_a_space_that_a_browser_writes_otherwise_is_no_wish():
    event = EventSessionFactory(event=EventFactory(summary="Sur\u00a0place\u202f: une matinée.")).event
    saved = save(event, summary="Sur place : une matinée.", title="Autre titre")
    assert (saved.at_once, saved.waiting) == ([], ["title"])


@in_a_transaction
def test_of_two_editors_the_second_is_told():
    event = EventSessionFactory().event
    read = composing.fingerprint(composing.content(event, ["title"]))
    services.save(event, {"title": "Le mien"}, editor(event), read=read)
    with pytest.raises(EditedMeanwhile):
        services.save(event, {"title": "Le tien"}, editor(event), read=read)


@in_a_transaction
def test_a_new_link_is_sent_to_those_who_come_by_it(outbox: type_of_outbox):
    event = EventFactory(mode=EventMode.HYBRID, joining_link="https://visio.example/1")
    session = EventSessionFactory(event=event, places_online=10)
    online, _onsite = SeatFactory(event_session=session, mode=SeatMode.ONLINE), SeatFactory(event_session=session)
    save(event, joining_link="https://visio.example/2")
    assert outbox() == [("seat.moved", online.id)]
    assert "Le lien de connexion a changé." in text("seat.moved", online.id)
    assert "https://visio.example/2" in calendar("seat.moved", online)


# ── Places ──


@in_a_transaction
def test_places_added_are_offered_to_those_who_wait(outbox: type_of_outbox):
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session)
    first, second = SeatFactory.create_batch(2, event_session=session, status=SeatStatus.WAITING)
    save(session.event, sessions=slots(session.event, places_onsite=2))
    assert session.places_onsite == 2
    assert [first.status, second.status] == [SeatStatus.OFFERED, SeatStatus.WAITING]
    assert outbox() == [("seat.offered", first.id)]


@in_a_transaction
def test_fewer_places_than_people_drops_nobody_and_freezes_the_list(outbox: type_of_outbox):
    session = EventSessionFactory(places_onsite=3)
    people = SeatFactory.create_batch(3, event_session=session)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    save(session.event, sessions=slots(session.event, places_onsite=2))
    assert session.places_onsite == 2
    assert [seat.status for seat in people] == [SeatStatus.CONFIRMED] * 3

    registrations.give_up(people[0].registration_id)  # 2 for 2: still none
    assert (waiting.status, outbox()) == (SeatStatus.WAITING, [("seat.cancelled", people[0].id)])
    registrations.give_up(people[1].registration_id)  # 1 for 2: the list moves again
    assert waiting.status is SeatStatus.OFFERED


# ── The yes ──


@in_a_transaction
def test_the_two_columns_name_the_words_that_change():
    event = EventSessionFactory(event=EventFactory(title="Atelier données")).event
    (pair,) = compare(event, {"title": "Atelier cartes"})
    assert pair.label == "Titre"
    assert pair.before == (Piece("Atelier", is_changed=False), Piece(" données", is_changed=True))
    assert pair.after == (Piece("Atelier", is_changed=False), Piece(" cartes", is_changed=True))
    assert compare_words("a b", "a b") == ((Piece("a b", is_changed=False),),) * 2


@in_a_transaction
def test_nobody_accepts_their_own_nor_what_is_not_theirs():
    event = EventSessionFactory().event
    author = moderator()
    save(event, author, title="Autre titre")
    with pytest.raises(rules.OwnRevision):
        accept(event, author)
    with pytest.raises(rules.NotYours):
        accept(event, editor(event))
    accept(event)
    assert event.title == "Autre titre"


@in_a_transaction
def test_what_has_changed_since_it_was_read_is_not_accepted():
    event = EventSessionFactory().event
    save(event, title="Autre titre")
    revision = queries.pending_revision(event.id)
    read = rules.mark(event, revision)
    save(event, title="Encore un autre")
    with pytest.raises(rules.RevisionChanged):
        services.accept(event, moderator(), read=read)
    read = rules.mark(event, revision)
    save(event, description="Autre description.")
    with pytest.raises(rules.RevisionChanged):
        services.refuse(event, moderator(), read=read, reason="Non.")


@in_a_transaction
def test_a_refusal_leaves_the_page_and_tells_the_author_why(outbox: type_of_outbox):
    event = EventSessionFactory().event
    title = event.title
    save(event, title="Autre titre")
    revision = queries.pending_revision(event.id)
    read = rules.mark(event, revision)
    with pytest.raises(rules.ReasonMissing):
        services.refuse(event, moderator(), read=read, reason=" ")
    services.refuse(event, moderator(), read=read, reason="Le titre d’avant était plus clair.")
    assert (event.title, revision.status, outbox()) == (
        title,
        RevisionStatus.REFUSED,
        [("revision.refused", revision.id)],
    )
    assert "Le titre d’avant était plus clair." in text("revision.refused", revision.id)
    with pytest.raises(rules.NothingWaits):
        services.withdraw(event, editor(event))


@in_a_transaction
def test_a_wish_is_taken_back():
    event = EventSessionFactory().event
    save(event, title="Autre titre")
    services.withdraw(event, editor(event))
    assert (queries.pending_revision(event.id), verbs(event)) == (None, ["revise", "withdraw_revision"])


@in_a_transaction
def test_registrants_of_the_date_that_moves_are_told_with_the_next_sequence(outbox: type_of_outbox):
    session = EventSessionFactory()
    other = EventSessionFactory(
        event=session.event,
        day=date(2026, 11, 20),
        starts_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 20, 11, tzinfo=UTC),
    )
    seat, waiting = SeatFactory(event_session=session), SeatFactory(event_session=session, status=SeatStatus.WAITING)
    SeatFactory(event_session=other)
    event = session.event
    first, second = slots(event)
    save(event, sessions=[replace(first, day=MOVED), second])
    accept(event)
    assert (event.status, session.starts_at) == (EventStatus.RESCHEDULED, datetime(2026, 11, 13, 8, 30, tzinfo=UTC))
    revision = db.session.scalars(select(Revision)).one()
    session.places_onsite = 1
    assert sorted(outbox()) == sorted(
        [("seat.offered", waiting.id), ("seat.moved", seat.id), ("revision.accepted", revision.id)]
    )
    sent = calendar("seat.moved", seat)
    assert ("METHOD:REQUEST" in sent, "SEQUENCE:1" in sent, "DTSTART:20261113T083000Z" in sent) == (True, True, True)
    words = text("seat.moved", seat.id)
    assert "La date ou l’heure a changé." in words
    assert "Auparavant : jeudi 12 novembre 2026" in words
    week = db.session.scalars(
        select(Reminder).where(Reminder.kind == ReminderKind.WEEK_BEFORE, Reminder.event_session_id == session.id)
    ).one()
    assert week.due_at == datetime(2026, 11, 6, 8, 30, tzinfo=UTC)


@in_a_transaction
def test_another_place_tells_them_too_and_is_no_new_date(outbox: type_of_outbox):
    session = EventSessionFactory()
    seat = SeatFactory(event_session=session)
    save(session.event, venue="Mairie", street="2 rue Neuve")
    accept(session.event)
    assert (session.event.status, session.sequence) == (EventStatus.SCHEDULED, 1)
    assert ("seat.moved", seat.id) in outbox()
    assert "Le lieu a changé." in text("seat.moved", seat.id)
    assert session.event.city == "Lyon"


@in_a_transaction
def test_a_date_taken_away_is_cancelled_and_its_seats_with_it(outbox: type_of_outbox):
    session = EventSessionFactory()
    gone = EventSessionFactory(event=session.event)
    seat, kept = SeatFactory(event_session=gone), SeatFactory(event_session=session)
    event = session.event
    save(event, sessions=[slot for slot in slots(event) if slot.session_id == session.id])
    accept(event)
    assert (gone.status, seat.status, kept.status) == (
        SessionStatus.CANCELLED,
        SeatStatus.CANCELLED,
        SeatStatus.CONFIRMED,
    )
    assert seat.registration.ended_at
    assert ("seat.session_cancelled", seat.id) in outbox()
    assert "METHOD:CANCEL" in calendar("seat.session_cancelled", seat)
    assert [slot.session_id for slot in slots(event)] == [session.id]


@in_a_transaction
def test_a_date_added_is_open_and_those_who_follow_all_are_in_it():
    session = EventSessionFactory(event=EventFactory(attendance=Attendance.ALL_SESSIONS))
    seat = SeatFactory(event_session=session)
    event = session.event
    new = replace(slots(event)[0], session_id=None, day=date(2026, 11, 19))
    save(event, sessions=[*slots(event), new])
    accept(event)
    added = next(one for one in event.sessions if one.id != session.id)
    assert added.places_onsite == 10
    assert [(own.event_session_id, own.status) for own in seat.registration.seats] == [
        (session.id, SeatStatus.CONFIRMED),
        (added.id, SeatStatus.CONFIRMED),
    ]


# ── At the same moment ──


def test_places_added_while_people_register_are_given_once(committed: Flask):
    session = EventSessionFactory(places_onsite=2)
    SeatFactory.create_batch(2, event_session=session)
    SeatFactory.create_batch(2, event_session=session, status=SeatStatus.WAITING)
    stored = composing.content(session.event, ["sessions"])
    typed = {"sessions": [replace(slot, places_onsite=5) for slot in stored["sessions"]]}
    read = composing.fingerprint(stored)
    results = together(committed, session, lambda event, actor: services.save(event, typed, actor, read=read), 7)
    assert results == ["done"] * 8
    statuses = db.session.scalars(select(Seat.status).order_by(Seat.queued_at, Seat.id)).all()
    assert sum(status in {SeatStatus.CONFIRMED, SeatStatus.OFFERED} for status in statuses) == 5
    assert (statuses[2:4], len(statuses)) == ([SeatStatus.OFFERED] * 2, 11)  # those who waited come first


def test_a_date_that_moves_while_people_register_tells_all_those_who_were_there(committed: Flask):
    session = EventSessionFactory(places_onsite=20)
    event = session.event
    membership = MembershipFactory(organisation=event.organisation)
    actor = Actor(membership.person_id, "", "", memberships={event.organisation_id: Role.EDITOR})
    with transaction():
        save(event, actor, sessions=slots(event, day=MOVED))
    read = rules.mark(event, queries.pending_revision(event.id))
    decider = moderator()
    results = together(committed, session, lambda event, _: services.accept(event, decider, read=read), 10)
    assert results == ["done"] * 11
    kinds = db.session.execute(select(Message.kind, Message.subject_id).order_by(Message.id)).all()
    confirmed = [seat for kind, seat in kinds if kind == "seat.confirmed"]
    told = {seat for kind, seat in kinds if kind == "seat.moved"}
    first_told = next((at for at, (kind, _) in enumerate(kinds) if kind == "seat.moved"), 0)
    assert len(confirmed) == 10
    assert told == {seat for kind, seat in kinds[:first_told] if kind == "seat.confirmed"}
    assert db.session.get_one(EventSession, session.id).day == MOVED


def together(app: Flask, session: EventSession, job: Callable[[Event, Actor], object], number: int) -> list[str]:
    """Do it while as many people register to the date, each in a transaction of its own."""
    event_id, session_id, organisation_id = session.event_id, session.id, session.event.organisation_id
    membership = MembershipFactory(organisation=session.event.organisation)
    actor = Actor(membership.person_id, "", "", memberships={organisation_id: Role.EDITOR})
    db.session.commit()
    everybody = Barrier(number + 1)

    def register(event: Event, name: int) -> None:
        attendee = Attendee(f"personne{name}@example.com", "Personne")
        registrations.register(event, attendee, [Choice(session_id, SeatMode.ONSITE)], is_proven=True)

    def work(name: int) -> str:
        with app.app_context():
            event = db.session.get_one(Event, event_id)
            everybody.wait()
            try:
                with transaction():
                    job(event, actor) if name == number else register(event, name)
            except RuleViolation as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(number + 1) as pool:
        results = list(pool.map(work, range(number + 1)))
    db.session.expire_all()
    return results
