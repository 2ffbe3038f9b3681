"""Entries of the calendar: their slots, their place, their address, their index, the places left and the way in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from planner import clock, dates
from planner.db import db
from planner.events import queries, services
from planner.events.labels import LABELS, address_words, in_words, place_words, places_words, session_title
from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    Event,
    EventFormat,
    EventMode,
    EventSession,
    EventState,
    EventStatus,
    Level,
    RegistrationKind,
    SessionStatus,
)
from planner.events.places import Door, Places, door, is_session_full, ways
from planner.events.rules import EndsBeforeStart, SessionTooLong
from planner.events.search import CalendarSearch
from planner.registrations.models import SeatMode, SeatStatus
from planner.text import fold
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    OrganisationFactory,
    RegionFactory,
    ReunionFactory,
    SeatFactory,
    SubmittedFactory,
    ThemeFactory,
)

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"
DAY = date(2026, 11, 12)
ONSITE, ONLINE = EventMode.ONSITE, EventMode.ONLINE


def slot(day: date | None, start: str, end: str, zone: str = PARIS, **options: Any) -> EventSession:
    session = EventSession()
    services.schedule(session, day, hour(start), hour(end), time_zone=zone, **options)
    return session


def hour(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def instants(session: EventSession) -> tuple[str, str]:
    assert session.starts_at
    assert session.ends_at
    return f"{session.starts_at:%d %H:%M}", f"{session.ends_at:%d %H:%M}"


# ── Slots ──


def test_the_instants_follow_from_the_hours_of_the_place():
    assert instants(slot(DAY, "09:30", "12:00")) == ("12 08:30", "12 11:00")
    assert instants(slot(DAY, "09:30", "12:00", REUNION)) == ("12 05:30", "12 08:00")
    assert instants(slot(date(2026, 6, 12), "09:30", "12:00")) == ("12 07:30", "12 10:00")


def test_what_was_typed_is_kept():
    session = slot(DAY, "22:00", "01:00", end_day=date(2026, 11, 13))

    assert (session.day, session.start_time, session.end_day, session.end_time) == (
        DAY,
        time(22, 0),
        date(2026, 11, 13),
        time(1, 0),
    )
    assert instants(session) == ("12 21:00", "13 00:00")


def test_an_end_day_that_is_the_first_day_is_not_kept():
    assert slot(DAY, "09:30", "12:00", end_day=DAY).end_day is None


@pytest.mark.parametrize(("day", "start", "end"), [(None, "09:30", "12:00"), (DAY, "", "12:00"), (DAY, "09:30", "")])
def test_a_slot_with_something_missing_has_no_instant(day: date | None, start: str, end: str):
    session = slot(day, start, end)

    assert (session.day, session.start_time, session.end_time) == (day, hour(start), hour(end))
    assert (session.starts_at, session.ends_at) == (None, None)


@pytest.mark.parametrize("end", ["09:00", "09:30"])
def test_an_end_that_is_not_after_the_start_is_refused(end: str):
    with pytest.raises(EndsBeforeStart) as refusal:
        slot(DAY, "09:30", end)

    assert refusal.value.field == "end_time"


def test_an_end_on_the_day_before_is_refused():
    with pytest.raises(EndsBeforeStart):
        slot(DAY, "09:30", "12:00", end_day=date(2026, 11, 11))


def test_a_slot_lasts_24_hours_at_most():
    assert instants(slot(DAY, "09:30", "09:30", end_day=date(2026, 11, 13))) == ("12 08:30", "13 08:30")
    with pytest.raises(SessionTooLong):
        slot(DAY, "09:30", "09:31", end_day=date(2026, 11, 13))


def test_the_24_hours_are_real_ones_when_the_hour_changes():
    """The night of 24 to 25 October 2026 has an hour more."""
    with pytest.raises(SessionTooLong):
        slot(date(2026, 10, 24), "12:00", "12:00", end_day=date(2026, 10, 25))


def test_an_hour_that_comes_twice_is_the_first():
    assert instants(slot(date(2026, 10, 25), "02:30", "04:00")) == ("25 00:30", "25 03:00")


def test_an_hour_that_does_not_exist_is_the_one_that_clocks_show_then():
    assert instants(slot(date(2026, 3, 29), "02:30", "04:00")) == ("29 01:30", "29 02:00")


def test_hours_in_order_on_paper_and_not_in_fact_are_refused():
    with pytest.raises(EndsBeforeStart):
        slot(date(2026, 3, 29), "02:30", "03:15")


def test_the_sequence_rises_when_a_complete_slot_moves_and_only_then(context: Any):
    session = EventSessionFactory(day=None, start_time=None, end_time=None, starts_at=None, ends_at=None)
    sequences = []
    for day, start, end in [
        (DAY, "", "12:00"),
        (DAY, "09:30", "12:00"),
        (DAY, "09:30", "12:00"),
        (DAY, "10:00", "12:00"),
        (DAY, "10:00", "12:30"),
        (DAY, "", "12:30"),
        (DAY, "10:00", "12:30"),
    ]:
        services.schedule(session, day, hour(start), hour(end), time_zone=PARIS)
        sequences.append(session.sequence)

    assert sequences == [0, 0, 0, 1, 2, 3, 3]


def test_a_move_is_dated(context: Any, time: Any):
    session = EventSessionFactory()
    before = session.updated_at
    time.shift(timedelta(hours=1))

    services.schedule(session, DAY, hour("09:30"), hour("12:00"), time_zone=PARIS)
    assert session.updated_at == before
    services.schedule(session, DAY, hour("09:00"), hour("12:00"), time_zone=PARIS)
    assert session.updated_at - before >= timedelta(hours=1)


# ── Place ──


@pytest.fixture
def departments(context: Any) -> None:
    DepartmentFactory()
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())


def test_the_place_gives_department_region_and_time(departments: None):
    event = DraftFactory(venue="", city="", postcode="")

    services.set_place(event, venue="Préfecture", street="1 rue de Paris", postcode="97400", city="Saint-Denis")
    db.session.commit()

    assert (event.venue, event.street, event.postcode, event.city) == (
        "Préfecture",
        "1 rue de Paris",
        "97400",
        "Saint-Denis",
    )
    assert (event.department_code, event.region_code, event.time_zone) == ("974", "04", REUNION)


def test_the_sessions_keep_their_local_hours_when_the_place_changes_zone(departments: None):
    session = EventSessionFactory()

    services.set_place(session.event, venue="Préfecture", postcode="97400", city="Saint-Denis")

    assert (session.start_time, session.end_time) == (time(9, 30), time(12, 0))
    assert instants(session) == ("12 05:30", "12 08:00")
    assert session.sequence == 1


def test_a_place_in_the_same_zone_moves_nothing(departments: None):
    session = EventSessionFactory()

    services.set_place(session.event, venue="Préfecture", postcode="69001", city="Lyon")

    assert session.sequence == 0


def test_without_a_place_an_event_is_national_and_in_paris_time(departments: None):
    event = DraftFactory()
    services.set_place(event, venue="Préfecture", postcode="97400", city="Saint-Denis")

    services.set_place(event)

    assert (event.department, event.region, event.time_zone) == (None, None, PARIS)


def test_an_unknown_postcode_gives_no_region(departments: None):
    event = DraftFactory()

    services.set_place(event, venue="Quelque part", postcode="00000", city="Ailleurs")

    assert (event.city, event.department, event.region) == ("Ailleurs", None, None)


# ── Version, index, address ──


def test_touching_an_event_raises_its_version_dates_it_and_indexes_it(context: Any, time: Any):
    event = EventFactory(title="Ancien titre")
    before = (event.version, event.updated_at)
    time.shift(timedelta(hours=1))

    event.title = "Nouveau titre"
    services.touch(event)

    assert event.version == before[0] + 1
    assert event.updated_at - before[1] >= timedelta(hours=1)
    assert "nouveau titre" in event.search_text


def test_the_index_holds_what_one_looks_for(context: Any):
    event = EventFactory(
        title="L’Été des données",
        summary="Résumé",
        description="Œuvre collective",
        keywords=["Sobriété"],
        city="Besançon",
        venue="Forum",
        format=EventFormat.ROUND_TABLE,
        department=DepartmentFactory(code="25", name="Doubs", region=RegionFactory()),
        organisation=OrganisationFactory(name="Lab Péï"),
        co_organisers=[OrganisationFactory(name="État’LIN")],
        themes=[ThemeFactory(name="Écologie")],
        contact_name="Personne",
    )

    services.index_text(event)

    assert event.search_text == fold(
        "L’Été des données Résumé Œuvre collective Sobriété Écologie Table ronde "
        "Lab Péï État’LIN Forum Besançon Doubs Auvergne-Rhône-Alpes"
    )
    assert "personne" not in event.search_text


def test_the_address_of_an_event_is_its_title(context: Any):
    assert services.new_slug("L’été des données : le retour !") == "ete-des-donnees-le-retour"
    assert services.new_slug("…") == "evenement"


def test_an_address_that_is_taken_gets_four_letters_more(context: Any):
    EventFactory(slug="atelier-donnees")

    slug = services.new_slug("Atelier données")

    assert slug.startswith("atelier-donnees-")
    assert len(slug) == len("atelier-donnees-") + 4


# ── Places and the way in ──


@pytest.mark.parametrize(
    ("places", "left", "is_full"),
    [
        (Places(None, taken=500), None, False),
        (Places(10, taken=9), 1, False),
        (Places(10, taken=10), 0, True),
        (Places(10, taken=12), 0, True),
        (Places(10, taken=9, waiting=1), 0, True),
        (Places(0), 0, True),
    ],
)
def test_places_left(places: Places, left: int | None, is_full: bool):  # noqa: FBT001  # what is expected
    assert (places.left, places.is_full) == (left, is_full)


def test_the_ways_to_attend():
    assert ways(None) == ()
    assert ways(ONLINE) == (ONLINE,)
    assert ways(EventMode.HYBRID) == (ONSITE, ONLINE)


def test_places_are_counted_by_session_and_mode(context: Any):
    session = EventSessionFactory(event__mode=EventMode.HYBRID, places_onsite=10, places_online=None)
    other = EventSessionFactory(event=session.event, places_onsite=1, places_online=5)
    for status in SeatStatus:
        SeatFactory(event_session=session, status=status)
    SeatFactory(event_session=session, mode=SeatMode.ONLINE)

    assert queries.places([session.id, other.id]) == {
        (session.id, "onsite"): Places(10, taken=5, waiting=1),
        (session.id, "online"): Places(None, taken=1),
        (other.id, "onsite"): Places(1),
        (other.id, "online"): Places(5),
    }


def test_places_are_those_of_the_mode_of_the_event(context: Any):
    session = EventSessionFactory(places_onsite=10, places_online=5)

    assert queries.places([session.id]) == {(session.id, "onsite"): Places(10)}


def test_places_are_one_statement_and_none_for_nothing(context: Any, statements: Any):
    sessions = [EventSessionFactory() for _ in range(3)]
    ids = [session.id for session in sessions]

    with statements() as asked:
        queries.places(ids[:1])
    with statements() as asked_more:
        queries.places(ids)
    with statements() as asked_nothing:
        assert queries.places([]) == {}

    assert (len(asked), len(asked_more), len(asked_nothing)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Door.OPEN),
        ({"status": EventStatus.CANCELLED}, Door.CANCELLED),
        ({"status": EventStatus.POSTPONED}, Door.POSTPONED),
        ({"status": EventStatus.RESCHEDULED}, Door.OPEN),
        ({"registration_opens_at": datetime(2026, 10, 12, 9, 0, tzinfo=UTC)}, Door.NOT_OPEN_YET),
        ({"registration_opens_at": datetime(2026, 10, 12, 7, 0, tzinfo=UTC)}, Door.OPEN),
        ({"registration_closes_at": datetime(2026, 10, 12, 7, 0, tzinfo=UTC)}, Door.CLOSED),
        ({"registration_closes_at": datetime(2026, 10, 12, 9, 0, tzinfo=UTC)}, Door.OPEN),
        ({"registration_kind": RegistrationKind.EXTERNAL}, Door.EXTERNAL),
        ({"registration_kind": RegistrationKind.BY_MAIL}, Door.BY_MAIL),
        ({"registration_kind": RegistrationKind.FREE_ENTRY}, Door.FREE_ENTRY),
    ],
)
def test_the_way_in(context: Any, changes: dict[str, Any], expected: Door):
    event = EventSessionFactory(event=EventFactory(**changes)).event

    assert door(event, queries.places([event.sessions[0].id]), clock.now()) is expected


def test_there_is_no_way_in_once_it_has_begun_except_where_one_walks_in(context: Any):
    here, free = (
        EventSessionFactory(event__registration_kind=kind).event
        for kind in (RegistrationKind.HERE, RegistrationKind.FREE_ENTRY)
    )
    starts_at, ends_at = datetime(2026, 11, 12, 8, 30, tzinfo=UTC), datetime(2026, 11, 12, 11, 0, tzinfo=UTC)

    assert [door(event, {}, starts_at - timedelta(seconds=1)) for event in (here, free)] == [Door.OPEN, Door.FREE_ENTRY]
    assert [door(event, {}, starts_at) for event in (here, free)] == [Door.OVER, Door.FREE_ENTRY]
    assert [door(event, {}, ends_at) for event in (here, free)] == [Door.OVER, Door.OVER]


def test_a_cancelled_session_lets_nobody_in(context: Any):
    session = EventSessionFactory(status=SessionStatus.CANCELLED)

    assert door(session.event, {}, clock.now()) is Door.OVER


def test_a_full_event_has_its_waiting_list_or_nothing(context: Any):
    queued, without = (
        EventSessionFactory(places_onsite=0, event__has_waiting_list=has_queue).event for has_queue in (True, False)
    )
    places = queries.places([queued.sessions[0].id, without.sessions[0].id])

    assert door(queued, places, clock.now()) is Door.WAITING_LIST
    assert door(without, places, clock.now()) is Door.FULL


@pytest.mark.parametrize(
    ("attendance", "expected"),
    [
        (Attendance.ONE_SESSION, Door.OPEN),
        (Attendance.PICK_SESSIONS, Door.OPEN),
        (Attendance.ALL_SESSIONS, Door.WAITING_LIST),
    ],
)
def test_one_full_session_shuts_only_what_needs_them_all(context: Any, attendance: Attendance, expected: Door):
    event = EventFactory(attendance=attendance)
    full, free = (EventSessionFactory(event=event, places_onsite=number) for number in (0, 1))

    assert door(event, queries.places([full.id, free.id]), clock.now()) is expected


def test_a_hybrid_session_is_full_when_it_is_both_ways(context: Any):
    half = EventSessionFactory(event__mode=EventMode.HYBRID, places_onsite=0, places_online=1)
    full = EventSessionFactory(event__mode=EventMode.HYBRID, places_onsite=0, places_online=0)
    places = queries.places([half.id, full.id])

    assert not is_session_full(half.event, half, places)
    assert is_session_full(full.event, full, places)


# ── Words ──


def test_every_value_has_its_words():
    enums = (EventState, EventStatus, Attendance, EventMode, EventFormat, Audience, Accessibility, Level)
    values = [value for enum in (*enums, RegistrationKind) for value in enum]

    assert set(values) == set(LABELS)
    assert len(values) == len(LABELS)


@pytest.mark.parametrize(
    ("changes", "places", "expected"),
    [
        ({}, {"onsite": Places(12)}, "12\u00a0places libres"),
        ({}, {"onsite": Places(1)}, "1\u00a0place libre"),
        ({}, {"onsite": Places(None)}, "Sur inscription"),
        ({}, {"onsite": Places(1, taken=1)}, "Complet – liste d’attente"),
        ({"has_waiting_list": False}, {"onsite": Places(1, taken=1)}, "Complet"),
        (
            {"mode": EventMode.HYBRID},
            {"onsite": Places(0), "online": Places(3)},
            "Sur place\u00a0: complet – liste d’attente, en ligne\u00a0: 3\u00a0places libres",
        ),
        ({"mode": EventMode.HYBRID}, {"onsite": Places(0), "online": Places(0)}, "Complet – liste d’attente"),
        ({"mode": EventMode.HYBRID}, {"onsite": Places(None), "online": Places(None)}, "Sur inscription"),
        ({"registration_kind": RegistrationKind.FREE_ENTRY}, {"onsite": Places(0)}, "Entrée libre"),
        ({}, {}, ""),
    ],
)
def test_what_is_left_in_words(changes: dict[str, Any], places: dict[str, Places], expected: str):
    event = Event(
        **{
            "mode": ONSITE,
            "has_waiting_list": True,
            "registration_kind": RegistrationKind.HERE,
            **changes,
        }
    )
    session = EventSession(id=7)

    assert places_words(event, session, {(7, EventMode(mode)): each for mode, each in places.items()}) == expected


@pytest.mark.parametrize(
    ("mode", "short", "long"),
    [
        (ONSITE, "Cité, Lyon", "Cité, 1 place Nord, 69003 Lyon"),
        (ONLINE, "En ligne", ""),
        (EventMode.HYBRID, "Cité, Lyon et en ligne", "Cité, 1 place Nord, 69003 Lyon"),
        (None, "Cité, Lyon", "Cité, 1 place Nord, 69003 Lyon"),
    ],
)
def test_the_place_in_words(mode: EventMode | None, short: str, long: str):
    event = Event(mode=mode, venue="Cité", street="1 place Nord", postcode="69003", city="Lyon")

    assert (place_words(event), address_words(event)) == (short, long)


@pytest.mark.parametrize(
    ("ends_at", "zone", "expected"),
    [
        (datetime(2026, 11, 12, 11, 0, tzinfo=UTC), PARIS, "9 h 30 – 12 h"),
        (datetime(2026, 11, 12, 11, 0, tzinfo=UTC), REUNION, "12 h 30 – 15 h, heure de La Réunion (9 h 30 à Paris)"),
        (datetime(2026, 11, 13, 1, 0, tzinfo=UTC), PARIS, "9 h 30 – 2 h le vendredi 13 novembre"),
    ],
)
def test_the_hours_of_a_slot_under_the_name_of_its_day(ends_at: datetime, zone: str, expected: str):
    said = dates.hours(datetime(2026, 11, 12, 8, 30, tzinfo=UTC), ends_at, zone)

    assert said.replace("\u00a0", " ") == expected


def test_several_values_are_one_sentence():
    assert in_words([]) == ""
    assert in_words(["elected", "state_agents", "citizens"]) == "Élus, agents de l’État, citoyens"


def test_the_title_of_a_session_that_stands_alone():
    event = Event(title="Journée des labs")

    assert session_title(event, EventSession(title="")) == "Journée des labs"
    assert session_title(event, EventSession(title="Ouverture")) == "Journée des labs\u00a0: Ouverture"


# ── The calendar ──


def titles(**search: Any) -> list[str]:
    return [session.event.title for session in queries.calendar(CalendarSearch(**search), 1).sessions]


def listed(title: str, **changes: Any) -> EventSession:
    """A session of a published and indexed event of this title."""
    names = {"day", "places_onsite", "places_online", "status"} & changes.keys()
    session_changes = {name: changes.pop(name) for name in names}
    event = EventFactory(title=title, **changes)
    services.index_text(event)
    day = session_changes.pop("day", DAY)
    session = EventSession(event=event, places_onsite=session_changes.pop("places_onsite", 10), **session_changes)
    services.schedule(session, day, time(9, 30), time(12, 0), time_zone=event.time_zone)
    db.session.add(session)
    db.session.commit()
    return session


def test_the_calendar_holds_what_is_published_by_day(context: Any):
    listed("Second", day=date(2026, 11, 13))
    listed("Premier")
    listed("Annulé", day=date(2026, 11, 14), status=SessionStatus.CANCELLED)
    for state in EventState:
        if state is not EventState.PUBLISHED:
            listed(f"Jamais {state}", state=state)

    assert titles() == ["Premier", "Second", "Annulé"]


def test_what_is_over_is_listed_only_when_its_days_are_asked_for(context: Any):
    listed("Hier", day=date(2026, 10, 11))
    listed("Aujourd’hui", day=date(2026, 10, 12))

    assert titles() == ["Aujourd’hui"]
    assert titles(last_day=date(2026, 10, 12)) == ["Aujourd’hui"]
    assert titles(last_day=date(2026, 10, 11)) == ["Hier"]
    assert titles(first_day=date(2026, 10, 11)) == ["Hier", "Aujourd’hui"]


def test_the_days_are_those_of_the_place(context: Any):
    """Eight in the morning on the 12th in Nouméa is still the 11th in Paris."""
    early = EventFactory(title="Nouméa", time_zone="Pacific/Noumea")
    session = EventSession(event=early)
    services.schedule(session, DAY, time(8, 0), time(9, 0), time_zone="Pacific/Noumea")
    db.session.add(session)
    db.session.commit()

    assert session.starts_at
    assert session.starts_at.date() == date(2026, 11, 11)
    assert titles(first_day=DAY, last_day=DAY) == ["Nouméa"]
    assert titles(first_day=date(2026, 11, 11), last_day=date(2026, 11, 11)) == []


def test_a_night_stands_on_both_its_days(context: Any):
    session = listed("Nuit")
    services.schedule(session, DAY, time(20, 0), time(2, 0), time_zone=PARIS, end_day=date(2026, 11, 13))
    db.session.commit()

    assert titles(first_day=date(2026, 11, 13)) == ["Nuit"]
    assert titles(first_day=date(2026, 11, 14)) == []


def test_an_event_with_several_dates_stands_on_each(context: Any):
    session = listed("Cycle")
    EventSessionFactory(event=session.event, day=date(2026, 11, 13))

    page = queries.calendar(CalendarSearch(), 1)

    assert [row.day for row in page.sessions] == [DAY, date(2026, 11, 13)]
    assert (page.event_count, page.session_count) == (1, 2)


def test_filters_of_region_format_theme_and_organisation(context: Any):
    theme = ThemeFactory(slug="ecologie")
    lab = OrganisationFactory(slug="lab-pei")
    listed("Tout", region=ReunionFactory(), format=EventFormat.VISIT, themes=[theme], organisation=lab)
    listed("Invité", co_organisers=[lab])
    listed("Autre")

    assert titles(region_code="04") == ["Tout"]
    assert titles(format=EventFormat.VISIT) == ["Tout"]
    assert titles(theme="ecologie") == ["Tout"]
    assert titles(organisation="lab-pei") == ["Tout", "Invité"]
    assert titles(region_code="04", format=EventFormat.WORKSHOP) == []


def test_hybrid_events_are_found_on_site_and_online(context: Any):
    for mode in EventMode:
        listed(mode.value, mode=mode)

    assert titles(mode=ONSITE) == ["onsite", "hybrid"]
    assert titles(mode=ONLINE) == ["online", "hybrid"]


def test_only_with_places_left(context: Any):
    listed("Libre")
    listed("Sans limite", places_onsite=None)
    listed("Entrée libre", places_onsite=0, registration_kind=RegistrationKind.FREE_ENTRY)
    listed("Plein", places_onsite=0)
    listed("Annulé", status=SessionStatus.CANCELLED)
    listed("Clos", registration_closes_at=datetime(2026, 10, 12, 7, 0, tzinfo=UTC))
    taken = listed("Dernière place prise", places_onsite=1)
    SeatFactory(event_session=taken, status=SeatStatus.HELD)
    queue = listed("File d’attente", places_onsite=2)
    SeatFactory(event_session=queue, status=SeatStatus.WAITING)
    given_up = listed("Place rendue", places_onsite=1)
    SeatFactory(event_session=given_up, status=SeatStatus.CANCELLED)
    listed("Encore en ligne", mode=EventMode.HYBRID, places_onsite=0, places_online=1)
    listed("Plein en ligne", mode=ONLINE, places_onsite=5, places_online=0)

    assert titles(has_places=True) == ["Libre", "Sans limite", "Entrée libre", "Place rendue", "Encore en ligne"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("L’été des données ouvertes", "donnée"),
        ("L’été des données ouvertes", "DONNEES ouverte"),
        ("L’été des données ouvertes", "ete"),
        ("L’été des données ouvertes", "l’été"),
        ("La donnée ouverte", "données"),
        ("Une œuvre d’art à l’hôpital", "oeuvre hopital"),
        ("Une oeuvre d'art à l'hôpital", "l’œuvre"),
        ("Simplifier les démarches administratives", "simplifier démarche administrative"),
        ("Le numérique à l’école", "numériques écoles"),
        ("Codéveloppement et facilitation", "codeveloppement"),
        ("Une journée pour innover", "innovation"),
        ("Atelier « budget participatif »", '"budget participatif"'),
    ],
)
def test_french_words_are_found_whatever_their_accents_number_and_elision(context: Any, title: str, text: str):
    listed(title)

    assert titles(text=text) == [title]


@pytest.mark.parametrize("text", ["budget -participatif", "introuvable", "données absentes"])
def test_all_the_words_are_wanted_and_a_minus_excludes(context: Any, text: str):
    listed("Données et budget participatif")

    assert titles(text=text) == []


@pytest.mark.parametrize("text", ["&|!():*", "'", '"', "le la", "a" * 100, "-", "\\"])
def test_no_text_breaks_the_search(context: Any, text: str):
    listed("Données")

    assert titles(text=text) == []


COPIES = """
    INSERT INTO event
    SELECT (jsonb_populate_record(event, jsonb_build_object(
        'id', event.id + n, 'slug', 'copy-' || n, 'external_id', n, 'search_text', 'sujet ' || n))).*
    FROM event, generate_series(1, 2000) AS n
"""


def test_the_search_uses_its_index(context: Any):
    listed("Données")
    db.session.execute(db.text(COPIES))
    db.session.execute(db.text("ANALYZE event"))
    statement = queries._sessions(CalendarSearch(text="donnée")).compile(
        db.engine, compile_kwargs={"literal_binds": True}
    )

    plan = "\n".join(db.session.scalars(db.text(f"EXPLAIN {statement}")))

    assert "Bitmap Index Scan on ix_event_search" in plan


def test_a_page_past_the_end_is_the_last(context: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    for number in range(3):
        listed(f"Atelier {number}")

    pages = [queries.calendar(CalendarSearch(), page) for page in (1, 2, 10**9)]

    assert [[session.event.title for session in page.sessions] for page in pages] == [
        ["Atelier 0", "Atelier 1"],
        ["Atelier 2"],
        ["Atelier 2"],
    ]
    assert [(page.page, page.pages, page.session_count) for page in pages] == [(1, 2, 3), (2, 2, 3), (2, 2, 3)]


def test_the_coming_sessions_of_an_organisation(context: Any):
    lab = OrganisationFactory()
    listed("Le sien", organisation=lab)
    listed("Avec d’autres", co_organisers=[lab])
    listed("Passé", organisation=lab, day=date(2026, 10, 1))
    listed("D’un autre")
    listed("Brouillon", organisation=lab, state=EventState.SUBMITTED)

    assert [session.event.title for session in queries.coming_of(lab.id)] == ["Le sien", "Avec d’autres"]


def test_the_same_theme_elsewhere(context: Any):
    theme, other_theme = ThemeFactory(), ThemeFactory()
    lab = OrganisationFactory()
    shown = listed("Le mien", organisation=lab, themes=[theme, other_theme]).event
    listed("Du même lab", organisation=lab, themes=[theme])
    listed("Autre thème", themes=[ThemeFactory()])
    listed("Annulé", themes=[theme], status=SessionStatus.CANCELLED)
    listed("Tard", themes=[theme], day=date(2026, 11, 20))
    twice = listed("Deux fois", themes=[theme, other_theme], day=date(2026, 11, 13))
    EventSessionFactory(event=twice.event)
    listed("Ensuite", themes=[other_theme], day=date(2026, 11, 16))
    listed("Trop tard", themes=[theme], day=date(2026, 11, 25))

    found = queries.same_theme(shown)

    assert [(session.event.title, session.day) for session in found] == [
        ("Deux fois", DAY),
        ("Ensuite", date(2026, 11, 16)),
        ("Tard", date(2026, 11, 20)),
    ]
    assert queries.same_theme(EventFactory(themes=[])) == []


def test_the_number_of_events_of_an_edition(context: Any):
    listed("Un")
    listed("Deux")
    SubmittedFactory()
    listed("Hors édition", edition=None)

    assert queries.event_count(EditionFactory().id) == 2
