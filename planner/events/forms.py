"""The filters of the calendar."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.validators import Length, ValidationError

from planner import dates
from planner.directory.models import Region
from planner.editions.models import Theme
from planner.events.labels import choices
from planner.events.models import EventFormat, EventMode
from planner.events.search import CalendarSearch
from planner.web.fields import BooleanField, DateField, HiddenField, QueryForm, SearchField, SelectField

_MODES = [(EventMode.ONSITE.value, "Sur place"), (EventMode.ONLINE.value, "En ligne")]


class CalendarFilters(QueryForm):
    """What is looked for, from the address of the page. What cannot be read is said, and left out of the search."""

    q = SearchField("Mots-clés", [Length(max=100)])
    region = SelectField("Région", blank="Toutes les régions")
    du = DateField("À partir du")
    au = DateField("Jusqu’au")
    theme = SelectField("Thème", blank="Tous les thèmes")
    format = SelectField("Format", choices=choices(EventFormat), coerce=EventFormat, blank="Tous les formats")
    mode = SelectField("Comment venir", choices=_MODES, coerce=EventMode, blank="Sur place ou en ligne")
    places = BooleanField("Seulement s’il reste des places")
    organisation = HiddenField()

    def __init__(self, questions: MultiDict[str, str], regions: Iterable[Region], themes: Iterable[Theme]) -> None:
        super().__init__(questions)
        self.region.choices = [(region.code, region.name) for region in regions]
        self.theme.choices = [(theme.slug, theme.name) for theme in themes]

    def validate_au(self, field: Any) -> None:
        first_day: Any = self.du.data
        if field.data and first_day and field.data < first_day:
            raise ValidationError("La date de fin est avant la date de début.")

    def search(self) -> CalendarSearch:
        """What the calendar understands, of what could be read."""
        return CalendarSearch(
            text=self._read("q") or "",
            region_code=self._read("region"),
            first_day=self._read("du"),
            last_day=self._read("au"),
            format=self._read("format"),
            mode=self._read("mode"),
            theme=self._read("theme"),
            organisation=self._read("organisation") or None,
            has_places=bool(self._read("places")),
        )

    def active(self, organisation_name: str = "") -> list[tuple[str, str]]:
        """The filters in force: what each says, and its name in the address."""
        words = {
            "q": f"«\u00a0{self._read('q')}\u00a0»",
            "du": f"À partir du {_day(self._read('du'))}",
            "au": f"Jusqu’au {_day(self._read('au'))}",
            "places": "Places disponibles",
            "organisation": organisation_name or "Une organisation",
        }
        lists = {name: dict(self[name].choices) for name in ("region", "theme", "format", "mode")}
        return [
            (words.get(field.name) or lists[field.name][field.data], field.name)
            for field in self
            if self._read(field.name)
        ]

    def _read(self, name: str) -> Any:
        """The answer to one question, or None when there is none or it cannot be read."""
        return None if self[name].errors else self[name].data


def _day(value: Any) -> str:
    return dates.day(value) if value else ""
