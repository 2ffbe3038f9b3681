"""A lab's desk with several people at once, each with a connection of their own."""

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
from planner.web.rights import Actor, Role
from tests.factories import DraftFactory, EventSessionFactory, MembershipFactory

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
