"""The facts found, as `data/README.md` describes them: rows of the files, and past events with typed values."""

import csv
import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

DATA = Path(__file__).parent / "data"

_BEFORE_SIGN = re.compile(r" (?=[?!:;»])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")


@dataclass(frozen=True)
class PastEvent:
    """An event that was announced, with what its source says; what it does not say is empty or None."""

    id: str
    parent_id: str
    year: int
    programme: str
    title: str
    first_day: date | None
    last_day: date | None
    start_time: time | None
    end_time: time | None
    formats: tuple[str, ...]
    mode: str
    venue: str
    address: str
    city: str
    region: str
    organisers: tuple[str, ...]
    audiences: tuple[str, ...]
    capacity: int | None  # announced
    attendance: int | None  # counted afterwards
    is_free_entry: bool
    is_accessible: bool  # to people with reduced mobility
    themes: tuple[str, ...]
    note: str
    source: str

    @property
    def days_after(self) -> int:
        """How many days it goes on after the first."""
        return (self.last_day - self.first_day).days if self.first_day and self.last_day else 0


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the files, as they are written there."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def past_events() -> list[PastEvent]:
    """The past events, in the order of the file: a parent comes before its children."""
    return [_past_event(row) for row in rows("events.csv")]


def typeset(text: str) -> str:
    """The text with the spaces that French keeps from breaking: before ? ! : ; » and after «."""
    return _AFTER_QUOTE.sub("\u00a0", _BEFORE_SIGN.sub("\u00a0", text))


def _past_event(row: dict[str, str]) -> PastEvent:
    return PastEvent(
        id=row["event_id"],
        parent_id=row["parent_event"],
        year=int(row["edition"]),
        programme=row["programme"],
        title=typeset(row["title"]),
        first_day=_day(row["date_start"]),
        last_day=_day(row["date_end"]),
        start_time=_time(row["time_start"]),
        end_time=_time(row["time_end"]),
        formats=_words(row["format"]),
        mode=row["mode"],
        venue=typeset(row["venue"]),
        address=row["address"],
        city=row["city"],
        region=row["region"],
        organisers=_words(row["organiser"]),
        audiences=_words(row["audience"]),
        capacity=_number(row["capacity"]),
        attendance=_number(row["attendance"]),
        is_free_entry=row["registration"] == "entrée libre",
        is_accessible=row["accessibility"] == "Accessible aux personnes à mobilité réduite",
        themes=_words(row["theme"]),
        note=typeset(row["status_note"]),
        source=row["source"],
    )


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _time(cell: str) -> time | None:
    return time.fromisoformat(cell) if cell else None


def _number(cell: str) -> int | None:
    """The number a cell begins with: "60", "50 labs"."""
    digits = re.match(r"\d+", cell)
    return int(digits[0]) if digits else None
