"""Dates in words: the reader sees the time of the place, and Paris's when it differs."""

from datetime import UTC, date, datetime, time

import pytest

from planner import dates

BREAKFAST = datetime(2026, 11, 12, 5, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


def test_a_day_is_said_in_full():
    assert dates.day(date(2026, 11, 12)) == "jeudi 12 novembre 2026"


def test_the_year_may_be_left_out():
    assert dates.day(date(2026, 11, 12), year=False) == "jeudi 12 novembre"


def test_the_first_of_a_month_is_an_ordinal():
    assert dates.day(date(2026, 11, 1)) == "dimanche 1er novembre 2026"


def test_a_day_in_short():
    assert dates.short_day(date(2026, 11, 12)) == "jeu. 12 nov."


@pytest.mark.parametrize(("moment", "said"), [(time(9, 30), "9 h 30"), (time(12), "12 h"), (time(0, 5), "0 h 05")])
def test_hours_do_not_break_over_lines(moment: time, said: str):
    assert dates.hour(moment) == said.replace(" ", "\u00a0")


def test_a_moment_in_paris_does_not_name_paris():
    assert plain(dates.moment(BREAKFAST)) == "jeudi 12 novembre 2026 à 6 h 30"


def test_a_moment_elsewhere_says_where_and_the_hour_in_paris():
    assert plain(dates.moment(BREAKFAST, "Indian/Reunion")) == (
        "jeudi 12 novembre 2026 à 9 h 30, heure de La Réunion (6 h 30 à Paris)"
    )


def test_a_span_within_a_day():
    assert plain(dates.span(BREAKFAST, NOON, "Indian/Reunion", year=False)) == (
        "jeudi 12 novembre, 9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris)"
    )


def test_a_span_over_two_days():
    end = datetime(2026, 11, 13, 11, 0, tzinfo=UTC)
    assert plain(dates.span(BREAKFAST, end)) == (
        "du jeudi 12 novembre 2026, 6 h 30, au vendredi 13 novembre 2026, 12 h"
    )


def test_the_day_in_paris_is_said_when_it_is_another():
    assert plain(dates.moment(BREAKFAST, "Pacific/Tahiti", year=False)) == (
        "mercredi 11 novembre à 19 h 30, heure de Tahiti (6 h 30 à Paris le jeudi 12 novembre)"
    )


def test_a_zone_at_the_same_hour_as_paris_is_not_named():
    assert plain(dates.moment(BREAKFAST, "Europe/Brussels")) == "jeudi 12 novembre 2026 à 6 h 30"


def test_summer_and_winter_differ():
    summer, winter = datetime(2026, 7, 1, 8, 0, tzinfo=UTC), datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert [dates.hour(dates.local(instant)) for instant in (summer, winter)] == ["10\u00a0h", "9\u00a0h"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 12), date(2026, 11, 12), "le 12 novembre 2026"),
        (date(2026, 11, 9), date(2026, 11, 27), "du 9 au 27 novembre 2026"),
        (date(2026, 11, 30), date(2026, 12, 1), "du 30 novembre au 1er décembre 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "du 30 décembre 2026 au 2 janvier 2027"),
    ],
)
def test_a_range_of_days_repeats_nothing(first: date, last: date, said: str):
    assert dates.day_range(first, last) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [("Pacific/Noumea", "heure de Nouvelle-Calédonie"), ("America/New_York", "heure de New York")],
)
def test_zones_are_called_as_people_call_them(zone: str, said: str):
    assert dates.zone_name(zone) == said
