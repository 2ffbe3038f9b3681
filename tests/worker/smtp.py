# ruff: noqa: ARG002, N802 -- aiosmtpd's own signatures
"""A real mail server on loopback, which keeps what it gets and refuses what it is told to refuse."""

import asyncio
import socket
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class MailServer:
    """What tests look at, and aiosmtpd's handler."""

    def __init__(self, **settings: Any) -> None:
        self.mails: list[EmailMessage] = []
        self.connections = 0
        self.refusals: dict[str, str] = {}  # what is answered to a recipient
        self.answer = "250 OK"  # to a mail
        self.held_after: int | None = None  # take the mails after these, and let the client wait for the answer
        self.port = free_port()
        if "auth_required" in settings:
            settings["authenticator"] = self.authenticate
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **settings)

    @property
    def recipients(self) -> list[str]:
        return [mail["To"] for mail in self.mails]

    @property
    def message_ids(self) -> Counter[str]:
        return Counter(mail["Message-ID"] for mail in self.mails)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.answer.startswith("2"):
            return self.answer
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=MAIL_POLICY)
        assert isinstance(mail, EmailMessage)
        assert envelope.rcpt_tos == [mail["To"]]
        self.mails.append(mail)
        while self.held_after is not None and len(self.mails) > self.held_after:
            await asyncio.sleep(0.02)
        return self.answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """The only account is "agenda", "the right password"."""
        return AuthResult(success=data.login == b"agenda" and data.password == b"the right password", handled=False)


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port
