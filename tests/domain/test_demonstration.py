"""The demonstration data: facts moved around today, complete where published, loaded once."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from planner.accounts.models import Grant, Person
from planner.db import Base, db
from planner.demonstration import facts, services
from planner.demonstration.cli import accounts, load
from planner.directory.models import Membership, Organisation, OrganisationKind
from planner.editions.models import Edition
from planner.events.models import Attendance, Event, EventMode, EventState, EventStatus
from planner.events.rules import missing_for_submission
from planner.mail.models import Message
from planner.programmes.models import Comment, CommentKind, EventLog
from planner.registrations.models import Registration, Reminder, Seat, SeatMode, SeatStatus
from tests.factories import EditionFactory


@pytest.fixture
def loaded(context: Flask) -> list[str]:
    """The demonstration, loaded; gives the steps it told."""
    return list(services.load())


def events() -> dict[str, Event]:
    rows = db.session.scalars(select(Event).where(Event.external_id.is_not(None)).order_by(Event.external_id))
    return {row.external_id or "": row for row in rows}


def counts() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def past(key: str) -> facts.PastEvent:
    return next(event for event in facts.past_events() if event.id == key)


# ── Loading ──


def test_loading_tells_each_step(loaded):
    assert loaded == [
        "Régions et départements",
        "90 structures, dont 39 labs",
        "Édition d’exemple : du 28 septembre au 2 novembre 2026",
        "98 événements passés repris, dont 84 publiés",
        "308 inscriptions",
    ]


def test_a_second_loading_changes_nothing(loaded):
    first = counts()

    assert list(services.load()) == ["Les données de démonstration sont déjà là : rien n’a été changé."]

    assert counts() == first


def test_loading_owes_no_mail(loaded):
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_loading_among_other_data_is_refused(context):
    EditionFactory()

    with pytest.raises(services.OtherDataThere):
        list(services.load())


def test_the_same_day_gives_the_same_programme(context):
    def programme() -> list[tuple[str, str, datetime]]:
        with db.session.begin_nested() as savepoint:
            list(services.load())
            found = [(event.slug, session.starts_at) for event in events().values() for session in event.sessions]
            savepoint.rollback()
        return found

    assert programme() == programme()


# ── Commands ──


def test_the_command_loads_once_and_lists_the_accounts(context):
    run = context.test_cli_runner().invoke

    first, second, listed = run(load), run(load), run(accounts)

    assert [first.exit_code, second.exit_code, listed.exit_code] == [0, 0, 0]
    assert second.output == "Les données de démonstration sont déjà là : rien n’a été changé.\n"
    assert listed.output.splitlines() == [
        "Lab : rédaction\tredaction.lab-archipel@example.org",
        "Lab : référent\treferent.lab-archipel@example.org",
        "Lab : accueil le jour J\taccueil.lab-archipel@example.org",
        "Coordination régionale\tcoordination.auvergne-rhone-alpes@example.org",
        "DITP : modération\tmoderation.ditp@example.org",
        "DITP : administration\tadministration.ditp@example.org",
        "Agent public, sans rôle\tagent.prefecture@example.org",
    ]


def test_no_account_is_listed_before_loading(context):
    assert context.test_cli_runner().invoke(accounts).exit_code == 1


@pytest.fixture
def in_production(context: Flask) -> Iterator[Flask]:
    context.config["ENVIRONMENT"] = "production"
    yield context
    context.config["ENVIRONMENT"] = "testing"


def test_nothing_is_loaded_in_production(in_production):
    answer = in_production.test_cli_runner().invoke(load)

    assert (answer.exit_code, answer.output) == (
        1,
        "Error: Les données de démonstration ne se chargent jamais en production.\n",
    )
    assert db.session.scalar(select(func.count(Edition.id))) == 0


# ── Edition ──


def test_the_edition_began_two_weeks_ago_and_ends_in_three(loaded):
    edition = db.session.scalars(select(Edition).where(Edition.slug == "exemple")).one()

    assert (edition.number, edition.name) == (13, "Mois de l’innovation publique 2026")
    assert (edition.starts_on, edition.ends_on) == (date(2026, 9, 28), date(2026, 11, 2))
    assert edition.submissions_open_at == datetime(2026, 8, 11, 22, 0, tzinfo=UTC)
    assert edition.submissions_close_at == datetime(2026, 10, 19, 21, 59, tzinfo=UTC)
    assert edition.notice.startswith("Données d’exemple\u00a0:")
    assert [theme.name for theme in edition.themes] == [
        "L’innovation au service de l’expérience usager",
        "L’innovation au service de l’expérience agent",
        "L’innovation pour des services publics écoresponsables",
        "L’innovation au service de la relance et de l’impact de l’action publique",
    ]


def test_past_editions_are_those_whose_days_are_known(loaded):
    known = db.session.scalars(select(Edition).where(Edition.slug != "exemple").order_by(Edition.number)).all()

    assert [edition.slug for edition in known] == [str(year) for year in range(2014, 2025)]
    last = known[-1]
    assert (last.number, last.starts_on, last.ends_on) == (11, date(2024, 11, 4), date(2024, 11, 30))


def test_a_past_edition_never_overlaps_the_example(context, time):
    time.move_to(datetime(2024, 12, 1, 8, 0, tzinfo=UTC))

    list(services.load())

    assert db.session.scalars(select(Edition.slug).order_by(Edition.starts_on.desc())).all()[:2] == ["exemple", "2023"]


# ── Days and hours ──


def test_every_event_keeps_its_weekdays_inside_the_edition(loaded):
    moved = events()
    for original in facts.past_events():
        if original.parent_id:
            continue
        sessions = moved[original.id].sessions
        held_on = [session.day for session in sessions]
        assert len(sessions) == original.days_after + 1
        assert all(date(2026, 9, 28) <= day <= date(2026, 11, 2) for day in held_on)
        if original.first_day:
            assert held_on[0].weekday() == original.first_day.weekday()
            assert held_on[-1] - held_on[0] == timedelta(days=original.days_after)


def test_hours_of_the_source_are_kept(loaded):
    moved = events()
    for original in facts.past_events():
        for session in moved[original.id].sessions:
            assert original.start_time in {None, session.start_time}
            assert original.end_time in {None, session.end_time}


def test_a_parallel_workshop_is_on_the_day_of_its_gathering(loaded):
    moved = events()

    assert {moved[key].sessions[0].day for key in ("E094", "E095", "E096", "E097", "E098")} == {
        moved["E094"].sessions[0].day
    }


def test_in_la_reunion_nine_in_the_morning_is_five_in_utc(loaded):
    event = events()["E010"]
    session = event.sessions[0]

    assert (event.time_zone, event.region.name, event.city) == ("Indian/Reunion", "La Réunion", "Saint-Benoît")
    assert (session.day, session.start_time) == (session.starts_at.astimezone(UTC).date(), time(9))
    assert session.starts_at.astimezone(UTC).time() == time(5)


def test_an_event_of_several_days_has_a_session_for_each(loaded):
    moved = events()

    assert [len(moved[key].sessions) for key in ("E008", "E013", "E043")] == [3, 2, 2]
    assert [moved[key].attendance for key in ("E008", "E013", "E043")] == [
        Attendance.ONE_SESSION,
        Attendance.ALL_SESSIONS,
        Attendance.PICK_SESSIONS,
    ]


# ── Content ──


def test_every_published_event_is_complete_and_says_it_is_an_example(loaded):
    published = [event for event in events().values() if event.state is EventState.PUBLISHED]

    for event in published:
        assert missing_for_submission(event) == []
        assert event.submitted_at < event.published_at < datetime(2026, 10, 12, tzinfo=UTC)
        assert event.submitter_id is not None
        assert event.search_text
        assert event.source.startswith("http")
        assert "**Ceci est un exemple**" in event.description
        assert f"<{event.source}>" in event.description
        assert str(past(event.external_id).year) in event.description


@pytest.mark.parametrize(
    ("key", "hours", "filled_in"),
    [
        ("E039", "", "jauge, parcours, contact"),  # Montpellier, 10:00 to 13:30
        ("E070", "Heure de fin d’exemple. ", "code postal, jauge, public, parcours, contact"),  # Grenoble, from 14:00
        ("E071", "Heure de fin d’exemple. ", "lien de connexion, jauge, public, parcours, contact"),  # online
        ("E094", "", "code postal, jauge, parcours, contact"),
        (
            "E010",
            "Horaires d’exemple. ",
            "titre, jour de la semaine, format, code postal, jauge, public, parcours, contact",
        ),
    ],
)
def test_what_the_source_does_not_say_is_said_to_be_an_example(loaded, key, hours, filled_in):
    said = events()[key].description.split("\n\n")[-2]

    assert said == f"Sa date est déplacée pour la démonstration. {hours}Complété pour l’exemple\u00a0: {filled_in}."


def test_an_event_given_to_another_organisation_says_so(loaded):
    given = events()["E010"].description.split("\n\n")[2]

    assert given == "Rattaché à «\u00a0Lab Péï\u00a0» pour les besoins de l’exemple."
    assert "Rattaché" not in events()["E039"].description


def test_an_event_without_any_place_stays_a_draft(loaded):
    drafts = [key for key, event in events().items() if event.state is EventState.DRAFT]

    assert drafts == ["E020", "E021", "E036", "E040", "E042"]
    assert all(event.mode is EventMode.ONSITE for key, event in events().items() if key in drafts)


def test_titles_are_those_of_the_source_but_one_that_is_too_long(loaded):
    moved = events()

    changed = {event.id: moved[event.id].title for event in facts.past_events() if moved[event.id].title != event.title}
    assert changed == {
        "E031": "Table ronde sur les laboratoires d’innovation publique et annonce des lauréats",
    }


def test_places_are_where_they_were(loaded):
    event = events()["E039"]

    assert (event.street, event.postcode, event.city) == ("50 place Zeus", "34000", "Montpellier")
    assert (event.venue, event.department_code) == ("Hôtel de Métropole, 1er étage, salle Zeus", "34")
    assert event.organisation.name == "Montpellier Méditerranée Métropole"


def test_labs_are_those_that_exist_under_a_name(loaded):
    names = set(db.session.scalars(select(Organisation.name)))

    assert {"Lab Archipel", "Lab Péï", "Polynesian factory", "Lab4Lab"} <= names
    assert not {"Lab Zéro", "Le Labo", "Incubateur public du Val d’Oise"} & names
    liit = select(func.count(Organisation.id)).where(Organisation.kind == OrganisationKind.LIIT)
    assert db.session.scalar(liit) == 14


# ── Desks ──


def test_the_demonstration_lab_has_an_event_in_each_state(loaded):
    lab = db.session.scalars(select(Organisation).where(Organisation.name == "Lab Archipel")).one()
    own = db.session.scalars(select(Event).where(Event.organisation == lab)).all()

    assert Counter(event.state for event in own) == {
        EventState.PUBLISHED: 4,
        EventState.DRAFT: 1,
        EventState.SUBMITTED: 1,
        EventState.UNDER_REVIEW: 1,
        EventState.CHANGES_REQUESTED: 1,
        EventState.APPROVED: 1,
    }
    assert [event.external_id for event in own if event.status is EventStatus.CANCELLED] == ["E058"]
    assert {event.region_code for event in own} == {lab.region_code}


def test_the_draft_misses_its_date_and_themes(loaded):
    draft = db.session.scalars(select(Event).where(Event.external_id.is_(None))).one()

    assert [missing.field for missing in missing_for_submission(draft)] == [
        "summary",
        "themes",
        "sessions",
        "is_charter_accepted",
    ]


def test_each_event_has_the_journal_of_its_state(loaded):
    event = events()["E097"]
    lines = db.session.scalars(select(EventLog).where(EventLog.event_id == event.id).order_by(EventLog.id)).all()

    assert [(line.verb, line.from_state, line.to_state) for line in lines] == [
        ("create", None, EventState.DRAFT),
        ("submit", EventState.DRAFT, EventState.SUBMITTED),
        ("start", EventState.SUBMITTED, EventState.UNDER_REVIEW),
        ("ask_changes", EventState.UNDER_REVIEW, EventState.CHANGES_REQUESTED),
    ]
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert event.submitter_id != event.reviewer_id


def test_changes_are_asked_of_the_author_and_the_note_stays_inside(loaded):
    comments = {comment.kind: comment for comment in db.session.scalars(select(Comment))}

    assert comments[CommentKind.TO_AUTHOR].event_id == events()["E097"].id
    assert comments[CommentKind.INTERNAL].event_id == events()["E083"].id


def test_each_account_has_its_role(loaded):
    lab = db.session.scalars(select(Organisation).where(Organisation.name == "Lab Archipel")).one()

    assert Counter(db.session.scalars(select(Membership.role))) == {"editor": 1, "manager": 1, "helper": 1}
    assert Counter((grant.role, grant.region_code) for grant in db.session.scalars(select(Grant))) == {
        ("coordinator", lab.region_code): 1,
        ("moderator", None): 1,
        ("admin", None): 1,
    }


# ── Registrations ──


def test_one_event_is_full_and_three_people_wait(loaded):
    seats = db.session.scalars(select(Seat).join(Seat.registration).where(Registration.event == events()["E098"])).all()

    assert Counter(seat.status for seat in seats) == {SeatStatus.CONFIRMED: 12, SeatStatus.WAITING: 3}
    confirmed = [seat.queued_at for seat in seats if seat.status is SeatStatus.CONFIRMED]
    waiting = [seat.queued_at for seat in seats if seat.status is SeatStatus.WAITING]
    assert max(confirmed) < min(waiting)


def test_no_session_is_oversold(loaded):
    for event in events().values():
        for session in event.sessions:
            taken = select(func.count(Seat.id)).where(
                Seat.event_session_id == session.id, Seat.status == SeatStatus.CONFIRMED, Seat.mode == SeatMode.ONSITE
            )
            assert session.places_onsite is None or (db.session.scalar(taken) or 0) <= session.places_onsite


def test_everybody_is_a_role_at_example_org(loaded):
    addresses = [*db.session.scalars(select(Registration.email)), *db.session.scalars(select(Person.email))]

    assert {address.partition("@")[2] for address in addresses} == {"example.org"}


def test_seats_are_taken_before_now_and_before_the_event(loaded):
    for registration in db.session.scalars(select(Registration)):
        assert registration.created_at < registration.proven_at < datetime(2026, 10, 12, 8, 1, tzinfo=UTC)
        assert all(registration.proven_at < seat.event_session.starts_at for seat in registration.seats)


def test_reminders_are_planned_for_what_is_published(loaded):
    planned = set(db.session.scalars(select(Reminder.event_session_id)))

    assert planned == {
        session.id for event in events().values() if event.state is EventState.PUBLISHED for session in event.sessions
    }
