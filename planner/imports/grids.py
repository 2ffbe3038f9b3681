"""A sheet as it stands in its file: cells in rows, each row with the number that a spreadsheet shows."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import dropwhile
from typing import TypeVar

_Item = TypeVar("_Item")
Cell = str | int | float | bool | datetime | date | time | timedelta | None

MOST_ROWS = 2_000  # under the headings, blank ones apart
MOST_COLUMNS = 200
MOST_LINES = 20_000  # blank ones too: how far down a sheet is looked at

_LINE_BREAK = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
# How a workbook writes the characters that XML cannot hold.
_ESCAPED = re.compile(r"_x00(?:0[0-8BCEF]|1[0-9A-F]|7F)_")
_UNKEPT = {"Cc", "Cs", "Co", "Cn"}  # control characters, halves of characters, those that mean nothing to others


@dataclass(frozen=True)
class Grid:
    """One sheet. Texts are as they were typed, without control characters; a blank cell is None."""

    rows: list[list[Cell]]
    first_line: int = 1  # the number, in the file, of the first row
    sheet: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(has_content(row) for row in self.rows)


def has_content(row: Iterable[Cell]) -> bool:
    """Does a cell of the row hold anything?"""
    return any(cell is not None for cell in row)


def clean(cell: Cell) -> Cell:
    """The cell, its text without what cannot be seen or stored; None when nothing is left."""
    if not isinstance(cell, str):
        return cell
    text = cell
    if not text.isprintable():
        text = _LINE_BREAK.sub("\n", text.replace("_x000D_", "")).replace("\t", " ").replace("\ufeff", "")
        text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _UNKEPT)
    if "_x00" in text:
        text = _ESCAPED.sub("", text.replace("_x000D_", ""))
    return text if text.strip() else None


def trim(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows cleaned, without the blank ones at the end nor the blank cells at the end of each."""
    cleaned = [_trim([clean(cell) for cell in row]) for row in rows]
    return _trim(cleaned)


def _trim(items: list[_Item]) -> list[_Item]:
    kept = list(dropwhile(lambda item: item is None or item == [], reversed(items)))
    return kept[::-1]
