"""Forms with something more: the keyboard alone, several dates, on site and online."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from planner import clock, dates
from planner.db import db
from planner.events.models import Event, EventState
from tests.e2e.service import Service, invitation_in, link_in
from tests.e2e.visitor import Visitor


def test_one_registers_with_the_keyboard_alone(service: Service, inside: Flask, arrive: Callable[..., Visitor]) -> None:
    with_room = select(Event.slug).where(Event.state == EventState.PUBLISHED, Event.sessions.any(places_onsite=80))
    slug = db.session.scalars(with_room.order_by(Event.id.desc())).first()
    db.session.rollback()
    visitor = arrive()
    visitor.visit(f"/evenements/{slug}/inscription")
    keyboard = visitor.page.keyboard
    keyboard.press("Tab")
    assert visitor.focused == "Contenu"
    keyboard.press("Enter")  # past the menu
    visitor.tab_to("Prénom et nom")
    keyboard.type("Personne au clavier")
    visitor.tab_to("Adresse électronique")
    keyboard.type("pas une adresse")
    visitor.tab_to("S’inscrire")
    with visitor.answered(422):
        keyboard.press("Enter")
        expect(visitor.page).to_have_title(re.compile("^Erreur"))
    assert visitor.focused == "1 point à corriger"
    keyboard.press("Tab")
    keyboard.press("Enter")  # the link of the summary leads to the field
    assert visitor.focused == "Adresse électronique"
    keyboard.press("Control+A")
    keyboard.type("clavier@example.org")
    visitor.tab_to("Vous êtes")
    keyboard.press("ArrowDown")
    visitor.tab_to("S’inscrire")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/inscription/envoyee")
    visitor.visit(link_in(service.mail("clavier@example.org", "Confirmez"), "/i/"))
    visitor.tab_to("Confirmer mon inscription")
    keyboard.press("Enter")
    visitor.page.get_by_text("Votre place est réservée.").wait_for()


def test_several_dates_on_site_and_online(service: Service, arrive: Callable[..., Visitor]) -> None:
    """A lab proposes two dates in a room and online; somebody comes online on the second."""
    editor, moderator, citizen = arrive(), arrive(), arrive()
    title, joining = "Forum à deux dates", "https://visio.example/forum"
    days = [dates.local(clock.now()).date() + timedelta(days=ahead) for ahead in (8, 9)]

    editor.sign_in(service, "redaction.lab-archipel@example.org")
    editor.follow("Créer un événement")
    editor.fill(title=title, summary="Deux dates au choix.")
    editor.page.select_option("main [name=format]", "debate")
    editor.page.locator("label[for=themes-0]").click()
    editor.press("Enregistrer et continuer")
    editor.tick("mode", "hybrid")
    editor.press("Ajouter une date")
    editor.press("Ajouter une date")
    for number, day in enumerate(days):
        entry = f"sessions__{number}__"
        moments = {"day": day.isoformat(), "start_time": "14:00", "end_time": "16:00"}
        places = {"places_onsite": "30", "places_online": "100"}
        editor.fill(**{f"{entry}{name}": value for name, value in (moments | places).items()})
    editor.press("Retirer la date 3")
    editor.tick("attendance", "one_session")
    editor.fill(venue="Cité administrative", postcode="69003", city="Lyon", joining_link=joining)
    editor.look("lab-deux-dates")
    editor.press("Enregistrer et continuer")
    editor.tick("audiences", "citizens")
    editor.press("Enregistrer et continuer")
    editor.press("Enregistrer et continuer")
    editor.tick("is_charter_accepted", "y")
    editor.press("Proposer l’événement")

    moderator.sign_in(service, "moderation.ditp@example.org")
    moderator.follow(title)
    moderator.press("Valider et publier")

    citizen.visit(link_in(service.mail("redaction.lab-archipel@example.org", "Publié", about=title), "/evenements/"))
    assert joining not in citizen.page.content()
    citizen.look("evenement-deux-dates")
    citizen.follow("S’inscrire")
    citizen.page.locator("main [name=session] + label").nth(1).click()
    citizen.tick("mode", "online")
    citizen.fill(full_name="Personne à distance", email="distance@example.org")
    citizen.look("inscription-deux-dates")
    citizen.press("S’inscrire")
    citizen.visit(link_in(service.mail("distance@example.org", "Confirmez"), "/i/"))
    citizen.press("Confirmer mon inscription")
    assert joining in citizen.text
    citizen.look("mon-inscription-en-ligne")
    _, entry = invitation_in(service.mail("distance@example.org", "Inscription confirmée", about=title))
    assert (str(entry["LOCATION"]), dates.local(entry.start).date()) == (joining, days[1])
