"""Two people on one page of an event: what each changed since they opened it, and what only one of them did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.programmes.rules import PLACE_FIELDS, Slot
from planner.web import edits
from planner.web.edits import Merge, mark

# Answers that make sense together only: half of one person's and half of the other's would be nobody's.
_TOGETHER: list[tuple[str, ...]] = [
    PLACE_FIELDS,
    ("image", "image_alt", "image_credit"),
    ("registration_kind", "registration_url"),
    ("registration_opens_at", "registration_closes_at"),
    *(("mode", name) for name in (*PLACE_FIELDS, "joining_link", "is_joining_link_public")),
]


def merge(read: str, kept: Mapping[str, Any], typed: Mapping[str, Any]) -> Merge:
    """As `web.edits.merge`, and the dates one by one: two people may each change another one."""
    merged = edits.merge(read, kept, {name: typed[name] for name in typed if name != "sessions"}, _TOGETHER)
    if "sessions" not in typed:
        return merged
    dates = _Dates(edits.marks(read), kept["sessions"], typed["sessions"])
    taken, conflicts = merged.taken, merged.conflicts
    if dates.disputed:
        conflicts = {**conflicts, "sessions": (dates.disputed["kept"], dates.disputed["typed"])}
    elif dates.taken:
        taken = [*taken, "sessions"]
    return Merge({**merged.values, "sessions": dates.merged}, taken, conflicts)


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
