"""Two people on one page of an event: what each changed since they opened it, and what only one of them did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.programmes.rules import PLACE_FIELDS, Slot
from planner.web.edits import mark

# Answers that make sense together only: half of one person's and half of the other's would be nobody's.
_TOGETHER: list[tuple[str, ...]] = [
    PLACE_FIELDS,
    ("image", "image_alt", "image_credit"),
    ("registration_kind", "registration_url"),
    ("registration_opens_at", "registration_closes_at"),
    *(("mode", name) for name in (*PLACE_FIELDS, "joining_link", "is_joining_link_public")),
]


@dataclass(frozen=True)
class Merge:
    """What is to be kept when two people saved the same page.

    `values` is what was typed, with what only somebody else changed in its place (`taken`: the names of these fields).
    `conflicts` is what both changed, differently: field → what is kept now and what was typed.
    """

    values: dict[str, Any]
    taken: list[str]
    conflicts: dict[str, tuple[Any, Any]]


def merge(read: str, kept: Mapping[str, Any], typed: Mapping[str, Any]) -> Merge:
    """Put together what is kept now and what was typed, knowing the `fingerprint` of what was read.

    Without a readable fingerprint everything that differs is in conflict.
    """
    was = dict(part.rpartition(":")[::2] for part in read.split())
    plain = [name for name in typed if name != "sessions"]
    theirs = {name for name in plain if mark(kept[name]) != was.get(name)}
    mine = {name for name in plain if mark(typed[name]) != was.get(name)}
    different = {name for name in plain if mark(kept[name]) != mark(typed[name])}
    disputed = theirs & mine & different
    for unit in map(set, _TOGETHER):
        if unit & theirs & different and unit & mine & different:
            disputed |= unit & (theirs | mine) & different
    conflicts = {name: (kept[name], typed[name]) for name in plain if name in disputed}
    taken = [name for name in plain if name in (theirs & different) - disputed]
    values = {**typed, **{name: kept[name] for name in taken}}
    if "sessions" in typed:
        dates = _Dates(was, kept["sessions"], typed["sessions"])
        values["sessions"] = dates.merged
        if dates.disputed:
            conflicts["sessions"] = (dates.disputed["kept"], dates.disputed["typed"])
        elif dates.taken:
            taken.append("sessions")
    return Merge(values, taken, conflicts)


class _Dates:
    """The dates, one by one: two people may each change another one."""

    def __init__(self, was: Mapping[str, str], kept: Sequence[Slot], typed: Sequence[Slot]) -> None:
        self.merged: list[Slot] = []
        self.disputed: dict[str, list[Slot]] = {}
        self.taken = False
        self._was = was
        now = {slot.session_id: slot for slot in kept}
        wanted = {slot.session_id: slot for slot in typed if slot.session_id is not None}
        for slot in typed:
            self._add(slot.session_id, now.get(slot.session_id), slot)
        for number, slot in now.items():
            if number not in wanted:
                self._add(number, slot, None)

    def _add(self, number: int | None, kept: Slot | None, typed: Slot | None) -> None:
        if number is None:
            self._keep(typed)
            return
        was = self._was.get(f"sessions.{number}")
        marks = [mark(slot) if slot else None for slot in (kept, typed)]
        if marks[0] in {was, marks[1]}:
            self._keep(typed)
        elif marks[1] == was:
            self.taken = True
            self._keep(kept)
        else:
            self._dispute(kept, typed)

    def _dispute(self, kept: Slot | None, typed: Slot | None) -> None:
        """What was typed stays in sight; a date that is no longer there would be a new one."""
        for side, slot in (("kept", kept), ("typed", typed)):
            self.disputed.setdefault(side, []).extend([slot] if slot else [])
        self._keep(replace(typed, session_id=None) if typed and kept is None else typed)

    def _keep(self, slot: Slot | None) -> None:
        self.merged.extend([slot] if slot else [])
