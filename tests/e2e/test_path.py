"""The main job, by four people: a lab's editor, a moderator, and two citizens, from the draft to the reminder."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
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


class Story:
    """Four people, each with a browser, and what they speak of."""

    def __init__(self, service: Service, arrive: Callable[..., Visitor], *, has_script: bool) -> None:
        self.service = service
        self.editor, self.moderator, self.first, self.second = (arrive(has_script=has_script) for _ in range(4))
        self.title = "Atelier des services simples" if has_script else "Atelier des formulaires clairs"
        mark = "avec" if has_script else "sans"
        self.first_address, self.second_address = f"premiere.{mark}@example.org", f"seconde.{mark}@example.org"
        self.day = dates.local(clock.now()).date() + timedelta(days=10)
        self.published: EmailMessage  # the mail that tells the address of the page
        self.uid: str  # of the first person's calendar entry


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def story(request: pytest.FixtureRequest, service: Service, arrive: Callable[..., Visitor]) -> Story:
    return Story(service, arrive, has_script=request.param)


def sign_in(visitor: Visitor, service: Service, address: str, name: str) -> None:
    """By the mailed link, whose opening alone does nothing."""
    visitor.visit("/connexion")
    visitor.look(f"{name}-connexion")
    visitor.fill(email=address)
    former = len(service.mails(address))  # a link serves once: the one of an earlier visit opens nothing
    visitor.page.locator("main button[type=submit]").first.click()
    assert visitor.heading == "Vérifiez votre messagerie"
    visitor.look(f"{name}-lien-envoye")
    visitor.page.goto(link_in(service.mail(address, "Votre lien de connexion", after=former), "/connexion/"))
    visitor.look(f"{name}-confirmer-la-connexion")
    visitor.press("Me connecter")


def the_editor_signs_in(story: Story) -> None:
    """The editor signs in and is on the lab's desk."""
    editor, service = story.editor, story.service
    sign_in(editor, service, EDITOR, "1-editeur")
    assert editor.heading == "Lab Archipel"
    editor.look("1-tableau-de-bord")


def a_draft_is_completed_and_submitted(story: Story) -> None:
    """A draft with things missing, taken up again, completed, submitted; a receipt by mail."""
    editor, service = story.editor, story.service
    editor.follow("Créer un événement")
    editor.look("2-nouvel-evenement")
    editor.fill(title=story.title)
    editor.press("Enregistrer et revenir au tableau de bord")
    editor.follow(story.title)
    assert "Brouillon" in editor.text or "BROUILLON" in editor.text
    editor.look("2-brouillon")
    editor.follow("Continuer")
    editor.fill(summary="Deux heures pour simplifier une démarche.", description="On vient avec **une** démarche.")
    editor.page.select_option("main [name=format]", "workshop")
    editor.page.locator("label[for=themes-0]").click()
    editor.look("2-presentation")
    editor.press("Enregistrer et continuer")
    editor.tick("mode", "onsite")
    editor.fill(sessions__0__day=story.day.isoformat(), sessions__0__start_time="09:30", sessions__0__end_time="12:00")
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
    editor.follow(story.title)
    editor.follow("Continuer")
    editor.fill(venue="Cité administrative")
    for _ in range(3):
        editor.press("Enregistrer et continuer")
    editor.look("2-verification")
    editor.press("Proposer l’événement")
    assert "proposé" in editor.text
    receipt = service.mail(EDITOR, "Bien reçu", about=story.title)
    assert story.title in str(receipt["Subject"])


def a_change_is_asked_for_then_it_is_published(story: Story) -> None:
    """A moderator asks for a change; the editor corrects; the moderator approves and publishes."""
    editor, moderator, service = story.editor, story.moderator, story.service
    sign_in(moderator, service, MODERATOR, "3-moderation")
    assert moderator.heading == "À instruire"
    moderator.look("3-a-instruire")
    moderator.follow(story.title)
    moderator.look("3-instruire")
    moderator.page.get_by_text("Demander des corrections", exact=True).click()
    moderator.tick("corrections-reason", "incomplete")
    moderator.fill(corrections__text="Précisez l’étage de la salle.")
    moderator.page.get_by_text("Dates et lieu", exact=True).click()
    moderator.tick("corrections-when_and_where", "venue")
    moderator.look("3-demander-des-corrections")
    moderator.press("Envoyer la demande")
    assert "À corriger" in moderator.text or "À CORRIGER" in moderator.text

    request = service.mail(EDITOR, "À corriger", about=story.title)
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
    story.published = service.mail(EDITOR, "Publié", about=story.title)


def it_is_in_the_calendar(story: Story) -> None:
    """It is in the national calendar, by each filter, with its page, its file and its description."""
    first = story.first
    first.visit("/")
    first.look("4-accueil")
    for question in (
        f"q={quote(story.title)}",
        "region=84",
        f"du={story.day}&au={story.day}",
        f"format=workshop&du={story.day}&au={story.day}",
        f"mode=onsite&du={story.day}&au={story.day}",
    ):
        first.visit(f"/programme?{question}")
        assert story.title in first.text, question
    first.visit(f"/programme?q={quote(story.title)}&mode=online")
    assert story.title not in first.text.replace(f"« {story.title} »", "")
    first.look("4-programme-vide")
    first.visit(f"/programme?q={quote(story.title)}")
    first.look("4-programme")
    first.follow(story.title)
    first.look("4-evenement")
    assert first.page.url == link_in(story.published, "/evenements/")
    described = json.loads(first.page.locator("script[type='application/ld+json']").first.inner_text())
    assert (described["@type"], described["name"]) == ("Event", story.title)
    calendar = Calendar.from_ical(first.page.request.get(f"{first.page.url}.ics").body())
    (slot,) = calendar.events
    assert (str(slot["SUMMARY"]), dates.local(slot.start).hour) == (story.title, 9)


def one_registers_and_another_waits(story: Story) -> None:
    """The first citizen registers, proves the address, is confirmed; the second finds it full and waits."""
    first, second, service = story.first, story.second, story.service
    first.follow("S’inscrire")
    first.look("5-inscription")
    first.press("S’inscrire")
    assert first.page.title().startswith("Erreur")
    first.look("5-inscription-refusee")
    first.fill(full_name="Première personne", email=story.first_address)
    first.press("S’inscrire")
    assert first.heading == "Vérifiez votre messagerie"
    first.look("5-verifiez-votre-messagerie")
    personal = link_in(service.mail(story.first_address, "Confirmez"), "/i/")
    first.page.goto(personal)
    first.look("5-a-confirmer")
    first.press("Confirmer mon inscription")
    first.look("5-confirmee")
    confirmation = service.mail(story.first_address, "Inscription confirmée")
    method, entry = invitation_in(confirmation)
    assert (method, str(entry["SUMMARY"]), entry["SEQUENCE"]) == ("REQUEST", story.title, 0)
    assert str(entry["ATTENDEE"]) == f"mailto:{story.first_address}"
    assert str(entry["ORGANIZER"]) == "mailto:agenda@service.example"
    story.uid = str(entry["UID"])

    second.page.goto(link_in(story.published, "/evenements/"))
    assert "Complet" in second.text or "COMPLET" in second.text
    second.look("5-complet")
    second.page.goto(f"{link_in(story.published, '/evenements/')}/inscription")
    second.fill(full_name=FORMULA, email=story.second_address)
    second.look("5-liste-d-attente")
    second.press("Rejoindre la liste d’attente")
    second.page.goto(link_in(service.mail(story.second_address, "Confirmez"), "/i/"))
    second.press("Confirmer mon inscription")
    assert "1er sur la liste d’attente" in second.text
    second.look("5-en-attente")
    service.mail(story.second_address, "Sur liste d’attente")


def a_place_given_up_is_offered(story: Story) -> None:
    """The first gives up: the calendar entry goes; the second is offered the place, accepts, is confirmed."""
    first, second, service = story.first, story.second, story.service
    first.follow("Je ne peux plus venir")
    first.look("5-renoncer")
    first.press("Libérer ma place")
    first.look("5-place-liberee")
    method, entry = invitation_in(service.mail(story.first_address, "Place libérée"))
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("CANCEL", story.uid, 1)
    second.page.goto(link_in(service.mail(story.second_address, "Une place s’est libérée"), "/i/"))
    second.look("5-place-proposee")
    second.press("Accepter la place")
    assert "La place est à vous." in second.text
    method, entry = invitation_in(service.mail(story.second_address, "Inscription confirmée"))
    assert (method, str(entry["ATTENDEE"])) == ("REQUEST", f"mailto:{story.second_address}")


def a_reminder_is_sent_once(story: Story) -> None:
    """A reminder falls due and is sent once."""
    service = story.service
    starts_at = db.session.scalars(select(Event).where(Event.title == story.title)).one().sessions[0].starts_at
    assert starts_at
    db.session.rollback()
    with time_machine.travel(starts_at - timedelta(hours=23, minutes=59), tick=True):
        for expected in (1, 0):
            with transaction():
                registrations.remind()
            sent = outbox.deliver_due()[MessageStatus.SENT]
            reminders = [
                mail for mail in service.mails(story.second_address) if str(mail["Subject"]).startswith("Demain")
            ]
            assert (len(reminders), sent >= expected) == (1, True)
    assert not any(str(mail["Subject"]).startswith("Demain") for mail in service.mails(story.first_address))


def the_lab_takes_its_list_away(story: Story) -> None:
    """The lab sees who comes and takes the list away, where nothing runs."""
    editor = story.editor
    editor.visit("/espace-lab")
    editor.follow(story.title)
    editor.follow("Voir les inscrits")
    assert story.second_address in editor.text
    editor.look("7-inscrits")
    with editor.page.expect_download() as download:
        editor.follow("Exporter en CSV")
    lines = list(csv.reader(StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert [line[1:3] for line in lines] == [["Nom", "Adresse électronique"], [f"'{FORMULA}", story.second_address]]
    with editor.page.expect_download() as download:
        editor.follow("Exporter pour tableur (XLSX)")
    sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert [[cell.value for cell in row[1:3]] for row in sheet][1] == [f"'{FORMULA}", story.second_address]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}  # texts, and empty cells


def test_from_a_draft_to_a_reminder(story: Story, inside: Flask) -> None:
    """The seven steps, one after the other: each stands on the one before."""
    the_editor_signs_in(story)
    a_draft_is_completed_and_submitted(story)
    a_change_is_asked_for_then_it_is_published(story)
    it_is_in_the_calendar(story)
    one_registers_and_another_waits(story)
    a_place_given_up_is_offered(story)
    a_reminder_is_sent_once(story)
    the_lab_takes_its_list_away(story)
