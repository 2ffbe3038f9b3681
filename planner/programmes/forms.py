"""The pages of an event's form. Nothing is required to save: only a value that cannot be kept is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from wtforms.validators import DateRange, Email, InputRequired, Length, NumberRange, Optional, ValidationError

from planner import dates
from planner.directory.rules import department_code
from planner.editions.models import Theme
from planner.errors import RuleViolation
from planner.events.labels import LABELS, choices, label
from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    Event,
    EventFormat,
    EventMode,
    EventState,
    Level,
    RegistrationKind,
)
from planner.events.rules import check_hours
from planner.programmes import rules
from planner.programmes.rules import Slot, Step
from planner.text import normalise_email, one_line
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DateField,
    DsfrForm,
    EmailField,
    EntriesField,
    HiddenField,
    IntegerField,
    MomentField,
    RadioField,
    SelectField,
    StringField,
    SubForm,
    SubFormField,
    TextAreaField,
    TimeField,
    URLField,
)

MOST_DATES = 50
MOST_KEYWORDS = 10
ADD, REMOVE = "ajouter-une-date", "retirer-"  # names of the buttons of the dates

TO_SUBMIT = "pour proposer"
_PLACES = NumberRange(min=0, max=100_000)
_DAYS = DateRange(min=date(2000, 1, 1), max=date(2099, 12, 31))


def web_address(_form: Any, field: Any) -> None:
    """Only an address that a page may link to."""
    try:
        address = urlsplit(field.data)
    except ValueError:
        address = None
    if not address or address.scheme not in {"http", "https"} or "." not in address.netloc or " " in field.data:
        raise ValidationError(field.gettext("Invalid URL."))


class EventForm(DsfrForm):
    """Some of the fields of an event. `version` is the mark of what was read: it tells a change made meanwhile."""

    asks: ClassVar[Sequence[str]] = ()  # the fields of `Event` that the form shows

    version = HiddenField()

    def __init__(self, event: Event | None = None, *, known: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        """`known` is what a new event begins with."""
        self.event = event
        stored = rules.content(event, self.asks) if event else dict(known or {})
        super().__init__(data={**self.shown(stored), "version": rules.fingerprint(stored)}, **kwargs)

    @property
    def zone(self) -> ZoneInfo:
        """The clocks of the place."""
        return ZoneInfo(self.event.time_zone if self.event else dates.PARIS)

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields hold at first, from what the event holds."""
        return dict(stored)

    def values(self) -> dict[str, Any]:
        """What was typed, field by field, as the event keeps it."""
        return {name: self[name].data for name in self.asks if name in self}

    def rearrange(self) -> bool:
        """Do what a button inside of the page asks for, such as one date more; False when none was pressed."""
        return False

    def compare(self, event: Event) -> list[tuple[str, str]]:
        """What the event holds now that is not what was typed, in words; the form then answers to that version."""
        stored, typed = rules.content(event, self.asks), self.values()
        self.version.data = rules.fingerprint(stored)
        different = [name for name in self.asks if stored[name] != typed.get(name)]
        return [(rules.FIELD_LABELS[name], self._words(name, stored[name])) for name in different]

    def _words(self, name: str, value: Any) -> str:
        names = dict(getattr(self[name], "choices", None) or ()) if name in self else {}
        return _words(value, names, self.zone)


def _words(value: Any, names: Mapping[Any, str], zone: ZoneInfo) -> str:
    match value:
        case None | "" | []:
            return "rien"
        case bool():
            return "oui" if value else "non"
        case list():
            return ", ".join(_words(item, names, zone) for item in value)
        case StrEnum():
            return label(value)
        case datetime():
            return dates.moment(value, str(zone))
        case Slot():
            return _slot_words(value)
    return names.get(value) or str(value)


def _slot_words(slot: Slot) -> str:
    day = dates.day(slot.day) if slot.day else "jour à préciser"
    hours = [dates.hour(hour) if hour else "…" for hour in (slot.start_time, slot.end_time)]
    return ", ".join(filter(None, [slot.title, day, " – ".join(hours)]))


class PresentationForm(EventForm):
    """What the event is, and whom to write to."""

    asks = tuple(rules.STEP_FIELDS[Step.PRESENTATION])

    title = StringField("Titre", [Optional(), Length(max=140)], mention=TO_SUBMIT)
    summary = TextAreaField(
        "Résumé",
        [Optional(), Length(max=200)],
        description="Une ou deux phrases, celles que l’on lit dans le programme.",
        rows=3,
        mention=TO_SUBMIT,
    )
    description = TextAreaField(
        "Description",
        [Optional(), Length(max=10_000)],
        description="Le déroulé, ce que l’on y apprend ou y fabrique. "
        "Vous pouvez mettre **en gras** et faire des listes avec des tirets.",
        rows=10,
    )
    format = SelectField("Format", choices=choices(EventFormat), coerce=EventFormat, mention=TO_SUBMIT)
    themes = CheckboxesField("Thèmes", description="De un à trois.", mention=TO_SUBMIT)
    keywords = StringField(
        "Mots-clés", [Optional(), Length(max=400)], description="Dix au plus, séparés par des virgules."
    )
    contact_name = StringField(
        "Nom du contact",
        [Optional(), Length(max=120)],
        description="La personne ou l’équipe à qui l’on peut écrire. Il paraît sur la page de l’événement.",
        mention=TO_SUBMIT,
    )
    contact_email = EmailField(
        "Adresse électronique du contact",
        [Optional(), Email(), Length(max=254)],
        description="Les réponses des personnes inscrites y arrivent.",
        mention=TO_SUBMIT,
    )

    def __init__(self, event: Event | None = None, *, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(event, **kwargs)
        self.themes.choices = [(theme.slug, theme.name) for theme in themes]

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "keywords": ", ".join(stored.get("keywords", ()))}

    def values(self) -> dict[str, Any]:
        order = [slug for slug, _ in self.themes.choices]
        return {
            **super().values(),
            "title": one_line(self.title.data or ""),
            "summary": one_line(self.summary.data or ""),
            "contact_name": one_line(self.contact_name.data or ""),
            "contact_email": normalise_email(self.contact_email.data or ""),
            "themes": sorted(self.themes.data, key=order.index),
            "keywords": _split(self.keywords.data or ""),
        }

    def validate_keywords(self, field: StringField) -> None:
        keywords = _split(field.data or "")
        if len(keywords) > MOST_KEYWORDS:
            raise ValidationError(f"Gardez {MOST_KEYWORDS}\u00a0mots-clés au plus : il y en a {len(keywords)}.")


def _split(text: str) -> list[str]:
    """The keywords of a line, each once."""
    words = (one_line(word) for word in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))


class SessionForm(SubForm):
    """One date."""

    session_id = HiddenField()
    day = DateField("Jour", [Optional(), _DAYS], mention=TO_SUBMIT)
    start_time = TimeField("Début", mention=TO_SUBMIT)
    end_time = TimeField("Fin", mention=TO_SUBMIT)
    end_day = DateField(
        "Jour de fin", [Optional(), _DAYS], description="Seulement si la rencontre se termine après minuit."
    )
    title = StringField(
        "Intitulé de cette date", [Optional(), Length(max=140)], description="Utile quand les dates diffèrent."
    )
    places_onsite = IntegerField("Places sur place", [Optional(), _PLACES], description="Vide : sans limite.")
    places_online = IntegerField("Places en ligne", [Optional(), _PLACES], description="Vide : sans limite.")

    def validate_end_time(self, field: TimeField) -> None:
        """The hours must be in order as soon as they are all there."""
        if self.day.data and self.start_time.data and field.data:
            starts_at = datetime.combine(self.day.data, self.start_time.data)
            try:
                check_hours(starts_at, datetime.combine(self.end_day.data or self.day.data, field.data))
            except RuleViolation as refusal:
                raise ValidationError(refusal.message) from refusal

    def slot(self) -> Slot:
        """The date as it was typed."""
        session_id = self.session_id.data or ""
        return Slot(
            session_id=int(session_id) if session_id.isdecimal() else None,
            title=one_line(self.title.data or ""),
            day=self.day.data,
            start_time=self.start_time.data,
            end_day=self.end_day.data if self.end_day.data != self.day.data else None,
            end_time=self.end_time.data,
            places_onsite=self.places_onsite.data,
            places_online=self.places_online.data,
        )


class WhenAndWhereForm(EventForm):
    """The dates, and the place or the link. What the chosen mode leaves no use for is neither checked nor kept."""

    asks = tuple(rules.STEP_FIELDS[Step.WHEN_AND_WHERE])

    mode = RadioField("L’événement a lieu", choices=choices(EventMode), coerce=EventMode, mention=TO_SUBMIT)
    sessions = EntriesField(
        SubFormField(SessionForm), "Dates", legend="Date {}", min_entries=1, max_entries=MOST_DATES
    )
    attendance = RadioField(
        "Avec plusieurs dates, chaque personne vient",
        choices=[
            (Attendance.ONE_SESSION, "À une date de son choix"),
            (Attendance.PICK_SESSIONS, "Aux dates qu’elle choisit"),
            (Attendance.ALL_SESSIONS, "À toutes les dates"),
        ],
        hints={
            Attendance.ONE_SESSION: "La même rencontre est proposée plusieurs fois.",
            Attendance.PICK_SESSIONS: "Les rencontres sont différentes, on en suit une ou plusieurs.",
            Attendance.ALL_SESSIONS: "C’est un cycle : une seule inscription vaut pour toutes.",
        },
        coerce=Attendance,
        default=Attendance.ONE_SESSION,
    )
    off_period_reason = TextAreaField(
        "Pourquoi une date en dehors de l’édition ?",
        [Optional(), Length(max=500)],
        description="À remplir seulement si une date tombe avant ou après les jours de l’édition.",
        rows=2,
    )
    venue = StringField("Nom du lieu", [Optional(), Length(max=140)], mention=TO_SUBMIT)
    street = StringField("Numéro et rue", [Optional(), Length(max=200)], autocomplete="off")
    postcode = StringField(
        "Code postal",
        description="La région et l’heure locale s’en déduisent.",
        inputmode="numeric",
        is_short=True,
        mention=TO_SUBMIT,
    )
    city = StringField("Ville", [Optional(), Length(max=100)], mention=TO_SUBMIT)
    joining_link = URLField(
        "Lien de connexion",
        [Optional(), Length(max=1000), web_address],
        description="Envoyé aux seules personnes inscrites.",
        mention=TO_SUBMIT,
    )
    is_joining_link_public = BooleanField("Montrer ce lien à tout le monde, sur la page de l’événement")

    def __init__(self, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(event, **kwargs)
        for name in self._useless():
            self[name].process(None, data=None)
        for entry in self.sessions:
            for name in self._useless_places():
                entry.form[name].process(None, data=None)

    def _useless(self) -> Sequence[str]:
        """The fields that the mode has no use for."""
        by_mode = {
            EventMode.ONSITE: ("joining_link", "is_joining_link_public"),
            EventMode.ONLINE: rules.PLACE_FIELDS,
        }
        return by_mode.get(self.mode.data, ())

    def _useless_places(self) -> Sequence[str]:
        by_mode = {EventMode.ONSITE: ("places_online",), EventMode.ONLINE: ("places_onsite",)}
        return by_mode.get(self.mode.data, ())

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "sessions": [vars(slot) for slot in stored.get("sessions", ())]}

    def values(self) -> dict[str, Any]:
        slots = [entry.form.slot() for entry in self.sessions]
        return {
            **super().values(),
            "sessions": [slot for slot in slots if slot.session_id is not None or not slot.is_blank],
            "attendance": self.attendance.data or Attendance.ONE_SESSION,
            "postcode": "".join((self.postcode.data or "").split()),
            **{name: one_line(self[name].data or "") for name in ("venue", "street", "city")},
            "joining_link": self.joining_link.data or "",
            "is_joining_link_public": bool(self.is_joining_link_public.data),
        }

    def rearrange(self) -> bool:
        """Add or remove a date, as its button asks; what is typed stays."""
        pressed = self.meta.buttons
        if ADD in pressed and len(self.sessions) < MOST_DATES:
            self.sessions.append_entry()
            return True
        for index in range(len(self.sessions)):
            if f"{REMOVE}{index + 1}" in pressed:
                self.sessions.pop_entry(index)
                if not len(self.sessions):
                    self.sessions.append_entry()
                return True
        return False

    def validate_postcode(self, field: StringField) -> None:
        if field.data and not department_code(field.data):
            raise ValidationError("Ce code postal n’existe pas. Exemple de forme attendue : 69003.")


class AudienceForm(EventForm):
    """Who it is for, and what is provided so that everybody can come."""

    asks = tuple(rules.STEP_FIELDS[Step.AUDIENCE])

    audiences = CheckboxesField("À qui s’adresse l’événement ?", choices=choices(Audience), mention=TO_SUBMIT)
    is_reserved = BooleanField(
        "Réservé à ces publics", description="Sans cette case, toute personne intéressée peut venir."
    )
    level = SelectField("Niveau", choices=choices(Level), coerce=Level, blank="Tous niveaux")
    accessibility = CheckboxesField(
        "Ce qui est prévu pour accueillir tout le monde", choices=choices(Accessibility)
    )
    accessibility_note = TextAreaField(
        "Précisions", [Optional(), Length(max=1000)], description="Accès au lieu, stationnement, boucle magnétique…", rows=3
    )


class RegistrationSettingsForm(EventForm):
    """How one registers."""

    asks = tuple(rules.STEP_FIELDS[Step.REGISTRATION])

    registration_kind = RadioField(
        "Comment s’inscrit-on ?",
        choices=choices(RegistrationKind),
        hints={
            RegistrationKind.HERE: "Confirmation, liste d’attente, rappels et invitations de calendrier sont envoyés pour vous.",
            RegistrationKind.BY_MAIL: "À l’adresse du contact.",
        },
        coerce=RegistrationKind,
        default=RegistrationKind.HERE,
    )
    registration_url = URLField(
        "Adresse de la page d’inscription",
        [Optional(), Length(max=1000), web_address],
        description="Seulement si l’inscription se fait sur un autre site.",
    )
    registration_opens_at = MomentField(
        "Ouverture des inscriptions", description="Vide : dès que l’événement est publié."
    )
    registration_closes_at = MomentField(
        "Clôture des inscriptions", description="Vide : au début de chaque date."
    )
    has_waiting_list = BooleanField(
        "Tenir une liste d’attente quand c’est complet",
        description="Une place qui se libère est proposée aussitôt à la première personne de la liste.",
        default=True,
    )
    expected_attendance = IntegerField(
        "Affluence attendue",
        [Optional(), _PLACES],
        description="Combien de personnes attendez-vous ? Lu par l’équipe du Mois seulement.",
    )

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        opens, closes = stored.get("registration_opens_at"), stored.get("registration_closes_at")
        return {
            **stored,
            "registration_opens_at": opens and opens.astimezone(self.zone).replace(tzinfo=None),
            "registration_closes_at": closes and closes.astimezone(self.zone).replace(tzinfo=None),
        }

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "registration_kind": self.registration_kind.data or RegistrationKind.HERE,
            "registration_url": self.registration_url.data or "",
            "registration_opens_at": self._instant(self.registration_opens_at.data),
            "registration_closes_at": self._instant(self.registration_closes_at.data),
        }

    def validate_registration_closes_at(self, field: MomentField) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError("La clôture doit venir après l’ouverture.")

    def _instant(self, local: datetime | None) -> datetime | None:
        return local and local.replace(tzinfo=self.zone)


class CheckForm(EventForm):
    """What the lab promises, and a word to whoever reviews."""

    asks = tuple(rules.STEP_FIELDS[Step.CHECK])

    is_free_of_charge = BooleanField("L’événement est gratuit", mention=TO_SUBMIT)
    is_charter_accepted = BooleanField("Nous acceptons la charte", mention=TO_SUBMIT)
    note_to_reviewers = TextAreaField(
        "Message à l’équipe du Mois", [Optional(), Length(max=2000)], description="Il ne paraît nulle part.", rows=3
    )


FORMS: dict[Step, type[EventForm]] = {
    Step.PRESENTATION: PresentationForm,
    Step.WHEN_AND_WHERE: WhenAndWhereForm,
    Step.AUDIENCE: AudienceForm,
    Step.REGISTRATION: RegistrationSettingsForm,
    Step.CHECK: CheckForm,
}


class PlacesForm(SubForm):
    """The places of one date of a published event."""

    session_id = HiddenField()
    places_onsite = IntegerField("Places sur place", [Optional(), _PLACES], description="Vide : sans limite.")
    places_online = IntegerField("Places en ligne", [Optional(), _PLACES], description="Vide : sans limite.")


class PublishedForm(EventForm):
    """What the lab changes by itself once the event is published."""

    asks = rules.PUBLISHED_FIELDS

    description = TextAreaField("Description", [Optional(), Length(max=10_000)], rows=10)
    contact_name = StringField("Nom du contact", [InputRequired(), Length(max=120)])
    contact_email = EmailField("Adresse électronique du contact", [InputRequired(), Email(), Length(max=254)])
    joining_link = URLField(
        "Lien de connexion",
        [Optional(), Length(max=1000), web_address],
        description="Envoyé aux seules personnes inscrites ; les prochains rappels porteront le nouveau.",
    )
    is_joining_link_public = BooleanField("Montrer ce lien à tout le monde, sur la page de l’événement")
    sessions = EntriesField(SubFormField(PlacesForm), "Places")

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "sessions": [vars(slot) for slot in stored["sessions"]]}
