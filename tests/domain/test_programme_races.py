"""A lab's desk with several people at once, each with a connection of their own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from threading import Event as ThreadingEvent
from time import sleep

from flask import Flask
from sqlalchemy import select

from planner import clock
from planner.db import db, transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.images.models import Image
from planner.mail.models import Message
from planner.programmes import rules, services
from planner.programmes.models import EventLog
from planner.registrations import services as registrations
from planner.registrations.models import Seat, SeatMode, SeatStatus
from planner.registrations.rules import Choice
from planner.registrations.services import Attendee
from planner.web.rights import Actor, Role
from tests.factories import DraftFactory, EventSessionFactory, MembershipFactory, SeatFactory

type_of_job = Callable[[Event, Actor], object]


def together(app: Flask, event_id: int, jobs: list[type_of_job]) -> list[str]:
    """Do all of it at the same moment, each in its own transaction; gives "done" or the refusal of each."""
    membership = MembershipFactory(organisation=db.session.get_one(Event, event_id).organisation)
    actor = Actor(membership.person_id, "", "", memberships={membership.organisation_id: Role.EDITOR})
    everybody = Barrier(len(jobs))

    def work(job: type_of_job) -> str:
        with app.app_context():
            event = db.session.get_one(Event, event_id)
            everybody.wait()
            try:
                with transaction():
                    job(event, actor)
            except RuleViolation as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        results = list(pool.map(work, jobs))
    db.session.expire_all()
    return results


def test_an_event_submitted_by_two_editors_at_once_is_submitted_once(committed: Flask):
    event_id = EventSessionFactory(event=DraftFactory()).event_id
    results = together(committed, event_id, [services.submit, services.submit])
    assert sorted(results) == ["WrongState", "done"]
    assert db.session.scalars(select(EventLog.verb)).all() == ["submit"]
    assert sorted(db.session.scalars(select(Message.kind))) == ["programmes.submitted", "programmes.submitted_lab"]


def test_of_two_editors_of_one_page_one_saves_and_the_other_is_told(committed: Flask):
    event = DraftFactory(title="Atelier")
    event_id, read = event.id, rules.fingerprint(rules.content(event, ["title"]))

    def save(title: str) -> type_of_job:
        return lambda event, actor: services.save(event, {"title": title}, actor, read=read)

    results = together(committed, event_id, [save("Cartes"), save("Plans")])
    assert sorted(results) == ["EditedMeanwhile", "done"]
    assert db.session.get_one(Event, event_id).title == ("Cartes" if results[0] == "done" else "Plans")


def test_a_picture_taken_again_at_the_moment_it_is_erased_stays(committed: Flask):
    long_ago = clock.now() - timedelta(days=9)
    db.session.add(Image(digest="0" * 64, width=600, height=300, content=b"", created_at=long_ago))
    event = DraftFactory()
    taken, asked = ThreadingEvent(), ThreadingEvent()

    def take(event: Event, actor: Actor) -> None:
        services.save(event, {"image": "0" * 64}, actor, read=rules.fingerprint({"image": ""}))
        taken.set()
        asked.wait()
        sleep(0.2)  # the other waits for the picture

    def sweep(_event: Event, _actor: Actor) -> None:
        taken.wait()
        asked.set()
        services.erase_unused_images()

    assert together(committed, event.id, [take, sweep]) == ["done", "done"]
    assert db.session.get_one(Event, event.id).image.digest == "0" * 64


def test_places_added_while_people_register_are_given_once(committed: Flask):
    session = EventSessionFactory(places_onsite=2)
    SeatFactory.create_batch(2, event_session=session)
    SeatFactory.create_batch(2, event_session=session, status=SeatStatus.WAITING)
    event_id, session_id = session.event_id, session.id
    stored = rules.content(session.event, rules.PUBLISHED_FIELDS)
    slots = [rules.Slot(**{**vars(slot), "places_onsite": 5}) for slot in stored["sessions"]]

    def register(number: int) -> type_of_job:
        attendee = Attendee(f"personne{number}@example.com", "Personne")
        return lambda event, _: registrations.register(event, attendee, [Choice(session_id, SeatMode.ONSITE)])

    def add_places(event: Event, actor: Actor) -> None:
        services.save_published(event, {**stored, "sessions": slots}, actor, read=rules.fingerprint(stored))

    results = together(committed, event_id, [add_places, *(register(number) for number in range(7))])
    assert results == ["done"] * 8
    counted = Counter(db.session.scalars(select(Seat.status).where(Seat.event_session_id == session_id)))
    assert (counted[SeatStatus.CONFIRMED], counted[SeatStatus.OFFERED]) == (2, 2)
    assert counted[SeatStatus.HELD] <= 1  # who came before the places were there waits for its turn
    assert sum(counted.values()) == 11
