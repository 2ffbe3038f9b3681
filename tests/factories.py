"""Rows for the tests. Each factory makes something valid and ordinary; a test says only what matters to it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

import factory
from factory.alchemy import SQLAlchemyModelFactory

from planner import clock, tokens
from planner.accounts.models import Grant, GrantRole, Person
from planner.db import db
from planner.directory.models import (
    Branch,
    Department,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Region,
)
from planner.editions.models import Edition, Theme
from planner.events.models import Audience, Event, EventFormat, EventMode, EventSession, EventState
from planner.events.questions import Question, QuestionKind
from planner.mail.models import Message
from planner.programmes.models import Programme
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus


class _Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session = db.session
        sqlalchemy_session_persistence = "commit"


class RegionFactory(_Factory):
    class Meta:
        model = Region
        sqlalchemy_get_or_create = ("code",)

    code = "84"
    name = "Auvergne-Rhône-Alpes"
    slug = "auvergne-rhone-alpes"
    time_zone = "Europe/Paris"


class ReunionFactory(RegionFactory):
    code = "04"
    name = "La Réunion"
    slug = "la-reunion"
    time_zone = "Indian/Reunion"
    is_overseas = True


class DepartmentFactory(_Factory):
    class Meta:
        model = Department
        sqlalchemy_get_or_create = ("code",)

    code = "69"
    name = "Rhône"
    region = factory.SubFactory(RegionFactory)


class PersonFactory(_Factory):
    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"agent{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Agent {n}")


class OrganisationFactory(_Factory):
    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"lab-{n}")
    name = factory.Sequence(lambda n: f"Lab {n}")
    kind = OrganisationKind.LIIT
    branch = Branch.STATE
    region = factory.SubFactory(RegionFactory)
    city = "Lyon"
    contact_email = factory.LazyAttribute(lambda lab: f"{lab.slug}@example.org")


class MembershipFactory(_Factory):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = MembershipRole.EDITOR


class GrantFactory(_Factory):
    class Meta:
        model = Grant

    person = factory.SubFactory(PersonFactory)
    role = GrantRole.MODERATOR


class EditionFactory(_Factory):
    """November 2026; its window is open on the day of the tests."""

    class Meta:
        model = Edition
        sqlalchemy_get_or_create = ("number",)

    number = 13
    name = "Mois de l’innovation publique 2026"
    slug = "2026"
    starts_on = date(2026, 11, 2)
    ends_on = date(2026, 11, 29)
    submissions_open_at = datetime(2026, 9, 1, tzinfo=UTC)
    submissions_close_at = datetime(2026, 10, 21, 22, 0, tzinfo=UTC)
    charter = "L’événement est gratuit et ouvert."


class ThemeFactory(_Factory):
    class Meta:
        model = Theme

    edition = factory.SubFactory(EditionFactory)
    name = factory.Sequence(lambda n: f"Thème {n}")
    slug = factory.Sequence(lambda n: f"theme-{n}")


class ProgrammeFactory(_Factory):
    class Meta:
        model = Programme

    organisation = factory.SubFactory(OrganisationFactory)
    edition = factory.SubFactory(EditionFactory)


class EventFactory(_Factory):
    """A published event, complete, without its sessions: `EventSessionFactory(event=…)` adds one."""

    class Meta:
        model = Event

    slug = factory.Sequence(lambda n: f"atelier-donnees-{n}")
    title = factory.Sequence(lambda n: f"Atelier données {n}")
    summary = "Une matinée pour partager ses données."
    description = "On apporte un jeu de données, on repart avec une **idée**."
    search_text = factory.LazyAttribute(lambda event: event.title.lower().replace("é", "e"))
    contact_name = "Accueil du lab"
    contact_email = "accueil@example.org"
    edition = factory.SubFactory(EditionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    region = factory.SelfAttribute("organisation.region")
    mode = EventMode.ONSITE
    venue = "Cité administrative"
    street = "1 place de l’Hôtel-de-Ville"
    postcode = "69003"
    city = "Lyon"
    format = EventFormat.WORKSHOP
    audiences: ClassVar[list[str]] = [Audience.STATE_AGENTS.value]
    is_charter_accepted = True
    state = EventState.PUBLISHED
    submitted_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=10))
    published_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=5))

    @factory.post_generation
    def themes(self: Any, create: bool, extracted: list[Theme] | None, **_: Any) -> None:  # noqa: FBT001  # its signature
        chosen = [ThemeFactory()] if extracted is None else extracted
        self.themes = chosen
        if create:
            db.session.commit()


class DraftFactory(EventFactory):
    """A complete event that its lab has not submitted yet."""

    state = EventState.DRAFT
    submitted_at = None
    published_at = None


class SubmittedFactory(DraftFactory):
    state = EventState.SUBMITTED
    submitted_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=2))


class EventSessionFactory(_Factory):
    """Thursday 12 November 2026, 9:30 to 12:00 in Paris, 10 places on site."""

    class Meta:
        model = EventSession

    event = factory.SubFactory(EventFactory)
    day = date(2026, 11, 12)
    start_time = time(9, 30)
    end_time = time(12, 0)
    starts_at = datetime(2026, 11, 12, 8, 30, tzinfo=UTC)
    ends_at = datetime(2026, 11, 12, 11, 0, tzinfo=UTC)
    places_onsite = 10


class QuestionFactory(_Factory):
    class Meta:
        model = Question

    event_id = factory.LazyAttribute(lambda _: EventFactory().id)
    position = factory.Sequence(int)
    kind = QuestionKind.TEXT
    label = factory.Sequence(lambda n: f"Question {n}")


class RegistrationFactory(_Factory):
    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    link_key = factory.LazyFunction(tokens.new_key)
    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Personne {n}")
    proven_at = factory.LazyFunction(clock.now)


class SeatFactory(_Factory):
    class Meta:
        model = Seat

    event_session = factory.SubFactory(EventSessionFactory)
    registration = factory.SubFactory(RegistrationFactory, event=factory.SelfAttribute("..event_session.event"))
    mode = SeatMode.ONSITE
    status = SeatStatus.CONFIRMED
    queued_at = factory.LazyFunction(clock.now)
    confirmed_at = factory.LazyAttribute(lambda seat: clock.now() if seat.status == SeatStatus.CONFIRMED else None)
    expires_at = factory.LazyAttribute(
        lambda seat: clock.now() + timedelta(hours=2) if seat.status in {SeatStatus.HELD, SeatStatus.OFFERED} else None
    )


class MessageFactory(_Factory):
    class Meta:
        model = Message

    kind = "test.kind"
    subject_id = 1
    key = factory.Sequence(lambda n: f"test:{n}")
