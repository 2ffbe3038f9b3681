"""The review desk as reviewers use it, and who may use it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from planner import clock
from planner.accounts.models import GrantRole, Person
from planner.db import db
from planner.directory.models import MembershipRole
from planner.events.models import Event, EventMode, EventState
from planner.events.rules import Verb
from planner.programmes import journal
from planner.programmes.models import ChangeReason, Comment, CommentKind
from planner.review import services
from planner.review.models import OpinionVerdict
from planner.web.rights import Actor
from tests.conftest import Client
from tests.factories import (
    DraftFactory,
    EditionFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    PersonFactory,
    ReunionFactory,
    SubmittedFactory,
)
from tests.web.html import Form, Page, check_page

QUEUE = "Événements à instruire"


@pytest.fixture
def moderator(client: Client) -> Client:
    return client.sign_in(GrantFactory(person__full_name="Modération").person)


def actor_of(person: Person, *regions: str) -> Actor:
    is_moderator = not regions
    return Actor(person.id, person.full_name, person.email, regions=frozenset(regions), is_moderator=is_moderator)


def submitted(**values: object) -> Event:
    return EventSessionFactory(event=SubmittedFactory(**values)).event


def screen(event: Event, part: str = "") -> str:
    return f"/instruction/evenements/{event.slug}" + (f"/{part}" if part else "")


def look(client: Client, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200
    return check_page(response.text)


def form_to(page: Page, part: str) -> Form:
    """The form of the page that is sent there."""
    return next(form for form in page.forms if form.action.partition("?")[0].endswith(f"/{part}"))


def send(client: Client, page: Page, part: str, **typed: object) -> tuple[int, Page]:
    """Fill the form and send it; the page that one gets at the end."""
    form = form_to(page, part)
    response = client.post(form.action, data={**form.values, **typed}, follow_redirects=True)
    return response.status_code, check_page(response.text)


# ── The queue ──


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_as_much_for_three_as_for_one(moderator: Client, statements, count: int):
    for _ in range(count):
        submitted(reviewer_id=PersonFactory().id)
    with statements() as asked:
        page = look(moderator, "/instruction")
    assert len(page.rows(QUEUE)) == count
    assert len(asked) == 7, (
        asked
    )  # two for the person, one for the regions, three for the queue, one for the modifications


def test_the_queue_says_what_waits_since_when_and_who_has_it(moderator: Client):
    reviewer = PersonFactory(full_name="Coordination du Rhône")
    first = submitted(state=EventState.UNDER_REVIEW, reviewer_id=reviewer.id)
    first.submitted_at = clock.now() - timedelta(days=5)
    online = submitted(mode=EventMode.ONLINE, region=None)
    online.submitted_at = clock.now() - timedelta(days=1)
    EventSessionFactory(event=online)
    national = submitted(mode=EventMode.ONLINE, region=None, organisation__region=None)
    national.submitted_at = clock.now()
    no_date = SubmittedFactory(title="")
    DraftFactory()
    lab = first.organisation.name
    region = "Auvergne-Rhône-Alpes"
    page = look(moderator, "/instruction")
    assert (page.title, page.h1) == ("À instruire – Mois de l’innovation publique", "À instruire")
    assert page.breadcrumb == ["Accueil", "À instruire"]
    assert "4 événements attendent une décision." in page.text
    assert page.rows(QUEUE) == [
        [first.title, lab, region, "jeu. 12 nov.", "5 jours", "En cours d’examen", "Coordination du Rhône"],
        ["Événement sans titre", no_date.organisation.name, region, "À préciser", "2 jours", "Proposé", "Personne"],
        [online.title, online.organisation.name, region, "jeu. 12 nov. (2 dates)", "Hier", "Proposé", "Personne"],
        [
            national.title,
            national.organisation.name,
            "Toute la France",
            "jeu. 12 nov.",
            "Aujourd’hui",
            "Proposé",
            "Personne",
        ],
    ]


def test_the_queue_counts_each_state_and_shows_the_one_asked_for(moderator: Client):
    for state in (EventState.SUBMITTED, EventState.UNDER_REVIEW, EventState.APPROVED):
        submitted(state=state)
    page = look(moderator, "/instruction")
    counts = [words for words in page.links if " : " in words]
    assert counts == [
        "À décider : 2",
        "Proposé : 1",
        "En cours d’examen : 1",
        "À corriger : 0",
        "Validé : 1",
        "Publié : 0",
        "Refusé : 0",
    ]
    page = look(moderator, page.links["Validé : 1"])
    assert [row[5] for row in page.rows(QUEUE)] == ["Validé"]
    assert [row[4] for row in page.rows(QUEUE)] == ["–"]
    assert [form.values for form in page.forms] == [{"texte": "", "etat": "approved", "region": ""}]


def test_the_filters_follow_to_the_event_and_back(moderator: Client):
    reunion = ReunionFactory()
    elsewhere = submitted()
    first, second = (submitted(organisation__region=reunion) for _ in range(2))
    page = look(moderator, "/instruction?region=04")
    assert [row[0] for row in page.rows(QUEUE)] == [first.title, second.title]
    page = look(moderator, page.links[first.title])
    assert page.links["À instruire"] == "/instruction?region=04"
    assert page.links[f"Suivant {second.title}"] == f"{screen(second)}?region=04"
    _, page = send(moderator, page, "examen")
    page = look(moderator, page.links[f"Suivant {second.title}"])
    assert page.links[f"Suivant {first.title}"] == f"{screen(first)}?region=04"
    assert elsewhere.title not in page.text


def test_a_filter_that_cannot_be_read_is_said_and_left_out(moderator: Client):
    event = submitted()
    page = look(moderator, "/instruction?etat=nimporte&page=abc")
    assert (page.title.startswith("Erreur : À instruire"), len(page.refusals)) == (True, 1)
    assert [row[0] for row in page.rows(QUEUE)] == [event.title]


def test_an_empty_queue_says_what_to_do(moderator: Client):
    assert look(moderator, "/instruction").links["Voir ce qui est publié"] == "/instruction?etat=published"
    page = look(moderator, "/instruction?texte=introuvable")
    assert page.links["Voir ce qui attend"] == "/instruction"
    assert "Aucun événement n’attend de décision." in page.text


def test_a_coordinator_sees_the_own_region(client: Client):
    ReunionFactory()
    event = submitted()
    submitted(organisation__region=ReunionFactory())
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    page = look(client, "/instruction")
    assert [row[0] for row in page.rows(QUEUE)] == [event.title]
    assert "La Réunion" not in page.text


# ── One event ──


def full_event(count: int) -> Event:
    """An event of which everything was said `count` times."""
    author = PersonFactory(full_name="Rédaction", email="redaction@example.org")
    event = submitted(
        author_id=author.id,
        submitter_id=author.id,
        note_to_reviewers="Salle à confirmer.\nLe 20 au plus tard.",
        expected_attendance=40,
        joining_link="https://visio.example/atelier",
        mode=EventMode.HYBRID,
    )
    for _ in range(count):
        reviewer = actor_of(GrantFactory().person)
        services.ask_changes(
            event, reviewer, version=1, reason=ChangeReason.INCOMPLETE, text="Précisez le lieu.", fields=["venue"]
        )
        journal.record(event, "edit", reviewer, difference={"venue": ["", "Mairie"], "unknown": [1, 2]})
        journal.move(event, Verb.SUBMIT, None)
        services.note(event, reviewer, text="Bien connu de la région.")
    person = GrantFactory(role=GrantRole.COORDINATOR, region_code="84", person__full_name="Coordination").person
    services.advise(event, actor_of(person, "84"), verdict=OpinionVerdict.FAVOURABLE, text="Très attendu.")
    return event


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_asks_as_much_whatever_was_said(moderator: Client, statements, count: int):
    address = screen(full_event(count))
    db.session.commit()
    with statements() as asked:
        page = look(moderator, address)
    assert page.text.count("Bien connu de la région.") == count
    assert len(asked) == 14, asked  # two for the person, five for the page, six beside it, one for the filters


def test_one_event_is_on_one_screen(moderator: Client):
    event = full_event(1)
    page = look(moderator, screen(event))
    assert (page.title, page.h1) == (f"{event.title}, instruction – Mois de l’innovation publique", event.title)
    assert page.breadcrumb == ["Accueil", "À instruire", event.title]
    for words in (
        "par Rédaction. Suivi par",
        "Une matinée pour partager ses données.",
        "Rien n’est dit de l’accessibilité.",
        "Message à l’équipe du Mois Salle à confirmer. Le 20 au plus tard.",
        "Affluence attendue 40 personnes",
        "Sur place : 10 places En ligne : sans limite",
        "Écrit par Rédaction, redaction@example.org",
        "Favorable Très attendu. Coordination, lundi 12 octobre 2026 à 10 h",
        "Incomplet. Précisez le lieu. Nom du lieu",
        "Bien connu de la région.",
        "Corrections demandées (Proposé → À corriger) Incomplet. Précisez le lieu.",
        "Modifié Nom du lieu",
        "Proposé (À corriger → Proposé) Automatique",
        "Avis de la région Favorable. Très attendu. Coordination, coordination régionale",
    ):
        assert words in page.text, words
    assert page.links["https://visio.example/atelier"] == "https://visio.example/atelier"


def buttons(page: Page) -> list[str]:
    """What can be done, in the order of the bar."""
    bar = next(page.all("section", "app-decision"))
    inside = Page(bar)
    return [
        words
        for element in inside.root.iter()
        if element.tag in {"a", "button"}
        for words in ["".join(element.itertext()).split("\n")[0]]
    ]


BARS = {
    EventState.SUBMITTED: [
        "Commencer l’examen",
        "Valider et publier",
        "Valider",
        "Demander des corrections",
        "Refuser",
    ],
    EventState.UNDER_REVIEW: ["Valider et publier", "Valider", "Demander des corrections", "Refuser"],
    EventState.CHANGES_REQUESTED: [],
    EventState.APPROVED: ["Publier"],
    EventState.PUBLISHED: ["Voir la page publique", "Retirer du programme public"],
    EventState.REJECTED: ["Rouvrir l’examen"],
}


@pytest.mark.parametrize("state", list(BARS))
def test_the_bar_holds_what_can_be_done(moderator: Client, state: EventState):
    event = submitted(state=state, published_at=clock.now())
    assert buttons(look(moderator, screen(event))) == [*BARS[state], "Revenir à la liste"]


def test_the_bar_of_a_coordinator_holds_what_is_the_region_s(client: Client):
    event = submitted()
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    page = look(client, screen(event))
    assert buttons(page) == ["Demander des corrections", "Revenir à la liste"]
    assert "Donner l’avis de la région" in page.text
    EditionFactory().is_review_delegated = True
    page = look(client, screen(event))
    assert buttons(page) == [*BARS[EventState.SUBMITTED][:-1], "Revenir à la liste"]


def test_whoever_submitted_is_told_that_somebody_else_approves(client: Client):
    person = GrantFactory().person
    event = submitted(submitter_id=person.id)
    client.sign_in(person)
    page = look(client, screen(event))
    assert page.alerts == ["Vous avez écrit ou proposé cet événement : une autre personne doit le valider."]
    assert "Valider" not in buttons(page)


# ── Decisions ──


def test_starting_then_approving_then_publishing(moderator: Client, outbox):
    event = submitted(author_id=PersonFactory().id)
    said = []
    page = look(moderator, screen(event))
    for part in ("examen", "validation", "publication"):
        status, page = send(moderator, page, part)
        said.append((status, event.state, page.alerts))
    assert said == [
        (200, EventState.UNDER_REVIEW, ["L’examen est commencé, à votre nom."]),
        (200, EventState.APPROVED, ["L’événement est validé."]),
        (200, EventState.PUBLISHED, ["L’événement est publié."]),
    ]
    assert outbox() == [("review.approved", event.id), ("review.published", event.id)]
    assert moderator.get(page.links["Voir la page publique"]).status_code == 200


def test_approving_and_publishing_in_one_step(moderator: Client):
    event = submitted()
    _, page = send(moderator, look(moderator, screen(event)), "validation", publier="1")
    assert (event.state, page.alerts) == (EventState.PUBLISHED, ["L’événement est publié."])


def test_asking_for_changes_sends_the_event_back(moderator: Client, outbox):
    event = submitted(author_id=PersonFactory().id)
    page = look(moderator, look(moderator, screen(event)).links["Demander des corrections"].partition("#")[0])
    typed = {
        "corrections-reason": "incomplete",
        "corrections-text": "Précisez le lieu.",
        "corrections-presentation": ["title"],
        "corrections-when_and_where": ["venue", "city"],
    }
    _, page = send(moderator, page, "corrections", **typed)
    comment = db.session.query(Comment).one()
    assert (event.state, page.alerts) == (
        EventState.CHANGES_REQUESTED,
        ["La demande de corrections est envoyée à l’équipe."],
    )
    assert (comment.kind, comment.reason, comment.text, comment.fields) == (
        CommentKind.TO_AUTHOR,
        ChangeReason.INCOMPLETE,
        "Précisez le lieu.",
        ["title", "venue", "city"],
    )
    assert outbox() == [("review.changes_requested", comment.id)]
    assert "Incomplet. Précisez le lieu. Titre, Nom du lieu, Ville" in page.text


def test_a_request_without_words_keeps_what_was_chosen(moderator: Client):
    event = submitted()
    page = look(moderator, screen(event, "corrections"))
    typed = {"corrections-reason": "outdated", "corrections-when_and_where": ["venue"]}
    status, page = send(moderator, page, "corrections", **typed)
    assert (status, event.state) == (422, EventState.SUBMITTED)
    assert page.title.startswith("Erreur : ")
    assert page.refusals == ["Que faut-il corriger ? Dites à l’équipe ce qu’il faut corriger."]
    kept = form_to(page, "corrections").values
    assert (kept["corrections-reason"], kept["corrections-when_and_where"]) == ("outdated", "venue")


def test_a_reason_left_out_is_asked_for(moderator: Client):
    event = submitted()
    typed = {"corrections-text": "Précisez le lieu."}
    status, page = send(moderator, look(moderator, screen(event, "corrections")), "corrections", **typed)
    assert (status, page.refusals) == (422, ["Pourquoi ? Choisissez la raison la plus proche."])


def test_rejecting_needs_words_then_can_be_undone(moderator: Client):
    event = submitted()
    page = look(moderator, screen(event, "refus"))
    status, page = send(moderator, page, "refus", **{"refus-reason": " \n"})
    assert (status, page.refusals) == (422, ["Pourquoi ? Dites pourquoi : l’équipe lira ces mots."])
    _, page = send(moderator, page, "refus", **{"refus-reason": "Hors sujet."})
    assert (event.state, buttons(page)) == (EventState.REJECTED, ["Rouvrir l’examen", "Revenir à la liste"])
    _, page = send(moderator, page, "reouverture")
    assert (event.state, page.alerts) == (EventState.UNDER_REVIEW, ["L’examen est rouvert, à votre nom."])


def test_unpublishing_takes_the_page_away_and_says_why_to_the_lab(moderator: Client, new_client):
    event = submitted(state=EventState.PUBLISHED, published_at=clock.now())
    page = look(moderator, screen(event, "depublication"))
    _, page = send(moderator, page, "depublication", **{"depublication-reason": "Doublon."})
    assert event.state is EventState.APPROVED
    assert moderator.get(f"/evenements/{event.slug}").status_code == 410
    editor = new_client().sign_in(MembershipFactory(organisation=event.organisation).person)
    assert "Doublon." in look(editor, f"/espace-lab/evenements/{event.slug}").text


STALE = "L’événement a été modifié depuis que vous l’avez ouvert : relisez la nouvelle version avant de décider."


def test_a_version_that_was_not_read_is_not_approved_before_it_is(moderator: Client):
    event = submitted()
    page = look(moderator, screen(event))
    event.title, event.version = "Un autre titre", event.version + 1
    status, page = send(moderator, page, "validation")
    assert (status, event.state) == (422, EventState.SUBMITTED)
    assert (page.h1, page.refusals) == ("Un autre titre", [STALE])
    status, page = send(moderator, page, "validation")
    assert (status, event.state) == (200, EventState.APPROVED)


def test_words_typed_about_a_former_version_are_kept(moderator: Client):
    event = submitted()
    page = look(moderator, screen(event, "refus"))
    event.version += 1
    status, page = send(moderator, page, "refus", **{"refus-reason": "Hors sujet."})
    assert (status, page.refusals) == (422, [STALE])
    assert form_to(page, "refus").values["refus-reason"] == "Hors sujet."
    assert form_to(page, "refus").values["refus-version"] == str(event.version)


def test_words_typed_too_late_are_kept_and_the_new_state_is_said(moderator: Client):
    event = submitted()
    page = look(moderator, screen(event, "corrections"))
    event.state = EventState.APPROVED
    typed = {"corrections-reason": "incomplete", "corrections-text": "Précisez le lieu."}
    status, page = send(moderator, page, "corrections", **typed)
    assert (status, page.refusals) == (
        422,
        ["L’événement a changé d’état entre-temps : il est maintenant « Validé »."],
    )
    assert form_to(page, "corrections").values["corrections-text"] == "Précisez le lieu."
    assert buttons(page) == ["Publier", "Revenir à la liste"]


@pytest.mark.parametrize("version", [None, "", "0", "-1", "abc", "²", "9" * 5000])
def test_a_version_that_cannot_be_one_is_not_decided_upon(moderator: Client, version: str | None):
    event = submitted()
    response = moderator.post(screen(event, "validation"), data={"decision-version": version, "other": "1"})
    assert (response.status_code, event.state) == (422, EventState.SUBMITTED)


def test_a_field_that_is_not_one_is_refused(moderator: Client):
    event = submitted()
    typed = {"corrections-reason": "incomplete", "corrections-text": "…", "corrections-presentation": ["state"]}
    status, _ = send(moderator, look(moderator, screen(event, "corrections")), "corrections", **typed)
    assert (status, event.state) == (422, EventState.SUBMITTED)


def test_no_decision_without_the_form_of_the_page(moderator: Client, app: Flask):
    event = submitted()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for part in PARTS:
            assert moderator.post(screen(event, part), data={"decision-version": "1"}).status_code == 400
        page = look(moderator, screen(event))
        assert event.state is EventState.SUBMITTED
        status, _ = send(moderator, page, "validation")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (status, event.state) == (200, EventState.APPROVED)


# ── Words ──


def test_a_note_is_never_shown_to_the_lab(moderator: Client, new_client: Callable[[], Client]):
    event = submitted()
    page = look(moderator, screen(event))
    status, page = send(moderator, page, "notes", **{"note-text": " "})
    assert (status, page.refusals) == (422, ["Note interne : Écrivez la note."])
    _, page = send(moderator, page, "notes", **{"note-text": "À rapprocher d’un autre atelier."})
    assert "À rapprocher d’un autre atelier. Modération" in page.text
    editor = new_client().sign_in(MembershipFactory(organisation=event.organisation).person)
    assert "À rapprocher" not in look(editor, f"/espace-lab/evenements/{event.slug}").text


def test_a_coordinator_gives_the_opinion_of_the_region(client: Client):
    event = submitted()
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    page = look(client, screen(event))
    status, page = send(client, page, "avis", **{"avis-verdict": "against"})
    assert (status, page.refusals) == (422, ["Dites en quelques mots ce qui vous retient."])
    assert form_to(page, "avis").values["avis-verdict"] == "against"
    _, page = send(client, page, "avis", **{"avis-text": "Déjà fait l’an dernier."})
    assert page.alerts == ["L’avis de la région est enregistré."]
    assert "Défavorable Déjà fait l’an dernier." in page.text


def test_a_moderator_does_not_speak_for_a_region(moderator: Client):
    event = submitted()
    assert "Donner l’avis de la région" not in look(moderator, screen(event)).text
    response = moderator.post(screen(event, "avis"), data={"avis-verdict": "favourable"})
    page = check_page(response.text)
    assert (response.status_code, page.refusals) == (422, ["L’avis de la région est donné par sa coordination."])


# ── Who may ──

DITP = {"moderator", "admin"}
PARTS = {
    "examen": DITP,
    "corrections": DITP | {"coordinator"},
    "validation": DITP,
    "publication": DITP,
    "refus": DITP,
    "depublication": DITP,
    "reouverture": DITP,
    "avis": DITP | {"coordinator"},
    "notes": DITP | {"coordinator"},
}
ROUTES = {"": DITP | {"coordinator"}, **PARTS}
DELEGATED = {"examen", "validation", "publication"}


def people(event: Event) -> dict[str, Person]:
    ReunionFactory()
    lab = event.organisation
    return {
        "nobody": PersonFactory(),
        "helper": MembershipFactory(organisation=lab, role=MembershipRole.HELPER).person,
        "editor": MembershipFactory(organisation=lab, role=MembershipRole.EDITOR).person,
        "manager": MembershipFactory(organisation=lab, role=MembershipRole.MANAGER).person,
        "other lab": MembershipFactory(role=MembershipRole.MANAGER).person,
        "coordinator": GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person,
        "foreign coordinator": GrantFactory(role=GrantRole.COORDINATOR, region_code="04").person,
        "moderator": GrantFactory(role=GrantRole.MODERATOR).person,
        "admin": GrantFactory(role=GrantRole.ADMIN).person,
    }


def admitted(new_client: Callable[[], Client], event: Event, address: str) -> set[str]:
    """The roles that this address does not turn away, by GET as by POST."""
    welcome = set()
    for role, person in people(event).items():
        browser = new_client().sign_in(person)
        answers = [browser.get(address).status_code]
        if address.removeprefix(screen(event)) and address != "/instruction":
            answers.append(browser.post(address, data={}).status_code)
        assert set(answers) in ({403}, {200}, {200, 422})
        if answers[0] != 403:
            welcome.add(role)
    return welcome


@pytest.mark.parametrize("is_delegated", [False, True])
@pytest.mark.parametrize("part", list(ROUTES))
def test_who_may_use_each_address(new_client: Callable[[], Client], part: str, is_delegated: bool):  # noqa: FBT001
    event = submitted()
    EditionFactory().is_review_delegated = is_delegated
    by_delegation = {"coordinator"} if is_delegated and part in DELEGATED else set()
    assert admitted(new_client, event, screen(event, part)) == ROUTES[part] | by_delegation
    answer = new_client().get(screen(event, part))
    assert (answer.status_code, (answer.location or "").partition("?")[0]) == (302, "/connexion")


def test_the_table_above_names_every_address(app: Flask):
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("review.")}
    screens = {f"/instruction/evenements/<slug>{'/' if part else ''}{part}" for part in ROUTES}
    assert {rule for rule in rules if "/modifications/" not in rule} == {"/instruction", *screens}  # test_revisions.py


def test_the_queue_is_for_reviewers(new_client: Callable[[], Client]):
    reviewers = {"coordinator", "foreign coordinator", "moderator", "admin"}
    assert admitted(new_client, submitted(), "/instruction") == reviewers


def test_a_draft_is_seen_by_no_coordinator(client: Client):
    event = DraftFactory()
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    assert client.get(screen(event)).status_code == 403


def test_a_draft_is_seen_by_a_moderator_who_can_decide_nothing(moderator: Client):
    assert buttons(look(moderator, screen(DraftFactory()))) == ["Revenir à la liste"]


def test_what_is_not_there_is_not_found(moderator: Client):
    assert moderator.get("/instruction/evenements/rien").status_code == 404
