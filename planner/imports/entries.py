"""The values of an event in a row, field by field, as `programmes.services.create` takes them.

One rule for all: what cannot be kept as it was written refuses the row, so that nothing is cut in silence; what can be
completed later (an address without its @, a format that does not exist) is left empty, and the note says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from planner.events.models import Audience, EventMode, RegistrationKind
from planner.imports import choices
from planner.imports.columns import Field
from planner.imports.days import Misread, quoted, read_dates
from planner.imports.notes import LONGEST, RowCells, name_of, written
from planner.imports.slots import Edition
from planner.imports.values import email, find_email, find_link, link, says_unlimited, whole_number, yes_no
from planner.text import one_line

MOST_KEYWORDS = 10
MOST_THEMES = 3
_LONGEST_WORD = 100  # characters of a keyword, a skill, a domain
_LINES = (Field.TITLE, Field.SUMMARY, Field.CONTACT_NAME)
_TEXTS = (Field.DESCRIPTION, Field.OFF_PERIOD_REASON, Field.ACCESSIBILITY_NOTE, Field.NOTE_TO_REVIEWERS)
_YES_NO = (Field.IS_JOINING_LINK_PUBLIC, Field.IS_RESERVED, Field.HAS_WAITING_LIST, Field.NEEDS_APPROVAL)


def read_texts(cells: RowCells) -> dict[str, Any]:
    """What is kept as it was written, on one line or on several."""
    lines = {field.value: cells.bounded(field, cells.text(field)) for field in _LINES if cells[field] is not None}
    texts = {field.value: cells.bounded(field, written(cells[field])) for field in _TEXTS if cells[field] is not None}
    return {name: text for name, text in {**lines, **texts}.items() if text}


def read_choices(cells: RowCells, theme_names: Mapping[str, str]) -> dict[str, Any]:
    """What is chosen in a list: format, themes, audiences, level, accessibility, attendance."""
    values: dict[str, Any] = {}
    for field, read in (
        (Field.FORMAT, choices.event_format),
        (Field.LEVEL, choices.level),
        (Field.ATTENDANCE, choices.attendance),
    ):
        if text := cells.text(field):
            value = read(text)
            if value:
                values[field.value] = value
            elif not text.lower().startswith("tou"):  # every level is what no level means
                _left_empty(cells, field, text)
    values.update(_themes(cells, theme_names))
    values.update(_audiences(cells))
    values.update(_accessibility(cells, values))
    return values


def _themes(cells: RowCells, names: Mapping[str, str]) -> dict[str, Any]:
    found, unknown = choices.themes(written(cells[Field.THEMES]), names)
    if unknown:
        known = ", ".join(quoted(name) for name in names.values())
        words = f"{_list(unknown)} n’est pas un thème de l’édition. Choisissez parmi {known}."
        cells.warn(Field.THEMES, "themes.unknown", words)
    if len(found) > MOST_THEMES:
        words = f"Un événement a {MOST_THEMES}\u00a0thèmes au plus\u00a0: il y en a {len(found)}."
        cells.warn(Field.THEMES, "themes.too_many", words)
    return {"themes": list(found)} if found else {}


def _audiences(cells: RowCells) -> dict[str, Any]:
    found, unknown = choices.audiences(written(cells[Field.AUDIENCES]))
    if unknown:
        words = f"{_list(unknown)} ne correspond à aucun public de la liste\u00a0: rien n’en a été gardé."
        cells.warn(Field.AUDIENCES, "audiences.unknown", words)
    values: dict[str, Any] = {"audiences": [one.value for one in Audience if one in found]} if found else {}
    if found and cells[Field.IS_RESERVED] is None and "réservé" in cells.text(Field.AUDIENCES).lower():
        values["is_reserved"] = True
    return values


def _accessibility(cells: RowCells, values: Mapping[str, Any]) -> dict[str, Any]:
    field = Field.ACCESSIBILITY
    cell = cells[field]
    answer = yes_no(cell) if cell is not None else None
    if answer is None:
        found, unknown = choices.accessibility(written(cell))
    else:  # "Accès PMR: oui" answers to its own heading
        found, _ = choices.accessibility(cells.heading(field)) if answer else ((), ())
        unknown = (written(cell),) if answer and not found else ()
    note = written(cell)
    if (
        unknown
        and answer is None
        and Field.ACCESSIBILITY_NOTE not in values
        and cells[Field.ACCESSIBILITY_NOTE] is None
    ):
        words = f"{_list(unknown)} n’est pas dans la liste\u00a0: le texte est gardé dans les précisions."
        cells.warn(field, "accessibility.noted", words)
        kept = {"accessibility_note": note} if len(note) <= LONGEST[Field.ACCESSIBILITY_NOTE] else {}
        if not kept:
            cells.bounded(Field.ACCESSIBILITY_NOTE, note)
    else:
        kept = {}
        if unknown:
            _left_empty(cells, field, _list(unknown))
    return {**({"accessibility": [one.value for one in found]} if found else {}), **kept}


def read_words(cells: RowCells) -> dict[str, Any]:
    """Keywords, skills, domains: several in one cell, each once."""
    values: dict[str, Any] = {}
    for field in (Field.KEYWORDS, Field.SKILLS, Field.RESERVED_DOMAINS):
        pieces = (one_line(piece).strip(" #•") for piece in _split(written(cells[field])))
        found = list(dict.fromkeys(piece for piece in pieces if piece))
        if field is Field.RESERVED_DOMAINS:
            found = _domains(cells, found)
        too_long = next((piece for piece in found if len(piece) > _LONGEST_WORD), None)
        if too_long:
            words = f"{quoted(too_long)} est trop long\u00a0: {_LONGEST_WORD}\u00a0caractères au plus, entre virgules."
            cells.refuse(field, f"{field}.too_long", words)
        elif field is Field.KEYWORDS and len(found) > MOST_KEYWORDS:
            words = f"Gardez {MOST_KEYWORDS}\u00a0mots-clés au plus\u00a0: il y en a {len(found)}."
            cells.refuse(field, "keywords.too_many", words)
        elif found:
            values[field.value] = found
    return values


def _domains(cells: RowCells, found: Iterable[str]) -> list[str]:
    kept = []
    for piece in found:
        domain = piece.lower().removeprefix("@")
        if email(f"agent@{domain}"):
            kept.append(domain)
        else:
            _left_empty(cells, Field.RESERVED_DOMAINS, piece)
    return kept


def read_answers(cells: RowCells) -> dict[str, Any]:
    """What is yes or no, and the counts."""
    values: dict[str, Any] = {}
    for field in _YES_NO:
        if cells[field] is None:
            continue
        answer = yes_no(cells[field])
        if answer is None:
            _left_empty(cells, field, written(cells[field]), "oui ou non")
        else:
            values[field.value] = answer
    if cells[Field.IS_FREE_OF_CHARGE] is not None:
        values.update(_free_of_charge(cells))
    expected = read_count(cells, Field.EXPECTED_ATTENDANCE)
    return values if expected is None else {**values, "expected_attendance": expected}


def _free_of_charge(cells: RowCells) -> dict[str, Any]:
    field = Field.IS_FREE_OF_CHARGE
    said = cells.text(field).lower()
    amount = whole_number(said.replace("€", "").replace("euros", "").strip())
    is_price = "gratui" not in cells.heading(field).lower()
    answer = yes_no(cells[field])
    if "gratui" in said or (is_price and amount == 0) or "libre" in said:
        return {"is_free_of_charge": not said.startswith(("non", "pas"))}
    if "payant" in said or "€" in said or "euro" in said or (is_price and amount):
        return {"is_free_of_charge": amount == 0}
    if answer is None or is_price:
        _left_empty(cells, field, said, "oui ou non")
        return {}
    return {"is_free_of_charge": answer}


def read_count(cells: RowCells, field: Field) -> int | None:
    """A number of places or of people; None when there is no limit, or when it is no number."""
    cell = cells[field]
    if cell is None or says_unlimited(cell):
        return None
    number = whole_number(cell)
    if number is None:
        _left_empty(cells, field, written(cell), "un nombre entier")
    return number


def read_contact(cells: RowCells) -> dict[str, Any]:
    """Whom to write to: a name and an address may be in one cell, whichever the column."""
    values: dict[str, Any] = {}
    for field in (Field.CONTACT_EMAIL, Field.CONTACT_NAME):
        text = cells.text(field)
        found = find_email(text)
        if found and (address := email(found.value)):
            values.setdefault("contact_email", address)
            if find_email(found.rest):
                words = f"{quoted(text)}\u00a0: la première adresse a été gardée, un événement en a une."
                cells.warn(field, "contact_email.several", words)
            elif found.rest:
                values["contact_name"] = cells.bounded(Field.CONTACT_NAME, found.rest)
        elif found or (text and field is Field.CONTACT_EMAIL):
            _left_empty(cells, field, text, "une adresse électronique")
        elif text:
            values["contact_name"] = cells.bounded(Field.CONTACT_NAME, text)
    return {name: value for name, value in values.items() if value}


def read_registration(cells: RowCells, edition: Edition) -> dict[str, Any]:
    """How one registers. Moments are on the clocks of the place, without a zone: who writes them knows it."""
    values: dict[str, Any] = {}
    said = cells.text(Field.REGISTRATION_KIND)
    kind = choices.registration_kind(said)
    for field in (Field.REGISTRATION_URL, Field.REGISTRATION_KIND):
        text = cells.text(field)
        found = find_link(text)
        if found and "registration_url" not in values:
            address = link(found.value)
            if address:
                values["registration_url"] = address
                kind = kind or RegistrationKind.EXTERNAL
            else:
                _left_empty(cells, field, text, "l’adresse d’une page, qui commence par https://")
        elif text and field is Field.REGISTRATION_URL:
            _left_empty(cells, field, text, "l’adresse d’une page, qui commence par https://")
    if not kind and find_email(said):
        kind = RegistrationKind.BY_MAIL
    if not kind and yes_no(cells[Field.REGISTRATION_KIND]) is False:
        kind = RegistrationKind.FREE_ENTRY
    if kind:
        values["registration_kind"] = kind
    opens, closes = (
        _moment(cells, edition, field) for field in (Field.REGISTRATION_OPENS_AT, Field.REGISTRATION_CLOSES_AT)
    )
    if opens and closes and closes <= opens:
        words = "La clôture des inscriptions doit venir après leur ouverture."
        cells.refuse(Field.REGISTRATION_CLOSES_AT, "registration.closes_before_opening", words)
        return values
    moments = {"registration_opens_at": opens, "registration_closes_at": closes}
    return values | {name: moment for name, moment in moments.items() if moment}


def _moment(cells: RowCells, edition: Edition, field: Field) -> datetime | None:
    """A day and an hour; without the hour it is the beginning of the day, or its last minute for a closing."""
    cell = cells[field]
    if cell is None:
        return None
    try:
        reading = read_dates(cell, edition.first_day, edition.last_day)
    except Misread as fault:
        cells.refuse(field, fault.code, fault.message)
        return None
    when = next((each for each in reading.dates if each.day), None)
    if when is None or when.day is None:
        _left_empty(cells, field, written(cell), "un jour et une heure")
        return None
    cells.warn_each(field, reading.remarks)
    default = time(23, 59) if field is Field.REGISTRATION_CLOSES_AT else time()
    if when.start is None:
        words = f"L’heure manque\u00a0: {'la fin' if default != time() else 'le début'} de la journée a été gardé."
        cells.warn(field, "hour.missing", words)
    return datetime.combine(when.day, when.start or default)


def read_mode(cells: RowCells) -> EventMode | None:
    """The mode that its own column says."""
    text = cells.text(Field.MODE)
    found = choices.mode(text) if text else None
    if text and found is None:
        _left_empty(cells, Field.MODE, text, "sur place, en ligne, ou les deux")
    return found


def _left_empty(cells: RowCells, field: Field, text: str, expected: str = "") -> None:
    wanted = f" On attend {expected}." if expected else ""
    words = f"{quoted(text)} n’a pas été compris\u00a0: {name_of(field)} reste vide.{wanted}"
    cells.warn(field, f"{field}.unknown", words)


def _split(text: str) -> list[str]:
    return text.replace(";", ",").replace("\n", ",").split(",")


def _list(pieces: Iterable[str]) -> str:
    return quoted(", ".join(pieces))
