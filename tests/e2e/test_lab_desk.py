"""The desk of a lab beyond the form: a spreadsheet imported, the team, an event changed and cancelled once public."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from planner.db import db
from planner.events.models import Event, EventState, EventStatus, SessionStatus
from tests.e2e.service import Service
from tests.e2e.visitor import Visitor

MANAGER, DESK = "referent.lab-archipel@example.org", "/espace-lab/lab-archipel"
PROGRAMME = """Programme du lab\n
Nom de l’événement;Quand ?;Horaires;Lieu;CP;Ville;Places;Machine à café
Découvrir la facilitation;jeudi 3 décembre 2026;9h30-12h;Cité administrative;69003;Lyon;20;oui
Visite du lab;31/11/2026;10h;Préfecture;97400;Saint-Denis;12;non
Cycle de codéveloppement;7, 8 et 9 décembre 2026;14 h;Préfecture;97400;Saint-Denis;8;oui
"""


def test_a_programme_is_imported_then_imported_again(service: Service, arrive: Callable[..., Visitor]) -> None:
    visitor = arrive()
    visitor.sign_in(service, MANAGER)
    visitor.visit(f"{DESK}/importer")
    visitor.look("import-deposer")
    for times in ("first", "second"):
        visitor.visit(f"{DESK}/importer")
        file = {"name": "programme.csv", "mimeType": "text/csv", "buffer": PROGRAMME.encode("cp1252")}
        visitor.page.locator("main input[type=file]").set_input_files([file])
        visitor.page.locator("main form button[type=submit]").first.click()
        if times == "first":  # a column is not known: the next time the answer is remembered
            visitor.look("import-colonnes")
            visitor.page.locator("main form button[type=submit]").last.click()
            assert "2 brouillons à créer" in visitor.text
            assert "ce jour n’existe pas dans le calendrier" in visitor.text
            visitor.look("import-essai")
            visitor.press("Créer 2 brouillons")
            visitor.look("import-resultat")
        else:
            assert "2 événements identiques" in visitor.text
            visitor.look("import-identique")
    visitor.visit(DESK)
    assert "Découvrir la facilitation" in visitor.text
    visitor.look("tableau-de-bord-apres-import")


def test_the_team_and_the_page_of_the_lab(service: Service, arrive: Callable[..., Visitor]) -> None:
    visitor, newcomer = arrive(), arrive()
    visitor.sign_in(service, MANAGER)
    visitor.visit(f"{DESK}/equipe")
    visitor.look("equipe")
    visitor.follow("Inviter une personne")
    visitor.look("equipe-inviter")
    visitor.fill(email="nouvelle.personne@example.org")
    visitor.tick("role", "editor")
    visitor.page.locator("main form button[type=submit]").first.click()
    assert "nouvelle.personne@example.org" in visitor.text
    visitor.look("equipe-invitation-en-attente")
    newcomer.read(service.mail("nouvelle.personne@example.org", ""), "courriel-invitation")
    visitor.visit(f"{DESK}/page")
    visitor.look("page-du-lab")


def test_a_published_event_changes_then_is_cancelled(
    service: Service, inside: Flask, arrive: Callable[..., Visitor]
) -> None:
    """What matters waits; the mail of the cancellation is seen before it leaves."""
    public = select(Event).where(
        Event.organisation.has(slug="lab-archipel"),
        Event.state == EventState.PUBLISHED,
        Event.status == EventStatus.SCHEDULED,
        Event.sessions.any(status=SessionStatus.SCHEDULED),
    )
    slug = db.session.scalars(public.order_by(Event.id)).first().slug  # type: ignore[union-attr]
    db.session.rollback()
    visitor = arrive()
    visitor.sign_in(service, MANAGER)
    visitor.visit(f"/espace-lab/evenements/{slug}")
    visitor.look("evenement-publie")
    visitor.visit(f"/espace-lab/evenements/{slug}/publie/presentation")
    visitor.look("evenement-publie-presentation")
    former = visitor.value("title")
    visitor.fill(title=f"{former}, avec vous", contact_name="Accueil du lab")
    visitor.press("Enregistrer")
    assert "[ajouté" in visitor.text
    visitor.look("evenement-publie-modification")
    for page, name in (("reporter", "reporter"), ("passer-en-ligne", "passer-en-ligne"), ("co-organisation", "co")):
        visitor.visit(f"/espace-lab/evenements/{slug}/{page}")
        visitor.look(f"evenement-publie-{name}")
    visitor.visit(f"/espace-lab/evenements/{slug}/annuler")
    visitor.fill(words="La salle n’est plus libre.")
    visitor.page.locator("main form button[type=submit]").first.click()
    assert "Rien n’est encore fait." in visitor.text
    assert "La salle n’est plus libre." in visitor.text
    visitor.look("evenement-publie-annuler")
    visitor.visit(f"/evenements/{slug}")
    assert "annulé" not in visitor.text
    assert visitor.heading == former
