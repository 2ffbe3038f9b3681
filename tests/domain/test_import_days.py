"""Days and hours as people write them, case by case; nothing is completed but the year, and that is said."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.imports.days import Misread, When, read_dates
from planner.imports.grids import Cell
from planner.imports.hours import read_duration, read_hours

FIRST, LAST = date(2026, 11, 9), date(2026, 11, 29)


def when(day: str = "", start: str = "", end: str = "", end_day: str = "") -> When:
    return When(
        date.fromisoformat(day) if day else None,
        time.fromisoformat(start) if start else None,
        time.fromisoformat(end) if end else None,
        date.fromisoformat(end_day) if end_day else None,
    )


YEAR, RANGE, WEEKDAY = "year.missing", "days.range", "weekday.contradicts"

DATES: list[tuple[Cell, list[When], list[str]]] = [
    # One day.
    ("jeudi 14 novembre 2024", [when("2024-11-14")], []),
    ("14/11/2024", [when("2024-11-14")], []),
    ("14.11.24", [when("2024-11-14")], []),
    ("14-11-2024", [when("2024-11-14")], []),
    ("14 / 11 / 2024", [when("2024-11-14")], []),
    ("2024-11-14", [when("2024-11-14")], []),
    ("le 14 nov.", [when("2026-11-14")], [YEAR]),
    ("1er décembre 2026", [when("2026-12-01")], []),
    ("lun. 9 nov. 2026", [when("2026-11-09")], []),
    ("JEUDI 12 NOVEMBRE 2026", [when("2026-11-12")], []),
    ("12\u00a0novembre\u00a02026", [when("2026-11-12")], []),
    ("10 mar 2026", [when("2026-03-10")], []),
    ("mar. 10 mars 2026", [when("2026-03-10")], []),
    ("29 février 2028", [when("2028-02-29")], []),
    # A day and its hours.
    ("14/11/2024 9h30-12h", [when("2024-11-14", "09:30", "12:00")], []),
    ("Le mercredi 11/11 de 10h à 11h30", [when("2026-11-11", "10:00", "11:30")], [YEAR]),
    ("Le 05/11 à 9h", [when("2026-11-05", "09:00")], [YEAR]),
    ("le 19/11 à partir de 10h", [when("2026-11-19", "10:00")], [YEAR]),
    ("vendredi 21 novembre 2025 de 9h à 12h30", [when("2025-11-21", "09:00", "12:30")], []),
    ("12/11/2026 14 h 30 – 16 h", [when("2026-11-12", "14:30", "16:00")], []),
    ("12 novembre 2026 (9h-12h)", [when("2026-11-12", "09:00", "12:00")], []),
    ("12 novembre 2026 de 9 à 12h", [when("2026-11-12", "09:00", "12:00")], []),
    ("9h-12h le 12 novembre 2026", [when("2026-11-12", "09:00", "12:00")], []),
    ("14h 15/11/2026", [when("2026-11-15", "14:00")], []),
    ("2026-11-12T09:30:00", [when("2026-11-12", "09:30")], []),
    ("12/11/2026 09:00", [when("2026-11-12", "09:00")], []),
    ("12/11/2026\n9h-12h", [when("2026-11-12", "09:00", "12:00")], []),
    ("12/11/2026 jusqu’à 12h", [when("2026-11-12", "", "12:00")], []),
    ("12/11/2026 de midi à 14h", [when("2026-11-12", "12:00", "14:00")], []),
    ("12/11/2026 20h-minuit", [when("2026-11-12", "20:00", "00:00", "2026-11-13")], []),
    ("14/11/2026 09:00 - 14/11/2026 12:00", [when("2026-11-14", "09:00", "12:00")], []),
    (
        "du 14/11/2026 22h au 15/11/2026 2h",
        [when("2026-11-14", "22:00", "02:00", "2026-11-15")],
        [],
    ),
    ("12/11/2026 9h-12h et 14h-17h", [when("2026-11-12", "09:00", "12:00"), when("2026-11-12", "14:00", "17:00")], []),
    # Several days.
    ("les 16 et 17 novembre", [when("2026-11-16"), when("2026-11-17")], [YEAR]),
    ("12, 13 et 14 novembre 2026", [when("2026-11-12"), when("2026-11-13"), when("2026-11-14")], []),
    ("mardis 10 et 17 novembre 2026", [when("2026-11-10"), when("2026-11-17")], []),
    ("12 & 13/11/2026", [when("2026-11-12"), when("2026-11-13")], []),
    (
        "les 12 et 13 novembre 2026 de 9h à 12h",
        [when("2026-11-12", "09:00", "12:00"), when("2026-11-13", "09:00", "12:00")],
        [],
    ),
    (
        "12/11/2026 9h-12h ; 13/11/2026 14h-16h",
        [when("2026-11-12", "09:00", "12:00"), when("2026-11-13", "14:00", "16:00")],
        [],
    ),
    ("12/11/2026\n13/11/2026", [when("2026-11-12"), when("2026-11-13")], []),
    (
        "le 12 novembre de 9h à 12h et le 13 novembre 2026 de 14h à 16h",
        [when("2026-11-12", "09:00", "12:00"), when("2026-11-13", "14:00", "16:00")],
        [],
    ),
    ("30 novembre et 1er décembre 2026", [when("2026-11-30"), when("2026-12-01")], []),
    ("du 14 au 16 novembre 2026", [when("2026-11-14"), when("2026-11-15"), when("2026-11-16")], [RANGE]),
    (
        "du 9 au 10 novembre 2026, 9h-17h",
        [when("2026-11-09", "09:00", "17:00"), when("2026-11-10", "09:00", "17:00")],
        [RANGE],
    ),
    (
        "du 14/11/2026 9h au 16/11/2026 17h",
        [when("2026-11-14", "09:00"), when("2026-11-15"), when("2026-11-16", "", "17:00")],
        [RANGE],
    ),
    # What is said otherwise, or not at all.
    ("vendredi 14 novembre 2024", [when("2024-11-14")], [WEEKDAY]),
    ("jeudi 14 novembre", [when("2026-11-14")], [YEAR, WEEKDAY]),
    ("12/11/2026 après-midi", [when("2026-11-12")], ["hour.vague"]),
    ("12/11/2026, salle bleue", [when("2026-11-12")], ["date.extra"]),
    ("courant novembre", [], ["date.vague"]),
    ("à définir", [], ["date.vague"]),
    ("semaine 46", [], ["date.vague"]),
    ("semaine du 9 novembre", [], ["date.vague"]),
    ("12/11/2026 vers 9h", [], ["date.vague"]),
    # What spreadsheets give.
    (46338, [when("2026-11-12")], []),
    (46338.395833333336, [when("2026-11-12", "09:30")], []),
    ("46338", [when("2026-11-12")], []),
    ("46338,5", [when("2026-11-12", "12:00")], []),
    (0.375, [when("", "09:00")], []),
    (datetime.fromisoformat("2026-11-12"), [when("2026-11-12")], []),
    (datetime.fromisoformat("2026-11-12 09:29:59"), [when("2026-11-12", "09:30")], []),
    (datetime.fromisoformat("1899-12-30 09:30"), [when("", "09:30")], []),
    (date(2026, 11, 12), [when("2026-11-12")], []),
    (time(9, 30), [when("", "09:30")], []),
    (None, [], []),
]

HOURS: list[tuple[Cell, list[When]]] = [
    ("9h30", [when("", "09:30")]),
    ("9 h 30", [when("", "09:30")]),
    ("9H30", [when("", "09:30")]),
    ("9:30", [when("", "09:30")]),
    ("09:30:00", [when("", "09:30")]),
    ("9.30", [when("", "09:30")]),
    ("9 heures 30", [when("", "09:30")]),
    ("9h30min", [when("", "09:30")]),
    ("14 h", [when("", "14:00")]),
    ("14", [when("", "14:00")]),
    (14, [when("", "14:00")]),
    (14.0, [when("", "14:00")]),
    ("midi", [when("", "12:00")]),
    ("9h30 à 12h", [when("", "09:30", "12:00")]),
    ("9h30-12h", [when("", "09:30", "12:00")]),
    ("9h30/12h", [when("", "09:30", "12:00")]),
    ("9-12h", [when("", "09:00", "12:00")]),
    ("de 9h à 12", [when("", "09:00", "12:00")]),
    ("de 14h à 16h30", [when("", "14:00", "16:30")]),
    ("14h00 → 16h00", [when("", "14:00", "16:00")]),
    ("entre 9h et 11h", [when("", "09:00", "11:00")]),
    ("09:30 12:00", [when("", "09:30", "12:00")]),
    ("jusqu'à 12h", [when("", "", "12:00")]),
    ("9h-12h et 14h-17h", [when("", "09:00", "12:00"), when("", "14:00", "17:00")]),
    ("12/11/2026 9h", [when("2026-11-12", "09:00")]),
    (0.5, [when("", "12:00")]),
    (time(9, 30), [when("", "09:30")]),
    (timedelta(hours=9, minutes=30), [when("", "09:30")]),
    ("matin", []),
    ("", []),
]

REFUSED = [
    ("31/11", "date.impossible"),
    ("31 novembre 2026", "date.impossible"),
    ("30 février", "date.impossible"),
    ("29/02/2026", "date.impossible"),
    ("11/14/2026", "date.impossible"),
    ("00/11/2026", "date.impossible"),
    ("12/11/1999", "date.impossible"),
    ("12/11/2026 14h-12h", "end.before_start"),
    ("12/11/2026 9h-9h", "end.before_start"),
    ("du 16 au 14 novembre 2026", "end.before_start"),
    ("12/11/2026 25h", "date.unknown"),
    ("12/11/2026 9h60", "date.unknown"),
    ("le 12", "date.unknown"),
    ("2026-11-12T09:30:00Z", "date.unknown"),
    ("2026-11-12T09:30+04:00", "date.unknown"),
    ("du 1/10 au 31/12", "date.too_many"),
    (12, "date.unknown"),
    (-1, "date.unknown"),
    (float("nan"), "date.unknown"),
    (float("inf"), "date.unknown"),
]


@pytest.mark.parametrize(("cell", "expected", "remarks"), DATES)
def test_dates_as_people_write_them(cell: Cell, expected: list[When], remarks: list[str]) -> None:
    reading = read_dates(cell, FIRST, LAST)

    assert list(reading.dates) == expected
    assert [code for code, _ in reading.remarks] == remarks


@pytest.mark.parametrize(("cell", "expected"), HOURS)
def test_hours_as_people_write_them(cell: Cell, expected: list[When]) -> None:
    assert list(read_hours(cell, FIRST, LAST).dates) == expected


@pytest.mark.parametrize(("cell", "code"), REFUSED)
def test_what_is_no_date_is_refused(cell: Cell, code: str) -> None:
    with pytest.raises(Misread) as refused:
        read_dates(cell, FIRST, LAST)

    assert refused.value.code == code


def test_the_year_that_is_missing_is_the_one_that_puts_the_day_inside_the_edition() -> None:
    first, last = date(2026, 12, 14), date(2027, 1, 15)

    assert [each.day for each in read_dates("le 5/1 et le 20/12", first, last).dates] == [
        date(2027, 1, 5),
        date(2026, 12, 20),
    ]


def test_a_message_says_what_is_wrong_in_words() -> None:
    reading = read_dates("vendredi 12 novembre 2026", FIRST, LAST)

    assert reading.remarks == (
        ("weekday.contradicts", "«\u00a0vendredi 12 novembre 2026\u00a0»\u00a0: le 12 novembre 2026 est un jeudi."),
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2h", timedelta(hours=2)),
        ("2h30", timedelta(hours=2, minutes=30)),
        ("1,5 h", timedelta(hours=1, minutes=30)),
        ("90 min", timedelta(minutes=90)),
        ("2", timedelta(hours=2)),
        (2, timedelta(hours=2)),
        (90, timedelta(minutes=90)),
        (time(1, 30), timedelta(hours=1, minutes=30)),
        (0.0625, timedelta(hours=1, minutes=30)),
        ("une matinée", None),
        ("1 journée", None),
        (None, None),
    ],
)
def test_durations_as_people_write_them(cell: Cell, expected: timedelta | None) -> None:
    assert read_duration(cell) == expected


@pytest.mark.parametrize("cell", ["0h", "48h", "vers 2h peut-être", date(2026, 11, 12), -1, float("nan")])
def test_what_is_no_duration_is_refused(cell: Cell) -> None:
    with pytest.raises(Misread):
        read_duration(cell)


@given(
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-12-31")),
    st.sampled_from(["%d/%m/%Y %Hh%M", "%Y-%m-%d %H:%M", "%d.%m.%Y à %H:%M", "%d-%m-%Y, %H h %M", "le %d/%m/%Y %HH%M"]),
)
def test_a_date_comes_back_from_each_way_to_write_it(moment: datetime, way: str) -> None:
    moment = moment.replace(second=0, microsecond=0)

    assert read_dates(moment.strftime(way), FIRST, LAST).dates == (When(moment.date(), moment.time()),)


@given(st.text(max_size=60) | st.text("0123456789/-:.h ,;àetdulaunovembrejeudimidi\n", max_size=40))
def test_no_text_is_more_than_refused(text: str) -> None:
    for read in (read_dates, read_hours):
        with suppress(Misread):
            assert len(read(text, FIRST, LAST).dates) <= 50
