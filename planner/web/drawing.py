"""How a field draws itself: WTForms draws the control, a macro of `templates/dsfr/` what is around it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation


def macro(component: str, name: str) -> Callable[..., Markup]:
    """The macro of this name in `templates/dsfr/<component>.html`."""
    function: Callable[..., Markup] = getattr(current_app.jinja_env.get_template(f"dsfr/{component}.html").module, name)
    return function


class Drawn:
    """A widget that gives the field to a macro of `templates/dsfr/`, with its control already drawn by WTForms."""

    def __init__(self, component: str, name: str, control: Any = None, css: str = "") -> None:
        self.component, self.name, self.control, self.css = component, name, control, css

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        control = self.control(field, **field.attributes(self.css), **attributes) if self.control else ""
        return macro(self.component, self.name)(field, control)


class DsfrField(Field):
    """What every drawn field adds to WTForms' own.

    `description` is the hint; `autocomplete` and `inputmode` are the attributes of these names; `is_short` asks for a
    narrow control; `mention` replaces the word put beside the label of a required field, an empty one removes it.
    """

    required_message = "Remplissez ce champ."

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        autocomplete: str | None = None,
        inputmode: str | None = None,
        mention: str | None = None,
        is_short: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.autocomplete, self.inputmode, self.is_short = autocomplete, inputmode, is_short
        self._mention = mention

    @property
    def mention(self) -> str:
        """The word beside the label: "obligatoire", unless the whole form is, which is then said once at its top."""
        if self._mention is not None:
            return self._mention
        says_it_once = getattr(self._form, "says_required_once", False)
        return "obligatoire" if self.flags.required and not says_it_once else ""

    @property
    def hint(self) -> str:
        """What is said under the label."""
        return str(self.description)

    @property
    def messages(self) -> list[str]:
        """The field's errors, as sentences."""
        return [error for error in self.errors if isinstance(error, str)]

    @property
    def anchor(self) -> str:
        """The id of the control that takes the focus."""
        return str(self.id)

    def pre_validate(self, form: Any) -> None:
        """What cannot be read is said once: no validator adds to it."""
        if self.process_errors:
            raise StopValidation
        super().pre_validate(form)

    def attributes(self, css: str) -> dict[str, Any]:
        """The attributes of the control that WTForms does not write by itself."""
        wanted = {
            "class": f"{css} app-short" if self.is_short else css,
            "autocomplete": self.autocomplete,
            "inputmode": self.inputmode,
            "aria-invalid": "true" if self.errors else None,
            "aria-describedby": f"{self.id}-errors" if self.errors else None,
        }
        return {name: value for name, value in wanted.items() if value}

    def gettext(self, string: str) -> str:
        """WTForms' message in French; what is missing is said in the words of the field."""
        if string == "This field is required.":
            return self.required_message
        return str(super().gettext(string))
