"""An import, from the file dropped to the drafts: its columns, its dry run, its drafts. Nothing here commits.

The file is read again at each step: what is shown and what is written come from the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from planner import clock, tokens
from planner.db import db, on_commit
from planner.directory import queries as directory
from planner.directory.models import Organisation
from planner.editions import queries as editions
from planner.editions.models import Edition
from planner.errors import RuleViolation
from planner.imports import answers, headings, queries, reading, rules, services
from planner.imports.columns import Field
from planner.imports.grids import Grid, has_content
from planner.imports.headings import Header
from planner.imports.models import ImportMapping, ImportState, ProgrammeImport
from planner.imports.report import Outcome, Row
from planner.imports.services import Change
from planner.imports.wake import wake
from planner.web.rights import Actor

type_of_progress = Callable[[int], None]

# More is the worker's, so that no page keeps its reader waiting for more than about two seconds: on one slow core,
# a row is read in 2 ms and an event written in 15.
LONG_TO_READ = 500  # rows
LONG_TO_WRITE = 100  # events
KEPT = timedelta(days=7)


class NotReady(RuleViolation):
    message = "Cet import n’attend plus de confirmation\u00a0: rechargez la page pour voir où il en est."


class FileGone(RuleViolation):
    message = "Ce fichier n’est plus gardé\u00a0: déposez-le à nouveau."


class Stumbled(RuleViolation):
    message = "Une erreur de notre côté a interrompu cet import, et rien n’a été écrit\u00a0: redéposez votre fichier."


@dataclass(frozen=True)
class Sheet:
    """The rows of a file, and the line of headings found among them."""

    grid: Grid
    header: Header

    @property
    def total(self) -> int:
        """How many rows under the headings hold something."""
        return sum(has_content(row) for row in self.grid.rows[self.header.index + 1 :])

    def examples(self, index: int, most: int = 3) -> list[str]:
        """The first different values of a column, as texts."""
        column = (row[index] for row in self.grid.rows[self.header.index + 1 :] if index < len(row))
        found = dict.fromkeys(" ".join(str(cell).split())[:60] for cell in column if cell is not None)
        return list(found)[:most]


def open_file(content: bytes, file_name: str) -> Sheet:
    """The sheet of the programme; an `Unreadable` says what to do about a file that gives none."""
    grid = reading.read(content, file_name)
    return Sheet(grid, headings.find_header(grid))


def understand(
    sheet: Sheet, columns: Mapping[int, Field], edition: Edition, progress: type_of_progress | None = None
) -> list[Row]:
    """Each row under the headings, as the edition's lab would have it understood."""
    themes = {theme.slug: theme.name for theme in editions.themes(edition)}
    context = rules.Context(edition.starts_on, edition.ends_on, themes)
    return rules.understand(sheet.grid, sheet.header, columns, context, progress)


def describe(
    sheet: Sheet, columns: Mapping[int, Field], rows: Sequence[Row], changes: Sequence[Change], edition: Edition
) -> dict[str, Any]:
    """The dry run of these rows, fit for JSON."""
    themes = {theme.slug: theme.name for theme in editions.themes(edition)}
    return answers.answer(sheet.header, columns, rows, changes, themes)


# ── The steps ──


def drop(organisation: Organisation, edition: Edition, content: bytes, file_name: str, actor: Actor) -> ProgrammeImport:
    """Keep the file. What is wholly understood, or was explained before, goes on to its dry run by itself.

    An `Unreadable` for a file that gives no row; nothing is then kept.
    """
    sheet = open_file(content, file_name)
    guessed = headings.guess(sheet.header.headings)
    known = queries.mapping(organisation.id, headings.mark(sheet.header.headings))
    run = ProgrammeImport(
        key=tokens.new_key(),
        organisation=organisation,
        edition=edition,
        person_id=actor.person_id,
        file_name=file_name[:200],
        content=content,
        columns=known.columns if known else {str(index): field for index, field in guessed.items()},
        state=ImportState.MAPPING,
        total=sheet.total,
    )
    db.session.add(run)
    db.session.flush()
    is_understood = all(index in guessed for index, heading in enumerate(sheet.header.headings) if heading)
    if known or is_understood:
        _read_or_queue(run, sheet)
    return run


def explain(run: ProgrammeImport, columns: Mapping[int, Field]) -> None:
    """The columns of the file are these, and those of the lab's next file with the same headings; then its dry run."""
    run = queries.locked_run(run.id)
    _check_state(run, ImportState.MAPPING, ImportState.READY)
    sheet = open_file(_content(run), run.file_name)
    run.columns = {str(index): field for index, field in columns.items()}
    row = insert(ImportMapping).values(
        organisation_id=run.organisation_id,
        headings=headings.mark(sheet.header.headings),
        columns=run.columns,
        updated_at=clock.now(),
    )
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=[ImportMapping.organisation_id, ImportMapping.headings],
            set_={"columns": row.excluded.columns, "updated_at": row.excluded.updated_at},
        )
    )
    _read_or_queue(run, sheet)


def confirm(run: ProgrammeImport, actor: Actor) -> None:
    """Write the drafts, or have the worker do it when they are many. `NotReady` when it was done already."""
    run = queries.locked_run(run.id)
    _check_state(run, ImportState.READY)
    run.person_id, run.done = actor.person_id, 0
    events = run.report["events"]
    if events.get(Outcome.CREATE, 0) + events.get(Outcome.UPDATE, 0) > LONG_TO_WRITE:
        run.state = ImportState.APPLYING
        on_commit(wake)
        return
    _write(run, actor, None)


def waiting() -> Sequence[int]:
    """The imports that wait for the worker, oldest first."""
    return queries.waiting_runs()


def work(run_id: int, progress: type_of_progress | None = None) -> None:
    """Do what the import waits for from the worker: its dry run or its drafts; nothing when that is done."""
    run = queries.run_to_work_on(run_id)
    if run is None:
        return
    try:
        if run.state is ImportState.QUEUED:
            _read(run, open_file(_content(run), run.file_name), progress)
        else:
            _write(run, directory.actor_of(run.person_id) if run.person_id else None, progress)
    except RuleViolation as refusal:
        run.state, run.refusal = ImportState.FAILED, refusal.message


def give_up(run_id: int) -> None:
    """The worker stumbled over this import: it says so, and no longer stands in the way of the others."""
    run = queries.locked_run(run_id)
    run.state, run.refusal = ImportState.FAILED, Stumbled.message


def note_progress(run_id: int, done: int) -> None:
    """Say how far the worker is, at once and whatever becomes of its transaction."""
    with db.engine.begin() as connection:
        connection.execute(update(ProgrammeImport).where(ProgrammeImport.id == run_id).values(done=done))


def erase_old() -> None:
    """Forget the files that were dropped a week ago, with what was read of them: they may hold names."""
    for run in queries.old_runs(clock.now() - KEPT):
        run.content, run.report = None, {}
        if run.state is not ImportState.APPLIED:
            run.state, run.refusal = ImportState.FAILED, FileGone.message


def fields(columns: Mapping[str, Any]) -> dict[int, Field]:
    """What each column fills, by its number in the file, from what the database keeps of it."""
    return {int(index): Field(field) for index, field in columns.items()}


# ── What the steps are made of ──


def _read_or_queue(run: ProgrammeImport, sheet: Sheet) -> None:
    run.done = 0
    if run.total > LONG_TO_READ:
        run.state = ImportState.QUEUED
        on_commit(wake)
    else:
        _read(run, sheet, None)


def _read(run: ProgrammeImport, sheet: Sheet, progress: type_of_progress | None) -> None:
    columns = fields(run.columns)
    rows = understand(sheet, columns, run.edition, progress)
    changes = services.plan(run.organisation, run.edition, rules.group(rows))
    run.report = describe(sheet, columns, rows, changes, run.edition)
    run.state, run.done = ImportState.READY, run.total


def _write(run: ProgrammeImport, actor: Actor | None, progress: type_of_progress | None) -> None:
    sheet = open_file(_content(run), run.file_name)
    columns = fields(run.columns)
    rows = understand(sheet, columns, run.edition)
    changes = services.apply(run.organisation, run.edition, rules.group(rows), actor, progress)
    run.report = {"events": dict(Counter(str(change.outcome) for change in changes))}
    run.state, run.applied_at, run.done, run.content = ImportState.APPLIED, clock.now(), run.total, None


def _check_state(run: ProgrammeImport, *states: ImportState) -> None:
    if run.state not in states:
        raise NotReady


def _content(run: ProgrammeImport) -> bytes:
    if run.content is None:
        raise FileGone
    return run.content
