"""What the example makes of a past event: its day, its hours, its mode, its places. No database, no request."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from itertools import cycle

from planner.demonstration import words
from planner.demonstration.facts import PastEvent
from planner.events.models import Attendance, Audience, EventFormat, EventMode

BEGAN = timedelta(days=14)  # before the day of loading
ENDS = timedelta(days=21)  # after it
WINDOW_CLOSES = timedelta(days=7)  # after it, so that a visitor can still submit
WINDOW_OPENED = timedelta(days=61)  # before it
NOTICE = timedelta(days=2)  # an event still to be decided upon is further away than this

MONDAY, TUESDAY, FRIDAY = 0, 1, 4
_LIGHT_WEEKDAYS = (MONDAY, FRIDAY, TUESDAY)  # for the events whose day is not known

_WITH_POSTCODE = re.compile(r"(?P<street>.+?), (?P<postcode>\d{5}) .+")


def deal_days(events: Iterable[PastEvent], today: date, upcoming: Collection[str]) -> dict[str, date]:
    """A first day for each event, by its id: same weekday, the weeks in turn, wholly inside the edition.

    Those in `upcoming` get a day still to come; a child gets its parent's day.
    """
    dealt: dict[str, date] = {}
    turns: Counter[tuple[int, bool]] = Counter()
    weekdays = cycle(_LIGHT_WEEKDAYS)
    for event in events:
        if event.parent_id:
            dealt[event.id] = dealt[event.parent_id]
            continue
        weekday = event.first_day.weekday() if event.first_day else next(weekdays)
        is_upcoming = event.id in upcoming
        earliest = today + NOTICE + timedelta(days=1) if is_upcoming else today - BEGAN
        latest = today + ENDS - timedelta(days=event.days_after)
        candidates = [day for day in days(earliest, latest) if day.weekday() == weekday]
        dealt[event.id] = candidates[turns[weekday, is_upcoming] % len(candidates)]
        turns[weekday, is_upcoming] += 1
    return dealt


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last, included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def format_of(event: PastEvent) -> EventFormat:
    """The first of its formats that the service knows."""
    known = [words.FORMATS[word] for word in event.formats if word in words.FORMATS]
    return known[0] if known else words.DEFAULT_FORMAT


def mode_of(event: PastEvent) -> EventMode:
    """As the source says; otherwise on site where a city is named, online where none is."""
    if event.mode:
        return words.MODES[event.mode]
    return EventMode.ONSITE if event.city else EventMode.ONLINE


def hours_of(event: PastEvent) -> tuple[time, time]:
    """Its hours, each taken from its format where the source is silent."""
    usual_start, length = words.HOURS[format_of(event)]
    said = [start for part, start in words.PARTS_OF_DAY.items() if part in event.note]
    start = event.start_time or (said[0] if said else usual_start)
    return start, event.end_time or (datetime.combine(date.min, start) + length).time()


def places_of(event: PastEvent) -> int:
    """The places announced, or as many as came, or what its format ordinarily offers."""
    return event.capacity or event.attendance or words.PLACES.get(format_of(event), words.DEFAULT_PLACES)


def attendance_of(event: PastEvent) -> Attendance:
    """How one comes: over several days, to each of them unless the format says otherwise."""
    if not event.days_after:
        return Attendance.ONE_SESSION
    return words.ATTENDANCE.get(format_of(event), Attendance.ALL_SESSIONS)


def audiences_of(event: PastEvent) -> list[Audience]:
    """Who it is for; public agents when the source does not say."""
    wanted = {audience for word in event.audiences for audience in words.AUDIENCES[word]} or words.AGENTS
    return [audience for audience in Audience if audience in wanted]


def themes_of(event: PastEvent) -> set[str]:
    """The parcours its subjects lead to."""
    return {words.THEME_OF.get(subject, words.DEFAULT_THEME) for subject in event.themes or ("",)}


def street_and_postcode(address: str) -> tuple[str, str]:
    """The street of the first address and its postcode, empty when it is not given."""
    first = address.partition(" ; ")[0]
    match = _WITH_POSTCODE.fullmatch(first)
    if match:
        return match["street"], match["postcode"]
    return first.rpartition(", ")[0] or first, ""


def invented_hours(event: PastEvent) -> str:
    """Which of its hours the source does not say, in French; empty when it says both."""
    if event.start_time:
        return "" if event.end_time else "Heure de fin d’exemple"
    return "Horaires d’exemple"


def invented(event: PastEvent) -> list[str]:
    """What else the source does not say and the example had to fill in, in French words."""
    is_online = mode_of(event) is EventMode.ONLINE
    found = {
        "titre": "intitulé" not in event.note,  # the notes say which titles are descriptive or translated
        "jour de la semaine": event.first_day,
        "format": event.formats,
        "mode": event.mode,
        "code postal": is_online or not event.city or street_and_postcode(event.address)[1],
        "lien de connexion": mode_of(event) is EventMode.ONSITE,
        "jauge": event.capacity,
        "public": event.audiences,
        "parcours": None,
        "contact": None,
    }
    return [name for name, is_found in found.items() if not is_found]
