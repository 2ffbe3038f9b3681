"""The connection to the mail server: kept for a batch, opened again when it breaks, and what refusals mean."""

import ssl
import subprocess
import time as clocks
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from planner.db import transaction
from planner.mail import mime, outbox
from planner.mail.models import MessageStatus
from planner.mail.transport import DeliveryFailure, FinalRefusal, MailServer, PassingFailure
from tests.worker import letters, smtp


@pytest.fixture(autouse=True)
def settings_of(context: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Change the settings of the mail server; letters are known."""

    def change(**settings: Any) -> None:
        for name, value in settings.items():
            monkeypatch.setitem(context.config, name, value)

    with letters.registered(context):
        yield change


@pytest.fixture
def listening(mail_server: smtp.MailServer, settings_of: Callable[..., None]) -> smtp.MailServer:
    settings_of(MAIL_PORT=mail_server.port)
    return mail_server


def letter(number: int = 1) -> EmailMessage:
    return mime.compose(letters.KIND, letters.letter(number), uuid4())


def failure_of(server: MailServer) -> DeliveryFailure:
    with pytest.raises(DeliveryFailure) as caught:
        server.send(letter())
    return caught.value


def test_one_connection_serves_several_mails(listening: smtp.MailServer) -> None:
    with MailServer() as server:
        for number in (1, 2, 3):
            server.send(letter(number))

    assert listening.recipients == ["reader1@example.org", "reader2@example.org", "reader3@example.org"]
    assert listening.connections == 1


def test_a_connection_closed_by_the_server_is_opened_again(listening: smtp.MailServer) -> None:
    with MailServer() as server:
        server.send(letter(1))
        assert server._smtp is not None
        server._smtp.docmd("QUIT")
        server.send(letter(2))

    assert listening.recipients == ["reader1@example.org", "reader2@example.org"]
    assert listening.connections == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("550 5.1.1 unknown", FinalRefusal), ("599 no", FinalRefusal), ("451 4.7.1 later", PassingFailure)],
)
def test_refusal_of_a_recipient(listening: smtp.MailServer, answer: str, kind: type[DeliveryFailure]) -> None:
    listening.refusals = {"reader1@example.org": answer}

    with MailServer() as server:
        failure = failure_of(server)
        server.send(letter(2))

    assert (type(failure), str(failure)) == (kind, answer)
    assert listening.recipients == ["reader2@example.org"]
    assert server.is_down is False


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("554 5.7.1 spam", FinalRefusal),
        ("452 4.3.1 full", PassingFailure),
        ("421 4.3.2 going down", PassingFailure),
        ("530 5.7.0 authentication required", PassingFailure),
    ],
)
def test_refusal_of_a_mail(listening: smtp.MailServer, answer: str, kind: type[DeliveryFailure]) -> None:
    listening.answer = answer

    with MailServer() as server:
        failure = failure_of(server)

    assert (type(failure), str(failure)) == (kind, answer)


def test_after_421_the_next_mail_has_a_new_connection(listening: smtp.MailServer) -> None:
    with MailServer() as server:
        listening.answer = "421 4.3.2 going down"
        failure_of(server)
        listening.answer = "250 OK"
        server.send(letter(2))

    assert (listening.recipients, listening.connections) == (["reader2@example.org"], 2)


def test_what_a_server_says_is_kept_without_what_opens_a_door(
    listening: smtp.MailServer, settings_of: Callable[..., None]
) -> None:
    settings_of(MAIL_PASSWORD="hunter two")
    listening.answer = "554 blocked https://agenda.example/i/token with hunter two in it"

    with MailServer() as server:
        assert str(failure_of(server)) == "554 blocked [lien] with … in it"


# ── A server that cannot be reached, or not by us ──


def test_no_server(settings_of: Callable[..., None]) -> None:
    settings_of(MAIL_PORT=smtp.free_port())

    with MailServer() as server:
        failure = failure_of(server)

    assert type(failure) is PassingFailure
    assert str(failure).startswith("serveur de messagerie injoignable : ")
    assert server.is_down is True


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    return context


@pytest.fixture
def trusted(certificate: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The same, which this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    return certificate


@pytest.fixture
def strict(trusted: ssl.SSLContext, settings_of: Callable[..., None]) -> Iterator[smtp.MailServer]:
    """A server that asks who we are."""
    server = smtp.MailServer(tls_context=trusted, auth_required=True)
    server.controller.start()
    settings_of(MAIL_PORT=server.port, MAIL_TLS="starttls", MAIL_USERNAME="agenda", MAIL_PASSWORD="the right password")
    yield server
    server.controller.stop()


def test_account(strict: smtp.MailServer) -> None:
    with MailServer() as server:
        server.send(letter())

    assert strict.recipients == ["reader1@example.org"]


def test_wrong_password_fails_no_mail_for_good(strict: smtp.MailServer, settings_of: Callable[..., None]) -> None:
    settings_of(MAIL_PASSWORD="the wrong password")

    with MailServer() as server:
        failure = failure_of(server)

    assert type(failure) is PassingFailure
    assert "535" in str(failure)
    assert "wrong password" not in str(failure)
    assert server.is_down is True


@pytest.mark.parametrize(("tls", "option"), [("starttls", "tls_context"), ("ssl", "ssl_context")])
@pytest.mark.parametrize("whose", ["certificate", "trusted"])
def test_encryption_needs_a_certificate_that_is_trusted(
    request: pytest.FixtureRequest, settings_of: Callable[..., None], tls: str, option: str, whose: str
) -> None:
    listening = smtp.MailServer(**{option: request.getfixturevalue(whose)})
    listening.controller.start()
    settings_of(MAIL_PORT=listening.port, MAIL_TLS=tls)

    with MailServer() as server:
        if whose == "trusted":
            server.send(letter())
        else:
            assert "CERTIFICATE_VERIFY_FAILED" in str(failure_of(server))

    listening.controller.stop()
    assert listening.recipients == (["reader1@example.org"] if whose == "trusted" else [])


def test_a_server_without_encryption_gets_nothing(listening: smtp.MailServer, settings_of: Callable[..., None]) -> None:
    settings_of(MAIL_TLS="starttls")

    with MailServer() as server:
        assert type(failure_of(server)) is PassingFailure

    assert listening.mails == []


# ── A round ──


def test_a_round_delivers_all_that_is_due(listening: smtp.MailServer) -> None:
    with transaction():
        for number in range(outbox.BATCH + 1):
            outbox.enqueue(letters.KIND, number)

    assert outbox.deliver_due() == Counter({MessageStatus.SENT: outbox.BATCH + 1})
    assert len(listening.mails) == outbox.BATCH + 1
    assert listening.connections == 1


def test_a_round_out_of_time_gives_back_what_it_did_not_try(listening: smtp.MailServer) -> None:
    with transaction():
        for number in (1, 2, 3):
            outbox.enqueue(letters.KIND, number)

    assert outbox.deliver_due(seconds=0) == Counter({MessageStatus.SENT: 1})

    assert [claim.attempts for claim in outbox.due()] == [1, 1]


def test_a_mute_server_is_left_in_time(settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.mail.transport.TIMEOUT", 0.2)
    with smtp.socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        settings_of(MAIL_PORT=mute.getsockname()[1])
        began = clocks.monotonic()

        with MailServer() as server:
            assert str(failure_of(server)).endswith("timed out")

    assert clocks.monotonic() - began < 1
