"""The filters of the directory."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

from planner.directory.labels import BRANCHES, KINDS
from planner.directory.models import Branch, OrganisationKind, Region
from planner.directory.rules import LabSearch
from planner.web.fields import QueryForm, SearchField, SelectField, labelled


class LabFilters(QueryForm):
    """What is looked for, from the address of the page."""

    q = SearchField("Nom, ville ou compétence", [Length(max=100)])
    region = SelectField("Région", blank="Toutes les régions")
    versant = SelectField("Versant", choices=labelled(BRANCHES), coerce=Branch, blank="Tous les versants")
    nature = SelectField("Nature", choices=labelled(KINDS), coerce=OrganisationKind, blank="Toutes les structures")

    def __init__(self, questions: MultiDict[str, str], regions: Iterable[Region]) -> None:
        super().__init__(questions)
        self.region.choices = [(region.code, region.name) for region in regions]

    def search(self) -> LabSearch:
        """What the directory understands."""
        return LabSearch(self.q.data or "", self.region.data, self.versant.data, self.nature.data)

    def active(self) -> list[tuple[str, str]]:
        """The filters in force: what each says, and its name in the address."""
        lists = [field for field in (self.region, self.versant, self.nature) if field.data]
        words = [(f"«\u00a0{self.q.data}\u00a0»", "q")] if self.q.data else []
        return words + [(dict(field.choices)[str(field.data)], field.name) for field in lists]
