"""The pages of a published event: its form, what waits, and what happens to it, seen before it is done."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from planner.db import db
from planner.directory.models import Organisation
from planner.events.models import Event, EventMode, EventStatus
from planner.programmes import queries
from planner.programmes.models import Revision, RevisionStatus
from planner.registrations.models import SeatStatus
from tests.conftest import Client
from tests.factories import (
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    SeatFactory,
)
from tests.web.html import Page, check_page

type_of_outbox = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose editor is signed in."""
    membership = MembershipFactory(organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"))
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def desk_of(event: Event, path: str = "") -> str:
    return f"/espace-lab/evenements/{event.slug}{path}"


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the browser sends: the form as it stands, with these changes."""
    return {**page.forms[0].values, **changes}


def save(client: Client, event: Event, step: str, **changes: Any) -> Page:
    address = desk_of(event, f"/publie/{step}")
    return check_page(client.post(address, data=typed(page_of(client, address), **changes), follow_redirects=True).text)


# ── Editing ──


def test_modifying_opens_the_first_page_of_the_published_event(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab)).event
    assert client.get(desk_of(event, "/modifier")).location == desk_of(event, "/publie/presentation")


@pytest.mark.parametrize("step", ["presentation", "dates-et-lieu", "publics-et-accessibilite", "inscriptions"])
def test_each_page_saved_as_it_stands_changes_nothing(client: Client, lab: Organisation, step: str):
    event = EventSessionFactory(event=EventFactory(organisation=lab)).event
    version = event.version
    assert "C’est enregistré." in save(client, event, step).alerts[0]
    assert (event.version, db.session.scalars(select(Revision)).all()) == (version, [])


def test_what_is_public_already_and_what_waits_are_said_apart(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier données")).event
    page = save(client, event, "presentation", title="Atelier cartes", description="Nouveau déroulé.")
    assert page.alerts[0] == (
        "C’est enregistré. Déjà visible sur la page de l’événement : Description. "
        "En attente de l’accord de l’équipe du Mois : Titre."
    )
    assert page.rows("Ce qui change") == [["Titre", "Atelier [retiré : données]", "Atelier [ajouté : cartes]"]]
    assert (event.title, event.description) == ("Atelier données", "Nouveau déroulé.")
    assert "Atelier données" in page_of(client, f"/evenements/{event.slug}").h1

    again = page_of(client, desk_of(event, "/publie/presentation"))
    assert again.forms[0].values["title"] == "Atelier cartes"

    client.post(desk_of(event, "/publie/reprendre"))
    assert queries.pending_revision(event.id) is None


def test_places_change_at_once_and_go_to_those_who_wait(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab), places_onsite=1)
    SeatFactory(event_session=session)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    save(client, session.event, "dates-et-lieu", **{"sessions-0-places_onsite": "2"})
    assert (session.places_onsite, waiting.status) == (2, SeatStatus.OFFERED)


def test_the_joining_link_of_a_published_event_changes(client: Client, lab: Organisation):
    fields = {"mode": EventMode.ONLINE, "joining_link": "https://visio.example/1", "venue": "", "city": ""}
    fields |= {"street": "", "postcode": ""}
    event = EventSessionFactory(event=EventFactory(organisation=lab, **fields), places_onsite=None).event
    save(client, event, "dates-et-lieu", joining_link="https://visio.example/2")
    assert event.joining_link == "https://visio.example/2"
    page = save(client, event, "dates-et-lieu", joining_link="")
    assert page.field_errors() == {"joining_link": ["Indiquez le lien de connexion."]}
    assert event.joining_link == "https://visio.example/2"


def test_fewer_places_than_people_freezes_the_list_and_says_so(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab))
    SeatFactory.create_batch(3, event_session=session)
    event = session.event
    words = "3 personnes pour 2 places : la liste d’attente est suspendue jusqu’à 2 désistements."
    desk = save(client, event, "dates-et-lieu", **{"sessions-0-places_onsite": "2"})
    assert session.places_onsite == 2
    assert words in desk.text
    assert words in page_of(client, desk_of(event, "/publie/dates-et-lieu")).text
    assert words in page_of(client, desk_of(event, "/inscrits")).text
    assert "Complet" in page_of(client, f"/evenements/{event.slug}").text


def test_the_second_of_two_editors_is_told_and_loses_nothing(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab)).event
    address = desk_of(event, "/publie/presentation")
    first, second = page_of(client, address), page_of(client, address)
    client.post(address, data=typed(first, title="Le premier"))
    response = client.post(address, data=typed(second, title="Le second"))
    page = check_page(response.text)
    assert (response.status_code, page.forms[0].values["title"]) == (422, "Le second")
    assert "Titre Le premier Le second" in page.text
    client.post(address, data=typed(page))
    assert queries.pending_revision(event.id).changes == {"title": "Le second"}


def test_a_cancelled_event_is_no_longer_changed(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, status=EventStatus.CANCELLED)).event
    assert client.get(desk_of(event, "/publie/presentation")).location == desk_of(event)
    assert client.post(desk_of(event, "/publie/presentation"), data={"title": "Autre"}).status_code == 422
    assert client.get(desk_of(event, "/publie/verification")).status_code == 404


# ── What happens ──

PATHS = ["/annuler", "/reporter", "/passer-en-ligne", "/publie/presentation"]


@pytest.mark.parametrize("path", PATHS)
def test_another_lab_is_refused_and_the_region_is_not(new_client: Callable[[], Client], path: str):
    event = EventSessionFactory().event
    assert new_client().get(desk_of(event, path)).status_code == 302
    assert new_client().sign_in(MembershipFactory().person).get(desk_of(event, path)).status_code == 403
    coordinator = GrantFactory(role="coordinator", region_code="84").person
    assert new_client().sign_in(coordinator).get(desk_of(event, path)).status_code == 200


def test_cancelling_shows_the_mail_then_does_it(client: Client, lab: Organisation, outbox: type_of_outbox):
    seat = SeatFactory(event_session=EventSessionFactory(event=EventFactory(organisation=lab)))
    event, address = seat.event_session.event, desk_of(seat.event_session.event, "/annuler")
    assert client.post(address, data={"words": " "}).status_code == 422

    page = check_page(client.post(address, data=typed(page_of(client, address), words="La salle est inondée.")).text)
    assert "1 personne recevra ce courriel : 1 place confirmée, personne en attente." in page.text
    assert "Le mot de l’organisateur : La salle est inondée." in page.text
    assert (event.status, outbox()) == (EventStatus.SCHEDULED, [])

    other = check_page(client.post(address, data=typed(page, words="Autre chose.", confirmer="1")).text)
    assert (event.status, "Autre chose." in other.text) == (EventStatus.SCHEDULED, True)  # not what was seen

    client.post(address, data=typed(other, confirmer="1"))
    assert (event.status, event.status_text, seat.status) == (
        EventStatus.CANCELLED,
        "Autre chose.",
        SeatStatus.CANCELLED,
    )
    assert outbox() == [("seat.event_cancelled", seat.id)]
    assert "l’on ne revient pas en arrière" in page_of(client, address).text


def test_postponing_then_giving_the_date(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab))
    event, address = session.event, desk_of(session.event, "/reporter")
    SeatFactory(event_session=session)
    seen = check_page(client.post(address, data=typed(page_of(client, address), words="Grève.")).text)
    client.post(address, data=typed(seen, confirmer="1"))
    assert event.status is EventStatus.POSTPONED
    assert "reporté" in page_of(client, desk_of(event)).text

    half = {"words": "C’est fixé.", "sessions-0-day": "2026-11-20"}
    page = check_page(client.post(address, data=typed(page_of(client, address), **half)).text)
    assert "ou laissez les trois vides" in page.text
    hours = {"sessions-0-start_time": "14:00", "sessions-0-end_time": "16:00"}
    seen = check_page(client.post(address, data=typed(page, **hours)).text)
    assert "vendredi 20 novembre" in seen.text
    client.post(address, data=typed(seen, confirmer="1"))
    assert (event.status, str(session.day)) == (EventStatus.RESCHEDULED, "2026-11-20")


def test_moving_online_asks_for_the_link(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab)).event
    address = desk_of(event, "/passer-en-ligne")
    page = check_page(client.post(address, data=typed(page_of(client, address), words="En ligne.")).text)
    assert page.field_errors() == {"joining_link": ["Indiquez le lien de connexion."]}
    seen = check_page(client.post(address, data=typed(page, joining_link="https://visio.example/1")).text)
    assert "Personne n’est inscrit pour l’instant" in seen.text
    client.post(address, data=typed(seen, confirmer="1"))
    assert (event.mode, event.status) == (EventMode.ONLINE, EventStatus.MOVED_ONLINE)


def test_one_date_of_two_is_cancelled(client: Client, lab: Organisation):
    session = EventSessionFactory(event=EventFactory(organisation=lab))
    EventSessionFactory(event=session.event, title="Seconde fois")
    event = session.event
    page = page_of(client, desk_of(event, "/annuler"))
    address = desk_of(event, f"/dates/{session.id}/annuler")
    assert address in page.links.values()
    seen = check_page(client.post(address, data=typed(page_of(client, address), words="Malade.")).text)
    client.post(address, data=typed(seen, confirmer="1"))
    assert (session.status, event.status) == ("cancelled", EventStatus.SCHEDULED)
    assert client.get(desk_of(event, "/dates/0/annuler")).status_code == 404


# ── The review desk ──


def test_a_modification_is_in_the_queue_and_accepted(client: Client, lab: Organisation, new_client):
    event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier données")).event
    save(client, event, "presentation", title="Atelier cartes")
    reviewer = new_client().sign_in(GrantFactory().person)
    queue = page_of(reviewer, "/instruction")
    assert queue.rows("Modifications d’événements publiés")[0][:4] == [
        "Atelier données",
        "Lab Archipel",
        "Auvergne-Rhône-Alpes",
        "Titre",
    ]
    address = f"/instruction/modifications/{event.slug}"
    page = page_of(reviewer, address)
    assert page.rows("Ce qui change") == [["Titre", "Atelier [retiré : données]", "Atelier [ajouté : cartes]"]]
    assert client.get(address).status_code == 403

    assert reviewer.post(f"{address}/refus", data=typed(page, reason=" ")).status_code == 422
    stale = reviewer.post(f"{address}/acceptation", data={"read": "1-vieux"})
    assert stale.status_code == 422
    assert "relisez les deux colonnes" in check_page(stale.text).text
    assert reviewer.post(f"{address}/acceptation", data=typed(page)).location == "/instruction"
    assert event.title == "Atelier cartes"
    assert "Aucune modification n’attend" in page_of(reviewer, address).text


def test_a_modification_is_refused_with_a_reason(client: Client, lab: Organisation, new_client):
    event = EventSessionFactory(event=EventFactory(organisation=lab)).event
    save(client, event, "presentation", title="Atelier cartes")
    reviewer = new_client().sign_in(GrantFactory().person)
    address = f"/instruction/modifications/{event.slug}"
    reviewer.post(f"{address}/refus", data=typed(page_of(reviewer, address), reason="Trop vague."))
    assert db.session.scalars(select(Revision.status)).all() == [RevisionStatus.REFUSED]


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_as_much_for_three_modifications_as_for_one(client: Client, lab, new_client, statements, count):
    for _ in range(count):
        save(client, EventSessionFactory(event=EventFactory(organisation=lab)).event, "presentation", title="Autre")
    reviewer = new_client().sign_in(GrantFactory().person)
    with statements() as asked:
        page = page_of(reviewer, "/instruction")
    assert len(page.rows("Modifications d’événements publiés")) == count
    assert len(asked) == 6, asked
