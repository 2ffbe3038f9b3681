"""Days and hours in French words, in the time of the place: "jeudi 12 novembre, 9 h 30 – 12 h, heure de Guyane"."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

PARIS = "Europe/Paris"

# The overseas zones by the name people there give to their time; Babel names the city for any other.
ZONES = {
    "America/Cayenne": "heure de Guyane",
    "America/Guadeloupe": "heure de Guadeloupe",
    "America/Marigot": "heure de Saint-Martin",
    "America/Martinique": "heure de Martinique",
    "America/Miquelon": "heure de Saint-Pierre-et-Miquelon",
    "America/St_Barthelemy": "heure de Saint-Barthélemy",
    "Indian/Mayotte": "heure de Mayotte",
    "Indian/Reunion": "heure de La Réunion",
    "Pacific/Gambier": "heure des Gambier",
    "Pacific/Marquesas": "heure des Marquises",
    "Pacific/Noumea": "heure de Nouvelle-Calédonie",
    "Pacific/Tahiti": "heure de Tahiti",
    "Pacific/Wallis": "heure de Wallis-et-Futuna",
    PARIS: "heure de Paris",
}

# The functions below that templates know as filters, under the same names.
FILTERS = ("day", "day_range", "hour", "hours", "local", "moment", "short_day", "span", "zone_name")


def local(instant: datetime, zone: str = PARIS) -> datetime:
    """The instant on the clocks of the zone."""
    return instant.astimezone(ZoneInfo(zone))


def day(value: date, *, year: bool = True) -> str:
    """The day in full: "jeudi 12 novembre 2026", "dimanche 1er novembre 2026". Make an instant `local` first."""
    return _format(value, "EEEE", "MMMM y" if year else "MMMM")


def short_day(value: date) -> str:
    """The day in short, without the year: `jeu. 12 nov.`."""
    return _format(value, "EEE", "MMM")


def hour(value: datetime | time) -> str:
    """The hour, "9 h 30" or "12 h", with spaces that do not break."""
    minutes = f"\u00a0{value.minute:02}" if value.minute else ""
    return f"{value.hour}\u00a0h{minutes}"


def moment(instant: datetime, zone: str = PARIS, *, year: bool = True) -> str:
    """A day and an hour, "jeudi 12 novembre 2026 à 9 h 30", in the time of the zone; named when it is not Paris's."""
    there = local(instant, zone)
    return ", ".join(filter(None, [f"{day(there, year=year)} à {hour(there)}", _elsewhere(instant, zone)]))


def span(starts_at: datetime, ends_at: datetime, zone: str = PARIS, *, year: bool = True) -> str:
    """When something happens, in the time of the place, with the hour in Paris when it differs.

    "jeudi 12 novembre 2026, 9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris)"
    """
    start, end = local(starts_at, zone), local(ends_at, zone)
    if start.date() == end.date():
        when = f"{day(start, year=year)}, {hour(start)} – {hour(end)}"
    else:
        when = f"du {day(start, year=year)}, {hour(start)}, au {day(end, year=year)}, {hour(end)}"
    return ", ".join(filter(None, [when, _elsewhere(starts_at, zone)]))


def hours(starts_at: datetime, ends_at: datetime, zone: str = PARIS) -> str:
    """The hours alone, under the name of their day: "9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris)"."""
    start, end = local(starts_at, zone), local(ends_at, zone)
    until = hour(end) if start.date() == end.date() else f"{hour(end)} le {day(end, year=False)}"
    return ", ".join(filter(None, [f"{hour(start)} – {until}", _elsewhere(starts_at, zone)]))


def day_range(first: date, last: date) -> str:
    """From a day to another: "du 9 au 27 novembre 2026", "du 28 novembre au 3 décembre 2026", "le 12 novembre 2026"."""
    if first == last:
        return f"le {_format(first, '', 'MMMM y')}"
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    beginning = _format(first, "", "" if same_month else "MMMM" if same_year else "MMMM y")
    return f"du {beginning} au {_format(last, '', 'MMMM y')}"


def zone_name(zone: str) -> str:
    """The time of the zone as people call it: "heure de La Réunion"."""
    return ZONES.get(zone) or f"heure de {get_timezone_location(zone, locale='fr', return_city=True)}"


def _elsewhere(instant: datetime, zone: str) -> str:
    there, paris = local(instant, zone), local(instant)
    if there.utcoffset() == paris.utcoffset():
        return ""
    its_day = "" if there.date() == paris.date() else f" le {day(paris, year=False)}"
    return f"{zone_name(zone)} ({hour(paris)} à Paris{its_day})"


def _format(value: date, weekday: str, month: str) -> str:
    number = "1er" if value.day == 1 else str(value.day)
    words = [format_date(value, pattern, locale="fr") if pattern else "" for pattern in (weekday, month)]
    return " ".join(filter(None, [words[0], number, words[1]]))
