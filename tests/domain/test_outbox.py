"""The outbox: what is owed, claimed, delivered, postponed, given up. The mail server is replaced by a listener."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update

from planner import clock
from planner.db import db, transaction
from planner.mail import outbox, queue, rules, wake
from planner.mail.email import Email
from planner.mail.models import Message, MessageStatus
from planner.mail.outbox import Claim
from planner.mail.transport import DeliveryFailure, FinalRefusal, MailServer, PassingFailure
from planner.request_id import following, request_id_var
from tests.factories import EventFactory, MessageFactory, PersonFactory
from tests.worker import letters

MINUTE = timedelta(minutes=1)


class Listener(MailServer):
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self, refusal: DeliveryFailure | None = None) -> None:
        super().__init__()
        self.refusal = refusal
        self.mails: list[EmailMessage] = []

    def send(self, mail: EmailMessage) -> None:
        if self.refusal:
            raise self.refusal
        self.mails.append(mail)


def only_message() -> Message:
    db.session.expire_all()
    return db.session.scalars(select(Message)).one()


def owed() -> list[str]:
    """The keys of what is owed, in the order it was written."""
    return list(db.session.scalars(select(Message.key).order_by(Message.id)))


def deliver_one(server: MailServer) -> MessageStatus | None:
    [claim] = outbox.due()
    return outbox.deliver(claim, server)


@pytest.fixture
def known_letters(context: Flask) -> Iterator[None]:
    with letters.registered(context):
        yield


@pytest.fixture
def knocks(context: Flask) -> Iterator[Callable[[], int]]:
    """How often the worker was woken: the length of its queue, on the real broker."""
    with wake._sender().connection_for_write() as connection:
        broker, name = connection.default_channel.client, queue.name(context.config)
        broker.delete(name)
        yield lambda: broker.llen(name)
        broker.delete(name)


# ── What is owed ──


def test_a_mail_is_owed_once_for_a_key(context: Flask) -> None:
    assert outbox.enqueue("test.letter", 1) is True
    assert outbox.enqueue("test.letter", 1) is False
    assert outbox.enqueue("test.letter", 2) is True
    assert outbox.enqueue("test.letter", 1, key="test.letter:1:again") is True

    assert owed() == ["test.letter:1", "test.letter:2", "test.letter:1:again"]


def test_the_same_is_owed_to_several_people_once_each(context: Flask) -> None:
    first, second = PersonFactory(), PersonFactory()
    seen = []

    def write(number: int, person_id: int) -> Email:
        seen.append((number, person_id))
        return letters.letter(number)

    assert outbox.enqueue(letters.KIND, 1, person_id=first.id) is True
    assert outbox.enqueue(letters.KIND, 1, person_id=second.id) is True
    assert outbox.enqueue(letters.KIND, 1, person_id=first.id) is False
    db.session.commit()
    with letters.registered(context, write):
        assert [outbox.deliver(claim, Listener()) for claim in outbox.due()] == [MessageStatus.SENT] * 2

    assert seen == [(1, first.id), (1, second.id)]


@pytest.mark.parametrize("status", [MessageStatus.SKIPPED, MessageStatus.FAILED])
def test_a_mail_that_was_settled_is_not_owed_again(context: Flask, status: MessageStatus) -> None:
    MessageFactory(key="test.letter:1", status=status)

    assert outbox.enqueue("test.letter", 1) is False


def test_what_is_owed_is_written_whole(context: Flask) -> None:
    event = EventFactory()
    due_at, not_after = clock.now() + MINUTE, clock.now() + 2 * MINUTE

    with following("request-7"):
        outbox.enqueue("test.letter", 7, key="seven", due_at=due_at, not_after=not_after, event_id=event.id)

    message = only_message()
    assert (message.kind, message.subject_id, message.key) == ("test.letter", 7, "seven")
    assert (message.due_at, message.not_after, message.event_id) == (due_at, not_after, event.id)
    assert (message.status, message.attempts, message.request_id) == (MessageStatus.DUE, 0, "request-7")
    assert (message.recipient, message.sent_at, message.last_error) == (None, None, None)


def test_outside_a_request_no_request_is_named(context: Flask) -> None:
    outbox.enqueue("test.letter", 1)

    assert only_message().request_id is None


def test_nothing_is_owed_when_the_transaction_fails(context: Flask, knocks: Callable[[], int]) -> None:
    def register() -> None:
        with transaction():
            outbox.enqueue("test.letter", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        register()

    assert owed() == []
    assert knocks() == 0


def test_worker_is_woken_once_after_the_commit(context: Flask, knocks: Callable[[], int]) -> None:
    with transaction():
        outbox.enqueue("test.letter", 1)
        outbox.enqueue("test.letter", 2)
        assert knocks() == 0

    assert knocks() == 1


@pytest.mark.parametrize("reason", ["later", "owed already"])
def test_worker_is_left_alone_when_nothing_new_is_due(context: Flask, knocks: Callable[[], int], reason: str) -> None:
    MessageFactory(key="owed already")
    with transaction():
        outbox.enqueue("test.letter", 1, key=reason, due_at=clock.now() + MINUTE if reason == "later" else None)

    assert knocks() == 0


# ── Claims ──


def test_what_is_due_is_claimed_in_order_and_in_batches(context: Flask) -> None:
    now = clock.now()
    late = MessageFactory(due_at=now - MINUTE)
    later = MessageFactory(due_at=now - 2 * MINUTE)
    same = MessageFactory(due_at=now - MINUTE)
    MessageFactory(due_at=now + MINUTE)
    MessageFactory(due_at=now - MINUTE, status=MessageStatus.SKIPPED)

    assert outbox.due(limit=2) == [Claim(later.id, 1), Claim(late.id, 1)]
    assert outbox.due(limit=2) == [Claim(same.id, 1)]
    assert outbox.due(limit=2) == []


def test_a_claim_lapses_after_five_minutes(context: Flask, time: time_machine.Traveller) -> None:
    message = MessageFactory()
    now = clock.now()
    time.move_to(now, tick=False)
    assert outbox.due() == [Claim(message.id, 1)]

    time.move_to(now + timedelta(minutes=5, microseconds=-1), tick=False)
    assert outbox.due() == []

    time.move_to(now + timedelta(minutes=5), tick=False)
    assert outbox.due() == [Claim(message.id, 2)]


def test_two_workers_never_hold_the_same_mail(committed: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO message (kind, subject_id, key, uuid, status, attempts, created_at, due_at)"
                " SELECT 'test.letter', n, n, gen_random_uuid(), 'due', 0, :now, :now FROM generate_series(1, 500) AS n"
            ),
            {"now": clock.now()},
        )
    claims: list[Claim] = []
    start = threading.Barrier(4)

    def work() -> None:
        with committed.app_context():
            start.wait()
            while batch := outbox.due(limit=7):
                claims.extend(batch)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(claim.id for claim in claims) == sorted(db.session.scalars(select(Message.id)))
    assert {claim.attempts for claim in claims} == {1}


def test_a_mail_being_claimed_is_left_to_its_worker_without_waiting(committed: Flask) -> None:
    first, second = MessageFactory(), MessageFactory()
    with db.engine.begin() as other:
        other.execute(select(Message.id).where(Message.id == first.id).with_for_update())

        assert outbox.due() == [Claim(second.id, 1)]


def test_a_worker_whose_claim_lapsed_sends_nothing(
    context: Flask, known_letters: None, time: time_machine.Traveller
) -> None:
    MessageFactory(kind=letters.KIND)
    [slow] = outbox.due()
    time.shift(timedelta(minutes=5))
    [quick] = outbox.due()
    server = Listener()

    assert outbox.deliver(slow, server) is None
    assert server.mails == []
    assert outbox.deliver(quick, server) is MessageStatus.SENT
    assert outbox.deliver(quick, server) is None
    assert len(server.mails) == 1


def test_a_claim_is_renewed_when_its_turn_comes(
    context: Flask, known_letters: None, time: time_machine.Traveller
) -> None:
    MessageFactory(kind=letters.KIND)
    [claim] = outbox.due()
    time.shift(timedelta(minutes=4))

    class Slow(Listener):
        def send(self, mail: EmailMessage) -> None:
            time.shift(timedelta(minutes=4))
            assert outbox.due() == []  # what another worker sees meanwhile
            super().send(mail)

    assert outbox.deliver(claim, Slow()) is MessageStatus.SENT


# ── Delivery ──


def test_a_mail_taken_by_the_server_is_sent(context: Flask, known_letters: None) -> None:
    MessageFactory(kind=letters.KIND, subject_id=3)
    server = Listener()

    assert deliver_one(server) is MessageStatus.SENT

    message, [mail] = only_message(), server.mails
    assert (message.status, message.recipient, message.last_error) == (MessageStatus.SENT, "reader3@example.org", None)
    assert message.sent_at is not None
    assert clock.now() - message.sent_at < MINUTE
    assert (mail["To"], mail["Subject"]) == ("reader3@example.org", "Lettre 3")
    assert mail["Message-ID"] == f"<{message.uuid}@service.example>"


def test_the_database_is_let_go_while_the_server_is_asked(context: Flask, known_letters: None) -> None:
    MessageFactory(kind=letters.KIND)

    class Curious(Listener):
        def send(self, mail: EmailMessage) -> None:
            assert not db.session().in_transaction()
            super().send(mail)

    assert deliver_one(Curious()) is MessageStatus.SENT


def test_what_is_no_longer_true_is_skipped(context: Flask) -> None:
    MessageFactory(kind=letters.KIND)
    server = Listener()

    with letters.registered(context, lambda _: None):
        assert deliver_one(server) is MessageStatus.SKIPPED
    assert server.mails == []
    assert only_message().status is MessageStatus.SKIPPED


@pytest.mark.parametrize(
    ("since", "status"), [(timedelta(), MessageStatus.SENT), (timedelta(microseconds=1), MessageStatus.SKIPPED)]
)
def test_a_mail_never_leaves_after_its_latest_moment(
    context: Flask, known_letters: None, time: time_machine.Traveller, since: timedelta, status: MessageStatus
) -> None:
    latest = clock.now()
    MessageFactory(kind=letters.KIND, due_at=latest - MINUTE, not_after=latest)
    time.move_to(latest + since, tick=False)

    assert deliver_one(Listener()) is status


def test_a_refusal_for_good_is_never_tried_again(
    context: Flask, known_letters: None, time: time_machine.Traveller
) -> None:
    MessageFactory(kind=letters.KIND)

    assert deliver_one(Listener(FinalRefusal("550 no such user"))) is MessageStatus.FAILED

    message = only_message()
    assert (message.status, message.last_error, message.recipient) == (
        MessageStatus.FAILED,
        "550 no such user",
        "reader1@example.org",
    )
    time.shift(timedelta(days=30))
    assert outbox.due() == []


def test_an_address_that_no_server_takes_fails_at_once(context: Flask) -> None:
    MessageFactory(kind=letters.KIND)

    with letters.registered(context, lambda _: Email("nobody", "Lettre", letters.letter(1).context)):
        assert deliver_one(Listener()) is MessageStatus.FAILED
    assert only_message().last_error == "nobody : aucun mail ne peut être envoyé à cette adresse"


def test_a_passing_failure_is_tried_again_for_a_day(
    context: Flask, known_letters: None, time: time_machine.Traveller
) -> None:
    MessageFactory(kind=letters.KIND)
    server = Listener(PassingFailure("451 later"))
    time.move_to(began := clock.now(), tick=False)
    waits = []

    while deliver_one(server) is MessageStatus.DUE:
        message = only_message()
        assert message.last_error == "451 later"
        waits.append((message.due_at - clock.now()) // MINUTE)
        time.move_to(message.due_at, tick=False)

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 417]
    assert clock.now() - began == timedelta(days=1)
    message = only_message()
    assert (message.status, message.attempts, message.last_error) == (MessageStatus.FAILED, 12, "451 later")


def test_a_passing_failure_then_success_keeps_the_same_message_id(
    context: Flask, known_letters: None, time: time_machine.Traveller
) -> None:
    MessageFactory(kind=letters.KIND)
    deliver_one(Listener(PassingFailure("451 later")))
    time.shift(MINUTE)
    server = Listener()

    assert deliver_one(server) is MessageStatus.SENT
    message = only_message()
    assert server.mails[0]["Message-ID"] == f"<{message.uuid}@service.example>"
    assert (message.attempts, message.last_error) == (2, "451 later")


def test_a_mail_that_killed_its_workers_is_given_up(context: Flask, known_letters: None) -> None:
    MessageFactory(kind=letters.KIND, attempts=12)
    server = Listener()

    assert deliver_one(server) is MessageStatus.FAILED
    assert server.mails == []
    assert only_message().last_error == "envoi interrompu trop de fois"


def test_after_as_many_deaths_less_one_it_is_tried(context: Flask, known_letters: None) -> None:
    MessageFactory(kind=letters.KIND, attempts=11)

    assert deliver_one(Listener()) is MessageStatus.SENT


def test_a_fault_while_writing_is_told_and_does_not_hold_up_the_others(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def write(number: int) -> Email:
        if number == 1:
            db.session.execute(text("SELECT 1 / 0"))  # a fault that also breaks the transaction
        return letters.letter(number)

    MessageFactory(kind=letters.KIND, subject_id=1)
    MessageFactory(kind=letters.KIND, subject_id=2)
    server = Listener()

    with letters.registered(context, write):
        assert [outbox.deliver(claim, server) for claim in outbox.due()] == [MessageStatus.DUE, MessageStatus.SENT]

    assert [mail["To"] for mail in server.mails] == ["reader2@example.org"]
    faulty = db.session.scalars(select(Message).where(Message.subject_id == 1)).one()
    assert faulty.last_error == "rédaction impossible : DataError"
    assert faulty.due_at > clock.now()
    [fault] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert fault.getMessage() == f"mail {faulty.id} (test.letter) cannot be written"
    assert fault.exc_info is not None


def test_the_log_of_a_mail_follows_the_request_that_owed_it(context: Flask) -> None:
    seen = []

    def write(number: int) -> Email:
        seen.append(request_id_var.get())
        return letters.letter(number)

    MessageFactory(kind=letters.KIND, request_id="request-7")
    with letters.registered(context, write), following("the worker's task"):
        deliver_one(Listener())
        seen.append(request_id_var.get())

    assert seen == ["request-7", "the worker's task"]


def test_a_kind_that_nobody_writes_is_postponed(context: Flask) -> None:
    MessageFactory(kind="from.a.newer.release")

    assert deliver_one(Listener()) is MessageStatus.DUE
    assert only_message().last_error == "rédaction impossible : UnknownKind"


def test_what_writing_changes_by_mistake_is_undone(context: Flask) -> None:
    def write(number: int) -> Email:
        db.session.execute(update(Message).values(key="changed"))
        return letters.letter(number)

    MessageFactory(kind=letters.KIND, key="as it was")

    with letters.registered(context, write):
        assert deliver_one(Listener()) is MessageStatus.SENT
    assert only_message().key == "as it was"


def test_the_log_names_no_address(context: Flask, known_letters: None, caplog: pytest.LogCaptureFixture) -> None:
    message = MessageFactory(kind=letters.KIND)
    with caplog.at_level(logging.INFO, logger="planner.mail"):
        deliver_one(Listener(FinalRefusal("550 reader1@example.org is unknown")))

    assert caplog.messages == [f"mail {message.id} (test.letter): failed at attempt 1"]


# ── A whole round ──


def test_without_mail_server_one_is_tried_and_the_others_wait_a_minute(context: Flask, known_letters: None) -> None:
    """MAIL_PORT is a closed port in the settings of the tests."""
    for number in (1, 2, 3):
        MessageFactory(kind=letters.KIND, subject_id=number)

    assert outbox.deliver_due() == {MessageStatus.DUE: 1}

    db.session.expire_all()
    tried, *others = db.session.scalars(select(Message).order_by(Message.id))
    assert tried.attempts == 1
    assert tried.last_error is not None
    assert tried.last_error.startswith("serveur de messagerie injoignable : ")
    assert [(other.attempts, other.last_error) for other in others] == [(0, None), (0, None)]
    assert all(MINUTE - timedelta(seconds=5) < other.due_at - clock.now() <= MINUTE for other in others)


def test_delays() -> None:
    assert [rules.retry_delay(attempts) for attempts in (1, 2, 11, 12)] == [
        MINUTE,
        2 * MINUTE,
        417 * MINUTE,
        None,
    ]
    assert [rules.is_given_up(attempts) for attempts in (1, 12, 13)] == [False, False, True]


# ── Commands ──


def test_command_that_delivers(context: Flask, known_letters: None) -> None:
    MessageFactory(kind=letters.KIND)

    result = context.test_cli_runner().invoke(args=["mail", "deliver"])

    assert (result.stdout, result.exit_code) == ("0 sent, 0 skipped, 1 postponed, 0 failed\n", 0)


def test_command_that_tells_the_state(context: Flask, time: time_machine.Traveller) -> None:
    now = clock.now()
    MessageFactory(due_at=now - MINUTE)
    MessageFactory(due_at=now + MINUTE)
    MessageFactory(due_at=now + MINUTE, attempts=1)
    MessageFactory(status=MessageStatus.FAILED)
    MessageFactory(status=MessageStatus.SENT, sent_at=now - timedelta(hours=23))
    MessageFactory(status=MessageStatus.SENT, sent_at=now - timedelta(hours=25))

    result = context.test_cli_runner().invoke(args=["mail", "status"])

    assert result.stdout.splitlines() == [
        "due          1, the oldest since 2026-10-12 07:59 UTC",
        "for later    1",
        "postponed    1",
        "failed       1",
        "sent (24 h)  1",
        "beat         never seen",
    ]
