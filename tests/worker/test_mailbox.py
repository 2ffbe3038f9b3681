"""The local mailbox: mails sent to it over SMTP are kept and shown, and whatever they hold stays harmless."""

import os
import re
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient

from planner.mail.mailbox import THIS_MACHINE, Box, create_page

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "data/mailbox")


@pytest.fixture
def post(box: Box) -> Iterator[Callable[[EmailMessage], None]]:
    """Send a mail to the mailbox, over SMTP."""
    with socket.socket() as probe:
        probe.bind((THIS_MACHINE, 0))
        port = probe.getsockname()[1]
    receiver = Controller(box, hostname=THIS_MACHINE, port=port)
    receiver.start()

    def send(mail: EmailMessage) -> None:
        with smtplib.SMTP(THIS_MACHINE, port) as server:
            server.send_message(mail)

    yield send
    receiver.stop()


@pytest.fixture
def page(box: Box, tmp_path: Path) -> FlaskClient:
    return create_page(box, tmp_path, "http://localhost:8000").test_client()


def mail(to: str = "citoyenne@example.org", subject: str = "Bienvenue", text: str = "Bonjour.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "agenda@example.org"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def subjects(html: str) -> list[str]:
    return re.findall(r"<td><a [^>]*>(.*?)</a>", html)


def open_first(page: FlaskClient) -> tuple[str, str]:
    """The address and the page of the mail received last."""
    (address, *_) = re.findall(r'<td><a href="([^"]+)"', page.get("/").text)
    return address, page.get(address).text


def test_an_empty_mailbox_says_so(page: FlaskClient):
    assert "Aucun message pour l’instant." in page.get("/").text


def test_mails_are_listed_with_the_last_received_first(post: Callable[[EmailMessage], None], page: FlaskClient):
    for subject in ("Premier", "Deuxième : l’été", "Troisième"):
        post(mail(subject=subject))

    html = page.get("/").text

    assert subjects(html) == ["Troisième", "Deuxième : l’été", "Premier"]
    assert "3 messages." in html


def test_mails_are_found_by_recipient_as_the_server_was_told_it(
    post: Callable[[EmailMessage], None], page: FlaskClient
):
    post(mail(to="lab@example.org", subject="Au lab"))
    hidden = mail(to="lab@example.org", subject="En copie cachée")
    hidden["Bcc"] = "ditp@example.org"
    post(hidden)

    assert subjects(page.get("/?destinataire=LAB@").text) == ["En copie cachée", "Au lab"]
    assert subjects(page.get("/?destinataire=ditp").text) == ["En copie cachée"]
    assert "Aucun message pour «&nbsp;personne&nbsp;»" in page.get("/?destinataire=personne").text


def test_a_text_is_shown_with_links_and_nothing_in_it_is_html(post: Callable[[EmailMessage], None], page: FlaskClient):
    post(mail(subject="<script>alert(1)</script>", text="Ouvrez http://localhost:8000/c/a?b=1&c=2 <b>vite</b>\n"))

    _, html = open_first(page)

    assert '<a href="http://localhost:8000/c/a?b=1&amp;c=2" rel="noopener noreferrer" target="_blank">' in html
    assert "&lt;b&gt;vite&lt;/b&gt;" in html
    assert "<script" not in html


def test_html_is_shown_in_a_frame_that_runs_nothing(post: Callable[[EmailMessage], None], page: FlaskClient):
    message = mail()
    message.add_alternative(
        "<html><head></head><body><a href='http://localhost:8000/c/a'>ici</a></body></html>", "html"
    )
    post(message)

    address, html = open_first(page)
    frame = page.get(f"{address}/html")

    sandbox = "allow-popups allow-popups-to-escape-sandbox"
    assert f'sandbox="{sandbox}" title="Le message mis en forme" src="{address}/html"' in html
    assert frame.headers["Content-Security-Policy"].startswith(f"sandbox {sandbox}; default-src 'none';")
    assert '<head><base target="_blank"></head>' in frame.text


def test_attachments_are_kept_byte_for_byte(post: Callable[[EmailMessage], None], page: FlaskClient):
    message = mail()
    message.add_attachment(CALENDAR, maintype="application", subtype="ics", filename="invitation.ics")
    post(message)

    address, html = open_first(page)
    downloaded = page.get(f"{address}/pieces/0")

    assert ">invitation.ics</a> (application/ics, 0,1&nbsp;Ko)" in html
    assert downloaded.data == CALENDAR
    assert downloaded.headers["Content-Type"] == "application/ics"
    assert downloaded.headers["Content-Disposition"] == "attachment; filename=invitation.ics"
    assert page.get(f"{address}/pieces/1").status_code == 404


def test_the_mails_outlive_the_mailbox(post: Callable[[EmailMessage], None], box: Box, tmp_path: Path):
    post(mail(subject="Gardé"))

    again = create_page(Box(box.folder), tmp_path, "http://localhost:8000").test_client()

    assert subjects(again.get("/").text) == ["Gardé"]


def test_an_unknown_mail_is_not_found(page: FlaskClient):
    assert page.get("/mails/..%2F..%2Fetc").status_code == 404
    assert page.get("/mails/unknown").status_code == 404


def test_a_page_of_another_site_cannot_read_the_mails(page: FlaskClient):
    assert page.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_it_refuses_to_run_in_production():
    production = {
        "ENVIRONMENT": "production",
        "SECRET_KEY": "a secret of the tests, 32 characters or more",
        "BASE_URL": "https://agenda.example.org",
        "DATABASE_URL": "postgresql://db.example.org/planner",
        "REDIS_URL": "redis://redis.example.org",
        "MAIL_HOST": "smtp.example.org",
        "MAIL_PORT": "25",
        "MAIL_SENDER": "agenda@example.org",
    }

    refused = subprocess.run(
        [sys.executable, "-m", "planner.mail.mailbox"],
        env={**os.environ, **production},
        capture_output=True,
        check=False,
    )

    assert refused.returncode == 1
    assert refused.stderr == b"The local mailbox is for trying the service: it does not run in production.\n"
