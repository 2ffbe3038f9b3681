"""The French words of the calendar: one place, so that one thing has one name on every screen, mail and export."""

from collections.abc import Iterable
from enum import StrEnum

from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    Event,
    EventFormat,
    EventMode,
    EventSession,
    EventState,
    EventStatus,
    Level,
    RegistrationKind,
)
from planner.events.places import Places, type_of_places, ways
from planner.web.filters import counted

LABELS: dict[str, str] = {
    EventState.DRAFT: "Brouillon",
    EventState.SUBMITTED: "Proposé",
    EventState.UNDER_REVIEW: "En cours d’examen",
    EventState.CHANGES_REQUESTED: "À corriger",
    EventState.APPROVED: "Validé",
    EventState.PUBLISHED: "Publié",
    EventState.REJECTED: "Refusé",
    EventState.WITHDRAWN: "Retiré",
    EventState.ARCHIVED: "Archivé",
    EventStatus.SCHEDULED: "Prévu",
    EventStatus.RESCHEDULED: "Nouvelle date",
    EventStatus.MOVED_ONLINE: "Passé en ligne",
    EventStatus.POSTPONED: "Reporté",
    EventStatus.CANCELLED: "Annulé",
    Attendance.ONE_SESSION: "Une date au choix",
    Attendance.PICK_SESSIONS: "Sessions au choix",
    Attendance.ALL_SESSIONS: "Toutes les dates",
    EventMode.ONSITE: "Sur place",
    EventMode.ONLINE: "En ligne",
    EventMode.HYBRID: "Sur place et en ligne",
    EventFormat.CONFERENCE: "Conférence",
    EventFormat.WEBINAR: "Webinaire",
    EventFormat.TRAINING: "Formation",
    EventFormat.WORKSHOP: "Atelier",
    EventFormat.SIMPLIFICATHON: "Simplificathon",
    EventFormat.DEBATE: "Débat",
    EventFormat.ROUND_TABLE: "Table ronde",
    EventFormat.CREATIVE_SESSION: "Session créative",
    EventFormat.DEMONSTRATION: "Démonstration",
    EventFormat.EXHIBITION: "Exposition",
    EventFormat.VISIT: "Visite",
    EventFormat.OPEN_DAY: "Portes ouvertes",
    EventFormat.PRESENTATION: "Présentation",
    EventFormat.MEETING: "Rencontre",
    Audience.STATE_AGENTS: "Agents de l’État",
    Audience.TERRITORIAL_AGENTS: "Agents territoriaux",
    Audience.HOSPITAL_AGENTS: "Agents hospitaliers",
    Audience.MANAGERS: "Managers publics",
    Audience.ELECTED: "Élus",
    Audience.CITIZENS: "Citoyens",
    Audience.ASSOCIATIONS: "Associations",
    Audience.COMPANIES: "Entreprises",
    Accessibility.MOTOR: "Accès en fauteuil",
    Accessibility.HEARING: "Handicap auditif",
    Accessibility.VISUAL: "Handicap visuel",
    Accessibility.PSYCHIC: "Handicap psychique",
    Accessibility.INTELLECTUAL: "Handicap intellectuel",
    Accessibility.SIGN_LANGUAGE: "Langue des signes française",
    Accessibility.CAPTIONS: "Sous-titrage",
    Accessibility.EASY_READ: "Facile à lire et à comprendre",
    Accessibility.QUIET_ROOM: "Salle de repos",
    RegistrationKind.HERE: "Inscription sur ce site",
    RegistrationKind.EXTERNAL: "Inscription sur un autre site",
    RegistrationKind.FREE_ENTRY: "Entrée libre",
    RegistrationKind.BY_MAIL: "Inscription par courriel",
    Level.BEGINNER: "Pour débuter",
    Level.INTERMEDIATE: "Intermédiaire",
    Level.ADVANCED: "Avancé",
}


def label(value: str) -> str:
    """The French words of a value."""
    return LABELS[value]


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """`(value, words)` of each value, for a form field."""
    return [(member.value, LABELS[member]) for member in values]


def places_words(event: Event, session: EventSession, places: type_of_places) -> str:
    """What is left in the session: "12 places libres", "Complet – liste d’attente", or how one comes elsewhere."""
    if event.registration_kind is not RegistrationKind.HERE:
        return label(event.registration_kind)
    counted_here = {way: places[session.id, way] for way in ways(event.mode) if (session.id, way) in places}
    words = {way: _left(each, has_queue=event.has_waiting_list) for way, each in counted_here.items()}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    by_way = ", ".join(f"{label(way).lower()}\u00a0: {left[0].lower()}{left[1:]}" for way, left in words.items())
    return f"{by_way[:1].upper()}{by_way[1:]}"


def _left(places: Places, *, has_queue: bool) -> str:
    if places.left is None:
        return "Sur inscription"
    if places.is_full:
        return "Complet – liste d’attente" if has_queue else "Complet"
    return counted(places.left, "place libre", "places libres")


def frozen_words(places: Places) -> str:
    """Why the waiting list stands still: "12 personnes pour 10 places : la liste d’attente est suspendue…"."""
    if places.capacity is None or not places.is_frozen:
        return ""
    people, room = counted(places.taken, "personne"), counted(places.capacity, "place", zero="aucune place")
    leaving = counted(places.taken - places.capacity + 1, "désistement")
    return f"{people} pour {room}\u00a0: la liste d’attente est suspendue jusqu’à {leaving}. Personne ne perd sa place."


def place_words(event: Event) -> str:
    """Where it is, in few words: "Cité administrative, Lyon", "En ligne", "Cité administrative, Lyon et en ligne"."""
    if event.mode is EventMode.ONLINE:
        return label(EventMode.ONLINE)
    where = ", ".join(filter(None, [event.venue, event.city]))
    if event.mode is EventMode.HYBRID:
        return f"{where} et en ligne" if where else label(EventMode.HYBRID)
    return where


def address_words(event: Event) -> str:
    """The whole address of the place, on one line; empty for what is online only."""
    if event.mode is EventMode.ONLINE:
        return ""
    town = " ".join(filter(None, [event.postcode, event.city]))
    return ", ".join(filter(None, [event.venue, event.street, town]))


def in_words(values: Iterable[str]) -> str:
    """Several values as one sentence begins: "Agents de l’État, élus, citoyens"."""
    said = [label(value) for value in values]
    return ", ".join([*said[:1], *(f"{words[0].lower()}{words[1:]}" for words in said[1:])])


def session_title(event: Event, session: EventSession) -> str:
    """The name of a slot where it stands alone: the event's, and its own when it has one."""
    return f"{event.title}\u00a0: {session.title}" if session.title else event.title


def domains_words(event: Event) -> str:
    """Whose addresses may register: "@interieur.gouv.fr et @rhone.fr"; empty when any may."""
    domains = [f"@{domain}" for domain in event.reserved_domains]
    return " et ".join(filter(None, [", ".join(domains[:-1]), *domains[-1:]]))


def retention_words(months: int) -> str:
    """How long registrations are to be kept, as the registrants read it."""
    return f"Durée de conservation prévue\u00a0: {months}\u00a0mois après l’événement."
