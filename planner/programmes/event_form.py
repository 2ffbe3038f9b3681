"""A form over some fields of an event: what it shows at first, what was typed, and what changed meanwhile."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import wtforms
from wtforms.validators import NumberRange, ValidationError

from planner import dates
from planner.errors import RuleViolation
from planner.events.labels import label
from planner.events.models import Event
from planner.programmes import rules
from planner.programmes.rules import Slot
from planner.web.fields import DsfrForm, EntriesField, HiddenField

TO_SUBMIT = "pour proposer"  # beside the fields that a draft may miss and a submission may not
PLACES = NumberRange(min=0, max=100_000)


def web_address(_form: Any, field: Any) -> None:
    """Only an address that a page may link to."""
    try:
        address = urlsplit(field.data)
    except ValueError:
        address = None
    if not address or address.scheme not in {"http", "https"} or "." not in address.netloc or " " in field.data:
        raise ValidationError(field.gettext("Invalid URL."))


class EventForm(DsfrForm):
    """Some of the fields of an event. `version` is the mark of what was read: it tells a change made meanwhile."""

    asks: Sequence[str] = ()  # the fields of `Event` that the form shows

    version = HiddenField()

    def __init__(self, event: Event | None = None, *, known: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """`known` is what a new event begins with."""
        self.event = event
        stored = rules.content(event, self.asks) if event else dict(known or {})
        super().__init__(data={**self.shown(stored), "version": rules.fingerprint(stored)}, **kwargs)

    @property
    def zone(self) -> ZoneInfo:
        """The clocks of the place."""
        return ZoneInfo(self.event.time_zone if self.event else dates.PARIS)

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold at first, from what the event holds."""
        return dict(stored)

    def values(self) -> dict[str, Any]:
        """What was typed, field by field, as the event keeps it."""
        return {name: _kept(self[name]) for name in self.asks if name in self}

    def rearrange(self, pressed: Container[str]) -> bool:  # noqa: ARG002 -- what a page without such buttons answers
        """Do what a button inside of the page asks for, such as one date more; False when none was pressed."""
        return False

    def answer_to(self, event: Event) -> None:
        """Have the form answer to what the event holds now."""
        self.event = event
        self.version.data = rules.fingerprint(rules.content(event, self.asks))

    def compare(self, event: Event) -> list[tuple[str, str]]:
        """What the event holds now that is not what was typed, in words; the form then answers to that version."""
        self.answer_to(event)
        stored, typed = rules.content(event, self.asks), self.values()
        different = [name for name in self.asks if stored[name] != typed.get(name)]
        return [(rules.FIELD_LABELS[name], self._words(name, stored[name])) for name in different]

    def refuse(self, refusal: RuleViolation) -> None:
        """Say why it cannot be: beside the fields concerned that are on this page, else at its top."""
        lines = refusal.missing if isinstance(refusal, rules.Incomplete) else [refusal]
        here = {field.name: field for field in _fields(self)}
        for line in lines:
            if line.field in here:
                here[line.field].errors = [*here[line.field].errors, line.message]
        if any(line.field not in here for line in lines):
            self.form_errors.append(refusal.message)
        for entries in (field for field in self if isinstance(field, EntriesField)):
            entries.errors = [*entries.messages, *(entry.errors for entry in entries if entry.errors)]

    def _words(self, name: str, value: Any) -> str:
        names = dict(getattr(self[name], "choices", None) or ()) if name in self else {}
        return words(value, names, self.zone)


def _kept(field: Any) -> Any:
    """What was typed; no text is an empty one, even where the browser sent nothing."""
    return "" if field.data is None and isinstance(field, wtforms.StringField) else field.data


def _fields(form: Any) -> Iterator[Any]:
    for field in form:
        yield field
        for entry in field if isinstance(field, EntriesField) else ():
            yield from entry.form


def words(value: Any, names: Mapping[Any, str], zone: ZoneInfo) -> str:
    """The value as a person reads it, "rien" for none; `names` are those of slugs, `zone` that of the hours."""
    match value:
        case None | "" | []:
            said = "rien"
        case bool():
            said = "oui" if value else "non"
        case list():
            said = " ; ".join(words(item, names, zone) for item in value)
        case StrEnum():
            said = label(value)
        case datetime():
            said = dates.moment(value, str(zone))
        case Slot():
            said = _slot_words(value)
        case _:
            said = names.get(value) or str(value)
    return said


def _slot_words(slot: Slot) -> str:
    day = dates.day(slot.day) if slot.day else "jour à préciser"
    hours = [dates.hour(hour) if hour else "…" for hour in (slot.start_time, slot.end_time)]
    return ", ".join(filter(None, [slot.title, day, " – ".join(hours)]))
