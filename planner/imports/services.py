"""What an import makes of the rows understood: what it would change, then the change, all of it or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from planner import dates
from planner.directory.models import Organisation
from planner.directory.rules import department_code
from planner.editions.models import Edition
from planner.events.models import Event
from planner.events.rules import EDITABLE
from planner.imports import queries
from planner.imports.report import Outcome, Row, Verdict
from planner.programmes import rules
from planner.programmes import services as programmes
from planner.programmes.rules import Slot
from planner.text import fold
from planner.web.rights import Actor

_MOMENTS = ("registration_opens_at", "registration_closes_at")
_EVERY = 25  # rows between two words on the progress
_KEPT = ("title", "places_onsite", "places_online", "track", "room")
_KEPT_ON_ITS_DAY = ("start_time", "end_day", "end_time")


@dataclass(frozen=True)
class Change:
    """What an import does to one event. `difference` is field → [old, new]; `event` is None for a new one.

    `zone` is that of the place, whose clocks the hours of the file are read on.
    """

    rows: Sequence[Row]
    outcome: Outcome
    event: Event | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    difference: Mapping[str, list[Any]] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(dates.PARIS))


def plan(
    organisation: Organisation, edition: Edition, groups: Sequence[Sequence[Row]], *, is_held: bool = False
) -> list[Change]:
    """What an import of these events would do; nothing is written. The file is matched with the edition's events.

    By external id or by address, else by folded title and first day. Several groups never meet on one event: the
    second to find it makes a new one. A row refused leaves the others of its event. `is_held`: the programme is
    locked, and its events are read again.
    """
    left = list(queries.events_of(organisation.id, edition.id, is_read_again=is_held))
    zones = queries.time_zones()
    changes = []
    for rows in groups:
        kept = [row for row in rows if row.verdict in {Verdict.ACCEPT, Verdict.WARN}]
        if not kept:
            is_skipped = all(row.verdict is Verdict.SKIP for row in rows)
            outcome = Outcome.SKIP if is_skipped else Outcome.REJECT
            changes.append(Change(rows, outcome, zone=_zone(rows[0].values, None, zones)))
            continue
        event = _match(kept, left)
        if event:
            left.remove(event)
        changes.append(_change(rows, kept, event, _zone(kept[0].values, event, zones)))
    return changes


def apply(
    organisation: Organisation,
    edition: Edition,
    groups: Sequence[Sequence[Row]],
    actor: Actor | None,
    progress: Callable[[int], None] | None = None,
) -> list[Change]:
    """Create and update what `plan` says, as it is once the programme is held; gives it. The caller commits once.

    `actor` is None when a program does it. `progress` is told now and then how many rows are written.
    """
    queries.lock_programme(programmes.programme_of(organisation, edition).id)
    changes = plan(organisation, edition, groups, is_held=True)
    written = 0  # rows
    for change in changes:
        written += len(change.rows)
        if progress and written % _EVERY < len(change.rows):
            progress(written)
        if change.outcome is Outcome.CREATE:
            programmes.create(organisation, edition, change.values, actor)
        elif change.outcome is Outcome.UPDATE and change.event:
            programmes.save_imported(change.event, change.values, actor)
    return changes


def _match(rows: Sequence[Row], events: Sequence[Event]) -> Event | None:
    external_id = rows[0].external_id
    if external_id:
        named = [event for event in events if external_id in {event.external_id, event.slug}]
        if named:
            return min(named, key=lambda event: event.external_id != external_id)
        events = [event for event in events if not event.external_id]  # a lab may number its lines afterwards
    wanted = (fold(rows[0].values.get("title", "")), min((slot.day for slot in _slots(rows) if slot.day), default=None))
    return next((event for event in events if wanted == _mark(event)), None)


def _mark(event: Event) -> tuple[str, Any]:
    return fold(event.title), min((session.day for session in event.sessions if session.day), default=None)


def _change(rows: Sequence[Row], kept: Sequence[Row], event: Event | None, zone: ZoneInfo) -> Change:
    values = _values(kept, event, zone)
    if event is None:
        values["external_id"] = kept[0].external_id or None
        return Change(rows, Outcome.CREATE, None, values, zone=zone)
    if len(kept) < len(rows):
        values.pop("sessions", None)  # a date that could not be read is not one to remove
    if event.state not in EDITABLE:
        return Change(rows, Outcome.OUT_OF_HANDS, event, zone=zone)
    difference = rules.difference(rules.content(event, values), values)
    return Change(rows, Outcome.UPDATE if difference else Outcome.SAME, event, values, difference, zone)


def _slots(rows: Sequence[Row]) -> list[Slot]:
    return [slot for row in rows for slot in row.slots]


def _values(rows: Sequence[Row], event: Event | None, zone: ZoneInfo) -> dict[str, Any]:
    """The values of the first row, its moments on the clocks of the place, and the dates of all the rows."""
    values = dict(rows[0].values)
    for name in _MOMENTS:
        if isinstance(values.get(name), datetime):
            values[name] = values[name].replace(tzinfo=zone)
    if slots := _slots(rows):
        values["sessions"] = _known_dates(slots, rules.content(event, ["sessions"])["sessions"] if event else [])
    return values


def _zone(values: Mapping[str, Any], event: Event | None, zones: Mapping[str, str]) -> ZoneInfo:
    """The time zone of the place, by the department of its postcode; else the event's, else that of Paris."""
    if "postcode" not in values:
        return ZoneInfo(event.time_zone if event else dates.PARIS)
    return ZoneInfo(zones.get(department_code(values["postcode"]) or "", dates.PARIS))


def _known_dates(slots: Sequence[Slot], known: Sequence[Slot]) -> list[Slot]:
    """The dates of the file, each with the session it is: at the same hour, else on the same day, else the next."""
    left, found = list(known), dict[int, Slot]()
    for same in (lambda a, b: (a.day, a.start_time) == (b.day, b.start_time), lambda a, b: a.day == b.day, None):
        for number, slot in enumerate(slots):
            twin = next((one for one in left if same is None or same(one, slot)), None) if number not in found else None
            if twin:
                found[number] = twin
                left.remove(twin)
    named = [_completed(slot, found[number]) if number in found else slot for number, slot in enumerate(slots)]
    order = [slot.session_id for slot in known]
    return sorted(named, key=lambda slot: order.index(slot.session_id) if slot.session_id in order else len(order))


def _completed(slot: Slot, known: Slot) -> Slot:
    """The date of the file over the one it is: what the file says nothing of stays as it was."""
    kept = [*_KEPT, *(_KEPT_ON_ITS_DAY if slot.day == known.day else ())]
    said = {name: getattr(known, name) for name in kept if getattr(slot, name) in {None, ""}}
    return replace(slot, session_id=known.session_id, **said)
