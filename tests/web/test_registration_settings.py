"""The page of an event's form that asks how one registers: what it keeps, what it refuses, its questions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from planner.db import db
from planner.directory.models import Organisation
from planner.events.models import Event
from planner.events.questions import Asked, Question, QuestionKind, asked
from planner.programmes import rules, services
from planner.programmes.models import EventLog
from planner.web.rights import Actor
from tests.conftest import Client
from tests.factories import DraftFactory, EditionFactory, MembershipFactory, OrganisationFactory, QuestionFactory
from tests.web.html import Page, check_page

LUNCH = Asked(None, QuestionKind.YES_NO, "Déjeunez-vous sur place ?", is_required=True)
DIET = Asked(None, QuestionKind.TEXT, "Quel régime ?", condition=0, condition_value="Oui")
ROOM = Asked(None, QuestionKind.CHOICE, "Quel atelier ?", "Un seul.", ("Données", "Design"))


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose editor is signed in."""
    membership = MembershipFactory(organisation=OrganisationFactory())
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def asking(lab: Organisation, *questions: Asked) -> Event:
    event = DraftFactory(organisation=lab)
    stored = rules.content(event, ["questions"])
    services.save(event, {"questions": list(questions)}, Actor(0, "", ""), read=rules.fingerprint(stored))
    db.session.commit()
    return event


def address(event: Event) -> str:
    return f"/espace-lab/evenements/{event.slug}/modifier/inscriptions"


def page_of(client: Client, event: Event) -> Page:
    return check_page(client.get(address(event)).text)


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    return {**page.forms[0].values, **changes}


def kept(event: Event) -> list[Asked]:
    return [Asked(**{**vars(question), "question_id": None}) for question in asked(event.questions)]


def test_who_may_come_and_how_long_it_is_kept(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab)
    page = page_of(client, event)
    assert "Durée de conservation prévue : 3 mois après l’événement." in page.text
    changes = {
        "needs_approval": "y",
        "reserved_domains": " @Interieur.gouv.fr ; *.rhone.fr, interieur.gouv.fr.",
        "retention_months": "12",
    }
    assert client.post(address(event), data=typed(page, **changes)).status_code == 302
    assert (event.needs_approval, event.reserved_domains, event.retention_months) == (
        True,
        ["interieur.gouv.fr", "rhone.fr"],
        12,
    )
    again = page_of(client, event).forms[0].values
    assert (again["reserved_domains"], again["retention_months"]) == ("interieur.gouv.fr, rhone.fr", "12")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reserved_domains", "fr"),
        ("reserved_domains", "agente@interieur.gouv.fr"),
        ("reserved_domains", "interieur..fr"),
        ("reserved_domains", "-interieur.fr"),
        ("reserved_domains", "10.0.0.1"),
        ("reserved_domains", ", ".join(f"ville{n}.fr" for n in range(21))),
        ("retention_months", "0"),
        ("retention_months", "37"),
    ],
)
def test_what_is_no_domain_nor_duration_is_refused_and_comes_back(
    client: Client, lab: Organisation, name: str, value: str
):
    event = DraftFactory(organisation=lab)
    response = client.post(address(event), data=typed(page_of(client, event), **{name: value}))
    page = check_page(response.text)
    assert (response.status_code, list(page.field_errors())) == (422, [name])
    assert page.forms[0].values[name] == value


def test_questions_are_composed_without_a_script(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab)
    data = typed(page_of(client, event), **{"ajouter-une-question": "1"})
    page = check_page(client.post(address(event), data=data).text)
    first = {"questions-0-label": LUNCH.label, "questions-0-kind": "yes_no", "questions-0-is_required": "y"}
    data = typed(page, **first, **{"ajouter-une-question": "1"})
    page = check_page(client.post(address(event), data=data).text)
    assert page.forms[0].values["questions-0-label"] == LUNCH.label
    second = {"questions-1-label": DIET.label, "questions-1-condition": "0:Oui"}
    data = typed(page, **second, **{"ajouter-une-question": "1"})
    page = check_page(client.post(address(event), data=data).text)
    third = {
        "questions-2-label": ROOM.label,
        "questions-2-kind": "choice",
        "questions-2-options": "Données\r\n\r\n Design \r\nDonnées",
        "questions-2-hint": ROOM.hint,
    }
    assert client.post(address(event), data=typed(page, **third)).status_code == 302
    assert kept(event) == [LUNCH, DIET, ROOM]
    values = page_of(client, event).forms[0].values
    assert (values["questions-1-condition"], values["questions-2-options"]) == ("0:Oui", "Données\nDesign")


def test_questions_move_and_their_conditions_follow(client: Client, lab: Organisation):
    event = asking(lab, LUNCH, DIET, ROOM)
    page = check_page(
        client.post(address(event), data=typed(page_of(client, event), **{"monter-question-3": "1"})).text
    )
    page = check_page(client.post(address(event), data=typed(page, **{"descendre-question-1": "1"})).text)
    values = page.forms[0].values
    assert [values[f"questions-{n}-label"] for n in range(3)] == [ROOM.label, LUNCH.label, DIET.label]
    assert values["questions-2-condition"] == "1:Oui"
    ids = {question.label: question.id for question in event.questions}
    client.post(address(event), data=typed(page))
    assert [question.label for question in event.questions] == [ROOM.label, LUNCH.label, DIET.label]
    assert {question.label: question.id for question in event.questions} == ids


def test_a_question_removed_takes_its_condition_away_and_no_other_question(client: Client, lab: Organisation):
    event = asking(lab, LUNCH, DIET, ROOM)
    response = client.post(address(event), data=typed(page_of(client, event), **{"retirer-question-1": "1"}))
    client.post(address(event), data=typed(check_page(response.text)))
    assert [(one.label, one.condition) for one in kept(event)] == [(DIET.label, None), (ROOM.label, None)]
    assert db.session.query(Question).count() == 2


def test_an_empty_question_is_not_kept(client: Client, lab: Organisation):
    event = asking(lab, LUNCH)
    response = client.post(address(event), data=typed(page_of(client, event), **{"ajouter-une-question": "1"}))
    assert client.post(address(event), data=typed(check_page(response.text))).status_code == 302
    assert kept(event) == [LUNCH]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"questions-2-options": ""}, "questions-2-options", "Écrivez les réponses proposées"),
        ({"questions-2-options": "\n".join(map(str, range(21)))}, "questions-2-options", "Gardez 20"),
        ({"questions-2-options": "x" * 121}, "questions-2-options", "trop longue"),
        ({"questions-2-label": ""}, "questions-2-label", "Écrivez la question"),
        ({"questions-2-label": "quel RÉGIME ?"}, "questions-2-label", "déjà posée"),
        ({"questions-1-label": "x" * 201}, "questions-1-label", "trop long"),
        ({"questions-0-kind": "text"}, "questions-1-condition", "n’est plus proposée"),
        ({"questions-1-condition": "2:Design"}, "questions-1-condition", "La question 3 doit venir avant"),
        ({"questions-1-condition": "ailleurs"}, "questions-1-condition", "Choisissez"),
        ({"questions-1-kind": "ailleurs"}, "questions-1-kind", "Choisissez"),
    ],
)
def test_a_question_that_cannot_be_kept_is_refused_beside_it(
    client: Client, lab: Organisation, changes: dict[str, str], field: str, sentence: str
):
    event = asking(lab, LUNCH, DIET, ROOM)
    response = client.post(address(event), data=typed(page_of(client, event), **changes))
    page = check_page(response.text)
    assert (response.status_code, list(page.field_errors())) == (422, [field])
    assert sentence in page.field_errors()[field][0]
    assert page.forms[0].values["questions-0-label"] == LUNCH.label
    assert kept(event) == [LUNCH, DIET, ROOM]


def test_ten_questions_at_most(client: Client, lab: Organisation):
    event = asking(lab, *(Asked(None, QuestionKind.TEXT, f"Question {n} ?") for n in range(10)))
    page = page_of(client, event)
    assert "Ajouter une question" not in page.text
    more = {"questions-10-label": "Une de trop ?", "ajouter-une-question": "1"}
    page = check_page(client.post(address(event), data=typed(page, **more)).text)
    assert "questions-10-label" not in page.forms[0].values


def test_questions_of_another_event_are_not_touched(client: Client, lab: Organisation):
    event, elsewhere = asking(lab, LUNCH), QuestionFactory(label="Ailleurs ?")
    changes = {"questions-0-question_id": str(elsewhere.id), "questions-0-label": "Prise ?"}
    client.post(address(event), data=typed(page_of(client, event), **changes))
    assert (elsewhere.label, elsewhere.event_id != event.id) == ("Ailleurs ?", True)
    assert [question.label for question in event.questions] == ["Prise ?"]


def test_questions_changed_meanwhile_are_told_in_words(client: Client, lab: Organisation):
    event = asking(lab, LUNCH)
    page = page_of(client, event)
    QuestionFactory(event_id=event.id, label="Ajoutée par une collègue ?")
    response = client.post(address(event), data=typed(page, **{"questions-0-label": "À table ?"}))
    page = check_page(response.text)
    assert response.status_code == 422
    assert "Déjeunez-vous sur place ? ; Ajoutée par une collègue ? À table ?" in page.text
    assert page.forms[0].values["questions-0-label"] == "À table ?"


def test_the_journal_keeps_what_changed_in_the_questions(client: Client, lab: Organisation):
    event = asking(lab, LUNCH)
    event.submitted_at = event.created_at
    client.post(address(event), data=typed(page_of(client, event), **{"questions-0-hint": "À midi."}))
    line = db.session.query(EventLog).filter_by(event_id=event.id, verb="edit").one()
    assert list(line.difference) == ["questions"]
    assert [questions[0]["hint"] for questions in line.difference["questions"]] == ["", "À midi."]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_three_questions_as_for_one(
    client: Client, lab: Organisation, statements: Callable[[], AbstractContextManager[list[str]]], count: int
):
    where = address(asking(lab, *[LUNCH, DIET, ROOM][:count]))
    with statements() as made:
        page = check_page(client.get(where).text)
    assert sum(name.endswith("-label") for name in page.forms[0].values) == count
    assert len(made) == 10, made
