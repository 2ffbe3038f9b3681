"""The main job, by four people: a lab's editor, a moderator, and two citizens, from the draft to the reminder."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from openpyxl import load_workbook
from sqlalchemy import select

from planner import clock, dates
from planner.db import db, transaction
from planner.events.models import Event
from planner.mail import outbox
from planner.mail.models import MessageStatus
from planner.registrations import services as registrations
from tests.e2e.service import Service, invitation_in, link_in, text_of
from tests.e2e.visitor import Visitor

EDITOR, MODERATOR = "redaction.lab-archipel@example.org", "moderation.ditp@example.org"
FORMULA = "=cmd|' /C calc'!A1"  # what a spreadsheet must never run


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def sign_in(visitor: Visitor, service: Service, address: str, name: str) -> None:
    """By the mailed link, whose opening alone does nothing."""
    visitor.visit("/connexion")
    visitor.look(f"{name}-connexion")
    visitor.fill(email=address)
    visitor.page.locator("main button[type=submit]").first.click()
    assert visitor.heading == "Vérifiez votre messagerie"
    visitor.look(f"{name}-lien-envoye")
    visitor.page.goto(link_in(service.mail(address, "Votre lien de connexion"), "/connexion/"))
    visitor.look(f"{name}-confirmer-la-connexion")
    visitor.press("Me connecter")


def test_from_a_draft_to_a_reminder(
    service: Service, inside: Flask, arrive: Callable[..., Visitor], has_script: bool
) -> None:
    title = "Atelier des services simples" if has_script else "Atelier des formulaires clairs"
    people = "avec" if has_script else "sans"
    first_citizen, second_citizen = f"premiere.{people}@example.org", f"seconde.{people}@example.org"
    day = dates.local(clock.now()).date() + timedelta(days=10)

    # 1. The editor signs in and is on the lab's desk.
    editor = arrive(has_script=has_script)
    sign_in(editor, service, EDITOR, "1-editeur")
    assert editor.heading == "Lab Archipel"
    editor.look("1-tableau-de-bord")

    # 2. A draft with things missing, taken up again, completed, submitted; a receipt by mail.
    editor.follow("Créer un événement")
    editor.look("2-nouvel-evenement")
    editor.fill(title=title)
    editor.press("Enregistrer et revenir au tableau de bord")
    editor.follow(title)
    assert "Brouillon" in editor.text or "BROUILLON" in editor.text
    editor.look("2-brouillon")
    editor.follow("Continuer")
    editor.fill(summary="Deux heures pour simplifier une démarche.", description="On vient avec **une** démarche.")
    editor.page.select_option("main [name=format]", "workshop")
    editor.page.locator("label[for=themes-0]").click()
    editor.look("2-presentation")
    editor.press("Enregistrer et continuer")
    editor.tick("mode", "onsite")
    editor.fill(sessions__0__day=day.isoformat(), sessions__0__start_time="09:30", sessions__0__end_time="12:00")
    editor.fill(sessions__0__places_onsite="1", street="1 place de l’Hôtel-de-Ville", postcode="69001", city="Lyon")
    editor.look("2-dates-et-lieu")
    editor.press("Enregistrer et continuer")
    editor.tick("audiences", "citizens", "state_agents")
    editor.tick("accessibility", "motor")
    editor.look("2-publics")
    editor.press("Enregistrer et continuer")
    editor.look("2-inscriptions")
    editor.press("Enregistrer et continuer")
    editor.look("2-verification-incomplete")
    editor.press("Proposer l’événement")  # the venue and the charter are missing
    assert "Indiquez le nom du lieu." in editor.text
    editor.look("2-verification-refusee")
    editor.tick("is_charter_accepted", "y")
    editor.press("Enregistrer et revenir au tableau de bord")
    editor.follow(title)
    editor.follow("Continuer")
    editor.fill(venue="Cité administrative")
    for _ in range(3):
        editor.press("Enregistrer et continuer")
    editor.look("2-verification")
    editor.press("Proposer l’événement")
    assert "proposé" in editor.text
    receipt = service.mail(EDITOR, "Bien reçu")
    assert title in str(receipt["Subject"])

    # 3. A moderator asks for a change; the editor corrects; the moderator approves and publishes.
    moderator = arrive(has_script=has_script)
    sign_in(moderator, service, MODERATOR, "3-moderation")
    assert moderator.heading == "À instruire"
    moderator.look("3-a-instruire")
    moderator.follow(title)
    moderator.look("3-instruire")
    moderator.page.get_by_text("Demander des corrections", exact=True).click()
    moderator.tick("corrections-reason", "incomplete")
    moderator.fill(corrections__text="Précisez l’étage de la salle.")
    moderator.tick("corrections-fields", "venue")
    moderator.look("3-demander-des-corrections")
    moderator.press("Envoyer la demande")
    assert "À corriger" in moderator.text or "À CORRIGER" in moderator.text

    request = service.mail(EDITOR, "À corriger")
    assert "Précisez l’étage de la salle." in text_of(request)
    editor.page.goto(link_in(request, "dates-et-lieu"))
    assert "Précisez l’étage de la salle." in editor.text
    editor.look("3-corriger")
    editor.fill(venue="Cité administrative, 2e étage")
    for _ in range(3):
        editor.press("Enregistrer et continuer")
    editor.press("Proposer à nouveau")
    moderator.page.reload()
    moderator.press("Valider et publier")
    assert "L’événement est publié." in moderator.text
    moderator.look("3-publie")
    published = service.mail(EDITOR, "Publié")

    # 4. It is in the national calendar, by each filter, with its page, its file and its description.
    citizen = arrive(has_script=has_script)
    citizen.visit("/")
    citizen.look("4-accueil")
    for question in (
        f"q={quote(title)}",
        "region=84",
        f"du={day}&au={day}",
        f"format=workshop&du={day}&au={day}",
        f"mode=onsite&du={day}&au={day}",
    ):
        citizen.visit(f"/programme?{question}")
        assert title in citizen.text, question
    citizen.visit(f"/programme?q={quote(title)}&mode=online")
    assert title not in citizen.text.replace(f"« {title} »", "")
    citizen.look("4-programme-vide")
    citizen.visit(f"/programme?q={quote(title)}")
    citizen.look("4-programme")
    citizen.follow(title)
    citizen.look("4-evenement")
    assert citizen.page.url == link_in(published, "/evenements/")
    described = json.loads(citizen.page.locator("script[type='application/ld+json']").first.inner_text())
    assert (described["@type"], described["name"]) == ("Event", title)
    calendar = Calendar.from_ical(citizen.page.request.get(f"{citizen.page.url}.ics").body())
    (slot,) = calendar.events
    assert (str(slot["SUMMARY"]), dates.local(slot.start).hour) == (title, 9)

    # 5. The first citizen registers, proves the address, is confirmed; the second finds it full and waits.
    citizen.follow("S’inscrire")
    citizen.look("5-inscription")
    citizen.press("S’inscrire")
    assert citizen.page.title().startswith("Erreur")
    citizen.look("5-inscription-refusee")
    citizen.fill(full_name="Première personne", email=first_citizen)
    citizen.press("S’inscrire")
    assert citizen.heading == "Vérifiez votre messagerie"
    citizen.look("5-verifiez-votre-messagerie")
    personal = link_in(service.mail(first_citizen, "Confirmez"), "/i/")
    citizen.page.goto(personal)
    citizen.look("5-a-confirmer")
    citizen.press("Confirmer mon inscription")
    citizen.look("5-confirmee")
    confirmation = service.mail(first_citizen, "Inscription confirmée")
    method, entry = invitation_in(confirmation)
    assert (method, str(entry["SUMMARY"]), entry["SEQUENCE"]) == ("REQUEST", title, 0)
    assert str(entry["ATTENDEE"]) == f"mailto:{first_citizen}"
    assert str(entry["ORGANIZER"]) == "mailto:agenda@service.example"
    uid = str(entry["UID"])

    other = arrive(has_script=has_script)
    other.page.goto(link_in(published, "/evenements/"))
    assert "Complet" in other.text or "COMPLET" in other.text
    other.look("5-complet")
    other.page.goto(f"{link_in(published, '/evenements/')}/inscription")
    other.fill(full_name=FORMULA, email=second_citizen)
    other.look("5-liste-d-attente")
    other.press("Rejoindre la liste d’attente")
    other.page.goto(link_in(service.mail(second_citizen, "Confirmez"), "/i/"))
    other.press("Confirmer mon inscription")
    assert "1er sur la liste d’attente" in other.text
    other.look("5-en-attente")
    service.mail(second_citizen, "Sur liste d’attente")

    # The first gives up: the calendar entry goes; the second is offered the place, accepts, is confirmed.
    citizen.follow("Je ne peux plus venir")
    citizen.look("5-renoncer")
    citizen.press("Libérer ma place")
    citizen.look("5-place-liberee")
    method, entry = invitation_in(service.mail(first_citizen, "Place libérée"))
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("CANCEL", uid, 1)
    other.page.goto(link_in(service.mail(second_citizen, "Une place s’est libérée"), "/i/"))
    other.look("5-place-proposee")
    other.press("Accepter la place")
    assert "La place est à vous." in other.text
    method, entry = invitation_in(service.mail(second_citizen, "Inscription confirmée"))
    assert (method, str(entry["ATTENDEE"])) == ("REQUEST", f"mailto:{second_citizen}")

    # 6. A reminder falls due and is sent once.
    starts_at = db.session.scalars(select(Event).where(Event.title == title)).one().sessions[0].starts_at
    assert starts_at
    db.session.rollback()
    with time_machine.travel(starts_at - timedelta(hours=23, minutes=59), tick=True):
        for expected in (1, 0):
            with transaction():
                registrations.remind()
            sent = outbox.deliver_due()[MessageStatus.SENT]
            reminders = [mail for mail in service.mails(second_citizen) if str(mail["Subject"]).startswith("Demain")]
            assert (len(reminders), sent >= expected) == (1, True)
    assert not any(str(mail["Subject"]).startswith("Demain") for mail in service.mails(first_citizen))

    # 7. The lab sees who comes and takes the list away, where nothing runs.
    editor.visit("/espace-lab")
    editor.follow(title)
    editor.follow("Voir les inscrits")
    assert second_citizen in editor.text
    editor.look("7-inscrits")
    with editor.page.expect_download() as download:
        editor.follow("Exporter en CSV")
    lines = list(csv.reader(StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert [line[1:3] for line in lines] == [["Nom", "Adresse électronique"], [f"'{FORMULA}", second_citizen]]
    with editor.page.expect_download() as download:
        editor.follow("Exporter pour tableur (XLSX)")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert [[cell.value for cell in row[1:3]] for row in sheet][1] == [f"'{FORMULA}", second_citizen]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}  # texts, and empty cells
