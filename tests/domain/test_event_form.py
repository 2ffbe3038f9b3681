"""What the form of an event knows of dates, tracks and rooms, and of two people who save the same page."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from planner.db import db
from planner.events.models import Attendance, Event, EventMode, Speaker
from planner.events.rules import missing_for_submission
from planner.images.models import Image
from planner.images.rules import PictureGone
from planner.programmes import rules, services, slots
from planner.programmes.merging import Merge, merge
from planner.programmes.rules import Slot, SpeakerLine
from planner.programmes.slots import Held, NoEnd, NoRepetition, NothingToRepeat, Overlap, Rhythm, TooManyDates
from planner.web.edits import EditedMeanwhile
from planner.web.rights import Actor, Role
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EventSessionFactory,
    PersonFactory,
    RegionFactory,
    ReunionFactory,
)

pytestmark = pytest.mark.usefixtures("context")

TUESDAY = date(2026, 11, 3)
WEEK = timedelta(days=7)
DIGEST = "a" * 64


def slot(**fields: Any) -> Slot:
    blank = dict.fromkeys(Slot.__dataclass_fields__) | {"title": "", "track": "", "room": ""}
    return Slot(**{**blank, **fields})


def at_nine(day: date = TUESDAY, **fields: Any) -> Slot:
    return slot(**{"day": day, "start_time": time(9), "end_time": time(10), **fields})


def save(event: Event, read: str | None = None, **values: Any) -> list[str]:
    """Save what was typed over what `read` showed, by default what the event holds now."""
    person = PersonFactory()
    actor = Actor(person.id, "", person.email, memberships={event.organisation_id: Role.EDITOR})
    return services.save(event, values, actor, read=mark_of(event, *values) if read is None else read)


def mark_of(event: Event, *fields: str) -> str:
    return rules.fingerprint(rules.content(event, fields))


def image(digest: str = DIGEST) -> Image:
    kept = Image(digest=digest, width=600, height=300, content=b"")
    db.session.add(kept)
    db.session.commit()
    return kept


# ── Repeating a date ──


def repeated(rhythm: Rhythm, existing: int = 1, **limits: Any) -> list[date | None]:
    added = slots.repeat(at_nine(), rhythm, existing=existing, **{"times": None, "until": None, **limits})
    return [each.day for each in added]


def test_every_tuesday_until_the_end_of_the_edition():
    days = repeated(Rhythm.WEEKLY, until=date(2026, 11, 29))
    assert days == [date(2026, 11, 10), date(2026, 11, 17), date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("rhythm", "limits", "last", "count"),
    [
        (Rhythm.WEEKLY, {"until": date(2026, 11, 24)}, date(2026, 11, 24), 3),  # the last day is inside
        (Rhythm.WEEKLY, {"until": date(2026, 11, 23)}, date(2026, 11, 17), 2),
        (Rhythm.FORTNIGHTLY, {"times": 2}, date(2026, 12, 1), 2),
        (Rhythm.DAILY, {"times": 8}, date(2026, 11, 11), 8),  # a day off is a day
        (Rhythm.DAILY, {"times": 3, "until": date(2026, 11, 29)}, date(2026, 11, 6), 3),
        (Rhythm.DAILY, {"times": 30, "until": date(2026, 11, 5)}, date(2026, 11, 5), 2),
    ],
)
def test_a_repetition_ends_at_the_first_of_its_limits(rhythm: Rhythm, limits: Any, last: date, count: int):
    days = repeated(rhythm, **limits)
    assert (days[-1], len(days)) == (last, count)


def test_what_is_repeated_keeps_everything_but_its_day():
    night = at_nine(session_id=7, end_day=TUESDAY + timedelta(days=1), room="Agora", places_onsite=12, title="Nuit")
    (copy,) = slots.repeat(night, Rhythm.WEEKLY, times=1, until=None, existing=1)
    assert copy == at_nine(TUESDAY + WEEK, end_day=date(2026, 11, 11), room="Agora", places_onsite=12, title="Nuit")
    assert slots.duplicate(night) == copy
    assert slots.duplicate(slot(title="Sans jour")) == slot(title="Sans jour")


def test_fifty_dates_in_all_and_no_more():
    assert len(repeated(Rhythm.DAILY, existing=20, times=30)) == 30
    with pytest.raises(TooManyDates, match="et il en aurait 51"):
        repeated(Rhythm.DAILY, existing=20, times=31)


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [({}, NoEnd), ({"until": TUESDAY}, NoRepetition), ({"until": TUESDAY + timedelta(days=6)}, NoRepetition)],
)
def test_a_repetition_needs_an_end_that_leaves_room(limits: Any, refusal: Any):
    with pytest.raises(refusal):
        repeated(Rhythm.WEEKLY, **limits)


def test_a_date_without_day_is_not_repeated():
    with pytest.raises(NothingToRepeat):
        slots.repeat(slot(), Rhythm.WEEKLY, times=2, until=None, existing=1)


# ── Tracks and rooms ──


def held(number: int, start: int, end: int, track: str = "", room: str = "") -> Held:
    return Held(number, *(datetime.combine(TUESDAY, time(hour)) for hour in (start, end)), track, room)


@pytest.mark.parametrize(
    ("dates", "refused"),
    [
        ([held(1, 9, 10, room="A"), held(2, 10, 11, room="A")], []),  # one after the other
        ([held(1, 9, 11, room="A"), held(2, 10, 12, room="A")], [2]),
        ([held(1, 9, 11, room="A"), held(2, 9, 11, room="B")], []),
        ([held(1, 9, 11, room="A"), held(2, 9, 11, track="A")], []),  # a track is not a room
        ([held(1, 9, 11), held(2, 9, 11)], []),
        ([held(1, 9, 11, "T"), held(2, 10, 12, "T")], [2]),
        ([held(1, 10, 12, "T"), held(2, 9, 11, "T")], [1]),  # the one that begins second
        ([held(1, 9, 18, "T"), held(2, 10, 11, "T"), held(3, 12, 13, "T")], [2, 3]),  # within a long one
        ([held(1, 9, 11, "T", "A"), held(2, 10, 12, "T", "A")], [2, 2]),
    ],
)
def test_two_dates_are_never_at_once_in_a_track_or_in_a_room(dates: list[Held], refused: list[int]):
    assert [number for number, _ in slots.overlaps(dates)] == refused


def gathering() -> Event:
    event = DraftFactory(attendance=Attendance.PICK_SESSIONS)
    save(event, sessions=[at_nine(track="Données"), at_nine(start_time=time(10), end_time=time(11), track="Données")])
    return event


def test_an_overlap_is_refused_with_its_date_before_the_database_does():
    event = gathering()
    first, second = rules.content(event, ["sessions"])["sessions"]
    late = Slot(**{**vars(first), "end_time": time(10, 30)})
    with pytest.raises(Overlap) as refusal:
        save(event, sessions=[late, second])
    assert refusal.value.field == "sessions"
    assert refusal.value.message == (
        "Date 2. Dans le parcours «\u00a0Données\u00a0», cette date chevauche la date 1, "
        "qui se termine à 10\u00a0h\u00a030. Changez ses heures ou sa place."
    )


def test_two_sessions_of_a_track_exchange_their_hours():
    event = gathering()
    first, second = rules.content(event, ["sessions"])["sessions"]
    hours = ("start_time", "end_time")
    swapped = [
        Slot(**{**vars(one), **{name: getattr(other, name) for name in hours}})
        for one, other in ((first, second), (second, first))
    ]
    save(event, sessions=swapped)
    db.session.commit()
    db.session.refresh(event)
    assert [session.id for session in event.sessions] == [second.session_id, first.session_id]
    assert [session.start_time for session in event.sessions] == [time(9), time(10)]


def test_the_sessions_of_a_track_move_together_with_the_clocks_of_the_place():
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    event = gathering()
    hours = [at_nine(start_time=time(hour), end_time=time(hour + 1), track="Données") for hour in range(8, 14)]
    save(event, sessions=hours)
    for postcode in ("97400", ""):  # three hours earlier, then later
        save(event, venue="", street="", city="", postcode=postcode)
    assert [session.starts_at.hour for session in event.sessions] == [7, 8, 9, 10, 11, 12]


def test_rooms_and_tracks_come_and_go_with_the_dates_that_name_them():
    event = gathering()
    first, second = rules.content(event, ["sessions"])["sessions"]
    both = [Slot(**{**vars(each), "track": "", "room": "Agora"}) for each in (first, second)]

    save(event, sessions=both, rooms={"Agora": 40, "Forum": 12})

    assert (event.tracks, [(room.name, room.capacity) for room in event.rooms]) == ([], [("Agora", 40)])
    assert rules.content(event, ["rooms"]) == {"rooms": {"Agora": 40}}
    save(event, rooms={})
    assert rules.content(event, ["rooms"]) == {"rooms": {}}


def test_an_event_never_has_more_dates_than_it_may():
    event = DraftFactory()
    days = [at_nine(TUESDAY + timedelta(days=number)) for number in range(51)]
    with pytest.raises(TooManyDates):
        save(event, sessions=days)
    save(event, sessions=days[:50])
    assert len(event.sessions) == 50


# ── Speakers, skills, picture ──


def test_speakers_are_kept_in_their_order():
    event = DraftFactory()
    save(event, speakers=[SpeakerLine("Personne A", "Directrice"), SpeakerLine("Personne B")])
    kept = {speaker.full_name: speaker.id for speaker in event.speakers}

    save(event, speakers=[SpeakerLine("Personne B", "Designer"), SpeakerLine("Personne C")])

    db.session.commit()
    db.session.refresh(event)
    lines = [(speaker.full_name, speaker.position_held) for speaker in event.speakers]
    assert lines == [("Personne B", "Designer"), ("Personne C", "")]
    assert event.speakers[0].id == kept["Personne B"]
    assert len(db.session.scalars(select(Speaker)).all()) == 2


def test_skills_are_found_by_the_search_of_the_calendar():
    event = DraftFactory()
    save(event, skills=["Facilitation", "Récit"])
    assert "facilitation" in event.search_text
    assert "recit" in event.search_text


def test_a_picture_needs_words_to_be_submitted_and_none_to_be_saved():
    event = EventSessionFactory(event=DraftFactory()).event
    image()
    save(event, image=DIGEST, image_alt="", image_credit="")
    assert [line.field for line in missing_for_submission(event)] == ["image_alt"]
    save(event, image_alt="Une table couverte de cartes")
    assert missing_for_submission(event) == []
    save(event, image="", image_alt="", image_credit="")
    assert (event.image, missing_for_submission(event)) == (None, [])


def test_a_picture_that_is_not_kept_cannot_be_shown():
    with pytest.raises(PictureGone):
        save(DraftFactory(), image="b" * 64)


# ── The place ──


def test_a_place_overseas_gives_its_clocks_to_the_hours():
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    DepartmentFactory(code="69", region=RegionFactory())
    event = DraftFactory()
    place = {"venue": "Cité", "street": "", "city": "Saint-Denis", "postcode": "97400"}
    save(event, sessions=[at_nine()], **place)
    (session,) = event.sessions
    assert (event.region.name, event.time_zone, session.starts_at.hour) == ("La Réunion", "Indian/Reunion", 5)

    save(event, sessions=[*rules.content(event, ["sessions"])["sessions"], at_nine(TUESDAY + WEEK)])
    save(event, mode=EventMode.ONLINE, venue="", street="", city="", postcode="")
    assert (event.region, event.time_zone, session.starts_at.hour) == (None, "Europe/Paris", 8)


# ── Two people on one page ──


def merged(read: dict[str, Any], kept: dict[str, Any], typed: dict[str, Any]) -> Merge:
    return merge(rules.fingerprint(read), {**read, **kept}, {**read, **typed})


READ = {"title": "Atelier", "summary": "Court", "themes": ["a"], "level": None}


@pytest.mark.parametrize(
    ("kept", "typed", "values", "taken", "conflicts"),
    [
        ({}, {}, {}, [], []),
        ({}, {"title": "Plans"}, {"title": "Plans"}, [], []),
        ({"title": "Cartes"}, {}, {"title": "Cartes"}, ["title"], []),
        ({"title": "Cartes"}, {"title": "Cartes"}, {"title": "Cartes"}, [], []),
        ({"title": "Cartes"}, {"title": "Plans"}, {"title": "Plans"}, [], ["title"]),
        ({"themes": ["b"]}, {"title": "Plans"}, {"title": "Plans", "themes": ["b"]}, ["themes"], []),
        (
            {"title": "Cartes", "summary": "Long"},
            {"title": "Plans"},
            {"title": "Plans", "summary": "Long"},
            ["summary"],
            ["title"],
        ),
        ({"level": "advanced"}, {"level": "beginner"}, {"level": "beginner"}, [], ["level"]),
        ({"summary": ""}, {}, {"summary": ""}, ["summary"], []),
    ],
)
def test_only_what_both_changed_is_asked_about(kept: Any, typed: Any, values: Any, taken: Any, conflicts: Any):
    outcome = merged(READ, kept, typed)
    assert (outcome.values, outcome.taken, list(outcome.conflicts)) == ({**READ, **values}, taken, conflicts)


def test_without_knowing_what_was_read_every_difference_is_asked_about():
    outcome = merge("", {**READ, "title": "Cartes"}, READ)
    assert outcome.conflicts == {"title": ("Cartes", "Atelier")}


@pytest.mark.parametrize(
    ("kept", "typed", "conflicts"),
    [
        ({"venue": "Mairie", "city": "Nantes"}, {"street": "2 quai"}, ["venue", "street", "city"]),  # half an address
        ({"mode": "online", "venue": "", "city": ""}, {"joining_link": "https://a.example"}, ["mode", "joining_link"]),
        ({"mode": "hybrid"}, {"venue": "Mairie"}, ["mode", "venue"]),
        ({"joining_link": "https://a.example"}, {"venue": "Mairie"}, []),
        ({"mode": "hybrid"}, {}, []),
    ],
)
def test_answers_that_go_together_are_not_mixed(kept: Any, typed: Any, conflicts: list[str]):
    place = {"mode": "onsite", "venue": "Cité", "street": "", "postcode": "", "city": "Lyon", "joining_link": ""}
    assert list(merged(place, kept, typed).conflicts) == conflicts


ONE, TWO = at_nine(session_id=1), at_nine(TUESDAY + WEEK, session_id=2)
ONE_LATER, ONE_LONGER = at_nine(session_id=1, start_time=time(9, 30)), at_nine(session_id=1, end_time=time(12))
TWO_LATER = at_nine(TUESDAY + WEEK, session_id=2, start_time=time(9, 30))
NEW, THREE = at_nine(TUESDAY + 2 * WEEK), at_nine(TUESDAY + 3 * WEEK, session_id=3)


@pytest.mark.parametrize(
    ("kept", "typed", "dates", "is_taken", "conflict"),
    [
        ([ONE, TWO], [ONE_LATER, TWO], [ONE_LATER, TWO], False, None),
        ([ONE, TWO_LATER], [ONE_LATER, TWO], [ONE_LATER, TWO_LATER], True, None),  # another date each
        ([ONE, TWO, THREE], [ONE, TWO, NEW], [ONE, TWO, NEW, THREE], True, None),  # one more each
        ([ONE], [ONE, TWO], [ONE], True, None),  # removed by the other
        ([ONE, TWO], [ONE], [ONE], False, None),  # removed here
        ([ONE, TWO_LATER], [ONE], [ONE], False, ([TWO_LATER], [])),
        ([TWO], [ONE_LATER, TWO], [at_nine(start_time=time(9, 30)), TWO], False, ([], [ONE_LATER])),
        ([ONE_LATER, TWO], [ONE_LONGER, TWO], [ONE_LONGER, TWO], False, ([ONE_LATER], [ONE_LONGER])),
        ([ONE_LATER, TWO], [ONE_LATER, TWO], [ONE_LATER, TWO], False, None),
    ],
)
def test_two_people_may_each_change_another_date(kept: Any, typed: Any, dates: Any, is_taken: bool, conflict: Any):  # noqa: FBT001
    outcome = merged({"sessions": [ONE, TWO]}, {"sessions": kept}, {"sessions": typed})
    assert outcome.values["sessions"] == dates
    assert outcome.taken == (["sessions"] if is_taken else [])
    assert outcome.conflicts == ({"sessions": conflict} if conflict else {})


def test_the_second_to_save_overwrites_nothing_that_only_the_first_changed():
    event = DraftFactory(title="Atelier", summary="Court")
    opened_by_both = mark_of(event, "title", "summary", "image", "speakers")
    common = {"title": "Atelier", "summary": "Court", "image": "", "speakers": []}
    image()
    save(event, opened_by_both, **{**common, "image": DIGEST, "summary": "Long"})

    taken = save(event, opened_by_both, **{**common, "speakers": [SpeakerLine("Personne A")]})

    assert taken == ["summary", "image"]
    assert (event.summary, event.image.digest) == ("Long", DIGEST)
    assert [speaker.full_name for speaker in event.speakers] == ["Personne A"]
    with pytest.raises(EditedMeanwhile):
        save(event, opened_by_both, **{**common, "image": "b" * 64})
