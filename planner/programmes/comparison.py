"""Two versions of an event side by side, in words: what is public, what is wanted, and the words that change."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from planner import dates
from planner.events.labels import LABELS
from planner.events.models import Attendance, Event, EventMode
from planner.programmes import rules
from planner.programmes.rules import Slot
from planner.web.filters import counted

_WORDS = re.compile(r"\s*\S+")


@dataclass(frozen=True)
class Piece:
    """Some words of a text; `is_changed` when the other text does not have them there."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Pair:
    """One field in two versions, with the words that differ."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def compare(event: Event, changes: Mapping[str, Any]) -> list[Pair]:
    """What the event holds beside what is wanted of it (in the values of `rules.content`), in the order of the form."""
    stored, names = rules.content(event, changes), {theme.slug: theme.name for theme in event.themes}
    zone = ZoneInfo(event.time_zone)
    return [
        Pair(label, *compare_words(*(in_words(value, names, zone) for value in (stored[name], changes[name]))))
        for name, label in rules.FIELD_LABELS.items()
        if name in changes
    ]


def compare_words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The two texts cut where they differ, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    steps = matcher.get_opcodes()
    left = (Piece("".join(old[i:j]), tag != "equal") for tag, i, j, _, _ in steps if j > i)
    right = (Piece("".join(new[i:j]), tag != "equal") for tag, _, _, i, j in steps if j > i)
    return tuple(left), tuple(right)


def in_words(value: Any, names: Mapping[Any, str], zone: ZoneInfo) -> str:
    """A value as people read it: an enum by its label, themes by `names`, hours on the clocks of the zone."""
    match value:
        case None | "" | []:
            words = "rien"
        case dict() if not value:
            words = "rien"
        case bool():
            words = "oui" if value else "non"
        case list():
            lines = [in_words(item, names, zone) for item in value]
            words = ("\n" if isinstance(value[0], Slot) else " ; ").join(lines)
        case dict():
            words = " ; ".join(f"{name}\u00a0: {in_words(item, names, zone)}" for name, item in value.items())
        case StrEnum():
            words = LABELS[value]
        case datetime():
            words = dates.moment(value, str(zone))
        case Slot():
            words = ", ".join(_slot_words(value))
        case _:
            words = names.get(value) or LABELS.get(value) or str(value)
    return words


def _slot_words(slot: Slot) -> Iterator[str]:
    if slot.title:
        yield slot.title
    yield dates.day(slot.day) if slot.day else "jour à préciser"
    end = f" le {dates.day(slot.end_day)}" if slot.end_day else ""
    yield " – ".join(dates.hour(hour) if hour else "…" for hour in (slot.start_time, slot.end_time)) + end
    yield from filter(None, [slot.track, slot.room])
    for count, way in ((slot.places_onsite, "sur place"), (slot.places_online, "en ligne")):
        if count is not None:
            yield f"{counted(count, 'place')} {way}"


# ── What a revision keeps ──


def with_places_of(slots: Sequence[Slot], others: Sequence[Slot]) -> list[Slot]:
    """The same dates, with the places that the others give them."""
    places = {slot.session_id: slot for slot in others}
    return [
        replace(slot, places_onsite=found.places_onsite, places_online=found.places_online)
        if slot.session_id is not None and (found := places.get(slot.session_id))
        else slot
        for slot in slots
    ]


def wanted(event: Event, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What waits (as the revision keeps it), in the values of the form, with the places of today."""
    values = {name: _value(name, change) for name, change in changes.items()}
    if "sessions" in values and "mode" not in values:
        values["sessions"] = with_places_of(values["sessions"], rules.content(event, ["sessions"])["sessions"])
    return values


def _value(name: str, change: Any) -> Any:
    """The value of a field, from its JSON."""
    if name == "sessions":
        return [slot_of(one) for one in change]
    kind = {"mode": EventMode, "attendance": Attendance}.get(name)
    return kind(change) if kind and change is not None else change


_READ: dict[str, Callable[[str], Any]] = {
    "day": date.fromisoformat,
    "end_day": date.fromisoformat,
    "start_time": time.fromisoformat,
    "end_time": time.fromisoformat,
}


def slot_of(change: Mapping[str, Any]) -> Slot:
    """A date, from its JSON."""
    values: dict[str, Any] = {
        name: _READ[name](value) if name in _READ and value else value for name, value in change.items()
    }
    return Slot(**values)
