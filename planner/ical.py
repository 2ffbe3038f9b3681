"""Calendar files (RFC 5545): the invitation of a mail and the entries of a feed, as bytes.

Instants are written in UTC, the one spelling that every calendar reads the same way. Texts are cleaned here, because a
control character in a title would otherwise break the file, or keep a mail from ever leaving. An entry goes to several
people: it never holds a personal link.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

PRODUCT = "-//Mois de l'innovation publique//Agenda//FR"
REFRESH = timedelta(hours=1)  # how often a subscribed calendar may ask again


class Method(StrEnum):
    """What an invitation asks of the calendar; the MIME part that carries it says the same word."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A slot of a calendar. `uid` stays for ever, `sequence` rises with each move, `dtstamp` is the last change."""

    uid: str
    sequence: int
    dtstamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""  # of the public page
    categories: tuple[str, ...] = ()
    is_cancelled: bool = False


def invitation(  # noqa: PLR0913  # the properties of RFC 5546, all by name
    *,
    method: str,
    uid: str,
    sequence: int,
    dtstamp: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    organizer: tuple[str, str],
    attendee: tuple[str, str],
    description: str = "",
    location: str = "",
    url: str = "",
) -> bytes:
    """The calendar part of a mail: it puts the entry in one person's calendar, moves it or takes it away.

    `method` is REQUEST or CANCEL, and the MIME part says the same. `organizer` and `attendee` are `(address, name)`;
    the first must be the sender of the mail, otherwise calendars neither update nor remove. A later call for the same
    `uid` must raise `sequence`. Whoever gets it has registered already, so no answer is asked.
    """
    wanted = Method(method)
    component = _component(
        Entry(
            uid=uid,
            sequence=sequence,
            dtstamp=dtstamp,
            starts_at=starts_at,
            ends_at=ends_at,
            summary=summary,
            description=description,
            location=location,
            url=url,
            is_cancelled=wanted is Method.CANCEL,
        )
    )
    component.add("organizer", _mailbox(*organizer))
    invited = _mailbox(*attendee)
    invited.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    component.add("attendee", invited)
    calendar = _calendar()
    calendar.add("method", wanted.value)
    calendar.add_component(component)
    content: bytes = calendar.to_ical()
    return content


def calendar_feed(entries: Iterable[Entry], *, name: str, url: str = "") -> bytes:
    """A calendar to subscribe to, or to open once. Cancelled entries stay, marked, so that they change where they were.

    The same entries give the same bytes: nothing in it is the present moment.
    """
    calendar = _calendar()
    calendar.add("name", vText(_line(name)))
    calendar.add("x-wr-calname", vText(_line(name)))
    if url:
        calendar.add("url", _address(url))
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"  # without it the value is read as text
    calendar.add("refresh-interval", refresh)
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_component(entry))
    content: bytes = calendar.to_ical()
    return content


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _component(entry: Entry) -> Event:
    component = Event()
    component.add("uid", _line(entry.uid))
    component.add("sequence", entry.sequence)
    component.add("dtstamp", _instant(entry.dtstamp))
    component.add("last-modified", _instant(entry.dtstamp))
    component.add("dtstart", _instant(entry.starts_at))
    component.add("dtend", _instant(entry.ends_at))
    component.add("summary", _line(entry.summary))
    component.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    component.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if description := _text(entry.description):
        component.add("description", description)
    if location := _line(entry.location):
        component.add("location", location)
    if url := _address(entry.url):
        component.add("url", url)
    if categories := [category for category in map(_line, entry.categories) if category]:
        component.add("categories", categories)
    return component


def _mailbox(address: str, name: str) -> vCalAddress:
    """A bare `mailto:`; the name is a parameter, where quotes cannot be written."""
    mailbox = vCalAddress(f"mailto:{_address(address)}")
    if shown := _line(name).replace('"', "”"):
        mailbox.params["CN"] = shown
    return mailbox


def _instant(value: datetime) -> datetime:
    """The instant in UTC; a naive one would be written floating, an hour off for half of the readers."""
    if value.tzinfo is None:
        raise ValueError("a calendar entry needs aware instants")
    return value.astimezone(UTC)


def _text(value: str) -> str:
    """Text on several lines, without the control characters that a calendar refuses."""
    return "\n".join(_visible(line).rstrip() for line in value.splitlines()).strip()


def _line(value: str) -> str:
    """The same on one line; spaces that do not break are kept."""
    return " ".join(filter(None, " ".join(_text(value).splitlines()).split(" ")))


def _visible(value: str) -> str:
    return "".join(char for char in value.replace("\t", " ") if unicodedata.category(char) not in {"Cc", "Cs"})


def _address(value: str) -> str:
    """An address holds neither spaces nor control characters."""
    return "".join(_visible(value).split())
