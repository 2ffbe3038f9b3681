"""The dates of an event: how many, repeated from one, and never two at once in a track or in a room."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from itertools import groupby

from planner import dates
from planner.errors import RuleViolation
from planner.programmes.rules import Slot

MOST_DATES = 50
WEEK = timedelta(days=7)


class Rhythm(IntEnum):
    """How many days from a date to the next."""

    DAILY = 1
    WEEKLY = 7
    FORTNIGHTLY = 14


class TooManyDates(RuleViolation):
    """Refuses `wanted` dates in all."""

    def __init__(self, wanted: int) -> None:
        super().__init__(
            f"Un événement a {MOST_DATES}\u00a0dates au plus, et il en aurait {wanted}. "
            "Créez un second événement pour les autres.",
            field="sessions",
        )


class NothingToRepeat(RuleViolation):
    message = "Donnez d’abord le jour de cette date."


class NoEnd(RuleViolation):
    message = "Dites combien de dates ajouter, ou jusqu’à quel jour."


class NoRepetition(RuleViolation):
    message = "Ce jour vient avant la date suivante\u00a0: choisissez-en un plus tard."


class Overlap(RuleViolation):
    """Two dates at once in a track or in a room; the sentence is meant for the second."""


@dataclass(frozen=True)
class Held:
    """A date as a track and a room see it. `number` is what people call it: 1 for the first of the page."""

    number: int
    starts_at: datetime
    ends_at: datetime
    track: str
    room: str


def check_count(wanted: int) -> None:
    """Refuse more dates than an event may have."""
    if wanted > MOST_DATES:
        raise TooManyDates(wanted)


def duplicate(slot: Slot) -> Slot:
    """The same date a week later: same hours, same places, same room."""
    return _moved(slot, WEEK)


def repeat(slot: Slot, rhythm: Rhythm, *, times: int | None, until: date | None, existing: int) -> list[Slot]:
    """The dates that follow this one at this rhythm, at most `times` and none after `until`; days off are days too.

    `existing` is how many dates there are already. Refuses `NothingToRepeat` without a day, `NoEnd` without any limit,
    `NoRepetition` when none would come before the end, `TooManyDates`.
    """
    if slot.day is None:
        raise NothingToRepeat(field="number")
    if times is None and until is None:
        raise NoEnd(field="times")
    fitting = max((until - slot.day).days // rhythm, 0) if until else times or 0
    count = min(fitting, times) if times is not None else fitting
    if count == 0:
        raise NoRepetition(field="until" if until else "times")
    check_count(existing + count)
    return [_moved(slot, timedelta(days=rhythm * step)) for step in range(1, count + 1)]


def overlaps(held: Iterable[Held]) -> Iterator[tuple[int, Overlap]]:
    """The number of each date that begins before another has left its track or its room, with the refusal."""
    everything = list(held)
    for what, kind in (("track", "Dans le parcours"), ("room", "Dans la salle")):
        named = sorted((one for one in everything if getattr(one, what)), key=lambda one: getattr(one, what))
        for name, group in groupby(named, key=lambda one: str(getattr(one, what))):
            last: Held | None = None
            for one in sorted(group, key=lambda one: (one.starts_at, one.number)):
                if last and one.starts_at < last.ends_at:
                    sentence = f"{kind} «\u00a0{name}\u00a0», cette date chevauche la date {last.number}"
                    until = dates.hour(last.ends_at)
                    yield one.number, Overlap(f"{sentence}, qui se termine à {until}. Changez ses heures ou sa place.")
                if last is None or one.ends_at > last.ends_at:
                    last = one


def _moved(slot: Slot, by: timedelta) -> Slot:
    """The slot so many days later, as a new one."""
    end_day = slot.end_day + by if slot.end_day else None
    return replace(slot, session_id=None, day=slot.day + by if slot.day else None, end_day=end_day)
