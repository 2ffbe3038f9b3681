"""One row while it is read: its cells by field, and what is said of them, each thing with its column."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from planner.imports.columns import Field, by_field
from planner.imports.grids import Cell
from planner.imports.headings import Header, letters
from planner.imports.report import Level, Note, Verdict
from planner.text import fold, one_line

# What people write where there is nothing to say yet: the same as a blank cell.
_NOTHING = frozenset({
    "-", "--", "—", "–", "/", "x?", "?", "??", "???", "n/a", "na", "nc", "n.c.", "neant", "aucun", "aucune", "rien",
    "a venir", "a definir", "a preciser", "a confirmer", "a completer", "a determiner", "tbd", "tbc", "tba",
    "sans objet", "so", "s/o", "ras", "non renseigne", "non precise", "en cours", "...", "…",
})  # fmt: skip
_LONGEST_NOTHING = 20  # characters
# Characters, as the form and the database have them.
LONGEST = {
    Field.EXTERNAL_ID: 100,
    Field.TITLE: 140,
    Field.SUMMARY: 200,
    Field.DESCRIPTION: 10_000,
    Field.SESSION_TITLE: 140,
    Field.OFF_PERIOD_REASON: 500,
    Field.VENUE: 140,
    Field.STREET: 200,
    Field.CITY: 100,
    Field.ROOM: 100,
    Field.TRACK: 100,
    Field.ACCESSIBILITY_NOTE: 1_000,
    Field.CONTACT_NAME: 120,
    Field.NOTE_TO_REVIEWERS: 2_000,
}
_LONGEST_CELL = 2_000  # characters of any other: beyond, it is not even looked at


class RowCells:
    """The cells of one row, and the notes taken on them."""

    def __init__(self, row: Sequence[Cell], columns: Mapping[int, Field], header: Header) -> None:
        self._header = header
        self._where: dict[Field, int] = {}
        self._cells: dict[Field, Cell] = {}
        self.notes: list[Note] = []
        for index, field in sorted(columns.items()):
            cell = row[index] if index < len(row) else None
            if field not in self._cells or self._cells[field] is None:
                self._where[field], self._cells[field] = index, cell
        self._endless = {field for field, cell in self._cells.items() if _is_endless(field, cell)}
        for field in self._endless:
            self._refuse_length(field, len(str(self._cells[field])))

    def __getitem__(self, field: Field) -> Cell:
        """What the cell holds; None when it is blank, says that nothing is known yet, or has no column."""
        cell = self._cells.get(field)
        if field in self._endless:
            return None
        is_nothing = isinstance(cell, str) and len(cell) <= _LONGEST_NOTHING and fold(cell) in _NOTHING
        return None if is_nothing else cell

    def raw(self, field: Field) -> Cell:
        """What the cell holds, "à définir" included."""
        return self._cells.get(field)

    def text(self, field: Field) -> str:
        """The cell on one line, numbers and dates in words; empty when it is blank."""
        cell = self[field]
        return "" if cell is None else one_line(written(cell))

    def heading(self, field: Field) -> str:
        """What the column is called in the file; empty when there is none."""
        index = self._where.get(field)
        return self._header.headings[index] if index is not None and index < len(self._header.headings) else ""

    def has(self, field: Field) -> bool:
        """Does the file have a column for this field?"""
        return field in self._where

    def warn(self, field: Field | None, code: str, message: str) -> None:
        """Something to look at; the row goes on."""
        self._note(field, code, message, Level.WARNING)

    def refuse(self, field: Field | None, code: str, message: str) -> None:
        """Something that cannot be kept: the row is refused."""
        self._note(field, code, message, Level.ERROR)

    def warn_each(self, field: Field, remarks: Iterable[tuple[str, str]]) -> None:
        """Several things to look at in one cell."""
        for code, message in remarks:
            self.warn(field, code, message)

    def bounded(self, field: Field, text: str) -> str:
        """The text, when it is short enough to be kept; else the row is refused, with both lengths."""
        if len(text) <= LONGEST[field]:
            return text
        self._refuse_length(field, len(text))
        return ""

    def _refuse_length(self, field: Field, length: int) -> None:
        most = LONGEST.get(field, _LONGEST_CELL)
        words = f"{name_of(field)} a {length}\u00a0caractères\u00a0: {most} au plus. Raccourcissez-le."
        self.refuse(field, f"{field}.too_long", words)

    def _note(self, field: Field | None, code: str, message: str, level: Level) -> None:
        index = self._where.get(field) if field else None
        where = (letters(index), self.heading(field)) if index is not None and field else (None, None)
        note = Note(code, message, level, *where)
        if note not in self.notes:
            self.notes.append(note)

    @property
    def verdict(self) -> Verdict:
        """Refused by one error, else to look at by one warning."""
        return verdict_of(self.notes)


def _is_endless(field: Field, cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) > max(LONGEST.get(field, 0), _LONGEST_CELL)


def verdict_of(notes: Iterable[Note]) -> Verdict:
    """What the notes make of a row."""
    levels = {note.level for note in notes}
    if Level.ERROR in levels:
        return Verdict.REJECT
    return Verdict.WARN if levels else Verdict.ACCEPT


def written(cell: Cell) -> str:
    """The cell as a person would write it: 3.0 is "3", a date is "12/11/2026", an hour "9h30"."""
    match cell:
        case None:
            text = ""
        case bool():
            text = "oui" if cell else "non"
        case float():
            text = str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
        case datetime():
            text = f"{cell:%d/%m/%Y %Hh%M}" if cell.time() != time() else f"{cell:%d/%m/%Y}"
        case date():
            text = f"{cell:%d/%m/%Y}"
        case time():
            text = f"{cell:%Hh%M}"
        case timedelta():
            text = str(cell)
        case _:
            text = str(cell).strip()
    return text


def name_of(field: Field) -> str:
    """What the template calls the field, for a message."""
    return f"«\u00a0{by_field[field].heading}\u00a0»"
