"""The columns of a programme's spreadsheet: what each is called, what it fills, and how else people call it.

The template, the export and the import share this one list, so that what is exported is understood again.
"""

from dataclasses import dataclass
from enum import StrEnum


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


# In the order of the template. `others` is for the guess: folded before it is compared.
COLUMNS: tuple[Column, ...] = (
    Column(Field.EXTERNAL_ID, "Identifiant", "Le même sur chaque date d’un même événement", ("id", "référence", "n°")),
    Column(Field.TITLE, "Titre", "140 caractères au plus", ("intitulé", "nom de l’événement", "événement")),
    # … completed by the author of the guess
)
