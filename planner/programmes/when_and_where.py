"""The page of the form that asks when and where: one to many dates, a place, a link."""

from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any

from wtforms.validators import DateRange, Length, Optional, ValidationError

from planner.directory.rules import department_code
from planner.errors import RuleViolation
from planner.events.labels import choices
from planner.events.models import Attendance, Event, EventMode
from planner.events.rules import check_hours
from planner.programmes import rules
from planner.programmes.event_form import PLACES, TO_SUBMIT, EventForm, web_address
from planner.programmes.rules import Slot, Step
from planner.text import one_line
from planner.web.fields import (
    BooleanField,
    DateField,
    EntriesField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    SubForm,
    SubFormField,
    TextAreaField,
    TimeField,
    URLField,
)

MOST_DATES = 50
ADD, REMOVE = "ajouter-une-date", "retirer-"  # names of the buttons; the second is followed by the number of the date
DAYS = DateRange(min=date(2000, 1, 1), max=date(2099, 12, 31))


class SessionForm(SubForm):
    """One date."""

    session_id = HiddenField()
    day = DateField("Jour", [Optional(), DAYS], mention=TO_SUBMIT)
    start_time = TimeField("Début", mention=TO_SUBMIT)
    end_time = TimeField("Fin", mention=TO_SUBMIT)
    end_day = DateField(
        "Jour de fin", [Optional(), DAYS], description="Seulement si la rencontre se termine après minuit."
    )
    title = StringField(
        "Intitulé de cette date", [Optional(), Length(max=140)], description="Utile quand les dates diffèrent."
    )
    places_onsite = IntegerField("Places sur place", [Optional(), PLACES], description="Vide\u00a0: sans limite.")
    places_online = IntegerField("Places en ligne", [Optional(), PLACES], description="Vide\u00a0: sans limite.")

    def validate_end_time(self, _field: TimeField) -> None:
        """The hours must be in order as soon as they are all there."""
        day, start_time, end_time, end_day = (self[name].data for name in ("day", "start_time", "end_time", "end_day"))
        if day and start_time and end_time:
            ends_at = datetime.combine(end_day or day, end_time)
            try:
                check_hours(datetime.combine(day, start_time), ends_at)
            except RuleViolation as refusal:
                raise ValidationError(refusal.message) from refusal

    def slot(self, unused: Container[str]) -> Slot:
        """The date as it was typed, without the places that are not used."""
        session_id = self.session_id.data or ""
        return Slot(
            session_id=int(session_id) if session_id.isdecimal() else None,
            title=one_line(self.title.data or ""),
            day=self.day.data,
            start_time=self.start_time.data,
            end_day=self.end_day.data if self.end_day.data != self.day.data else None,
            end_time=self.end_time.data,
            places_onsite=None if "places_onsite" in unused else self.places_onsite.data,
            places_online=None if "places_online" in unused else self.places_online.data,
        )


# What each mode leaves no use for.
_UNUSED = {
    EventMode.ONSITE: frozenset({"joining_link", "places_online"}),
    EventMode.ONLINE: frozenset({*rules.PLACE_FIELDS, "places_onsite"}),
}


def _leave_unchecked(field: Any) -> None:
    """Keep what is typed in sight, and find nothing wrong with it."""
    field.validators, field.process_errors = (), []


class WhenAndWhereForm(EventForm):
    """The dates, and the place or the link. What the chosen mode leaves no use for is neither checked nor kept."""

    asks = tuple(rules.STEP_FIELDS[Step.WHEN_AND_WHERE])

    mode = RadioField("L’événement a lieu", choices=choices(EventMode), coerce=EventMode, mention=TO_SUBMIT)
    sessions = EntriesField(SubFormField(SessionForm), "Dates", legend="Date {}", min_entries=1, max_entries=MOST_DATES)
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
            Attendance.ALL_SESSIONS: "C’est un cycle\u00a0: une seule inscription vaut pour toutes.",
        },
        coerce=Attendance,
        default=Attendance.ONE_SESSION,
    )
    off_period_reason = TextAreaField(
        "Pourquoi une date en dehors de l’édition\u00a0?",
        [Optional(), Length(max=500)],
        description="Une de vos dates tombe avant ou après les jours de l’édition.",
        mention=TO_SUBMIT,
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
        self.unused = _UNUSED.get(self.mode.data, frozenset())
        for name in self.unused & self._fields.keys():
            _leave_unchecked(self[name])
        for entry in self.sessions:
            for name in self.unused & entry.form._fields.keys():
                _leave_unchecked(entry.form[name])

    @property
    def has_off_period_date(self) -> bool:
        """Does a date fall before or after the edition, so that one must say why?"""
        edition = self.event.edition if self.event else None
        days = [entry.form.day.data for entry in self.sessions if entry.form.day.data]
        return edition is not None and any(not edition.starts_on <= day <= edition.ends_on for day in days)

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "sessions": [vars(slot) for slot in stored.get("sessions", ())]}

    def values(self) -> dict[str, Any]:
        slots = [entry.form.slot(self.unused) for entry in self.sessions]
        typed = {
            **super().values(),
            "sessions": [slot for slot in slots if slot.session_id is not None or not slot.is_blank],
            "attendance": self.attendance.data or Attendance.ONE_SESSION,
            "postcode": "".join((self.postcode.data or "").split()),
            **{name: one_line(self[name].data or "") for name in ("venue", "street", "city")},
        }
        blank = dict.fromkeys(self.unused & typed.keys(), "")
        is_public = bool(self.is_joining_link_public.data) and "joining_link" not in blank
        return typed | blank | {"is_joining_link_public": is_public}

    def rearrange(self, pressed: Container[str]) -> bool:
        """Add or remove a date, as its button asks; what is typed stays."""
        removed = [index for index in range(len(self.sessions)) if f"{REMOVE}{index + 1}" in pressed]
        if removed:
            self.sessions.pop_entry(removed[0])
        is_added = ADD in pressed and len(self.sessions) < MOST_DATES
        if is_added or not len(self.sessions):
            self.sessions.append_entry()
        return bool(removed) or ADD in pressed

    def validate_postcode(self, field: StringField) -> None:
        if field.data and field.name not in self.unused and not department_code(field.data):
            raise ValidationError("Ce code postal n’existe pas. Exemple de forme attendue\u00a0: 69003.")
