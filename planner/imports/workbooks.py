"""The sheets of a workbook, XLSX or ODS: measured before they are read, their merged cells filled downwards.

A sheet of two cells at its opposite corners is a few bytes in its file and gigabytes once it is a table: so the extent
of each is known from its text before the library that reads it makes the table.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, PasswordError, SheetVisibleEnum, load_workbook

from planner.imports.archives import pack, unpack
from planner.imports.grids import MOST_COLUMNS, MOST_LINES, Cell, Grid, trim
from planner.imports.refusals import (
    HasMacros,
    HasPassword,
    NotASpreadsheet,
    TooManyColumns,
    TooManyRows,
    Unreadable,
)

Region = tuple[tuple[int, int], tuple[int, int]]  # (first line, first column), (last line, last column), from 0

_TABLE, _ROW = "table:table", "table:table-row"
_CELLS = ("table:table-cell", "table:covered-table-cell")


def sheets(content: bytes) -> Iterator[Grid]:
    """The sheets that are shown, in their order. `Unreadable` when the archive is no workbook, or hides a danger."""
    parts = unpack(content)
    merged: Mapping[str, Sequence[Region]] = {}
    if "xl/workbook.xml" in {name.lower() for name in parts}:
        kept = _xlsx(parts)
    elif parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        kept, merged = _ods(parts)
    else:
        raise NotASpreadsheet
    try:
        workbook = load_workbook(pack(kept))
        for description in workbook.sheets_metadata:
            if description.visible is SheetVisibleEnum.Visible:
                sheet = workbook.get_sheet_by_name(description.name)
                yield _grid(sheet, merged.get(sheet.name) or sheet.merged_cell_ranges or [])
    except PasswordError as fault:
        raise HasPassword from fault
    except (CalamineError, ValueError, OverflowError) as fault:
        raise Unreadable from fault


def _grid(sheet: CalamineSheet, merged: Sequence[Region]) -> Grid:
    last = sheet.end or (0, 0)
    _check_extent(last[0] + 1, last[1] + 1)
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, column), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1] if top < len(rows) and column < len(rows[top]) else ():
            row[column] = rows[top][column]
    return Grid(trim(rows), 1, sheet.name)


def _check_extent(lines: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise TooManyColumns
    if lines > MOST_LINES:
        raise TooManyRows


def _walk(
    part: bytes, opened: Callable[[str, dict[str, str]], None], closed: Callable[[str], None] | None = None
) -> None:
    """Read the XML, element by element. No definition of its own is followed."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)  # noqa: FBT003 -- the parser takes no keyword
    except (expat.ExpatError, LookupError, ValueError) as fault:  # an encoding that does not exist is a LookupError
        raise Unreadable from fault


def _refuse(*_: Any) -> None:
    raise Unreadable


# ── XLSX ──


def _xlsx(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts worth reading: no picture, no object. Each sheet has been measured."""
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise HasMacros
    kept = {name: part for name, part in parts.items() if name.lower().endswith((".xml", ".rels"))}
    for name, part in kept.items():  # a sheet may have any name
        if name.lower().endswith(".xml"):
            _walk(part, _SheetExtent().open)
    return kept


@dataclass
class _SheetExtent:
    """Follows the cells of an XLSX sheet: those that hold something tell how far it goes."""

    line: str = "0"
    address: str = ""

    def open(self, name: str, said: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.line, self.address = said.get("r", "0"), ""
            case "c":
                self.address = said.get("r", "")
            case "v" | "is" | "f":
                letters = self.address.rstrip("0123456789")
                line = self.address[len(letters) :] or self.line
                _check_extent(int(line), _number(letters))


def _number(letters: str) -> int:
    """The number of a column, from 1: "A" is 1, "AB" is 28."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# ── ODS ──


def _ods(parts: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, list[Region]]]:
    """The parts worth reading, and the merged cells of each sheet, which its own library does not tell."""
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise HasPassword
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
        raise HasMacros
    extents = _Extents()
    _walk(parts.get("content.xml", b""), extents.open, extents.close)
    return {name: part for name, part in parts.items() if name == "mimetype" or name.endswith(".xml")}, extents.merged


@dataclass
class _Extents:
    """Walks through an ODS sheet by sheet, and follows where each cell stands."""

    merged: dict[str, list[Region]] = field(default_factory=dict)
    sheet: str = ""
    line: int = 0
    column: int = 0
    repeats: int = 1  # how many times the row stands there
    is_row_used: bool = False
    cell: tuple[int, int] = (0, 0)  # where the current cell begins, and how many times it stands there

    def open(self, name: str, said: dict[str, str]) -> None:
        if name == _TABLE:
            self.sheet, self.line = said.get("table:name", ""), 0
        elif name == _ROW:
            self.column, self.is_row_used = 0, False
            self.repeats = int(said.get("table:number-rows-repeated", 1))
        elif name in _CELLS:
            self.cell = (self.column, int(said.get("table:number-columns-repeated", 1)))
            self.column += self.cell[1]
            spanned = int(said.get("table:number-rows-spanned", 1))
            if spanned > 1:
                last = (self.line + min(spanned, MOST_LINES) - 1, self.cell[0])
                self.merged.setdefault(self.sheet, []).append(((self.line, self.cell[0]), last))
            if "office:value-type" in said:
                self._use()
        elif name == "text:p":
            self._use()

    def _use(self) -> None:
        """The current cell holds something."""
        self.is_row_used = True
        _check_extent(self.line + self.repeats, sum(self.cell))

    def close(self, name: str) -> None:
        if name == _ROW:
            self.line += self.repeats
