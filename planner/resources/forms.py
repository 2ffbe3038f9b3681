"""What is asked of a lab after its event."""

from typing import Any

from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from planner.errors import RuleViolation
from planner.resources import rules
from planner.resources.labels import KINDS, LICENCES, QUESTIONS
from planner.resources.models import Outcome, ResourceKind
from planner.text import one_line
from planner.web.edits import Difference
from planner.web.fields import (
    BooleanField,
    DsfrForm,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
    labelled,
)
from planner.web.validators import web_address

LONGEST_ANSWER = 2000


class OutcomeForm(DsfrForm):
    """How many came, and the outcome in five questions; each may stay empty."""

    attended = IntegerField(
        "Combien de personnes sont venues\u00a0?",
        [Optional(), NumberRange(min=0, max=100_000)],
        description="Sur place et en ligne, toutes dates réunies. Une estimation suffit.",
    )
    produced = TextAreaField(QUESTIONS["produced"], [Optional(), Length(max=LONGEST_ANSWER)], rows=3)
    taken_away = TextAreaField(QUESTIONS["taken_away"], [Optional(), Length(max=LONGEST_ANSWER)], rows=3)
    next_steps = TextAreaField(QUESTIONS["next_steps"], [Optional(), Length(max=LONGEST_ANSWER)], rows=3)
    again = TextAreaField(QUESTIONS["again"], [Optional(), Length(max=LONGEST_ANSWER)], rows=3)
    help_needed = TextAreaField(QUESTIONS["help_needed"], [Optional(), Length(max=LONGEST_ANSWER)], rows=3)
    has_no_document = BooleanField("Il n’y a pas de document à partager")
    version = HiddenField()

    def __init__(self, outcome: Outcome | None) -> None:
        known: dict[str, Any] = {"version": rules.mark(outcome)}
        if outcome:
            known |= {**outcome.answers, "attended": outcome.attended, "has_no_document": outcome.has_no_document}
        super().__init__(data=known)

    def answers(self) -> dict[str, str]:
        """The answers to the five questions, empty ones too."""
        return {question: self[question].data or "" for question in QUESTIONS}

    def answer_to(self, outcome: Outcome | None) -> list[Difference]:
        """Have the form answer to what is kept now; gives what that says otherwise, in words."""
        self.version.data = rules.mark(outcome)
        if outcome is None:
            return []
        kept = {"attended": outcome.attended, **{name: outcome.answers.get(name, "") for name in QUESTIONS}}
        typed = {"attended": self.attended.data, **self.answers()}
        return [
            Difference(self[name].label.text, *(str(side) if side not in {"", None} else "rien" for side in both))
            for name in kept
            if (both := (kept[name], typed[name])) and both[0] != both[1]
        ]


class DocumentForm(DsfrForm):
    """A document to share, by its address."""

    kind = SelectField("Nature", [DataRequired()], choices=labelled(KINDS), coerce=ResourceKind)
    title = StringField(
        "Titre", [DataRequired(), Length(max=140)], description="Par exemple «\u00a0Support de l’atelier\u00a0»."
    )
    url = URLField(
        "Adresse de la page ou du fichier",
        [DataRequired(), Length(max=1000), web_address],
        description="Là où il est déjà en ligne\u00a0: site de votre administration, plateforme vidéo…",
    )
    licence = SelectField(
        "Ce que l’on a le droit d’en faire",
        [DataRequired()],
        choices=[(name, name) for name in LICENCES],
        description="Licence Ouverte, celle des administrations\u00a0: chacun réutilise en citant la source.",
    )
    is_public = RadioField(
        "Qui peut le voir\u00a0?",
        [InputRequired()],
        choices=[("oui", "Tout le monde"), ("non", "Les personnes inscrites")],
        hints={"oui": "Sur la page de l’événement.", "non": "Sur la page de leur inscription."},
        default="oui",
    )
    persons_agreed = BooleanField(
        "Les personnes que l’on reconnaît sur les photos ont donné leur accord",
        description="Seulement pour des photos.",
    )

    def values(self) -> dict[str, Any]:
        """What was typed, as `services.share` takes it."""
        return {
            "kind": self.kind.data,
            "title": one_line(self.title.data or ""),
            "url": self.url.data,
            "licence": self.licence.data,
            "is_public": self.is_public.data == "oui",
            "persons_agreed": bool(self.persons_agreed.data),
        }

    def refuse(self, refusal: RuleViolation) -> None:
        """Say why it cannot be, beside the field concerned when there is one."""
        if refusal.field and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)
