"""A mail server for trying the service: it delivers nothing, and a page shows every mail it was given.

`python -m planner.mail.mailbox` listens on this machine only, for SMTP on MAIL_PORT and for browsers on MAILBOX_PORT;
the mails are kept in a Maildir under the data folder.
"""

import logging
import mailbox
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Blueprint, Flask, Response, abort, current_app, render_template, request
from werkzeug.serving import make_server

from config import Config, ConfigurationError
from planner import dates

THIS_MACHINE = "127.0.0.1"
LARGEST_MAIL = 20 * 1024 * 1024
PER_PAGE = 100
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
RECIPIENT = "X-Envelope-To"  # for whom the mail was, whatever its own headers say
# A mail's HTML is shown alone: no script, no form, nothing loaded but pictures; its links open elsewhere.
SANDBOX = "sandbox allow-popups allow-popups-to-escape-sandbox"
CONFINED = f"{SANDBOX}; default-src 'none'; img-src data: http: https:; style-src 'unsafe-inline'"
OWN_PAGES = "default-src 'self'; img-src 'self' data:"

bp = Blueprint("mailbox", __name__)


@dataclass(frozen=True)
class Attachment:
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as the page shows it."""

    key: str
    received_at: datetime
    message: EmailMessage

    @property
    def received(self) -> str:
        return dates.moment(self.received_at, year=False)

    @property
    def recipients(self) -> str:
        return str(self.message.get(RECIPIENT) or self.message.get("To", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject") or "(sans objet)")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        """The attached files, and the calendar entry that a mail program would read from the body."""
        return [
            Attachment(part.get_filename("invitation-dans-le-corps.ics"), part.get_content_type(), _content(part))
            for part in self.message.walk()
            if part.get_filename() or part.get_content_type() == "text/calendar"
        ]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


class Box:
    """The mails kept in a folder, the last received first."""

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- its name
        """Keep a mail, byte for byte under one header of ours."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        header = f"{RECIPIENT}: {', '.join(envelope.rcpt_tos)}\r\n"
        mailbox.Maildir(self.folder).add(header.encode() + content)
        return "250 Message kept"

    def mails(self, recipient: str = "") -> Iterator[Mail]:
        """Those whose recipient contains these letters."""
        files = sorted(self._files(), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
        for file in files:
            mail = _read(file, headersonly=True)
            if recipient.casefold() in mail.recipients.casefold():
                yield mail

    def mail(self, key: str) -> Mail | None:
        return next((_read(file) for file in self._files() if file.name == key), None)

    def _files(self) -> Iterator[Path]:
        for part in ("new", "cur"):
            yield from (self.folder / part).iterdir()


def _read(file: Path, *, headersonly: bool = False) -> Mail:
    with file.open("rb") as content:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parse(content, headersonly=headersonly)
    return Mail(file.name, datetime.fromtimestamp(file.stat().st_mtime, UTC), message)


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def create_page(box: Box, dsfr: Path, service: str) -> Flask:
    """The page of the mailbox, an application of its own: it never sees the service's database."""
    app = Flask("planner.mailbox", template_folder=str(TEMPLATES), static_folder=str(dsfr), static_url_path="/dsfr")
    app.config["TRUSTED_HOSTS"] = ["localhost", THIS_MACHINE]  # another site's page must not read the mails
    app.extensions["box"] = box
    app.jinja_env.globals["service"] = service
    app.register_blueprint(bp)
    return app


@bp.get("/")
def inbox() -> str:
    """Every mail, or those of one recipient."""
    recipient = request.args.get("destinataire", "").strip()
    mails = list(_box().mails(recipient))
    return render_template("mailbox/inbox.html", mails=mails[:PER_PAGE], total=len(mails), recipient=recipient)


@bp.get("/mails/<key>")
def show(key: str) -> str:
    """One mail: its text, its HTML in a frame, its attachments."""
    return render_template("mailbox/mail.html", mail=_mail_or_404(key))


@bp.get("/mails/<key>/html")
def html(key: str) -> Response:
    """The HTML of a mail as its recipient sees it, for the frame."""
    opening_elsewhere = re.sub("(<head[^>]*>)", r'\1<base target="_blank">', _mail_or_404(key).html, count=1)
    return Response(opening_elsewhere, headers={"Content-Security-Policy": CONFINED})


@bp.get("/mails/<key>/pieces/<int:number>")
def attachment(key: str, number: int) -> Response:
    """An attached file, to be kept and never shown by the browser."""
    attachments = _mail_or_404(key).attachments
    if number >= len(attachments):
        abort(404)
    found = attachments[number]
    answer = Response(found.content, mimetype=found.kind)
    answer.headers.set("Content-Disposition", "attachment", filename=found.name)
    return answer


@bp.after_request
def protect(response: Response) -> Response:
    """A mail is somebody else's text: nothing in it may run here."""
    response.headers.setdefault("Content-Security-Policy", OWN_PAGES)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _box() -> Box:
    box = current_app.extensions["box"]
    assert isinstance(box, Box)  # noqa: S101 -- for the type checker: create_page put it there
    return box


def _mail_or_404(key: str) -> Mail:
    mail = _box().mail(key)
    if mail is None:
        abort(404)
    return mail


def main() -> None:
    """Receive mails and show them until stopped."""
    try:
        config = Config.from_environment()
    except ConfigurationError as error:
        sys.exit(str(error))
    if config.ENVIRONMENT == "production":
        sys.exit("The local mailbox is for trying the service: it does not run in production.")
    box = Box(config.DATA_DIR / "mailbox")
    receiver = Controller(box, hostname=THIS_MACHINE, port=config.MAIL_PORT, data_size_limit=LARGEST_MAIL)
    page = create_page(box, config.DSFR_DIST, config.BASE_URL)
    server = make_server(THIS_MACHINE, config.MAILBOX_PORT, page, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    receiver.start()
    try:
        server.serve_forever()
    finally:
        receiver.stop()


if __name__ == "__main__":
    main()
