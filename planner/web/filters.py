"""What the templates may call: the DSFR macros by their names, counts and dates in French, this page's address."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from planner import dates
from planner.web import navigation
from planner.web.drawing import macro
from planner.web.markdown import markdown

# The macros that every template may call without importing them: {file of templates/dsfr/: names}.
MACROS = {
    "accordion": ["accordion"],
    "alert": ["alert", "flashes", "refusals", "required_note"],
    "badge": ["badge"],
    "breadcrumb": ["breadcrumb"],
    "button": ["buttons", "enter_button", "link_button", "post_button", "submit"],
    "callout": ["callout"],
    "card": ["card"],
    "download": ["download"],
    "empty_state": ["empty_state"],
    "notice": ["notice"],
    "pagination": ["pagination"],
    "places_bar": ["places_bar"],
    "stepper": ["stepper"],
    "summary_list": ["summary_list"],
    "table": ["table"],
    "tabs": ["tabs"],
    "tag": ["removable_tag", "tag", "tags"],
    "tile": ["tile"],
}


def init_app(app: Flask) -> None:
    """Give the templates their vocabulary."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update({name: _lazy(file, name) for file, names in MACROS.items() for name in names})
    app.jinja_env.globals.update(
        here=here,
        service_name=app.config.setdefault("SERVICE_NAME", "Mois de l’innovation publique"),
        service_tagline=app.config.setdefault(
            "SERVICE_TAGLINE", "Direction interministérielle de la transformation publique"
        ),
    )
    navigation.init_app(app)
    app.jinja_env.filters.update(
        counted=counted,
        markdown=markdown,
        number=number,
        rank=rank,
        sentence=sentence,
        **{name: getattr(dates, name) for name in dates.FILTERS},
    )


def counted(value: int, singular: str, plural: str | None = None, zero: str | None = None) -> str:
    """A number and its noun, agreed: "1 place", "2 places"; `zero` is said for none ("aucune place")."""
    if value == 0 and zero is not None:
        return zero
    noun = singular if abs(value) < 2 else plural or f"{singular}s"
    return f"{number(value)}\u00a0{noun}"


def number(value: int) -> str:
    """A whole number as it is written in French: "12 500", with a narrow space that does not break."""
    return f"{value:,}".replace(",", "\u202f")


def rank(position: int) -> str:
    """A place in a queue: "1er", "2e"."""
    return "1er" if position == 1 else f"{number(position)}e"


def sentence(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is ("jeudi…, heure de La Réunion")."""
    return text[:1].upper() + text[1:]


def here(**changes: Any) -> str:
    """The address of this page with some of its questions changed; None takes one away. Used by filters and pages."""
    questions = MultiDict(request.args)
    for name, value in changes.items():
        questions.poplist(name)
        if value is not None:
            questions.setlist(name, value if isinstance(value, list) else [value])
    path = url_for(request.endpoint or "", **(request.view_args or {}))
    query = urlencode(list(questions.items(multi=True)))  # not through `url_for`, which would obey "_scheme=…"
    return f"{path}?{query}" if query else path


def _lazy(file: str, name: str) -> Callable[..., Markup]:
    """The macro, looked for when it is called: no template is compiled before a page needs it."""

    def call(*args: Any, **kwargs: Any) -> Markup:
        return macro(file, name)(*args, **kwargs)

    return call
