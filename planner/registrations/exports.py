"""The registrants as a file. A cell never runs: what begins like a formula stays text (OWASP, CSV injection)."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from planner import dates
from planner.events.labels import label
from planner.events.models import Event
from planner.registrations import answers
from planner.registrations.labels import MODES, status_words
from planner.registrations.models import Seat

HEADINGS = (
    "Session",
    "Nom",
    "Adresse électronique",
    "Organisation",
    "Public",
    "Présence",
    "État",
    "Besoins d’accès",
    "Inscription du",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width twins


def lines(event: Event, seats: Sequence[Seat]) -> Iterator[tuple[str, ...]]:
    """The headings, with one column a question, then one line a seat, as plain text."""
    questions = answers.headings(event.questions, [seat.registration for seat in seats])
    yield (*HEADINGS, *questions)
    for seat in seats:
        given = dict(answers.lines(seat.registration))
        registration, session = seat.registration, seat.event_session
        hours = dates.moment(session.starts_at, event.time_zone) if session.starts_at else ""
        yield (
            ", ".join(filter(None, [session.title, hours])),
            registration.full_name,
            registration.email,
            registration.organisation_name,
            label(registration.audience) if registration.audience else "",
            MODES[seat.mode],
            status_words(seat),
            registration.access_needs,
            f"{dates.local(registration.created_at, event.time_zone):%d/%m/%Y %H:%M}",
            *(given.get(question, "") for question in questions),
        )


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """A CSV that French spreadsheets open at once: semicolons, UTF-8 with its mark."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([inert(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Sequence[str]]) -> bytes:
    """A workbook whose cells are all texts."""
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Inscrits")
        sheet.freeze_panes(1, 0)
        heading = workbook.add_format({"bold": True})
        for row, line in enumerate(lines):
            if row == 0:
                sheet.set_column(0, len(line) - 1, 24)
            for column, cell in enumerate(line):
                sheet.write_string(row, column, inert(cell), heading if row == 0 else None)
    return content.getvalue()


def inert(cell: str) -> str:
    """The text as a spreadsheet may hold it: what would be read as a formula is kept a text by an apostrophe."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_STARTS_A_FORMULA) else cell
