"""Seats with threads, each with its own connection to the real database: never one too many, never one lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as ThreadEvent
from typing import Any

import pytest
from flask import Flask

from planner.db import db, transaction
from planner.events.models import Attendance, Event, EventSession, EventStatus
from planner.registrations import services
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus
from planner.registrations.rules import Choice, RegistrationClosed
from planner.registrations.services import Attendee
from tests.factories import EventFactory, EventSessionFactory, SeatFactory

THREADS = 12


@pytest.fixture
def at_once(committed: Flask) -> Callable[..., list[Any]]:
    """Run each job in a thread and a transaction of its own; gives what each gave."""

    def run(jobs: list[Callable[[], Any]]) -> list[Any]:
        def work(job: Callable[[], Any]) -> Any:
            with committed.app_context(), transaction():
                return job()

        db.session.commit()
        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(work, jobs))
        db.session.expire_all()
        return results

    return run


def register(session_ids: list[int], name: str) -> None:
    event = db.session.get_one(EventSession, session_ids[0]).event
    choices = [Choice(session_id, SeatMode.ONSITE) for session_id in session_ids]
    services.register(event, Attendee(f"{name}@example.org", name), choices)


def counted(session: EventSession) -> Counter[SeatStatus]:
    return Counter(seat.status for seat in db.session.query(Seat).filter_by(event_session_id=session.id))


def test_forty_people_for_ten_places(at_once):
    session = EventSessionFactory(places_onsite=10)
    session_id = session.id
    at_once([lambda name=f"personne{n}": register([session_id], name) for n in range(40)])
    assert counted(session) == {SeatStatus.HELD: 10, SeatStatus.WAITING: 30}


def test_the_same_address_twenty_times_at_once_has_one_seat(at_once):
    session = EventSessionFactory(places_onsite=10)
    session_id = session.id
    at_once([lambda: register([session_id], "agente")] * 20)
    assert (db.session.query(Registration).count(), counted(session)) == (1, {SeatStatus.HELD: 1})


def test_the_same_address_at_two_dates_at_once_has_one_seat(at_once):
    event = EventFactory()
    ids = [EventSessionFactory(event=event).id for _ in range(2)]
    at_once([lambda chosen=ids[n % 2]: register([chosen], "agente") for n in range(10)])
    assert db.session.query(Seat).count() == 1


def test_sessions_taken_in_opposite_order_do_not_wait_on_each_other_for_ever(at_once):
    event = EventFactory(attendance=Attendance.PICK_SESSIONS)
    first = EventSessionFactory(event=event, places_onsite=5)
    second = EventSessionFactory(event=event, starts_at=first.ends_at, ends_at=first.ends_at.replace(hour=15))
    ids = [first.id, second.id]
    at_once([lambda name=f"p{n}", order=ids[:: 1 - 2 * (n % 2)]: register(order, name) for n in range(20)])
    assert counted(first) == {SeatStatus.HELD: 5, SeatStatus.WAITING: 15}


def test_each_freed_seat_is_offered_once_while_others_arrive(at_once):
    session = EventSessionFactory(places_onsite=10)
    session_id = session.id
    leaving = [seat.registration_id for seat in SeatFactory.create_batch(10, event_session=session)]
    SeatFactory.create_batch(10, event_session=session, status=SeatStatus.WAITING)
    jobs: list[Callable[[], Any]] = []
    for n, registration_id in enumerate(leaving):
        jobs.append(lambda own=registration_id: services.give_up(own))
        jobs.append(lambda name=f"nouveau{n}": register([session_id], name))
    at_once(jobs)
    assert counted(session) == {SeatStatus.CANCELLED: 10, SeatStatus.OFFERED: 10, SeatStatus.WAITING: 10}


def test_an_event_cancelled_while_one_registers_takes_nobody(committed: Flask):
    session_id, event_id = (session := EventSessionFactory()).id, session.event_id
    is_read, is_cancelled = ThreadEvent(), ThreadEvent()

    def late() -> str:
        with committed.app_context():
            event = db.session.get_one(Event, event_id)
            is_read.set()
            is_cancelled.wait()
            try:
                services.register(
                    event, Attendee("agente@example.org", "Agente"), [Choice(session_id, SeatMode.ONSITE)]
                )
            except RegistrationClosed:
                return "closed"
            return "registered"

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(late)
        is_read.wait()
        with transaction():
            db.session.get_one(Event, event_id).status = EventStatus.CANCELLED
        is_cancelled.set()
        assert answer.result() == "closed"


def test_two_clocks_expire_a_seat_once(at_once, time):
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session, status=SeatStatus.HELD)
    SeatFactory.create_batch(2, event_session=session, status=SeatStatus.WAITING)
    time.shift(7201)
    assert sorted(at_once([services.expire_seats] * 4)) == [0, 0, 0, 1]
    assert counted(session) == {SeatStatus.EXPIRED: 1, SeatStatus.OFFERED: 1, SeatStatus.WAITING: 1}
