"""After an event, as its lab and the public see it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from planner import tokens
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events.models import Event, EventStatus
from planner.resources import queries
from planner.resources.models import Resource, ResourceKind
from planner.resources.rules import Given
from tests.conftest import Client
from tests.factories import EventFactory, EventSessionFactory, MembershipFactory, OrganisationFactory, SeatFactory
from tests.web.html import Page, check_page

AFTER = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
DOCUMENT = {
    "kind": "slides",
    "title": " Support de l’atelier ",
    "url": "https://lab.example.org/support.pdf",
    "licence": "Licence Ouverte 2.0",
    "is_public": "oui",
}


@pytest.fixture
def event(client: Client, time: time_machine.Traveller) -> Event:
    """An event of yesterday, whose editor is signed in."""
    lab = OrganisationFactory(name="Lab Archipel")
    event: Event = EventSessionFactory(event=EventFactory(organisation=lab, title="Atelier cartes")).event
    time.move_to(AFTER)
    client.sign_in(MembershipFactory(organisation=lab).person)
    return event


def apres(event: Event, path: str = "") -> str:
    return f"/espace-lab/evenements/{event.slug}/apres{path}"


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def typed(page: Page, index: int, **changes: Any) -> dict[str, Any]:
    return {**page.forms[index].values, **changes}


def add(event: Event, **fields: Any) -> Resource:
    document = Resource(
        event_id=event.id,
        **{"kind": ResourceKind.SLIDES, "url": "https://lab.example.org", "licence": "CC BY 4.0", **fields},
    )
    db.session.add(document)
    db.session.commit()
    return document


def test_only_the_team_of_the_event_comes(event: Event, new_client: Callable[[], Client]):
    people = [MembershipFactory(), MembershipFactory(organisation=event.organisation, role=MembershipRole.HELPER)]
    assert [new_client().sign_in(one.person).get(apres(event)).status_code for one in people] == [403, 403]
    assert new_client().get(apres(event)).location == f"/connexion?suite={apres(event)}"
    stranger = new_client().sign_in(people[0].person)
    for path in ("", "/documents", "/documents/1/retirer"):
        assert stranger.post(apres(event, path)).status_code == 403


def test_before_the_event_the_page_says_when_to_come_back(event: Event, client: Client):
    session = event.sessions[0]
    session.day = date(2026, 11, 19)
    session.ends_at += timedelta(days=7)
    session.starts_at += timedelta(days=7)
    page = page_of(client, apres(event))
    assert "Elle s’ouvre à la première date, le jeudi 19 novembre 2026 à 9 h 30." in page.text
    assert page.forms == []
    response = client.post(apres(event), data={"attended": "3"})
    assert (response.status_code, check_page(response.text).refusals) == (
        422,
        ["L’événement n’a pas encore commencé : revenez après la première date."],
    )


def test_of_a_cancelled_event_there_is_nothing_to_say(event: Event, client: Client):
    event.status = EventStatus.CANCELLED
    assert "L’événement est annulé : il n’y a rien à en dire ici." in page_of(client, apres(event)).text


def test_the_outcome_is_saved_as_far_as_it_goes_and_what_is_owed_is_said(event: Event, client: Client):
    page = page_of(client, apres(event))
    assert "Il manque le nombre de personnes venues, les documents, le bilan" in page.alerts[0]
    assert "C’est attendu pour le dimanche 22 novembre 2026." in page.alerts[0]

    response = client.post(apres(event), data=typed(page, 0, attended="14", has_no_document="y"))
    assert response.location == apres(event)

    page = page_of(client, apres(event))
    assert "Il manque le bilan" in page.alerts[1]
    client.post(apres(event), data=typed(page, 0, next_steps="Un second atelier en mars."))
    page = page_of(client, apres(event))
    assert "Tout y est, merci" in page.alerts[1]
    assert page.forms[0].values["next_steps"] == "Un second atelier en mars."


def test_what_is_not_a_number_comes_back_with_the_rest(event: Event, client: Client):
    response = client.post(apres(event), data={"attended": "beaucoup", "produced": "Un plan."})
    page = check_page(response.text)
    assert response.status_code == 422
    assert list(page.field_errors()) == ["attended"]
    assert page.forms[0].values["produced"] == "Un plan."
    assert queries.outcome(event.id) is None


def test_the_second_to_save_sees_both_and_decides(event: Event, client: Client):
    opened = page_of(client, apres(event))
    client.post(apres(event), data=typed(opened, 0, attended="14"))
    response = client.post(apres(event), data=typed(opened, 0, produced="Un plan."))
    page = check_page(response.text)
    assert response.status_code == 422
    assert "Combien de personnes sont venues ? 14 rien" in page.text
    assert page.forms[0].values["produced"] == "Un plan."
    client.post(apres(event), data=typed(page, 0))
    kept = queries.outcome(event.id)
    assert kept is not None
    assert (kept.attended, kept.answers) == (None, {"produced": "Un plan."})


def test_a_document_is_shared_shown_and_taken_away(event: Event, client: Client, new_client: Callable[[], Client]):
    page = page_of(client, apres(event))
    response = client.post(apres(event, "/documents"), data=typed(page, 1, **DOCUMENT))
    assert response.location == apres(event, "#documents")

    public = check_page(new_client().get(f"/evenements/{event.slug}").text)
    assert "Support de l’atelier, présentation (Licence Ouverte 2.0)" in public.text
    assert public.links["Support de l’atelier"] == "https://lab.example.org/support.pdf"

    page = page_of(client, apres(event))
    assert page.forms[1].buttons == ["Retirer Support de l’atelier"]
    client.post(page.forms[1].action)
    assert queries.given([event.id]) == {event.id: Given()}
    assert "Documents" not in check_page(new_client().get(f"/evenements/{event.slug}").text).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "ftp://lab.example.org/support.pdf"}, "url"),
        ({"title": " "}, "title"),
        ({"licence": "Aucune"}, "licence"),
        ({"kind": ""}, "kind"),
        ({"kind": "photo"}, "persons_agreed"),
    ],
)
def test_a_document_that_cannot_be_shared_comes_back(event: Event, client: Client, changes: Any, field: str):
    response = client.post(apres(event, "/documents"), data={**DOCUMENT, **changes})
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.title.startswith("Erreur :")
    assert list(page.field_errors()) == [field]
    assert queries.documents(event.id) == []


def test_a_document_of_another_event_is_not_there(event: Event, client: Client):
    document = add(EventFactory(), title="Ailleurs")
    assert client.post(apres(event, f"/documents/{document.id}/retirer")).status_code == 404


def test_those_who_registered_read_what_is_kept_for_them(event: Event, client: Client):
    add(event, title="Enregistrement", kind=ResourceKind.REPLAY, is_public=False)
    seat = SeatFactory(event_session=event.sessions[0])
    token = tokens.seal("registration", seat.registration.link_key)
    assert "Enregistrement, enregistrement à revoir (CC BY 4.0)" in page_of(client, f"/i/{token}").text
    assert "Enregistrement" not in page_of(client, f"/evenements/{event.slug}").links


def test_the_page_asks_as_much_with_one_document_as_with_three(event: Event, client: Client, statements: Any):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            add(event, title="Support")
        with statements() as asked:
            assert client.get(apres(event)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_organisation_is_named_in_the_path(event: Event, client: Client):
    organisation: Organisation = event.organisation
    assert organisation.name in page_of(client, apres(event)).breadcrumb


def test_the_page_is_reached_from_the_event(event: Event, client: Client):
    page = page_of(client, f"/espace-lab/evenements/{event.slug}")
    assert page.links["Bilan et documents"] == apres(event)
