"""The main job, by four people: a lab's editor, a moderator, and two citizens, from the draft to the reminder."""

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO, StringIO
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

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
from planner.text import slugify
from tests.e2e.service import Service, invitation_in, link_in, text_of
from tests.e2e.visitor import Visitor

EDITOR, LAB = "redaction.lab-archipel@example.org", "lab-archipel@example.org"
MODERATOR = "moderation.ditp@example.org"
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
        self.address: str  # of the event's page, told by mail
        self.uid: str  # of the first person's calendar entry


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def story(request: pytest.FixtureRequest, service: Service, arrive: Callable[..., Visitor]) -> Story:
    return Story(service, arrive, has_script=request.param)


def sign_in(visitor: Visitor, service: Service, address: str, name: str) -> None:
    """By the mailed link, whose opening alone does nothing; each page is looked at."""
    visitor.visit("/connexion")
    visitor.look(f"{name}-connexion")
    mailed = visitor.ask_for_a_link(service, address)
    visitor.look(f"{name}-lien-envoye")
    visitor.visit(mailed)
    visitor.visit("/espace-lab")
    assert visitor.heading == "Se connecter"
    visitor.visit(mailed)
    visitor.look(f"{name}-confirmer-la-connexion")
    visitor.press("Me connecter")


def the_editor_signs_in(story: Story) -> None:
    """1. The editor signs in and is on the lab's desk."""
    editor, service = story.editor, story.service
    sign_in(editor, service, EDITOR, "1-editeur")
    assert editor.heading == "Lab Archipel"
    editor.look("1-tableau-de-bord")


def a_draft_is_begun(story: Story) -> None:
    """2. A draft is saved with things missing; it cannot be submitted as it is."""
    editor = story.editor
    editor.follow("Créer un événement")
    editor.look("2-nouvel-evenement")
    editor.fill(title=story.title)
    editor.press("Enregistrer et revenir au tableau de bord")
    editor.follow(story.title)
    assert "Brouillon" in editor.text
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
    with editor.answered(422):
        editor.press("Proposer l’événement")  # the venue and the charter are missing
    assert "Indiquez le nom du lieu." in editor.text
    editor.look("2-verification-refusee")
    editor.tick("is_charter_accepted", "y")
    editor.press("Enregistrer et revenir au tableau de bord")


def it_is_completed_and_submitted(story: Story) -> None:
    """2. The editor comes back, completes it, and submits it with the programme; both receipts are mailed."""
    editor, service = story.editor, story.service
    editor.follow(story.title)
    editor.follow("Continuer")
    assert editor.value("city") == "Lyon"
    editor.fill(venue="Cité administrative")
    for _ in range(3):
        editor.press("Enregistrer et continuer")
    assert "Tout y est" in editor.text
    editor.look("2-verification")
    former = len(service.mails(EDITOR)), len(service.mails(LAB))
    editor.press("Enregistrer et revenir au tableau de bord")
    editor.follow("Présenter et proposer le programme en une fois")
    assert "1 événement prêt" in editor.text
    editor.fill(introduction="Deux ateliers pour des services plus simples.")
    editor.look("2-programme")
    editor.press("Proposer l’événement")
    assert "Votre événement est proposé." in editor.text
    editor.look("2-programme-propose")
    for address, already in zip((EDITOR, LAB), former, strict=True):
        receipt = service.mail(address, "Bien reçu", about="le programme de Lab Archipel", after=already)
        assert story.title in text_of(receipt)


def a_change_is_asked_for(story: Story) -> None:
    """3. A moderator asks for a change, with a reason; the editor gets it by mail, corrects, submits again."""
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
    assert "À corriger" in moderator.text

    request = service.mail(EDITOR, "À corriger", about=story.title)
    assert "Pourquoi : incomplet." in text_of(request).replace("\u00a0", " ")
    assert "Précisez l’étage de la salle." in text_of(request)
    editor.visit(link_in(request, "dates-et-lieu"))
    assert "Précisez l’étage de la salle." in editor.text
    editor.look("3-corriger")
    editor.fill(venue="Cité administrative, 2e étage")
    for _ in range(3):
        editor.press("Enregistrer et continuer")
    editor.press("Proposer à nouveau")
    service.mail(EDITOR, "Bien reçu", about=story.title)


def it_is_published(story: Story) -> None:
    """3. The moderator sees what was corrected, approves and publishes."""
    editor, moderator, service = story.editor, story.moderator, story.service
    moderator.page.reload()
    assert "Cité administrative, 2e étage" in moderator.text
    moderator.press("Valider et publier")
    assert "L’événement est publié." in moderator.text
    moderator.look("3-publie")
    story.address = link_in(service.mail(EDITOR, "Publié", about=story.title), "/evenements/")
    editor.visit("/espace-lab")
    editor.follow(story.title)
    assert "Publié" in editor.text
    editor.look("3-chez-le-lab")


def it_is_in_the_calendar(story: Story) -> None:
    """4. It is in the national calendar: each filter finds it, or leaves it out."""
    first = story.first
    first.visit("/")
    first.look("4-accueil")
    that_day, another = story.day, story.day + timedelta(days=1)
    for found, left_out in (
        (f"q={quote(story.title.upper())}", "q=introuvable"),
        ("region=84", "region=53"),
        (f"du={that_day}&au={that_day}", f"du={another}"),
        (f"format=workshop&du={that_day}", f"format=conference&du={that_day}"),
        (f"mode=onsite&du={that_day}", f"mode=online&du={that_day}"),
    ):
        first.visit(f"/programme?{found}")
        assert listed(first, story), found
        first.visit(f"/programme?{left_out}")
        assert not listed(first, story), left_out
    first.visit("/programme?q=introuvable")
    first.look("4-programme-vide")
    first.visit("/programme")
    first.fill(q=story.title)
    first.press("Afficher")
    first.look("4-programme")
    first.follow(story.title)
    assert first.page.url == story.address
    first.look("4-evenement")


def listed(visitor: Visitor, story: Story) -> bool:
    """Is the event in the list shown?"""
    return visitor.page.locator(f"main a[href='{urlsplit(story.address).path}']").count() == 1


def machines_read_it(story: Story) -> None:
    """4. Its page describes it to machines, and its iCalendar file puts it in an agenda."""
    first = story.first
    starts_at = datetime.combine(story.day, time(9, 30), ZoneInfo("Europe/Paris"))
    ends_at = datetime.combine(story.day, time(12), ZoneInfo("Europe/Paris"))
    described = json.loads(first.page.locator("script[type='application/ld+json']").first.text_content() or "")
    assert described["@context"] == "https://schema.org"
    assert (described["@type"], described["name"], described["url"]) == ("Event", story.title, story.address)
    assert (described["startDate"], described["endDate"]) == (starts_at.isoformat(), ends_at.isoformat())
    assert described["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert described["location"]["address"]["addressLocality"] == "Lyon"
    assert described["organizer"][0]["name"] == "Lab Archipel"
    calendar = Calendar.from_ical(first.page.request.get(f"{story.address}.ics").body())
    (slot,) = calendar.events
    assert (str(slot["SUMMARY"]), slot.start, slot.end) == (story.title, starts_at, ends_at)
    assert (str(slot["URL"]), "METHOD" in calendar) == (story.address, False)


def one_registers(story: Story) -> None:
    """5. The first citizen registers without an account, proves the address, and is confirmed with an invitation."""
    first, service = story.first, story.service
    first.follow("S’inscrire")
    first.look("5-inscription")
    with first.answered(422):
        first.press("S’inscrire")
    assert first.page.title().startswith("Erreur")
    first.look("5-inscription-refusee")
    first.fill(full_name="Première personne", email=story.first_address)
    first.press("S’inscrire")
    assert first.heading == "Vérifiez votre messagerie"
    first.look("5-verifiez-votre-messagerie")
    personal = link_in(service.mail(story.first_address, "Confirmez"), "/i/")
    first.visit(personal)
    first.visit(personal)
    assert "À confirmer" in first.text  # opening the link proves nothing: mail scanners open them
    assert len(service.mails(story.first_address)) == 1
    first.look("5-a-confirmer")
    first.press("Confirmer mon inscription")
    assert "Confirmée" in first.text
    first.look("5-confirmee")
    method, entry = invitation_in(service.mail(story.first_address, "Inscription confirmée"))
    assert (method, str(entry["SUMMARY"]), entry["SEQUENCE"]) == ("REQUEST", story.title, 0)
    assert str(entry["ATTENDEE"]) == f"mailto:{story.first_address}"
    assert str(entry["ORGANIZER"]) == "mailto:agenda@service.example"
    story.uid = str(entry["UID"])


def another_waits(story: Story) -> None:
    """5. The second person finds it full and waits."""
    second, service = story.second, story.service
    second.visit(story.address)
    assert "Complet" in second.text
    second.look("5-complet")
    second.follow("Rejoindre la liste d’attente")
    second.fill(full_name=FORMULA, email=story.second_address)
    second.look("5-liste-d-attente")
    second.press("Rejoindre la liste d’attente")
    second.visit(link_in(service.mail(story.second_address, "Confirmez"), "/i/"))
    second.look("5-attente-a-confirmer")
    second.press("Confirmer mon inscription")
    assert "1er sur la liste d’attente" in second.text
    second.look("5-en-attente")
    service.mail(story.second_address, "Sur liste d’attente")


def a_place_given_up_is_offered(story: Story) -> None:
    """5. The first gives up: the calendar entry goes; the second is offered the place, accepts, is confirmed."""
    first, second, service = story.first, story.second, story.service
    first.follow("Je ne peux plus venir")
    first.look("5-renoncer")
    first.press("Libérer ma place")
    first.look("5-place-liberee")
    method, entry = invitation_in(service.mail(story.first_address, "Place libérée"))
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("CANCEL", story.uid, 1)
    assert str(entry["ATTENDEE"]) == f"mailto:{story.first_address}"
    second.visit(link_in(service.mail(story.second_address, "Une place s’est libérée"), "/i/"))
    second.look("5-place-proposee")
    second.press("Accepter la place")
    assert "La place est à vous." in second.text
    second.look("5-place-acceptee")
    method, entry = invitation_in(service.mail(story.second_address, "Inscription confirmée"))
    assert (method, str(entry["ATTENDEE"]), entry["SEQUENCE"]) == ("REQUEST", f"mailto:{story.second_address}", 0)
    assert str(entry["UID"]) != story.uid


def a_reminder_is_sent_once(story: Story) -> None:
    """6. The day before, a reminder falls due: it is sent once, to whoever comes and to nobody else."""
    starts_at = db.session.scalars(select(Event).where(Event.title == story.title)).one().sessions[0].starts_at
    assert starts_at
    db.session.rollback()
    with time_machine.travel(starts_at - timedelta(hours=23, minutes=59), tick=True):
        for tells in (True, False):
            with transaction():
                owed = registrations.remind()
            sent = outbox.deliver_due()[MessageStatus.SENT]
            assert (owed > 0, sent > 0) == (tells, tells)
    assert reminders(story, story.second_address) == [f"Demain : {story.title}"]
    assert reminders(story, story.first_address) == []


def reminders(story: Story, address: str) -> list[str]:
    """The subjects of the reminders received, without their hours."""
    subjects = [str(mail["Subject"]).replace("\u00a0", " ") for mail in story.service.mails(address)]
    return [subject.partition(",")[0] for subject in subjects if subject.startswith("Demain")]


def the_lab_takes_its_list_away(story: Story) -> None:
    """7. The lab sees who comes and takes the list away, where nothing runs."""
    editor = story.editor
    editor.visit("/espace-lab")
    editor.follow(story.title)
    editor.follow("Voir les inscrits")
    assert story.second_address in editor.text
    assert story.first_address not in editor.text
    editor.look("7-inscrits")
    lines = list(csv.reader(StringIO(editor.download("Exporter en CSV").decode("utf-8-sig")), delimiter=";"))
    assert [line[1:3] for line in lines] == [["Nom", "Adresse électronique"], [f"'{FORMULA}", story.second_address]]
    sheet = load_workbook(BytesIO(editor.download("Exporter pour tableur (XLSX)"))).active
    assert sheet is not None
    assert [[cell.value for cell in row[1:3]] for row in sheet][1] == [f"'{FORMULA}", story.second_address]
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}  # texts, and empty cells


def the_mails_read_well(story: Story) -> None:
    """The ten kinds of mail that the story has sent can be read on a phone, by everybody."""
    people = (EDITOR, LAB, MODERATOR, story.first_address, story.second_address)
    letters = {
        re.split(r"\s:", mail["Subject"])[0]: mail for address in people for mail in story.service.mails(address)
    }
    for subject, letter in letters.items():
        story.first.read(letter, f"courriel-{slugify(subject)}")
    assert len(letters) == 10


def test_from_a_draft_to_a_reminder(story: Story, inside: Flask) -> None:
    """The seven steps, one after the other: each stands on the one before."""
    the_editor_signs_in(story)
    a_draft_is_begun(story)
    it_is_completed_and_submitted(story)
    a_change_is_asked_for(story)
    it_is_published(story)
    it_is_in_the_calendar(story)
    machines_read_it(story)
    one_registers(story)
    another_waits(story)
    a_place_given_up_is_offered(story)
    a_reminder_is_sent_once(story)
    the_lab_takes_its_list_away(story)
    if story.first.has_script:  # a mail has none
        the_mails_read_well(story)
