"""The forms of an import: the file, and what each of its columns fills."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import DataRequired

from planner.imports import headings, reading
from planner.imports.columns import COLUMNS, Field, by_field
from planner.imports.runs import Sheet
from planner.web.fields import DsfrForm, FileField, SelectField

_FIELDS = [(str(column.field), column.heading) for column in COLUMNS]


class FileForm(DsfrForm):
    """The file of a programme."""

    file = FileField(
        "Votre programme",
        [DataRequired()],
        description="CSV, XLSX ou ODS, 5\u00a0Mo et 2\u00a0000\u00a0lignes au plus.",
    )

    @property
    def content(self) -> bytes:
        """What was sent, one byte beyond the limit at most."""
        with self.file.data.stream as stream:
            content: bytes = stream.read(reading.MOST_BYTES + 1)
        return content


class ColumnsForm(DsfrForm):
    """One list a column of the file; made by `columns_form`, which knows them."""

    @property
    def columns(self) -> dict[int, Field]:
        """What each column fills, by its number; those left out are absent."""
        return {index: Field(field.data) for index, field in self._lists() if field.data}

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field comes from one column, and one of them is the title."""
        is_valid: bool = super().validate(extra_validators)
        taken: dict[str, int] = {}
        for index, field in self._lists():
            if field.data in taken:
                first = headings.letters(taken[field.data])
                field.errors = [*field.errors, f"La colonne {first} le remplit déjà\u00a0: n’en gardez qu’une."]
                is_valid = False
            elif field.data:
                taken[field.data] = index
        if Field.TITLE not in taken:
            self.form_errors.append(
                f"Dites quelle colonne contient le titre («\u00a0{by_field[Field.TITLE].heading}\u00a0»)."
            )
            is_valid = False
        return is_valid

    def _lists(self) -> list[tuple[int, Any]]:
        return [(int(field.name.removeprefix("column_")), field) for field in self if field.name.startswith("column_")]


def columns_form(sheet: Sheet, columns: Mapping[int, Field]) -> ColumnsForm:
    """A list for each column that has a heading, with what it is understood to fill and its first values."""
    lists = {
        f"column_{index}": SelectField(
            f"{headings.letters(index)}\u00a0: {heading}",
            description=_examples(sheet.examples(index)),
            choices=_FIELDS,
            blank="Ne pas importer",
            default=columns.get(index),
        )
        for index, heading in enumerate(sheet.header.headings)
        if heading
    }
    form: ColumnsForm = type("FileColumnsForm", (ColumnsForm,), lists)()
    return form


def _examples(values: list[str]) -> str:
    return f"Par exemple\u00a0: {' ; '.join(values)}" if values else "Colonne vide."
