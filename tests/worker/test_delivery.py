"""The whole way of a mail: a commit here, a worker process there, a broker between, a mail server at the end."""

import logging
import socket
import time as clocks
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from planner import clock
from planner.db import db, transaction
from planner.mail import outbox, queries, wake
from planner.mail.models import Message, MessageStatus
from planner.mail.services import BEAT
from planner.request_id import following
from tests.worker import letters
from tests.worker.conftest import eventually, type_of_start
from tests.worker.smtp import MailServer, free_port


def owe(*numbers: int) -> None:
    with transaction():
        for number in numbers:
            outbox.enqueue(letters.KIND, number)


def states() -> dict[int, MessageStatus]:
    """What became of each letter."""
    with db.engine.connect() as connection:
        return dict(connection.execute(select(Message.subject_id, Message.status)).all())  # type: ignore[arg-type]


def all_are(status: MessageStatus) -> bool:
    return set(states().values()) == {status}


def test_a_commit_wakes_the_worker(committed: Flask, start: type_of_start, mail_server: MailServer) -> None:
    worker = start("worker")

    with following("request-7"):
        owe(1)

    eventually(lambda: all_are(MessageStatus.SENT))
    assert mail_server.recipients == ["reader1@example.org"]
    message_id = db.session.scalar(select(Message.id))
    assert f"[request-7] mail {message_id} (test.letter): sent at attempt 1" in worker.log
    assert "@example.org" not in worker.log


def test_refused_for_good_or_for_now(committed: Flask, start: type_of_start, mail_server: MailServer) -> None:
    mail_server.refusals = {
        "reader1@example.org": "550 5.1.1 no such user",
        "reader2@example.org": "451 4.7.1 greylisted",
    }
    start("worker")

    owe(1, 2, 3)

    eventually(lambda: states().get(3) is MessageStatus.SENT)
    first, second, third = db.session.scalars(select(Message).order_by(Message.id))
    assert (first.status, first.last_error) == (MessageStatus.FAILED, "550 5.1.1 no such user")
    assert (second.status, second.last_error) == (MessageStatus.DUE, "451 4.7.1 greylisted")
    assert timedelta(seconds=40) < second.due_at - clock.now() <= timedelta(minutes=1)
    assert (third.status, third.last_error) == (MessageStatus.SENT, None)
    assert mail_server.recipients == ["reader3@example.org"]
    assert mail_server.connections == 1


@pytest.fixture
def broker_at(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Have the broker elsewhere, at this port."""

    def move(port: int) -> None:
        monkeypatch.setitem(committed.config, "CELERY_BROKER_URL", f"redis://127.0.0.1:{port}/0")
        committed.extensions.pop(wake._SENDER, None)

    yield move
    monkeypatch.undo()
    committed.extensions.pop(wake._SENDER, None)


def test_a_mute_broker_keeps_the_page_waiting_for_less_than_a_second(
    committed: Flask, broker_at: Callable[[int], None]
) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        broker_at(mute.getsockname()[1])
        for number in (1, 2):
            began = clocks.monotonic()
            owe(number)
            assert clocks.monotonic() - began < 1


def test_without_broker_the_page_is_served_and_the_round_of_each_minute_delivers(
    committed: Flask,
    start: type_of_start,
    mail_server: MailServer,
    broker_at: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Beat ticks each second here."""
    broker_at(free_port())
    began = clocks.monotonic()
    with caplog.at_level(logging.WARNING, logger="planner.mail"):
        owe(1)
    assert clocks.monotonic() - began < 1
    assert caplog.messages == [
        "the broker does not answer (OperationalError): the mails leave with the worker's next round"
    ]

    start("worker")
    assert mail_server.mails == []
    start("beat")

    eventually(lambda: all_are(MessageStatus.SENT))
    eventually(lambda: queries.last_beat(BEAT) or db.session.rollback())
    assert mail_server.recipients == ["reader1@example.org"]


def test_a_worker_killed_in_the_middle_loses_nothing(
    committed: Flask, start: type_of_start, mail_server: MailServer
) -> None:
    mail_server.held_after = 3
    worker = start("worker")
    owe(*range(1, 11))
    eventually(lambda: len(mail_server.mails) == 4)

    worker.kill()
    mail_server.held_after = None
    assert Counter(states().values()) == {MessageStatus.SENT: 3, MessageStatus.DUE: 7}
    assert outbox.due() == []
    with db.engine.begin() as connection:  # five minutes later
        connection.execute(text("UPDATE message SET due_at = due_at - interval '5 minutes' WHERE status = 'due'"))
    start("worker")
    wake.wake()

    eventually(lambda: all_are(MessageStatus.SENT))
    twice = mail_server.mails[3]["Message-ID"]
    assert mail_server.message_ids == Counter({mail["Message-ID"]: 1 for mail in mail_server.mails} | {twice: 2})
    assert sorted(set(mail_server.recipients)) == sorted(f"reader{number}@example.org" for number in range(1, 11))


def test_two_workers_send_each_mail_once(
    committed: Flask, start: type_of_start, mail_server: MailServer, broker: Any
) -> None:
    start("worker")
    start("worker")
    numbers = range(1, 3 * outbox.BATCH)
    owe(*numbers)
    wake.wake()

    eventually(lambda: all_are(MessageStatus.SENT))
    assert Counter(mail_server.recipients) == {f"reader{number}@example.org": 1 for number in numbers}
    assert set(mail_server.message_ids.values()) == {1}
    assert mail_server.connections == 2
