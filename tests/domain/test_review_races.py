"""Two reviewers at once, each with a connection of its own: one decides, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier

import pytest
from flask import Flask

from planner.db import db, transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.mail.models import Message
from planner.programmes.models import ChangeReason, EventLog
from planner.review import services
from planner.web.rights import Actor
from tests.factories import EventSessionFactory, GrantFactory, MembershipFactory, SubmittedFactory

DECISIONS: dict[str, Callable[[Event, Actor], object]] = {
    "approve": lambda event, actor: services.approve(event, actor, version=1),
    "ask": lambda event, actor: services.ask_changes(
        event, actor, version=1, reason=ChangeReason.INCORRECT, text="À revoir."
    ),
    "publish": lambda event, actor: services.approve_and_publish(event, actor, version=1),
    "reject": lambda event, actor: services.reject(event, actor, version=1, reason="Hors sujet."),
}


@pytest.mark.parametrize("pair", list(combinations_with_replacement(DECISIONS, 2)), ids="-".join)
def test_one_decides_and_the_other_is_told(committed: Flask, pair: tuple[str, str]):
    event = EventSessionFactory(event=SubmittedFactory()).event
    MembershipFactory(organisation=event.organisation)
    event_id = event.id
    actors = [Actor(GrantFactory().person.id, "", "", is_moderator=True) for _ in pair]
    together = Barrier(2)

    def decide(name: str, actor: Actor) -> str:
        with committed.app_context():
            read = db.session.get_one(Event, event_id)
            together.wait()
            try:
                with transaction():
                    DECISIONS[name](read, actor)
            except RuleViolation as refusal:
                return type(refusal).__name__
        return "done"

    db.session.commit()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decide, pair, actors))

    db.session.expire_all()
    winner = pair[results.index("done")]
    assert sorted(results) == ["Moved", "done"]
    lines = 2 if winner == "publish" else 1
    assert db.session.query(EventLog).filter_by(event_id=event_id).count() == lines
    assert db.session.query(Message).count() == 1
    assert db.session.get_one(Event, event_id).reviewer_id == actors[results.index("done")].person_id
