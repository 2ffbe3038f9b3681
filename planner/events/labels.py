"""The French words of the calendar: one place, so that one thing has one name on every screen, mail and export."""

from enum import StrEnum

from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    EventFormat,
    EventMode,
    EventState,
    EventStatus,
    Level,
    RegistrationKind,
)

LABELS: dict[StrEnum, str] = {
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


def label(value: StrEnum) -> str:
    """The French words of a value."""
    return LABELS[value]


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """`(value, words)` of each value, for a form field."""
    return [(member.value, LABELS[member]) for member in values]
