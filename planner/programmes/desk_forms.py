"""What is asked on the desk of a lab: what one looks for, what is taken up again."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms.validators import DataRequired, Length

from planner.events.labels import choices
from planner.events.models import EventState
from planner.programmes.checklist import Line, is_found
from planner.programmes.rules import NothingTicked
from planner.text import fold
from planner.web.fields import CheckboxesField, DsfrForm, QueryForm, SearchField, SelectField


class DeskFilters(QueryForm):
    """The filters of the events of a desk, from the address of the page."""

    q = SearchField("Titre, lieu ou mot-clé", [Length(max=100)])
    etat = SelectField("État", choices=choices(EventState), coerce=EventState, blank="Tous les états")

    def __init__(self, questions: MultiDict[str, str]) -> None:
        super().__init__(questions)

    @property
    def is_asked(self) -> bool:
        """Does the address ask for some events only?"""
        return bool(self.q.data or self.etat.data)

    def keep(self, lines: Sequence[Line]) -> Sequence[Line]:
        """The lines that answer what could be read of the filters."""
        text = "" if self.q.errors else fold(self.q.data or "")
        state = None if self.etat.errors else self.etat.data
        return [line for line in lines if is_found(line, text, state)]


class RenewForm(DsfrForm):
    """The events of a past programme to take up again, by their addresses."""

    events = CheckboxesField("Événements à reprendre", [DataRequired(NothingTicked.message)])

    def __init__(self, choices: Sequence[tuple[str, str]], hints: dict[str, str], ticked: Sequence[str]) -> None:
        super().__init__(data={"events": list(ticked)})
        self.events.choices, self.events.hints = list(choices), hints
