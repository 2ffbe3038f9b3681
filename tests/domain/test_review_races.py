"""Two reviewers at once, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from planner.db import db, transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.programmes.models import ChangeReason, EventLog
from planner.review import services
from planner.web.rights import Actor
from tests.factories import GrantFactory, SubmittedFactory


def test_one_decides_and_the_other_is_told(committed: Flask):
    event_id = SubmittedFactory().id
    people = [GrantFactory().person for _ in range(2)]
    actors = [Actor(person.id, "", person.email, is_moderator=True) for person in people]
    together = Barrier(2)

    def decide(number: int) -> str:
        with committed.app_context():
            event = db.session.get_one(Event, event_id)
            together.wait()
            try:
                with transaction():
                    if number == 0:
                        services.approve(event, actors[0], version=1)
                    else:
                        services.ask_changes(
                            event, actors[1], version=1, reason=ChangeReason.INCORRECT, text="Non.", fields=[]
                        )
            except RuleViolation as refusal:
                return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(decide, range(2)))
    assert results == ["WrongState", "done"]
    db.session.expire_all()
    assert db.session.query(EventLog).filter_by(event_id=event_id).count() == 1
