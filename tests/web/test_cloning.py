"""Duplicating an event and taking up a past programme, as a lab does it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.editions.models import Edition
from planner.events.models import Event, EventState, EventStatus
from tests.conftest import Client
from tests.factories import (
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
)
from tests.web.html import Page, check_page

RENEW = "/espace-lab/lab-archipel/reconduire/2025"


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose manager is signed in; the edition of 2026 is composed."""
    membership = MembershipFactory(
        organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"), role=MembershipRole.MANAGER
    )
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


@pytest.fixture
def former() -> Edition:
    edition: Edition = EditionFactory(
        number=12, name="Mois 2025", slug="2025", starts_on=date(2025, 11, 3), ends_on=date(2025, 11, 30)
    )
    return edition


def past(lab: Organisation, former: Edition, **fields: Any) -> Event:
    event = EventFactory(organisation=lab, edition=former, **{"state": EventState.ARCHIVED, **fields})
    EventSessionFactory(
        event=event,
        day=date(2025, 11, 13),
        starts_at=datetime(2025, 11, 13, 8, 30, tzinfo=UTC),
        ends_at=datetime(2025, 11, 13, 11, tzinfo=UTC),
    )
    return event


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def copies(event: Event) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.cloned_from_id == event.id)))


def test_an_event_is_duplicated_from_its_page(client: Client, lab: Organisation):
    event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier cartes")).event
    address = f"/espace-lab/evenements/{event.slug}"
    page = page_of(client, address)
    assert "Dupliquer" in [button for form in page.forms for button in form.buttons]

    response = client.post(f"{address}/dupliquer")

    (copy,) = copies(event)
    assert response.location == f"/espace-lab/evenements/{copy.slug}/modifier"
    assert "Voici la copie, en brouillon." in page_of(client, response.location).alerts


def test_what_was_not_taken_over_is_said(client: Client, lab: Organisation, former: Edition):
    event = past(lab, former, joining_link="https://visio.example", themes=[])
    response = client.post(f"/espace-lab/evenements/{event.slug}/dupliquer")
    assert "N’ont pas été repris : le lien de connexion." in page_of(client, response.location).alerts


def test_who_composes_for_none_of_its_organisers_duplicates_nothing(client: Client, new_client: Callable[[], Client]):
    event = EventFactory(submitted_at=datetime(2026, 10, 1, tzinfo=UTC))
    EditionFactory()
    coordinator = new_client().sign_in(GrantFactory(role="coordinator", region_code="84").person)
    stranger = new_client().sign_in(MembershipFactory().person)
    address = f"/espace-lab/evenements/{event.slug}"
    assert [one.post(f"{address}/dupliquer").status_code for one in (coordinator, stranger)] == [403, 403]
    assert "Dupliquer" not in check_page(coordinator.get(address).text).text


def test_a_partner_duplicates_for_itself(client: Client, lab: Organisation):
    event = EventFactory(co_organisers=[lab])
    client.post(f"/espace-lab/evenements/{event.slug}/dupliquer")
    assert [copy.organisation for copy in copies(event)] == [lab]


def test_a_past_programme_is_taken_up_event_by_event(client: Client, lab: Organisation, former: Edition):
    taken = past(lab, former, title="Atelier cartes")
    left = past(lab, former, title="Débat")
    cancelled = past(lab, former, title="Visite", status=EventStatus.CANCELLED)
    desk = page_of(client, "/espace-lab/lab-archipel")
    assert desk.links["Reprendre votre programme du Mois 2025"] == RENEW
    assert desk.links["Reconduire ce programme Mois 2025"] == RENEW

    page = page_of(client, RENEW)
    assert page.text.count("jeudi 13 novembre 2025 → jeudi 12 novembre 2026") == 3
    assert page.forms[0].values["events"] == [taken.slug, left.slug]

    response = client.post(RENEW, data={**page.forms[0].values, "events": [taken.slug]})
    assert response.location == "/espace-lab/lab-archipel"
    assert "1 brouillon est créé. Relisez chacun, puis proposez-le." in page_of(client, response.location).alerts[0]
    (copy,) = copies(taken)

    page = page_of(client, RENEW)
    assert page.links["Atelier cartes"] == f"/espace-lab/evenements/{copy.slug}"
    assert page.forms[0].values["events"] == left.slug
    assert copies(left) == copies(cancelled) == []


def test_the_same_form_sent_twice_does_not_double(client: Client, lab: Organisation, former: Edition):
    event = past(lab, former)
    for _ in range(2):
        client.post(RENEW, data={"events": [event.slug]})
    assert len(copies(event)) == 1


def test_nothing_ticked_is_said_beside_the_field(client: Client, lab: Organisation, former: Edition):
    past(lab, former)
    response = client.post(RENEW, data={"csrf_token": "with nothing ticked"})
    assert (response.status_code, check_page(response.text).refusals) == (
        422,
        ["Événements à reprendre : Cochez au moins un événement à reprendre."],
    )


def test_when_all_is_taken_up_the_page_says_so(client: Client, lab: Organisation, former: Edition):
    event = past(lab, former)
    client.post(RENEW, data={"events": [event.slug]})
    assert "Tout est déjà repris" in page_of(client, RENEW).text


def test_only_a_past_programme_of_its_own_is_taken_up(client: Client, lab: Organisation, former: Edition):
    EventFactory(organisation=lab)
    past(OrganisationFactory(), former)
    for slug in ("2025", "2026", "ailleurs"):
        assert client.get(f"/espace-lab/lab-archipel/reconduire/{slug}").status_code == 404
    client.sign_in(MembershipFactory().person)
    assert client.get(RENEW).status_code == 403


def test_the_page_asks_as_much_with_one_event_as_with_three(
    client: Client, lab: Organisation, former: Edition, statements: Any
):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            past(lab, former)
        with statements() as asked:
            assert client.get(RENEW).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
