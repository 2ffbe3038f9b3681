"""Simple values in a cell: yes or no, a number, an e-mail address, the address of a page, a postcode."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from planner.directory.rules import department_code
from planner.imports.grids import Cell
from planner.imports.notes import written
from planner.text import fold, normalise_email

MOST_PLACES = 100_000
LONGEST_LINK = 1_000
LONGEST_EMAIL = 254
_YES = frozenset({"oui", "o", "yes", "y", "x", "vrai", "true", "1", "ok", "✓", "✔", "☑", "✅"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0", "✗", "✘", "☐", "❌"})
_NUMBER = re.compile(
    r"(\d{1,3}(?: \d{3})+|\d{1,7})(?:[.,]0+)?(?: (?:places?|personnes?|pers|participants?|pax|max)\.?)*"
)
_EMAIL = re.compile(r"[^\s<>,;:()\[\]\"'|/]+@[^\s<>,;:()\[\]\"'|/]+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_UNLIMITED = frozenset({"illimite", "illimitee", "sans limite", "pas de limite", "illimites", "non limite"})


class Found(NamedTuple):
    """What was looked for in a text, and what is left of the text around it."""

    value: str
    rest: str


def yes_no(cell: Cell) -> bool | None:
    """True or False as people write it; None when the cell says neither."""
    if isinstance(cell, bool):
        return cell
    said = fold(written(cell)).strip(" .!")
    if said in _YES:
        return True
    return False if said in _NO else None


def whole_number(cell: Cell) -> int | None:
    """A count from 0 to 100,000: 30, "30 places", "1 200"; None for anything else, "une trentaine" or 2.5 included."""
    if isinstance(cell, bool):
        return None
    found = _NUMBER.fullmatch(fold(written(cell)))
    number = int(found[1].replace(" ", "")) if found and found[1].isascii() else -1
    return number if 0 <= number <= MOST_PLACES else None


def says_unlimited(cell: Cell) -> bool:
    return isinstance(cell, str) and fold(cell) in _UNLIMITED


def find_email(text: str) -> Found | None:
    """The first address of the text, whether it is right or not, and the words around it."""
    found = _EMAIL.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}".replace("mailto:", " ")
    return Found(found[0].strip(".").removeprefix("mailto:"), " ".join(rest.split()).strip(" ,;:()<>-–—/|\"'"))


def email(text: str) -> str | None:
    """The address as it is kept; None when no mail could reach it."""
    try:
        validate_email(text, check_deliverability=False)
    except (EmailNotValidError, ValueError):
        return None
    address = normalise_email(text)
    return address if len(address) <= LONGEST_EMAIL else None


def find_link(text: str) -> Found | None:
    """The first address of a page in the text, and the words around it."""
    found = _LINK.search(text)
    if found is None:
        return None
    link = found[0].rstrip(".,;:!?)»'")
    return Found(link, " ".join(text.replace(link, " ", 1).split()).strip(" ,;:()<>-–—/|"))


def link(text: str) -> str | None:
    """The address as a page may link to it, "https://" put before "www"; None when it is not one."""
    address = f"https://{text}" if text.lower().startswith("www.") else text
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_right = parts.scheme.lower() in {"http", "https"} and "." in host.strip(".") and address.isprintable()
    return address if is_right and " " not in address and len(address) <= LONGEST_LINK else None


def postcode(cell: Cell) -> str | None:
    """The five digits of a French postcode, the 0 that a spreadsheet drops put back; None when there is no such."""
    digits = re.sub(r"^(?:f|fr)-|\s", "", written(cell).lower())
    if digits.isascii() and digits.isdigit() and len(digits) == 4:
        digits = f"0{digits}"
    return digits if department_code(digits) else None
