"""The lab's desk as its editors see it: the dashboard, an event page after page, submitting, going back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from planner import clock
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events.models import Event, EventFormat, EventMode, EventSession, EventState, EventStatus
from planner.programmes import queries
from planner.programmes.models import ChangeReason, Comment, CommentKind
from tests.conftest import Client
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReunionFactory,
    SeatFactory,
    SubmittedFactory,
    ThemeFactory,
)
from tests.web.html import Page, check_page

CLOSED = datetime(2026, 10, 21, 22, 0, 1, tzinfo=UTC)
type_of_outbox = Callable[[], list[tuple[str, int]]]
type_of_statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose editor is signed in."""
    membership = MembershipFactory(organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"))
    MembershipFactory(organisation=membership.organisation, role=MembershipRole.MANAGER)
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def ready(**fields: Any) -> Event:
    session: EventSession = EventSessionFactory(event=DraftFactory(**fields))
    return session.event


def desk_of(event: Event, path: str = "") -> str:
    return f"/espace-lab/evenements/{event.slug}{path}"


def step(event: Event, name: str) -> str:
    return desk_of(event, f"/modifier/{name}")


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the browser sends: the form as it stands, with these changes."""
    return {**page.forms[0].values, **changes}


def ask_for_changes(event: Event, text: str, *fields: str, kind: CommentKind = CommentKind.TO_AUTHOR) -> None:
    reason = ChangeReason.INCOMPLETE
    db.session.add(Comment(event_id=event.id, kind=kind, reason=reason, text=text, fields=list(fields)))
    db.session.commit()


# ── Who may come ──


def test_a_visitor_is_asked_to_sign_in(client: Client):
    event = DraftFactory()
    for path in ("/espace-lab", f"/espace-lab/{event.organisation.slug}", desk_of(event), step(event, "presentation")):
        response = client.get(path)
        assert (response.status_code, response.location) == (302, f"/connexion?suite={path}")


@pytest.mark.parametrize(
    "path",
    ["", "/modifier", "/modifier/presentation", "/retirer", "/supprimer"],
)
def test_another_labs_editor_and_a_helper_are_refused(path: str, new_client: Callable[[], Client]):
    event = DraftFactory()
    stranger = MembershipFactory()
    helper = MembershipFactory(organisation=event.organisation, role=MembershipRole.HELPER)
    editor = MembershipFactory(organisation=event.organisation)
    statuses = []
    for membership in (stranger, helper, editor):
        visitor = new_client().sign_in(membership.person)
        statuses.append(visitor.get(desk_of(event, path), follow_redirects=True).status_code)
    assert statuses == [403, 403, 200]


@pytest.mark.parametrize("path", ["", "/programme", "/evenements/nouveau"])
def test_the_desk_of_a_lab_is_its_own(path: str, new_client: Callable[[], Client]):
    organisation, _edition = OrganisationFactory(), EditionFactory()
    address = f"/espace-lab/{organisation.slug}{path}"
    people = [
        MembershipFactory().person,
        MembershipFactory(organisation=organisation, role=MembershipRole.HELPER).person,
        MembershipFactory(organisation=organisation, role=MembershipRole.MANAGER).person,
        GrantFactory().person,  # a moderator
    ]
    assert [new_client().sign_in(person).get(address).status_code for person in people] == [403, 403, 200, 200]


def test_posts_are_refused_to_strangers(client: Client):
    event = SubmittedFactory()
    client.sign_in(MembershipFactory().person)
    for path in ("/reprendre", "/retirer", "/supprimer", "/modifier/presentation"):
        assert client.post(desk_of(event, path)).status_code == 403
    assert event.state is EventState.SUBMITTED


def test_a_coordinator_reads_what_was_submitted_and_not_drafts(client: Client):
    draft, submitted = DraftFactory(), SubmittedFactory()
    client.sign_in(GrantFactory(role="coordinator", region_code="84").person)
    assert [client.get(desk_of(event)).status_code for event in (draft, submitted)] == [403, 200]


def test_an_address_where_there_is_nothing(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab)
    for path in ("/espace-lab/ailleurs", "/espace-lab/evenements/ailleurs", step(event, "ailleurs")):
        assert client.get(path).status_code == 404


# ── The dashboard ──


def test_with_one_organisation_one_goes_straight_to_its_desk(client: Client, lab: Organisation):
    response = client.get("/espace-lab")
    assert (response.status_code, response.location) == (302, "/espace-lab/lab-archipel")


def test_with_several_organisations_one_chooses(client: Client):
    person = PersonFactory()
    for name in ("Lab Zénith", "Lab Archipel"):
        MembershipFactory(person=person, organisation=OrganisationFactory(name=name))
    MembershipFactory(person=person, organisation=OrganisationFactory(name="Lab Hors"), role=MembershipRole.HELPER)
    page = check_page(client.sign_in(person).get("/espace-lab").text)
    assert page.h1 == "Pour quelle équipe travaillez-vous ?"
    assert list(page.links)[-2:] == ["Lab Archipel", "Lab Zénith"]


def test_without_organisation_one_is_told_what_to_do(client: Client):
    page = check_page(client.sign_in(PersonFactory()).get("/espace-lab").text)
    assert "Votre adresse n’est liée à aucun programme" in page.text
    assert page.links["Trouver mon lab"] == "/labs"


def test_an_empty_desk_says_how_to_begin(client: Client, lab: Organisation):
    page = page_of(client, "/espace-lab")
    assert page.h1 == "Lab Archipel"
    assert "Il vous reste 10 jours pour proposer vos événements." in page.text
    assert "Un titre suffit pour commencer" in page.text
    assert page.links["Créer un événement"] == "/espace-lab/lab-archipel/evenements/nouveau"


def test_the_desk_tells_what_waits_and_offers_the_most_urgent(client: Client, lab: Organisation):
    first = ready(organisation=lab, title="Atelier cartes")
    DraftFactory(organisation=lab, title="", summary="")
    desk = page_of(client, "/espace-lab")
    assert "1 brouillon prêt, 1 brouillon incomplet." in desk.text
    assert desk.links["Proposer « Atelier cartes »"] == step(first, "verification")

    ready(organisation=lab)
    desk = page_of(client, "/espace-lab")
    assert desk.links["Proposer les 2 événements prêts"] == "/espace-lab/lab-archipel/programme"

    wanted = ready(
        organisation=lab,
        title="Débat",
        state=EventState.CHANGES_REQUESTED,
        submitted_at=clock.now() - timedelta(days=1),
    )
    ask_for_changes(wanted, "Précisez le lieu.", "venue")
    ask_for_changes(wanted, "Un habitué : à valider.", kind=CommentKind.INTERNAL)
    desk = page_of(client, "/espace-lab")
    assert desk.links["Corriger « Débat »"] == desk_of(wanted, "/modifier")
    assert desk.alerts == ["À corriger : Débat Incomplet. Précisez le lieu. Corriger Débat"]
    assert "habitué" not in desk.text


def test_the_desk_lists_the_events_with_state_date_registrations_and_what_is_missing(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier cartes"))
    SeatFactory.create_batch(3, event_session=session)
    DraftFactory(organisation=lab, title="", summary="")
    desk = page_of(client, "/espace-lab")
    assert desk.rows("Événements du Mois de l’innovation publique 2026") == [
        ["Événement sans titre", "Brouillon", "À préciser", "–", "–", "3 réponses à donner"],
        [
            "Atelier cartes",
            "Publié",
            "jeudi 12 novembre à 9 h 30",
            "3 sur 10 places prises Voir les inscrits",
            "–",
            "–",
        ],
    ]


@pytest.mark.parametrize("path", ["", "/programme"])
def test_the_desk_asks_as_much_with_one_event_as_with_three(
    client: Client, lab: Organisation, statements: type_of_statements, path: str
):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            EventSessionFactory(event=EventFactory(organisation=lab))
            ready(organisation=lab)
            DraftFactory(organisation=lab)
        with statements() as asked:
            assert client.get(f"/espace-lab/lab-archipel{path}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_choice_of_an_organisation_asks_as_much_with_two_as_with_four(
    client: Client, statements: type_of_statements
):
    person = PersonFactory()
    client.sign_in(person)
    counts = []
    for _ in range(2):
        MembershipFactory.create_batch(2, person=person)
        with statements() as asked:
            assert client.get("/espace-lab").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_after_the_window_the_desk_says_whom_to_ask(client: Client, lab: Organisation, time: time_machine.Traveller):
    GrantFactory(role="coordinator", region_code="84", person=PersonFactory(full_name="Coordination régionale"))
    ready(organisation=lab)
    time.move_to(CLOSED)
    desk = page_of(client, "/espace-lab")
    assert "sont closes depuis le jeudi 22 octobre 2026 à 0 h." in desk.text
    assert "Coordination régionale" in desk.links
    assert not [words for words in desk.links if words.startswith("Proposer")]


def test_events_of_other_editions_are_apart(client: Client, lab: Organisation):
    DraftFactory(organisation=lab, edition=None, title="Rencontre du réseau")
    desk = page_of(client, "/espace-lab")
    assert "Hors édition (1)" in desk.text
    assert desk.rows("Événements hors édition")[0][0] == "Rencontre du réseau"


# ── A new event ──


def test_a_title_is_enough_to_begin(client: Client, lab: Organisation):
    page = page_of(client, "/espace-lab/lab-archipel/evenements/nouveau")
    assert page.forms[0].values["contact_email"] == "lab-archipel@example.org"
    assert db.session.scalars(select(Event)).all() == []

    response = client.post(
        "/espace-lab/lab-archipel/evenements/nouveau", data=typed(page, title="Atelier cartes", suite="continuer")
    )

    event = db.session.scalars(select(Event)).one()
    assert (response.status_code, response.location) == (302, step(event, "dates-et-lieu"))
    assert (event.title, event.slug, event.state) == ("Atelier cartes", "atelier-cartes", EventState.DRAFT)
    assert event.organisation == lab
    assert event.programme_id == queries.programme(lab.id, event.edition_id).id


def test_nothing_at_all_is_saved_too(client: Client, lab: Organisation):
    response = client.post("/espace-lab/lab-archipel/evenements/nouveau", data={"suite": "tableau"})
    assert (response.status_code, response.location) == (302, "/espace-lab/lab-archipel")
    assert db.session.scalars(select(Event.title)).all() == [""]


def test_what_cannot_be_kept_comes_back_as_it_was_typed(client: Client, lab: Organisation):
    answers = {"title": "Très long " * 20, "summary": "Une matinée.", "contact_email": "pas une adresse"}
    response = client.post("/espace-lab/lab-archipel/evenements/nouveau", data=answers)
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.title.startswith("Erreur :")
    assert list(page.field_errors()) == ["title", "contact_email"]
    assert page.forms[0].values["title"] == answers["title"].strip()
    assert page.forms[0].values["summary"] == "Une matinée."
    assert db.session.scalars(select(Event)).all() == []


# ── Page after page ──


def test_an_event_is_composed_page_after_page_and_submitted(client: Client, lab: Organisation, outbox: type_of_outbox):
    DepartmentFactory()
    theme = ThemeFactory()
    client.post("/espace-lab/lab-archipel/evenements/nouveau", data={"title": "Atelier cartes", "suite": "continuer"})
    event = db.session.scalars(select(Event)).one()

    def fill(name: str, suite: str = "continuer", **answers: Any) -> str:
        page = page_of(client, step(event, name))
        response = client.post(step(event, name), data=typed(page, suite=suite, **answers))
        assert response.status_code == 302, check_page(response.text).refusals
        return str(response.location)

    assert fill(
        "presentation",
        summary="Une matinée.",
        format="workshop",
        themes=[theme.slug],
        keywords="cartes ; plans, cartes",
        contact_name="Accueil",
        contact_email="Accueil@Example.org",
    ) == step(event, "dates-et-lieu")
    dates = {"mode": "hybrid", "joining_link": "https://visio.example/salle", "venue": "Préfecture"}
    place = {"street": "1 rue de la Paix", "postcode": "69 003", "city": "Lyon"}
    first = {"sessions-0-day": "2026-11-12", "sessions-0-start_time": "09:30", "sessions-0-end_time": "12:00"}
    places = {"sessions-0-places_onsite": "20", "sessions-0-places_online": "50"}
    assert fill("dates-et-lieu", **dates, **place, **first, **places) == step(event, "publics-et-accessibilite")
    assert fill("publics-et-accessibilite", audiences=["citizens"], level="beginner") == step(event, "inscriptions")
    closing = {"registration_closes_at-date": "2026-11-10", "registration_closes_at-time": "18:00"}
    assert fill("inscriptions", **closing) == step(event, "verification")

    check = page_of(client, step(event, "verification"))
    assert (
        check.alerts[-1] == "1 réponse à donner avant de proposer Acceptez la charte du Mois de l’innovation publique."
    )
    assert "La page publique, telle qu’elle sera" in check.text
    assert "Jeudi 12 novembre 2026, 9 h 30 – 12 h" in check.text
    assert fill("verification", suite="proposer", is_charter_accepted="y") == "/espace-lab/lab-archipel"

    assert event.state is EventState.SUBMITTED
    assert (event.keywords, event.contact_email, event.format) == (
        ["cartes", "plans"],
        "accueil@example.org",
        EventFormat.WORKSHOP,
    )
    assert (event.postcode, event.region_code, event.has_waiting_list) == ("69003", "84", True)
    assert event.registration_closes_at == datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
    (session,) = event.sessions
    assert session.starts_at == datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    assert (session.places_onsite, session.places_online) == (20, 50)
    assert outbox() == [("programmes.submitted", event.id), ("programmes.submitted_lab", event.id)]
    desk = page_of(client, "/espace-lab")
    assert desk.alerts == ["Votre événement est proposé. Un accusé de réception part vers votre messagerie."]
    assert desk.rows("Événements du Mois de l’innovation publique 2026")[0][1] == "Proposé"


def test_the_side_list_ticks_what_is_complete(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab, title="")
    page = page_of(client, step(event, "presentation"))
    steps = next(nav for nav in page.all("nav") if nav.get("aria-label") == "Étapes de la proposition")
    words = [" ".join("".join(item.itertext()).split()) for item in steps.iter("li")]
    assert words == [
        "1. Présentation À compléter",
        "2. Dates et lieu À compléter",
        "3. Publics et accessibilité Complet",
        "4. Inscriptions Complet",
        "5. Vérification Complet",
    ]


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"title": ""}, "presentation"), ({"audiences": []}, "publics-et-accessibilite"), ({}, "verification")],
)
def test_modifying_opens_where_something_waits(client: Client, lab: Organisation, fields: dict[str, Any], name: str):
    event = ready(organisation=lab, **fields)
    assert client.get(desk_of(event, "/modifier")).location == step(event, name)


def test_an_incomplete_event_is_refused_and_what_was_typed_is_kept(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab, is_charter_accepted=False)
    page = page_of(client, step(event, "verification"))
    response = client.post(
        step(event, "verification"),
        data=typed(page, suite="proposer", is_charter_accepted="y", note_to_reviewers="Merci !"),
    )
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.links["Ajoutez au moins une date."] == step(event, "dates-et-lieu") + "#sessions"
    assert (event.state, event.is_charter_accepted, event.note_to_reviewers) == (EventState.DRAFT, True, "Merci !")

    EventSessionFactory(event=event)
    assert client.post(step(event, "verification"), data=typed(page, suite="proposer")).status_code == 302
    assert event.state is EventState.SUBMITTED


def test_out_of_the_window_there_is_no_button_and_a_forced_one_is_refused(
    client: Client, lab: Organisation, time: time_machine.Traveller
):
    event = ready(organisation=lab)
    time.move_to(CLOSED)
    page = page_of(client, step(event, "verification"))
    assert page.forms[0].buttons == ["Enregistrer et revenir au tableau de bord"]
    assert "Les propositions sont closes pour cette édition" in page.text
    response = client.post(step(event, "verification"), data=typed(page, suite="proposer"))
    assert response.status_code == 422
    assert event.state is EventState.DRAFT

    client.sign_in(GrantFactory().person)
    page = page_of(client, step(event, "verification"))
    assert page.forms[0].buttons[0] == "Proposer l’événement"
    assert client.post(step(event, "verification"), data=typed(page, suite="proposer")).status_code == 302
    assert event.state is EventState.SUBMITTED


# ── Dates and place ──


def test_dates_are_added_and_removed_without_losing_what_is_typed(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = page_of(client, address)

    page = check_page(client.post(address, data=typed(page, venue="Salle bleue", **{"ajouter-une-date": "1"})).text)
    assert page.forms[0].values["venue"] == "Salle bleue"
    assert page.forms[0].values["sessions-0-day"] == "2026-11-12"
    assert page.forms[0].values["sessions-1-day"] == ""
    assert "attendance" in page.forms[0].values

    second = {"sessions-1-day": "2026-11-13", "sessions-1-title": "L’après-midi"}
    page = check_page(client.post(address, data=typed(page, **second, **{"retirer-1": "1"})).text)
    values = page.forms[0].values
    assert (values["sessions-0-day"], values["sessions-0-title"]) == ("2026-11-13", "L’après-midi")
    assert (values["venue"], "sessions-1-day" in values) == ("Salle bleue", False)
    assert [session.day for session in event.sessions] == [date(2026, 11, 12)]  # nothing is saved yet

    client.post(address, data=typed(page, suite="tableau"))
    assert [(session.day, session.title) for session in event.sessions] == [(date(2026, 11, 13), "L’après-midi")]


def test_the_last_date_removed_leaves_an_empty_one_to_fill(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = check_page(client.post(address, data=typed(page_of(client, address), **{"retirer-1": "1"})).text)
    assert (page.forms[0].values["sessions-0-day"], page.forms[0].values["sessions-0-session_id"]) == ("", "")
    client.post(address, data=typed(page, suite="tableau"))
    assert event.sessions == []


def test_an_hour_of_end_before_the_start_is_refused_beside_its_date(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    response = client.post(address, data=typed(page_of(client, address), **{"sessions-0-end_time": "09:00"}))
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.field_errors() == {"sessions-0-end_time": ["L’heure de fin doit être après l’heure de début."]}
    assert page.forms[0].values["sessions-0-end_time"] == "09:00"
    assert event.sessions[0].end_time == time(12, 0)


def test_a_date_may_end_after_midnight(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    night = {
        "sessions-0-start_time": "20:00",
        "sessions-0-end_day": "2026-11-13",
        "sessions-0-end_time": "01:00",
        "suite": "tableau",
    }
    assert client.post(address, data=typed(page_of(client, address), **night)).status_code == 302
    assert event.sessions[0].ends_at == datetime(2026, 11, 13, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sessions-0-day", "hier", "Cette date n’existe pas. Exemple de forme attendue : 12/11/2026."),
        ("sessions-0-day", "1926-11-12", "Cette date est en dehors de la période possible."),
        ("sessions-0-places_onsite", "-1", "Indiquez un nombre entre 0 et 100000."),
        ("postcode", "99999", "Ce code postal n’existe pas. Exemple de forme attendue : 69003."),
        ("joining_link", "ftp://example.org/salle", "Cette adresse semble incomplète. Exemple de forme attendue : https://www.example.org."),
    ],
)  # fmt: skip
def test_what_is_not_a_date_a_number_or_an_address_is_refused(
    client: Client, lab: Organisation, field: str, value: str, message: str
):
    event = ready(organisation=lab, mode=EventMode.HYBRID)
    address = step(event, "dates-et-lieu")
    response = client.post(address, data=typed(page_of(client, address), **{field: value}))
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.field_errors() == {field: [message]}
    assert page.forms[0].values[field] == value


def test_a_link_that_would_run_a_script_is_refused(client: Client, lab: Organisation):
    event = ready(organisation=lab, mode=EventMode.ONLINE)
    address = step(event, "dates-et-lieu")
    script = "javascript://example.org/%0Aalert(1)"
    assert client.post(address, data=typed(page_of(client, address), joining_link=script)).status_code == 422
    assert event.joining_link == ""


def test_the_mode_decides_what_is_kept(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    answers = {"mode": "online", "joining_link": "https://visio.example", "sessions-0-places_online": "40"}
    wrong_but_unused = {"postcode": "99999", "sessions-0-places_onsite": "beaucoup"}
    page = page_of(client, address)
    assert client.post(address, data=typed(page, suite="tableau", **answers, **wrong_but_unused)).status_code == 302
    assert (event.mode, event.venue, event.city, event.region_code) == (EventMode.ONLINE, "", "", None)
    assert (event.sessions[0].places_onsite, event.sessions[0].places_online) == (None, 40)

    page = page_of(client, address)
    back = {"mode": "onsite", "venue": "Préfecture", "city": "Lyon"}
    client.post(address, data=typed(page, suite="tableau", **back))
    assert (event.joining_link, event.sessions[0].places_online, event.venue) == ("", None, "Préfecture")


def test_the_region_and_its_time_are_shown(client: Client, lab: Organisation):
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    client.post(address, data=typed(page_of(client, address), postcode="97400", city="Saint-Denis", suite="tableau"))
    page = page_of(client, address)
    assert "La Réunion, région La Réunion, heure de La Réunion." in page.text
    assert page.forms[0].values["sessions-0-start_time"] == "09:30"
    assert event.sessions[0].starts_at == datetime(2026, 11, 12, 5, 30, tzinfo=UTC)


def test_a_date_out_of_the_edition_asks_why(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = page_of(client, address)
    assert "off_period_reason" not in page.forms[0].values
    client.post(address, data=typed(page, suite="tableau", **{"sessions-0-day": "2026-12-03"}))
    page = page_of(client, address)
    client.post(address, data=typed(page, suite="tableau", off_period_reason="La salle était prise."))
    assert event.off_period_reason == "La salle était prise."


def test_registrations_close_after_they_open(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "inscriptions")
    window = {
        "registration_opens_at-date": "2026-11-02",
        "registration_opens_at-time": "09:00",
        "registration_closes_at-date": "2026-11-02",
        "registration_closes_at-time": "09:00",
    }
    response = client.post(address, data=typed(page_of(client, address), **window))
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.field_errors() == {"registration_closes_at": ["La clôture doit venir après l’ouverture."]}


def test_too_many_keywords_are_refused(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    keywords = ", ".join(f"mot {n}" for n in range(11))
    page = check_page(client.post(address, data=typed(page_of(client, address), keywords=keywords)).text)
    assert page.field_errors() == {"keywords": ["Gardez 10 mots-clés au plus : il y en a 11."]}


# ── Two editors ──


def test_the_second_of_two_editors_sees_both_versions_and_decides(client: Client, lab: Organisation):
    event = ready(organisation=lab, title="Atelier")
    address = step(event, "presentation")
    first, second = (typed(page_of(client, address)) for _ in range(2))
    assert client.post(address, data={**first, "title": "Atelier cartes", "format": "debate"}).status_code == 302

    response = client.post(address, data={**second, "title": "Atelier plans"})

    page = check_page(response.text)
    assert response.status_code == 422
    assert "Quelqu’un d’autre a changé les mêmes réponses pendant que vous écriviez." in page.refusals[0]
    assert page.rows("Ce que vous avez changé tous les deux") == [["Titre", "Atelier cartes", "Atelier plans"]]
    assert page.alerts[-1] == "Repris de l’autre personne, sans rien perdre des vôtres Format : Débat"
    assert page.forms[0].values["title"] == "Atelier plans"
    assert event.title == "Atelier cartes"

    assert client.post(address, data=typed(page, suite="tableau")).status_code == 302
    assert (event.title, event.format) == ("Atelier plans", EventFormat.DEBATE)


def test_dates_changed_meanwhile_are_told_in_words(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    first, second = (typed(page_of(client, address)) for _ in range(2))
    client.post(address, data={**first, "sessions-0-day": "2026-11-13"})
    page = check_page(client.post(address, data={**second, "sessions-0-day": "2026-11-14"}).text)
    assert page.rows("Ce que vous avez changé tous les deux") == [
        [
            "Dates",
            "vendredi 13 novembre 2026, 9 h 30 – 12 h, 10 places sur place",
            "samedi 14 novembre 2026, 9 h 30 – 12 h, 10 places sur place",
        ]
    ]


def test_what_was_submitted_meanwhile_is_not_changed_and_nothing_typed_is_lost(client: Client, lab: Organisation):
    event = ready(organisation=lab, title="Atelier")
    address = step(event, "presentation")
    answers = typed(page_of(client, address), title="Atelier cartes")
    event.state, event.submitted_at = EventState.SUBMITTED, clock.now()
    db.session.commit()

    response = client.post(address, data=answers)

    page = check_page(response.text)
    assert response.status_code == 422
    assert page.refusals == ["L’événement a changé d’état entre-temps : rechargez la page pour voir où il en est."]
    assert page.forms[0].values["title"] == "Atelier cartes"
    assert event.title == "Atelier"


# ── Corrections ──


def test_requests_stand_beside_their_fields_and_notes_stay_inside(client: Client, lab: Organisation):
    event = ready(organisation=lab, state=EventState.CHANGES_REQUESTED, submitted_at=clock.now() - timedelta(days=1))
    ask_for_changes(event, "Dites ce que l’on y fabrique.", "description", "accessibility")
    ask_for_changes(event, "Entre nous.", "title", kind=CommentKind.INTERNAL)

    page = page_of(client, desk_of(event, "/modifier"))

    assert page.breadcrumb[-2] == "Lab Archipel"
    assert page.alerts == [
        "Une correction est demandée Incomplet. Dites ce que l’on y fabrique. (Description, Accessibilité)",
        "À corriger. Incomplet. Dites ce que l’on y fabrique.",
    ]
    assert page.links["Accessibilité"] == step(event, "publics-et-accessibilite") + "#accessibility"
    assert "Entre nous" not in page.text
    other = page_of(client, step(event, "publics-et-accessibilite"))
    assert other.alerts[-1] == "À corriger. Incomplet. Dites ce que l’on y fabrique."

    shown = page_of(client, desk_of(event))
    assert "Dites ce que l’on y fabrique." in shown.text
    assert "Entre nous" not in shown.text


def test_a_corrected_event_is_submitted_again(client: Client, lab: Organisation, outbox: type_of_outbox):
    event = ready(organisation=lab, state=EventState.CHANGES_REQUESTED, submitted_at=clock.now() - timedelta(days=1))
    page = page_of(client, step(event, "verification"))
    assert page.forms[0].buttons[0] == "Proposer à nouveau"
    client.post(step(event, "verification"), data=typed(page, suite="proposer"))
    assert event.state is EventState.SUBMITTED
    assert [kind for kind, _ in outbox()] == ["programmes.submitted", "programmes.submitted_lab"]


# ── The programme ──


def test_the_programme_lists_what_is_ready_and_what_is_not(client: Client, lab: Organisation, outbox: type_of_outbox):
    first, second = (ready(organisation=lab, title=title) for title in ("Un", "Deux"))
    incomplete = DraftFactory(organisation=lab, title="Trois")
    address = "/espace-lab/lab-archipel/programme"
    page = page_of(client, address)
    assert "2 événements prêts" in page.text
    assert page.links["Ajoutez au moins une date."] == step(incomplete, "dates-et-lieu") + "#sessions"

    response = client.post(address, data=typed(page, introduction="Trois ateliers.", suite="proposer"))

    assert response.location == "/espace-lab/lab-archipel"
    assert [event.state for event in (first, second, incomplete)] == [
        EventState.SUBMITTED,
        EventState.SUBMITTED,
        EventState.DRAFT,
    ]
    programme = queries.programme(lab.id, first.edition_id)
    assert programme.introduction == "Trois ateliers."
    assert [kind for kind, _ in outbox()] == ["programmes.programme_submitted", "programmes.programme_submitted_lab"]


def test_the_introduction_is_saved_alone(client: Client, lab: Organisation):
    address = "/espace-lab/lab-archipel/programme"
    client.post(address, data=typed(page_of(client, address), introduction="Trois ateliers.", suite="enregistrer"))
    assert page_of(client, address).forms[0].values["introduction"] == "Trois ateliers."


def test_a_programme_with_nothing_ready_is_refused_and_its_words_stay(client: Client, lab: Organisation):
    address = "/espace-lab/lab-archipel/programme"
    response = client.post(address, data={"introduction": "Bientôt.", "suite": "proposer"})
    page = check_page(response.text)
    assert (response.status_code, page.refusals) == (
        422,
        ["Aucun brouillon n’est prêt : complétez-en un, puis proposez-le."],
    )
    assert page.forms[0].values["introduction"] == "Bientôt."


def test_out_of_season_there_is_no_programme(client: Client, lab: Organisation, time: time_machine.Traveller):
    time.move_to(datetime(2026, 12, 10, tzinfo=UTC))
    client.sign_in(MembershipFactory(organisation=lab).person)
    assert client.get("/espace-lab/lab-archipel/programme").status_code == 404
    assert "La prochaine édition n’est pas encore annoncée." in page_of(client, "/espace-lab").text


# ── What can be done ──


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "Vous seuls voyez ce brouillon."),
        ("submitted", "Proposé le samedi 10 octobre 2026."),
        ("under_review", "Quelqu’un de l’équipe du Mois le lit en ce moment."),
        ("changes_requested", "L’équipe du Mois attend une correction de votre part."),
        ("approved", "C’est validé."),
        ("published", "Il est dans le programme depuis le mercredi 7 octobre 2026."),
        ("rejected", "Il n’a pas été retenu."),
        ("withdrawn", "Vous l’avez retiré du programme."),
        ("archived", "L’édition est terminée."),
    ],
)
def test_each_state_is_told_in_words(client: Client, lab: Organisation, state: str, words: str):
    submitted_at = clock.now() - timedelta(days=2)
    published = {} if state in {"published", "archived"} else {"published_at": None}
    event = EventFactory(organisation=lab, state=EventState(state), submitted_at=submitted_at, **published)
    EventSessionFactory(event=event)
    assert words in page_of(client, desk_of(event)).text


def test_an_event_taken_off_the_calendar_is_not_said_to_be_coming(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, state=EventState.APPROVED)).event
    assert "L’équipe du Mois l’a retiré du calendrier." in page_of(client, desk_of(event)).text


def test_a_submission_is_taken_back(client: Client, lab: Organisation):
    event = SubmittedFactory(organisation=lab)
    response = client.post(desk_of(event, "/reprendre"))
    assert (response.status_code, response.location) == (302, desk_of(event, "/modifier"))
    assert event.state is EventState.DRAFT


def test_a_submission_in_review_is_not_taken_back(client: Client, lab: Organisation):
    event = SubmittedFactory(organisation=lab, state=EventState.UNDER_REVIEW)
    page = check_page(client.post(desk_of(event, "/reprendre"), follow_redirects=True).text)
    assert page.alerts == ["L’événement a changé d’état entre-temps : rechargez la page pour voir où il en est."]
    assert event.state is EventState.UNDER_REVIEW


def test_withdrawing_is_asked_then_done(client: Client, lab: Organisation):
    event = SubmittedFactory(organisation=lab)
    assert page_of(client, desk_of(event, "/retirer")).h1 == "Retirer cet événement du programme ?"
    assert event.state is EventState.SUBMITTED
    page = check_page(client.post(desk_of(event, "/retirer"), data={"reason": "Doublon."}, follow_redirects=True).text)
    assert event.state is EventState.WITHDRAWN
    assert "Vous l’avez retiré du programme. Doublon." in page.text


def test_deleting_a_draft_is_asked_then_done(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab)
    assert page_of(client, desk_of(event, "/supprimer")).h1 == "Supprimer ce brouillon ?"
    assert db.session.scalars(select(Event)).all() == [event]
    response = client.post(desk_of(event, "/supprimer"))
    assert response.location == "/espace-lab/lab-archipel"
    assert db.session.scalars(select(Event.id)).all() == []


def test_only_a_draft_is_deleted(client: Client, lab: Organisation):
    event = SubmittedFactory(organisation=lab)
    assert page_of(client, desk_of(event, "/supprimer")).h1 == "Cet événement ne se supprime pas"
    client.post(desk_of(event, "/supprimer"))
    assert db.session.scalars(select(Event)).all() == [event]


# ── After the publication ──


def test_the_pages_of_the_form_are_closed_once_published(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier")).event
    response = client.get(step(event, "presentation"))
    assert (response.status_code, response.location) == (302, desk_of(event))
    assert client.post(step(event, "presentation"), data={"title": "Autre"}).status_code == 422
    assert event.title == "Atelier"


def test_a_cancelled_event_is_no_longer_changed(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, status=EventStatus.CANCELLED)).event
    assert client.get(desk_of(event, "/modifier")).location == desk_of(event)
    assert "L’événement est annulé." in page_of(client, desk_of(event)).text


# ── Reviewers at work for a lab ──


def test_a_coordinator_corrects_for_a_lab_and_goes_back_to_the_review_desk(client: Client):
    event = ready(state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
    client.sign_in(GrantFactory(role="coordinator", region_code="84").person)
    page = page_of(client, step(event, "verification"))
    response = client.post(step(event, "verification"), data=typed(page, suite="proposer"))
    assert (response.status_code, response.location) == (302, "/instruction")
    assert event.state is EventState.SUBMITTED


def test_a_moderator_reads_a_desk_without_the_way_to_names(client: Client, lab: Organisation):
    EventSessionFactory(event=EventFactory(organisation=lab))
    assert "Voir les inscrits" in page_of(client, "/espace-lab/lab-archipel").text
    client.sign_in(GrantFactory().person)
    assert "Voir les inscrits" not in page_of(client, "/espace-lab/lab-archipel").text
