"""What is asked on the desk of a lab: what one looks for, what is taken up again."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict
from wtforms.validators import DataRequired, Length, Optional

from planner import dates
from planner.directory.models import Organisation
from planner.events.labels import choices
from planner.events.models import EventState
from planner.programmes.checklist import Line, is_found
from planner.programmes.rules import NothingTicked
from planner.text import fold
from planner.web.fields import (
    CheckboxesField,
    DsfrForm,
    QueryForm,
    RadioField,
    SearchField,
    SelectField,
    TextAreaField,
)


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


class InviteForm(DsfrForm):
    """The organisation to ask, among those found, and a word to it."""

    organisation = RadioField("Quelle organisation\u00a0?", [DataRequired()])
    words = TextAreaField("Votre message", [Optional(), Length(max=1000)], rows=3, mention="facultatif")

    def __init__(self, found: Sequence[Organisation]) -> None:
        super().__init__()
        self.organisation.choices = [(one.slug, one.name) for one in found]
        places = {one.slug: [one.city, one.region.name if one.region else ""] for one in found}
        self.organisation.hints = {slug: ", ".join(filter(None, words)) for slug, words in places.items()}


class ProgrammeForm(DsfrForm):
    """What presents a programme, and which of the drafts that are ready go with it."""

    introduction = TextAreaField(
        "Présentation du programme",
        [Optional(), Length(max=2000)],
        description="Quelques phrases\u00a0: ce que votre équipe propose cette année, et pour qui.",
        mention="facultatif",
    )
    events = CheckboxesField("Événements prêts à proposer", description="Décochez ceux que vous gardez pour plus tard.")

    def __init__(self, introduction: str, ready: Sequence[Line]) -> None:
        super().__init__(data={"introduction": introduction, "events": [line.event.slug for line in ready]})
        self.events.choices = [(line.event.slug, line.title) for line in ready]
        firsts = {line.event.slug: (line.next_session, line.event.time_zone) for line in ready}
        self.events.hints = {
            slug: dates.moment(session.starts_at, zone, year=False) if session and session.starts_at else ""
            for slug, (session, zone) in firsts.items()
        }
