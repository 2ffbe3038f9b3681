"""An empty programme to fill in: hints, headings, and the lists of what may be answered.

The hints stand above the headings, where the import does not look for events. A list suggests and never refuses: a
cell may hold several themes, or other words that the import understands.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from io import BytesIO

from odfdo import Cell, Document, Element, Row, Table
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from planner.events.labels import label
from planner.events.models import Accessibility, Attendance, Audience, EventFormat, EventMode, Level, RegistrationKind
from planner.imports.columns import Field
from planner.imports.exports import SHEET, headings, written_columns

ROWS = 500  # with lists, under the headings
_LISTS = "Listes"

_ENUMS: dict[Field, type[StrEnum]] = {
    Field.FORMAT: EventFormat,
    Field.ATTENDANCE: Attendance,
    Field.MODE: EventMode,
    Field.AUDIENCES: Audience,
    Field.LEVEL: Level,
    Field.ACCESSIBILITY: Accessibility,
    Field.REGISTRATION_KIND: RegistrationKind,
}
_YES_OR_NO = (
    Field.IS_JOINING_LINK_PUBLIC,
    Field.IS_RESERVED,
    Field.HAS_WAITING_LIST,
    Field.NEEDS_APPROVAL,
    Field.IS_FREE_OF_CHARGE,
)


def hints() -> tuple[str, ...]:
    """The line above the headings."""
    return tuple(column.hint for column in written_columns())


def choices(themes: Iterable[str]) -> dict[int, list[str]]:
    """What the lists suggest, by the number of the column."""
    suggested = {field: [label(value) for value in enum] for field, enum in _ENUMS.items()}
    suggested |= {field: ["Oui", "Non"] for field in _YES_OR_NO}
    suggested[Field.THEMES] = list(themes)
    columns = enumerate(written_columns())
    return {number: suggested[column.field] for number, column in columns if suggested.get(column.field)}


def as_xlsx(themes: Iterable[str]) -> bytes:
    """The template as a workbook; a second sheet, hidden, holds the lists."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet, lists = workbook.add_worksheet(SHEET), workbook.add_worksheet(_LISTS)
        lists.hide()
        sheet.set_column(0, len(headings()) - 1, 26)
        sheet.freeze_panes(2, 0)
        sheet.write_row(0, 0, hints(), workbook.add_format({"italic": True, "text_wrap": True, "valign": "top"}))
        sheet.write_row(1, 0, headings(), workbook.add_format({"bold": True}))
        for number, values in choices(themes).items():
            name = xl_col_to_name(number)
            lists.write_column(0, number, values)
            sheet.data_validation(
                2,
                number,
                ROWS + 1,
                number,
                {
                    "validate": "list",
                    "source": f"={_LISTS}!${name}$1:${name}${len(values)}",
                    "show_error": False,
                },
            )
    return content.getvalue()


def as_ods(themes: Iterable[str]) -> bytes:
    """The same as `as_xlsx`, as an OpenDocument spreadsheet."""
    document = Document("spreadsheet")
    document.body.clear()
    suggested = choices(themes)
    validations = Element.from_tag("table:content-validations")
    for number, values in suggested.items():
        validations.append(_validation(number, values))
    document.body.append(validations)
    table = Table(SHEET)
    for line in (hints(), headings()):
        table.append_row(_row([Cell(text, cell_type="string") for text in line]))
    cells = [Cell() for _ in headings()]
    for number in suggested:
        cells[number].set_attribute("table:content-validation-name", _name(number))
    table.append_row(_row(cells, repeated=ROWS))
    document.body.append(table)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _row(cells: Sequence[Cell], repeated: int | None = None) -> Row:
    row = Row(repeated=repeated)
    row.extend_cells(list(cells))
    return row


def _validation(number: int, values: Sequence[str]) -> Element:
    validation = Element.from_tag("table:content-validation")
    quoted = ";".join(f'"{value.replace(chr(34), chr(34) * 2)}"' for value in values)
    validation.set_attribute("table:name", _name(number))
    validation.set_attribute("table:condition", f"of:cell-content-is-in-list({quoted})")
    validation.set_attribute("table:allow-empty-cell", "true")
    validation.set_attribute("table:display-list", "unsorted")
    validation.set_attribute("table:base-cell-address", f"{SHEET}.{xl_col_to_name(number)}3")
    message = Element.from_tag("table:error-message")
    message.set_attribute("table:display", "false")
    validation.append(message)
    return validation


def _name(number: int) -> str:
    return f"liste{number}"
