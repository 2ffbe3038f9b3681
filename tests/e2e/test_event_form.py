"""An event composed with the keyboard alone, with and without script, from the desk to "Tout y est"."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from planner.db import db
from planner.editions.models import Edition
from planner.events.models import Event
from planner.programmes import queries
from tests.e2e.service import Service
from tests.e2e.visitor import Visitor

EDITOR = "redaction.lab-archipel@example.org"


class Keyboard:
    """Somebody who has no mouse: Tab, Space, Enter, arrows."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def start(self, name: str) -> None:
        """What has this name, from where the link past the menu leads."""
        self.page.locator("main").focus()
        self.go(name)

    def go(self, name: str) -> None:
        """Press Tab until what begins so has the focus."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.visitor.focused.startswith(name):
                return
        raise AssertionError(f"“{name}” cannot be reached with the keyboard at {self.page.url}")

    def write(self, name: str, text: str) -> None:
        self.go(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name: str) -> None:
        """Tick what has this name."""
        self.go(name)
        self.page.keyboard.press("Space")

    def press(self, name: str) -> None:
        """Press the button or follow the link of this name."""
        self.go(name)
        self.enter()

    def enter(self) -> None:
        """Press what has the focus, which leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_an_event_is_composed_with_the_keyboard_alone(
    service: Service,
    inside: Flask,
    arrive: Callable[..., Visitor],
    has_script: bool,  # noqa: FBT001  # a way to come
) -> None:
    edition = queries.open_edition()
    assert isinstance(edition, Edition)
    first = edition.starts_on + timedelta(days=(1 - edition.starts_on.weekday()) % 7)  # a Tuesday
    db.session.rollback()
    title = f"Atelier au clavier {'avec' if has_script else 'sans'} script"
    visitor = arrive(has_script=has_script)
    visitor.sign_in(service, EDITOR)
    person = Keyboard(visitor)

    person.start("Créer un événement")
    person.enter()
    present(person, title)
    visitor.look(f"formulaire-presentation-{has_script}")
    person.press("Enregistrer et continuer")

    say_when_and_where(person, first)
    visitor.look(f"formulaire-dates-{has_script}")
    person.press("Enregistrer et continuer")

    person.start("Citoyens")
    visitor.page.keyboard.press("Space")
    person.press("Enregistrer et continuer")
    person.start("Enregistrer et continuer")  # registrations: nothing to change
    person.enter()
    person.start("Nous acceptons la charte")
    visitor.page.keyboard.press("Space")
    person.press("Enregistrer et revenir au tableau de bord")
    visitor.visit(f"/espace-lab/evenements/{_slug(title)}/modifier/verification")
    assert "Tout y est" in visitor.text
    visitor.look(f"formulaire-verification-{has_script}")
    visitor.visit(f"/espace-lab/evenements/{_slug(title)}/supprimer")  # the programme is as the next test expects it
    visitor.press("Supprimer le brouillon")


def present(person: Keyboard, title: str) -> None:
    """The first page, with a picture and somebody who speaks."""
    page, keyboard = person.page, person.page.keyboard
    person.start("Titre")
    keyboard.type(title)
    person.write("Résumé", "Composé sans souris.")
    person.go("Mettre en forme la description")
    keyboard.press("Enter")
    assert page.get_by_text("Une ligne vide sépare deux paragraphes.").is_visible()
    person.go("Format")
    keyboard.press("ArrowDown")
    person.choose(page.locator("label[for=themes-0]").inner_text().strip())
    person.write("Compétences", "facilitation, récit")
    person.press("Ajouter un intervenant")
    person.write("Prénom et nom", "Personne A")
    person.write("Fonction", "Designer")
    picture = BytesIO()
    Image.new("RGB", (900, 450), "navy").save(picture, "PNG")
    file = {"name": "photo.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    page.locator("#upload").set_input_files([file])  # the window of the system, which is out of the page
    person.start("Texte de remplacement")
    keyboard.type("Un carré bleu")


def say_when_and_where(person: Keyboard, first: date) -> None:
    """Two dates of three more: one duplicated, two repeated, one taken away."""
    visitor, keyboard = person.visitor, person.page.keyboard
    person.start("Sur place")
    keyboard.press("Space")
    person.go("Jour")
    keyboard.type(first.strftime("%m%d%Y"))  # in the order of this browser
    person.go("Début")
    keyboard.type("0900AM")
    person.go("Fin")
    keyboard.type("1030AM")
    person.write("Salle", "Agora")
    person.press("Dupliquer la date 1")
    assert visitor.value("sessions__0__day") == first.isoformat()
    assert visitor.value("sessions__1__day") == (first + timedelta(days=7)).isoformat()
    person.go("Répéter une date")
    keyboard.press("Enter")
    person.write("Nombre de dates à ajouter", "2")
    person.press("Ajouter ces dates")
    assert "2 dates ajoutées" in visitor.text
    person.press("Retirer la date 4")
    assert visitor.page.locator("main [name$='-day']").count() == 3
    person.start("Nom du lieu")
    keyboard.type("Cité administrative")
    person.write("Code postal", "69003")
    person.write("Ville", "Lyon")


def _slug(title: str) -> str:
    slug = db.session.scalars(select(Event.slug).where(Event.title == title)).one()
    db.session.rollback()
    return slug
