"""The programme as a spreadsheet, in the columns of the import: what is exported can be imported again.

A workbook types its cells, so that a text stays one whatever it begins with; a CSV cannot, and there `inert` marks it.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

from odfdo import Cell, Document, Row, Table
from xlsxwriter import Workbook

from planner import dates
from planner.events.labels import label
from planner.events.models import Event, EventSession
from planner.imports.columns import COLUMNS, Column, Field
from planner.registrations.exports import inert

SHEET = "Programme"

_OF_DATE: dict[Field, Callable[[EventSession], Any]] = {
    Field.SESSION_TITLE: lambda session: session.title,
    Field.DAY: lambda session: session.day,
    Field.START_TIME: lambda session: session.start_time,
    Field.END_TIME: lambda session: session.end_time,
    Field.END_DAY: lambda session: session.end_day,
    Field.ROOM: lambda session: session.room.name if session.room else "",
    Field.TRACK: lambda session: session.track.name if session.track else "",
    Field.PLACES_ONSITE: lambda session: session.places_onsite,
    Field.PLACES_ONLINE: lambda session: session.places_online,
}
_LABELLED = frozenset(
    {
        Field.FORMAT,
        Field.ATTENDANCE,
        Field.MODE,
        Field.AUDIENCES,
        Field.LEVEL,
        Field.ACCESSIBILITY,
        Field.REGISTRATION_KIND,
    }
)


def written_columns() -> list[Column]:
    """The columns of the template and of the export, in their order."""
    return [column for column in COLUMNS if column.is_written]


def headings() -> tuple[str, ...]:
    """The first line of the file."""
    return tuple(column.heading for column in written_columns())


def rows(events: Iterable[Event]) -> Iterator[tuple[str, ...]]:
    """One line a date under `headings`, the values of the event on each; one line for an event without a date.

    The events have their themes and their sessions loaded, with tracks and rooms.
    """
    columns = written_columns()
    for event in events:
        dated: Sequence[EventSession | None] = event.sessions or [None]
        for session in dated:
            yield tuple(_text(event, session, column.field) for column in columns)


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """A CSV that French spreadsheets open at once: semicolons, UTF-8 with its mark."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([inert(cell) for cell in line] for line in [headings(), *lines])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Sequence[str]]) -> bytes:
    """A workbook whose cells are all texts."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings()) - 1, 24)
        heading = workbook.add_format({"bold": True})
        for number, line in enumerate([headings(), *lines]):
            for column, cell in enumerate(line):
                sheet.write_string(number, column, cell, heading if number == 0 else None)
    return content.getvalue()


def as_ods(lines: Iterable[Sequence[str]]) -> bytes:
    """The same as `as_xlsx`, as an OpenDocument spreadsheet."""
    document = Document("spreadsheet")
    document.body.clear()
    table = Table(SHEET)
    for line in [headings(), *lines]:
        row = Row()
        row.extend_cells([Cell(cell, cell_type="string") for cell in line])
        table.append_row(row)
    document.body.append(table)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _text(event: Event, session: EventSession | None, field: Field) -> str:
    if field in _OF_DATE:
        return _words(_OF_DATE[field](session)) if session else ""
    if field is Field.EXTERNAL_ID:
        return event.external_id or event.slug  # what finds the event again when the file comes back
    if field is Field.THEMES:
        return _words([theme.name for theme in event.themes])
    value = getattr(event, field)
    if value and field in _LABELLED:
        value = [label(each) for each in value] if isinstance(value, list) else label(value)
    return _words(dates.local(value, event.time_zone) if isinstance(value, datetime) else value)


def _words(value: Any) -> str:
    """The value as a person would type it, and as the import understands it."""
    match value:
        case None:
            words = ""
        case bool():
            words = "Oui" if value else "Non"
        case datetime():
            words = f"{value:%d/%m/%Y %Hh%M}"
        case date():
            words = f"{value:%d/%m/%Y}"
        case time():
            words = f"{value:%Hh%M}"
        case list():
            words = "; ".join(value)
        case _:
            words = str(value)
    return words
