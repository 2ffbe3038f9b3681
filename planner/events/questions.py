"""What a lab asks of those who register, besides the common fields: the table, and a question apart from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner.db import Base, stored


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"


YES_NO = ("Oui", "Non")


class Question(Base):
    """What a lab asks of those who register, besides the common fields; some only after a given answer to another."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("label <> ''", name="label_given"),
        CheckConstraint("(kind IN ('choice', 'choices')) = (cardinality(options) > 0)", name="options_of_choices"),
        CheckConstraint("(condition_id IS NULL) = (condition_value = '')", name="condition_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(stored(QuestionKind))
    label: Mapped[str]
    hint: Mapped[str] = mapped_column(default="")
    options: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    is_required: Mapped[bool] = mapped_column(default=False)
    condition_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    condition_value: Mapped[str] = mapped_column(default="")  # the answer to that question for which this one is asked
    condition: Mapped["Question | None"] = relationship(remote_side="Question.id")

    @property
    def answers(self) -> Sequence[str]:
        """The answers one chooses from; none for a text."""
        return possible_answers(self.kind, self.options)


@dataclass(frozen=True)
class Asked:
    """A question as it is written down with the others of its event, whatever the rows are.

    `question_id` is None for a new one. `condition` is the place in the list, from 0, of the earlier question that
    decides whether this one is asked, and `condition_value` its answer.
    """

    question_id: int | None
    kind: QuestionKind
    label: str
    hint: str = ""
    options: tuple[str, ...] = ()
    is_required: bool = False
    condition: int | None = None
    condition_value: str = ""

    def __str__(self) -> str:
        return self.label

    @property
    def answers(self) -> Sequence[str]:
        """The answers one chooses from; none for a text."""
        return possible_answers(self.kind, self.options)


def possible_answers(kind: QuestionKind, options: Sequence[str]) -> Sequence[str]:
    """The answers one chooses from: the options, yes and no, or none for a text."""
    return YES_NO if kind is QuestionKind.YES_NO else options


def asked(questions: Sequence[Question]) -> list[Asked]:
    """The questions of an event, in order, as they are written down."""
    places = {question.id: place for place, question in enumerate(questions)}
    return [
        Asked(
            question.id,
            question.kind,
            question.label,
            question.hint,
            tuple(question.options),
            question.is_required,
            places[question.condition_id] if question.condition_id else None,
            question.condition_value,
        )
        for question in questions
    ]
