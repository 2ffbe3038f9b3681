"""From what a mail says to the message that leaves: text, HTML, and its calendar file in the two ways programs read."""

from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from uuid import UUID

from css_inline import CSSInliner
from flask import current_app, render_template

from planner import clock
from planner.mail.email import Calendar, Email
from planner.mail.links import link
from planner.mail.plain import flowed
from planner.text import one_line


class UnreachableAddress(ValueError):
    """No mail server can be asked for this address."""


@dataclass(frozen=True)
class Texts:
    """The words of a mail, ready to be read."""

    subject: str
    plain: str
    html: str


def render(kind: str, email: Email) -> Texts:
    """The mail's words, from its two templates; also what a preview shows.

    The templates may call `link_to(endpoint, …)`: full addresses, never `url_for`, which believes the browser.
    """
    subject = one_line(email.subject)
    context = {"subject": subject, "link_to": link, "base_url": current_app.config["BASE_URL"], **email.context}
    return Texts(
        subject,
        flowed(render_template(f"mail/{kind}.txt", **context)),
        _inliner().inline(render_template(f"mail/{kind}.html", **context)),
    )


def compose(kind: str, email: Email, uuid: UUID) -> EmailMessage:
    """The message to send: the same `uuid` gives the same Message-ID, so that mail programs show a double once."""
    texts = render(kind, email)
    sender = current_app.config["MAIL_SENDER"]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(current_app.config["MAIL_SENDER_NAME"], addr_spec=sender)
    try:
        mail["To"] = _address(email.to)
    except ValueError as error:
        raise UnreachableAddress(f"{email.to} : aucun mail ne peut être envoyé à cette adresse") from error
    if email.reply_to:
        mail["Reply-To"] = _address(email.reply_to)
    mail["Subject"] = texts.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{uuid}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # Exchange: absences are not announced to the organiser
    mail.set_content(texts.plain, cte="quoted-printable", params={"format": "flowed"})
    mail.add_alternative(texts.html, subtype="html", cte="quoted-printable")
    if email.calendar:
        _add_calendar(mail, email.calendar)
    mail["Content-Language"] = "fr"  # last: filling a message takes its other Content- headers away
    return mail


def _add_calendar(mail: EmailMessage, calendar: Calendar) -> None:
    """An alternative for programs that propose to answer, the same bytes as an attachment for the others.

    Given as bytes: the line ends of the file are CRLF, and must stay so. The MIME `method` is that of the file, or
    Outlook ignores it.
    """
    parameters = {"method": calendar.method, "charset": "utf-8"}
    mail.add_alternative(calendar.content, maintype="text", subtype="calendar", params=parameters)
    mail.add_attachment(calendar.content, maintype="application", subtype="ics", filename="invitation.ics")


def _address(text: str) -> Address:
    """The address as every mail server takes it, the domain in ASCII letters (IDNA); ValueError when there is none."""
    name, _, domain = text.rpartition("@")
    try:
        address = Address(addr_spec=f"{name}@{domain.encode('idna').decode()}")
    except (HeaderParseError, IndexError) as error:  # what Python's parser says of an address without an end
        raise ValueError(text) from error
    address.addr_spec.encode("ascii")
    return address


@cache
def _inliner() -> CSSInliner:
    """Writes the style sheet on each element; what cannot be there (dark theme, phones) stays in the head."""
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
