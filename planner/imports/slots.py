"""The dates of a row, from the cells that speak of days, hours and durations: never one that is not written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from planner import dates
from planner.errors import RuleViolation
from planner.events.rules import check_hours
from planner.imports.columns import Field
from planner.imports.days import MOST_DATES, Misread, Reading, When, each_day, quoted, read_dates, through
from planner.imports.hours import read_duration, read_hours
from planner.imports.notes import RowCells, written
from planner.imports.sentences import Hours
from planner.imports.time_words import DAY_MINUTES

_HOUR_COLUMNS = (Field.HOURS, Field.START_TIME, Field.END_TIME)


@dataclass(frozen=True)
class Edition:
    """The days of the edition, its first and its last included."""

    first_day: date
    last_day: date


def read_whens(cells: RowCells, edition: Edition) -> list[When]:
    """The dates that the row says, in their order; what is wrong or missing goes to the notes of the row."""
    try:
        whens = _combined(cells, edition)
    except Misread as fault:
        cells.refuse(_guilty(cells, edition), fault.code, fault.message)
        return []
    if len(whens) > MOST_DATES:
        cells.refuse(Field.DAY, "date.too_many", f"Un événement a {MOST_DATES}\u00a0dates au plus.")
        return []
    for when in whens:
        _check(when, cells)
    _tell_missing(whens, cells)
    _tell_outside(whens, cells, edition)
    return whens


def _guilty(cells: RowCells, edition: Edition) -> Field:
    """The first cell that cannot be read alone, else the last of the hours: they do not go together."""
    for field in (Field.DAY, *_HOUR_COLUMNS, Field.END_DAY, Field.DURATION):
        try:
            _reading(cells, field, edition)
        except Misread:
            return field
    filled = [field for field in (Field.END_DAY, Field.END_TIME, Field.HOURS, Field.DAY) if cells[field] is not None]
    return filled[0] if filled else Field.DAY


def _reading(cells: RowCells, field: Field, edition: Edition) -> Reading:
    if field is Field.DURATION:
        read_duration(cells[field])
        return Reading()
    read = read_hours if field in _HOUR_COLUMNS else read_dates
    return read(cells[field], edition.first_day, edition.last_day)


def _combined(cells: RowCells, edition: Edition) -> list[When]:
    said = {field: _reading(cells, field, edition) for field in (Field.DAY, *_HOUR_COLUMNS, Field.END_DAY)}
    for field, reading in said.items():
        cells.warn_each(field, reading.remarks)
    hours = _hours(said)
    whens = list(said[Field.DAY].dates)
    if not any(when.day for when in whens):
        elsewhere = [when.day for field in _HOUR_COLUMNS for when in said[field].dates if when.day]
        whens = [*whens, *(When(day) for day in dict.fromkeys(elsewhere))] if elsewhere else whens
    if hours:
        whens = _with_hours(whens, hours, cells)
    duration = read_duration(cells[Field.DURATION])
    if duration:
        whens = [_lasting(when, duration) for when in whens]
    last = said[Field.END_DAY].dates[-1] if said[Field.END_DAY].dates else None
    if last and last.day:
        whens = _until(whens, last, cells)
    return list(dict.fromkeys(when for when in whens if when != When()))


def _hours(said: dict[Field, Reading]) -> list[Hours]:
    """The hours of the columns that have some; starts and ends are paired in their order."""
    starts, ends = said[Field.START_TIME].dates, said[Field.END_TIME].dates
    whole = [when for when in (*said[Field.HOURS].dates, *starts) if when.start and when.end]
    alone = [when for when in (*said[Field.HOURS].dates, *starts) if when.start and not when.end]
    only_ends = [when.end for when in said[Field.HOURS].dates if when.end and not when.start]
    if whole:
        return [Hours(_minutes(when.start), _minutes(when.end, is_end=True)) for when in whole]
    stops = [*only_ends, *(when.end or when.start for when in ends)]
    count = max(len(alone), len(stops))
    if alone and stops and len(alone) != len(stops):
        raise Misread("hour.unpaired", "Il n’y a pas autant d’heures de fin que d’heures de début.")
    return [
        Hours(
            _minutes(alone[number].start) if alone else None,
            _minutes(stops[number], is_end=True) if stops else None,
        )
        for number in range(count)
    ]


def _minutes(hour: time | None, *, is_end: bool = False) -> int | None:
    """Minutes since midnight; the midnight of an end is that which ends the day."""
    if hour is None:
        return None
    return (hour.hour * 60 + hour.minute) or (DAY_MINUTES if is_end else 0)


def _with_hours(whens: Sequence[When], hours: Sequence[Hours], cells: RowCells) -> list[When]:
    """Each day at each hour; the lines of two cells that have as many go together, one by one."""
    days = list(dict.fromkeys(when.day for when in whens)) or [None]
    told = {(when.start, when.end) for when in whens if when.start or when.end}
    if told and told != {(_clock(each.start), _clock(each.end)) for each in hours}:
        if all(each.start is None for each in hours) and len(hours) == 1:  # the day's cell had the start
            return [replace(when, end=_clock(hours[0].end)) for when in whens]
        said = next(field for field in _HOUR_COLUMNS if cells[field] is not None)
        words = f"{quoted(written(cells[Field.DAY]))} dit une autre heure\u00a0: celle de cette colonne a été gardée."
        cells.warn(said, "hour.contradicts", words)
    if len(days) == len(hours) > 1 and _lines(cells, Field.DAY) == len(days):
        return [_on(day, each) for day, each in zip(days, hours, strict=True)]
    return [_on(day, each) for day in days for each in hours]


def _lines(cells: RowCells, field: Field) -> int:
    cell = cells[field]
    return len([line for line in cell.replace(";", "\n").split("\n") if line.strip()]) if isinstance(cell, str) else 1


def _clock(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60 % 24, minutes % 60)


def _on(day: date | None, hours: Hours) -> When:
    is_midnight = hours.end == DAY_MINUTES and day is not None
    end_day = day + timedelta(days=1) if day and is_midnight else None
    return When(day, _clock(hours.start), _clock(hours.end), end_day)


def _lasting(when: When, duration: timedelta) -> When:
    """The end that a start and a duration say."""
    if when.start is None or when.end is not None:
        return when
    ends_at = datetime.combine(when.day or date(2000, 1, 1), when.start) + duration
    is_later = when.day is not None and ends_at.date() != when.day
    return replace(when, end=ends_at.time(), end_day=ends_at.date() if is_later else None)


def _until(whens: Sequence[When], last: When, cells: RowCells) -> list[When]:
    """The dates of a row that has a column for its last day: one past midnight, or one for each day."""
    if len({when.day for when in whens if when.day}) != 1 or last.day is None:
        return list(whens)
    remarks: list[tuple[str, str]] = []
    text = written(cells[Field.END_DAY])
    found: list[When] = []
    for when in whens:
        if when.day is None or last.day == when.end_day or (last.day == when.day and not last.start):
            found.append(when)
            continue
        end = when.end or last.start
        hours = Hours(_minutes(when.start), _minutes(end))
        through_whole = through(when.day, last.day, hours, text, remarks)
        if len(through_whole) == 1 and when.start and end:
            found.extend(through_whole)
        else:
            remarks = []
            found.extend(
                replace(when, day=day, end=end, end_day=None) for day in each_day(when.day, last.day, text, remarks)
            )
    cells.warn_each(Field.END_DAY, remarks)
    return found


def _check(when: When, cells: RowCells) -> None:
    """Refuse hours out of order."""
    if when.start is None or when.end is None:
        return
    day = when.day or date(2000, 1, 1)
    try:
        check_hours(datetime.combine(day, when.start), datetime.combine(when.end_day or day, when.end))
    except RuleViolation as fault:
        field = next((one for one in (Field.END_TIME, Field.HOURS, Field.DAY) if cells[one] is not None), Field.DAY)
        cells.refuse(
            field, "end.before_start", f"{fault.message} Ici {dates.hour(when.start)} – {dates.hour(when.end)}."
        )


def _tell_missing(whens: Sequence[When], cells: RowCells) -> None:
    """Warn of what the row does not say: it stays to be completed, nothing is supposed."""
    if not any(when.day for when in whens):
        if not any(note.code == "date.vague" for note in cells.notes):
            cells.warn(Field.DAY, "date.missing", "Le jour manque\u00a0: il reste à préciser avant de proposer.")
        return
    hours = next((field for field in (Field.START_TIME, Field.HOURS) if cells.has(field)), Field.DAY)
    ends = next((field for field in (Field.END_TIME, Field.HOURS) if cells.has(field)), Field.DAY)
    if any(when.start is None for when in whens):
        cells.warn(hours, "start.missing", "L’heure de début manque\u00a0: elle reste à préciser avant de proposer.")
    if any(when.end is None for when in whens):
        cells.warn(ends, "end.missing", "L’heure de fin manque\u00a0: elle reste à préciser avant de proposer.")


def _tell_outside(whens: Sequence[When], cells: RowCells, edition: Edition) -> None:
    days = [when.day for when in whens if when.day and not edition.first_day <= when.day <= edition.last_day]
    if days and cells[Field.OFF_PERIOD_REASON] is None:
        words = f"Le {dates.day(days[0])} est en dehors de l’édition\u00a0: il faudra dire pourquoi avant de proposer."
        cells.warn(Field.DAY, "date.off_period", words)
