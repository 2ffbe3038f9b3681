"""Templates get loaded objects: they parse, they are used, and no mail is without its words."""

import re
from pathlib import Path

import jinja2.meta
import pytest
from flask import Flask

from planner.mail.registry import WRITERS
from planner.programmes.rules import Step

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_parses_and_asks_the_database_nothing(app: Flask, path: Path) -> None:
    source = path.read_text()
    app.jinja_env.parse(source)
    assert re.findall(r"\bdb\.|\.query\b|\bselect\(|\.execute\(", source) == []
    assert re.findall(r"\sstyle=|\son[a-z]+=|<script(?![^>]*(?:src=|application/ld\+json))", source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_names_only_what_exists(app: Flask, path: Path) -> None:
    tree = app.jinja_env.parse(path.read_text())
    for other in jinja2.meta.find_referenced_templates(tree):
        assert other is None or (ROOT / "templates" / other).exists(), other


def test_every_icon_is_one_that_the_pages_load(app: Flask) -> None:
    dsfr = app.config["DSFR_DIST"]
    sheets = [(dsfr / path).read_text() for path in ("utility/icons/icons.main.min.css", "dsfr.min.css")]
    known = {icon for sheet in sheets for icon in re.findall(r"fr-icon-[a-z0-9-]+", sheet)}
    drawn = {icon for path in TEMPLATES for icon in re.findall(r"fr-icon-[a-z0-9-]*[a-z0-9]", path.read_text())}
    assert drawn - known == set()


def test_every_template_is_used() -> None:
    python = "\n".join(path.read_text() for path in (ROOT / "planner").rglob("*.py"))
    jinja = "\n".join(path.read_text() for path in TEMPLATES)
    unused = [name(path) for path in TEMPLATES if not is_used(path, python, jinja)]
    assert unused == []


def is_used(path: Path, python: str, jinja: str) -> bool:
    if path.parent.name == "mail" and not path.name.startswith("_"):
        return path.stem in WRITERS
    if path.parent.name == "errors":
        return True  # by their number: tests/web/test_errors.py
    if path.parent.name == "dsfr":
        return path.stem in python or f"dsfr/{path.name}" in jinja
    if path.parent.name == "programmes" and path.stem in {step.name.lower() for step in Step}:
        return True  # each page of the form of an event, by the name of its step
    return f'"{name(path)}"' in python + jinja or f"'{name(path)}'" in jinja


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_every_mail_has_its_words(app: Flask, suffix: str) -> None:
    written = {path.name.removesuffix(f".{suffix}") for path in (ROOT / "templates/mail").glob(f"[!_]*.{suffix}")}
    assert written == {kind for kind in WRITERS if not kind.startswith("test.")}
