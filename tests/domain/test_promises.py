"""What the database refuses by itself, whatever the code above it does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from planner import clock
from planner.accounts.models import GrantRole
from planner.db import db
from planner.editions.models import Edition
from planner.events.models import Event, EventSession, Room, SessionStatus, Track
from planner.mail.models import Message
from planner.programmes.models import Revision, RevisionStatus
from planner.registrations.models import Seat, SeatStatus
from tests.factories import (
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MessageFactory,
    PersonFactory,
    RegistrationFactory,
    SeatFactory,
)

pytestmark = pytest.mark.usefixtures("context")

NINE = datetime(2026, 11, 12, 8, tzinfo=UTC)


def refused(constraint: str) -> None:
    """Write what is waiting: it is refused by this constraint."""
    with pytest.raises(IntegrityError, match=constraint):
        db.session.commit()
    db.session.rollback()


def revision(event: Event, status: RevisionStatus = RevisionStatus.PENDING) -> None:
    is_decided = status is not RevisionStatus.PENDING
    decided_at = clock.now() if is_decided else None
    db.session.add(Revision(event_id=event.id, changes={}, base_version=1, status=status, decided_at=decided_at))


def test_one_live_registration_per_address_and_event():
    ended = RegistrationFactory(email="agente@example.org", ended_at=clock.now())
    RegistrationFactory(event=ended.event, email="agente@example.org")
    RegistrationFactory(email="agente@example.org")
    with pytest.raises(IntegrityError, match="uq_registration_live"):
        RegistrationFactory(event=ended.event, email="agente@example.org")


def test_addresses_are_kept_in_lower_case():
    with pytest.raises(IntegrityError, match="ck_registration_email_normalised"):
        RegistrationFactory(email="Agente@example.org")
    db.session.rollback()
    with pytest.raises(IntegrityError, match="ck_person_email_normalised"):
        PersonFactory(email="Agente@example.org")


def test_one_seat_per_registration_and_session():
    seat = SeatFactory()
    with pytest.raises(IntegrityError, match="uq_seat_registration_id_event_session_id"):
        SeatFactory(registration=seat.registration, event_session=seat.event_session)


@pytest.mark.parametrize("status", [SeatStatus.HELD, SeatStatus.OFFERED])
def test_a_promise_has_an_end(status: SeatStatus):
    with pytest.raises(IntegrityError, match="ck_seat_promise_has_end"):
        SeatFactory(status=status, expires_at=None)


def test_what_is_not_a_promise_has_none():
    with pytest.raises(IntegrityError, match="ck_seat_promise_has_end"):
        SeatFactory(status=SeatStatus.CONFIRMED, expires_at=clock.now())


def test_one_pending_revision_per_event():
    event = EventFactory()
    revision(event, RevisionStatus.ACCEPTED)
    revision(event)
    db.session.commit()
    revision(event)
    refused("uq_revision_pending")


def test_editions_do_not_overlap():
    edition = EditionFactory()

    def another(starts_on: date) -> Edition:
        window = {"submissions_open_at": NINE, "submissions_close_at": NINE + timedelta(days=1)}
        ends_on = starts_on + timedelta(days=5)
        return Edition(number=99, name="", slug="autre", starts_on=starts_on, ends_on=ends_on, **window)

    db.session.add(another(edition.ends_on))
    refused("ex_edition_days")
    db.session.add(another(EditionFactory().ends_on + timedelta(days=1)))
    db.session.commit()


@pytest.mark.parametrize(("place", "constraint"), [(Track, "ex_event_session_track"), (Room, "ex_event_session_room")])
def test_sessions_do_not_overlap_in_a_track_nor_in_a_room(place: type[Track] | type[Room], constraint: str):
    event = EventFactory()
    one = place(event_id=event.id, name="Salle bleue")
    db.session.add(one)
    db.session.flush()
    key = {"track_id" if place is Track else "room_id": one.id, "event": event}
    EventSessionFactory(starts_at=NINE, ends_at=NINE + timedelta(hours=1), **key)
    EventSessionFactory(starts_at=NINE + timedelta(hours=1), ends_at=NINE + timedelta(hours=2), **key)
    EventSessionFactory(starts_at=NINE, ends_at=NINE + timedelta(hours=1), status=SessionStatus.CANCELLED, **key)
    with pytest.raises(IntegrityError, match=constraint):
        EventSessionFactory(starts_at=NINE + timedelta(minutes=30), ends_at=NINE + timedelta(hours=3), **key)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"ends_at": NINE - timedelta(hours=1)}, "hours_in_order"),
        ({"ends_at": NINE}, "hours_in_order"),
        ({"ends_at": NINE + timedelta(hours=24, seconds=1)}, "one_day_at_most"),
        ({"ends_at": None}, "both_instants_or_none"),
        ({"places_onsite": -1}, "places_onsite_positive"),
        ({"places_online": -1}, "places_online_positive"),
    ],
)
def test_a_session_is_possible(values: dict[str, object], constraint: str):
    with pytest.raises(IntegrityError, match=f"ck_event_session_{constraint}"):
        EventSessionFactory(**{"starts_at": NINE, "ends_at": NINE + timedelta(hours=1)} | values)


def test_a_session_of_a_whole_day_is_possible():
    session = EventSessionFactory(starts_at=NINE, ends_at=NINE + timedelta(hours=24))
    assert db.session.get(EventSession, session.id) is not None


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"title": "x" * 141}, "title_length"),
        ({"summary": "x" * 201}, "summary_length"),
        ({"description": "x" * 10_001}, "description_length"),
        ({"keywords": ["mot"] * 11}, "keywords_count"),
        ({"published_at": None}, "published_has_moment"),
        ({"submitted_at": None}, "submitted_has_moment"),
        ({"registration_opens_at": NINE, "registration_closes_at": NINE}, "registration_window_in_order"),
    ],
)
def test_an_event_is_possible(values: dict[str, object], constraint: str):
    with pytest.raises(IntegrityError, match=f"ck_event_{constraint}"):
        EventFactory(**values)


@pytest.mark.parametrize(("table", "column"), [("event", "state"), ("event", "status"), ("seat", "status")])
def test_a_state_is_one_of_its_list(table: str, column: str):
    SeatFactory()
    with pytest.raises(IntegrityError, match=f"ck_{table}_"):
        db.session.execute(db.text(f"UPDATE {table} SET {column} = 'unknown'"))  # noqa: S608  # constants above


def test_a_coordinator_has_a_region_and_the_others_none():
    with pytest.raises(IntegrityError, match="ck_grant_coordinator_has_region"):
        GrantFactory(role=GrantRole.COORDINATOR, region_code=None)


def test_a_right_is_granted_once():
    person = GrantFactory().person
    with pytest.raises(IntegrityError, match="uq_grant_person_role_region"):
        GrantFactory(person=person)


def test_a_mail_is_owed_once():
    MessageFactory(key="once")
    with pytest.raises(IntegrityError, match="uq_message_key"):
        MessageFactory(key="once")
    db.session.rollback()
    assert db.session.query(Message).count() == 1


def test_a_seat_needs_its_session():
    seat = SeatFactory()
    db.session.delete(seat.event_session)
    refused("fk_seat_event_session_id|null value")
    assert db.session.query(Seat).count() == 1
