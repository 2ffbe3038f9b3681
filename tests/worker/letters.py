"""A kind of mail for the tests: letter N goes to readerN@example.org, unless a test has it written otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from planner.mail import registry
from planner.mail.email import Email

KIND = "test.letter"

TEMPLATES = {
    f"mail/{KIND}.txt": """
{% extends "layouts/mail.txt" %}
{% from "mail/_macros.txt" import button, practical %}
{% block main %}
{{ first_line }}

{{ button("Voir la page", address) }}
{{ practical(rows) }}
{% endblock %}
{% block why %}Vous recevez ce message parce que c’est un essai.{% endblock %}
""",
    f"mail/{KIND}.html": """
{% extends "layouts/mail.html" %}
{% from "mail/_macros.html" import button, practical %}
{% block main %}
<h1>{{ first_line }}</h1>
{{ button("Voir la page", address) }}
{{ practical(rows) }}
{% endblock %}
{% block why %}Vous recevez ce message parce que c’est un essai.{% endblock %}
""",
}


def letter(number: int, **changes: object) -> Email:
    """The letter of this number, with some of its context changed."""
    context = {"first_line": f"Ceci est la lettre {number}.", "address": "https://agenda.example/", "rows": []}
    return Email(f"reader{number}@example.org", f"Lettre {number}", context | changes)


@contextmanager
def registered(app: Flask, write: Callable[..., Email | None] = letter) -> Iterator[None]:
    """Have the service know how to write letters."""
    known = app.jinja_env.loader
    assert known is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), known])
    registry.WRITERS[KIND] = write
    yield
    del registry.WRITERS[KIND]
    app.jinja_env.loader = known
