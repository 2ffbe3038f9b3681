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
from typing import Any, Self
from urllib.request import urlopen

import psutil
from icalendar import Calendar
from redis import Redis

from config import ROOT, Config
from planner import launcher
from planner.mail import queue

PATIENCE = 90  # seconds
LAST_WORDS = 6000  # characters of the log that a failure shows


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
        self.mailbox_url = f"http://127.0.0.1:{page}"
        own = {
            "PORT": port,
            "MAILBOX_PORT": page,
            "MAIL_PORT": mail,
            "DATA_DIR": str(folder),
            "BASE_URL": self.base_url,
        }
        unset = {"MAIL_HOST": "", "ENVIRONMENT": "development"}
        self.settings = {**settings, **own, **unset}
        self._log = folder / "log"

    def __enter__(self) -> Self:
        """Start everything and wait for the first answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "planner.launcher"],
                cwd=ROOT,
                env={**os.environ, **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self.eventually(self._answers)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._stop() == [], f"Ctrl-C left these running:\n{self.last_words}"

    def _stop(self) -> list[psutil.Process]:
        """Ctrl-C, then by force whatever is left of all that was started; gives what was left."""
        started = [process for process in psutil.process_iter() if self._is_ours(process)]
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        left = psutil.wait_procs(started, timeout=PATIENCE)[1]
        for process in left:
            process.kill()
        self._process.wait()
        self._empty_the_broker()
        return left

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return bool(process.environ().get(launcher.OURS) == str(self.folder))
        except psutil.Error:
            return False

    def _empty_the_broker(self) -> None:
        """The broker may be everybody's: nothing of this run is left in it."""
        name = queue.name(vars(Config.from_environment(self.settings)))
        with Redis.from_url(self.settings["REDIS_URL"]) as broker:
            broker.delete(name, f"_kombu.binding.{name}", f"_kombu.binding_permanent.{name}")

    @property
    def last_words(self) -> str:
        """The end of the log."""
        return self._log.read_text()[-LAST_WORDS:]

    def eventually(self, truth: Callable[[], Any]) -> Any:
        """What `truth` gives as soon as it gives something."""
        end = time.monotonic() + PATIENCE
        while not (found := truth()):
            assert time.monotonic() < end, f"nothing after {PATIENCE} s:\n{self.last_words}"
            time.sleep(0.1)
        return found

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.last_words
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
        return [mail for mail in parsed if mail["To"].addresses[0].addr_spec == to]

    def mail(self, to: str, subject: str, *, about: str = "", after: int = 0) -> EmailMessage:
        """The last mail for this address whose subject begins so and names this; waits for it.

        `after` leaves out so many of the first mails of the address.
        """

        def received() -> EmailMessage | None:
            fitting = [mail for mail in self.mails(to)[after:] if mail["Subject"].startswith(subject)]
            return next((mail for mail in reversed(fitting) if about in mail["Subject"]), None)

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
