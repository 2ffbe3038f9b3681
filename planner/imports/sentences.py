"""How the words of days and hours hold together: which hours are those of which days, what goes from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from planner.imports.time_words import DAY_MINUTES, Day, Kind, Word, words

_LINKS = {Kind.TO, Kind.SLASH, Kind.AND, Kind.BREAK, Kind.FROM, Kind.UNTIL, Kind.BETWEEN}


@dataclass(frozen=True)
class Hours:
    """From an hour to another, in minutes since midnight; 1440 is the midnight that ends the day."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Span:
    """Days that follow one another, `last` included; one day alone when it is None."""

    first: Day
    last: Day | None = None


@dataclass
class Phrase:
    """Some days and the hours that are said of each. `is_through`: the hours go from the first day to the last."""

    spans: list[Span] = field(default_factory=list)
    hours: list[Hours] = field(default_factory=list)
    is_through: bool = False


@dataclass(frozen=True)
class Sentence:
    """All that a cell says. `unknown`: words that mean nothing here; `vague`: words that say no day nor hour.

    `is_about`: a week, or around an hour, is said rather than a moment.
    """

    phrases: Sequence[Phrase]
    unknown: Sequence[str] = ()
    vague: Sequence[str] = ()
    is_about: bool = False


@dataclass(frozen=True)
class _Part:
    """A day or an hour, with the link before it."""

    value: Day | int
    links: frozenset[Kind]


def understand(text: str) -> Sentence:
    """The days and the hours of the text, as they are said; nothing is completed."""
    said = words(text)
    kept = [word for word in said if word.kind not in {Kind.UNKNOWN, Kind.VAGUE, Kind.ABOUT}]
    phrases = _phrases(_with_years(_parts(_with_months(_resolved(kept)))))
    return Sentence(
        phrases,
        tuple(word.text for word in said if word.kind is Kind.UNKNOWN),
        tuple(word.text for word in said if word.kind is Kind.VAGUE),
        any(word.kind is Kind.ABOUT for word in said),
    )


def _resolved(said: Sequence[Word]) -> list[Word]:
    """The numbers that are hours told from those that are days: "9-12h", "de 9h à 12"."""
    resolved = list(said)
    for index, word in enumerate(said):
        if word.kind is not Kind.NUMBER or word.number > 24:
            continue
        link, after = _at(said, index + 1), _at(said, index + 2)
        is_start = link is Kind.TO and after is Kind.HOUR
        before, first = _at(resolved, index - 1), _at(resolved, index - 2)
        is_end = before is Kind.TO and first is Kind.HOUR and link not in {Kind.MONTH, Kind.NUMBER}
        if is_start or is_end:
            resolved[index] = Word(Kind.HOUR, word.text, number=word.number * 60)
    return resolved


def _at(said: Sequence[Word], index: int) -> Kind | None:
    return said[index].kind if 0 <= index < len(said) else None


def _with_months(said: Sequence[Word]) -> list[Word]:
    """The days as one word each: "jeudi", "14" and "novembre" become one; "12, 13 et 14 novembre" have one month."""
    found: list[Word] = []
    weekday: int | None = None
    for index, word in enumerate(said):
        match word.kind:
            case Kind.WEEKDAY if word.text == "mar" and _at(said, index - 1) is Kind.NUMBER:
                _give(found, 3, None)
            case Kind.WEEKDAY:
                weekday = word.number
            case Kind.NUMBER:
                found.append(Word(Kind.DAY, word.text, Day(word.number, weekday=weekday)))
                weekday = None
            case Kind.DAY if word.day:
                _give(found, word.day.month, word.day.year)
                found.append(replace(word, day=replace(word.day, weekday=weekday)))
                weekday = None
            case Kind.MONTH:
                _give(found, word.number, None)
            case Kind.YEAR:
                _give(found, None, word.number)
            case _:
                found.append(word)
    return found


def _give(found: list[Word], month: int | None, year: int | None) -> None:
    """The month and the year that were just said belong to the days before them that have none."""
    for index in range(len(found) - 1, -1, -1):
        day = found[index].day
        if day is None:
            continue
        if day.year is not None or (year is None and day.month is not None):
            break
        if year is not None and day.month is None and month is None:
            break
        found[index] = replace(found[index], day=replace(day, month=day.month or month, year=year))


def _parts(said: Sequence[Word]) -> list[_Part]:
    parts: list[_Part] = []
    links: set[Kind] = set()
    for word in said:
        if word.kind in _LINKS:
            links.add(word.kind)
        elif word.day or word.kind is Kind.HOUR:
            parts.append(_Part(word.day or word.number, frozenset(links)))
            links = set()
    return parts


def _with_years(parts: list[_Part]) -> list[_Part]:
    """A year said once, at the end, is that of the days before; said at the beginning, that of the days after."""
    for order in (range(len(parts) - 1, -1, -1), range(len(parts))):
        year: int | None = None
        for index in order:
            day = parts[index].value
            if isinstance(day, Day):
                if day.year is None and day.month is not None:
                    parts[index] = replace(parts[index], value=replace(day, year=year))
                year = day.year or year
    return parts


def _phrases(parts: Sequence[_Part]) -> list[Phrase]:
    """Days then their hours, or hours then their days, whichever comes first in the cell."""
    phrases: list[Phrase] = []
    runs = _runs(parts)
    are_hours_first = bool(runs) and not isinstance(runs[0][0].value, Day)
    for run in runs:
        is_days = isinstance(run[0].value, Day)
        last = phrases[-1] if phrases else None
        if is_days and last and _goes_through(last, run) and not are_hours_first:
            last.spans = [Span(last.spans[0].first, _day(run[0]))]
            last.is_through = True
        elif is_days and (last is None or last.spans or not are_hours_first):
            phrases.append(Phrase(_spans(run)))
        elif is_days and last:
            last.spans = _spans(run)
        elif last and last.is_through and len(last.hours) == 1 and len(run) == 1:
            last.hours = [Hours(last.hours[0].start, _hour(run[0]) or DAY_MINUTES)]
        elif last and not are_hours_first and not last.hours:
            last.hours = _hours(run)
        else:
            phrases.append(Phrase(hours=_hours(run)))
    return phrases


def _runs(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Days that follow one another, hours that follow one another; a line or ";" between two days parts them."""
    runs: list[list[_Part]] = []
    for part in parts:
        is_day = isinstance(part.value, Day)
        if runs and is_day == isinstance(runs[-1][0].value, Day) and not (is_day and Kind.BREAK in part.links):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _goes_through(phrase: Phrase, run: Sequence[_Part]) -> bool:
    """One hour of one day, up to another day, as in "du 14 novembre 22h au 15 novembre 2h"."""
    has_one_day = len(phrase.spans) == 1 and phrase.spans[0].last is None and len(run) == 1
    has_one_start = len(phrase.hours) == 1 and phrase.hours[0].start is not None and phrase.hours[0].end is None
    return has_one_day and has_one_start and bool(run[0].links & {Kind.TO, Kind.UNTIL}) and not phrase.is_through


def _spans(run: Sequence[_Part]) -> list[Span]:
    spans: list[Span] = []
    for part in run:
        if spans and spans[-1].last is None and part.links & {Kind.TO, Kind.UNTIL}:
            spans[-1] = Span(spans[-1].first, _day(part))
        else:
            spans.append(Span(_day(part)))
    return spans


def _hours(run: Sequence[_Part]) -> list[Hours]:
    """Hours by pairs where something says so: "9h-12h et 14h-17h", "entre 9h et 11h", "09:30 12:00"."""
    hours: list[Hours] = []
    is_between = False
    for part in run:
        ends = (
            part.links & {Kind.TO, Kind.SLASH, Kind.UNTIL} or not part.links or (is_between and Kind.AND in part.links)
        )
        is_between = Kind.BETWEEN in part.links
        if hours and hours[-1].end is None and ends:
            hours[-1] = Hours(hours[-1].start, _hour(part) or DAY_MINUTES)
        elif Kind.UNTIL in part.links:
            hours.append(Hours(None, _hour(part) or DAY_MINUTES))
        else:
            hours.append(Hours(_hour(part) % DAY_MINUTES))
    return hours


def _day(part: _Part) -> Day:
    return cast("Day", part.value)


def _hour(part: _Part) -> int:
    return cast("int", part.value)
