"""The forms of the review desk."""

from typing import Any

from wtforms.validators import DataRequired, InputRequired, Length, Optional

from planner.events.labels import label
from planner.events.models import EventState
from planner.programmes.models import ChangeReason
from planner.programmes.rules import CHANGE_REASONS, FIELD_LABELS
from planner.review import rules
from planner.review.models import OpinionVerdict
from planner.web.fields import (
    CheckboxesField,
    DsfrForm,
    HiddenField,
    QueryForm,
    RadioField,
    SearchField,
    SelectField,
    TextAreaField,
)


class QueueFilters(QueryForm):
    """What to show of the queue."""

    texte = SearchField("Titre ou lab")
    etat = SelectField(
        "État",
        choices=[(state, label(state)) for state in rules.STATES],
        coerce=EventState,
        blank="Ce qui attend une décision",
    )
    region = SelectField("Région", blank="Toutes les régions")


class DecisionForm(DsfrForm):
    """A button about the version that was read."""

    version = HiddenField()

    @property
    def version_read(self) -> int:
        """The version shown on the page that was sent; 0, which no event has, when it was tampered with."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else 0


class AskChangesForm(DecisionForm):
    """What is to be corrected, and where."""

    reason = RadioField(
        "Pourquoi",
        [InputRequired("Choisissez la raison qui s’en approche le plus.")],
        choices=list(CHANGE_REASONS.items()),
        coerce=ChangeReason,
    )
    text = TextAreaField(
        "Ce qu’il faut corriger",
        [DataRequired("Dites à l’équipe ce qu’il faut corriger."), Length(max=2000)],
        description="Ces mots partent par courriel et s’affichent près des champs choisis.",
    )
    fields = CheckboxesField("Champs concernés", [Optional()], choices=list(FIELD_LABELS.items()), mention="facultatif")

    def request(self) -> dict[str, Any]:
        """What is asked for, of the version that was read."""
        named = {"reason": self.reason.data, "text": self.text.data, "fields": self.fields.data}
        return {"version": self.version_read, **named}


class ReasonForm(DecisionForm):
    """A decision that must be explained."""

    reason = TextAreaField(
        "Pourquoi",
        [DataRequired("Dites pourquoi : l’équipe lira ces mots."), Length(max=2000)],
        description="Ces mots partent par courriel à l’équipe qui propose l’événement.",
    )

    def explained(self) -> dict[str, Any]:
        """The decision's reason, and the version that was read."""
        return {"version": self.version_read, "reason": self.reason.data}


class OpinionForm(DsfrForm):
    """What the region thinks of it."""

    verdict = RadioField(
        "Avis de la région",
        [InputRequired("Choisissez un avis.")],
        choices=list(rules.VERDICTS.items()),
        coerce=OpinionVerdict,
    )
    text = TextAreaField("En quelques mots", [Optional(), Length(max=2000)], rows=3, mention="facultatif")

    def opinion(self) -> dict[str, Any]:
        """The verdict and its words."""
        return {"verdict": self.verdict.data, "text": self.text.data or ""}


class NoteForm(DsfrForm):
    """A note between reviewers."""

    text = TextAreaField(
        "Note interne",
        [DataRequired("Écrivez la note."), Length(max=2000)],
        description="Jamais montrée à l’équipe qui propose l’événement.",
        rows=3,
    )
