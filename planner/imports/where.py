"""Where an event is, from all the cells that speak of it: its place, its link, and the mode that these say."""

from typing import Any

from planner.directory.rules import department_code
from planner.events.models import EventMode
from planner.imports import choices
from planner.imports.addresses import Place, read_place
from planner.imports.columns import Field
from planner.imports.days import quoted
from planner.imports.entries import read_count, read_mode
from planner.imports.notes import RowCells, written
from planner.imports.values import find_link, link, postcode
from planner.text import fold

# The regions whose clocks are not those of Paris, by the code of their only department.
_OVERSEAS = {
    "guadeloupe": "971", "martinique": "972", "guyane": "973", "reunion": "974", "mayotte": "976",
    "saint pierre et miquelon": "975", "saint barthelemy": "977", "saint martin": "978", "wallis et futuna": "986",
    "polynesie": "987", "nouvelle caledonie": "988",
}  # fmt: skip


def read_where(cells: RowCells) -> dict[str, Any]:
    """The place, the link and the mode of the event; the mode follows from what is written, from nothing else."""
    values = _place(cells)
    is_online = bool(values.pop("is_online", False))
    is_placed = bool({"venue", "street", "postcode", "city"} & values.keys())
    mode = read_mode(cells)
    if mode is None and cells[Field.MODE] is None:
        mode = _deduced(cells, is_placed=is_placed, is_online=is_online or "joining_link" in values)
    if mode is EventMode.ONLINE and is_placed and cells[Field.MODE] is not None:
        words = "L’événement est en ligne\u00a0: le lieu écrit ici ne paraîtra pas."
        cells.warn(_where(cells), "place.unused", words)
        values = {name: value for name, value in values.items() if name == "joining_link"}
    if mode is EventMode.ONSITE and "joining_link" in values:
        words = "L’événement a lieu sur place\u00a0: le lien de connexion n’a pas été gardé."
        cells.warn(Field.JOINING_LINK, "joining_link.unused", words)
        del values["joining_link"]
    _check_region(cells, values)
    return values | ({"mode": mode} if mode else {})


def read_places(cells: RowCells, mode: EventMode | None) -> tuple[int | None, int | None]:
    """The places on site and online of each date. The only count of an event that is online is one of places online."""
    onsite, online = read_count(cells, Field.PLACES_ONSITE), read_count(cells, Field.PLACES_ONLINE)
    if mode is EventMode.ONLINE:
        return None, onsite if online is None else online
    if mode is EventMode.ONSITE and online is not None:
        words = "L’événement a lieu sur place\u00a0: les places en ligne n’ont pas été gardées."
        cells.warn(Field.PLACES_ONLINE, "places_online.unused", words)
        return onsite, None
    return onsite, online


def _place(cells: RowCells) -> dict[str, Any]:
    """The parts of the address: those of their own columns, then those of the cells that hold several."""
    whole = read_place(written(cells.raw(Field.PLACE)) if cells[Field.PLACE] is not None or _names_link(cells) else "")
    street = cells.text(Field.STREET)
    if _says_more(street):
        whole, street = _joined(whole, read_place(street)), ""
    venue = cells.text(Field.VENUE)
    as_venue = read_place(venue)
    if as_venue.is_online and not as_venue.venue:
        whole, venue = _joined(whole, as_venue), ""
    own = {"venue": venue, "street": street, "city": cells.text(Field.CITY)}
    if choices.says_online(own["city"]):
        whole, own["city"] = _joined(whole, Place(is_online=True)), ""
    found = {"venue": whole.venue, "street": whole.street, "city": whole.city}
    if own["venue"] and whole.venue and not found["street"] and fold(whole.venue) != fold(own["venue"]):
        found["street"] = whole.venue  # "Lieu" beside "Nom du lieu" is its address
    if not own["venue"] and fold(found["venue"]) == fold(own["city"] or found["city"]):
        found["venue"] = ""  # "Lyon" in both columns names no place
    values = {name: own[name] or found[name] for name in own}
    for field in (Field.VENUE, Field.STREET, Field.CITY):
        values[field.value] = cells.bounded(field, values[field.value])
    values["postcode"] = _postcode(cells, whole)
    values["joining_link"] = _link(cells, whole)
    kept: dict[str, Any] = {name: value for name, value in values.items() if value}
    return kept | {"is_online": whole.is_online or choices.says_online(cells.text(Field.JOINING_LINK))}


def _names_link(cells: RowCells) -> bool:
    return choices.says_link(written(cells.raw(Field.PLACE)))


def _says_more(street: str) -> bool:
    """Is it a whole address, with its town?"""
    return bool(read_place(street).postcode)


def _joined(first: Place, second: Place) -> Place:
    """The first place, completed by the second."""
    return Place(
        first.venue or second.venue,
        first.street or second.street,
        first.postcode or second.postcode,
        first.city or second.city,
        first.link or second.link,
        first.is_online or second.is_online,
    )


def _postcode(cells: RowCells, whole: Place) -> str:
    cell = cells[Field.POSTCODE]
    if cell is None:
        return whole.postcode
    found = postcode(cell)
    if found is None:
        words = f"{quoted(written(cell))} n’est pas un code postal\u00a0: il reste vide. Exemple\u00a0: 69003."
        cells.warn(Field.POSTCODE, "postcode.unknown", words)
    return found or ""


def _link(cells: RowCells, whole: Place) -> str:
    """The joining link, of its column or of that of the place; what is no address is left empty, and said."""
    place = cells.text(Field.PLACE)
    has_place_link = bool(whole.link) or choices.says_link(place)
    for field, text in ((Field.JOINING_LINK, cells.text(Field.JOINING_LINK)), (Field.PLACE, has_place_link and place)):
        if not text:
            continue
        found = find_link(text)
        address = link(found.value) if found else None
        if address:
            return address
        if found or not (choices.says_online(text) or choices.says_link(text)):
            words = f"{quoted(text)} n’est pas l’adresse d’une page\u00a0: le lien de connexion reste vide."
            cells.warn(field, "joining_link.unknown", words)
        else:
            words = f"{quoted(text)}\u00a0: le lien de connexion reste à donner."
            cells.warn(field, "joining_link.missing", words)
    return ""


def _deduced(cells: RowCells, *, is_placed: bool, is_online: bool) -> EventMode | None:
    """The mode that the place and the link say together."""
    said = choices.mode(cells.text(Field.PLACE))
    if said is EventMode.HYBRID or (said is EventMode.ONSITE and not is_online):
        return said
    if is_placed and is_online:
        words = "Un lieu et une connexion sont écrits\u00a0: «\u00a0sur place et en ligne\u00a0» a été compris."
        cells.warn(_where(cells), "mode.deduced", words)
        return EventMode.HYBRID
    if is_placed:
        return EventMode.ONSITE
    return EventMode.ONLINE if is_online else None


def _where(cells: RowCells) -> Field:
    fields = (Field.PLACE, Field.VENUE, Field.STREET, Field.CITY, Field.POSTCODE)
    return next((field for field in fields if cells[field] is not None), Field.PLACE)


def _check_region(cells: RowCells, values: dict[str, Any]) -> None:
    """Warn where the region and the postcode do not have the same clocks, or where these cannot be known."""
    said = choices.key(cells.text(Field.REGION))
    expected = next(
        (code for name, code in _OVERSEAS.items() if name in said.split() or f" {name}" in f" {said}"), None
    )
    code = department_code(values.get("postcode", ""))
    is_overseas = bool(code and code[:2] in {"97", "98"})
    if expected and not code and values.keys() & {"venue", "street", "city"}:
        words = "Sans code postal, les heures seraient celles de Paris\u00a0: donnez-le."
        cells.warn(Field.REGION, "postcode.missing", words)
    elif said and code and (expected != code if expected else is_overseas):
        words = f"Cette région n’est pas celle du code postal {values['postcode']}, qui a été gardé."
        cells.warn(Field.REGION, "region.contradicts", words)
