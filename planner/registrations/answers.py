"""The answers to the questions of an event: which are asked, what is kept, in what words. No database, no request."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planner.errors import RuleViolation
from planner.events.questions import Question, QuestionKind
from planner.registrations.models import Registration

type_of_answer = str | list[str] | None

LONGEST = 1000  # characters of a text


class AnswerMissing(RuleViolation):
    message = "Il manque une réponse obligatoire."


class AnswerNotOffered(RuleViolation):
    message = "Choisissez parmi les réponses proposées."


class AnswerTooLong(RuleViolation):
    message = f"Cette réponse est trop longue\u00a0: {LONGEST}\u00a0caractères au maximum."


def field_name(question: Question) -> str:
    """The name of the question's field in the form of a registration."""
    return f"question_{question.id}"


def asked(questions: Iterable[Question], given: Mapping[int, type_of_answer]) -> list[Question]:
    """The questions that these answers (by id of the question) lead to, in order.

    One that depends on another is asked when that one is, and has the answer waited for.
    """
    found: dict[int, Question] = {}
    for question in questions:
        on = question.condition_id
        if on is None or (on in found and given.get(on) == question.condition_value):
            found[question.id] = question
    return list(found.values())


def kept(questions: Iterable[Question], given: Mapping[int, type_of_answer]) -> dict[str, Any]:
    """What a registration keeps: each answer to a question that is asked, with the words that asked it.

    Refuses with `AnswerMissing`, `AnswerNotOffered` or `AnswerTooLong`, and the field.
    """
    record: dict[str, Any] = {}
    for question in asked(questions, given):
        answer = given.get(question.id)
        if answer:
            _check(question, answer)
            known = {"label": question.label, "position": question.position}  # outlive the question
            record[str(question.id)] = {**known, "value": answer}
        elif question.is_required:
            raise AnswerMissing(field=field_name(question))
    return record


def _check(question: Question, answer: str | list[str]) -> None:
    if question.kind is QuestionKind.TEXT:
        if len(answer) > LONGEST:
            raise AnswerTooLong(field=field_name(question))
        return
    chosen = answer if isinstance(answer, list) else [answer]
    is_list = question.kind is QuestionKind.CHOICES
    if isinstance(answer, list) is not is_list or not set(chosen) <= set(question.answers):
        raise AnswerNotOffered(field=field_name(question))


def lines(registration: Registration) -> list[tuple[str, str]]:
    """What the person answered, in the words that asked it, even where the question has changed since."""
    given = sorted(registration.answers.values(), key=lambda answer: answer["position"])
    return [(answer["label"], words(answer["value"])) for answer in given]


def words(value: str | Sequence[str]) -> str:
    """An answer in a line: several are separated by commas."""
    return value if isinstance(value, str) else ", ".join(value)


def headings(questions: Iterable[Question], registrations: Iterable[Registration]) -> list[str]:
    """The questions of today in order, then those that people answered and that are no longer asked in these words."""
    answered = (label for registration in registrations for label, _ in lines(registration))
    return list(dict.fromkeys([*(question.label for question in questions), *answered]))
