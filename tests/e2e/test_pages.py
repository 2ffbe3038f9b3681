"""The pages that everybody comes to, with the demonstration data; the keyboard; a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from planner.db import db
from planner.events.models import Event, EventState
from tests.e2e.service import Service, link_in
from tests.e2e.test_path import sign_in
from tests.e2e.visitor import Visitor


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "accueil"),
        ("/programme", "programme"),
        ("/programme?region=04", "programme-la-reunion"),
        ("/labs", "labs"),
        ("/labs/lab-archipel", "lab"),
        ("/accessibilite", "accessibilite"),
        ("/mentions-legales", "mentions-legales"),
        ("/donnees-personnelles", "donnees-personnelles"),
    ],
)
def test_a_public_page_is_for_everybody(arrive: Callable[..., Visitor], path: str, name: str) -> None:
    visitor = arrive()
    visitor.visit(path)
    visitor.look(f"page-{name}")


def test_an_event_overseas_says_both_hours(inside: Flask, arrive: Callable[..., Visitor]) -> None:
    reunion = select(Event.slug).where(Event.region_code == "04", Event.state == EventState.PUBLISHED)
    slug = db.session.scalars(reunion).first()
    db.session.rollback()
    visitor = arrive()
    visitor.visit(f"/evenements/{slug}")
    assert "heure de La Réunion" in visitor.text
    assert "à Paris" in visitor.text
    visitor.look("page-evenement-outre-mer")


def test_a_missing_page_helps(arrive: Callable[..., Visitor]) -> None:
    visitor = arrive()
    response = visitor.page.goto("/nulle-part")
    assert response is not None
    assert response.status == 404
    visitor.look("page-introuvable")


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("referent.lab-archipel@example.org", "Lab Archipel"),
        ("coordination.auvergne-rhone-alpes@example.org", "À instruire"),
        ("administration.ditp@example.org", "À instruire"),
    ],
)
def test_each_role_arrives_where_its_work_is(
    service: Service, arrive: Callable[..., Visitor], address: str, heading: str
) -> None:
    visitor = arrive()
    sign_in(visitor, service, address, "roles")
    assert visitor.heading == heading
    visitor.look(f"role-{address.partition('@')[0]}")


def test_one_registers_with_the_keyboard_alone(service: Service, inside: Flask, arrive: Callable[..., Visitor]) -> None:
    open_to_all = (
        select(Event.slug)
        .where(Event.state == EventState.PUBLISHED, Event.sessions.any(places_onsite=80))
        .order_by(Event.id.desc())
    )
    slug = db.session.scalars(open_to_all).first()
    db.session.rollback()
    visitor = arrive()
    visitor.visit(f"/evenements/{slug}/inscription")
    keyboard = visitor.page.keyboard
    reached: list[str] = []
    for _ in range(60):
        keyboard.press("Tab")
        name = str(visitor.page.evaluate("document.activeElement.name || ''"))
        reached.append(name)
        if name == "full_name":
            keyboard.type("Personne au clavier")
        if name == "email":
            keyboard.type("clavier@example.org")
        if name == "access_needs":
            keyboard.press("Tab")
            break
    while str(visitor.page.evaluate("document.activeElement.type || ''")) != "submit":
        keyboard.press("Tab")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/inscription/envoyee")
    assert [name for name in reached if name in {"full_name", "email", "organisation_name", "audience"}] == [
        "full_name",
        "email",
        "organisation_name",
        "audience",
    ]
    assert link_in(service.mail("clavier@example.org", "Confirmez"), "/i/")
