"""What an import makes of the rows understood: what it would change, then the change, all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from planner import dates
from planner.db import db
from planner.directory import queries as directory
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events.models import Event
from planner.events.rules import EDITABLE
from planner.imports import queries
from planner.imports.report import Row, Verdict
from planner.programmes import rules
from planner.programmes import services as programmes
from planner.programmes.rules import Slot
from planner.text import fold
from planner.web.rights import Actor

_MOMENTS = ("registration_opens_at", "registration_closes_at")


class Outcome(StrEnum):
    """What becomes of the event that some rows speak of."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"  # the programme has it already
    OUT_OF_HANDS = "out_of_hands"  # proposed or published: it is changed elsewhere
    REJECT = "reject"


@dataclass(frozen=True)
class Change:
    """What an import does to one event. `difference` is field → [old, new]; `event` is None for a new one."""

    rows: Sequence[Row]
    outcome: Outcome
    event: Event | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    difference: Mapping[str, list[Any]] = field(default_factory=dict)


def plan(organisation: Organisation, edition: Edition, groups: Sequence[Sequence[Row]]) -> list[Change]:
    """What an import of these events would do; nothing is written. The file is matched with the edition's events.

    By external id or by address, else by folded title and first day. Several groups never meet on one event: the
    second to find it makes a new one.
    """
    left = list(queries.events_of(organisation.id, edition.id))
    changes = []
    for rows in groups:
        kept = [row for row in rows if row.verdict in {Verdict.ACCEPT, Verdict.WARN}]
        if not kept or rows[0] not in kept:
            changes.append(Change(rows, Outcome.REJECT))
            continue
        event = _match(kept, left)
        if event:
            left.remove(event)
        changes.append(_change(kept, event, has_all_dates=len(kept) == len(rows)))
    return changes


def apply(organisation: Organisation, edition: Edition, groups: Sequence[Sequence[Row]], actor: Actor) -> list[Change]:
    """Create and update what `plan` says, as it is once the programme is held; gives it. The caller commits once."""
    queries.lock_programme(programmes.programme_of(organisation, edition).id)
    db.session.expire_all()
    changes = plan(organisation, edition, groups)
    for change in changes:
        if change.outcome is Outcome.CREATE:
            created = programmes.create(organisation, edition, change.values, actor)
            created.external_id = change.rows[0].external_id or None
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


def _change(rows: Sequence[Row], event: Event | None, *, has_all_dates: bool) -> Change:
    values = _values(rows, event)
    if event and not has_all_dates:
        values.pop("sessions", None)  # a date that could not be read is not one to remove
    if event is None:
        return Change(rows, Outcome.CREATE, None, values)
    if event.state not in EDITABLE:
        return Change(rows, Outcome.OUT_OF_HANDS, event)
    difference = rules.difference(rules.content(event, values), values)
    return Change(rows, Outcome.UPDATE if difference else Outcome.SAME, event, values, difference)


def _slots(rows: Sequence[Row]) -> list[Slot]:
    return [slot for row in rows for slot in row.slots]


def _values(rows: Sequence[Row], event: Event | None) -> dict[str, Any]:
    """The values of the first row, its moments on the clocks of the place, and the dates of all the rows."""
    values = dict(rows[0].values)
    zone = _zone(values, event)
    for name in _MOMENTS:
        if isinstance(values.get(name), datetime):
            values[name] = values[name].replace(tzinfo=zone)
    if slots := _slots(rows):
        values["sessions"] = _known_dates(slots, rules.content(event, ["sessions"])["sessions"] if event else [])
    return values


def _zone(values: Mapping[str, Any], event: Event | None) -> ZoneInfo:
    if "postcode" not in values:
        return ZoneInfo(event.time_zone if event else dates.PARIS)
    department = directory.department_of_postcode(values["postcode"])
    return ZoneInfo(department.region.time_zone if department else dates.PARIS)


def _known_dates(slots: Sequence[Slot], known: Sequence[Slot]) -> list[Slot]:
    """The dates of the file, each with the session it is: at the same hour, else on the same day, else the next."""
    left, found = list(known), dict[int, int | None]()
    for same in (lambda a, b: (a.day, a.start_time) == (b.day, b.start_time), lambda a, b: a.day == b.day, None):
        for number, slot in enumerate(slots):
            twin = next((one for one in left if same is None or same(one, slot)), None) if number not in found else None
            if twin:
                found[number] = twin.session_id
                left.remove(twin)
    named = [replace(slot, session_id=found.get(number)) for number, slot in enumerate(slots)]
    order = [slot.session_id for slot in known]
    return sorted(named, key=lambda slot: order.index(slot.session_id) if slot.session_id in order else len(order))
