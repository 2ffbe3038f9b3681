"""`flask programmes import`: a programme read from the machine itself, for instance each night by another program."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
from flask import Blueprint

from planner.db import transaction
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.errors import RuleViolation
from planner.imports import headings, labels, queries, reading, rules, runs, services
from planner.imports.reading import Unreadable
from planner.web.filters import counted

bp = Blueprint("programmes_cli", __name__, cli_group="programmes")


@bp.cli.command("import", help="Lit un programme (CSV, XLSX, ODS) et dit ce qu’il en ferait\u00a0; --apply l’écrit.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "slug", required=True, help="L’adresse de l’organisation, par exemple lab-archipel.")
@click.option("--edition", "year", required=True, help="L’année de l’édition, par exemple 2026.")
@click.option("--apply", "is_applied", is_flag=True, help="Écrit les brouillons\u00a0; sans elle, rien n’est écrit.")
@click.option("--json", "is_json", is_flag=True, help="Répond en JSON, ligne par ligne.")
def import_(file: Path, slug: str, year: str, *, is_applied: bool, is_json: bool) -> None:
    """Say what each row becomes; exit with 1 when the file gives none."""
    organisation, edition = _organisation(slug), _edition(year)
    try:
        answer = _read(file, organisation, edition, is_applied=is_applied)
    except Unreadable as refusal:
        if not is_json:
            raise click.ClickException(refusal.message) from refusal
        _print({"file": file.name, "code": refusal.code, "message": refusal.message})
        raise SystemExit(1) from refusal
    except RuleViolation as refusal:
        raise click.ClickException(refusal.message) from refusal
    if is_json:
        _print({"file": file.name, **answer})
    else:
        _say(answer, is_applied=is_applied)


def _organisation(slug: str) -> Organisation:
    found = queries.organisation(slug)
    if found is None:
        raise click.ClickException(f"Aucune organisation n’a l’adresse «\u00a0{slug}\u00a0».")
    return found


def _edition(year: str) -> Edition:
    found = queries.edition(year)
    if found is None:
        raise click.ClickException(f"Aucune édition n’est celle de «\u00a0{year}\u00a0».")
    return found


def _read(file: Path, organisation: Organisation, edition: Edition, *, is_applied: bool) -> dict[str, Any]:
    with file.open("rb") as stream:
        content = stream.read(reading.MOST_BYTES + 1)
    sheet = runs.open_file(content, file.name)
    known = queries.mapping(organisation.id, headings.mark(sheet.header.headings))
    columns = runs.fields(known.columns) if known else headings.guess(sheet.header.headings)
    rows = runs.understand(sheet, columns, edition)
    groups = rules.group(rows)
    answer = runs.describe(sheet, columns, rows, services.plan(organisation, edition, groups), edition)
    if is_applied:
        with transaction():
            changes = services.apply(organisation, edition, groups, None)
            answer["events"] = dict(Counter(str(change.outcome) for change in changes))
    return {"is_applied": is_applied, **answer}


def _print(answer: dict[str, Any]) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _say(answer: dict[str, Any], *, is_applied: bool) -> None:
    for row in answer["rows"]:
        title = row["values"].get("title") or "sans titre"
        click.echo(f"Ligne {row['line']}\u00a0: {labels.VERDICTS[row['verdict']].lower()} – {title}")
        for message in row["messages"]:
            place = f"colonne {message['column']}\u00a0: " if message["column"] else ""
            click.echo(f"    {place}{message['text']}")
    click.echo(f"{counted(len(answer['rows']), 'ligne lue', 'lignes lues')}. {labels.summary(answer['events'])}")
    if not is_applied:
        click.echo("Rien n’est écrit\u00a0: ajoutez --apply pour créer et mettre à jour les brouillons.")
