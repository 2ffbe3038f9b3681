"""Two people on one page: the marks that tell what has changed since it was read, and what then differs."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any, NamedTuple

from planner.errors import RuleViolation


class EditedMeanwhile(RuleViolation):
    message = (
        "Quelqu’un d’autre a changé les mêmes réponses pendant que vous écriviez. Les vôtres sont encore là\u00a0: "
        "comparez, puis enregistrez à nouveau pour les garder."
    )


class Difference(NamedTuple):
    """What somebody else made of a field, in words, and what was typed; None where nothing else was typed."""

    label: str
    theirs: str
    yours: str | None


def mark(value: Any) -> str:
    """A short mark of the value: the same value has the same one."""
    return sha256(json.dumps(plain(value), sort_keys=True).encode()).hexdigest()[:12]


def fingerprint(values: Mapping[str, Any]) -> str:
    """The mark of each of these values on one line: it goes with the form, comes back, and tells what has changed."""
    return " ".join(f"{name}:{mark(value)}" for name, value in values.items())


def marks(fingerprint: str) -> dict[str, str]:
    """The mark of each value of a `fingerprint`; none of what cannot be read."""
    return dict(part.rpartition(":")[::2] for part in fingerprint.split())


@dataclass(frozen=True)
class Merge:
    """What is to be kept when two people saved the same page.

    `values` is what was typed, with what only somebody else changed in its place (`taken`: the names of these fields).
    `conflicts` is what both changed, differently: field → what is kept now and what was typed.
    """

    values: dict[str, Any]
    taken: list[str]
    conflicts: dict[str, tuple[Any, Any]]


def merge(
    read: str, kept: Mapping[str, Any], typed: Mapping[str, Any], together: Iterable[Collection[str]] = ()
) -> Merge:
    """Put together what is kept now and what was typed, knowing the `fingerprint` of what was read.

    `together`: fields that make sense together only, half of one person's and half of the other's would be nobody's.
    Without a readable fingerprint everything that differs is in conflict.
    """
    was = marks(read)
    theirs = {name for name in typed if mark(kept[name]) != was.get(name)}
    mine = {name for name in typed if mark(typed[name]) != was.get(name)}
    different = {name for name in typed if mark(kept[name]) != mark(typed[name])}
    disputed = theirs & mine & different
    for unit in map(set, together):
        if unit & theirs & different and unit & mine & different:
            disputed |= unit & (theirs | mine) & different
    taken = [name for name in typed if name in (theirs & different) - disputed]
    return Merge(
        values={**typed, **{name: kept[name] for name in taken}},
        taken=taken,
        conflicts={name: (kept[name], typed[name]) for name in typed if name in disputed},
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as field → [old, new], fit for JSON."""
    return {name: [plain(before[name]), plain(after[name])] for name in before if before[name] != after[name]}


def plain(value: Any) -> Any:
    """The value fit for JSON: instants in UTC, days and hours in ISO 8601, a date of an event by its parts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in asdict(value).items()}
    match value:
        case list() | tuple():
            return [plain(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
    return value
