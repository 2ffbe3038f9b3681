"""The registration's form: one page, at most seven fields, and the questions of the lab."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from planner import clock, dates
from planner.errors import RuleViolation
from planner.events.labels import choices, domains_words, label
from planner.events.models import Attendance, Audience, Event, EventSession
from planner.events.questions import Question, QuestionKind
from planner.registrations import answers, rules
from planner.registrations.labels import MODES, STATUSES
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus
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
        if event.reserved_domains:
            self.email.description = f"Réservé aux adresses {domains_words(event)}. {self.email.description}"
        self.offered = [session for session in event.sessions if rules.is_open(session, clock.now())]
        words = [(session.id, session_words(session)) for session in self.offered]
        several = len(self.offered) > 1
        self._offer("session", words if several and event.attendance is Attendance.ONE_SESSION else [])
        self._offer("sessions", words if several and event.attendance is Attendance.PICK_SESSIONS else [])
        modes = rules.modes(event)
        self._offer("mode", [(mode, MODES[mode]) for mode in modes] if len(modes) > 1 else [])
        asked = answers.asked(event.questions, self._given())
        for question in event.questions:
            self._check_if_asked(question, is_asked=question in asked)

    @property
    def questions(self) -> list[Any]:
        """The fields of the event's questions, in order."""
        return [self[answers.field_name(question)] for question in self.event.questions]

    def _given(self) -> dict[int, answers.type_of_answer]:
        return {question.id: field.data for question, field in zip(self.event.questions, self.questions, strict=True)}

    def _check_if_asked(self, question: Question, *, is_asked: bool) -> None:
        """What depends on another answer is required only then, and what is not asked is not checked."""
        field = self[answers.field_name(question)]
        if not is_asked:
            field.validators = ()
        elif question.is_required and question.condition_id:
            field.validators = [DataRequired(), *field.validators]

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
            answers=self._given(),
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

    def refuse(self, refusal: RuleViolation) -> None:
        """Say why it cannot be: beside the field concerned, else at the top."""
        if refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)


MANY = 6  # from so many answers on, one chooses in a list


def registration_form(event: Event, **kwargs: Any) -> RegistrationForm:
    """The form of this event, with a field for each of its questions, which must be loaded."""
    fields = {answers.field_name(question): _field(question, event.questions) for question in event.questions}
    form: RegistrationForm = type("RegistrationForm", (RegistrationForm,), fields)(event=event, **kwargs)
    return form


def _field(question: Question, questions: Sequence[Question]) -> Any:
    """The field of a question; what it depends on is said in words, with or without a script."""
    mention, checks = None if question.is_required else "facultatif", [InputRequired()]
    hint = question.hint
    if question.condition_id:
        other = next(one.label for one in questions if one.id == question.condition_id)
        condition = f"Si vous avez répondu «\u00a0{question.condition_value}\u00a0» à «\u00a0{other}\u00a0»."
        hint = " ".join(filter(None, [condition, hint]))
        mention = "obligatoire dans ce cas" if question.is_required else mention
    if not question.is_required or question.condition_id:
        checks = [Optional()]
    options: dict[str, Any] = {"description": hint, "mention": mention}
    if question.kind is QuestionKind.TEXT:
        return TextAreaField(question.label, [*checks, Length(max=answers.LONGEST)], rows=2, **options)
    offered = [(answer, answer) for answer in question.answers]
    if question.kind is QuestionKind.CHOICES:
        return CheckboxesField(question.label, checks, choices=offered, **options)
    if len(offered) >= MANY:
        return SelectField(question.label, checks, choices=offered, **options)
    is_short = question.kind is QuestionKind.YES_NO
    return RadioField(question.label, checks, choices=offered, is_short=is_short, **options)


class ApprovalForm(DsfrForm):
    """Which registrations are accepted or refused."""

    registrations = CheckboxesField(
        "Inscriptions à valider",
        [InputRequired("Cochez au moins une inscription.")],
        coerce=int,
        validate_choice=False,  # who has left meanwhile is passed over
    )
    reason = TextAreaField(
        "Motif du refus",
        [Optional(), Length(max=500)],
        description="Pour refuser seulement\u00a0: il est envoyé à chaque personne cochée.",
        rows=2,
    )

    def __init__(self, event: Event, awaiting: Sequence[tuple[Registration, Sequence[Seat]]]) -> None:
        super().__init__()
        self.registrations.choices = [(str(one.id), one.full_name) for one, _ in awaiting]
        self.registrations.hints = {str(one.id): _request_words(event, one, own) for one, own in awaiting}

    def must_say_why(self) -> bool:
        """Is a refusal asked for without its reason? It is then said beside the field."""
        if not self.reason.data:
            self.reason.errors = [*self.reason.errors, "Écrivez pourquoi\u00a0: la personne lira ce motif."]
        return not self.reason.data


def _request_words(event: Event, registration: Registration, own: Sequence[Seat]) -> str:
    """What the organiser decides on: who, from where, for which dates, with which answers."""
    dates_wanted = [session_words(seat.event_session) for seat in own] if len(event.sessions) > 1 else []
    waits = "sur liste d’attente" if all(seat.status is SeatStatus.WAITING for seat in own) else ""
    given = [f"{question} {words}" for question, words in answers.lines(registration)]
    audience = label(registration.audience) if registration.audience else ""
    parts = [registration.email, registration.organisation_name, audience, *dates_wanted, waits, *given]
    return " – ".join(filter(None, parts))


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
