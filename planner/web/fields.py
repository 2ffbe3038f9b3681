"""Form fields that draw themselves as DSFR: `{{ form.email }}` is the whole compliant markup.

Each field is WTForms' own, plus what DSFR leaves to us: a hint in the label, the mention of what is required, the link
between a control and its errors, a sentence that says what to do. The markup is in `templates/dsfr/`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Form, fields, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.utils import unset_value

from planner.web import french
from planner.web.drawing import Drawn, DsfrField

Choices = Iterable[tuple[str, str]]

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def labelled(labels: dict[Any, str]) -> list[tuple[str, str]]:
    """The choices of an enum's labels: `{Mode.ONLINE: "En ligne"}` gives `[("online", "En ligne")]`."""
    return [(str(value), label) for value, label in labels.items()]


class _Text(DsfrField):
    """Text as it will be kept: without spaces around, nor control characters, which PostgreSQL refuses."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = _CONTROL_CHARACTERS.sub("", valuelist[0].replace("\r\n", "\n")).strip()


class StringField(_Text, fields.StringField):
    """One line of text; `data` is trimmed, and empty rather than None once the form is sent."""

    widget = Drawn("input", "group", widgets.TextInput(), "fr-input")


class EmailField(_Text, fields.EmailField):
    """An address; for the person's own, give `autocomplete="email"`."""

    widget = Drawn("input", "group", widgets.EmailInput(), "fr-input")
    required_message = "Indiquez une adresse électronique."


class TelField(_Text, fields.TelField):
    """A telephone number."""

    widget = Drawn("input", "group", widgets.TelInput(), "fr-input")


class URLField(_Text, fields.URLField):
    """The address of a page."""

    widget = Drawn("input", "group", widgets.URLInput(), "fr-input")
    required_message = "Indiquez l’adresse de la page, par exemple https://www.example.org."


class SearchField(_Text, fields.SearchField):
    """Words to look for."""

    widget = Drawn("input", "group", widgets.SearchInput(), "fr-input")


class TextAreaField(_Text, fields.TextAreaField):
    """Several lines of text; the greatest length is announced in the hint. `rows` lines are shown."""

    widget = Drawn("input", "group", widgets.TextArea(), "fr-input")

    def __init__(self, *args: Any, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(*args, render_kw={"rows": rows}, **kwargs)

    @property
    def hint(self) -> str:
        """The description, and the longest text that will be taken."""
        limit = self.flags.maxlength
        longest = f"{limit:,} caractères au maximum.".replace(",", "\u202f") if limit else ""
        return " ".join(filter(None, [self.description, longest]))


class _EmptyIsNone(DsfrField):
    """A value that is absent, and not wrong, when nothing is written."""

    def process_formdata(self, valuelist: list[str]) -> None:
        written = [value.strip() for value in valuelist if value.strip()]
        self.data = None
        if written:
            super().process_formdata(written)


class IntegerField(_EmptyIsNone, fields.IntegerField):
    """A whole number, or None."""

    widget = Drawn("input", "group", widgets.NumberInput(step=1), "fr-input")
    required_message = "Indiquez un nombre."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"inputmode": "numeric", "is_short": True, **kwargs})


class DateField(_EmptyIsNone, fields.DateField):
    """A day, or None; "12/11/2026" is understood where the browser has no calendar."""

    widget = Drawn("input", "group", widgets.DateInput(), "fr-input")
    required_message = "Indiquez une date."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"format": ["%Y-%m-%d", "%d/%m/%Y"], "is_short": True, **kwargs})


class TimeField(_EmptyIsNone, fields.TimeField):
    """An hour of the day, or None; "9h30" is understood where the browser has no clock."""

    widget = Drawn("input", "group", widgets.TimeInput(), "fr-input")
    required_message = "Indiquez une heure."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M"]
        super().__init__(*args, **{"format": formats, "is_short": True, **kwargs})


class MomentField(DsfrField):
    """A day and an hour, asked in two inputs `<name>-date` and `<name>-time`.

    `data` is a naive datetime, the local time of the place, or None when neither is given; one alone is an error.
    """

    widget = Drawn("moment", "moment")
    required_message = "Indiquez une date et une heure."

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.day, self.hour = "", ""
        super().process(None, data, extra_filters)
        if isinstance(self.object_data, datetime):
            self.day, self.hour = self.object_data.strftime("%Y-%m-%d"), self.object_data.strftime("%H:%M")
        if formdata is None:
            return
        self.day, self.hour = (formdata.get(f"{self.name}-{part}", "").strip() for part in ("date", "time"))
        self.raw_data = list(filter(None, [self.day, self.hour]))
        try:
            self.data = self._read()
        except ValueError as error:
            self.data = None
            self.process_errors.append(str(error))

    @property
    def anchor(self) -> str:
        return f"{self.id}-date"

    def _read(self) -> datetime | None:
        if not self.day and not self.hour:
            return None
        if not self.day or not self.hour:
            raise ValueError("Indiquez aussi l’heure." if self.day else "Indiquez aussi la date.")
        try:
            return datetime.combine(date.fromisoformat(self.day), time.fromisoformat(self.hour))
        except ValueError:
            raise ValueError("Cette date ou cette heure n’existe pas.") from None


class _Choice(DsfrField):
    """Choices are `(value, label)` pairs, given at once or set later on `form.field.choices`."""

    required_message = "Choisissez une réponse."

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        choices: Choices | None = None,
        coerce: Callable[[str], Any] = str,
        hints: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, coerce=_empty_or(coerce), **kwargs)
        self.choices = [] if choices is None else list(choices)
        self.hints = hints or {}

    @property
    def anchor(self) -> str:
        return f"{self.id}-0" if self.choices else str(self.id)

    @property
    def options(self) -> list[dict[str, Any]]:
        """What a fieldset draws: one control for each choice."""
        return [
            {
                "id": f"{self.id}-{index}",
                "value": choice.value,
                "label": choice.label,
                "hint": self.hints.get(choice.value, ""),
                "checked": choice.selected,
            }
            for index, choice in enumerate(self.iter_choices())
        ]

    def pre_validate(self, form: Any) -> None:
        if self.data is not None or self.process_errors:
            super().pre_validate(form)


def _empty_or(coerce: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Read a value with `coerce`, except the empty one, which is no answer; an enum's member stays itself."""
    return lambda value: None if value in {"", None} else coerce(value)


class SelectField(_Choice, fields.SelectField):
    """One answer in a list; `blank` is the label of the first option, which answers None. `coerce` may be an enum."""

    widget = Drawn("input", "group", widgets.Select(), "fr-select")

    def __init__(self, *args: Any, blank: str | None = "Choisir une option", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blank = blank

    @property
    def anchor(self) -> str:
        return str(self.id)

    def _choices_from_input(self, choices: Any) -> list[SelectChoice]:
        known = super()._choices_from_input(choices) or []
        return [SelectChoice("", self.blank), *known] if self.blank is not None else known


class RadioField(_Choice, fields.RadioField):
    """One answer among a few, all in sight, in a fieldset. `hints` gives a hint to some values."""

    widget = Drawn("choices", "radios")


class CheckboxesField(_Choice, fields.SelectMultipleField):
    """Several answers, as checkboxes in a fieldset; `data` is a list. `hints` gives a hint to some values."""

    widget = Drawn("choices", "checkboxes")
    required_message = "Cochez au moins une réponse."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": (), **kwargs})


class BooleanField(DsfrField, fields.BooleanField):
    """One box to tick."""

    widget = Drawn("choices", "checkbox", widgets.CheckboxInput())
    required_message = "Cochez cette case pour continuer."


class FileField(DsfrField, fields.FileField):
    """A file; the form then needs `enctype="multipart/form-data"`. Checked with `flask_wtf.file`'s validators."""

    widget = Drawn("input", "group", widgets.FileInput(), "fr-upload")
    required_message = "Choisissez un fichier."


class HiddenField(_Text, fields.HiddenField):
    """A value that comes back with the form; drawn without id, several forms may share a page."""


class SubmitField(fields.SubmitField):
    """A button that sends the form; `data` is true when it is the one pressed. `rank` as for `submit`."""

    widget = Drawn("button", "field")

    def __init__(self, label: str | None = None, *, rank: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.rank = rank


class SubFormField(fields.FormField):
    """A form in a form, drawn as a group of fields under a legend; its class is a `SubForm`."""

    widget = Drawn("entries", "subform")


class EntriesField(fields.FieldList):
    """A list of sub-forms: each is drawn under its legend, `legend` with the entry's number for `{}`."""

    widget = Drawn("entries", "entries")

    def __init__(self, entry: Any, label: str | None = None, *, legend: str = "{}", **kwargs: Any) -> None:
        super().__init__(entry, label, **kwargs)
        self.legend = legend

    @property
    def anchor(self) -> str:
        """The id of the list."""
        return str(self.id)

    @property
    def messages(self) -> list[str]:
        """The errors of the list itself; each entry shows its own."""
        return [error for error in self.errors if isinstance(error, str)]

    def entry_legend(self, entry: Any) -> str:
        """What the entry is called on the page: "Session 2"."""
        return self.legend.format(entry.index + 1)


class Refusal(NamedTuple):
    """One line of the summary at the top of a form: what is wrong and the control to go to."""

    label: str
    message: str
    anchor: str | None


class _DsfrForm(Form):
    """What the three kinds of form share: French, hidden fields without id, and the list of what is wrong."""

    class Meta(DefaultMeta):
        def get_translations(self, form: Any) -> french.Translations:  # noqa: ARG002 -- WTForms' signature
            return french.TRANSLATIONS

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Markup:
            if isinstance(field.widget, widgets.HiddenInput):
                render_kw = {"id": False, **render_kw}
            drawn: Markup = super().render_field(field, render_kw)
            return drawn

    @property
    def says_required_once(self) -> bool:
        """Is every field required, so that one sentence at the top says it better than a word on each?"""
        if self._parent_form is not None:
            return bool(self._parent_form.says_required_once)
        return all(field.flags.required for field in _asked(self))

    @property
    def required_note(self) -> str:
        """The sentence of the top of the form about what is required; empty when nothing is."""
        if not any(field.flags.required for field in _asked(self)):
            return ""
        if self.says_required_once:
            return "Tous les champs sont obligatoires."
        return "Les champs marqués « obligatoire » sont à remplir."

    @property
    def refusals(self) -> list[Refusal]:
        """Everything that is wrong, in the order of the page."""
        return list(_refusals(self))


class DsfrForm(_DsfrForm, FlaskForm):
    """A form sent by POST, protected against forged requests."""


class SubForm(_DsfrForm):
    """A form inside another: a `SubFormField`, or an entry of an `EntriesField`."""


class QueryForm(_DsfrForm):
    """A form sent by GET: filters. Give it `request.args`."""


def _asked(form: Any) -> Iterator[Any]:
    """The fields that ask something of the person, those of the sub-forms too."""
    for field in form:
        if isinstance(field, fields.FormField):
            yield from _asked(field.form)
        elif isinstance(field, fields.FieldList):
            for entry in field:
                yield from _asked(entry.form)
        elif not isinstance(field, fields.SubmitField | fields.HiddenField):
            yield field


def _refusals(form: Any) -> Iterator[Refusal]:
    for message in form.form_errors:
        yield Refusal("", message, None)
    for field in form:
        if isinstance(field, fields.FormField):
            yield from _refusals(field.form)
            continue
        for message in getattr(field, "messages", field.errors):
            yield Refusal(field.label.text, message, getattr(field, "anchor", None))
        if isinstance(field, EntriesField):
            for entry in field:
                for line in _refusals(entry.form):
                    label = " – ".join(filter(None, [field.entry_legend(entry), line.label]))
                    yield line._replace(label=label, anchor=line.anchor or entry.id)
