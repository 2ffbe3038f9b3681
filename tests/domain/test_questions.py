"""The questions of a lab and their answers, and whose addresses may register."""

import pytest

from planner.db import db
from planner.errors import RuleViolation
from planner.events.models import Event, EventSession
from planner.events.questions import Asked, Question, QuestionKind, asked
from planner.programmes import rules as composing
from planner.programmes import services as programmes
from planner.registrations import answers, rules, services
from planner.registrations.answers import AnswerMissing, AnswerNotOffered, AnswerTooLong, type_of_answer
from planner.registrations.models import Registration, SeatMode, SeatStatus
from planner.registrations.rules import AddressNotAccepted, Choice
from planner.registrations.services import Attendee
from planner.web.rights import Actor
from tests.factories import DraftFactory, EventFactory, EventSessionFactory, QuestionFactory, RegistrationFactory

pytestmark = pytest.mark.usefixtures("context")

LUNCH = Asked(None, QuestionKind.YES_NO, "Déjeunez-vous ?", is_required=True)
DIET = Asked(
    None,
    QuestionKind.CHOICE,
    "Quel menu ?",
    "",
    ("Complet", "Végétarien"),
    condition=0,
    condition_value="Oui",
    is_required=True,
)
ALLERGIES = Asked(None, QuestionKind.TEXT, "Des allergies ?", condition=1, condition_value="Végétarien")
SUBJECTS = Asked(None, QuestionKind.CHOICES, "Quels sujets ?", "", ("Données", "Design"))


def ask(event: Event, *questions: Asked) -> list[Question]:
    stored = composing.content(event, ["questions"])
    programmes._write(
        event, {"questions": list(questions)}, Actor(0, "", ""), read=composing.fingerprint(stored), is_logged=False
    )
    db.session.commit()
    return event.questions


def register(
    session: EventSession,
    given: dict[int, type_of_answer] | None = None,
    email: str = "agente@example.org",
    **options: bool,
) -> Registration:
    attendee = Attendee(email, "Agente", answers=given or {})
    return services.register(session.event, attendee, [Choice(session.id, SeatMode.ONSITE)], **options)


# ── Asking ──


def test_questions_are_written_in_order_with_their_conditions():
    event = DraftFactory()
    lunch, diet, allergies, _ = ask(event, LUNCH, DIET, ALLERGIES, SUBJECTS)
    assert [question.position for question in event.questions] == [0, 1, 2, 3]
    assert (diet.condition, allergies.condition, lunch.condition) == (lunch, diet, None)
    assert [one.condition for one in asked(event.questions)] == [None, 0, 1, None]


def test_a_question_kept_is_the_same_row_and_one_taken_away_goes_alone():
    event = DraftFactory()
    lunch, diet, _ = ask(event, LUNCH, DIET, SUBJECTS)
    lunch_id, diet_id = lunch.id, diet.id
    kept = Asked(diet_id, QuestionKind.CHOICE, DIET.label, "", DIET.options)
    assert [question.id for question in ask(event, kept)] == [diet_id]
    assert db.session.get(Question, lunch_id) is None


def test_the_questions_of_a_draft_go_with_it():
    event = DraftFactory()
    ask(event, LUNCH, DIET)
    programmes.delete(event, Actor(0, "", ""))
    db.session.flush()
    assert db.session.query(Question).count() == 0


def test_questions_written_again_without_rows_are_those_of_another_event():
    event, again = DraftFactory(), DraftFactory()
    ask(event, LUNCH, DIET)
    copies = [Asked(**{**vars(one), "question_id": None}) for one in asked(event.questions)]
    ask(again, *copies)
    assert [(one.label, one.condition) for one in asked(again.questions)] == [(LUNCH.label, None), (DIET.label, 0)]
    assert not {question.id for question in event.questions} & {question.id for question in again.questions}


# ── Answering ──


@pytest.fixture
def session() -> EventSession:
    session: EventSession = EventSessionFactory()
    ask(session.event, LUNCH, DIET, ALLERGIES, SUBJECTS)
    return session


def test_answers_are_kept_with_the_words_that_asked(session):
    lunch, diet, _, subjects = session.event.questions
    registration = register(session, {lunch.id: "Oui", diet.id: "Complet", subjects.id: ["Design", "Données"]})
    db.session.refresh(registration)
    assert answers.lines(registration) == [
        (LUNCH.label, "Oui"),
        (DIET.label, "Complet"),
        (SUBJECTS.label, "Design, Données"),
    ]


@pytest.mark.parametrize(
    ("lunch", "diet", "expected"),
    [
        ("Oui", "Végétarien", ["Déjeunez-vous ?", "Quel menu ?", "Des allergies ?"]),
        ("Oui", "Complet", ["Déjeunez-vous ?", "Quel menu ?"]),
        ("Non", "Végétarien", ["Déjeunez-vous ?"]),
    ],
)
def test_what_depends_on_another_answer_is_kept_only_then(session, lunch, diet, expected):
    first, second, third, _ = session.event.questions
    registration = register(session, {first.id: lunch, second.id: diet, third.id: "Noix"})
    assert [label for label, _ in answers.lines(registration)] == expected


@pytest.mark.parametrize(
    ("given", "refusal", "place"),
    [
        (["", "", "", []], AnswerMissing, 0),
        (["Oui", "", "", []], AnswerMissing, 1),
        (["Peut-être", "", "", []], AnswerNotOffered, 0),
        ([["Oui"], "", "", []], AnswerNotOffered, 0),
        (["Non", "", "", ["Cuisine"]], AnswerNotOffered, 3),
        (["Non", "", "", "Design"], AnswerNotOffered, 3),
        (["Oui", "Végétarien", "x" * 1001, []], AnswerTooLong, 2),
    ],
)
def test_an_answer_that_cannot_be_kept_is_refused_with_its_field(
    session, given, refusal: type[RuleViolation], place: int
):
    questions = session.event.questions
    with pytest.raises(refusal) as refused:
        register(session, dict(zip((question.id for question in questions), given, strict=True)))
    assert refused.value.field == answers.field_name(questions[place])
    assert db.session.query(Registration).count() == 0


def test_what_is_not_asked_is_not_required_nor_checked(session):
    lunch, diet, allergies, _ = session.event.questions
    registration = register(session, {lunch.id: "Non", diet.id: "Inconnu", allergies.id: "x" * 1001})
    assert answers.lines(registration) == [(LUNCH.label, "Non")]


def test_answers_stay_readable_when_the_question_goes_or_changes(session):
    lunch = session.event.questions[0]
    registration = register(session, {lunch.id: "Non"})
    ask(session.event, Asked(None, QuestionKind.TEXT, "Autre chose ?"))
    db.session.refresh(registration)
    assert answers.lines(registration) == [(LUNCH.label, "Non")]
    assert answers.headings(session.event.questions, [registration]) == ["Autre chose ?", LUNCH.label]


def test_answers_come_back_in_the_order_they_were_asked():
    given = {str(12 - n): {"label": f"Question {n}", "position": n, "value": "Oui"} for n in (10, 9, 2)}
    registration = RegistrationFactory(answers=given)
    assert [label for label, _ in answers.lines(registration)] == ["Question 2", "Question 9", "Question 10"]


# ── Reserved domains ──


@pytest.mark.parametrize(
    ("email", "is_accepted"),
    [
        ("agente@interieur.gouv.fr", True),
        ("agente@Interieur.GOUV.fr", True),
        ("agente@sg.interieur.gouv.fr", True),
        ("agente@rhone.example", True),
        ("agente@pasinterieur.gouv.fr", False),
        ("agente@gouv.fr", False),
        ("agente@interieur.gouv.fr.example.org", False),
        ("interieur.gouv.fr@example.org", False),
    ],
)
def test_whose_address_may_register(email: str, *, is_accepted: bool):
    event = EventFactory(reserved_domains=["interieur.gouv.fr", "rhone.example"])
    if is_accepted:
        rules.check_address(event, email)
        return
    with pytest.raises(AddressNotAccepted) as refused:
        rules.check_address(event, email)
    assert refused.value.field == "email"
    assert refused.value.message == (
        "Cet événement est réservé aux adresses @interieur.gouv.fr et @rhone.example. "
        "Inscrivez-vous avec votre adresse professionnelle, ou écrivez à accueil@example.org."
    )


def test_without_reserved_domains_every_address_may():
    rules.check_address(EventFactory(), "agente@example.org")


@pytest.mark.parametrize("is_proven", [False, True])
def test_the_service_refuses_an_address_signed_in_or_not(*, is_proven: bool):
    session = EventSessionFactory(event=EventFactory(reserved_domains=["interieur.gouv.fr"]))
    with pytest.raises(AddressNotAccepted):
        register(session, is_proven=is_proven)
    registration = register(session, email="agente@sg.interieur.gouv.fr", is_proven=is_proven)
    assert registration.seats[0].status is (SeatStatus.CONFIRMED if is_proven else SeatStatus.HELD)


def test_positions_decide_of_the_order():
    event = EventFactory()
    QuestionFactory(event_id=event.id, label="Seconde ?", position=2)
    QuestionFactory(event_id=event.id, label="Première ?", position=1)
    assert [question.label for question in event.questions] == ["Première ?", "Seconde ?"]
