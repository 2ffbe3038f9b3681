"""The line of headings: where it is, and what each column fills."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import sha256

from planner.imports.columns import COLUMNS, Field
from planner.imports.grids import Cell, Grid
from planner.imports.refusals import NoHeader
from planner.text import fold

__all__ = ["Header", "NoHeader", "find_header", "guess", "letters", "mark", "recognised"]

_LOOKED_AT = 40  # lines: above its headings a file has a title, a date, sometimes a logo and instructions
_LONGEST_HEADING = 120  # characters
# Words are alike from there: one letter missing, doubled or changed in a word of seven gives 0.86 or more. Headings are
# alike when they have as many words, each the same or alike; shorter words must be the same, for "lieu" and "lien", or
# "début" and "fin", are two fields. Whole headings are not compared: "fin inscription" is 0.90 like "lien inscription".
LIKENESS = 0.85
_SHORTEST = 6
_HINT = re.compile(r"\([^)]*\)|\[[^]]*\]|\*")
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY_WORDS = frozenset({"de", "du", "des", "d", "l", "le", "la", "les", "un", "une", "votre", "vos", "notre"})


@dataclass(frozen=True)
class Header:
    """The row of headings: its number in the file, its texts as they stand, its place in `grid.rows`."""

    line: int
    headings: list[str]
    index: int


def find_header(grid: Grid) -> Header:
    """The row whose headings are the most recognised; the first of them when several are. `NoHeader` when none is.

    One heading alone is enough only where the file has one column: a word of a title may be one by chance.
    """
    for understand in (_exact, guess):  # faults of typing are looked for only where no wording is known: it is long
        best, found = 0, None
        for index, row in enumerate(grid.rows[:_LOOKED_AT]):
            texts = [_text(cell) for cell in row]
            count, filled = len(understand(texts)), sum(map(bool, texts))
            if count > best and (count > 1 or filled == 1):
                best, found = count, index
        if found is not None:
            return Header(grid.first_line + found, [_text(cell) for cell in grid.rows[found]], found)
    raise NoHeader


def recognised(row: Sequence[Cell]) -> int:
    """How many cells of the row are headings that are known."""
    return len(_exact([_text(cell) for cell in row]))


def guess(headings: Sequence[str]) -> dict[int, Field]:
    """The field of each column whose heading is understood, by the number of the column. A field is given once.

    The wordings that are known come first, without their accents, their plurals and what stands between brackets;
    then those that are alike.
    """
    found = _exact(headings)
    for index, heading in enumerate(headings):
        field = None if index in found or any(key in _KNOWN for key in _keys(heading)) else _alike(heading)
        if field and field not in found.values():
            found[index] = field
    return dict(sorted(found.items()))


def _exact(headings: Sequence[str]) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for index, heading in enumerate(headings):
        field = next((_KNOWN[key] for key in _keys(heading) if key in _KNOWN), None)
        if field and field not in found.values():
            found[index] = field
    return found


def mark(headings: Sequence[str]) -> str:
    """A short mark of these headings in their order: the same whatever their accents and their case."""
    return sha256("\x1f".join(_key(heading) for heading in headings).encode()).hexdigest()[:16]


def letters(index: int) -> str:
    """The letters of a column, as spreadsheets show it: 0 is "A", 27 is "AB"."""
    name, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _text(cell: Cell) -> str:
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    return text if len(text) <= _LONGEST_HEADING else ""


def _key(heading: str) -> str:
    """The heading as it is compared: folded, words alone, singular."""
    words = _WORD.findall(fold(heading))
    telling = [word for word in words if word not in _EMPTY_WORDS] or words
    return " ".join(word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word for word in telling)


@lru_cache(maxsize=4096)
def _keys(heading: str) -> tuple[str, ...]:
    """The heading whole, then without its hints: "Titre (140 caractères)*", then "Titre"."""
    return tuple(key for key in dict.fromkeys([_key(heading), _key(_HINT.sub(" ", heading))]) if key)


@lru_cache(maxsize=4096)
def _alike(heading: str) -> Field | None:
    alike = ((_likeness(key, known), field) for key in _keys(heading) for known, field in _KNOWN.items())
    ratio, field = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return field if ratio else None


def _likeness(one: str, other: str) -> float:
    """From 0, when a word differs, to 1."""
    mine, known = one.split(), other.split()
    if len(mine) != len(known):
        return 0.0
    ratios = [_word_likeness(*pair) for pair in zip(mine, known, strict=True)]
    return sum(ratios) / len(ratios) if min(ratios) >= LIKENESS else 0.0


def _word_likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORTEST:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


_KNOWN: Mapping[str, Field] = {
    _key(wording): column.field for column in reversed(COLUMNS) for wording in (*column.others, column.heading)
}
