"""Running an event together, as the lab and the organisation it asks see it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events.models import Event, EventStatus
from planner.programmes.models import CoOrganiserInvitation
from tests.conftest import Client
from tests.factories import EditionFactory, EventFactory, EventSessionFactory, MembershipFactory, OrganisationFactory
from tests.web.html import Page, check_page


@pytest.fixture
def event(client: Client) -> Event:
    """An event whose lab's manager is signed in."""
    EditionFactory()
    lab = OrganisationFactory(name="Lab Archipel", slug="lab-archipel")
    client.sign_in(MembershipFactory(organisation=lab, role=MembershipRole.MANAGER).person)
    found: Event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier cartes")).event
    return found


@pytest.fixture
def other() -> Organisation:
    organisation: Organisation = OrganisationFactory(name="Lab Zénith", slug="lab-zenith", city="Brest")
    return organisation


@pytest.fixture
def partner(other: Organisation, new_client: Callable[[], Client]) -> Client:
    """The manager of the other organisation."""
    return new_client().sign_in(MembershipFactory(organisation=other, role=MembershipRole.MANAGER).person)


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def together(event: Event, path: str = "") -> str:
    return f"/espace-lab/evenements/{event.slug}/co-organisation{path}"


def invite(client: Client, event: Event) -> CoOrganiserInvitation:
    client.post(together(event, "?q=zenith"), data={"organisation": "lab-zenith", "words": "Venez !"})
    return db.session.scalars(select(CoOrganiserInvitation)).one()


def test_from_search_to_both_desks(client: Client, event: Event, partner: Client, other: Organisation):
    page = page_of(client, f"/espace-lab/evenements/{event.slug}")
    assert page.links["Co-organiser"] == together(event)
    page = page_of(client, together(event, "?q=zénith"))
    assert "Lab Zénith Brest, Auvergne-Rhône-Alpes" in page.text
    invitation = invite(client, event)
    assert "Lab Zénith Réponse attendue" in page_of(client, together(event)).text

    desk = page_of(partner, "/espace-lab")
    assert desk.alerts[0] == (
        "Lab Archipel vous invite à co-organiser : Atelier cartes "
        "Jeudi 12 novembre 2026 à 9 h 30, Cité administrative, Lyon. « Venez ! » "
        "Accepter Atelier cartes Décliner Atelier cartes"
    )
    response = partner.post(f"/espace-lab/invitations/{invitation.id}/accepter")
    assert response.location == "/espace-lab/lab-zenith"
    desk = page_of(partner, "/espace-lab")
    assert desk.rows("Événements du Mois de l’innovation publique 2026")[0][0] == "Atelier cartes avec Lab Archipel"
    own = page_of(partner, f"/espace-lab/evenements/{event.slug}")
    assert own.breadcrumb == ["Accueil", "Espace lab", "Atelier cartes"]
    public = page_of(partner, f"/evenements/{event.slug}")
    assert public.links["Lab Zénith"] == "/labs/lab-zenith"
    assert "Atelier cartes" in page_of(partner, "/programme?organisation=lab-zenith").text


def test_declining_changes_nothing(client: Client, event: Event, partner: Client):
    invitation = invite(client, event)
    partner.post(f"/espace-lab/invitations/{invitation.id}/decliner")
    assert (invitation.is_accepted, event.co_organisers) == (False, [])
    assert partner.get(f"/espace-lab/evenements/{event.slug}").status_code == 403


def test_only_the_organisation_asked_answers(client: Client, event: Event, other: Organisation):
    invitation = invite(client, event)
    for verb in ("accepter", "decliner"):
        assert client.post(f"/espace-lab/invitations/{invitation.id}/{verb}").status_code == 403
    assert invitation.answered_at is None


def test_a_cancelled_event_is_not_accepted(client: Client, event: Event, partner: Client):
    invitation = invite(client, event)
    event.status = EventStatus.CANCELLED
    response = partner.post(f"/espace-lab/invitations/{invitation.id}/accepter")
    assert "il ne se co-organise pas" in page_of(partner, response.location).alerts[0]
    assert event.co_organisers == []


def test_the_lab_calls_off_its_invitation(client: Client, event: Event, partner: Client):
    number = invite(client, event).id
    client.post(together(event, f"/invitations/{number}/retirer"))
    assert db.session.scalars(select(CoOrganiserInvitation)).all() == []
    assert partner.post(f"/espace-lab/invitations/{number}/accepter").status_code == 404
    assert page_of(partner, "/espace-lab").alerts == []


def test_the_partner_leaves_by_itself_and_invites_nobody(
    client: Client, event: Event, partner: Client, other: Organisation
):
    third = OrganisationFactory(name="Lab Tiers", slug="lab-tiers")
    event.co_organisers = [other, third]
    page = page_of(partner, together(event))
    assert [form.buttons for form in page.forms] == [["Quitter la co-organisation Lab Zénith"]]
    assert partner.post(together(event, "?q=zenith"), data={"organisation": "lab-archipel"}).status_code == 403
    assert partner.post(together(event, "/lab-tiers/retirer")).status_code == 403
    response = partner.post(together(event, "/lab-zenith/retirer"))
    assert (response.location, event.co_organisers) == ("/espace-lab", [third])
    assert partner.post(together(event, "/lab-zenith/retirer")).status_code == 403


def test_the_lab_goes_on_without_its_partner(client: Client, event: Event, other: Organisation):
    event.co_organisers = [other]
    response = client.post(together(event, "/lab-zenith/retirer"))
    assert (response.location, event.co_organisers) == (together(event), [])


def test_what_is_not_found_is_said(client: Client, event: Event):
    assert (
        "Aucune organisation de l’annuaire ne répond à « absente »."
        in page_of(client, together(event, "?q=absente")).text
    )


def test_the_pages_ask_as_much_with_one_partner_as_with_three(client: Client, event: Event, statements: Any):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            event.co_organisers = [*event.co_organisers, OrganisationFactory()]
            db.session.add(CoOrganiserInvitation(event=event, organisation=OrganisationFactory()))
            db.session.add(CoOrganiserInvitation(event=EventFactory(), organisation=event.organisation))
        db.session.commit()
        for address in (together(event), "/espace-lab/lab-archipel"):
            with statements() as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
