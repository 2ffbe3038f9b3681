"""From the rows of a sheet to events as they were understood. Nothing is read elsewhere, nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from planner.imports.columns import Field
from planner.imports.days import When
from planner.imports.entries import (
    read_answers,
    read_choices,
    read_contact,
    read_registration,
    read_texts,
    read_words,
)
from planner.imports.grids import Cell, Grid, has_content
from planner.imports.headings import Header, letters, recognised
from planner.imports.notes import RowCells, name_of, verdict_of
from planner.imports.report import Level, Note, Row, Verdict
from planner.imports.slots import Edition, read_whens
from planner.imports.where import read_places, read_where
from planner.programmes.rules import Slot
from planner.text import fold, one_line

_PLACE = ("venue", "street", "postcode", "city", "joining_link")
_EVERY = 25  # rows between two words on the progress


@dataclass(frozen=True)
class Context:
    """What is known of the edition: its first and last days, its themes (slug → name)."""

    first_day: date
    last_day: date
    themes: Mapping[str, str]


def understand(
    grid: Grid,
    header: Header,
    columns: Mapping[int, Field],
    context: Context,
    progress: Callable[[int], None] | None = None,
) -> list[Row]:
    """The rows under the headings, one by one, whatever is wrong in the others; blank ones are left out.

    `columns` says the field of each column, by its number from 0. `progress` is told now and then how many rows are
    read, and all of them at the end. The values are those of `programmes.services.create`, but for the moments
    of registration: on the clocks of the place, without a zone, which the place gives. A blank cell gives no value.
    """
    reader = _Reader(header, columns, context)
    rows: list[Row] = []
    for index in range(header.index + 1, len(grid.rows)):
        cells = grid.rows[index]
        if not has_content(cells):
            continue
        rows.append(reader.read(grid.first_line + index, cells))
        if progress and len(rows) % _EVERY == 0:
            progress(len(rows))
    if progress:
        progress(len(rows))
    return rows


def group(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each event, in the order of the file: those that share an identifier, else each row alone.

    The first row of an event holds all its values: what a later one says otherwise is noted there and not kept, what
    it adds is. Skipped rows are in no group.
    """
    groups: dict[object, list[Row]] = {}
    for row in rows:
        if row.verdict is not Verdict.SKIP:
            groups.setdefault(row.external_id or ("line", row.line), []).append(row)
    return [_agreed(together) for together in groups.values()]


def _agreed(rows: list[Row]) -> list[Row]:
    first = next((row for row in rows if row.verdict is not Verdict.REJECT), rows[0])
    known = dict(first.values)
    agreed = []
    for row in rows:
        other = row
        if row is not first and row.verdict is not Verdict.REJECT:
            differing = [name for name, value in row.values.items() if known.setdefault(name, value) != value]
            notes = [*row.notes, *(_contradiction(name, first.line) for name in differing)]
            other = replace(row, notes=tuple(notes), verdict=verdict_of(notes))
        agreed.append(other)
    return [replace(row, values=known) if row is first else row for row in agreed]


def _contradiction(name: str, line: int) -> Note:
    words = f"{name_of(Field(name))} n’est pas celui de la ligne {line}, qui parle du même événement et a été gardé."
    return Note("event.contradicts", words, Level.WARNING)


class _Reader:
    """Reads the rows in their order, and remembers those that a later one may repeat."""

    def __init__(self, header: Header, columns: Mapping[int, Field], context: Context) -> None:
        self._header = header
        self._columns = columns
        self._themes = dict(context.themes)
        self._edition = Edition(context.first_day, context.last_day)
        self._seen: dict[object, int] = {}  # what makes a row, and its line
        self._titles: dict[str, int] = {}  # without an identifier
        self._named: dict[str, str] = {}  # title by identifier

    def read(self, line: int, row: Sequence[Cell]) -> Row:
        """The row as it is understood; it never raises, whatever the cells hold."""
        if skipped := self._skipped(line, row):
            return skipped
        cells = RowCells(row, self._columns, self._header)
        external_id = cells.bounded(Field.EXTERNAL_ID, cells.text(Field.EXTERNAL_ID))
        values = self._values(cells, external_id)
        whens = read_whens(cells, self._edition)
        slots = _slots(cells, whens, values)
        if cells.verdict is not Verdict.REJECT:
            mark = _mark(external_id, values, slots)
            if mark in self._seen:
                words = f"Cette ligne répète la ligne {self._seen[mark]}\u00a0: elle est passée."
                return Row(
                    line, Verdict.SKIP, (Note("row.repeated", words, Level.WARNING),), external_id, values, slots
                )
            self._seen[mark] = line
            self._tell_same_title(cells, line, external_id, values["title"])
        return Row(line, cells.verdict, tuple(cells.notes), external_id, values, slots)

    def _skipped(self, line: int, row: Sequence[Cell]) -> Row | None:
        """A row that speaks of no event: the headings again, a subtitle between two parts, a total."""
        filled = [index for index, cell in enumerate(row) if cell is not None]
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        title = next((index for index, field in self._columns.items() if field is Field.TITLE), None)
        first = fold(texts[filled[0]]).split()
        message = ""
        if len(filled) > 1 and recognised(row) == len(filled):
            code, message = "row.headings", "Les titres des colonnes sont répétés ici\u00a0: la ligne est passée."
        elif first and first[0] in {"total", "totaux"} and (title is None or filled[0] != title or len(filled) > 1):
            code, message = "row.total", "Cette ligne est un total\u00a0: elle est passée."
        elif len(filled) == 1 and filled[0] != title:
            code, message = (
                "row.alone",
                "Cette ligne n’a qu’une cellule, qui n’est pas un titre\u00a0: elle est passée.",
            )
        if not message:
            return None
        where = letters(filled[0])
        return Row(line, Verdict.SKIP, (Note(code, message, Level.WARNING, where, self._heading(filled[0])),))

    def _heading(self, index: int) -> str | None:
        return self._header.headings[index] if index < len(self._header.headings) else None

    def _values(self, cells: RowCells, external_id: str) -> dict[str, Any]:
        values = {
            **read_texts(cells),
            **read_choices(cells, self._themes),
            **read_words(cells),
            **read_answers(cells),
            **read_contact(cells),
            **read_registration(cells, self._edition),
            **read_where(cells),
        }
        if not cells.text(Field.TITLE):
            if external_id in self._named:
                values["title"] = self._named[external_id]
            elif cells.verdict is not Verdict.REJECT or cells.raw(Field.TITLE) is None:
                cells.refuse(Field.TITLE, "title.missing", "Le titre manque\u00a0: sans lui, rien n’est créé.")
        elif external_id and "title" in values:
            self._named.setdefault(external_id, values["title"])
        return values

    def _tell_same_title(self, cells: RowCells, line: int, external_id: str, title: str) -> None:
        if external_id:
            return
        earlier = self._titles.setdefault(fold(title), line)
        if earlier != line:
            words = (
                f"Même titre qu’à la ligne {earlier}\u00a0: ce seront deux événements. Pour en faire les dates d’un "
                "seul, donnez aux deux lignes le même identifiant."
            )
            cells.warn(Field.TITLE, "title.repeated", words)


def _slots(cells: RowCells, whens: Sequence[When], values: Mapping[str, Any]) -> tuple[Slot, ...]:
    """The dates of the row, each with the places, the room and the track that the row says."""
    session_title, room, track = (
        cells.bounded(field, cells.text(field)) for field in (Field.SESSION_TITLE, Field.ROOM, Field.TRACK)
    )
    onsite, online = read_places(cells, values.get("mode"))
    dated = list(whens) or ([When()] if session_title else [])
    return tuple(
        Slot(None, session_title, when.day, when.start, when.end_day, when.end, onsite, online, track, room)
        for when in dated
    )


def _mark(external_id: str, values: Mapping[str, Any], slots: Sequence[Slot]) -> object:
    """What makes two rows the same: the title, the dates and the place."""
    place = tuple(fold(values.get(name, "")) for name in _PLACE)
    return external_id, fold(one_line(values["title"])), tuple(slots), place
