"""What the demonstration makes of a past event, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from planner.demonstration import cast, facts, rules
from planner.events.models import Audience, EventFormat, EventMode

DAY_OF_LOADING = date(2026, 10, 12)


@pytest.fixture(scope="module")
def past_events() -> dict[str, facts.PastEvent]:
    return {event.id: event for event in facts.past_events()}


@pytest.mark.parametrize("later", range(7))
def test_whatever_the_day_of_loading_each_week_has_events_and_decisions_are_ahead(past_events, later):
    today = DAY_OF_LOADING + timedelta(days=later)

    dealt = rules.deal_days(past_events.values(), today, cast.UPCOMING)

    weeks = Counter((day - (today - rules.BEGAN)).days // 7 for day in dealt.values())
    assert all(weeks[week] >= 10 for week in range(5))
    assert all(
        today - rules.BEGAN <= dealt[event.id]
        and dealt[event.id] + timedelta(days=event.days_after) <= today + rules.ENDS
        for event in past_events.values()
    )
    assert all(dealt[key] > today + timedelta(days=2) for key in cast.UPCOMING)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("77 avenue de Ségur, 75015 Paris", ("77 avenue de Ségur", "75015")),
        ("10 ruelle du Grand Casernement, Lyon 7e", ("10 ruelle du Grand Casernement", "")),
        ("3 rue Martenot, Rennes ; 5 rue Martenot, 35000 Rennes", ("3 rue Martenot", "")),
        ("", ("", "")),
    ],
)
def test_an_address_gives_its_street_and_postcode(address, found):
    assert rules.street_and_postcode(address) == found


@pytest.mark.parametrize(
    ("key", "hours"),
    [
        ("E039", (time(10), time(13, 30))),  # both said
        ("E070", (time(14), time(16))),  # no end: a workshop lasts two hours
        ("E007", (time(9, 30), time(11, 30))),  # "matin"
        ("E040", (time(18, 30), time(21, 30))),  # "en soirée"
        ("E010", (time(9), time(12))),  # nothing said: a meeting
    ],
)
def test_hours_are_those_of_the_source_or_of_the_format(past_events, key, hours):
    assert rules.hours_of(past_events[key]) == hours


def test_every_word_of_the_sources_is_known(past_events):
    for event in past_events.values():
        assert rules.audiences_of(event)
        assert rules.themes_of(event)


@pytest.mark.parametrize(
    ("formats", "found"),
    [
        (("atelier", "projection"), EventFormat.WORKSHOP),
        (("projection", "table ronde"), EventFormat.ROUND_TABLE),
        ((), EventFormat.MEETING),
    ],
)
def test_the_first_format_known_is_taken(past_events, formats, found):
    assert rules.format_of(replace(past_events["E010"], formats=formats)) is found


@pytest.mark.parametrize(
    ("mode", "city", "found"),
    [
        ("hybride", "Rennes", EventMode.HYBRID),
        ("en ligne", "Grenoble", EventMode.ONLINE),
        ("présentiel", "", EventMode.ONSITE),
        ("", "Rennes", EventMode.ONSITE),
        ("", "", EventMode.ONLINE),
    ],
)
def test_without_a_mode_a_city_means_on_site(past_events, mode, city, found):
    assert rules.mode_of(replace(past_events["E010"], mode=mode, city=city)) is found


def test_places_are_those_announced_then_those_counted_then_those_of_the_format(past_events):
    event = past_events["E027"]  # a workshop

    assert rules.places_of(replace(event, capacity=12, attendance=30)) == 12
    assert rules.places_of(replace(event, capacity=None, attendance=30)) == 30
    assert rules.places_of(replace(event, capacity=None, attendance=None)) == 20


def test_public_agents_are_expected_unless_said_otherwise(past_events):
    event = past_events["E010"]
    agents = [Audience.STATE_AGENTS, Audience.TERRITORIAL_AGENTS, Audience.HOSPITAL_AGENTS]

    assert rules.audiences_of(replace(event, audiences=())) == agents
    assert rules.audiences_of(replace(event, audiences=("élus", "étudiants"))) == [Audience.ELECTED, Audience.CITIZENS]


def test_spaces_before_signs_do_not_break():
    assert facts.typeset("« Oui » : non ? Si !") == "«\u00a0Oui\u00a0»\u00a0: non\u00a0? Si\u00a0!"
