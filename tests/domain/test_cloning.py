"""Taking up an event, or a whole past programme: where each date goes, what is taken over, what is left behind."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.db import db
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events.models import Event, EventMode, EventSession, EventState, Room, SessionStatus, Speaker, Track
from planner.events.questions import Question, QuestionKind
from planner.programmes import cloning, queries, rules
from planner.programmes.cloning import Moved, moved_day
from planner.programmes.models import EventLog
from planner.registrations.models import Registration
from planner.web.rights import Actor, Role
from tests.factories import (
    DepartmentFactory,
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    OrganisationFactory,
    PersonFactory,
    ReunionFactory,
    SeatFactory,
    ThemeFactory,
)

OF_2025 = (date(2025, 11, 3), date(2025, 11, 30))
OF_2026 = (date(2026, 11, 2), date(2026, 11, 29))
days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
spans = st.tuples(days, st.integers(0, 60)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
long_spans = st.tuples(days, st.integers(6, 60)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))


def editor(organisation: Organisation) -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, memberships={organisation.id: Role.EDITOR})


def last_year(**fields: Any) -> Edition:
    edition: Edition = EditionFactory(
        number=12,
        name="Mois 2025",
        slug="2025",
        **{
            "starts_on": OF_2025[0],
            "ends_on": OF_2025[1],
            "submissions_open_at": datetime(2025, 9, 1, tzinfo=UTC),
            "submissions_close_at": datetime(2025, 10, 21, tzinfo=UTC),
            **fields,
        },
    )
    return edition


def past_event(**fields: Any) -> Event:
    """An event of Thursday 13 November 2025, the second Thursday of its edition."""
    event = EventFactory(**{"edition": last_year(), "state": EventState.ARCHIVED, **fields})
    EventSessionFactory(
        event=event,
        day=date(2025, 11, 13),
        starts_at=datetime(2025, 11, 13, 8, 30, tzinfo=UTC),
        ends_at=datetime(2025, 11, 13, 11, tzinfo=UTC),
    )
    return event


def copied(event: Event, edition: Edition | None) -> cloning.Copy:
    return cloning.clone(event, event.organisation, edition, editor(event.organisation))


# ── Days ──


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 11, 3), Moved(date(2026, 11, 2))),  # the first Monday
        (date(2025, 11, 13), Moved(date(2026, 11, 12))),  # the second Thursday
        (date(2025, 11, 30), Moved(date(2026, 11, 29))),  # the last Sunday
        (date(2025, 10, 28), Moved(date(2026, 10, 27))),  # one Tuesday before the first
        (date(2025, 12, 2), Moved(date(2026, 12, 1))),  # one Tuesday after the last
    ],
)
def test_a_date_keeps_its_weekday_and_its_rank(day: date, expected: Moved):
    assert moved_day(day, OF_2025, OF_2026) == expected


def test_the_rank_counts_from_the_first_day_whatever_its_weekday():
    from_wednesday = (date(2026, 11, 4), date(2026, 12, 1))
    assert moved_day(date(2025, 11, 4), OF_2025, from_wednesday) == Moved(date(2026, 11, 10))


def test_a_shorter_edition_takes_the_last_such_weekday():
    two_weeks = (date(2026, 11, 2), date(2026, 11, 15))
    assert moved_day(date(2025, 11, 13), OF_2025, two_weeks) == Moved(date(2026, 11, 12))
    assert moved_day(date(2025, 11, 20), OF_2025, two_weeks) == Moved(date(2026, 11, 12), is_clamped=True)


def test_an_edition_of_three_days_may_have_no_such_weekday():
    assert moved_day(date(2025, 11, 13), OF_2025, (date(2026, 11, 2), date(2026, 11, 4))) == Moved(None)


@given(days, spans, spans)
def test_the_weekday_is_always_kept(day: date, was: tuple[date, date], now: tuple[date, date]):
    moved = moved_day(day, was, now)
    has_weekday = any(
        (now[0] + timedelta(days=n)).weekday() == day.weekday() for n in range((now[1] - now[0]).days + 1)
    )
    assert (moved.day is not None) == has_weekday
    assert moved.day is None or moved.day.weekday() == day.weekday()


@given(days, long_spans, long_spans)
def test_what_was_inside_stays_inside_and_what_was_outside_stays_outside(
    day: date, was: tuple[date, date], now: tuple[date, date]
):
    moved = moved_day(day, was, now).day
    assert moved is not None
    assert (was[0] <= day <= was[1]) == (now[0] <= moved <= now[1])


@given(st.data(), long_spans, long_spans)
def test_the_rank_is_kept_where_it_exists(data: st.DataObject, was: tuple[date, date], now: tuple[date, date]):
    day = data.draw(st.dates(*was))
    moved = moved_day(day, was, now)
    assert moved.day is not None
    rank, new_rank = (day - was[0]).days // 7, (moved.day - now[0]).days // 7
    week_after_is_out = moved.day + timedelta(days=7) > now[1]
    assert new_rank == rank or (moved.is_clamped and new_rank < rank and week_after_is_out)
    assert moved.is_clamped == (new_rank < rank)


@given(days, spans)
def test_to_the_same_edition_a_date_does_not_move(day: date, span: tuple[date, date]):
    assert moved_day(day, span, span).day in {day, None}


# ── A copy ──


@pytest.mark.usefixtures("context")
def test_the_copy_has_what_is_still_true_and_nothing_of_the_registrations():
    edition, event = EditionFactory(), past_event(title="Atelier cartes", keywords=["carte"], off_period_reason="Grève")
    SeatFactory(event_session=event.sessions[0])
    DepartmentFactory()

    copy = copied(event, edition).event

    kept = ("title", "summary", "description", "contact_email", "venue", "postcode", "city", "audiences", "keywords")
    assert [getattr(copy, name) for name in kept] == [getattr(event, name) for name in kept]
    assert (copy.state, copy.cloned_from_id, copy.edition_id) == (EventState.DRAFT, event.id, edition.id)
    assert (copy.is_charter_accepted, copy.off_period_reason, copy.submitted_at) == (False, "", None)
    assert copy.slug != event.slug
    assert [(one.day, one.start_time, one.starts_at, one.places_onsite) for one in copy.sessions] == [
        (date(2026, 11, 12), time(9, 30), datetime(2026, 11, 12, 8, 30, tzinfo=UTC), 10)
    ]
    assert db.session.scalars(select(Registration.id).where(Registration.event_id == copy.id)).all() == []
    lines = db.session.scalars(select(EventLog).where(EventLog.event_id == copy.id)).all()
    assert [(line.verb, line.to_state, line.difference) for line in lines] == [
        ("clone", EventState.DRAFT, {"cloned_from": [None, event.slug]})
    ]
    assert copy.programme_id == queries.programme(copy.organisation_id, edition.id).id


@pytest.mark.usefixtures("context")
def test_themes_are_those_of_the_new_edition_and_what_is_left_out_is_said():
    edition, former = EditionFactory(), last_year()
    kept, lost = (ThemeFactory(edition=former, slug=slug, name=slug) for slug in ("donnees", "ecoute"))
    here = ThemeFactory(edition=edition, slug="donnees")
    event = past_event(
        edition=former,
        themes=[kept, lost],
        mode=EventMode.HYBRID,
        joining_link="https://visio.example",
        co_organisers=[OrganisationFactory()],
    )
    copy = copied(event, edition)
    assert (copy.event.themes, copy.event.joining_link, copy.event.co_organisers) == ([here], "", [])
    assert copy.left_out == [
        "le thème «\u00a0ecoute\u00a0»",
        "le lien de connexion",
        "les co-organisateurs, à inviter de nouveau",
    ]


@pytest.mark.usefixtures("context")
def test_within_its_edition_a_copy_keeps_the_dates_to_come_and_the_link(time: time_machine.Traveller):
    event = EventFactory(joining_link="https://visio.example")
    EventSessionFactory(event=event)
    EventSessionFactory(
        event=event,
        day=date(2026, 11, 26),
        starts_at=datetime(2026, 11, 26, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 26, 11, tzinfo=UTC),
    )
    time.move_to(datetime(2026, 11, 20, tzinfo=UTC))
    copy = copied(event, event.edition)
    assert {(one.day, one.start_time is not None, one.starts_at is not None) for one in copy.event.sessions} == {
        (None, True, False),
        (date(2026, 11, 26), True, True),
    }
    assert copy.event.joining_link == "https://visio.example"
    assert copy.left_out == ["des dates, à choisir"]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("has_edition", ["event", "target"])
def test_without_an_edition_on_both_sides_the_dates_are_to_be_chosen(has_edition: str):
    event = past_event() if has_edition == "event" else past_event(edition=None)
    copy = copied(event, None if has_edition == "event" else EditionFactory())
    assert [one.day for one in copy.event.sessions] == [None]


@pytest.mark.usefixtures("context")
def test_the_hours_are_those_of_the_place_whatever_the_season():
    ReunionFactory()
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    former = last_year(starts_on=date(2025, 10, 6), ends_on=date(2025, 11, 2))  # in summer time
    edition = EditionFactory()
    overseas = past_event(edition=former, postcode="97400", city="Saint-Denis", time_zone="Indian/Reunion")
    paris = past_event(edition=former)
    DepartmentFactory()
    starts = []
    for event in (overseas, paris):
        event.sessions[0].day = date(2025, 10, 16)
        copy = copied(event, edition).event
        starts.append((copy.time_zone, copy.sessions[0].start_time, copy.sessions[0].starts_at))
    assert starts == [
        ("Indian/Reunion", time(9, 30), datetime(2026, 11, 12, 5, 30, tzinfo=UTC)),
        ("Europe/Paris", time(9, 30), datetime(2026, 11, 12, 8, 30, tzinfo=UTC)),
    ]


@pytest.mark.usefixtures("context")
def test_a_date_after_midnight_ends_the_day_after():
    event = past_event()
    session = event.sessions[0]
    session.end_day, session.end_time = date(2025, 11, 14), time(1)
    made = copied(event, EditionFactory()).event.sessions[0]
    assert (made.day, made.end_day, made.end_time) == (date(2026, 11, 12), date(2026, 11, 13), time(1))


@pytest.mark.usefixtures("context")
def test_tracks_rooms_speakers_and_questions_follow_with_their_links():
    event = past_event()
    session = event.sessions[0]
    event.tracks, event.rooms = [Track(name="Données")], [Room(name="Salle 1", capacity=20)]
    session.track, session.room = event.tracks[0], event.rooms[0]
    event.speakers = [Speaker(full_name="Intervenante", event_session_id=session.id)]
    first = Question(event_id=event.id, kind=QuestionKind.YES_NO, label="Déjeunez-vous\u00a0?")
    db.session.add(first)
    db.session.flush()
    condition = {"condition_id": first.id, "condition_value": "oui"}
    db.session.add(
        Question(event_id=event.id, position=1, kind=QuestionKind.CHOICE, label="Menu", options=["A", "B"], **condition)
    )
    db.session.commit()

    copy = copied(event, EditionFactory()).event

    made: EventSession = copy.sessions[0]
    assert (made.track.name, made.room.name, made.room.capacity) == ("Données", "Salle 1", 20)
    assert (made.track.event_id, made.room.event_id) == (copy.id, copy.id)
    assert [(one.full_name, one.event_session_id) for one in copy.speakers] == [("Intervenante", made.id)]
    asked = copy.questions
    assert [(one.label, one.options, one.condition_id, one.condition_value) for one in asked] == [
        ("Déjeunez-vous\u00a0?", [], None, ""),
        ("Menu", ["A", "B"], asked[0].id, "oui"),
    ]


@pytest.mark.usefixtures("context")
def test_two_dates_of_one_room_that_come_to_the_same_day_are_told_apart():
    edition, event = EditionFactory(ends_on=date(2026, 11, 15)), past_event()
    EventSessionFactory(
        event=event,
        day=date(2025, 11, 20),
        starts_at=datetime(2025, 11, 20, 8, 30, tzinfo=UTC),
        ends_at=datetime(2025, 11, 20, 11, tzinfo=UTC),
    )
    event.rooms = [Room(name="Salle 1")]
    for session in event.sessions:
        session.room = event.rooms[0]
    db.session.commit()
    copy = copied(event, edition)
    assert {one.day for one in copy.event.sessions} == {date(2026, 11, 12)}
    assert sorted(one.room is None for one in copy.event.sessions) == [False, True]
    assert copy.left_out == ["le rang d’une date\u00a0: l’édition est plus courte"]


@pytest.mark.usefixtures("context")
def test_a_cancelled_date_is_left_behind():
    event = past_event()
    event.sessions[0].status = SessionStatus.CANCELLED
    assert copied(event, EditionFactory()).event.sessions == []


# ── A whole programme ──


@pytest.mark.usefixtures("context")
def test_a_programme_is_taken_up_once():
    former, edition, lab = last_year(), EditionFactory(), OrganisationFactory()
    first, second = (past_event(edition=former, organisation=lab) for _ in range(2))
    someone_elses = past_event(edition=former)
    actor, asked = editor(lab), [first.slug, someone_elses.slug]

    made = cloning.renew(lab, former, edition, asked, actor)
    assert [copy.event.cloned_from_id for copy in made] == [first.id]
    assert cloning.renew(lab, former, edition, asked, actor) == []
    again = cloning.renew(lab, former, edition, [first.slug, second.slug], actor)
    assert [copy.event.cloned_from_id for copy in again] == [second.id]
    assert set(queries.taken_up(lab.id, edition.id)) == {first.id, second.id}


@pytest.mark.usefixtures("context")
def test_nothing_ticked_is_refused():
    lab = OrganisationFactory()
    with pytest.raises(rules.NothingTicked):
        cloning.renew(lab, last_year(), EditionFactory(), [], editor(lab))
