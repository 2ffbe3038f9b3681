"""The review desk as reviewers use it, and who may use it."""

from collections.abc import Callable

import pytest

from planner.accounts.models import GrantRole, Person
from planner.db import db
from planner.directory.models import MembershipRole
from planner.events.models import Event, EventState
from planner.programmes.models import Comment, CommentKind
from tests.conftest import Client
from tests.factories import (
    DraftFactory,
    EditionFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    ReunionFactory,
    SubmittedFactory,
)
from tests.web.html import check_page

REQUEST = {"corrections-reason": "incomplete", "corrections-text": "Précisez le lieu.", "corrections-fields": ["venue"]}


@pytest.fixture
def moderator(client: Client) -> Client:
    return client.sign_in(GrantFactory().person)


def submitted() -> Event:
    return EventSessionFactory(event=SubmittedFactory()).event


def screen(event: Event, verb: str = "") -> str:
    return f"/instruction/evenements/{event.slug}" + (f"/{verb}" if verb else "")


# ── The queue ──


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_as_much_for_three_as_for_one(moderator: Client, statements, count: int):
    for _ in range(count):
        submitted()
    with statements() as asked:
        page = check_page(moderator.get("/instruction").text)
    assert page.h1 == "À instruire"
    assert len(page.rows("À instruire")) == count
    assert len(asked) == 6, asked  # two for the person, one for the regions, three for the queue


def test_the_queue_shows_the_oldest_first_and_is_filtered(moderator: Client):
    first, second = submitted(), submitted()
    second.title, second.search_text = "Forêt en ville", "foret en ville"
    DraftFactory()
    rows = check_page(moderator.get("/instruction").text).rows("À instruire")
    assert [row[0] for row in rows] == [first.title, "Forêt en ville"]
    found = check_page(moderator.get("/instruction?texte=forêt").text).rows("À instruire")
    assert [row[0] for row in found] == ["Forêt en ville"]
    assert "Rien ne correspond" in moderator.get("/instruction?etat=approved").text
    assert moderator.get("/instruction?etat=nimporte").status_code == 422


def test_an_empty_queue_says_so(moderator: Client):
    assert "Tout est à jour" in check_page(moderator.get("/instruction").text).text


# ── One event ──


def test_one_event_is_on_one_screen(moderator: Client):
    event = submitted()
    page = check_page(moderator.get(screen(event)).text)
    assert page.h1 == event.title
    for words in ("La page publique, telle qu’elle sera", "À regarder", "Avis de la région", "Notes internes"):
        assert words in page.text


def test_asking_for_changes_sends_the_event_back(moderator: Client, outbox):
    event = submitted()
    MembershipFactory(organisation=event.organisation)
    response = moderator.post(
        screen(event, "demander-des-corrections"), data=REQUEST | {"corrections-version": event.version}
    )
    assert (response.status_code, event.state) == (302, EventState.CHANGES_REQUESTED)
    comment = db.session.query(Comment).one()
    assert (comment.kind, comment.text, comment.fields) == (CommentKind.TO_AUTHOR, "Précisez le lieu.", ["venue"])
    assert outbox() == [("review.changes_requested", comment.id)]


def test_a_request_without_words_keeps_what_was_chosen(moderator: Client):
    event = submitted()
    data = REQUEST | {"corrections-text": "", "corrections-version": event.version}
    response = moderator.post(screen(event, "demander-des-corrections"), data=data)
    page = check_page(response.text)
    assert (response.status_code, event.state) == (422, EventState.SUBMITTED)
    assert page.refusals == ["Ce qu’il faut corriger : Dites à l’équipe ce qu’il faut corriger."]


def test_a_version_that_was_not_read_is_not_approved(moderator: Client):
    event = submitted()
    response = moderator.post(screen(event, "valider"), data={"decision-version": event.version - 1})
    assert (response.status_code, event.state) == (422, EventState.SUBMITTED)
    assert "relisez la nouvelle version" in check_page(response.text).text


def test_approving_and_publishing_in_one_step(moderator: Client, client: Client):
    event = submitted()
    moderator.post(screen(event, "valider"), data={"decision-version": event.version, "publier": "1"})
    assert event.state is EventState.PUBLISHED
    assert client.get(f"/evenements/{event.slug}").status_code == 200


def test_approving_then_publishing_then_taking_it_off(moderator: Client):
    event = submitted()
    version = {"decision-version": event.version}
    states = []
    for verb, data in (
        ("valider", version),
        ("publier", version),
        ("depublier", {"depublication-version": event.version, "depublication-reason": "Doublon."}),
    ):
        moderator.post(screen(event, verb), data=data)
        states.append(event.state)
    assert states == [EventState.APPROVED, EventState.PUBLISHED, EventState.APPROVED]


def test_rejecting_needs_words_then_can_be_undone(moderator: Client):
    event = submitted()
    data = {"refus-version": event.version, "refus-reason": "  "}
    assert moderator.post(screen(event, "refuser"), data=data).status_code == 422
    moderator.post(screen(event, "refuser"), data=data | {"refus-reason": "Hors sujet."})
    assert event.state is EventState.REJECTED
    moderator.post(screen(event, "rouvrir"), data={"decision-version": event.version})
    assert event.state is EventState.UNDER_REVIEW


def test_a_note_is_never_shown_to_the_lab(moderator: Client, new_client: Callable[[], Client]):
    event = submitted()
    moderator.post(screen(event, "note"), data={"note-text": "À rapprocher d’un autre atelier."})
    assert "À rapprocher d’un autre atelier." in moderator.get(screen(event)).text
    editor = new_client().sign_in(MembershipFactory(organisation=event.organisation).person)
    assert "À rapprocher" not in editor.get(f"/espace-lab/evenements/{event.slug}").text


def test_a_coordinator_gives_the_opinion_of_the_region(client: Client):
    event = submitted()
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    client.post(screen(event, "avis"), data={"avis-verdict": "favourable", "avis-text": "Très attendu."})
    page = check_page(client.get(screen(event)).text)
    assert "Favorable. Très attendu." in page.text


# ── Who may ──

ROUTES = {
    "": {"coordinator", "moderator", "admin"},
    "commencer": {"coordinator", "moderator", "admin"},
    "demander-des-corrections": {"coordinator", "moderator", "admin"},
    "avis": {"coordinator", "moderator", "admin"},
    "note": {"coordinator", "moderator", "admin"},
    "valider": {"moderator", "admin"},
    "publier": {"moderator", "admin"},
    "refuser": {"moderator", "admin"},
    "depublier": {"moderator", "admin"},
    "rouvrir": {"moderator", "admin"},
}


def people(event: Event) -> dict[str, Person]:
    ReunionFactory()
    lab = event.organisation
    return {
        "helper": MembershipFactory(organisation=lab, role=MembershipRole.HELPER).person,
        "editor": MembershipFactory(organisation=lab, role=MembershipRole.EDITOR).person,
        "manager": MembershipFactory(organisation=lab, role=MembershipRole.MANAGER).person,
        "other_lab": MembershipFactory().person,
        "coordinator": GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person,
        "foreign_coordinator": GrantFactory(role=GrantRole.COORDINATOR, region_code="04").person,
        "moderator": GrantFactory(role=GrantRole.MODERATOR).person,
        "admin": GrantFactory(role=GrantRole.ADMIN).person,
    }


def allowed(new_client: Callable[[], Client], event: Event, verb: str) -> set[str]:
    """The roles that this address does not turn away."""
    welcome = set()
    for role, person in people(event).items():
        browser = new_client().sign_in(person)
        answer = browser.post(screen(event, verb)) if verb else browser.get(screen(event))
        assert answer.status_code in {200, 302, 403, 422}
        if answer.status_code != 403:
            welcome.add(role)
    return welcome


@pytest.mark.parametrize("verb", list(ROUTES))
def test_who_may_use_each_address(new_client: Callable[[], Client], verb: str):
    event = submitted()
    assert allowed(new_client, event, verb) == ROUTES[verb]
    anonymous = new_client()
    answer = anonymous.post(screen(event, verb)) if verb else anonymous.get(screen(event))
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/connexion")


@pytest.mark.parametrize("verb", ["valider", "publier"])
def test_a_coordinator_approves_what_the_edition_delegates(new_client: Callable[[], Client], verb: str):
    event = submitted()
    EditionFactory().is_review_delegated = True
    assert allowed(new_client, event, verb) == ROUTES[verb] | {"coordinator"}


def test_a_draft_is_seen_by_no_coordinator(client: Client):
    event = DraftFactory()
    client.sign_in(GrantFactory(role=GrantRole.COORDINATOR, region_code="84").person)
    assert client.get(screen(event)).status_code == 403
