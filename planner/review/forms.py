"""The forms of the review desk."""

from collections.abc import Iterable, Iterator
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from planner.directory.models import Region
from planner.errors import RuleViolation
from planner.events.labels import label
from planner.events.models import EventState
from planner.programmes.models import ChangeReason
from planner.programmes.rules import CHANGE_REASONS, STEP_FIELDS, STEP_LABELS, Step
from planner.review import rules
from planner.review.labels import VERDICTS
from planner.review.models import OpinionVerdict
from planner.review.queries import QueueSearch
from planner.web.fields import (
    CheckboxesField,
    DsfrForm,
    HiddenField,
    QueryForm,
    RadioField,
    SearchField,
    SelectField,
    TextAreaField,
    labelled,
)


class QueueFilters(QueryForm):
    """What to show of the queue, from the address of the page. What cannot be read is said, and left out."""

    texte = SearchField("Titre ou lab", [Length(max=100)])
    etat = SelectField(
        "État",
        choices=[(state.value, label(state)) for state in rules.STATES],
        coerce=EventState,
        blank="Ce qui attend une décision",
    )
    region = SelectField("Région", blank="Toutes les régions")

    def __init__(self, questions: MultiDict[str, str], regions: Iterable[Region]) -> None:
        super().__init__(questions)
        self.region.choices = [(region.code, region.name) for region in regions]

    def search(self) -> QueueSearch:
        """What the queue understands, of what could be read."""
        return QueueSearch(self._read("etat"), self._read("region"), self._read("texte") or "")

    def kept(self) -> dict[str, Any]:
        """The questions in force, for the addresses of the events: one comes back to the same queue."""
        return {field.name: str(field.data) for field in self if self._read(field.name)}

    def _read(self, name: str) -> Any:
        return None if self[name].errors else self[name].data


class DecisionForm(DsfrForm):
    """A decision about the version that was read."""

    version = HiddenField()

    @property
    def version_read(self) -> int:
        """The version that the page sent showed; 0, which no event has, when it cannot be one."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def decision(self) -> dict[str, Any]:
        """What the verb needs, besides the event and the person."""
        return {"version": self.version_read}

    def show(self, version: int) -> None:
        """The page shows this version: the answer will be about it."""
        self.version.data = str(version)

    def refuse(self, refusal: RuleViolation, version: int) -> None:
        """Say why at the top of the page, which now shows this version."""
        self.form_errors.append(refusal.message)
        self.show(version)


def _fields_of(step: Step) -> CheckboxesField:
    return CheckboxesField(
        f"À corriger dans «\u00a0{STEP_LABELS[step]}\u00a0»", choices=list(STEP_FIELDS[step].items())
    )


class AskChangesForm(DecisionForm):
    """What is to be corrected, why, and in which fields."""

    reason = RadioField(
        "Pourquoi\u00a0?",
        [InputRequired("Choisissez la raison la plus proche.")],
        choices=labelled(CHANGE_REASONS),
        coerce=ChangeReason,
    )
    text = TextAreaField(
        "Que faut-il corriger\u00a0?",
        [DataRequired("Dites à l’équipe ce qu’il faut corriger."), Length(max=2000)],
        description="Envoyé aussitôt à l’équipe, et montré près des champs que vous cochez.",
    )
    presentation = _fields_of(Step.PRESENTATION)
    when_and_where = _fields_of(Step.WHEN_AND_WHERE)
    audience = _fields_of(Step.AUDIENCE)
    registration = _fields_of(Step.REGISTRATION)
    check = _fields_of(Step.CHECK)

    @property
    def field_lists(self) -> Iterator[tuple[str, CheckboxesField]]:
        """The boxes of each page of the author's form, with its name."""
        for step, words in STEP_LABELS.items():
            yield words, self[step.name.lower()]

    def decision(self) -> dict[str, Any]:
        fields = [name for _, boxes in self.field_lists for name in boxes.data]
        return {**super().decision(), "reason": self.reason.data, "text": self.text.data, "fields": fields}


class ReasonForm(DecisionForm):
    """A decision that is explained."""

    reason = TextAreaField(
        "Pourquoi\u00a0?",
        [DataRequired("Dites pourquoi\u00a0: l’équipe lira ces mots."), Length(max=2000)],
        description="Envoyé aussitôt à l’équipe qui propose l’événement.",
    )

    def decision(self) -> dict[str, Any]:
        return {**super().decision(), "reason": self.reason.data}


class RevisionForm(DsfrForm):
    """A decision about the modification that was read; refusing it is explained."""

    read = HiddenField()

    def decision(self) -> dict[str, Any]:
        """What the verb needs, besides the event and the person."""
        return {"read": self.read.data or ""}


class RefuseRevisionForm(RevisionForm):
    """Why the modification is not kept."""

    reason = TextAreaField(
        "Pourquoi la refuser\u00a0?",
        [DataRequired("Dites pourquoi\u00a0: l’équipe lira ces mots."), Length(max=2000)],
        description="Envoyé aussitôt à la personne qui l’a écrite.",
        rows=3,
    )

    def decision(self) -> dict[str, Any]:
        return {**super().decision(), "reason": self.reason.data}


class OpinionForm(DecisionForm):
    """What the region thinks of it."""

    verdict = RadioField(
        "Votre avis",
        [InputRequired("Choisissez un avis.")],
        choices=labelled(VERDICTS),
        coerce=OpinionVerdict,
    )
    text = TextAreaField(
        "En quelques mots",
        [Optional(), Length(max=2000)],
        description="Lu par l’équipe du Mois, jamais par l’équipe qui propose.",
        rows=3,
    )

    def decision(self) -> dict[str, Any]:
        return {"verdict": self.verdict.data, "text": self.text.data or ""}


class NoteForm(DecisionForm):
    """A word between reviewers."""

    text = TextAreaField(
        "Note interne",
        [DataRequired("Écrivez la note."), Length(max=2000)],
        description="Jamais montrée à l’équipe qui propose l’événement.",
        rows=3,
    )

    def decision(self) -> dict[str, Any]:
        return {"text": self.text.data}
