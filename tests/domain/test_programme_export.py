"""A programme as a spreadsheet: one line a date, and cells that stay texts in each of the three files."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from flask import Flask
from python_calamine import load_workbook

from planner.events.models import Event
from planner.imports import exports
from planner.imports.columns import COLUMNS, Column, Field
from tests.factories import DraftFactory, EventSessionFactory, ThemeFactory

HARMFUL = [
    "=1+1",
    "+33 1",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "Fête 🎉",
    "deux\nlignes",
    "  bords  et   espaces  ",
]


@pytest.fixture
def every_field(monkeypatch: pytest.MonkeyPatch) -> list[Field]:
    """Every column written, in the order of `Field`: each value is shown whatever the template keeps of them."""
    never = {Field.HOURS, Field.DURATION, Field.PLACE, Field.REGION}
    fields = [field for field in Field if field not in never]
    monkeypatch.setattr(exports, "COLUMNS", tuple(Column(field, field.value) for field in fields))
    return fields


def lines(event: Event, fields: list[Field]) -> list[dict[Field, str]]:
    return [dict(zip(fields, line, strict=True)) for line in exports.rows([event])]


def test_each_date_is_a_line_that_repeats_the_event(context: Flask, every_field: list[Field]) -> None:
    event = DraftFactory(title="Atelier", slug="atelier", themes=[ThemeFactory(name="Données")])
    EventSessionFactory(event=event)
    EventSessionFactory(
        event=event,
        day=date(2026, 11, 13),
        starts_at=datetime(2026, 11, 13, 8, 30, tzinfo=UTC),
        ends_at=datetime(2026, 11, 13, 11, tzinfo=UTC),
    )
    first, second = lines(event, every_field)
    assert [first[Field.DAY], first[Field.START_TIME], first[Field.END_TIME]] == ["12/11/2026", "09h30", "12h00"]
    assert (first[Field.FORMAT], first[Field.MODE], first[Field.THEMES]) == ("Atelier", "Sur place", "Données")
    assert (first[Field.EXTERNAL_ID], first[Field.HAS_WAITING_LIST]) == ("atelier", "Oui")
    assert {field for field in every_field if first[field] != second[field]} == {Field.DAY}


def test_the_identifier_of_the_lab_comes_before_ours(context: Flask, every_field: list[Field]) -> None:
    (line,) = lines(DraftFactory(external_id="A-12"), every_field)
    assert (line[Field.EXTERNAL_ID], line[Field.DAY]) == ("A-12", "")


def test_moments_are_told_on_the_clocks_of_the_place(context: Flask, every_field: list[Field]) -> None:
    opens_at = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
    (line,) = lines(DraftFactory(time_zone="Indian/Reunion", registration_opens_at=opens_at), every_field)
    assert line[Field.REGISTRATION_OPENS_AT] == "02/11/2026 09h00"


@pytest.mark.parametrize("write", [exports.as_xlsx, exports.as_ods])
def test_a_workbook_gives_back_each_text_as_it_was(write) -> None:
    width = len(exports.headings())
    content = write([[text] + ["x"] * (width - 1) for text in HARMFUL])
    read = load_workbook(BytesIO(content)).get_sheet_by_name(exports.SHEET).to_python()
    assert read[0] == list(exports.headings())
    assert [line[0] for line in read[1:]] == HARMFUL


def test_a_csv_marks_what_a_spreadsheet_would_run() -> None:
    read = list(csv.reader(StringIO(exports.as_csv([[text] for text in HARMFUL]).decode("utf-8-sig")), delimiter=";"))
    assert read[0] == list(exports.headings())
    assert [line[0] for line in read[1:]] == [f"'{text}" for text in HARMFUL[:4]] + HARMFUL[4:]


def test_what_is_only_understood_is_not_written() -> None:
    assert exports.headings() == tuple(column.heading for column in COLUMNS if column.is_written)
