"""The calendars to subscribe to, read back by a parser."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from planner import clock
from planner.db import db
from planner.events import services
from planner.events.models import Event, EventFormat, EventMode, EventState, EventStatus, SessionStatus
from tests.conftest import Client
from tests.factories import (
    EventFactory,
    EventSessionFactory,
    OrganisationFactory,
    ReunionFactory,
    SeatFactory,
    ThemeFactory,
)


def read(response: Any) -> list[Any]:
    assert response.status_code == 200
    return list(Calendar.from_ical(response.data).walk("VEVENT"))


def summaries(response: Any) -> list[str]:
    return [str(entry["summary"]) for entry in read(response)]


def one(title: str = "Atelier", **changes: Any) -> Event:
    """A published event with one session."""
    event: Event = EventSessionFactory(event=EventFactory(title=title, **changes)).event
    services.index_text(event)
    return event


def test_an_entry_says_what_when_and_where(client: Client):
    event = one("Atelier données", slug="atelier-donnees", organisation=OrganisationFactory(name="Lab Archipel"))
    (session,) = event.sessions
    session.sequence = 3

    (entry,) = read(client.get("/evenements/atelier-donnees.ics"))

    assert entry["uid"] == f"session-{session.id}@agenda.example"
    assert entry["sequence"] == 3
    assert entry["summary"] == "Atelier données"
    assert entry["dtstart"].dt == datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    assert entry["dtend"].dt == datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
    assert entry["location"] == "Cité administrative, 1 place de l’Hôtel-de-Ville, 69003 Lyon"
    assert entry["url"] == "https://agenda.example/evenements/atelier-donnees"
    assert entry["categories"].cats == ["Atelier"]
    assert entry["status"] == "CONFIRMED"
    assert str(entry["description"]).splitlines() == [
        "jeudi 12 novembre 2026, 9\u00a0h\u00a030 – 12\u00a0h",
        "Une matinée pour partager ses données.",
        "Organisation\u00a0: Lab Archipel",
        "https://agenda.example/evenements/atelier-donnees",
    ]


def test_the_local_hours_are_said_where_they_differ(client: Client):
    event = one(region=ReunionFactory(), time_zone="Indian/Reunion")

    (entry,) = read(client.get(f"/evenements/{event.slug}.ics"))

    assert "heure de La Réunion" in entry["description"]
    assert entry["dtstart"].to_ical() == b"20261112T083000Z"


@pytest.mark.parametrize(
    ("mode", "is_public", "location"),
    [
        (EventMode.ONLINE, False, "En ligne"),
        (EventMode.ONLINE, True, "https://visio.example.org/salle"),
        (EventMode.HYBRID, False, "Cité administrative, 1 place de l’Hôtel-de-Ville, 69003 Lyon – En ligne"),
    ],
)
def test_the_private_link_is_never_there(client: Client, mode: EventMode, is_public: bool, location: str):  # noqa: FBT001
    link = "https://visio.example.org/salle"
    event = one(mode=mode, joining_link=link, is_joining_link_public=is_public)

    response = client.get(f"/evenements/{event.slug}.ics")

    assert read(response)[0]["location"] == location
    assert (link in response.text) is is_public


def test_every_date_of_an_event_is_an_entry(client: Client):
    event = one("Cycle")
    EventSessionFactory(event=event, title="Suite", status=SessionStatus.CANCELLED)
    EventSessionFactory(event=event, day=None, starts_at=None, ends_at=None)

    entries = read(client.get(f"/evenements/{event.slug}.ics"))

    assert [(str(entry["summary"]), str(entry["status"])) for entry in entries] == [
        ("Cycle", "CONFIRMED"),
        ("Annulé\u00a0: Cycle\u00a0: Suite", "CANCELLED"),
    ]


@pytest.mark.parametrize(
    ("status", "summary", "ical_status"),
    [
        (EventStatus.CANCELLED, "Annulé\u00a0: Atelier", "CANCELLED"),
        (EventStatus.POSTPONED, "Reporté\u00a0: Atelier", "CANCELLED"),
        (EventStatus.RESCHEDULED, "Atelier", "CONFIRMED"),
        (EventStatus.MOVED_ONLINE, "Atelier", "CONFIRMED"),
    ],
)
def test_what_is_cancelled_stays_marked(client: Client, status: EventStatus, summary: str, ical_status: str):
    one(status=status, status_text="La salle est inondée.")

    (entry,) = read(client.get("/programme.ics"))

    assert (entry["summary"], entry["status"]) == (summary, ical_status)
    assert str(entry["description"]).startswith("La salle est inondée.")


@pytest.mark.parametrize("state", [state for state in EventState if state is not EventState.PUBLISHED])
def test_only_what_is_published_is_in_the_feed(client: Client, state: EventState):
    one("Publié")
    one("Autre", state=state)

    assert summaries(client.get("/programme.ics")) == ["Publié"]


@pytest.mark.parametrize(("state", "published_at", "status"), [("draft", None, 404), ("withdrawn", "then", 410)])
def test_an_event_that_has_no_page_has_no_file(client: Client, state: str, published_at: Any, status: int):
    event = one(state=EventState(state), published_at=published_at and clock.now())

    assert client.get(f"/evenements/{event.slug}.ics").status_code == status


def test_past_dates_stay_in_the_feed(client: Client, time: Any):
    one("Passé")
    time.move_to(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))

    assert summaries(client.get("/programme.ics")) == ["Passé"]


def test_the_feed_takes_the_filters_of_the_programme(client: Client):
    lab = OrganisationFactory(slug="lab-pei", name="Lab Péï")
    one(
        "Les données de l’été",
        region=ReunionFactory(),
        format=EventFormat.VISIT,
        mode=EventMode.ONLINE,
        organisation=lab,
        themes=[ThemeFactory(slug="donnees")],
    )
    one("Autre")

    for query in [
        "q=été",
        "region=04",
        "format=visit",
        "mode=online",
        "theme=donnees",
        "organisation=lab-pei",
        "q=donnée&region=04",
    ]:
        assert summaries(client.get(f"/programme.ics?{query}")) == ["Les données de l’été"], query
    assert summaries(client.get("/programme.ics?du=2026-11-13")) == []


def test_the_feed_is_named_after_its_filters(client: Client):
    ReunionFactory()

    calendar = Calendar.from_ical(client.get("/programme.ics?region=04&mode=online").data)

    assert calendar["x-wr-calname"] == "Mois de l’innovation publique – La Réunion – En ligne"
    assert calendar["url"] == "https://agenda.example/programme?region=04&mode=online"


def test_a_filter_that_cannot_be_read_is_refused(client: Client):
    response = client.get("/programme.ics?du=demain")

    assert response.status_code == 422
    assert "À partir du\u00a0: Cette date n’existe pas." in response.text


def test_the_headers_of_a_feed(client: Client):
    event = one()

    for path, filename in [("/programme.ics", "programme.ics"), (f"/evenements/{event.slug}.ics", f"{event.slug}.ics")]:
        response = client.get(path)
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Content-Disposition"] == f"inline; filename={filename}"
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_a_feed_that_has_not_changed_is_not_sent_again(client: Client, time: Any, header: str):
    event = one()
    condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    for path in ("/programme.ics", f"/evenements/{event.slug}.ics"):
        first = client.get(path)
        time.shift(timedelta(minutes=10))
        again = client.get(path, headers={condition: first.headers[header]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert client.get(path).data == first.data


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_a_feed_that_has_changed_is_sent_again(client: Client, time: Any, header: str):
    event = one()
    other = one("Autre")
    condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
    first = client.get("/programme.ics")

    time.shift(timedelta(minutes=10))
    event.title = "Nouveau titre"
    services.touch(event)
    changed = client.get("/programme.ics", headers={condition: first.headers[header]})
    assert "Nouveau titre" in changed.text

    time.shift(timedelta(minutes=10))
    other.state = EventState.WITHDRAWN
    other.updated_at = clock.now()
    left = client.get("/programme.ics", headers={condition: changed.headers[header]})
    assert summaries(left) == ["Nouveau titre"]


def test_a_moved_session_is_a_change(client: Client, time: Any):
    event = one()
    first = client.get("/programme.ics")
    time.shift(timedelta(minutes=10))

    (session,) = event.sessions
    services.schedule(session, date(2026, 11, 13), session.start_time, session.end_time, time_zone="Europe/Paris")
    (entry,) = read(client.get("/programme.ics", headers={"If-None-Match": first.headers["ETag"]}))

    assert entry["sequence"] == 1
    assert entry["dtstamp"].dt == session.updated_at.replace(microsecond=0)


def test_the_places_taken_are_not_a_change(client: Client):
    event = one()
    first = client.get("/programme.ics")
    SeatFactory(event_session=event.sessions[0])

    assert client.get("/programme.ics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_feed_answers_head(client: Client):
    one()

    head = client.head("/programme.ics")

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == client.get("/programme.ics").headers["ETag"]


def test_an_empty_feed_is_a_calendar(client: Client):
    assert read(client.get("/programme.ics")) == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_feed_asks_as_much_of_the_database_for_one_event_as_for_three(client: Client, statements: Any, number: int):
    for _ in range(number):
        one(organisation=OrganisationFactory())
    db.session.commit()

    with statements() as asked:
        response = client.get("/programme.ics")
    with statements() as asked_again:
        client.get("/programme.ics", headers={"If-None-Match": response.headers["ETag"]})

    assert len(read(response)) == number
    assert len(asked) == 6  # edition, themes, regions, versions, last change, sessions
    assert len(asked_again) == 5
