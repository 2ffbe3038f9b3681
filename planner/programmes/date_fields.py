"""The parts of the page of the dates: one date, how to repeat it, one room."""

from collections.abc import Container
from datetime import date, datetime
from typing import Any

from wtforms.validators import DateRange, Length, NumberRange, Optional, ValidationError

from planner.errors import RuleViolation
from planner.events.rules import check_hours
from planner.programmes.event_form import PLACES, TO_SUBMIT
from planner.programmes.rules import Slot
from planner.programmes.slots import Held, Rhythm
from planner.text import one_line
from planner.web.fields import DateField, HiddenField, IntegerField, SelectField, StringField, SubForm, TimeField

RHYTHMS = {
    Rhythm.DAILY: "Tous les jours",
    Rhythm.WEEKLY: "Toutes les semaines",
    Rhythm.FORTNIGHTLY: "Toutes les deux semaines",
}
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
    room = StringField("Salle", [Optional(), Length(max=80)], autocomplete="off")
    track = StringField(
        "Parcours",
        [Optional(), Length(max=80)],
        description="Dans un même parcours, deux dates ne se chevauchent pas.",
        autocomplete="off",
    )

    def validate_end_time(self, _field: TimeField) -> None:
        """The hours must be in order as soon as they are all there."""
        if hours := self.hours:
            try:
                check_hours(*hours)
            except RuleViolation as refusal:
                raise ValidationError(refusal.message) from refusal

    @property
    def hours(self) -> tuple[datetime, datetime] | None:
        """The beginning and the end on the clocks of the place, once they are all there."""
        day, start_time, end_time, end_day = (self[name].data for name in ("day", "start_time", "end_time", "end_day"))
        if not (day and start_time and end_time):
            return None
        return datetime.combine(day, start_time), datetime.combine(end_day or day, end_time)

    def slot(self, unused: Container[str]) -> Slot:
        """The date as it was typed, without what is not used."""
        session_id = str(self.session_id.data or "")  # a number when it comes from the event
        used: dict[str, Any] = {
            "places_onsite": self.places_onsite.data,
            "places_online": self.places_online.data,
            "room": one_line(self.room.data or ""),
            "track": one_line(self.track.data or ""),
        }
        blank: dict[str, Any] = {"places_onsite": None, "places_online": None, "room": "", "track": ""}
        return Slot(
            session_id=int(session_id) if session_id.isdecimal() else None,
            title=one_line(self.title.data or ""),
            day=self.day.data,
            start_time=self.start_time.data,
            end_day=self.end_day.data if self.end_day.data != self.day.data else None,
            end_time=self.end_time.data,
            **{name: blank[name] if name in unused else value for name, value in used.items()},
        )

    def held(self, number: int, unused: Container[str]) -> Held | None:
        """The date as its track and its room see it, once its hours are there and in order."""
        hours, slot = self.hours, self.slot(unused)
        return Held(number, *hours, slot.track, slot.room) if hours and hours[0] < hours[1] else None


class RepetitionForm(SubForm):
    """How to repeat a date. It is looked at only when its button is pressed."""

    is_asked = False

    number = SelectField("Date à répéter", coerce=int, blank=None)
    rhythm = SelectField(
        "Rythme",
        choices=[(str(int(rhythm)), words) for rhythm, words in RHYTHMS.items()],
        coerce=lambda value: Rhythm(int(value)),
        blank=None,
        default=Rhythm.WEEKLY,
    )
    times = IntegerField("Nombre de dates à ajouter", [Optional(), NumberRange(min=1, max=1000)])
    until = DateField(
        "Jusqu’au", [Optional(), DAYS], description="Ce jour compris\u00a0; on s’arrête au plus tôt des deux."
    )

    def validate(self, extra_validators: Any = None) -> bool:
        return not self.is_asked or bool(super().validate(extra_validators))


class RoomForm(SubForm):
    """How many people a room of the event holds."""

    name = HiddenField()
    capacity = IntegerField("Capacité", [Optional(), NumberRange(min=1, max=100_000)])
