"""Sheets for the tests of the import, and what is understood of them."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from planner.imports.columns import Field, by_field
from planner.imports.grids import Cell, Grid, trim
from planner.imports.headings import find_header, guess
from planner.imports.report import Row
from planner.imports.rules import Context, understand
from planner.programmes.rules import Slot

THEMES = {"usagers": "L’expérience usager", "agents": "L’expérience agent", "impact": "La relance, et son impact"}
CONTEXT = Context(date(2026, 11, 9), date(2026, 11, 29), THEMES)
AGENTS = ["state_agents", "territorial_agents", "hospital_agents"]


def understood(grid: Grid) -> list[Row]:
    header = find_header(grid)
    return understand(grid, header, guess(header.headings), CONTEXT)


def rows(headings: Sequence[str], *cells: Sequence[Cell]) -> list[Row]:
    return understood(Grid(trim([headings, *cells])))


def row(**cells: Cell) -> Row:
    """The row of an event that has a title and a date, with these cells under the headings of the template."""
    said = {"title": "Atelier", "day": "12/11/2026 9h-12h", **cells}
    return rows([by_field[Field(name)].heading for name in said], list(said.values()))[0]


def slot(day: str, start: str = "", end: str = "", end_day: str = "", **more: Any) -> Slot:
    said = {"title": "", "places_onsite": None, "places_online": None, **more}
    return Slot(
        session_id=None,
        day=date.fromisoformat(day) if day else None,
        start_time=time.fromisoformat(start) if start else None,
        end_day=date.fromisoformat(end_day) if end_day else None,
        end_time=time.fromisoformat(end) if end else None,
        **said,
    )


def codes(row: Row) -> list[tuple[str, str | None]]:
    return [(note.code, note.column) for note in row.notes]
