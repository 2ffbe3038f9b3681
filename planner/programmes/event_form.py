"""A form over some fields of an event: what it shows at first, what was typed, and what changed meanwhile."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import wtforms
from wtforms.validators import NumberRange

from planner import dates
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.images.pictures import Picture
from planner.programmes import rules
from planner.programmes.comparison import in_words
from planner.programmes.merging import merge
from planner.web.edits import Difference
from planner.web.fields import DsfrForm, EntriesField, HiddenField

TO_SUBMIT = "pour proposer"  # beside the fields that a draft may miss and a submission may not
PLACES = NumberRange(min=0, max=100_000)


class EventForm(DsfrForm):
    """Some of the fields of an event. `version` is the mark of what was read: it tells a change made meanwhile."""

    asks: Sequence[str] = ()  # the fields of `Event` that the form shows

    version = HiddenField()

    def __init__(self, event: Event | None = None, *, known: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """`known` is what a new event begins with; for one that exists, what is wanted of it and not public yet."""
        self.event = event
        self.known = dict(known or {})
        stored = self._stored(event) if event else self.known
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

    def take_file(self) -> Picture | None:
        """The picture chosen on the page, to be kept at once; None without one, or when it is refused on its field."""
        return None

    def answer_to(self, event: Event) -> None:
        """Have the form answer to what the event holds now."""
        self.event = event
        self.version.data = rules.fingerprint(self._stored(event))

    def _stored(self, event: Event) -> dict[str, Any]:
        """What the event holds, and before it what is known besides."""
        return {name: self.known.get(name, value) for name, value in rules.content(event, self.asks).items()}

    def compare(self, event: Event) -> list[Difference]:
        """What somebody else changed since the form was opened, in words: first what was typed otherwise here.

        The form then holds what only they changed, keeps what was typed, and answers to what the event holds now.
        """
        self.event = event
        kept, values = self._stored(event), self.values()
        merged = merge(self.version.data or "", {**values, **kept}, values)
        self.process(None, data={**self.shown(merged.values), "version": rules.fingerprint(kept)})
        sides = {name: [self._words(name, side) for side in both] for name, both in merged.conflicts.items()}
        disputed = [Difference(rules.FIELD_LABELS[name], *words) for name, words in sides.items()]
        return disputed + self.tell(merged.taken, event)

    def tell(self, names: Sequence[str], event: Event) -> list[Difference]:
        """What the event holds of these fields, which somebody else changed and this form did not."""
        stored = self._stored(event)
        return [Difference(rules.FIELD_LABELS[name], self._words(name, stored[name]), None) for name in names]

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
        return in_words(value, names, self.zone)


def _kept(field: Any) -> Any:
    """What was typed; no text is an empty one, even where the browser sent nothing."""
    return "" if field.data is None and isinstance(field, wtforms.StringField) else field.data


def _fields(form: Any) -> Iterator[Any]:
    for field in form:
        yield field
        for entry in field if isinstance(field, EntriesField) else ():
            yield from entry.form
