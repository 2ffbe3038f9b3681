"""The days and hours of a cell as dates of the calendar: what is missing stays missing, what cannot be is refused."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from planner import dates
from planner.imports.grids import Cell
from planner.imports.sentences import Hours, Phrase, Span, understand
from planner.imports.time_words import DAY_MINUTES, WEEKDAYS, Day

MOST_DATES = 50  # of one event, as its form has it
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_SERIAL_ORIGIN = date(1899, 12, 30)  # Excel's day 0, once its false 29 February 1900 is behind
_SERIAL = re.compile(r"\s*[0-9]{5}(?:[.,][0-9]+)?\s*")  # the same, in a CSV
_SHOWN = 60  # characters of a cell repeated in a message


class Misread(ValueError):
    """The cell cannot be understood: `code` is stable, `message` is the French sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class When:
    """A date as it was written. `end_day` is set when it ends on another day. Everything may be missing."""

    day: date | None = None
    start: time | None = None
    end: time | None = None
    end_day: date | None = None


@dataclass(frozen=True)
class Reading:
    """What a cell says of dates, and what its author should look at: (code, sentence)."""

    dates: tuple[When, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


def quoted(text: object) -> str:
    """The text as a message repeats it: on one line, between French quotes, its end left out when it is long."""
    line = " ".join(str(text).split())
    return f"«\u00a0{line if len(line) <= _SHOWN else f'{line[:_SHOWN]}…'}\u00a0»"


def read_dates(cell: Cell, first_day: date, last_day: date) -> Reading:
    """The dates of the cell, in their order, in the years of an edition that lasts from `first_day` to `last_day`.

    Raises `Misread` for a day that does not exist, an end before its start, or words with figures that say no date.
    """
    match cell:
        case None | bool():
            return Reading()
        case str() if not _SERIAL.fullmatch(cell):
            return _read_text(cell, first_day, last_day)
        case timedelta():
            return _read_text(str(cell), first_day, last_day)
    return Reading((_from_value(cell),))


def _from_value(cell: str | float | date | time) -> When:
    match cell:
        case datetime():
            return _from_moment(cell)
        case date():
            return When(_bounded(cell, cell.isoformat()))
        case time():
            return When(start=cell.replace(second=0, microsecond=0, tzinfo=None))
    return _from_serial(float(cell.replace(",", ".") if isinstance(cell, str) else cell))


def resolve(day: Day, text: str, first_day: date, last_day: date) -> tuple[date, list[tuple[str, str]]]:
    """The day in the calendar, and what to look at: a year that was not said, a weekday that is another's."""
    if day.month is None:
        raise Misread(
            "date.unknown", f"{quoted(text)}\u00a0: le mois manque. Écrivez par exemple 12/11/{first_day.year}."
        )
    remarks = []
    year = day.year or _year(day, first_day, last_day)
    try:
        found = date(year, day.month, day.day)
    except ValueError as fault:
        raise Misread("date.impossible", f"{quoted(text)}\u00a0: ce jour n’existe pas dans le calendrier.") from fault
    if day.year is None:
        words = f"{quoted(text)}\u00a0: l’année manque, {year} a été prise."
        remarks.append(("year.missing", words))
    if day.weekday is not None and day.weekday != found.weekday():
        words = f"{quoted(text)}\u00a0: le {dates.day(found).split(' ', 1)[1]} est un {WEEKDAYS[found.weekday()]}."
        remarks.append(("weekday.contradicts", words))
    return _bounded(found, text), remarks


def _year(day: Day, first_day: date, last_day: date) -> int:
    """The first year that puts the day inside the edition, else that of the edition's first day."""
    for year in range(first_day.year, last_day.year + 1):
        try:
            if first_day <= date(year, day.month or 1, day.day) <= last_day:
                return year
        except ValueError:
            continue
    return first_day.year


def _bounded(day: date, text: str) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Misread("date.impossible", f"{quoted(text)}\u00a0: cette année n’est pas possible.")
    return day


def _from_moment(moment: datetime) -> When:
    """A day, and its hour when it has one; before 1950 it is an hour alone, as Excel keeps it."""
    rounded = (moment.replace(tzinfo=None) + timedelta(seconds=30)).replace(second=0, microsecond=0)
    hour = rounded.time() if rounded.time() != time() else None
    return When(start=rounded.time()) if moment.year < 1950 else When(_bounded(rounded.date(), str(moment)), hour)


def _from_serial(serial: float) -> When:
    """The day that Excel counts from 1900, its hour after the point; under 1, an hour alone."""
    minutes = round((serial % 1) * DAY_MINUTES) if serial >= 0 and serial < 100_000 else -1
    if minutes < 0 or 1 <= serial < (FIRST_DAY - _SERIAL_ORIGIN).days:
        raise Misread("date.unknown", f"{quoted(_number(serial))}\u00a0: ce nombre n’est pas une date.")
    if serial < 1:
        return When(start=clock(minutes % DAY_MINUTES))
    day = _SERIAL_ORIGIN + timedelta(days=int(serial) + minutes // DAY_MINUTES)
    minutes %= DAY_MINUTES
    return When(_bounded(day, _number(serial)), clock(minutes) if minutes else None)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else str(value)


def clock(minutes: int) -> time:
    """The hour of so many minutes since midnight."""
    return time(minutes // 60 % 24, minutes % 60)


@lru_cache(maxsize=2048)
def _read_text(text: str, first_day: date, last_day: date) -> Reading:
    sentence = understand(text)
    has_dates = any(phrase.spans or phrase.hours for phrase in sentence.phrases)
    strange = [word for word in sentence.unknown if any(char.isdigit() for char in word)]
    has_figures = any(char.isdigit() for char in text)
    if strange or (has_figures and not has_dates):
        raise Misread(
            "date.unknown",
            f"{quoted(text)} n’a pas été compris. Écrivez par exemple 12/11/{first_day.year} 9h30-12h.",
        )
    if not has_dates or sentence.is_about:
        return Reading((), (("date.vague", f"{quoted(text)}\u00a0: le moment exact reste à préciser."),))
    whens: list[When] = []
    remarks: list[tuple[str, str]] = []
    for phrase in sentence.phrases:
        whens.extend(_whens(phrase, text, (first_day, last_day), remarks))
    if sentence.vague and not all(when.start for when in whens):
        remarks.append(("hour.vague", f"{quoted(text)}\u00a0: l’heure reste à préciser."))
    if any(word.isalpha() for word in sentence.unknown):
        remarks.append(("date.extra", f"{quoted(text)}\u00a0: seuls le jour et l’heure ont été gardés."))
    if len(whens) > MOST_DATES:
        raise Misread("date.too_many", f"{quoted(text)}\u00a0: un événement a {MOST_DATES}\u00a0dates au plus.")
    return Reading(tuple(dict.fromkeys(whens)), tuple(dict.fromkeys(remarks)))


def _whens(phrase: Phrase, text: str, edition: tuple[date, date], remarks: list[tuple[str, str]]) -> Iterator[When]:
    hours = phrase.hours or [Hours()]
    if not phrase.spans:
        yield from (_at(None, each, text) for each in hours)
    for span in phrase.spans:
        first, last = _ends(span, text, edition, remarks)
        if phrase.is_through:
            yield from through(first, last, hours[0], text, remarks)
        else:
            yield from (_at(day, each, text) for day in each_day(first, last, text, remarks) for each in hours)


def _ends(span: Span, text: str, edition: tuple[date, date], remarks: list[tuple[str, str]]) -> tuple[date, date]:
    first, said = resolve(span.first, text, *edition)
    remarks.extend(said)
    if span.last is None:
        return first, first
    last, said = resolve(span.last, text, *edition)
    remarks.extend(said)
    return first, last


def each_day(first: date, last: date, text: str, remarks: list[tuple[str, str]]) -> list[date]:
    """Every day from one to another, and a remark when there are several: a date lasts one day."""
    if last < first:
        raise Misread("end.before_start", f"{quoted(text)}\u00a0: le dernier jour est avant le premier.")
    count = (last - first).days + 1
    if count > MOST_DATES:
        words = f"{quoted(text)}\u00a0: cela fait {count}\u00a0dates, un événement en a {MOST_DATES} au plus."
        raise Misread("date.too_many", words)
    if count > 1:
        words = f"{quoted(text)}\u00a0: une date pour chacun des {count}\u00a0jours. Retirez ceux où rien n’a lieu."
        remarks.append(("days.range", words))
    return [first + timedelta(days=number) for number in range(count)]


def through(first: date, last: date, hours: Hours, text: str, remarks: list[tuple[str, str]]) -> Sequence[When]:
    """From an hour of the first day to an hour of the last: one date when it lasts a day at most, else one a day."""
    start, end = hours.start or 0, DAY_MINUTES if hours.end is None else hours.end
    lasts = (last - first).days * DAY_MINUTES + end - start
    if first <= last and 0 < lasts <= DAY_MINUTES and hours.end is not None:
        after = first + timedelta(days=((last - first).days * DAY_MINUTES + end) // DAY_MINUTES)
        return [When(first, clock(start), clock(end), after if after != first else None)]
    if first == last:
        return [_at(first, hours, text)]
    days = each_day(first, last, text, remarks)
    starts, ends = clock(start), clock(end) if hours.end is not None else None
    return [When(day, starts if day == first else None, ends if day == last else None) for day in days]


def _at(day: date | None, hours: Hours, text: str) -> When:
    """One day and its hours. Midnight as an end is that of the next day."""
    if hours.start is not None and hours.end is not None and hours.end <= hours.start:
        raise Misread(
            "end.before_start",
            f"{quoted(text)}\u00a0: l’heure de fin est avant l’heure de début. "
            "Si la rencontre finit le lendemain, donnez aussi le jour de fin.",
        )
    start = None if hours.start is None else clock(hours.start)
    end = None if hours.end is None else clock(hours.end)
    is_midnight = hours.end == DAY_MINUTES
    return When(day, start, end, day + timedelta(days=1) if day and is_midnight else None)
