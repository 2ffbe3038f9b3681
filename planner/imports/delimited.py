"""A CSV as people have them: whatever its encoding and its separator, which are found, not asked."""

import codecs
import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice

from planner.imports.grids import MOST_COLUMNS, MOST_LINES, Cell, Grid, has_content, trim
from planner.imports.headings import recognised
from planner.imports.refusals import NotASpreadsheet, TooManyColumns, TooManyRows, UnclosedQuote

SEPARATORS = ";,\t|"
_LOOKED_AT = 40  # rows that tell the separator
_LONGEST_CELL = 100_000  # characters; beyond, a quote was never closed
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
# What an export puts before a text that would be read as a formula.
_MADE_INERT = re.compile(r"'[ \u00a0]*[=+\-@\t\r]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def sheet(content: bytes) -> Grid:
    """The rows of the file; their lines are those that a spreadsheet shows, whatever line breaks the cells hold."""
    text = decode(content)
    if _is_markup(text) or text.count("\x00") > len(text) / 10:
        raise NotASpreadsheet
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared else _separator(text)
    rows = _rows(text, separator, MOST_LINES + 1)
    if len(rows) > MOST_LINES:
        raise TooManyRows
    if max(map(len, rows), default=0) > MOST_COLUMNS and max(map(len, trim(rows)), default=0) > MOST_COLUMNS:
        raise TooManyColumns
    return Grid(trim([[_unmarked(cell) for cell in row] for row in rows]))


def decode(content: bytes) -> str:
    """The text, by its mark, by the zeros of UTF-16, as UTF-8 when it is, else as Windows-1252."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    sample = content[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 4 > even:
        return content.decode("utf-16-le", errors="replace")
    if even > len(sample) / 4 > odd:
        return content.decode("utf-16-be", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").replace("\ufffd", "")


def _is_markup(text: str) -> bool:
    """A page or a document whose name says CSV or Excel."""
    return text.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml", "<table", "{\\rtf", "<svg"))


def _separator(text: str) -> str:
    """The separator whose columns are the most recognised, then the most regular."""
    return max(SEPARATORS, key=lambda separator: _likelihood(text, separator))


def _likelihood(text: str, separator: str) -> tuple[int, int]:
    try:
        rows = _rows(text, separator, _LOOKED_AT)
    except UnclosedQuote:
        return (0, 0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max((recognised(row) for row in rows), default=0), max(widths.values(), default=0)


def _rows(text: str, separator: str, most: int) -> list[list[Cell]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        rows: list[list[Cell]] = [list(row) for row in islice(reader, most)]
    except csv.Error as fault:
        raise UnclosedQuote from fault
    if any(isinstance(cell, str) and len(cell) > _LONGEST_CELL for row in rows for cell in row):
        raise UnclosedQuote
    return [row if has_content(row) else [] for row in rows]


def _unmarked(cell: Cell) -> Cell:
    return cell[1:] if isinstance(cell, str) and _MADE_INERT.match(cell) else cell
