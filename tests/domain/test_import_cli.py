"""`flask programmes import`: what a program gets of a file, and that nothing is written without being asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from planner.db import db
from planner.directory.models import Organisation
from planner.events.models import Event
from tests.factories import DepartmentFactory, EditionFactory, OrganisationFactory, ReunionFactory

HEADINGS = "Identifiant;Titre;Date;Heure de début;Heure de fin;Code postal;Ville"


@pytest.fixture
def lab(context: Flask) -> Organisation:
    EditionFactory()
    DepartmentFactory()
    organisation: Organisation = OrganisationFactory(slug="lab-archipel")
    db.session.commit()
    return organisation


def run(context: Flask, path: Path, *options: str, organisation: str = "lab-archipel", edition: str = "2026") -> Any:
    arguments = ["programmes", "import", str(path), "--organisation", organisation, "--edition", edition, *options]
    return context.test_cli_runner().invoke(args=arguments)


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "programme.csv"
    path.write_text("\n".join([HEADINGS, *lines]))
    return path


def titles() -> list[str]:
    return list(db.session.scalars(select(Event.title).order_by(Event.id)))


ONE = "A-1;Atelier;12/11/2026;9h30;12h;69003;Lyon"
FAULTY = "A-2;;12/11/2026;9h30;12h;69003;Lyon"


def test_each_row_is_told_and_nothing_is_written(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    result = run(context, written(tmp_path, ONE, FAULTY), "--json")
    answer = json.loads(result.output)
    assert (result.exit_code, titles()) == (0, [])
    first, second = answer["rows"]
    assert (first["line"], first["verdict"], first["messages"], first["outcome"]) == (2, "accept", [], "create")
    assert first["external_id"] == "A-1"
    assert first["values"]["title"] == "Atelier"
    assert first["sessions"][0]["starts_at"] == "2026-11-12T09:30:00+01:00"
    assert first["sessions"][0]["ends_at"] == "2026-11-12T12:00:00+01:00"
    assert (second["line"], second["verdict"], second["outcome"]) == (3, "reject", "reject")
    (message,) = second["messages"]
    assert (message["code"], message["column"], message["level"]) == ("title.missing", "B", "error")
    assert answer["events"] == {"create": 1, "reject": 1}
    assert answer["is_applied"] is False


def test_the_hours_are_those_of_the_place(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    db.session.commit()
    path = written(tmp_path, "A-1;Atelier;12/11/2026;9h30;12h;97400;Saint-Denis")
    answer = json.loads(run(context, path, "--json").output)
    assert answer["rows"][0]["sessions"][0]["starts_at"] == "2026-11-12T09:30:00+04:00"


def test_applied_then_identical(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    path = written(tmp_path, ONE, FAULTY)
    answers = [json.loads(run(context, path, "--apply", "--json").output) for _ in range(2)]
    assert [answer["events"] for answer in answers] == [{"create": 1, "reject": 1}, {"same": 1, "reject": 1}]
    assert titles() == ["Atelier"]


def test_in_words(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    output = run(context, written(tmp_path, ONE, FAULTY)).output
    assert "Ligne 2\u00a0: comprise – Atelier" in output
    assert "    colonne B\u00a0: " in output
    assert "2\u00a0lignes lues. 1\u00a0brouillon à créer, 1\u00a0événement à corriger." in output
    assert "Rien n’est écrit" in output
    assert "Rien n’est écrit" not in run(context, written(tmp_path, ONE), "--apply").output


def test_a_file_that_is_not_a_table(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "programme.xlsx"
    path.write_bytes(b"%PDF-1.7 a document")
    result = run(context, path, "--json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["code"]) == (1, "file.not_a_spreadsheet")
    assert ".xlsx" in answer["message"]
    in_words = run(context, path)
    assert (in_words.exit_code, in_words.output) == (1, f"Error: {answer['message']}\n")


def test_nobody_at_this_address(context: Flask, lab: Organisation, tmp_path: Path) -> None:
    path = written(tmp_path, ONE)
    results = [run(context, path, organisation="ailleurs"), run(context, path, edition="1999")]
    assert [result.exit_code for result in results] == [1, 1]
    assert "Aucune organisation n’a l’adresse «\u00a0ailleurs\u00a0»." in results[0].output
    assert "Aucune édition n’est celle de «\u00a01999\u00a0»." in results[1].output
