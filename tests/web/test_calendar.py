"""Home and programme, as a visitor without an account gets them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from planner.db import db
from planner.editions.models import Edition
from planner.events import queries, services
from planner.events.models import (
    Accessibility,
    EventFormat,
    EventMode,
    EventSession,
    EventStatus,
    RegistrationKind,
    SessionStatus,
)
from planner.registrations.models import SeatStatus
from tests.conftest import Client
from tests.factories import (
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    OrganisationFactory,
    RegionFactory,
    ReunionFactory,
    SeatFactory,
    ThemeFactory,
)
from tests.web.html import Page, check_page, text_of

THURSDAY = date(2026, 11, 12)


def listed(title: str, day: date = THURSDAY, **changes: Any) -> EventSession:
    """A session, from 9:30 to 12:00, of a published event of this title."""
    names = {"places_onsite", "places_online", "status"} & changes.keys()
    session_changes = {"places_onsite": 10, **{name: changes.pop(name) for name in names}}
    event = EventFactory(title=title, **changes)
    services.index_text(event)
    session = EventSession(event=event, **session_changes)
    services.schedule(session, day, time(9, 30), time(12, 0), time_zone=event.time_zone)
    db.session.add(session)
    db.session.commit()
    return session


def get(client: Client, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status
    return check_page(response.text)


def lines(page: Page) -> list[str]:
    """The words of each line of the list."""
    return [text_of(line) for line in page.all("li", class_="app-slot")]


def names(page: Page) -> list[str]:
    return [text_of(heading) for heading in page.all(class_="app-slot__title")]


# ── Home ──


def test_home_says_what_it_is_and_when(client: Client):
    EditionFactory(notice="Données d’exemple.")
    for number in range(6):
        listed(f"Atelier {number}", day=date(2026, 10, 15))
    listed("Semaine suivante", day=date(2026, 10, 19))

    page = get(client, "/")

    assert page.title == "Accueil – Mois de l’innovation publique"
    assert page.h1 == "Mois de l’innovation publique 2026"
    assert "Du 2 au 29 novembre 2026, 7 événements au programme." in page.text
    assert "Données d’exemple." in page.text
    assert page.links["Je cherche un événement"] == "/programme"
    assert page.links["Mon lab propose un programme"] == "/espace-lab"
    assert "Cette semaine" in page.text
    assert names(page) == [f"Atelier {number}" for number in range(5)]
    assert lines(page)[0].startswith("Jeudi 15 octobre 9 h 30 – 12 h Atelier 0")
    (search,) = page.forms
    assert (search.method, search.action, search.values) == ("get", "/programme", {"q": ""})


def test_home_shows_what_comes_next_when_the_week_is_empty(client: Client):
    listed("Semaine suivante", day=date(2026, 10, 19))

    page = get(client, "/")

    assert "Cette semaine" not in page.text
    assert "Prochainement" in page.text
    assert names(page) == ["Semaine suivante"]


def test_home_before_the_first_edition(client: Client):
    page = get(client, "/")

    assert page.h1 == "Mois de l’innovation publique"
    assert "Le programme se prépare" in page.text


@pytest.mark.parametrize(
    ("closes_at", "is_told"),
    [(datetime(2026, 10, 21, 22, 0, tzinfo=UTC), True), (datetime(2026, 10, 12, 7, 0, tzinfo=UTC), False)],
)
def test_home_tells_until_when_programmes_are_taken(client: Client, closes_at: datetime, is_told: bool):  # noqa: FBT001
    EditionFactory(submissions_close_at=closes_at)

    assert ("jusqu’au jeudi 22 octobre 2026 à 0 h" in get(client, "/").text) is is_told


def test_home_out_of_season(client: Client, time: Any):
    EditionFactory()
    listed("Passé")
    time.move_to(datetime(2026, 12, 20, 9, 0, tzinfo=UTC))

    page = get(client, "/")

    assert "L’édition s’est tenue du 2 au 29 novembre 2026. La prochaine sera annoncée ici." in page.text
    assert page.links["Revoir son programme"] == "/programme?du=2026-11-02&au=2026-11-29"
    assert names(get(client, page.links["Revoir son programme"])) == ["Passé"]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (datetime(2025, 11, 1, tzinfo=UTC), "2025"),
        (datetime(2025, 11, 30, 22, 59, tzinfo=UTC), "2025"),
        (datetime(2025, 11, 30, 23, 1, tzinfo=UTC), "2026"),
        (datetime(2026, 11, 29, 12, 0, tzinfo=UTC), "2026"),
        (datetime(2026, 12, 25, 12, 0, tzinfo=UTC), "2026"),
    ],
)
def test_the_edition_shown_is_the_one_that_is_on_or_comes_next(
    client: Client, time: Any, today: datetime, expected: str
):
    """Midnight is that of Paris."""
    EditionFactory()
    EditionFactory(number=12, name="Édition 2025", slug="2025", starts_on=date(2025, 11, 3), ends_on=date(2025, 11, 30))
    time.move_to(today)

    assert expected in get(client, "/").h1


# ── The list ──


def test_a_line_says_when_what_where_who_and_what_is_left(client: Client):
    listed(
        "Atelier données",
        organisation=OrganisationFactory(name="Lab Archipel"),
        accessibility=[Accessibility.MOTOR.value, Accessibility.SIGN_LANGUAGE.value],
    )

    page = get(client, "/programme")

    assert page.title == "Programme – Mois de l’innovation publique"
    assert [text_of(heading) for heading in page.all(class_="app-day")] == ["Jeudi 12 novembre 2026"]
    assert lines(page) == [
        (
            "9 h 30 – 12 h Atelier données Cité administrative, Lyon – Lab Archipel 10 places libres "
            "Accessibilité : Accès en fauteuil, langue des signes française"
        )
    ]


def test_hours_are_those_of_the_place_and_of_paris_when_they_differ(client: Client):
    listed("Péï", region=ReunionFactory(), time_zone="Indian/Reunion")

    assert lines(get(client, "/programme"))[0].startswith("9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris) Péï")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "10 places libres"),
        ({"places_onsite": None}, "Sur inscription"),
        ({"places_onsite": 0}, "Complet – liste d’attente"),
        ({"places_onsite": 0, "has_waiting_list": False}, "Complet"),
        ({"registration_kind": RegistrationKind.FREE_ENTRY}, "Entrée libre"),
        ({"registration_kind": RegistrationKind.EXTERNAL}, "Inscription sur un autre site"),
        ({"event_status": EventStatus.CANCELLED}, "Annulé"),
        ({"status": SessionStatus.CANCELLED}, "Annulé"),
        ({"event_status": EventStatus.POSTPONED}, "Reporté"),
        ({"event_status": EventStatus.RESCHEDULED}, "Nouvelle date 10 places libres"),
        ({"event_status": EventStatus.MOVED_ONLINE}, "Passé en ligne 10 places libres"),
    ],
)
def test_the_state_of_a_line(client: Client, changes: dict[str, Any], words: str):
    event_status = changes.pop("event_status", EventStatus.SCHEDULED)
    session = listed("Atelier", **changes)
    session.event.status = event_status

    (state,) = get(client, "/programme").all(class_="app-slot__state")

    assert text_of(state) == words


def test_while_somebody_waits_it_is_said_to_be_full(client: Client):
    session = listed("Atelier", places_onsite=2)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)

    assert "Complet – liste d’attente" in lines(get(client, "/programme"))[0]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 12, 8, 29, tzinfo=UTC), "10 places libres"),
        (datetime(2026, 11, 12, 8, 30, tzinfo=UTC), "En ce moment"),
        (datetime(2026, 11, 12, 11, 0, tzinfo=UTC), "Terminé"),
    ],
)
def test_what_is_on_or_over_says_so(client: Client, time: Any, now: datetime, words: str):
    listed("Atelier")
    time.move_to(now, tick=False)

    (state,) = get(client, "/programme?du=2026-11-12").all(class_="app-slot__state")

    assert text_of(state) == words


def test_an_event_is_named_with_its_session(client: Client):
    session = listed("Journée des labs")
    session.title = "Ouverture"

    assert names(get(client, "/programme")) == ["Journée des labs : Ouverture"]


def test_an_event_with_several_dates_stands_on_each_and_counts_once(client: Client):
    session = listed("Cycle")
    EventSessionFactory(event=session.event, day=date(2026, 11, 13), starts_at=None, ends_at=None)
    later = EventSessionFactory(event=session.event)
    services.schedule(later, date(2026, 11, 14), time(9, 30), time(12, 0), time_zone="Europe/Paris")

    page = get(client, "/programme")

    assert [text_of(heading) for heading in page.all(class_="app-day")] == [
        "Jeudi 12 novembre 2026",
        "Samedi 14 novembre 2026",
    ]
    assert status(page) == "1 événement, 2 dates"


def status(page: Page) -> str:
    (announced,) = [element for element in page.all("p") if element.get("role") == "status"]
    return text_of(announced)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_as_much_of_the_database_for_one_event_as_for_three(client: Client, statements: Any, number: int):
    for _ in range(number):
        listed(f"Atelier {number}", region=RegionFactory(), organisation=OrganisationFactory())

    with statements() as asked:
        page = get(client, "/programme")

    assert len(names(page)) == number
    assert len(asked) == 6  # edition, its themes, regions, counts, page, places


@pytest.mark.parametrize("number", [1, 3])
def test_home_asks_as_much_of_the_database_for_one_event_as_for_three(client: Client, statements: Any, number: int):
    for _ in range(number):
        listed("Atelier", day=date(2026, 10, 15))

    with statements() as asked:
        page = get(client, "/")

    assert len(names(page)) == number
    assert len(asked) == 4  # edition, number of events, the week, places


@pytest.mark.parametrize("path", ["/", "/programme", "/programme?q=atelier"])
def test_a_visitor_gets_no_cookie(client: Client, path: str):
    listed("Atelier")

    response = client.get(path)

    assert "Set-Cookie" not in response.headers
    assert response.headers.get("Cache-Control") != "no-store"


# ── Filters ──


@pytest.fixture
def three(context: Any) -> Edition:
    """Three events that no filter finds together."""
    listed(
        "Les données de l’été",
        region=ReunionFactory(),
        format=EventFormat.CONFERENCE,
        themes=[ThemeFactory(slug="donnees", name="Données")],
        organisation=OrganisationFactory(slug="lab-pei", name="Lab Péï"),
    )
    listed("Webinaire", day=date(2026, 11, 13), mode=EventMode.ONLINE, region=None, places_online=3)
    listed("Complet", day=date(2026, 11, 14), places_onsite=0)
    return EditionFactory()


@pytest.mark.parametrize(
    ("query", "found", "tag"),
    [
        ("q=étés", "Les données de l’été", "« étés »"),
        ("region=04", "Les données de l’été", "La Réunion"),
        ("au=2026-11-12", "Les données de l’été", "Jusqu’au jeudi 12 novembre 2026"),
        ("format=conference", "Les données de l’été", "Conférence"),
        ("theme=donnees", "Les données de l’été", "Données"),
        ("organisation=lab-pei", "Les données de l’été", "Lab Péï"),
        ("mode=online", "Webinaire", "En ligne"),
        ("du=2026-11-14", "Complet", "À partir du samedi 14 novembre 2026"),
    ],
)
def test_each_filter_finds_its_own_and_can_be_removed(client: Client, three: Edition, query: str, found: str, tag: str):
    page = get(client, f"/programme?{query}")

    assert names(page) == [found]
    assert page.title == f"Programme : {tag} – Mois de l’innovation publique"
    assert page.links[f"Retirer le filtre {tag}"] == "/programme"
    assert status(page) == "1 événement"


def test_only_places_left(client: Client, three: Edition):
    page = get(client, "/programme?places=y")

    assert names(page) == ["Les données de l’été", "Webinaire"]
    assert page.links["Retirer le filtre Places disponibles"] == "/programme"


def test_filters_add_up_and_are_removed_one_by_one(client: Client, three: Edition):
    page = get(client, "/programme?q=été&region=04&page=1")

    assert names(page) == ["Les données de l’été"]
    assert page.links["Retirer le filtre « été »"] == "/programme?region=04"
    assert page.links["Retirer le filtre La Réunion"] == "/programme?q=%C3%A9t%C3%A9"
    assert page.links["Tout effacer"] == "/programme"
    assert page.links["Suivre ces critères dans mon agenda (iCalendar)"] == "/programme.ics?q=%C3%A9t%C3%A9&region=04"
    (form,) = page.forms
    assert (form.values["q"], form.values["region"], form.values["mode"]) == ("été", "04", "")


def test_the_organisation_stays_when_the_form_is_sent_again(client: Client, three: Edition):
    (form,) = get(client, "/programme?organisation=lab-pei").forms

    assert form.values["organisation"] == "lab-pei"


def test_nothing_found_says_what_to_do(client: Client, three: Edition):
    page = get(client, "/programme?q=introuvable")

    assert status(page) == "Aucun événement"
    assert "Aucun événement ne répond à ces critères" in page.text
    assert page.links["Voir tout le programme"] == "/programme"


def test_an_empty_programme_says_so(client: Client):
    page = get(client, "/programme")

    assert "Aucun événement à venir" in page.text
    assert "Tout effacer" not in page.links


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("du=32-13", "du", "Cette date n’existe pas. Exemple de forme attendue : 12/11/2026."),
        ("au=demain", "au", "Cette date n’existe pas. Exemple de forme attendue : 12/11/2026."),
        ("du=2026-11-13&au=2026-11-12", "au", "La date de fin est avant la date de début."),
        ("region=99", "region", "Choisissez une réponse de la liste."),
        ("format=danse", "format", "Choisissez une réponse de la liste."),
        ("mode=hybrid", "mode", "Choisissez une réponse de la liste."),
        ("theme=inconnu", "theme", "Choisissez une réponse de la liste."),
    ],
)
def test_a_filter_that_cannot_be_read_is_said_and_the_others_answer(
    client: Client, three: Edition, query: str, field: str, message: str
):
    page = get(client, f"/programme?q=été&{query}", status=422)

    assert page.field_errors() == {field: [message]}
    assert page.title.startswith("Erreur :")
    assert len(page.refusals) == 1
    assert page.refusals[0].endswith(message)
    assert "Retirer le filtre « été »" in page.links
    assert names(page) == ([] if query.startswith("du=2026") else ["Les données de l’été"])


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=99999999999999999999", "q=%00", "inconnu=1"])
def test_an_odd_address_gives_the_programme(client: Client, three: Edition, query: str):
    assert len(names(get(client, f"/programme?{query}"))) == 3


def test_pages_keep_the_filters(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    for number in range(3):
        listed(f"Atelier {number}", day=THURSDAY + timedelta(days=number))

    first = get(client, "/programme?q=atelier")
    second = get(client, first.links["Page suivante"])

    assert first.links["Page suivante"] == "/programme?q=atelier&page=2"
    assert names(first) == ["Atelier 0", "Atelier 1"]
    assert names(second) == ["Atelier 2"]
    assert second.title == "Programme : « atelier » (page 2 sur 2) – Mois de l’innovation publique"
    assert status(first) == status(second) == "3 événements"


def test_an_address_of_the_programme_is_without_empty_questions(client: Client):
    response = client.get("/programme?q=été&region=&du=&mode=online&organisation=")

    assert (response.status_code, response.location) == (302, "/programme?q=%C3%A9t%C3%A9&mode=online")
    assert client.get("/programme?q=&region=").location == "/programme"


@pytest.mark.parametrize("query", ["_external=1", "_scheme=javascript", "_method=POST", "_anchor=x", "endpoint=x"])
def test_questions_are_never_orders(client: Client, three: Edition, query: str):
    page = get(client, f"/programme?q=été&{query}")

    assert page.links["Retirer le filtre « été »"] == f"/programme?{query}"
