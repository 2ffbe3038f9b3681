"""Cells that hold hours alone, or a duration: "9h30", "9h30-12h", 9, a fraction of a day, "2h", "90 min"."""

import re
from datetime import date, time, timedelta

from planner.imports.days import Misread, Reading, When, clock, quoted, read_dates
from planner.imports.grids import Cell
from planner.text import fold

_ALONE = re.compile(r"\s*([01]?\d|2[0-3])(?:[.,]([0-5]\d))?\s*", re.ASCII)
_DURATION = re.compile(
    r"(?:(?P<hours>\d{1,2})(?:[.,](?P<tenths>\d{1,2}))?\s?(?:heures?|h|:)\s?)?"
    r"(?:(?P<minutes>\d{1,3})\s?(?:minutes?|min|mn|m|')?)?",
    re.ASCII,
)
_DAYS = frozenset({"1 jour", "1 journee", "1/2 journee"})  # said, but how many hours is not
LONGEST = timedelta(days=1)


def read_hours(cell: Cell, first_day: date, last_day: date) -> Reading:
    """The hours of the cell, with the days that it may hold too. A whole number up to 24 is an hour: 9 is "9h".

    Raises `Misread`, as `read_dates` does.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and 1 <= cell <= 24:
        return Reading((When(start=clock(cell * 60)),))
    if isinstance(cell, timedelta) and timedelta() <= cell <= LONGEST:
        return Reading((When(start=clock(round(cell.total_seconds() / 60))),))
    alone = _ALONE.fullmatch(cell) if isinstance(cell, str) else None
    if alone:
        return Reading((When(start=time(int(alone[1]), int(alone[2] or 0))),))
    return read_dates(cell, first_day, last_day)


def read_duration(cell: Cell) -> timedelta | None:
    """How long it lasts, a day at most; None when the cell says it in no number ("une matinée").

    Raises `Misread` for a number that is no duration. A number alone is one of hours up to 12, of minutes from 15.
    """
    match cell:
        case None | bool():
            duration = None
        case timedelta():
            duration = cell
        case time():
            duration = timedelta(hours=cell.hour, minutes=cell.minute)
        case int() | float():
            duration = _from_number(float(cell))
        case str():
            duration = _from_text(fold(cell))
        case _:
            duration = timedelta()  # a day
    if duration is None:
        return None
    if not timedelta() < duration <= LONGEST:
        raise Misread("duration.unknown", f"{quoted(cell)} n’est pas une durée. Écrivez par exemple 2h30.")
    return timedelta(minutes=round(duration.total_seconds() / 60))


def _from_text(said: str) -> timedelta | None:
    """The duration in words; none at all when they have no figure, a null one when it means nothing."""
    if not any(char.isdigit() for char in said) or said in _DAYS:
        return None
    if re.fullmatch(r"\d{1,3}", said, re.ASCII):
        return _from_number(float(said))
    found = _DURATION.fullmatch(said)
    if found is None:
        return timedelta()
    hours = float(f"{found['hours'] or 0}.{found['tenths'] or 0}")
    return timedelta(hours=hours, minutes=int(found["minutes"] or 0))


def _from_number(value: float) -> timedelta:
    """Under 1 it is a part of a day, as spreadsheets keep a duration; then hours, then minutes."""
    if 0 < value < 1:
        return timedelta(minutes=round(value * 24 * 60))
    if 1 <= value <= 12:
        return timedelta(hours=value)
    return timedelta(minutes=value) if 15 <= value <= 24 * 60 else timedelta()
