"""The page of an event: what it says, to whom it is served, how machines read it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template_string

from planner import clock
from planner.db import db
from planner.events import queries
from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    Event,
    EventMode,
    EventState,
    EventStatus,
    Level,
    RegistrationKind,
    SessionStatus,
    Speaker,
)
from planner.registrations.models import SeatStatus
from planner.web.markdown import markdown
from tests.conftest import Client
from tests.factories import (
    DraftFactory,
    EventFactory,
    EventSessionFactory,
    OrganisationFactory,
    RegionFactory,
    ReunionFactory,
    SeatFactory,
    ThemeFactory,
)
from tests.web.html import Page, check_page, text_of


def get(client: Client, event: Event, status: int = 200) -> Page:
    response = client.get(f"/evenements/{event.slug}")
    assert response.status_code == status
    return check_page(response.text)


def facts(page: Page) -> dict[str, str]:
    """The names and values of the top of the page."""
    (summary,) = page.all("dl", class_="app-summary")
    return {text_of(row.find("dt")): text_of(row.find("dd")) for row in summary}


def way_in(page: Page) -> str:
    (door,) = page.all(class_="app-door")
    return text_of(door)


def badges(page: Page) -> list[str]:
    return [text_of(badge) for badge in page.all(class_="fr-badge")]


def one(**changes: Any) -> Event:
    """A published event with one session."""
    event: Event = EventSessionFactory(event=EventFactory(**changes)).event
    return event


# ── What it says ──


def test_the_page_says_what_when_where_for_whom_and_by_whom(client: Client):
    event = one(
        title="Atelier données",
        organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"),
        co_organisers=[OrganisationFactory(name="Lab Péï", slug="lab-pei")],
        audiences=[Audience.STATE_AGENTS.value, Audience.ELECTED.value],
        level=Level.BEGINNER,
    )

    page = get(client, event)

    assert page.title == "Atelier données – Mois de l’innovation publique"
    assert page.h1 == "Atelier données"
    assert page.breadcrumb == ["Accueil", "Programme", "Atelier données"]
    assert facts(page) == {
        "Quand": "Jeudi 12 novembre 2026, 9 h 30 – 12 h",
        "Où": "Cité administrative, 1 place de l’Hôtel-de-Ville, 69003 Lyon",
        "Pour qui": "Agents de l’État, élus – pour débuter",
        "Organisation": "Lab Archipel, Lab Péï",
    }
    assert page.links["Lab Péï"] == "/labs/lab-pei"
    assert page.links["accueil@example.org"] == "mailto:accueil@example.org"
    assert "Une matinée pour partager ses données." in page.text
    assert badges(page) == ["Atelier", "Inscriptions ouvertes"]


def test_the_hours_are_those_of_the_place(client: Client):
    event = one(region=ReunionFactory(), time_zone="Indian/Reunion")
    event.sessions[0].starts_at = datetime(2026, 11, 12, 5, 30, tzinfo=UTC)
    event.sessions[0].ends_at = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)

    page = get(client, event)

    assert facts(page)["Quand"] == "Jeudi 12 novembre 2026, 9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris)"


@pytest.mark.parametrize(
    ("attendance", "sentence"),
    [
        (Attendance.ONE_SESSION, "Venez une seule fois, à la date de votre choix."),
        (
            Attendance.PICK_SESSIONS,
            "Composez votre programme : choisissez une ou plusieurs sessions qui ne se chevauchent pas.",
        ),
        (Attendance.ALL_SESSIONS, "Un parcours en plusieurs dates : une seule inscription vaut pour toutes."),
    ],
)
def test_several_dates_are_listed_and_explained(client: Client, attendance: Attendance, sentence: str):
    event = one(attendance=attendance)
    EventSessionFactory(
        event=event,
        title="Approfondir",
        day=date(2026, 11, 20),
        starts_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
        places_onsite=0,
    )

    page = get(client, event)

    assert facts(page)["Quand"] == "2 dates, du 12 au 20 novembre 2026"
    assert sentence in page.text
    assert "Jeudi 12 novembre 2026, 9 h 30 – 12 h 10 places libres" in page.text
    assert "Approfondir Vendredi 20 novembre 2026, 9 h 30 – 12 h Complet – liste d’attente" in page.text


def test_a_single_date_is_not_explained(client: Client):
    assert "à la date de votre choix" not in get(client, one()).text


def test_accessibility_speakers_and_source(client: Client):
    event = one(
        accessibility=[Accessibility.MOTOR.value, Accessibility.CAPTIONS.value],
        accessibility_note="Entrée de plain-pied rue Nord.",
        source="https://example.org/programme-2023",
        speakers=[Speaker(full_name="Une intervenante", position_held="designer")],
    )

    page = get(client, event)

    assert "Accessibilité Accès en fauteuil Sous-titrage Entrée de plain-pied rue Nord." in page.text
    assert "Avec Une intervenante, designer" in page.text
    assert page.links["https://example.org/programme-2023"] == "https://example.org/programme-2023"


def test_the_themes_lead_to_the_programme(client: Client):
    page = get(client, one(themes=[ThemeFactory(name="Écologie", slug="ecologie")]))

    assert page.links["Écologie"] == "/programme?theme=ecologie"


def test_the_link_to_join_is_for_registrants_unless_it_is_public(client: Client):
    link = "https://visio.example.org/salle"
    kept, shown = (
        one(mode=EventMode.ONLINE, joining_link=link, is_joining_link_public=is_public) for is_public in (False, True)
    )

    page = get(client, kept)
    assert facts(page)["Où"] == "En ligne Le lien de connexion est envoyé aux personnes inscrites."
    assert link not in client.get(f"/evenements/{kept.slug}").text
    assert get(client, shown).links["Lien de connexion"] == link


def test_a_hybrid_event_says_both(client: Client):
    event = one(mode=EventMode.HYBRID)

    where = facts(get(client, event))["Où"]

    assert where.startswith("Cité administrative, 1 place de l’Hôtel-de-Ville, 69003 Lyon, et en ligne")


def test_three_events_of_the_same_theme_elsewhere(client: Client):
    theme = ThemeFactory()
    event = one(themes=[theme])
    for number in range(4):
        one(title=f"Voisin {number}", themes=[theme])

    page = get(client, event)

    assert [text_of(title) for title in page.all(class_="app-slot__title")] == ["Voisin 0", "Voisin 1", "Voisin 2"]


# ── The way in ──


def test_registering_here(client: Client):
    event = one(registration_closes_at=datetime(2026, 11, 10, 17, 0, tzinfo=UTC))

    page = get(client, event)

    assert page.links["S’inscrire"] == f"/evenements/{event.slug}/inscription"
    assert page.links["Ajouter à mon agenda"] == f"/evenements/{event.slug}.ics"
    assert way_in(page).startswith("Participer 10 places libres S’inscrire Jusqu’au mardi 10 novembre 2026 à 18 h.")


def test_a_full_event_offers_its_waiting_list(client: Client):
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session, status=SeatStatus.CONFIRMED)

    page = get(client, session.event)

    assert page.links["Rejoindre la liste d’attente"] == f"/evenements/{session.event.slug}/inscription"
    assert "Complet – liste d’attente" in way_in(page)
    assert badges(page)[:2] == ["Atelier", "Complet"]


@pytest.mark.parametrize(
    ("changes", "words", "badge"),
    [
        (
            {"registration_opens_at": datetime(2026, 10, 20, 7, 0, tzinfo=UTC)},
            "Les inscriptions ouvrent le mardi 20 octobre 2026 à 9 h.",
            "Inscriptions bientôt ouvertes",
        ),
        (
            {"registration_closes_at": datetime(2026, 10, 1, 7, 0, tzinfo=UTC)},
            "Les inscriptions sont closes depuis le jeudi 1er octobre 2026 à 9 h.",
            "Inscriptions closes",
        ),
        (
            {"registration_kind": RegistrationKind.FREE_ENTRY},
            "Entrée libre : venez sans vous inscrire.",
            "Entrée libre",
        ),
        (
            {"registration_kind": RegistrationKind.BY_MAIL},
            "Pour vous inscrire, écrivez à accueil@example.org.",
            "Sur inscription",
        ),
        ({"status": EventStatus.CANCELLED}, "L’événement est annulé : il n’y a plus d’inscription.", "Annulé"),
        ({"status": EventStatus.POSTPONED}, "L’événement est reporté : les inscriptions sont suspendues.", "Reporté"),
    ],
)
def test_where_one_cannot_register_now_it_is_said(client: Client, changes: dict[str, Any], words: str, badge: str):
    page = get(client, one(**changes))

    assert words in way_in(page)
    assert badges(page)[:2] == ["Atelier", badge]
    assert "S’inscrire" not in page.links


def test_registering_on_another_site(client: Client):
    event = one(registration_kind=RegistrationKind.EXTERNAL, registration_url="https://inscriptions.example.org/7")

    assert get(client, event).links["S’inscrire sur un autre site"] == "https://inscriptions.example.org/7"


def test_a_full_event_without_waiting_list(client: Client):
    event = EventSessionFactory(places_onsite=0, event__has_waiting_list=False).event

    assert "Toutes les places sont prises, et il n’y a pas de liste d’attente." in way_in(get(client, event))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 12, 9, 0, tzinfo=UTC), "L’événement a commencé : on ne peut plus s’y inscrire."),
        (datetime(2026, 11, 12, 12, 0, tzinfo=UTC), "L’événement est passé."),
    ],
)
def test_once_it_has_begun(client: Client, time: Any, now: datetime, words: str):
    event = one()
    time.move_to(now)

    assert words in way_in(get(client, event))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (EventStatus.CANCELLED, "Cet événement est annulé"),
        (EventStatus.POSTPONED, "Cet événement est reporté"),
        (EventStatus.RESCHEDULED, "La date de cet événement a changé"),
        (EventStatus.MOVED_ONLINE, "Cet événement a lieu en ligne"),
    ],
)
def test_what_has_changed_comes_first(client: Client, status: EventStatus, words: str):
    page = get(client, one(title="Atelier", status=status, status_text="La salle est inondée."))

    assert page.alerts == [f"{words} La salle est inondée."]
    assert page.text.index(words) < page.text.index("Une matinée")


# ── To whom ──


@pytest.mark.parametrize("state", list(EventState))
def test_only_what_is_or_was_published_has_a_page(client: Client, state: EventState):
    never = one(state=state, published_at=None) if state not in {"published", "archived"} else None
    once = one(state=state)
    served = state in {EventState.PUBLISHED, EventState.ARCHIVED}

    assert client.get(f"/evenements/{once.slug}").status_code == (200 if served else 410)
    if never:
        assert client.get(f"/evenements/{never.slug}").status_code == 404


def test_an_unknown_address_is_not_found(client: Client):
    assert client.get("/evenements/inconnu").status_code == 404


def test_a_visitor_gets_no_cookie(client: Client):
    response = client.get(f"/evenements/{one().slug}")

    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_of_the_database_for_one_session_as_for_three(
    client: Client, statements: Any, number: int
):
    theme = ThemeFactory()
    event = EventFactory(themes=[theme], co_organisers=OrganisationFactory.create_batch(number))
    for _ in range(number):
        EventSessionFactory(event=event)
        one(themes=[theme], organisation=OrganisationFactory(region=RegionFactory()))

    path = f"/evenements/{event.slug}"
    db.session.commit()

    with statements() as asked:
        check_page(client.get(path).text)

    assert len(asked) == 7  # event, co-organisers, themes, sessions, speakers, same theme, places


# ── As a preview ──


PREVIEW = """
{% from "events/_event.html" import event_body %}<main>{{ event_body(event, places, none, now, level=2) }}</main>
"""


def test_a_draft_with_everything_missing_can_be_previewed(context: Flask):
    organisation = OrganisationFactory()
    draft = DraftFactory(
        title="", summary="", description="", mode=None, venue="", format=None, themes=[], audiences=[]
    )
    EventSessionFactory(event=draft, day=None, start_time=None, end_time=None, starts_at=None, ends_at=None)
    draft.organisation, draft.contact_email, draft.contact_name = organisation, "", ""
    db.session.commit()

    with context.test_request_context():
        event = queries.whole_event(draft.id)
        assert event
        places = queries.places(session.id for session in event.sessions)
        page = Page(
            html5lib.parse(
                render_template_string(PREVIEW, event=event, places=places, now=clock.now()),
                namespaceHTMLElements=False,
            )
        )

    assert list(page.all("h1")) == []
    assert [text_of(heading) for heading in page.all("h2")] == ["Sans titre"]
    assert facts(page) == {
        "Quand": "Date à préciser",
        "Où": "Lieu à préciser",
        "Organisation": organisation.name,
    }
    assert "Sur la page publique, ici" in way_in(page)
    assert page.links == {organisation.name: f"/labs/{organisation.slug}"}


def test_the_headings_of_a_preview_are_one_level_lower(context: Flask):
    event_id = one(description="# Déroulé").id

    with context.test_request_context():
        event = queries.whole_event(event_id)
        html = render_template_string(PREVIEW, event=event, places={}, now=clock.now())
    page = Page(html5lib.parse(html, namespaceHTMLElements=False))

    assert [text_of(heading) for heading in page.all("h3")] == ["Participer", "Présentation", "Une question ?"]
    assert [text_of(heading) for heading in page.all("h4")] == ["Déroulé"]


# ── Markdown ──


def test_the_description_is_markdown(client: Client):
    event = one(description="# Déroulé\n\nOn vient avec **une idée**.\n\n- matin\n- midi")

    page = get(client, event)

    assert "Présentation Déroulé On vient avec une idée. matin midi" in page.text
    assert [heading.tag for heading in page.all() if text_of(heading) == "Déroulé" and heading.tag[0] == "h"] == ["h3"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("un\ndeux", "<p>un<br>\ndeux</p>\n"),
        ("# a\n\n## b\n\n# c", "<h3>a</h3>\n<h4>b</h4>\n<h3>c</h3>\n"),
        ("### a\n\n# b\n\n###### c", "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b onclick='x()'>b</b>", "<p>a &lt;b onclick='x()'&gt;b&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,a)", "<p>[x](data:text/html,a)</p>\n"),
        ("[x](https://example.org)", '<p><a href="https://example.org" rel="nofollow noopener">x</a></p>\n'),
        (
            "![photo](https://example.org/a.png)",
            '<p>!<a href="https://example.org/a.png" rel="nofollow noopener">photo</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_markdown_is_safe_and_keeps_the_outline(text: str, html: str):
    assert markdown(text) == html


def test_markdown_begins_where_it_is_told():
    assert markdown("# a\n\n## b", 5) == "<h5>a</h5>\n<h6>b</h6>\n"
    assert markdown("# a\n\n## b\n\n### c", 5) == "<h5>a</h5>\n<h6>b</h6>\n<h6>c</h6>\n"


# ── JSON-LD ──


def described(client: Client, event: Event) -> dict[str, Any]:
    page = get(client, event)
    (script,) = [element for element in page.all("script") if element.get("type") == "application/ld+json"]
    description: dict[str, Any] = json.loads(script.text or "")
    return description


def test_machines_read_the_event(client: Client):
    event = one(
        title="Atelier </script><b>données",
        organisation=OrganisationFactory(name="Lab Archipel", website="https://lab.example.org"),
        co_organisers=[OrganisationFactory(name="Lab Péï")],
    )

    assert described(client, event) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Atelier </script><b>données",
        "description": "Une matinée pour partager ses données.",
        "url": f"https://agenda.example/evenements/{event.slug}",
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "startDate": "2026-11-12T09:30:00+01:00",
        "endDate": "2026-11-12T12:00:00+01:00",
        "location": {
            "@type": "Place",
            "name": "Cité administrative",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "1 place de l’Hôtel-de-Ville",
                "postalCode": "69003",
                "addressLocality": "Lyon",
                "addressRegion": "Auvergne-Rhône-Alpes",
                "addressCountry": "FR",
            },
        },
        "organizer": [
            {"@type": "Organization", "name": "Lab Archipel", "url": "https://lab.example.org"},
            {"@type": "Organization", "name": "Lab Péï"},
        ],
        "audience": {"@type": "Audience", "audienceType": "Agents de l’État"},
    }


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (EventStatus.CANCELLED, "EventCancelled"),
        (EventStatus.POSTPONED, "EventPostponed"),
        (EventStatus.RESCHEDULED, "EventRescheduled"),
        (EventStatus.MOVED_ONLINE, "EventMovedOnline"),
    ],
)
def test_machines_read_what_is_happening(client: Client, status: EventStatus, expected: str):
    assert described(client, one(status=status))["eventStatus"] == f"https://schema.org/{expected}"


def test_machines_read_where_without_the_private_link(client: Client):
    event = one(mode=EventMode.HYBRID, joining_link="https://visio.example.org/salle")

    description = described(client, event)

    assert description["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in description["location"]] == ["Place", "VirtualLocation"]
    assert description["location"][1]["url"] == f"https://agenda.example/evenements/{event.slug}"
    event.is_joining_link_public = True
    assert described(client, event)["location"][1]["url"] == "https://visio.example.org/salle"


def test_machines_read_each_date(client: Client):
    event = one(mode=EventMode.ONLINE, time_zone="Indian/Reunion")
    EventSessionFactory(
        event=event,
        title="Approfondir",
        status=SessionStatus.CANCELLED,
        starts_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
    )

    description = described(client, event)

    assert (description["startDate"], description["endDate"]) == (
        "2026-11-12T12:30:00+04:00",
        "2026-11-20T15:00:00+04:00",
    )
    assert [
        (part["name"], part["startDate"], part["eventStatus"].rpartition("/")[2]) for part in description["subEvent"]
    ] == [
        (event.title, "2026-11-12T12:30:00+04:00", "EventScheduled"),
        ("Approfondir", "2026-11-20T12:30:00+04:00", "EventCancelled"),
    ]
