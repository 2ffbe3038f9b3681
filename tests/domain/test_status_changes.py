"""What happens to a published event: cancelled, one date cancelled, postponed, rescheduled, moved online."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from planner.db import db, rehearsal
from planner.events.models import Event, EventMode, EventSession, EventStatus, SessionStatus
from planner.mail.models import Message
from planner.programmes import queries
from planner.programmes import rules as composing
from planner.programmes.models import EventLog, Revision, RevisionStatus
from planner.programmes.rules import Slot
from planner.registrations import services as registrations
from planner.registrations.models import Reminder, ReminderKind, Seat, SeatMode, SeatStatus
from planner.registrations.rules import RegistrationClosed
from planner.revisions import preview, rules, services, status_changes
from tests.domain.test_revisions import calendar, editor, save, text
from tests.factories import EventFactory, EventSessionFactory, SeatFactory

pytestmark = pytest.mark.usefixtures("context")

type_of_outbox = Callable[[], list[tuple[str, int]]]

LINK = "https://visio.example/salle"


def new_date(session: EventSession, day: date = date(2026, 11, 20)) -> Slot:
    return replace(composing.slot(session), day=day, start_time=time(14), end_time=time(16))


def test_cancelling_tells_whoever_registered(outbox: type_of_outbox):
    session = EventSessionFactory()
    seat, waiting = (
        SeatFactory(event_session=session, status=status) for status in (SeatStatus.CONFIRMED, SeatStatus.WAITING)
    )
    event = session.event
    save(event, title="Autre titre")
    status_changes.cancel(event, editor(event), words="La salle est inondée.")
    assert (event.status, event.status_text) == (EventStatus.CANCELLED, "La salle est inondée.")
    assert [seat.status, waiting.status] == [SeatStatus.CANCELLED] * 2
    assert outbox() == [("seat.event_cancelled", seat.id), ("seat.event_cancelled", waiting.id)]
    line = db.session.scalars(select(EventLog).where(EventLog.verb == "cancel")).one()
    assert (line.reason, line.difference) == ("La salle est inondée.", {"status": ["scheduled", "cancelled"]})
    assert db.session.scalars(select(Revision.status)).all() == [RevisionStatus.WITHDRAWN]


def test_a_cancellation_is_never_undone():
    event = EventSessionFactory(event=EventFactory(status=EventStatus.CANCELLED)).event
    for verb, values in (
        (status_changes.cancel, {}),
        (status_changes.postpone, {}),
        (status_changes.move_online, {"joining_link": LINK}),
    ):
        with pytest.raises(rules.AlreadyCancelled):
            verb(event, editor(event), words="Finalement si.", **values)


def test_one_date_of_several_is_cancelled(outbox: type_of_outbox):
    session = EventSessionFactory()
    other = EventSessionFactory(event=session.event)
    seat, kept = SeatFactory(event_session=session), SeatFactory(event_session=other)
    event = session.event
    status_changes.cancel_session(event, session.id, editor(event), words="L’animateur est malade.")
    assert (session.status, event.status) == (SessionStatus.CANCELLED, EventStatus.SCHEDULED)
    assert (seat.status, kept.status) == (SeatStatus.CANCELLED, SeatStatus.CONFIRMED)
    assert outbox() == [("seat.session_cancelled", seat.id)]
    assert "L’animateur est malade." in text("seat.session_cancelled", seat.id)
    assert "METHOD:CANCEL" in calendar("seat.session_cancelled", seat)
    with pytest.raises(rules.LastDate):
        status_changes.cancel_session(event, other.id, editor(event), words="Lui aussi.")
    with pytest.raises(rules.DateGone):
        status_changes.cancel_session(event, session.id, editor(event), words="Encore.")


def test_postponed_without_a_date_keeps_the_seats_and_empties_the_calendars(outbox: type_of_outbox):
    session = EventSessionFactory(places_onsite=1)
    seat = SeatFactory(event_session=session)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    event = session.event
    status_changes.postpone(event, editor(event), words="Grève des transports.")
    assert (event.status, seat.status) == (EventStatus.POSTPONED, SeatStatus.CONFIRMED)
    assert outbox() == [("seat.postponed", seat.id), ("seat.postponed", waiting.id)]
    assert "METHOD:CANCEL" in calendar("seat.postponed", seat)
    assert "Grève des transports." in text("seat.postponed", seat.id)
    assert calendar("seat.postponed", waiting) == ""
    with pytest.raises(rules.AlreadyPostponed):
        status_changes.postpone(event, editor(event), words="Encore.")


def test_while_postponed_nobody_registers_nothing_is_offered_nor_reminded(time):
    session = EventSessionFactory(places_onsite=1)
    seat = SeatFactory(event_session=session)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    other = SeatFactory(event_session=EventSessionFactory(event=session.event))
    event = session.event
    for one in event.sessions:
        registrations.plan_reminders(one)
    status_changes.postpone(event, editor(event), words="Grève.")
    registrations.give_up(seat.registration_id)
    assert waiting.status is SeatStatus.WAITING
    with pytest.raises(RegistrationClosed):
        registrations.register(
            event, registrations.Attendee("a@example.org", "A"), [registrations.rules.Choice(session.id, other.mode)]
        )
    time.move_to(datetime(2026, 11, 5, 9, tzinfo=UTC))
    assert registrations.remind() == 0


def test_the_new_date_comes_by_the_same_page(outbox: type_of_outbox):
    session = EventSessionFactory()
    seat = SeatFactory(event_session=session)
    event = session.event
    status_changes.postpone(event, editor(event), words="Grève.")
    status_changes.postpone(event, editor(event), words="C’est fixé.", slots=[new_date(session)])
    assert (event.status, event.status_text) == (EventStatus.RESCHEDULED, "C’est fixé.")
    assert session.starts_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert outbox() == [("seat.postponed", seat.id), ("seat.moved", seat.id)]
    sent = calendar("seat.moved", seat)
    assert ("METHOD:REQUEST" in sent, f"SEQUENCE:{session.sequence}" in sent, session.sequence > 1) == (True,) * 3
    day_before = select(Reminder.due_at).where(Reminder.kind == ReminderKind.DAY_BEFORE)
    assert db.session.scalars(day_before).one() == datetime(2026, 11, 19, 13, tzinfo=UTC)


def test_a_new_date_is_in_the_future_and_each_postponed_one_has_its_own():
    session = EventSessionFactory()
    EventSessionFactory(event=session.event)
    event = session.event
    with pytest.raises(rules.DateInThePast):
        status_changes.postpone(event, editor(event), words="Non.", slots=[new_date(session, date(2026, 10, 1))])
    db.session.expire_all()
    status_changes.postpone(event, editor(event), words="Grève.")
    with pytest.raises(rules.DateMissing):
        status_changes.postpone(event, editor(event), words="Un seul.", slots=[new_date(session)])


def test_moving_online_drops_nobody_and_keeps_the_hours(outbox: type_of_outbox):
    event = EventFactory(mode=EventMode.HYBRID, joining_link="https://visio.example/avant")
    session = EventSessionFactory(event=event, places_onsite=2, places_online=1)
    SeatFactory.create_batch(2, event_session=session)
    SeatFactory(event_session=session, mode=SeatMode.ONLINE)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    starts_at, region = session.starts_at, event.region_code
    status_changes.move_online(event, editor(event), words="La salle est fermée.", joining_link=LINK)
    assert (event.mode, event.status, event.joining_link) == (EventMode.ONLINE, EventStatus.MOVED_ONLINE, LINK)
    assert (session.starts_at, event.region_code, event.venue, session.places_online) == (starts_at, region, "", 3)
    rows = db.session.execute(select(Seat.mode, Seat.status).order_by(Seat.id)).all()
    assert [tuple(row) for row in rows] == [(SeatMode.ONLINE, SeatStatus.CONFIRMED)] * 3 + [
        (SeatMode.ONLINE, SeatStatus.WAITING)
    ]
    assert [kind for kind, _ in outbox()] == ["seat.moved"] * 4
    seat = db.session.scalars(select(Seat).order_by(Seat.id)).first()
    assert ("METHOD:REQUEST" in calendar("seat.moved", seat), f"LOCATION:{LINK}" in calendar("seat.moved", seat)) == (
        True,
        True,
    )
    assert calendar("seat.moved", waiting) == ""
    assert "La salle est fermée." in text("seat.moved", seat.id)
    with pytest.raises(rules.AlreadyOnline):
        status_changes.move_online(event, editor(event), words="Encore.", joining_link=LINK)


def test_online_without_limit_those_who_waited_are_offered_a_place(outbox: type_of_outbox):
    session = EventSessionFactory(places_onsite=1)
    seat = SeatFactory(event_session=session)
    waiting = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    event = session.event
    status_changes.move_online(event, editor(event), words="En ligne.", joining_link=LINK)
    assert waiting.status is SeatStatus.OFFERED
    assert sorted(outbox()) == sorted([("seat.moved", seat.id), ("seat.offered", waiting.id)])
    kinds = db.session.scalars(select(Reminder.kind)).all()
    assert ReminderKind.HOUR_BEFORE in kinds


def test_what_happens_is_newer_than_what_was_wanted():
    session = EventSessionFactory()
    event = session.event
    save(event, title="Autre titre", venue="Mairie")
    status_changes.move_online(event, editor(event), words="En ligne.", joining_link=LINK)
    revision = queries.pending_revision(event.id)
    assert revision.changes == {"title": "Autre titre"}
    services.withdraw(event, editor(event))


def announced(event: Event, **values: object) -> preview.Announcement:
    actor = editor(event)
    db.session.commit()
    with rehearsal():
        return preview.announce(event, lambda event: status_changes.cancel(event, actor, **values))


def test_the_preview_is_the_real_mail_counted_and_nothing_is_done():
    session = EventSessionFactory(event=EventFactory(title="Atelier données"))
    SeatFactory.create_batch(2, event_session=session)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)
    event, event_id = session.event, session.event_id
    found = announced(event, words="La salle est inondée.")
    assert (found.total, found.people[SeatStatus.CONFIRMED], found.waiting) == (3, 2, 1)
    assert "Annulé" in found.subject
    assert "Atelier données" in found.subject
    assert any("La salle est inondée." in line for paragraph in found.paragraphs for line in paragraph)
    assert found.calendar_method == "CANCEL"
    assert db.session.get_one(Event, event_id).status is EventStatus.SCHEDULED
    assert db.session.scalars(select(Message.id)).all() == []
    assert len(db.session.scalars(select(Seat)).all()) == 3


def test_without_registrants_the_mail_is_shown_all_the_same():
    found = announced(EventSessionFactory().event, words="La salle est inondée.")
    assert (found.total, bool(found.subject)) == (0, True)
