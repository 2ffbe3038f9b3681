"""What one looks for on the desk of a lab."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

from planner.events.labels import choices
from planner.events.models import EventState
from planner.programmes.checklist import Line, is_found
from planner.text import fold
from planner.web.fields import QueryForm, SearchField, SelectField


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
