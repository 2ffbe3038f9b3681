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

    def __getitem__(self, field: Field) -> Cell:
        """What the cell holds; None when it is blank, says that nothing is known yet, or has no column."""
        cell = self._cells.get(field)
        return None if isinstance(cell, str) and fold(cell) in _NOTHING else cell

    def raw(self, field: Field) -> Cell:
        """What the cell holds, "à définir" included."""
        return self._cells.get(field)

    def text(self, field: Field) -> str:
        """The cell on one line, numbers and dates in words; empty when it is blank."""
        return one_line(written(self[field]))

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
