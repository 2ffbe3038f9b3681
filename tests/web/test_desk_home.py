"""The home of a lab's desk: what is to be done and by when, the events of the lab and those it runs with others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from planner import clock
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events.models import Event, EventMode, EventState
from planner.registrations.models import SeatStatus
from planner.resources.models import Outcome
from tests.conftest import Client
from tests.factories import (
    DraftFactory,
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    MembershipFactory,
    OrganisationFactory,
    SeatFactory,
    SubmittedFactory,
)
from tests.web.html import Page, check_page, text_of

HOME = "/espace-lab/lab-archipel"
CAPTION = "Événements du Mois de l’innovation publique 2026"
type_of_statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose manager is signed in."""
    membership = MembershipFactory(
        organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"), role=MembershipRole.MANAGER
    )
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def dated(event: Event, **session: Any) -> Event:
    EventSessionFactory(event=event, **session)
    return event


def desk(client: Client, query: str = "") -> Page:
    return check_page(client.get(HOME + query).text)


def todo(page: Page) -> list[str]:
    section = next(one for one in page.all("section") if one.get("aria-labelledby") == "titre-a-faire")
    return [text_of(item) for item in section.iter("li")]


def test_the_drafts_are_to_be_completed_and_proposed_before_the_window_closes(client: Client, lab: Organisation):
    dated(DraftFactory(organisation=lab, title="Atelier cartes"))
    DraftFactory(organisation=lab, title="Débat")
    assert todo(desk(client)) == [
        "À faire Proposer 1 événement prêt D’ici au mercredi 21 octobre 2026, dans 9 jours",
        "À faire Compléter « Débat » D’ici au mercredi 21 octobre 2026, dans 9 jours : 1 réponse à donner",
    ]


def test_many_drafts_are_told_together(client: Client, lab: Organisation):
    DraftFactory.create_batch(4, organisation=lab)
    page = desk(client)
    assert [line[:33] for line in todo(page)] == ["À faire Compléter vos 4 brouillons"[:33]]
    assert page.links["Compléter vos 4 brouillons"] == f"{HOME}/programme"


def test_what_is_proposed_is_done(client: Client, lab: Organisation):
    dated(SubmittedFactory(organisation=lab))
    page = desk(client)
    assert todo(page) == [
        "Fait Proposer vos événements D’ici au mercredi 21 octobre 2026, dans 9 jours : 1 événement proposé"
    ]
    assert "Rien n’attend de votre part." in page.text


def test_a_correction_comes_first(client: Client, lab: Organisation):
    dated(DraftFactory(organisation=lab))
    wanted = SubmittedFactory(organisation=lab, title="Débat", state=EventState.CHANGES_REQUESTED)
    page = desk(client)
    assert todo(page)[0] == "À faire Corriger « Débat » Dès que possible"
    buttons = [link for link in page.find("main").iter("a") if link.get("class") == "fr-btn"]
    assert [(text_of(link), link.get("href")) for link in buttons] == [
        ("Corriger « Débat »", f"/espace-lab/evenements/{wanted.slug}/modifier")
    ]


@pytest.mark.parametrize(("days", "is_told"), [(8, False), (7, True)])
def test_a_week_before_what_is_unsettled_is_told(client: Client, lab: Organisation, days: int, is_told: bool):  # noqa: FBT001  # a case
    starts_at = clock.now() + timedelta(days=days)
    event = EventFactory(organisation=lab, title="Atelier cartes", street="", edition=None)
    session = EventSessionFactory(
        event=event, day=starts_at.date(), starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), places_onsite=1
    )
    SeatFactory(event_session=session)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)
    told = [line for line in todo(desk(client)) if "Vérifier" in line]
    expected = (
        "À faire Vérifier « Atelier cartes » avant le jour J D’ici au lundi 19 octobre 2026, dans 7 jours : "
        "l’adresse du lieu manque ; 1 personne attend une place"
    )
    assert told == ([expected] if is_told else [])


def test_what_is_settled_is_said_so(client: Client, lab: Organisation):
    starts_at = clock.now() + timedelta(days=1)
    event = EventFactory(organisation=lab, title="Visio", mode=EventMode.ONLINE, joining_link="https://visio.example")
    EventSessionFactory(event=event, day=starts_at.date(), starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    assert "Fait Vérifier « Visio » avant le jour J Demain : le lieu, le lien et les places sont en ordre" in todo(
        desk(client)
    )


def test_after_the_event_what_is_owed_is_asked_then_disappears(
    client: Client, lab: Organisation, time: time_machine.Traveller
):
    event = dated(EventFactory(organisation=lab, title="Atelier cartes"))
    time.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC))
    client.sign_in(MembershipFactory(organisation=lab).person)
    page = desk(client)
    (owed,) = todo(page)
    assert owed == (
        "À faire Dire ce qu’il en reste : « Atelier cartes » D’ici au dimanche 22 novembre 2026, dans 2 jours : "
        "il manque le nombre de personnes venues, les documents, le bilan"
    )
    assert page.links["Faire le bilan de « Atelier cartes »"] == f"/espace-lab/evenements/{event.slug}/apres"

    time.move_to(datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert todo(desk(client))[0].startswith("En retard Dire ce qu’il en reste")

    db.session.add(Outcome(event_id=event.id, attended=4, answers={"produced": "Un plan."}, has_no_document=True))
    page = desk(client)
    assert "Dire ce qu’il en reste" not in page.text
    assert "Faire le bilan de « Atelier cartes »" not in page.links


def test_the_table_tells_who_waits(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier cartes"), places_onsite=2)
    SeatFactory.create_batch(2, event_session=session)
    SeatFactory.create_batch(3, event_session=session, status=SeatStatus.WAITING)
    assert desk(client).rows(CAPTION)[0][3:5] == ["2 sur 2 places prises Voir les inscrits", "3 personnes"]


def test_an_event_run_with_another_stands_on_both_desks(client: Client, lab: Organisation):
    other = OrganisationFactory(name="Lab Zénith")
    dated(EventFactory(organisation=other, title="À deux", co_organisers=[lab]))
    dated(EventFactory(organisation=lab, title="Chez nous", co_organisers=[other]), day=date(2026, 11, 13))
    assert [row[0] for row in desk(client).rows(CAPTION)] == ["À deux avec Lab Zénith", "Chez nous avec Lab Zénith"]


def test_another_labs_ready_draft_is_not_ours_to_propose(client: Client, lab: Organisation):
    dated(DraftFactory(title="À deux", co_organisers=[lab]))
    assert not [words for words in desk(client).links if words.startswith("Proposer «")]


def test_past_editions_are_reached_last_first(client: Client, lab: Organisation):
    for number in (11, 12):
        edition = EditionFactory(
            number=number,
            name=f"Mois {number}",
            slug=str(number),
            starts_on=date(2013 + number, 11, 3),
            ends_on=date(2013 + number, 11, 30),
        )
        EventFactory(organisation=lab, edition=edition, state=EventState.ARCHIVED, title=f"Atelier {number}")
    page = desk(client)
    assert [text_of(one) for one in page.all("summary")][-2:] == ["Mois 12 (1)", "Mois 11 (1)"]
    assert page.rows("Événements du Mois 11")[0][0] == "Atelier 11"


def test_a_lab_without_manager_is_warned(client: Client, lab: Organisation):
    assert desk(client).alerts == []
    lab.memberships[0].role = MembershipRole.EDITOR
    assert "Personne ne répond de cette équipe" in desk(client).alerts[0]


def test_the_pages_that_do_not_exist_are_not_shown(client: Client, lab: Organisation):
    known = {rule.rule for rule in client.application.url_map.iter_rules()}
    for label, path in (("Équipe", "equipe"), ("Page du lab", "page"), ("Importer un programme", "importer")):
        assert (label in desk(client).links) == (f"/espace-lab/<slug>/{path}" in known)


def test_beyond_fifteen_events_one_filters(client: Client, lab: Organisation):
    DraftFactory.create_batch(15, organisation=lab)
    assert desk(client).forms == []
    SubmittedFactory(organisation=lab, title="Débat", search_text="debat")
    page = desk(client)
    assert list(page.forms[0].values) == ["q", "etat"]
    for query in ("?q=D%C3%89BAT", "?etat=submitted"):
        page = desk(client, query)
        assert [row[0] for row in page.rows(CAPTION)] == ["Débat"]
        assert "1 événement sur 16" in page.text
    assert "Aucun événement ne correspond" in desk(client, "?q=absent").text
    assert client.get(f"{HOME}?etat=ailleurs").status_code == 422


def test_the_desk_asks_as_much_with_one_event_as_with_thirty(
    client: Client, lab: Organisation, statements: type_of_statements
):
    other = OrganisationFactory()
    counts = []
    for more in (1, 29):
        for _ in range(more):
            SeatFactory(event_session=EventSessionFactory(event=EventFactory(organisation=lab, co_organisers=[other])))
        with statements() as asked:
            assert client.get(HOME).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_drafts_that_go_with_the_programme_are_chosen(client: Client, lab: Organisation):
    first, second = (dated(DraftFactory(organisation=lab, title=title)) for title in ("Un", "Deux"))
    page = check_page(client.get(f"{HOME}/programme").text)
    assert page.forms[0].values["events"] == [first.slug, second.slug]
    client.post(f"{HOME}/programme", data={"introduction": "", "events": [second.slug], "suite": "proposer"})
    assert [first.state, second.state] == [EventState.DRAFT, EventState.SUBMITTED]


def test_with_no_draft_chosen_nothing_is_proposed(client: Client, lab: Organisation):
    event = dated(DraftFactory(organisation=lab))
    response = client.post(f"{HOME}/programme", data={"introduction": "Bientôt.", "suite": "proposer"})
    assert (response.status_code, event.state) == (422, EventState.DRAFT)
    assert check_page(response.text).forms[0].values["introduction"] == "Bientôt."


def test_what_is_run_with_another_is_not_proposed_by_us(client: Client, lab: Organisation):
    event = dated(DraftFactory(title="À deux", co_organisers=[lab]))
    page = check_page(client.get(f"{HOME}/programme").text)
    assert "Aucun brouillon n’est prêt" in page.text
    client.post(f"{HOME}/programme", data={"introduction": "", "events": [event.slug], "suite": "proposer"})
    assert event.state is EventState.DRAFT
