"""What a lab gives after its event: documents, attendance, outcome; when it is owed and when it no longer is."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from planner.db import db
from planner.events import queries as calendar
from planner.events.models import Event, EventSession, EventStatus, SessionStatus
from planner.resources import queries, rules, services
from planner.resources.models import Outcome, Resource, ResourceKind
from planner.resources.rules import Given
from tests.factories import DraftFactory, EventFactory, EventSessionFactory

pytestmark = pytest.mark.usefixtures("context")

DURING = datetime(2026, 11, 12, 8, 30, tzinfo=UTC)  # the very minute it begins
AFTER = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)  # the very minute it ends


def event_of_november(**fields: Any) -> Event:
    session: EventSession = EventSessionFactory(event=EventFactory(**fields))
    return session.event


def share(event: Event, **changes: Any) -> Resource:
    document = {"kind": ResourceKind.SLIDES, "title": "Support", "url": "https://lab.example.org/a"}
    return services.share(event, **{**document, "licence": "Licence Ouverte 2.0", **changes})


def test_one_reports_from_the_first_minute(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(datetime(2026, 11, 12, 8, 29, 59, tzinfo=UTC))
    for act in (lambda: share(event), lambda: services.report(event, 12, {}, read="")):
        with pytest.raises(rules.NotBegun):
            act()
    time.move_to(DURING)
    share(event)
    services.report(event, 12, {}, read="")
    db.session.commit()
    assert queries.given([event.id]) == {event.id: Given(attended=12, documents=1)}


def test_a_draft_and_a_cancelled_event_never_begin():
    events = [DraftFactory(), EventFactory(status=EventStatus.CANCELLED), EventFactory()]
    for event in events:
        EventSessionFactory(event=event)
    assert [rules.has_begun(event, AFTER) for event in events] == [False, False, True]


def test_it_is_over_at_the_end_of_the_last_date_and_a_cancelled_date_does_not_count():
    event = event_of_november()
    EventSessionFactory(
        event=event,
        day=date(2026, 11, 20),
        start_time=time(10),
        starts_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        ends_at=datetime(2026, 11, 20, 11, tzinfo=UTC),
    )
    assert not rules.is_over(event, AFTER)
    event.sessions[1].status = SessionStatus.CANCELLED
    assert not rules.is_over(event, datetime(2026, 11, 12, 10, 59, 59, tzinfo=UTC))
    assert rules.is_over(event, AFTER)
    assert rules.due_on(event) == date(2026, 11, 22)


def test_the_outcome_is_kept_incomplete_changed_and_taken_away(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(AFTER)
    first = services.report(event, None, {"produced": "Un plan.", "again": ""}, read="")
    assert first is not None
    assert (first.attended, first.answers) == (None, {"produced": "Un plan."})
    db.session.commit()
    second = services.report(event, 14, {}, read=rules.mark(first))
    assert second is not None
    assert (second.id, second.attended, second.answers) == (first.id, 14, {})
    db.session.commit()
    assert services.report(event, None, {}, read=rules.mark(second)) is None
    db.session.flush()
    assert db.session.scalars(select(Outcome)).all() == []


def test_nobody_attended_is_an_answer(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(AFTER)
    kept = services.report(event, 0, {}, read="")
    assert kept is not None
    assert kept.attended == 0


def test_the_second_to_save_an_outcome_is_told(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(AFTER)
    services.report(event, 10, {}, read="")
    db.session.commit()
    with pytest.raises(rules.ReportedMeanwhile):
        services.report(event, 12, {}, read="")
    assert db.session.scalars(select(Outcome.attended)).all() == [10]


def test_photos_need_the_agreement_of_those_they_show(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(AFTER)
    with pytest.raises(rules.PersonsMustAgree) as refused:
        share(event, kind=ResourceKind.PHOTO)
    assert refused.value.field == "persons_agreed"
    assert share(event, kind=ResourceKind.PHOTO, persons_agreed=True).kind is ResourceKind.PHOTO
    assert share(event, kind=ResourceKind.REPLAY).kind is ResourceKind.REPLAY


def test_the_database_keeps_no_photo_without_agreement():
    event = event_of_november()
    db.session.add(
        Resource(event_id=event.id, kind=ResourceKind.PHOTO, title="Photos", url="https://lab.example.org", licence="")
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_what_is_owed_until_it_is_given():
    everything = ["le nombre de personnes venues", "les documents", "le bilan"]
    assert Given().owed == everything
    assert Given(attended=0, documents=1).owed == ["le bilan"]
    assert Given(attended=3, answers=1, has_no_document=True).owed == []


def test_the_public_page_has_the_public_documents_only(time: time_machine.Traveller):
    event = event_of_november()
    time.move_to(AFTER)
    share(event, title="Support")
    hidden = share(event, title="Enregistrement", is_public=False)
    db.session.commit()
    assert [row.title for row in calendar.documents(event)] == ["Support"]
    services.remove(hidden)
    db.session.flush()
    assert [document.title for document in queries.documents(event.id)] == ["Support"]
