"""Registrations that the organiser agrees to: who waits for what, who gets the place, who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from planner import clock
from planner.db import db, transaction
from planner.errors import RuleViolation
from planner.events.models import EventSession, EventState, RegistrationKind
from planner.mail import mime
from planner.mail.email import Email
from planner.registrations import approval, labels, messages, queries, services
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus
from planner.registrations.rules import Choice, NothingToApprove
from planner.registrations.services import Attendee
from tests.factories import EventFactory, EventSessionFactory, RegistrationFactory, SeatFactory

MORE = timedelta(hours=1)


@pytest.fixture
def session(context: Flask) -> EventSession:
    """Two places, each with the organiser's approval."""
    made: EventSession = EventSessionFactory(event=EventFactory(needs_approval=True), places_onsite=2)
    return made


def register(session: EventSession, name: str = "agente", *, is_proven: bool = True) -> Seat:
    attendee = Attendee(f"{name}@example.org", name.capitalize())
    choice = Choice(session.id, SeatMode.ONSITE)
    return services.register(session.event, attendee, [choice], is_proven=is_proven).seats[0]


def awaiting(session: EventSession) -> list[str]:
    db.session.flush()
    return [registration.full_name for registration, _ in queries.awaiting(session.event)]


# ── Asking ──


def test_the_proof_of_the_address_keeps_the_place_until_the_session_begins(session, outbox):
    seat = register(session, is_proven=False)
    assert (awaiting(session), labels.status_words(seat)) == ([], "À confirmer")

    services.prove(seat.registration_id)

    assert (seat.status, seat.expires_at, seat.confirmed_at) == (SeatStatus.HELD, session.starts_at, None)
    assert (awaiting(session), labels.status_words(seat)) == (["Agente"], "En attente d’accord")
    assert outbox() == [
        ("registration.prove_address", seat.registration_id),
        ("registration.to_approve", seat.registration_id),
        ("registration.approvals_due", session.event_id),
    ]


def test_a_signed_in_person_waits_for_the_approval_too(session, outbox):
    seat = register(session)
    assert (seat.status, seat.expires_at) == (SeatStatus.HELD, session.starts_at)
    assert outbox() == [
        ("registration.to_approve", seat.registration_id),
        ("registration.approvals_due", session.event_id),
    ]


def test_proving_twice_changes_nothing(session, outbox):
    seat = register(session, is_proven=False)
    services.prove(seat.registration_id)
    before = outbox()
    services.prove(seat.registration_id)
    assert (seat.status, outbox()) == (SeatStatus.HELD, before)


def test_a_late_proof_keeps_a_place_when_there_is_one(session, time):
    seat = register(session, is_proven=False)
    time.shift(timedelta(hours=3))
    services.expire_seats()
    assert seat.status is SeatStatus.EXPIRED
    services.prove(seat.registration_id)
    assert (seat.status, seat.expires_at, awaiting(session)) == (SeatStatus.HELD, session.starts_at, ["Agente"])


def test_without_approval_nothing_waits(outbox):
    seat = register(EventSessionFactory())
    assert (seat.status, awaiting(seat.event_session)) == (SeatStatus.CONFIRMED, [])


def test_the_organiser_is_told_once_an_hour_of_all_that_waits(session, outbox, time):
    for name in ("une", "deux", "trois"):
        register(session, name)
    time.shift(MORE)
    register(session, "quatre")
    due = [kind for kind, _ in outbox()].count("registration.approvals_due")
    mail = messages.approvals_due(session.event_id)
    assert (due, mail.to) == (2, "accueil@example.org")
    assert mail.subject.startswith("4\u00a0inscriptions à valider")


@pytest.mark.parametrize("changes", [{"state": EventState.APPROVED}, {"needs_approval": True}])
def test_the_organiser_is_not_told_of_nothing(session, changes):
    seat = register(session)
    if "state" not in changes:
        services.give_up(seat.registration_id)
    for name, value in changes.items():
        setattr(session.event, name, value)
    db.session.flush()
    assert messages.approvals_due(session.event_id) is None


# ── Keeping ──


def test_a_place_kept_does_not_end_after_two_hours_but_when_the_session_begins(session, time):
    seat = register(session)
    time.shift(timedelta(days=3))
    assert (services.expire_seats(), seat.status) == (0, SeatStatus.HELD)
    time.move_to(session.starts_at)
    assert (services.expire_seats(), services.expire_seats()) == (1, 0)
    assert (seat.status, seat.registration.ended_at is not None, awaiting(session)) == (SeatStatus.EXPIRED, True, [])


def test_a_place_kept_follows_a_session_that_moves(session, time):
    seat = register(session)
    former = session.starts_at
    session.starts_at, session.ends_at = former + timedelta(days=2), session.ends_at + timedelta(days=2)
    db.session.flush()
    time.move_to(former + MORE)
    assert (services.expire_seats(), services.expire_seats()) == (0, 0)
    assert (seat.status, seat.expires_at) == (SeatStatus.HELD, former + timedelta(days=2))


def test_a_place_kept_is_taken(session):
    seats = [register(session, name) for name in ("une", "deux", "trois")]
    assert [seat.status for seat in seats] == [SeatStatus.HELD, SeatStatus.HELD, SeatStatus.WAITING]


# ── Agreeing ──


def test_agreeing_confirms_with_the_invitation(session, outbox):
    seat = register(session)
    assert approval.approve(session.event, [seat.registration_id]) == 1
    assert (seat.status, seat.expires_at) == (SeatStatus.CONFIRMED, None)
    assert seat.registration.approved_at <= seat.confirmed_at
    assert outbox()[-1] == ("seat.confirmed", seat.id)
    assert messages.to_approve(seat.registration_id) is None


def test_several_at_once_and_only_those_chosen(session):
    session.places_onsite = 3
    one, two, three = (register(session, name) for name in ("une", "deux", "trois"))
    assert approval.approve(session.event, [one.registration_id, three.registration_id]) == 2
    assert [seat.status for seat in (one, two, three)] == [SeatStatus.CONFIRMED, SeatStatus.HELD, SeatStatus.CONFIRMED]


def test_every_date_of_a_registration_is_confirmed(session):
    other = EventSessionFactory(event=session.event, starts_at=session.ends_at, ends_at=session.ends_at + MORE)
    registration = RegistrationFactory(event=session.event)
    for one in (session, other):
        SeatFactory(event_session=one, registration=registration, status=SeatStatus.HELD)
    approval.approve(session.event, [registration.id])
    assert {seat.status for seat in registration.seats} == {SeatStatus.CONFIRMED}


def test_who_left_meanwhile_is_passed_over_and_nobody_left_is_said(session):
    leaving, staying = register(session, "une"), register(session, "deux")
    services.give_up(leaving.registration_id)
    both = [leaving.registration_id, staying.registration_id]
    assert approval.approve(session.event, both) == 1
    with pytest.raises(NothingToApprove):
        approval.approve(session.event, both)
    with pytest.raises(NothingToApprove):
        approval.refuse(session.event, both, "Trop tard.")


def test_another_event_s_registration_is_not_touched(session):
    elsewhere = register(EventSessionFactory(event=EventFactory(needs_approval=True)))
    with pytest.raises(NothingToApprove):
        approval.approve(session.event, [elsewhere.registration_id])
    assert elsewhere.status is SeatStatus.HELD


def test_an_address_not_proven_is_not_approved(session):
    seat = register(session, is_proven=False)
    with pytest.raises(NothingToApprove):
        approval.approve(session.event, [seat.registration_id])


def test_once_the_session_has_begun_it_is_too_late(session, time):
    seat = register(session)
    time.move_to(session.starts_at)
    with pytest.raises(NothingToApprove):
        approval.approve(session.event, [seat.registration_id])


def test_what_waited_is_still_answered_when_approval_is_no_longer_asked_for(session):
    seat = register(session)
    session.event.needs_approval = False
    assert approval.approve(session.event, [seat.registration_id]) == 1


# ── Refusing ──


def test_refusing_frees_the_place_and_tells_why(session, outbox):
    seat = register(session)
    assert approval.refuse(session.event, [seat.registration_id], "La salle est réservée aux référents.") == 1
    assert (seat.status, labels.status_words(seat)) == (SeatStatus.CANCELLED, "Non retenue")
    assert seat.registration.ended_at is not None
    assert outbox()[-1] == ("registration.refused", seat.registration_id)
    mail = messages.refused(seat.registration_id)
    assert (mail.to, mail.reply_to) == ("agente@example.org", "accueil@example.org")
    assert mail.context["registration"].refusal == "La salle est réservée aux référents."


def test_a_refusal_is_only_told_to_who_was_refused(session):
    assert messages.refused(register(session).registration_id) is None


def test_a_place_refused_is_kept_for_the_first_of_the_queue(session, outbox):
    first, _, third, fourth = (register(session, name) for name in ("une", "deux", "trois", "quatre"))
    approval.refuse(session.event, [first.registration_id], "Complet.")
    assert (third.status, third.expires_at) == (SeatStatus.HELD, session.starts_at)
    assert fourth.status is SeatStatus.WAITING
    assert ("registration.to_approve", third.registration_id) in outbox()


# ── The queue ──


def test_who_is_approved_in_the_queue_is_offered_the_place_that_comes_free(session):
    first, _, third = (register(session, name) for name in ("une", "deux", "trois"))
    assert awaiting(session) == ["Une", "Deux", "Trois"]
    approval.approve(session.event, [third.registration_id])
    assert third.status is SeatStatus.WAITING
    services.give_up(first.registration_id)
    assert third.status is SeatStatus.OFFERED
    services.accept(third.registration_id, third.id)
    assert (third.status, awaiting(session)) == (SeatStatus.CONFIRMED, ["Deux"])


def test_who_is_not_approved_yet_keeps_the_turn(session):
    first, _, third, fourth = (register(session, name) for name in ("une", "deux", "trois", "quatre"))
    approval.approve(session.event, [fourth.registration_id])
    services.give_up(first.registration_id)
    assert (third.status, fourth.status) == (SeatStatus.HELD, SeatStatus.WAITING)
    approval.approve(session.event, [third.registration_id])
    assert third.status is SeatStatus.CONFIRMED


def test_who_is_refused_in_the_queue_leaves_it(session):
    _, _, third = (register(session, name) for name in ("une", "deux", "trois"))
    approval.refuse(session.event, [third.registration_id], "Complet.")
    assert (third.status, awaiting(session)) == (SeatStatus.CANCELLED, ["Une", "Deux"])


# ── What the mails say ──


def test_leaving_before_the_answer_is_a_request_taken_back(session):
    seat = register(session)
    services.give_up(seat.registration_id)
    assert messages.cancelled(seat.id).subject.startswith("Demande annulée")


def words(kind: str, mail: Email) -> str:
    return " ".join(mime.render(kind, mail).plain.split())


def test_the_mails_say_where_the_request_stands(session):
    seat = register(session, is_proven=False)
    proof = words("registration.prove_address", messages.prove_address(seat.registration_id))
    assert "l’équipe qui organise pourra alors vous répondre" in proof
    services.prove(seat.registration_id)
    again = words("registration.link_again", messages.link_again(seat.registration_id))
    assert "attend l’accord de l’équipe qui organise" in again
    asked = words("registration.to_approve", messages.to_approve(seat.registration_id))
    assert f"{session.event.organisation.name} donne son accord à chaque inscription" in asked
    due = words("registration.approvals_due", messages.approvals_due(session.event_id))
    assert "1 inscription attend votre accord" in due
    assert f"/espace-lab/evenements/{session.event.slug}/inscrits" in due
    approval.refuse(session.event, [seat.registration_id], "Réservé aux <référents>.")
    refusal = messages.refused(seat.registration_id)
    assert "Réservé aux <référents>." in words("registration.refused", refusal)
    assert "Réservé aux &lt;référents&gt;." in mime.render("registration.refused", refusal).html


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_is_read_in_as_many_statements_for_three_as_for_one(session, statements, count):
    session.places_onsite = 3
    for n in range(count):
        register(session, f"agente{n}")
    db.session.commit()
    event = queries.event_of_id(session.event_id)
    with statements() as asked:
        assert len(queries.awaiting(event)) == count
    assert len(asked) == 2, asked


def test_only_events_with_registrations_here_have_something_to_approve(session):
    session.event.registration_kind = RegistrationKind.EXTERNAL
    with pytest.raises(RuleViolation):
        register(session)


# ── At once ──


@pytest.mark.parametrize("turn", range(4))
def test_agreeing_and_giving_up_at_once_leave_one_truth(committed: Flask, turn: int):
    session = EventSessionFactory(event=EventFactory(needs_approval=True), places_onsite=1)
    seat = register(session)
    waiting = register(session, "suivante")
    db.session.commit()
    event_id, registration_id, waiting_id, seat_id = session.event_id, seat.registration_id, waiting.id, seat.id

    def agree() -> None:
        with committed.app_context(), transaction():
            event = db.session.get_one(type(session.event), event_id)
            try:
                approval.approve(event, [registration_id])
            except NothingToApprove:
                return

    def leave() -> None:
        with committed.app_context(), transaction():
            services.give_up(registration_id)

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(one) for one in (agree, leave)[:: 1 - 2 * (turn % 2)]]:
            job.result()
    db.session.expire_all()

    assert db.session.get_one(Seat, seat_id).status is SeatStatus.CANCELLED
    assert db.session.get_one(Seat, waiting_id).status is SeatStatus.HELD
    assert db.session.get_one(Registration, registration_id).ended_at <= clock.now()
