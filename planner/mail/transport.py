"""The mail server: one connection for a batch of mails, and what its refusals mean."""

import logging
import re
import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from flask import current_app

from planner.text import one_line

logger = logging.getLogger(__name__)

# Shorter, for the ten exchanges of one mail, than the five minutes of a claim (planner/mail/outbox.py).
TIMEOUT = 20  # seconds
LONGEST_REASON = 500

# Codes above 500 that speak of our own account, not of the mail: once corrected, the mail can leave.
_OUR_ACCOUNT = frozenset({530, 534, 535, 538})


class DeliveryFailure(Exception):
    """The mail did not leave; the text is fit to be kept with it: no password, no address of a page."""

    def __init__(self, reason: str) -> None:
        super().__init__(_discreet(reason))


class PassingFailure(DeliveryFailure):
    """Not now: the mail can be tried again."""


class FinalRefusal(DeliveryFailure):
    """Never: trying again would only annoy the server."""


class MailServer:
    """The mail server of the settings: reached at the first mail, reached again when the connection breaks."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self.is_down = False  # it could not be reached at all: the other mails need not try

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._close(politely=True)

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail over; raises `PassingFailure` or `FinalRefusal`."""
        smtp = self._connected()
        recipient = mail["To"].addresses[0].addr_spec
        try:
            smtp.sendmail(current_app.config["MAIL_SENDER"], [recipient], mail.as_bytes())
        except smtplib.SMTPRecipientsRefused as refusal:
            code, text = refusal.recipients[recipient]
            raise self._failure(code, text) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise self._failure(refusal.smtp_code, refusal.smtp_error) from refusal
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise PassingFailure(f"connexion interrompue : {error}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._smtp and not _answers(self._smtp):
            self._close()
        if not self._smtp:
            try:
                self._smtp = _open()
            except (smtplib.SMTPException, OSError) as error:
                self.is_down = True
                raise PassingFailure(f"serveur de messagerie injoignable : {error}") from error
        return self._smtp

    def _failure(self, code: int, text: bytes | str) -> DeliveryFailure:
        if code == 421:  # the server closes the connection
            self._close()
        words = text.decode(errors="replace") if isinstance(text, bytes) else text
        is_final = 500 <= code < 600 and code not in _OUR_ACCOUNT
        return (FinalRefusal if is_final else PassingFailure)(f"{code} {words}")

    def _close(self, *, politely: bool = False) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if politely:
                smtp.quit()
        except (smtplib.SMTPException, OSError) as error:
            logger.debug("the mail server left first: %s", type(error).__name__)
        finally:
            smtp.close()


def _open() -> smtplib.SMTP:
    config = current_app.config
    own_name = config["MAIL_SENDER"].rpartition("@")[2]  # smtplib would ask the DNS for the machine's, and wait
    address = {"host": config["MAIL_HOST"], "port": config["MAIL_PORT"]}
    smtp: smtplib.SMTP
    if config["MAIL_TLS"] == "ssl":
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(**address, local_hostname=own_name, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(**address, local_hostname=own_name, timeout=TIMEOUT)
    try:
        if config["MAIL_TLS"] == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if config["MAIL_USERNAME"]:
            smtp.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
    except BaseException:
        smtp.close()
        raise
    return smtp


def _answers(smtp: smtplib.SMTP) -> bool:
    """Is the connection still there? Servers close it after some mails, or some time."""
    try:
        return smtp.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _discreet(reason: str) -> str:
    """What a server says, on one line, without what opens a door: it may quote our links, or our password."""
    password = current_app.config["MAIL_PASSWORD"]
    without_password = reason.replace(password, "…") if password else reason
    return one_line(re.sub(r"https?://\S+", "[lien]", without_password))[:LONGEST_REASON]
