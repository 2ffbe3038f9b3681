"""The words for what is chosen in a list: the labels of the screens, their values, and what people write instead."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from planner.events.labels import LABELS
from planner.events.models import Accessibility, Attendance, Audience, EventFormat, EventMode, Level, RegistrationKind
from planner.text import fold

_Choice = TypeVar("_Choice", bound=StrEnum)
_Entry = TypeVar("_Entry")
_SEPARATOR = re.compile(r"[;,\n•|]")
_JOINT = re.compile(r"[/+&]|\s-\s|\bet\b|\bou\b")  # inside a piece that names nothing as it stands
_WORD = re.compile(r"[a-z0-9]+")
ALL_AGENTS = (Audience.STATE_AGENTS, Audience.TERRITORIAL_AGENTS, Audience.HOSPITAL_AGENTS)

# What each value is called besides its label: the beginnings of words, looked for in this order in the folded text.
_FORMATS: Mapping[str, EventFormat] = {
    "table ronde": EventFormat.ROUND_TABLE, "session creative": EventFormat.CREATIVE_SESSION,
    "creativ": EventFormat.CREATIVE_SESSION, "simplificathon": EventFormat.SIMPLIFICATHON,
    "porte ouverte": EventFormat.OPEN_DAY, "portes ouvertes": EventFormat.OPEN_DAY, "webinair": EventFormat.WEBINAR,
    "webinar": EventFormat.WEBINAR, "atelier": EventFormat.WORKSHOP, "workshop": EventFormat.WORKSHOP,
    "formation": EventFormat.TRAINING, "module": EventFormat.TRAINING, "conference": EventFormat.CONFERENCE,
    "colloque": EventFormat.CONFERENCE, "seminaire": EventFormat.CONFERENCE, "debat": EventFormat.DEBATE,
    "demonstration": EventFormat.DEMONSTRATION, "demo": EventFormat.DEMONSTRATION,
    "exposition": EventFormat.EXHIBITION, "expo": EventFormat.EXHIBITION, "visite": EventFormat.VISIT,
    "presentation": EventFormat.PRESENTATION, "rencontre": EventFormat.MEETING, "meetup": EventFormat.MEETING,
}  # fmt: skip
_AUDIENCES: Mapping[str, Sequence[Audience]] = {
    "tous public": tuple(Audience), "tout public": tuple(Audience), "ouvert a tous": tuple(Audience),
    "pour tous": tuple(Audience), "agents de etat": (Audience.STATE_AGENTS,), "agents etat": (Audience.STATE_AGENTS,),
    "fonction publique etat": (Audience.STATE_AGENTS,), "fonction publique de etat": (Audience.STATE_AGENTS,),
    "fpe": (Audience.STATE_AGENTS,), "services deconcentres": (Audience.STATE_AGENTS,),
    "ministere": (Audience.STATE_AGENTS,), "prefecture": (Audience.STATE_AGENTS,),
    "territoria": (Audience.TERRITORIAL_AGENTS,), "collectivite": (Audience.TERRITORIAL_AGENTS,),
    "fpt": (Audience.TERRITORIAL_AGENTS,), "hospital": (Audience.HOSPITAL_AGENTS,),
    "soignant": (Audience.HOSPITAL_AGENTS,), "fph": (Audience.HOSPITAL_AGENTS,), "manager": (Audience.MANAGERS,),
    "encadrant": (Audience.MANAGERS,), "cadres": (Audience.MANAGERS,), "elu": (Audience.ELECTED,),
    "grand public": (Audience.CITIZENS,), "citoyen": (Audience.CITIZENS,), "usager": (Audience.CITIZENS,),
    "habitant": (Audience.CITIZENS,), "association": (Audience.ASSOCIATIONS,), "entreprise": (Audience.COMPANIES,),
    "trois versants": ALL_AGENTS, "3 versants": ALL_AGENTS, "agents public": ALL_AGENTS, "agent public": ALL_AGENTS,
    "fonctionnaire": ALL_AGENTS, "agents": ALL_AGENTS, "agent": ALL_AGENTS,
}  # fmt: skip
_ACCESSIBILITY: Mapping[str, Sequence[Accessibility]] = {
    "pmr": (Accessibility.MOTOR,), "mobilite reduite": (Accessibility.MOTOR,), "fauteuil": (Accessibility.MOTOR,),
    "moteur": (Accessibility.MOTOR,), "lsf": (Accessibility.SIGN_LANGUAGE,),
    "langue des signes": (Accessibility.SIGN_LANGUAGE,), "sous titr": (Accessibility.CAPTIONS,),
    "transcription": (Accessibility.CAPTIONS,), "falc": (Accessibility.EASY_READ,),
    "facile a lire": (Accessibility.EASY_READ,), "salle de repos": (Accessibility.QUIET_ROOM,),
    "salle calme": (Accessibility.QUIET_ROOM,), "auditi": (Accessibility.HEARING,),
    "malentendant": (Accessibility.HEARING,), "boucle magnetique": (Accessibility.HEARING,),
    "visuel": (Accessibility.VISUAL,), "malvoyant": (Accessibility.VISUAL,), "psychique": (Accessibility.PSYCHIC,),
    "intellectuel": (Accessibility.INTELLECTUAL,), "mental": (Accessibility.INTELLECTUAL,),
}  # fmt: skip
_REGISTRATIONS: Mapping[str, RegistrationKind] = {
    "sans inscription": RegistrationKind.FREE_ENTRY, "entree libre": RegistrationKind.FREE_ENTRY,
    "acces libre": RegistrationKind.FREE_ENTRY, "libre": RegistrationKind.FREE_ENTRY,
    "autre site": RegistrationKind.EXTERNAL, "externe": RegistrationKind.EXTERNAL,
    "eventbrite": RegistrationKind.EXTERNAL, "livestorm": RegistrationKind.EXTERNAL,
    "framaforms": RegistrationKind.EXTERNAL, "demarches simplifiees": RegistrationKind.EXTERNAL,
    "grist": RegistrationKind.EXTERNAL, "courriel": RegistrationKind.BY_MAIL, "mail": RegistrationKind.BY_MAIL,
    "email": RegistrationKind.BY_MAIL, "e mail": RegistrationKind.BY_MAIL, "mel": RegistrationKind.BY_MAIL,
    "ce site": RegistrationKind.HERE, "plateforme du mois": RegistrationKind.HERE,
}  # fmt: skip
_LEVELS: Mapping[str, Level] = {
    "debut": Level.BEGINNER, "initiation": Level.BEGINNER, "decouverte": Level.BEGINNER,
    "intermediaire": Level.INTERMEDIATE, "moyen": Level.INTERMEDIATE, "avance": Level.ADVANCED,
    "expert": Level.ADVANCED, "confirme": Level.ADVANCED, "perfectionnement": Level.ADVANCED,
}  # fmt: skip
_ATTENDANCES: Mapping[str, Attendance] = {
    "toutes": Attendance.ALL_SESSIONS, "cycle": Attendance.ALL_SESSIONS, "au choix": Attendance.ONE_SESSION,
}  # fmt: skip
_ONSITE = re.compile(r"\b(?:presentiel|sur place|physique|sur site|in situ|en presence|onsite)")
_ONLINE = re.compile(
    r"\b(?:distanciel|a distance|visio|web ?conf|en ligne|online|teams|zoom|webex|jitsi|webinair|webinar|dematerialis"
    r"|google meet|virtuel|remote|a distance|visioconference|livestorm)"
)
_MODE_WORDS = frozenset({
    "presentiel", "en presentiel", "sur place", "sur site", "en presence", "hybride", "en hybride", "mixte",
    "distanciel", "en distanciel", "a distance", "en ligne", "visio", "en visio",
})  # fmt: skip
_HYBRID = re.compile(r"\b(?:hybride|mixte|comodal|bimodal|hybrid)")


def mode(text: str) -> EventMode | None:
    """On site, online or both, by the words of the text; None when it says none."""
    said = key(text)
    is_onsite, is_online = bool(_ONSITE.search(said)), bool(_ONLINE.search(said))
    if _HYBRID.search(said) or (is_onsite and is_online):
        return EventMode.HYBRID
    if is_onsite:
        return EventMode.ONSITE
    return EventMode.ONLINE if is_online else None


def says_online(text: str) -> bool:
    """Does the text speak of a meeting at a distance?"""
    return mode(text) in {EventMode.ONLINE, EventMode.HYBRID}


def says_link(text: str) -> bool:
    """Does the text speak of a link, even without giving it?"""
    return bool({"lien", "liens"} & set(key(text).split()))


def says_only_mode(text: str) -> bool:
    """Is it one of the words for "on site", "online" or both, and nothing else?"""
    return key(text) in _MODE_WORDS


@lru_cache(maxsize=1024)
def event_format(text: str) -> EventFormat | None:
    """The format that the text names; the first named when there are several."""
    return _one(text, EventFormat, _FORMATS)


def level(text: str) -> Level | None:
    return _one(text, Level, _LEVELS)


def attendance(text: str) -> Attendance | None:
    return _one(text, Attendance, _ATTENDANCES)


def registration_kind(text: str) -> RegistrationKind | None:
    return _one(text, RegistrationKind, _REGISTRATIONS)


@lru_cache(maxsize=1024)
def audiences(text: str) -> tuple[tuple[Audience, ...], tuple[str, ...]]:
    """The audiences of the text in the order of the form, and its pieces that name none."""
    return _several(text, Audience, _AUDIENCES)


@lru_cache(maxsize=1024)
def accessibility(text: str) -> tuple[tuple[Accessibility, ...], tuple[str, ...]]:
    """What is provided, in the order of the form, and the pieces of the text that name nothing known."""
    return _several(text, Accessibility, _ACCESSIBILITY)


def themes(text: str, names: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The slugs of the themes named, in the order of `names` (slug → name), and the pieces that name none.

    A theme whose name has a comma is found whole: names are looked for before the text is cut.
    """
    if not text:
        return (), ()
    by_key = {key(name): slug for slug, name in names.items()} | {key(slug): slug for slug in names}
    left = key(text)
    found: set[str] = set()
    for name in sorted(by_key, key=len, reverse=True):
        if name and re.search(rf"\b{re.escape(name)}\b", left):
            found.add(by_key[name])
            left = re.sub(rf"\b{re.escape(name)}\b", "\x00", left)
    rest = {key(piece): piece for piece in re.split(r"[;,\n|•]", text) if key(piece)}
    unknown = [piece.strip() for folded, piece in rest.items() if re.search(rf"\b{re.escape(folded)}\b", left)]
    return tuple(slug for slug in names if slug in found), tuple(unknown)


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The text as it is compared: its words, folded."""
    return " ".join(_WORD.findall(fold(text)))


def _several(
    text: str, values: type[_Choice], others: Mapping[str, Sequence[_Choice]]
) -> tuple[tuple[_Choice, ...], tuple[str, ...]]:
    found: set[_Choice] = set()
    unknown = []
    for piece in _pieces(_SEPARATOR, text):
        whole = _exact(piece, values)
        for part in [piece] if whole else _pieces(_JOINT, piece):
            named = (whole,) if whole else _first_in(part, others)
            found.update(named or ())
            if not named:
                unknown.append(part)
    return tuple(one for one in values if one in found), tuple(unknown)


def _pieces(separator: re.Pattern[str], text: str) -> list[str]:
    pieces = (piece.strip(" .·*-–") for piece in separator.split(text))
    return [piece for piece in pieces if key(piece)]


def _one(text: str, values: type[_Choice], others: Mapping[str, _Choice]) -> _Choice | None:
    return _exact(text, values) or _earliest(text, others)


def _exact(text: str, values: Iterable[_Choice]) -> _Choice | None:
    said = key(text)
    return next((value for value in values if said in {key(LABELS[value]), key(value)}), None)


def _first_in(text: str, table: Mapping[str, _Entry]) -> _Entry | None:
    """The value of the first entry of the table whose words are in the text, each at the beginning of a word."""
    said = f" {key(text)}"
    return next((value for words, value in table.items() if f" {words}" in said), None)


def _earliest(text: str, table: Mapping[str, _Choice]) -> _Choice | None:
    """The value of the entry that comes first in the text."""
    said = f" {key(text)}"
    found = [(said.find(f" {words}"), -len(words), value) for words, value in table.items() if f" {words}" in said]
    return min(found)[2] if found else None
