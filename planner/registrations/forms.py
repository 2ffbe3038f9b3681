"""The registration's form: one page, at most seven fields."""

from typing import Any

from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from planner import clock, dates
from planner.events.labels import choices
from planner.events.models import Attendance, Audience, Event, EventSession
from planner.registrations import rules
from planner.registrations.labels import MODES, STATUSES
from planner.registrations.models import SeatMode, SeatStatus
from planner.registrations.queries import SHOWN
from planner.registrations.services import Attendee
from planner.text import normalise_email, one_line
from planner.web.fields import (
    CheckboxesField,
    DsfrForm,
    EmailField,
    QueryForm,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)

CHOOSE = "Choisissez ce qui vous convient."


class RegistrationForm(DsfrForm):
    """Who comes, to which sessions, on site or online. Fields that the event leaves no choice about are removed."""

    sessions = CheckboxesField("Sessions", [InputRequired(CHOOSE)], coerce=int)
    session = RadioField("Date", [InputRequired(CHOOSE)], coerce=int)
    mode = RadioField("Comment venez-vous ?", [InputRequired(CHOOSE)], coerce=SeatMode, is_short=True)
    full_name = StringField("Prénom et nom", [DataRequired(), Length(max=120)], autocomplete="name")
    email = EmailField(
        "Adresse électronique",
        [DataRequired(), Email(), Length(max=254)],
        autocomplete="email",
        description="Pour vous envoyer la confirmation, le rappel et l’invitation pour votre agenda.",
    )
    organisation_name = StringField(
        "Organisation",
        [Optional(), Length(max=120)],
        autocomplete="organization",
        description="Pour que l’organisateur prépare la rencontre.",
        mention="facultatif",
    )
    audience = SelectField(
        "Vous êtes",
        [Optional()],
        choices=[(Audience(value), words) for value, words in choices(Audience)],
        coerce=Audience,
        blank="Je préfère ne pas le dire",
        mention="facultatif",
    )
    access_needs = TextAreaField(
        "De quoi avez-vous besoin pour participer ?",
        [Optional(), Length(max=500)],
        description="Place en fauteuil, langue des signes, sous-titres… Lu par l’organisateur seulement.",
        rows=2,
        mention="facultatif",
    )

    def __init__(self, *, event: Event, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        self.offered = [session for session in event.sessions if rules.is_open(session, clock.now())]
        words = [(session.id, session_words(session)) for session in self.offered]
        several = len(self.offered) > 1
        self._offer("session", words if several and event.attendance is Attendance.ONE_SESSION else [])
        self._offer("sessions", words if several and event.attendance is Attendance.PICK_SESSIONS else [])
        modes = rules.modes(event)
        self._offer("mode", [(mode, MODES[mode]) for mode in modes] if len(modes) > 1 else [])

    def _offer(self, name: str, values: list[tuple[Any, str]]) -> None:
        if values:
            self[name].choices = values
        else:
            delattr(self, name)

    def attendee(self, person_id: int | None) -> Attendee:
        """Who registers."""
        return Attendee(
            email=normalise_email(self.email.data),
            full_name=one_line(self.full_name.data),
            organisation_name=one_line(self.organisation_name.data or ""),
            audience=self.audience.data,
            access_needs=(self.access_needs.data or "").strip(),
            person_id=person_id,
        )

    def choices(self) -> list[rules.Choice]:
        """The sessions wanted, each on site or online."""
        if "session" in self:
            wanted = [self.session.data]
        elif "sessions" in self:
            wanted = self.sessions.data
        else:
            wanted = [session.id for session in self.offered]
        mode = self.mode.data if "mode" in self else rules.modes(self.event)[0]
        return [rules.Choice(session_id, mode) for session_id in wanted]


class RegistrantsFilters(QueryForm):
    """Whom to show in the organiser's list."""

    recherche = SearchField("Nom, adresse ou organisation")
    etat = SelectField(
        "État",
        choices=[(status, STATUSES[status]) for status in SHOWN],
        coerce=SeatStatus,
        blank="Tous les états",
    )

    def wanted(self) -> tuple[str, list[SeatStatus]]:
        """The text looked for, and the states kept; a state that does not exist keeps them all."""
        is_known = self.validate()
        return self.recherche.data or "", [self.etat.data] if is_known and self.etat.data else []


def session_words(session: EventSession) -> str:
    """A session in a list of choices: its title when it has one, and when it takes place."""
    if not session.starts_at or not session.ends_at:
        return session.title
    when = dates.span(session.starts_at, session.ends_at, session.event.time_zone, year=False)
    return f"{session.title}, {when}" if session.title else when
