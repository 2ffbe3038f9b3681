"""A place as people write it in one cell: a name, a street, a town, a link, or only "Teams"."""

import re
from dataclasses import dataclass

from planner.imports.choices import says_online
from planner.imports.values import find_link, postcode
from planner.text import fold, one_line

_TOWN = re.compile(r"(?<!\d)(?:F-)?(\d{2}\s?\d{3})(?!\d)[\s,]*([^\n,;()\d]*)")
_PART = re.compile(r"[\n;,|•]|\s[-–—]\s")
_STREET = re.compile(
    r"^(?:\d{1,4}(?:\s?(?:bis|ter|quater|[a-d]))?[\s,]+\D|(?:rue|avenue|av|boulevard|bd|bld|place|pl|allee|chemin|impasse"
    r"|quai|cours|route|square|esplanade|parvis|passage|voie|rond-point|faubourg)\b)"
)
_JOINT = re.compile(r"\s(?:et|ou|puis)\s|[+/&]")
_CEDEX = re.compile(r"\s+cedex(?:\s+\d+)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """What a cell says of a place. `is_online`: it speaks of a meeting at a distance."""

    venue: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    link: str = ""
    is_online: bool = False


def read_place(text: str) -> Place:
    """The parts of the address that are recognised; what cannot be told apart stays the name of the place."""
    found = find_link(text)
    link = found.value if found else ""
    rest = _CEDEX.sub("", text.replace(link, "\n", 1) if link else text)
    is_online = bool(link) or says_online(rest) or "lien" in fold(rest).split()
    town = next((match for match in _TOWN.finditer(rest) if postcode(match[1])), None)
    before, after = (rest[: town.start()], rest[town.end() :]) if town else (rest, "")
    city = one_line(town[2]).strip(" -–—") if town else ""
    parts = [one_line(part).strip(" .:()-–—") for part in _PART.split(f"{before}\n{after}")]
    kept = _numbered([part for part in (_without_the_link(part) if is_online else part for part in parts) if part])
    streets = [part for part in kept if _STREET.match(fold(part))]
    names = [part for part in kept if part not in streets[:1]]
    return Place(
        ", ".join(names),
        streets[0] if streets else "",
        "".join(town[1].split()) if town else "",
        city,
        link,
        is_online,
    )


def _without_the_link(part: str) -> str:
    """The part without what it says of a meeting at a distance: "Préfecture et Teams" gives "Préfecture"."""
    kept = [piece for piece in _JOINT.split(part) if not (says_online(piece) or "lien" in fold(piece).split())]
    return " et ".join(piece.strip() for piece in kept if fold(piece) not in {"et", "ou", ""})


def _numbered(parts: list[str]) -> list[str]:
    """A number cut from its street by a comma is put back: "12, rue des Ateliers"."""
    joined: list[str] = []
    for part in parts:
        if joined and re.fullmatch(r"\d{1,4}(?:\s?(?:bis|ter))?", joined[-1]):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
