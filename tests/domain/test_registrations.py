"""Registrations: who gets a seat, who waits, what is owed, and when promises end."""

from datetime import UTC, datetime, timedelta

import pytest

from planner import clock
from planner.db import db
from planner.events import search
from planner.events.models import (
    Attendance,
    Event,
    EventMode,
    EventSession,
    EventState,
    EventStatus,
    RegistrationKind,
)
from planner.registrations import messages, queries, rules, services
from planner.registrations.models import Registration, Reminder, ReminderKind, Seat, SeatMode, SeatStatus
from planner.registrations.rules import Choice
from planner.registrations.services import Attendee
from tests.factories import EventFactory, EventSessionFactory, RegistrationFactory, SeatFactory

pytestmark = pytest.mark.usefixtures("context")


def attendee(name: str = "agente") -> Attendee:
    return Attendee(email=f"{name}@example.org", full_name=name.capitalize())


def register(session: EventSession, name: str = "agente", *, mode: SeatMode = SeatMode.ONSITE, **options: bool) -> Seat:
    registration = services.register(session.event, attendee(name), [Choice(session.id, mode)], **options)
    return registration.seats[0]


def statuses(session: EventSession) -> list[SeatStatus]:
    db.session.flush()
    return [seat.status for seat in db.session.query(Seat).filter_by(event_session_id=session.id).order_by(Seat.id)]


# ── Registering ──


def test_a_seat_is_held_two_hours_until_the_address_is_proven(outbox):
    session = EventSessionFactory()
    seat = register(session)
    assert seat.status is SeatStatus.HELD
    assert timedelta(0) <= seat.queued_at + timedelta(hours=2) - seat.expires_at <= timedelta(0)
    assert outbox() == [("registration.prove_address", seat.registration_id)]


def test_a_signed_in_person_is_confirmed_at_once(outbox):
    seat = register(EventSessionFactory(), is_proven=True)
    assert (seat.status, seat.expires_at) == (SeatStatus.CONFIRMED, None)
    assert outbox() == [("seat.confirmed", seat.id)]


def test_the_last_place_is_given_and_the_next_person_waits():
    session = EventSessionFactory(places_onsite=2)
    assert [register(session, name).status for name in ("une", "deux", "trois")] == [
        SeatStatus.HELD,
        SeatStatus.HELD,
        SeatStatus.WAITING,
    ]


def test_places_on_site_and_online_are_counted_apart():
    session = EventSessionFactory(event=EventFactory(mode=EventMode.HYBRID), places_onsite=1, places_online=1)
    assert register(session, "une").status is SeatStatus.HELD
    assert register(session, "deux").status is SeatStatus.WAITING
    assert register(session, "trois", mode=SeatMode.ONLINE).status is SeatStatus.HELD


def test_no_number_of_places_means_as_many_as_come():
    session = EventSessionFactory(places_onsite=None)
    assert [register(session, f"personne{n}").status for n in range(3)] == [SeatStatus.HELD] * 3


def test_a_full_event_without_waiting_list_refuses():
    session = EventSessionFactory(event=EventFactory(has_waiting_list=False), places_onsite=0)
    with pytest.raises(rules.SessionFull):
        register(session)


def test_the_same_address_twice_gets_its_link_again_and_no_second_seat(outbox):
    session = EventSessionFactory()
    first = register(session)
    second = services.register(session.event, attendee(), [Choice(session.id, SeatMode.ONSITE)])
    assert second.id == first.registration_id
    assert statuses(session) == [SeatStatus.HELD]
    assert outbox() == [
        ("registration.prove_address", first.registration_id),
        ("registration.link_again", first.registration_id),
    ]
    services.register(session.event, attendee(), [Choice(session.id, SeatMode.ONSITE)])
    assert len(outbox()) == 2  # not twice in an hour


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": EventStatus.CANCELLED}, rules.RegistrationClosed),
        ({"status": EventStatus.POSTPONED}, rules.RegistrationClosed),
        ({"registration_kind": RegistrationKind.EXTERNAL}, rules.RegistrationElsewhere),
        ({"registration_opens_at": datetime(2026, 10, 12, 9, tzinfo=UTC)}, rules.RegistrationNotOpen),
        ({"registration_closes_at": datetime(2026, 10, 12, 7, tzinfo=UTC)}, rules.RegistrationClosed),
    ],
)
def test_one_cannot_register_when_it_is_closed(changes: dict[str, object], refusal: type[rules.RuleViolation]):
    session = EventSessionFactory(event=EventFactory(**changes))
    with pytest.raises(refusal):
        register(session)
    assert statuses(session) == []


def test_one_registers_until_the_session_begins(time):
    session = EventSessionFactory()
    time.move_to(session.starts_at - timedelta(seconds=2), tick=False)
    assert register(session).status is SeatStatus.HELD
    time.move_to(session.starts_at, tick=False)
    with pytest.raises(rules.RegistrationClosed):
        register(session, "tard")


# ── Which sessions ──


def morning_and_afternoon(attendance: Attendance) -> tuple[Event, EventSession, EventSession]:
    event = EventFactory(attendance=attendance)
    morning = EventSessionFactory(event=event)
    afternoon = EventSessionFactory(
        event=event, starts_at=morning.ends_at, ends_at=morning.ends_at + timedelta(hours=2)
    )
    return event, morning, afternoon


def choose(event: Event, *sessions: EventSession) -> Registration:
    return services.register(event, attendee(), [Choice(session.id, SeatMode.ONSITE) for session in sessions])


def test_one_session_is_chosen_among_several():
    event, morning, afternoon = morning_and_afternoon(Attendance.ONE_SESSION)
    with pytest.raises(rules.SessionsNotOffered, match="une seule date"):
        choose(event, morning, afternoon)
    assert len(choose(event, afternoon).seats) == 1


def test_sessions_of_a_gathering_are_picked_when_they_do_not_clash():
    event, morning, afternoon = morning_and_afternoon(Attendance.PICK_SESSIONS)
    parallel = EventSessionFactory(event=event, starts_at=morning.starts_at, ends_at=morning.ends_at)
    with pytest.raises(rules.SessionsClash):
        choose(event, morning, parallel)
    assert len(choose(event, morning, afternoon).seats) == 2


def test_a_cycle_is_followed_whole():
    event, morning, afternoon = morning_and_afternoon(Attendance.ALL_SESSIONS)
    with pytest.raises(rules.SessionsNotOffered, match="en entier"):
        choose(event, morning)
    assert len(choose(event, morning, afternoon).seats) == 2


def test_a_session_of_another_event_is_refused():
    own, foreign = EventSessionFactory(), EventSessionFactory()
    with pytest.raises(rules.SessionsNotOffered):
        choose(own.event, foreign)


def test_a_way_to_attend_that_is_not_offered_is_refused():
    session = EventSessionFactory()
    with pytest.raises(rules.ModeNotOffered):
        register(session, mode=SeatMode.ONLINE)


# ── Proving the address ──


def test_proving_confirms_what_was_held(outbox):
    seat = register(EventSessionFactory())
    services.prove(seat.registration_id)
    services.prove(seat.registration_id)  # the button pressed twice
    assert (seat.status, seat.expires_at) == (SeatStatus.CONFIRMED, None)
    assert outbox()[1:] == [("seat.confirmed", seat.id)]


def test_proving_keeps_the_place_in_the_queue(outbox):
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session)
    seat = register(session)
    services.prove(seat.registration_id)
    assert seat.status is SeatStatus.WAITING
    assert outbox()[1:] == [("seat.waiting", seat.id)]


def test_a_late_proof_gets_a_seat_when_there_is_room(time):
    seat = register(EventSessionFactory(places_onsite=1))
    time.shift(timedelta(hours=2, seconds=1))
    assert services.expire_seats() == 1
    assert (seat.status, seat.registration.ended_at is None) == (SeatStatus.EXPIRED, False)
    services.prove(seat.registration_id)
    assert (seat.status, seat.registration.ended_at) == (SeatStatus.CONFIRMED, None)


def test_a_late_proof_joins_the_queue_when_the_place_is_gone(time):
    session = EventSessionFactory(places_onsite=1)
    late = register(session, "tard")
    time.shift(timedelta(hours=2, seconds=1))
    services.expire_seats()
    register(session, "vite")
    services.prove(late.registration_id)
    assert late.status is SeatStatus.WAITING


def test_a_late_proof_gives_way_to_a_newer_registration_of_the_same_address(time):
    session = EventSessionFactory()
    old = register(session)
    time.shift(timedelta(hours=2, seconds=1))
    services.expire_seats()
    register(session)
    with pytest.raises(rules.AlreadyRegisteredAgain):
        services.prove(old.registration_id)


def test_a_registration_given_up_is_not_revived_by_its_first_link():
    seat = register(EventSessionFactory())
    services.give_up(seat.registration_id)
    with pytest.raises(rules.SeatMoved):
        services.prove(seat.registration_id)


# ── The queue ──


def test_giving_up_a_seat_offers_it_to_whoever_waited_longest(outbox):
    session = EventSessionFactory(places_onsite=1)
    leaving = SeatFactory(event_session=session)
    first, second = SeatFactory.create_batch(2, event_session=session, status=SeatStatus.WAITING)

    services.give_up(leaving.registration_id)

    assert [leaving.status, first.status, second.status] == [
        SeatStatus.CANCELLED,
        SeatStatus.OFFERED,
        SeatStatus.WAITING,
    ]
    assert outbox() == [("seat.cancelled", leaving.id), ("seat.offered", first.id)]
    assert leaving.sequence == 1
    assert leaving.registration.ended_at is not None


def test_an_offer_holds_the_place_against_newcomers():
    session = EventSessionFactory(places_onsite=1)
    leaving = SeatFactory(event_session=session)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)
    services.give_up(leaving.registration_id)
    assert register(session).status is SeatStatus.WAITING


def test_who_has_not_proven_the_address_is_passed_over():
    session = EventSessionFactory(places_onsite=1)
    leaving = SeatFactory(event_session=session)
    unproven = register(session)
    proven = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    services.give_up(leaving.registration_id)
    assert [unproven.status, proven.status] == [SeatStatus.WAITING, SeatStatus.OFFERED]


def test_an_accepted_offer_is_confirmed_once(outbox):
    seat = SeatFactory(status=SeatStatus.OFFERED)
    services.accept(seat.registration_id, seat.id)
    services.accept(seat.registration_id, seat.id)
    assert seat.status is SeatStatus.CONFIRMED
    assert outbox() == [("seat.confirmed", seat.id)]


def test_a_refused_offer_goes_to_the_next():
    session = EventSessionFactory(places_onsite=1)
    offered = SeatFactory(event_session=session, status=SeatStatus.OFFERED)
    following = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    services.give_up(offered.registration_id, offered.id)
    assert [offered.status, following.status] == [SeatStatus.CANCELLED, SeatStatus.OFFERED]


def test_an_offer_that_expires_goes_to_the_next_and_can_no_longer_be_accepted(time, outbox):
    session = EventSessionFactory(places_onsite=1)
    offered = SeatFactory(event_session=session, status=SeatStatus.OFFERED)
    following = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    time.move_to(offered.expires_at, tick=False)
    with pytest.raises(rules.OfferExpired):
        services.accept(offered.registration_id, offered.id)
    assert services.expire_seats() == 1
    assert services.expire_seats() == 0
    assert [offered.status, following.status] == [SeatStatus.EXPIRED, SeatStatus.OFFERED]
    assert outbox() == [("seat.offer_expired", offered.id), ("seat.offered", following.id)]
    with pytest.raises(rules.OfferExpired):
        services.accept(offered.registration_id, offered.id)


def test_a_seat_of_somebody_else_cannot_be_touched():
    own, foreign = SeatFactory(), SeatFactory(status=SeatStatus.OFFERED)
    with pytest.raises(rules.SeatMoved):
        services.accept(own.registration_id, foreign.id)
    with pytest.raises(rules.SeatMoved):
        services.give_up(own.registration_id, foreign.id)
    assert foreign.status is SeatStatus.OFFERED


def test_added_places_are_offered_in_order():
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session)
    waiting = SeatFactory.create_batch(3, event_session=session, status=SeatStatus.WAITING)
    session.places_onsite = 3
    services.refill(session)
    assert [seat.status for seat in waiting] == [SeatStatus.OFFERED, SeatStatus.OFFERED, SeatStatus.WAITING]


def test_the_position_counts_those_before():
    session = EventSessionFactory(places_onsite=0)
    waiting = SeatFactory.create_batch(3, event_session=session, status=SeatStatus.WAITING)
    assert [queries.position(seat) for seat in waiting] == [1, 2, 3]


@pytest.mark.parametrize(
    ("now", "starts_at", "ends_at"),
    [
        # 24 hours counted from 8 to 20 h in Paris: two days of twelve hours
        (
            datetime(2026, 10, 12, 6, tzinfo=UTC),
            datetime(2026, 11, 12, 8, tzinfo=UTC),
            datetime(2026, 10, 13, 18, tzinfo=UTC),
        ),
        # at noon: 8 h today, 12 h tomorrow, 4 h the day after
        (
            datetime(2026, 10, 12, 10, tzinfo=UTC),
            datetime(2026, 11, 12, 8, tzinfo=UTC),
            datetime(2026, 10, 14, 10, tzinfo=UTC),
        ),
        # at night it begins to count in the morning
        (
            datetime(2026, 10, 12, 22, tzinfo=UTC),
            datetime(2026, 11, 12, 8, tzinfo=UTC),
            datetime(2026, 10, 14, 18, tzinfo=UTC),
        ),
        # never more than half of what is left
        (
            datetime(2026, 11, 11, 8, tzinfo=UTC),
            datetime(2026, 11, 12, 8, tzinfo=UTC),
            datetime(2026, 11, 11, 20, tzinfo=UTC),
        ),
        # first come, first served in the last two hours
        (datetime(2026, 11, 12, 6, tzinfo=UTC), datetime(2026, 11, 12, 8, tzinfo=UTC), None),
    ],
)
def test_how_long_an_offer_holds(now: datetime, starts_at: datetime, ends_at: datetime | None):
    assert rules.offer_ends_at(now, starts_at, "Europe/Paris") == ends_at


def test_the_calendar_counts_the_same_seats_as_the_registrations():
    assert set(search.TAKEN) == {status.value for status in rules.TAKEN}


# ── Cancelling the event ──


def test_cancelling_the_event_ends_every_seat_and_tells_everybody(outbox):
    session = EventSessionFactory(event=EventFactory(status=EventStatus.CANCELLED))
    seats = [
        SeatFactory(event_session=session, status=status)
        for status in (SeatStatus.CONFIRMED, SeatStatus.WAITING, SeatStatus.OFFERED)
    ]
    assert services.cancel_for_event(session.event) == 3
    assert services.cancel_for_event(session.event) == 0
    assert statuses(session) == [SeatStatus.CANCELLED] * 3
    assert outbox() == [("seat.event_cancelled", seat.id) for seat in seats]
    with_calendar = [messages.event_cancelled(seat.id).calendar is not None for seat in seats]
    assert with_calendar == [True, False, False]


# ── Reminders ──


def planned(session: EventSession) -> dict[ReminderKind, tuple[datetime, bool]]:
    db.session.flush()
    rows = db.session.query(Reminder).filter_by(event_session_id=session.id).populate_existing()
    return {row.kind: (row.due_at, row.done_at is not None) for row in rows}


def test_reminders_follow_the_session_when_it_moves():
    session = EventSessionFactory()
    services.plan_reminders(session)
    assert planned(session) == {
        ReminderKind.WEEK_BEFORE: (datetime(2026, 11, 5, 8, 30, tzinfo=UTC), False),
        ReminderKind.DAY_BEFORE: (datetime(2026, 11, 11, 8, 30, tzinfo=UTC), False),
    }
    session.starts_at += timedelta(days=1)
    session.ends_at += timedelta(days=1)
    services.plan_reminders(session)
    assert planned(session)[ReminderKind.DAY_BEFORE] == (datetime(2026, 11, 12, 8, 30, tzinfo=UTC), False)


def test_what_is_online_has_a_reminder_of_the_last_hour():
    session = EventSessionFactory(event=EventFactory(mode=EventMode.ONLINE))
    services.plan_reminders(session)
    assert planned(session)[ReminderKind.HOUR_BEFORE] == (datetime(2026, 11, 12, 7, 30, tzinfo=UTC), False)


def test_a_reminder_is_owed_once_to_those_who_were_there(time, outbox):
    session = EventSessionFactory()
    services.plan_reminders(session)
    seat = SeatFactory(event_session=session)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)
    due = datetime(2026, 11, 11, 8, 30, tzinfo=UTC)
    time.move_to(due - timedelta(minutes=1), tick=False)
    services.remind()
    outbox_before = outbox()
    time.move_to(due, tick=False)
    SeatFactory(event_session=session)  # comes after the moment
    assert services.remind() == 1
    assert services.remind() == 0
    assert outbox()[len(outbox_before) :] == [("seat.reminder_day", seat.id)]


def test_a_reminder_is_never_sent_late(time, outbox):
    session = EventSessionFactory()
    services.plan_reminders(session)
    SeatFactory(event_session=session)
    time.move_to(session.starts_at - timedelta(hours=2), tick=False)  # the worker was away for days
    assert services.remind() == 0
    assert outbox() == []
    assert {is_done for _, is_done in planned(session).values()} == {True}


def test_a_session_published_the_day_before_owes_no_reminder_that_has_passed(time):
    session = EventSessionFactory()
    time.move_to(session.starts_at - timedelta(days=2), tick=False)
    services.plan_reminders(session)
    assert {kind: is_done for kind, (_, is_done) in planned(session).items()} == {
        ReminderKind.WEEK_BEFORE: True,
        ReminderKind.DAY_BEFORE: False,
    }


# ── Mails ──


def test_the_confirmation_carries_the_invitation():
    seat = SeatFactory()
    email = messages.confirmed(seat.id)
    assert email.to == seat.registration.email
    event = seat.registration.event
    assert email.subject == f"Inscription confirmée : {event.title}, jeudi 12 novembre à 9\u00a0h\u00a030"
    assert email.reply_to == "accueil@example.org"
    text = email.calendar.content.decode()
    assert "METHOD:REQUEST" in text
    assert f"UID:{seat.uid}@service.example" in text.replace("\r\n ", "")
    assert "DTSTART:20261112T083000Z" in text
    assert "/i/" not in text


def test_giving_up_takes_the_date_out_of_the_calendar_with_a_higher_sequence():
    seat = SeatFactory()
    services.give_up(seat.registration_id)
    text = messages.cancelled(seat.id).calendar.content.decode()
    assert ("METHOD:CANCEL" in text, "SEQUENCE:1" in text, "STATUS:CANCELLED" in text) == (True, True, True)
    assert f"UID:{seat.uid}@service.example" in text.replace("\r\n ", "")


def test_leaving_the_queue_is_confirmed_without_a_calendar():
    seat = SeatFactory(status=SeatStatus.WAITING)
    services.give_up(seat.registration_id)
    email = messages.cancelled(seat.id)
    assert (email.subject.partition(" :")[0], email.calendar) == ("Liste d’attente quittée", None)


@pytest.mark.parametrize(("status", "only_waits"), [(SeatStatus.WAITING, True), (SeatStatus.HELD, False)])
def test_the_proof_asked_for_says_whether_a_place_is_held(status: SeatStatus, *, only_waits: bool):
    seat = SeatFactory(status=status, registration__proven_at=None)
    assert messages.prove_address(seat.registration_id).context["only_waits"] is only_waits


def test_a_mail_that_is_no_longer_true_is_not_written(time):
    seat = SeatFactory(status=SeatStatus.CANCELLED, confirmed_at=clock.now())
    assert messages.confirmed(seat.id) is None
    assert messages.reminder_day(seat.id) is None
    assert messages.waiting(seat.id) is None
    assert messages.offered(SeatFactory(status=SeatStatus.CONFIRMED).id) is None
    assert messages.prove_address(RegistrationFactory().id) is None
    begun = SeatFactory()
    time.move_to(begun.event_session.starts_at, tick=False)
    assert messages.reminder_day(begun.id) is None


def test_no_reminder_is_written_for_an_event_that_left_the_calendar():
    seat = SeatFactory()
    assert messages.reminder_day(seat.id) is not None
    seat.registration.event.state = EventState.APPROVED
    assert messages.reminder_day(seat.id) is None


def test_an_offer_mail_says_until_when_in_the_time_of_the_place():
    seat = SeatFactory(status=SeatStatus.OFFERED, expires_at=datetime(2026, 10, 13, 18, tzinfo=UTC))
    assert messages.offered(seat.id).context["until"] == "mardi 13 octobre 2026 à 20\u00a0h"
