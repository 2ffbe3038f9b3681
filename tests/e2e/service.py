"""The whole service as `make run` starts it: web, worker, beat, mailbox, over a database of its own."""

import mailbox
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from icalendar import Calendar

from config import ROOT

PATIENCE = 90  # seconds


def free_ports(count: int) -> list[str]:
    """Ports that were free a moment ago."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [str(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Service:
    """The running service: its address, its mails, its settings."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        port, page, mail = free_ports(3)
        self.folder = folder
        self.base_url = f"http://127.0.0.1:{port}"
        own = {
            "PORT": port,
            "MAILBOX_PORT": page,
            "MAIL_PORT": mail,
            "DATA_DIR": str(folder),
            "BASE_URL": self.base_url,
        }
        unset = {"MAIL_HOST": "", "ENVIRONMENT": "development"}
        self.settings = {**settings, **own, **unset}
        self.log = folder / "log"

    def start(self) -> None:
        """Start everything and wait for the first answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "planner.launcher"],
                cwd=ROOT,
                env={**os.environ, **self.settings},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.eventually(self._answers)

    def stop(self) -> None:
        """Ctrl-C, then by force."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def eventually(self, truth: Callable[[], Any]) -> Any:
        """What `truth` gives as soon as it gives something."""
        end = time.monotonic() + PATIENCE
        while not (found := truth()):
            assert time.monotonic() < end, f"nothing after {PATIENCE} s:\n{self.log.read_text()[-6000:]}"
            time.sleep(0.1)
        return found

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()[-6000:]
        try:
            with urlopen(f"{self.base_url}/healthz", timeout=5) as answer:  # noqa: S310  # our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    # ── Mails ──

    def mails(self, to: str) -> list[EmailMessage]:
        """The mails received for this address, the oldest first."""
        folder = self.folder / "mailbox"
        if not folder.exists():
            return []
        kept = mailbox.Maildir(folder, factory=None, create=False)
        received = {key: (folder / kept._lookup(key)).stat().st_mtime_ns for key in kept.keys()}  # noqa: SIM118
        found = [(moment, kept.get_bytes(key)) for key, moment in received.items()]
        parsed = [BytesParser(policy=default).parsebytes(content) for _, content in sorted(found)]
        return [mail for mail in parsed if to in str(mail["To"])]

    def mail(self, to: str, subject: str, *, about: str = "", after: int = 0) -> EmailMessage:
        """The last mail for this address whose subject begins so and names this; waits for it.

        `after` leaves out so many of the first mails of the address.
        """

        def received() -> EmailMessage | None:
            subjects = {str(mail["Subject"]): mail for mail in self.mails(to)[after:]}
            fitting = [mail for words, mail in subjects.items() if words.startswith(subject) and about in words]
            return fitting[-1] if fitting else None

        mail: EmailMessage = self.eventually(received)
        return mail


def text_of(mail: EmailMessage) -> str:
    """The text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, part: str) -> str:
    """The first address of the mail that holds this."""
    words = text_of(mail).split()
    return next(word for word in words if word.startswith("http") and part in word)


def invitation_in(mail: EmailMessage) -> tuple[str, Any]:
    """`(method, event)` of the calendar that comes with the mail; its two copies are the same bytes."""
    shown = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    attached = next(part for part in mail.walk() if part.get_filename() == "invitation.ics")
    content = shown.get_payload(decode=True)
    assert content == attached.get_payload(decode=True)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.events
    assert shown.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event
