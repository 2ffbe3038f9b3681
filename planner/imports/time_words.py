"""The words of days and hours, one by one, as people write them in French: "jeudi", "14/11", "9h30", "du", "midi"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from planner.text import fold

DAY_MINUTES = 24 * 60


class Kind(Enum):
    """What a word is in the sentence."""

    DAY = auto()  # a day with its month, the year perhaps
    MONTH = auto()
    YEAR = auto()
    WEEKDAY = auto()
    NUMBER = auto()  # a day whose month comes later, or an hour: "12, 13 et 14 novembre", "de 9 à 12h"
    HOUR = auto()
    TO = auto()  # "au", "à", "-": from one to another
    SLASH = auto()  # "9h/12h" goes from one to another, "lundi 9/mardi 10" is one then another
    AND = auto()  # ",", "et": one then another
    BREAK = auto()  # a line, ";": what follows stands alone
    FROM = auto()  # "du", "de", "le", "à partir de"
    UNTIL = auto()  # "jusqu’à"
    BETWEEN = auto()  # "entre 9h et 11h"
    ABOUT = auto()  # "la semaine du 9 novembre": the day that follows is not the day
    VAGUE = auto()  # "matin", "à confirmer": said, but no hour
    UNKNOWN = auto()


@dataclass(frozen=True)
class Day:
    """A day as it is written: the month and the year may be said elsewhere, or not at all."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None  # 0 is Monday


@dataclass(frozen=True)
class Word:
    """A word and what it says: `minutes` since midnight for an hour, `number` for a month, a year, a weekday."""

    kind: Kind
    text: str = ""
    day: Day | None = None
    number: int = 0


MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
          "decembre")  # fmt: skip
_MONTH = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    "jan": 1, "janv": 1, "fev": 2, "fevr": 2, "mar": 3, "avr": 4, "juil": 7, "jul": 7, "sep": 9, "sept": 9, "oct": 10,
    "nov": 11, "novemb": 11, "dec": 12,
}  # fmt: skip
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAY = {
    **{name: number for number, name in enumerate(WEEKDAYS)},
    **{f"{name}s": number for number, name in enumerate(WEEKDAYS)},
    "lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "vend": 4, "sam": 5, "dim": 6,
}  # fmt: skip
_JOINING = {
    **dict.fromkeys(("du", "de", "des", "d", "le", "les", "la", "partir", "debut", "dates", "date", "horaires",
                     "horaire", "heure", "heures", "jour", "jours"), Kind.FROM),
    **dict.fromkeys(("a", "au", "aux", "fin", "->", "→", "-"), Kind.TO),
    **dict.fromkeys((",", "et", "&", "+", "ou", "("), Kind.AND),
    **dict.fromkeys((";", "puis", "|", "•"), Kind.BREAK),
    "/": Kind.SLASH,
    "jusque": Kind.UNTIL,
    "entre": Kind.BETWEEN,
    **dict.fromkeys(("semaine", "semaines", "quinzaine", "vers", "environ", "avant", "apres", "courant"), Kind.ABOUT),
    **dict.fromkeys(("apres-midi", "apres midi", "matin", "matinee", "soir", "soiree", "journee", "toute",
                     "demi-journee", "venir", "definir", "confirmer", "preciser", "determiner", "tbd", "tbc", "nc",
                     "?"), Kind.VAGUE),
}  # fmt: skip
_SILENT = frozenset({".", ":", ")", "en", "h", "locale", "locales", "paris", "date", "cet"})

_MONTH_WORD = "|".join(sorted(_MONTH, key=len, reverse=True))
_WORDS = re.compile(
    rf"""
      (?P<iso>\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?!\d)t?
    | (?P<full>\d{{1,2}}(?:\s?/\s?\d{{1,2}}\s?/\s?|[.]\s?\d{{1,2}}[.]\s?|-\d{{1,2}}-)(?:\d{{4}}|\d{{2}}))
      (?!\d|\s?h\b|\s?h\d|:)
    | (?P<offset>\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:z\b|\+\d{{2}}:?\d{{2}}))
    | (?P<clock>\d{{1,2}}):(?P<clock_minutes>\d{{2}})(?::\d{{2}}(?:\.\d+)?)?(?!\d)(?:\s?h\b)?
    | (?P<hour>\d{{1,2}})\s?(?:heures?|hrs?|h)(?![a-z])
      (?P<minutes>(?:\d{{2}}(?!\d)|\s\d{{2}}(?!\d|\s?[/.]\s?\d|\s?h|\s+(?:{_MONTH_WORD})\b))
        (?:\s?(?:minutes|min|mn|m)\b)?)?
    | (?P<short>\d{{1,2}}\s?/\s?\d{{1,2}}|\d{{1,2}}[.]\d{{1,2}})(?!\d|\s?h\b|\s?h\d)
    | (?P<year>20\d{{2}})(?!\d)
    | (?P<number>\d{{1,2}})(?:er)?(?![\da-z])
    | (?P<digits>[\d][\w]*)
    | (?P<half>apres[\s-]midi|demi[\s-]journee)
    | (?P<word>[a-z]+)
    | (?P<sign>->|\S)
    """,
    re.VERBOSE,
)
_SPLIT = re.compile(r"[/.\-\s]+")
_UNTIL = re.compile(r"jusqu['’ ]?(?:a|à|au|en)?\b", re.IGNORECASE)
_DASH = re.compile("[‐‑‒–—―−]")  # all those that people paste


def words(text: str) -> list[Word]:
    """The words of the text in their order; what is silent ("en", a full stop) is left out."""
    plain = _DASH.sub("-", _UNTIL.sub(" jusque ", text)).replace("\n", " ; ")
    return [word for found in _WORDS.finditer(fold(plain)) for word in _word(found)]


def _word(found: re.Match[str]) -> Iterator[Word]:
    text = found[0].strip()
    match found.lastgroup:
        case "iso":
            year, month, day = map(int, _SPLIT.split(found["iso"]))
            yield Word(Kind.DAY, text, Day(day, month, year))
        case "full":
            day, month, year = map(int, _SPLIT.split(found["full"]))
            yield Word(Kind.DAY, text, Day(day, month, year if year > 99 else 2000 + year))
        case "clock_minutes":
            yield _hour(text, int(found["clock"]), int(found["clock_minutes"]))
        case "hour" | "minutes":
            yield _hour(text, int(found["hour"]), int((found["minutes"] or "0").strip()[:2]))
        case "short":
            day, month = map(int, _SPLIT.split(found["short"]))
            yield Word(Kind.DAY, text, Day(day, month))
        case "year" | "number":
            yield Word(
                Kind.YEAR if found.lastgroup == "year" else Kind.NUMBER, text, number=int(found[found.lastgroup])
            )
        case "half":
            yield Word(Kind.VAGUE, text)
        case "word" | "sign":
            yield from _said(text)
        case _:
            yield Word(Kind.UNKNOWN, text)


def _hour(text: str, hours: int, minutes: int) -> Word:
    total = hours * 60 + minutes
    return Word(Kind.HOUR if minutes < 60 and total <= DAY_MINUTES else Kind.UNKNOWN, text, number=total)


def _said(text: str) -> Iterator[Word]:
    if text in _SILENT:
        return
    if text == "mar":  # Tuesday or March: what follows tells
        yield Word(Kind.WEEKDAY, text, number=1)
    elif text in _MONTH:
        yield Word(Kind.MONTH, text, number=_MONTH[text])
    elif text in _WEEKDAY:
        yield Word(Kind.WEEKDAY, text, number=_WEEKDAY[text])
    elif text in {"midi", "minuit"}:
        yield Word(Kind.HOUR, text, number=12 * 60 if text == "midi" else 0)
    else:
        yield Word(_JOINING.get(text, Kind.UNKNOWN), text)
