"""The pages that everybody comes to, with the demonstration data, and the local mailbox."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from planner.db import db
from planner.events.models import Event, EventState
from tests.e2e.service import Service
from tests.e2e.visitor import PHONE, Visitor


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
    with visitor.answered(404):
        visitor.visit("/nulle-part")
    visitor.look("page-introuvable")


def test_the_menu_and_the_theme_are_at_hand_on_a_phone(arrive: Callable[..., Visitor]) -> None:
    visitor = arrive()
    page = visitor.page
    page.set_viewport_size({"width": PHONE, "height": 700})
    visitor.visit("/")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.locator("#menu").get_by_role("link", name="Programme", exact=True).click()
    page.wait_for_url("**/programme")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.locator("#menu").get_by_role("button", name="Affichage").click()
    page.get_by_text("Thème sombre", exact=True).click()
    page.wait_for_selector("html[data-fr-theme=dark]", state="attached")
    visitor.visit("/labs")
    page.wait_for_selector("html[data-fr-theme=dark]", state="attached")


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("referent.lab-archipel@example.org", "Lab Archipel"),
        ("accueil.lab-archipel@example.org", "Espace lab"),
        ("coordination.auvergne-rhone-alpes@example.org", "À instruire"),
        ("moderation.ditp@example.org", "À instruire"),
        ("administration.ditp@example.org", "À instruire"),
        ("agent.prefecture@example.org", "Mois de l’innovation publique"),
    ],
)
def test_each_role_arrives_where_its_work_is(
    service: Service, arrive: Callable[..., Visitor], address: str, heading: str
) -> None:
    visitor = arrive()
    visitor.sign_in(service, address)
    assert visitor.heading.startswith(heading)
    visitor.look(f"role-{address.partition('@')[0]}")


def test_the_mailbox_shows_a_mail_and_its_link(service: Service, arrive: Callable[..., Visitor]) -> None:
    address = "agent.prefecture@example.org"
    visitor = arrive()
    link = visitor.ask_for_a_link(service, address)
    visitor.page.goto(f"{service.mailbox_url}/?destinataire={address}")
    visitor.look("messagerie", has_themes=False)
    visitor.follow("Votre lien de connexion")
    visitor.look("messagerie-message", has_themes=False)
    framed = visitor.page.frame_locator("iframe").get_by_role("link", name="Me connecter")
    assert framed.get_attribute("href") == link
    with visitor.context.expect_page() as opened:
        framed.click()
    opened.value.wait_for_load_state()
    assert opened.value.url == link
