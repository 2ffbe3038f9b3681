"""Calendar files, read back by a parser and looked at byte by byte where parsers differ."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from planner import ical

SENDER = ("agenda@service.example", "Mois de l’innovation publique")
GUEST = ("agent@example.org", "Agent, du « Lab »")
SLOT: dict[str, Any] = {
    "uid": "9f1c@agenda.example",
    "sequence": 2,
    "dtstamp": datetime(2026, 10, 12, 8, 0, tzinfo=UTC),
    "starts_at": datetime(2026, 11, 12, 8, 30, tzinfo=UTC),
    "ends_at": datetime(2026, 11, 12, 11, 0, tzinfo=UTC),
    "summary": "Atelier ; données, « ouvertes » \\ fin",
    "description": "jeudi 12 novembre 2026, 9 h 30 – 12 h\nUne matinée ; et plus, encore.",
    "location": "Cité administrative, 69003 Lyon",
    "url": "https://agenda.example/evenements/atelier-donnees",
}


def invite(method: str = "REQUEST", **changes: Any) -> bytes:
    return ical.invitation(method=method, organizer=SENDER, attendee=GUEST, **{**SLOT, **changes})


def feed(*entries: ical.Entry, **options: Any) -> bytes:
    return ical.calendar_feed(entries, **{"name": "Programme", **options})


def lines(content: bytes) -> list[str]:
    """The content lines, unfolded."""
    return content.decode().replace("\r\n ", "").rstrip("\r\n").split("\r\n")


def only_event(content: bytes) -> Any:
    (component,) = Calendar.from_ical(content).walk("VEVENT")
    return component


def test_an_invitation_says_what_was_given():
    event = only_event(invite())

    assert event["uid"] == "9f1c@agenda.example"
    assert event["sequence"] == 2
    assert event["summary"] == "Atelier ; données, « ouvertes » \\ fin"
    assert event["description"] == "jeudi 12 novembre 2026, 9 h 30 – 12 h\nUne matinée ; et plus, encore."
    assert event["location"] == "Cité administrative, 69003 Lyon"
    assert event["url"] == "https://agenda.example/evenements/atelier-donnees"
    assert event["dtstart"].dt == datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    assert event["dtend"].dt == datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
    assert event["dtstamp"].dt == datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
    assert event["status"] == "CONFIRMED"


def test_an_invitation_names_its_sender_and_one_guest_who_is_not_asked_again():
    event = only_event(invite())

    assert event["organizer"] == "mailto:agenda@service.example"
    assert event["organizer"].params["CN"] == "Mois de l’innovation publique"
    assert event["attendee"] == "mailto:agent@example.org"
    assert dict(event["attendee"].params) == {
        "CN": "Agent, du « Lab »",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }


@pytest.mark.parametrize(
    ("method", "status", "transparency"), [("REQUEST", "CONFIRMED", "OPAQUE"), ("CANCEL", "CANCELLED", "TRANSPARENT")]
)
def test_the_method_decides_the_status(method: str, status: str, transparency: str):
    written = lines(invite(method))

    assert [line for line in written if line.startswith(("METHOD", "STATUS", "TRANSP"))] == [
        f"METHOD:{method}",
        f"STATUS:{status}",
        f"TRANSP:{transparency}",
    ]
    assert "BEGIN:VALARM" not in written


def test_another_method_is_refused():
    with pytest.raises(ValueError, match="PUBLISH"):
        invite("PUBLISH")


def test_an_invitation_and_its_cancellation_are_of_the_same_people_and_entry():
    asked, cancelled = only_event(invite()), only_event(invite("CANCEL", sequence=3))

    for name in ("uid", "organizer", "attendee"):
        assert asked[name] == cancelled[name]
    assert (asked["sequence"], cancelled["sequence"]) == (2, 3)


def test_instants_are_written_in_utc_whatever_zone_they_come_in():
    reunion = timezone(timedelta(hours=4))

    written = lines(invite(starts_at=datetime(2026, 6, 12, 9, 30, tzinfo=reunion)))

    assert "DTSTART:20260612T053000Z" in written
    assert not [line for line in written if "TZID" in line or "VTIMEZONE" in line]


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        invite(starts_at=datetime(2026, 11, 12, 9, 30))  # noqa: DTZ001  # what is refused


def test_a_line_is_75_bytes_at_most_and_ends_by_crlf():
    content = invite(summary="Été " * 60)

    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert only_event(content)["summary"] == ("Été " * 60).strip()


def test_control_characters_neither_stop_the_file_nor_add_lines_to_it():
    hostile = "Atelier\r\nATTENDEE:mailto:intrus@example.org\x00\x07\u2028fin"

    content = ical.invitation(
        method="REQUEST",
        organizer=("agenda@service.example\r\n", 'Lab "A"\r\nX:1'),
        attendee=(" agent@example.org\n", hostile),
        **{**SLOT, "summary": hostile, "location": hostile, "description": hostile, "url": "https://a.example/\r\nX:1"},
    )

    event = only_event(content)
    assert event["summary"] == "Atelier ATTENDEE:mailto:intrus@example.org fin"
    assert event["location"] == "Atelier ATTENDEE:mailto:intrus@example.org fin"
    assert event["description"] == "Atelier\nATTENDEE:mailto:intrus@example.org\nfin"
    assert event["url"] == "https://a.example/X:1"
    assert event["organizer"] == "mailto:agenda@service.example"
    assert event["organizer"].params["CN"] == "Lab ”A” X:1"
    assert event["attendee"] == "mailto:agent@example.org"
    assert len([line for line in lines(content) if line.startswith("ATTENDEE")]) == 1


@given(st.text())
def test_any_text_gives_a_file_of_as_many_properties(text: str):
    content = ical.invitation(
        method="REQUEST",
        organizer=("agenda@service.example", text),
        attendee=("agent@example.org", text),
        **{**SLOT, "summary": f"a{text}", "description": f"a{text}", "location": f"a{text}"},
    )

    assert len(lines(content)) == len(lines(invite()))
    assert only_event(content)["summary"].startswith("a")


def test_what_is_empty_is_not_written():
    content = invite(description="", location=" ", url="")

    assert not [line for line in lines(content) if line.startswith(("DESCRIPTION", "LOCATION", "URL"))]
    assert b"None" not in content


def test_a_feed_tells_its_name_and_how_often_to_come_back():
    written = lines(feed(name="Programme ; Bretagne, novembre", url="https://agenda.example/programme?region=53"))

    assert written[0] == "BEGIN:VCALENDAR"
    assert set(written[1:-1]) == {
        "VERSION:2.0",
        "PRODID:-//Mois de l'innovation publique//Agenda//FR",
        "CALSCALE:GREGORIAN",
        "NAME:Programme \\; Bretagne\\, novembre",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "URL:https://agenda.example/programme?region=53",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-CALNAME:Programme \\; Bretagne\\, novembre",
    }
    assert written[-1] == "END:VCALENDAR"


def test_a_feed_keeps_cancelled_entries_and_their_categories():
    kept = ical.Entry(**SLOT, categories=("Atelier", "Données, ouvertes", " "))
    cancelled = ical.Entry(**{**SLOT, "uid": "other@agenda.example"}, is_cancelled=True)

    first, second = Calendar.from_ical(feed(kept, cancelled)).walk("VEVENT")

    assert (first["uid"], first["status"]) == ("9f1c@agenda.example", "CONFIRMED")
    assert first["categories"].cats == ["Atelier", "Données, ouvertes"]
    assert (second["uid"], second["status"]) == ("other@agenda.example", "CANCELLED")
    assert "organizer" not in first
    assert "attendee" not in first


def test_the_same_entries_give_the_same_bytes_later(time: Any):
    before = feed(ical.Entry(**SLOT))
    time.shift(timedelta(days=1))

    assert feed(ical.Entry(**SLOT)) == before
