"""What was understood of a file, row by row: the answer of the dry run, shown on a page or given as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from planner.programmes.rules import Slot


class Verdict(StrEnum):
    """What becomes of a row."""

    ACCEPT = "accept"
    WARN = "warn"  # accepted, with something to look at
    REJECT = "reject"  # nothing is made of it; the other rows go on
    SKIP = "skip"  # nothing to do: empty, a title, or an event that its lab can no longer change by itself


class Outcome(StrEnum):
    """What becomes of the event that some rows speak of."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"  # the programme has it already
    OUT_OF_HANDS = "out_of_hands"  # proposed or published: it is changed elsewhere
    REJECT = "reject"
    SKIP = "skip"  # its rows say nothing of an event


class Level(StrEnum):
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Note:
    """Something said of a cell, or of a row when `column` is None. `code` is stable; `message` is in French."""

    code: str  # "date.unknown", "end.missing"…: words of the code separated by a dot, never renamed
    message: str
    level: Level
    column: str | None = None  # "F": the column's letters in the file
    heading: str | None = None  # what it is called there


@dataclass(frozen=True)
class Row:
    """One row of the file as it was understood.

    `values` are those of `programmes.services.create` and `save` (fields of `Event`, themes by slug), without the
    sessions; a field that the file does not have is absent, never blank. `slots` are its dates.
    """

    line: int  # in the file, as a spreadsheet shows it: 1 is the first
    verdict: Verdict
    notes: Sequence[Note] = ()
    external_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    slots: Sequence[Slot] = ()
