"""The columns of a programme's spreadsheet: what each is called, what it fills, and how else people call it.

The template, the export and the import share this one list, so that what is exported is understood again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from planner.imports.wordings import WORDINGS


class Field(StrEnum):
    """What a column fills: a field of `Event` or of `EventSession` by its own name, else what the value says."""

    EXTERNAL_ID = "external_id"
    TITLE = "title"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    FORMAT = "format"
    THEMES = "themes"
    KEYWORDS = "keywords"
    SKILLS = "skills"
    SESSION_TITLE = "session_title"
    DAY = "day"  # a day, several days, or days with their hours
    HOURS = "hours"  # "9h30-12h" in one cell
    START_TIME = "start_time"
    END_TIME = "end_time"
    END_DAY = "end_day"
    DURATION = "duration"
    ATTENDANCE = "attendance"
    OFF_PERIOD_REASON = "off_period_reason"
    MODE = "mode"
    PLACE = "place"  # a whole address in one cell
    VENUE = "venue"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"  # checked against the postcode, never kept
    ROOM = "room"
    TRACK = "track"
    JOINING_LINK = "joining_link"
    IS_JOINING_LINK_PUBLIC = "is_joining_link_public"
    AUDIENCES = "audiences"
    IS_RESERVED = "is_reserved"
    LEVEL = "level"
    ACCESSIBILITY = "accessibility"
    ACCESSIBILITY_NOTE = "accessibility_note"
    REGISTRATION_KIND = "registration_kind"
    REGISTRATION_URL = "registration_url"
    REGISTRATION_OPENS_AT = "registration_opens_at"
    REGISTRATION_CLOSES_AT = "registration_closes_at"
    PLACES_ONSITE = "places_onsite"
    PLACES_ONLINE = "places_online"
    HAS_WAITING_LIST = "has_waiting_list"
    NEEDS_APPROVAL = "needs_approval"
    RESERVED_DOMAINS = "reserved_domains"
    CONTACT_NAME = "contact_name"
    CONTACT_EMAIL = "contact_email"
    EXPECTED_ATTENDANCE = "expected_attendance"
    IS_FREE_OF_CHARGE = "is_free_of_charge"
    NOTE_TO_REVIEWERS = "note_to_reviewers"


@dataclass(frozen=True)
class Column:
    """A column of the template. `others` are headings that mean the same, as they are met in labs' files."""

    field: Field
    heading: str
    hint: str = ""  # one line for the template: what to write there
    others: tuple[str, ...] = ()
    is_written: bool = True  # in the template and the export; else only understood


def _column(field: Field, heading: str, hint: str, *, is_written: bool = True) -> Column:
    return Column(field, heading, hint, tuple(WORDINGS[field].split(" | ")), is_written)


# In the order of the template. `others` is for the guess: folded before it is compared.
COLUMNS: tuple[Column, ...] = (
    _column(Field.EXTERNAL_ID, "Identifiant", "Le même sur chaque date d’un même événement"),
    _column(Field.TITLE, "Titre", "140 caractères au plus"),
    _column(Field.SUMMARY, "Résumé", "200 caractères au plus\u00a0: une ou deux phrases"),
    _column(Field.DESCRIPTION, "Description", "Le déroulé, ce que l’on y apprend"),
    _column(Field.FORMAT, "Format", "Atelier, conférence, webinaire…"),
    _column(Field.THEMES, "Thèmes", "De un à trois, séparés par des points-virgules"),
    _column(Field.KEYWORDS, "Mots-clés", "Dix au plus, séparés par des virgules"),
    _column(Field.SKILLS, "Compétences", "Celles que l’on y acquiert, séparées par des virgules"),
    _column(Field.SESSION_TITLE, "Intitulé de la date", "Utile quand les dates diffèrent"),
    _column(Field.DAY, "Date", "12/11/2026"),
    _column(Field.START_TIME, "Heure de début", "9h30"),
    _column(Field.END_TIME, "Heure de fin", "12h"),
    _column(Field.END_DAY, "Jour de fin", "Seulement si la rencontre se termine un autre jour"),
    _column(Field.HOURS, "Horaires", "9h30-12h", is_written=False),
    _column(Field.DURATION, "Durée", "2h", is_written=False),
    _column(Field.ATTENDANCE, "Participation aux dates", "Une date au choix, sessions au choix ou toutes les dates"),
    _column(
        Field.OFF_PERIOD_REASON,
        "Date en dehors de l’édition",
        "Pourquoi la date est en dehors de l’édition, si c’est le cas",
    ),
    _column(Field.MODE, "Sur place ou en ligne", "Sur place, en ligne, ou sur place et en ligne"),
    _column(Field.VENUE, "Nom du lieu", "Cité administrative"),
    _column(Field.STREET, "Numéro et rue", "12 rue des Ateliers"),
    _column(Field.POSTCODE, "Code postal", "69003\u00a0: la région et l’heure locale s’en déduisent"),
    _column(Field.CITY, "Ville", "Lyon"),
    _column(Field.PLACE, "Lieu", "Cité administrative, 12 rue des Ateliers, 69003 Lyon", is_written=False),
    _column(Field.REGION, "Région", "", is_written=False),
    _column(Field.ROOM, "Salle", "Le nom de la salle"),
    _column(Field.TRACK, "Fil", "Le fil d’une grande rencontre"),
    _column(Field.JOINING_LINK, "Lien de connexion", "Envoyé aux seules personnes inscrites"),
    _column(Field.IS_JOINING_LINK_PUBLIC, "Lien de connexion public", "Oui ou non"),
    _column(Field.AUDIENCES, "Publics", "Agents de l’État, élus, citoyens…"),
    _column(Field.IS_RESERVED, "Réservé à ces publics", "Oui ou non"),
    _column(Field.LEVEL, "Niveau", "Pour débuter, intermédiaire ou avancé"),
    _column(Field.ACCESSIBILITY, "Accessibilité", "Accès en fauteuil, sous-titrage, langue des signes française…"),
    _column(Field.ACCESSIBILITY_NOTE, "Précisions sur l’accessibilité", "Stationnement, boucle magnétique…"),
    _column(
        Field.REGISTRATION_KIND, "Mode d’inscription", "Sur ce site, sur un autre site, entrée libre ou par courriel"
    ),
    _column(Field.REGISTRATION_URL, "Page d’inscription", "https://… si l’inscription se fait sur un autre site"),
    _column(Field.REGISTRATION_OPENS_AT, "Ouverture des inscriptions", "02/11/2026 9h"),
    _column(Field.REGISTRATION_CLOSES_AT, "Clôture des inscriptions", "10/11/2026 18h"),
    _column(Field.PLACES_ONSITE, "Places sur place", "Vide\u00a0: sans limite"),
    _column(Field.PLACES_ONLINE, "Places en ligne", "Vide\u00a0: sans limite"),
    _column(Field.HAS_WAITING_LIST, "Liste d’attente", "Oui ou non"),
    _column(Field.NEEDS_APPROVAL, "Inscriptions à valider", "Oui ou non"),
    _column(
        Field.RESERVED_DOMAINS,
        "Adresses acceptées",
        "Vide\u00a0: toutes\u00a0; sinon interieur.example.org, sante.example.org",
    ),
    _column(Field.CONTACT_NAME, "Nom du contact", "La personne ou l’équipe à qui l’on peut écrire"),
    _column(Field.CONTACT_EMAIL, "Adresse électronique du contact", "lab@example.org"),
    _column(Field.EXPECTED_ATTENDANCE, "Affluence attendue", "Lue par l’équipe du Mois seulement"),
    _column(Field.IS_FREE_OF_CHARGE, "Gratuit", "Oui ou non"),
    _column(Field.NOTE_TO_REVIEWERS, "Message à l’équipe du Mois", "Il ne paraît nulle part"),
)

by_field: Mapping[Field, Column] = MappingProxyType({column.field: column for column in COLUMNS})
