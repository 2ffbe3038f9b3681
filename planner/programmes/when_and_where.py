"""The page of the form that asks when and where: one to many dates, a place, a link."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wtforms.validators import Length, Optional, ValidationError

from planner import dates
from planner.directory.rules import department_code
from planner.errors import RuleViolation
from planner.events.labels import choices
from planner.events.models import Attendance, EventMode, SessionStatus
from planner.programmes import rules, slots
from planner.programmes.date_fields import RHYTHMS, RepetitionForm, RoomForm, SessionForm
from planner.programmes.event_form import TO_SUBMIT, EventForm
from planner.programmes.rules import Slot, Step
from planner.programmes.slots import MOST_DATES, check_count
from planner.text import one_line
from planner.web.fields import (
    BooleanField,
    EntriesField,
    RadioField,
    StringField,
    SubFormField,
    TextAreaField,
    URLField,
)
from planner.web.filters import counted
from planner.web.validators import web_address

# The names of the buttons; the second and the third are followed by the number of the date.
ADD, REMOVE, DUPLICATE, REPEAT = "ajouter-une-date", "retirer-", "dupliquer-", "repeter"

# What each mode leaves no use for.
_UNUSED = {
    EventMode.ONSITE: frozenset({"joining_link", "places_online"}),
    EventMode.ONLINE: frozenset({*rules.PLACE_FIELDS, "places_onsite", "room"}),
}


def _leave_unchecked(field: Any) -> None:
    """Keep what is typed in sight, and find nothing wrong with it."""
    field.validators, field.process_errors = (), []


class WhenAndWhereForm(EventForm):
    """The dates, and the place or the link. What the chosen mode leaves no use for is neither checked nor kept."""

    asks = tuple(rules.STEP_FIELDS[Step.WHEN_AND_WHERE])
    done = ""  # what the button pressed inside of the page did, in words

    mode = RadioField("L’événement a lieu", choices=choices(EventMode), coerce=EventMode, mention=TO_SUBMIT)
    sessions = EntriesField(SubFormField(SessionForm), "Dates", legend="Date {}", min_entries=1, max_entries=MOST_DATES)
    repetition = SubFormField(RepetitionForm)
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
    rooms = EntriesField(SubFormField(RoomForm), "Salles", max_entries=MOST_DATES)
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

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        self.unused = _UNUSED.get(self.mode.data, frozenset())
        if self.attendance.data is not Attendance.PICK_SESSIONS:
            self.unused |= {"track"}
        for name in self.unused & self._fields.keys():
            _leave_unchecked(self[name])
        for entry in self.sessions:
            for name in self.unused & entry.form._fields.keys():
                _leave_unchecked(entry.form[name])
        for entry in self.rooms:
            entry.form.capacity.label.text = f"Capacité de la salle «\u00a0{entry.form.name.data}\u00a0»"
        self._offer_dates()

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        capacities = stored.get("rooms", {})
        names = [room.name for room in self.event.rooms] if self.event else list(capacities)
        return {
            **stored,
            "sessions": [vars(slot) for slot in stored.get("sessions", ())],
            "rooms": [{"name": name, "capacity": capacities.get(name)} for name in names],
            "repetition": {"until": self.event.edition.ends_on} if self.event and self.event.edition else {},
        }

    def values(self) -> dict[str, Any]:
        typed_slots = [entry.form.slot(self.unused) for entry in self.sessions]
        capacities = {entry.form.name.data: entry.form.capacity.data for entry in self.rooms}
        typed = {
            **super().values(),
            "sessions": [slot for slot in typed_slots if slot.session_id is not None or not slot.is_blank],
            "attendance": self.attendance.data or Attendance.ONE_SESSION,
            "rooms": {name: capacity for name, capacity in capacities.items() if capacity},
            "postcode": "".join((self.postcode.data or "").split()),
            **{name: one_line(self[name].data or "") for name in ("venue", "street", "city")},
        }
        blank = dict.fromkeys(self.unused & typed.keys(), "")
        is_public = bool(self.is_joining_link_public.data) and "joining_link" not in blank
        return typed | blank | {"is_joining_link_public": is_public}

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) and not self._has_overlap()

    def validate_postcode(self, field: StringField) -> None:
        if field.data and field.name not in self.unused and not department_code(field.data):
            raise ValidationError("Ce code postal n’existe pas. Exemple de forme attendue\u00a0: 69003.")

    # ── What the page says ──

    @property
    def has_off_period_date(self) -> bool:
        """Does a date fall before or after the edition, so that one must say why?"""
        edition = self.event.edition if self.event else None
        days = [entry.form.day.data for entry in self.sessions if entry.form.day.data]
        return edition is not None and any(not edition.starts_on <= day <= edition.ends_on for day in days)

    def used_names(self, what: str) -> list[str]:
        """The tracks or the rooms (`what`: "track" or "room") that the dates name already."""
        return list(dict.fromkeys(entry.form[what].data for entry in self.sessions if entry.form[what].data))

    def paris_words(self, entry: Any) -> str:
        """When the date is, for the place and for Paris; empty where clocks show the same."""
        hours: tuple[datetime, datetime] | None = entry.form.hours
        if not hours or hours[0] >= hours[1]:
            return ""
        starts_at, ends_at = (moment.replace(tzinfo=self.zone) for moment in hours)
        if starts_at.utcoffset() == dates.local(starts_at).utcoffset():
            return ""
        return dates.span(starts_at, ends_at, self.zone.key)

    def room_remark(self, entry: Any) -> str:
        """What to know when the room is too small for the places of the date; empty otherwise."""
        capacities = {room.form.name.data: room.form.capacity.data for room in self.rooms}
        slot: Slot = entry.form.slot(self.unused)
        capacity = capacities.get(slot.room)
        if not capacity or slot.places_onsite is None or slot.places_onsite <= capacity:
            return ""
        return (
            f"La salle «\u00a0{slot.room}\u00a0» contient {counted(capacity, 'personne')}, "
            f"et cette date offre {counted(slot.places_onsite, 'place')}."
        )

    # ── The buttons inside of the page ──

    def rearrange(self, pressed: Container[str]) -> bool:
        """Add, remove, duplicate or repeat a date, as the button asks; what is typed stays."""
        numbers = range(1, len(self.sessions) + 1)
        removed = next((number for number in numbers if f"{REMOVE}{number}" in pressed), None)
        copied = next((number for number in numbers if f"{DUPLICATE}{number}" in pressed), None)
        is_one_of_them = bool(removed or copied or ADD in pressed or REPEAT in pressed)
        try:
            if removed:
                self.sessions.pop_entry(removed - 1)
            elif copied:
                self._insert(copied, [slots.duplicate(self._slot(copied))])
            elif ADD in pressed:
                self._insert(len(self.sessions), [None])
            elif REPEAT in pressed:
                self._repeat(self.repetition.form)
        except RuleViolation as refusal:
            here = self.repetition.form if refusal.field in self.repetition.form else self
            here[refusal.field].errors = [refusal.message]
        if not len(self.sessions):
            self.sessions.append_entry()
        self._offer_dates()
        return is_one_of_them

    def _repeat(self, asked: RepetitionForm) -> None:
        asked.is_asked = True
        if not asked.validate():
            return
        number, rhythm, existing = asked.number.data, asked.rhythm.data, len(self.sessions)
        limits = {"times": asked.times.data, "until": asked.until.data}
        added = slots.repeat(self._slot(number), rhythm, existing=existing, **limits)
        self._insert(number, added)
        days = ", ".join(dates.short_day(slot.day) for slot in added if slot.day).removesuffix(".")
        self.done = (
            f"{counted(len(added), 'date ajoutée', 'dates ajoutées')}, {RHYTHMS[rhythm].lower()}\u00a0: {days}. "
            "Les jours fériés sont compris\u00a0: retirez ceux qui ne conviennent pas, puis enregistrez."
        )

    def _slot(self, number: int) -> Slot:
        slot: Slot = self.sessions[number - 1].form.slot(())
        return slot

    def _insert(self, index: int, added: Sequence[Slot | None]) -> None:
        """Put these dates there, a blank one for None."""
        check_count(len(self.sessions) + len(added))
        for place, slot in enumerate(added, start=index):
            self.sessions.insert_entry(place, **({"data": vars(slot)} if slot else {}))

    def _offer_dates(self) -> None:
        """The dates that can be repeated: those of the page."""
        days: list[date | None] = [entry.form.day.data for entry in self.sessions]
        self.repetition.form.number.choices = [
            (str(number), f"Date {number} – {dates.short_day(day)}" if day else f"Date {number}")
            for number, day in enumerate(days, start=1)
        ]

    def _has_overlap(self) -> bool:
        """Is a date at the same time as another in its track or its room? It is said beside its hours."""
        sessions = self.event.sessions if self.event else ()
        gone = {str(one.id) for one in sessions if one.status is SessionStatus.CANCELLED}
        forms = [entry.form for entry in self.sessions]
        held = [
            form.held(number, self.unused)
            for number, form in enumerate(forms, start=1)
            if str(form.session_id.data) not in gone
        ]
        refused = list(slots.overlaps(filter(None, held)))
        for number, refusal in refused:
            forms[number - 1].start_time.errors = [*forms[number - 1].start_time.errors, refusal.message]
        if refused:
            self.sessions.errors = [entry.errors for entry in self.sessions if entry.errors]
        return bool(refused)
