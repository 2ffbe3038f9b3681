"""The dry run as it is given, to a page or to a program: each row of the file, and what would become of its event."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from planner import dates
from planner.imports import headings
from planner.imports.columns import Field, by_field
from planner.imports.headings import Header
from planner.imports.report import Note, Outcome, Row
from planner.imports.services import Change
from planner.programmes import rules
from planner.programmes.event_form import words
from planner.programmes.rules import Slot


def answer(
    header: Header,
    columns: Mapping[int, Field],
    rows: Sequence[Row],
    changes: Sequence[Change],
    themes: Mapping[str, str],
) -> dict[str, Any]:
    """All that was understood, fit for JSON. `themes` gives the names of the slugs.

    `rows` are in the order of the file; `events` counts the outcomes of the events, `verdicts` those of the rows.
    """
    change_of = {row.line: change for change in changes for row in change.rows}
    grouped = {row.line: row for change in changes for row in change.rows}  # with what was said of them together
    rows = [grouped.get(row.line, row) for row in rows]
    return {
        "header_line": header.line,
        "columns": [
            {"column": headings.letters(index), "heading": heading, "field": columns.get(index)}
            for index, heading in enumerate(header.headings)
            if heading
        ],
        "rows": [_row(row, change_of.get(row.line), themes) for row in rows],
        "verdicts": dict(Counter(str(row.verdict) for row in rows)),
        "events": dict(Counter(str(change.outcome) for change in changes)),
    }


def _row(row: Row, change: Change | None, themes: Mapping[str, str]) -> dict[str, Any]:
    zone = change.zone if change else ZoneInfo(dates.PARIS)
    is_first = change is not None and change.rows[0] is row
    return {
        "line": row.line,
        "verdict": row.verdict,
        "messages": [_message(note) for note in row.notes],
        "external_id": row.external_id,
        "values": {name: _plain(value, zone) for name, value in row.values.items()},
        "sessions": [_session(slot, zone) for slot in row.slots],
        "outcome": change.outcome if change else Outcome.SKIP,
        "event": change.event.slug if change and change.event else None,
        "differences": _differences(change, themes) if change and is_first else [],
    }


def _message(note: Note) -> dict[str, Any]:
    return {
        "code": note.code,
        "level": note.level,
        "column": note.column,
        "heading": note.heading,
        "text": note.message,
    }


def _session(slot: Slot, zone: ZoneInfo) -> dict[str, Any]:
    starts_at, ends_at = (
        _instant(slot.day, slot.start_time, zone),
        _instant(slot.end_day or slot.day, slot.end_time, zone),
    )
    return {
        "title": slot.title,
        "day": _plain(slot.day, zone),
        "starts_at": _plain(starts_at, zone),
        "ends_at": _plain(ends_at, zone),
        "places_onsite": slot.places_onsite,
        "places_online": slot.places_online,
        "track": slot.track,
        "room": slot.room,
        "words": _when(slot, starts_at, ends_at, zone),
    }


def _instant(day: date | None, hour: time | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, hour, zone) if day and hour else None


def _when(slot: Slot, starts_at: datetime | None, ends_at: datetime | None, zone: ZoneInfo) -> str:
    if starts_at and ends_at:
        return dates.span(starts_at, ends_at, str(zone))
    if starts_at:
        return dates.moment(starts_at, str(zone))
    return dates.day(slot.day) if slot.day else ""


def _plain(value: Any, zone: ZoneInfo) -> Any:
    match value:
        case list() | tuple():
            return [_plain(item, zone) for item in value]
        case datetime():
            return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(zone).isoformat()
        case date() | time():
            return value.isoformat()
    return value


def _differences(change: Change, themes: Mapping[str, str]) -> list[dict[str, str]]:
    """What an update replaces, in words; nothing for another outcome."""
    if change.event is None or change.outcome is not Outcome.UPDATE:
        return []
    old = rules.content(change.event, change.difference)
    return [
        {
            "field": name,
            "label": _label(name),
            "old": words(old[name], themes, change.zone),
            "new": words(change.values[name], themes, change.zone),
        }
        for name in change.difference
    ]


def _label(name: str) -> str:
    return rules.FIELD_LABELS.get(name) or (by_field[Field(name)].heading if name in list(Field) else name)
