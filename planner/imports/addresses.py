"""A place as people write it in one cell: a name, a street, a town, a link, or only "Teams"."""

import re
from dataclasses import dataclass

from planner.imports.choices import says_link, says_online, says_only_mode
from planner.imports.values import find_link, postcode
from planner.text import fold, one_line

_TOWN = re.compile(r"(?<!\d)(?:F-)?(\d{2}\s?\d{3})(?!\d)[\s,]*([^\n,;()\d]*)")
_PART = re.compile(r"[\n;,|•]|\s[-–—]\s")
_STREET = re.compile(
    r"^(?:\d{1,4}(?:\s?(?:bis|ter|quater|[a-d]))?[\s,]+\D|(?:rue|avenue|av|boulevard|bd|bld|place|pl|allee|chemin|impasse"
    r"|quai|cours|route|square|esplanade|parvis|passage|voie|rond-point|faubourg)\b)"
)
_JOINT = re.compile(r"\s(?:et|ou|puis|en)\s|[+/&:()]")
_ACCESS = re.compile(r"\b(?:mot de passe|mdp|code|identifiant|id de reunion|passcode)\b")
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
    if not text:
        return Place()
    found = find_link(text)
    link = found.value if found else ""
    rest = _CEDEX.sub("", text.replace(link, "\n", 1) if link else text)
    is_online = bool(link) or says_online(rest) or says_link(rest)
    town = next((match for match in _TOWN.finditer(rest) if postcode(match[1])), None)
    before, after = (rest[: town.start()], rest[town.end() :]) if town else (rest, "")
    city = one_line(town[2]).strip(" -–—") if town else ""
    parts = [one_line(part).strip(" .:()-–—") for part in _PART.split(f"{before}\n{after}")]
    kept = _numbered([part for part in (_place_alone(part, is_online=is_online) for part in parts) if part])
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


def _place_alone(part: str, *, is_online: bool) -> str:
    """The part without what it says of the mode or of the link: "Préfecture et Teams" gives "Préfecture"."""
    if says_only_mode(part):
        return ""
    if not is_online:
        return part
    pieces = (piece.strip() for piece in _JOINT.split(part))
    return " et ".join(piece for piece in pieces if piece and not _is_about_the_link(piece))


def _is_about_the_link(piece: str) -> bool:
    words = fold(piece)
    return (
        says_online(piece)
        or says_only_mode(piece)
        or says_link(piece)
        or bool(_ACCESS.search(words))
        or words in {"et", "ou"}
    )


def _numbered(parts: list[str]) -> list[str]:
    """A number cut from its street by a comma is put back: "12, rue des Ateliers"."""
    joined: list[str] = []
    for part in parts:
        if joined and re.fullmatch(r"\d{1,4}(?:\s?(?:bis|ter))?", joined[-1]):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
