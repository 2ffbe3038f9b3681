"""An import over a programme: what is new is created, what is known is updated, and the same file never doubles."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, time
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from planner.db import db, transaction
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events.models import Event, EventState
from planner.imports import services
from planner.imports.report import Outcome, Row, Verdict
from planner.programmes.models import EventLog
from planner.programmes.rules import Slot
from planner.web.rights import Actor, Role
from tests.factories import DraftFactory, EditionFactory, EventSessionFactory, MembershipFactory

type_of_statements = Callable[[], AbstractContextManager[list[str]]]

NOON = Slot(None, "", date(2026, 11, 12), time(9, 30), None, time(12), 10, None)


def row(title: str, *, external_id: str = "", verdict: Verdict = Verdict.ACCEPT, **values: object) -> Row:
    return Row(2, verdict, (), external_id, {"title": title, **values}, (NOON,))


def lab() -> tuple[Organisation, Edition, Actor]:
    member = MembershipFactory()
    actor = Actor(member.person_id, "", "", memberships={member.organisation_id: Role.EDITOR})
    return member.organisation, EditionFactory(), actor


def outcomes(changes: list[services.Change]) -> list[Outcome]:
    return [change.outcome for change in changes]


def titles() -> list[str]:
    return list(db.session.scalars(select(Event.title).order_by(Event.id)))


@pytest.mark.parametrize("external_id", ["", "A-1"])
def test_the_same_file_again_is_identical(context: Flask, external_id: str) -> None:
    organisation, edition, actor = lab()
    groups = [[row("Atelier", external_id=external_id, summary="Court")]]
    assert outcomes(services.apply(organisation, edition, groups, actor)) == [Outcome.CREATE]
    assert outcomes(services.apply(organisation, edition, groups, actor)) == [Outcome.SAME]
    assert titles() == ["Atelier"]
    assert db.session.scalars(select(EventLog.verb)).all() == ["create"]


def test_an_update_writes_the_fields_of_the_file_only(context: Flask) -> None:
    organisation, edition, actor = lab()
    event = EventSessionFactory(event=DraftFactory(organisation=organisation, edition=edition, title="Été")).event
    summary, version = event.summary, event.version
    (change,) = services.apply(organisation, edition, [[row("ETE", city="Villeurbanne")]], actor)
    assert change.outcome is Outcome.UPDATE
    assert change.difference == {"title": ["Été", "ETE"], "city": ["Lyon", "Villeurbanne"]}
    assert (event.title, event.city, event.summary, event.version) == ("ETE", "Villeurbanne", summary, version + 1)
    assert db.session.scalars(select(EventLog.verb)).all() == ["import"]


def test_what_a_file_says_nothing_of_a_date_stays(context: Flask) -> None:
    organisation, edition, actor = lab()
    event = DraftFactory(organisation=organisation, edition=edition, external_id="A-1")
    session = EventSessionFactory(event=event, title="Matin", places_onsite=12, places_online=7)
    services.apply(organisation, edition, [[row(event.title, external_id="A-1")]], actor)
    assert (session.title, session.places_onsite, session.places_online) == ("Matin", 10, 7)


@pytest.mark.parametrize("state", [EventState.SUBMITTED, EventState.PUBLISHED])
def test_an_event_out_of_the_hands_of_its_lab_is_left_alone(context: Flask, state: EventState) -> None:
    organisation, edition, actor = lab()
    event = DraftFactory(organisation=organisation, edition=edition, external_id="A-1")
    event.state, event.submitted_at, event.published_at = state, event.created_at, event.created_at
    db.session.commit()
    changes = services.apply(organisation, edition, [[row("Autre", external_id="A-1")]], actor)
    assert outcomes(changes) == [Outcome.OUT_OF_HANDS]
    assert titles() == [event.title] != ["Autre"]


def test_a_dry_run_writes_nothing_and_a_faulty_row_never_blocks(context: Flask) -> None:
    organisation, edition, _ = lab()
    changes = services.plan(organisation, edition, [[row("Un", verdict=Verdict.REJECT)], [row("Deux")]])
    assert outcomes(changes) == [Outcome.REJECT, Outcome.CREATE]
    assert titles() == []


def test_a_row_refused_leaves_the_others_of_its_event(context: Flask) -> None:
    organisation, edition, actor = lab()
    rows = [row("Atelier", verdict=Verdict.REJECT), row("Atelier")]
    assert outcomes(services.apply(organisation, edition, [rows], actor)) == [Outcome.CREATE]
    assert titles() == ["Atelier"]


def test_rows_that_say_nothing_are_skipped(context: Flask) -> None:
    organisation, edition, _ = lab()
    assert outcomes(services.plan(organisation, edition, [[row("", verdict=Verdict.SKIP)]])) == [Outcome.SKIP]


def test_the_number_of_statements_does_not_follow_the_number_of_places(
    context: Flask, statements: type_of_statements
) -> None:
    organisation, edition, _ = lab()
    groups = [[row(f"Atelier {number}", postcode=f"{number:02}000")] for number in range(1, 4)]
    asked = []
    for some in (groups[:1], groups):
        db.session.expire_all()
        with statements() as made:
            services.plan(organisation, edition, some)
        asked.append(len(made))
    assert asked[0] == asked[1]


def test_lines_numbered_afterwards_are_the_same_events(context: Flask) -> None:
    organisation, edition, actor = lab()
    services.apply(organisation, edition, [[row("Atelier")]], actor)
    assert outcomes(services.apply(organisation, edition, [[row("Atelier", external_id="A-1")]], actor)) == [
        Outcome.SAME
    ]
    assert titles() == ["Atelier"]


def test_a_date_that_cannot_be_read_removes_none(context: Flask) -> None:
    organisation, edition, actor = lab()
    event = DraftFactory(organisation=organisation, edition=edition, external_id="A-1", title="Atelier")
    EventSessionFactory.create_batch(2, event=event)
    faulty = row("Atelier", external_id="A-1", verdict=Verdict.REJECT)
    changes = services.apply(organisation, edition, [[row("Atelier", external_id="A-1"), faulty]], actor)
    assert outcomes(changes) == [Outcome.SAME]
    assert len(event.sessions) == 2


def test_two_imports_at_once_make_no_double(committed: Flask) -> None:
    organisation, edition, actor = lab()
    keys, both = (organisation.id, edition.id), Barrier(2)

    def work(_: int) -> Outcome:
        with committed.app_context():
            here = db.session.get_one(Organisation, keys[0]), db.session.get_one(Edition, keys[1])
            both.wait()
            with transaction():
                return services.apply(*here, [[row("Atelier")]], actor)[0].outcome

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [Outcome.CREATE, Outcome.SAME]
    db.session.expire_all()
    assert titles() == ["Atelier"]
