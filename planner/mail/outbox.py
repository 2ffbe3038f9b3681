"""The outbox: what is owed is a row, written with what it announces; whoever delivers claims rows, one batch at a time.

Delivery is at least once. A mail is `sent` only after the mail server took it; should the worker die in between, it
leaves twice with the same Message-ID, which mail programs show once.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from planner import clock, request_id
from planner.db import db, on_commit, transaction
from planner.mail import mime, registry, rules
from planner.mail.models import Message, MessageStatus
from planner.mail.transport import FinalRefusal, MailServer, PassingFailure
from planner.mail.wake import wake

logger = logging.getLogger(__name__)

BATCH = 50
CLAIM = timedelta(minutes=5)


class Claim(NamedTuple):
    """A mail that is ours to deliver for five minutes, as long as nobody has made another attempt since."""

    id: int
    attempts: int


class Taken(NamedTuple):
    """What must be known of a mail to deliver it, read with the claim."""

    id: int
    attempts: int
    kind: str
    subject_id: int
    person_id: int | None
    uuid: UUID
    not_after: datetime | None
    request_id: str | None


# ── What is owed ──


def enqueue(
    kind: str,
    subject_id: int,
    *,
    key: str | None = None,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    event_id: int | None = None,
    person_id: int | None = None,
) -> bool:
    """Owe a mail, with the transaction in progress or not at all; False when this key was owed already, sent or not.

    `person_id`: whom it is for, when the same is owed to several people; its function gets it as second argument.
    `due_at`: not before this moment (now, unless told). `not_after`: not at all after that one.
    """
    now = clock.now()
    origin = request_id.request_id_var.get()
    row = insert(Message).values(
        kind=kind,
        subject_id=subject_id,
        key=(key or f"{kind}:{subject_id}") + (f":{person_id}" if person_id else ""),
        due_at=due_at or now,
        not_after=not_after,
        event_id=event_id,
        person_id=person_id,
        request_id=None if origin == request_id.NONE else origin,
    )
    is_new = (
        db.session.scalar(row.on_conflict_do_nothing(index_elements=[Message.key]).returning(Message.id)) is not None
    )
    if is_new and (due_at is None or due_at <= now):
        on_commit(wake)
    return is_new


# ── Delivery ──


def deliver_due(seconds: float = float("inf")) -> Counter[MessageStatus]:
    """Deliver what is due until nothing is, the server is down, or these seconds have passed; gives what became of it.

    A mail counted as `due` was postponed. What was claimed and not tried is given back.
    """
    done: Counter[MessageStatus] = Counter()
    end = time.monotonic() + seconds
    with MailServer() as server:
        while batch := due():
            while batch:
                status = deliver(batch.pop(0), server)
                done.update([status] if status else [])
                if server.is_down or time.monotonic() >= end:
                    _give_back(batch, clock.now() + (rules.FIRST_DELAY if server.is_down else timedelta()))
                    return done
    return done


def due(limit: int = BATCH) -> list[Claim]:
    """Claim the oldest mails due: for five minutes nobody else gets them, then a dead worker's claim has lapsed.

    In a CTE, since PostgreSQL may run a subquery with LIMIT more than once, and so lock more rows.
    """
    now = clock.now()
    is_due = (Message.status == MessageStatus.DUE) & (Message.due_at <= now)
    oldest = (
        select(Message.id, Message.due_at.label("was_due_at"))
        .where(is_due)
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("oldest")
    )
    claim = (
        update(Message)
        .where(Message.id == oldest.c.id)
        .values(due_at=now + CLAIM, attempts=Message.attempts + 1)
        .returning(oldest.c.was_due_at, Message.id, Message.attempts)
        .execution_options(synchronize_session=False)
    )
    with transaction():
        rows = db.session.execute(claim).all()
    return [Claim(row.id, row.attempts) for row in sorted(rows)]


def deliver(claim: Claim, server: MailServer) -> MessageStatus | None:
    """Deliver one mail and write down what became of it; `DUE` when it is postponed, None when it is no longer ours."""
    message = _renew(claim)
    if message is None:
        return None
    with request_id.following(message.request_id):
        return _settle(message, _attempt(message, server))


def _renew(claim: Claim) -> Taken | None:
    """The mail, ours for five more minutes; None when its claim had lapsed and somebody else has taken it.

    The mail that kills its worker is thus due again after the rest of its batch, which need not die with it.
    """
    renewed = (
        update(Message)
        .where(_is_ours(claim))
        .values(due_at=clock.now() + CLAIM)
        .returning(*(getattr(Message, name) for name in Taken._fields))
        .execution_options(synchronize_session=False)
    )
    with transaction():
        row = db.session.execute(renewed).one_or_none()
    return Taken(*row) if row else None


def _attempt(message: Taken, server: MailServer) -> dict[str, Any]:
    """Write the mail and hand it over; gives the changes to make to its row."""
    if rules.is_given_up(message.attempts):
        return {"status": MessageStatus.FAILED, "last_error": "envoi interrompu trop de fois"}
    tried: dict[str, Any] = {}
    try:
        mail = _write(message)
        if mail is None:
            return {"status": MessageStatus.SKIPPED}
        tried["recipient"] = mail["To"].addresses[0].addr_spec
        server.send(mail)
    except (mime.UnreachableAddress, FinalRefusal) as refusal:
        return tried | {"status": MessageStatus.FAILED, "last_error": str(refusal)}
    except PassingFailure as failure:
        return tried | _later(message, str(failure))
    except Exception as fault:  # the mails behind this one must not wait for its repair
        logger.exception("mail %s (%s) cannot be written", message.id, message.kind)
        return tried | _later(message, f"rédaction impossible : {type(fault).__name__}")
    return tried | {"status": MessageStatus.SENT, "sent_at": clock.now()}


def _write(message: Taken) -> EmailMessage | None:
    """The mail from today's data, None when it is no longer true or too late; the database is let go."""
    try:
        if rules.is_too_late(message.not_after, clock.now()):
            return None
        email = registry.write(message.kind, message.subject_id, message.person_id)
        return mime.compose(message.kind, email, message.uuid) if email else None
    finally:
        db.session.rollback()


def _later(message: Taken, reason: str) -> dict[str, Any]:
    """After a passing failure: postponed, or failed when the day is over."""
    delay = rules.retry_delay(message.attempts)
    if delay is None:
        return {"status": MessageStatus.FAILED, "last_error": reason}
    return {"status": MessageStatus.DUE, "last_error": reason, "due_at": clock.now() + delay}


def _settle(message: Taken, changes: dict[str, Any]) -> MessageStatus:
    settled = update(Message).where(_is_ours(message)).values(changes).returning(Message.id)
    with transaction():
        is_ours = db.session.scalar(settled.execution_options(synchronize_session=False)) is not None
    status: MessageStatus = changes["status"]
    level = logging.INFO if status in {MessageStatus.SENT, MessageStatus.SKIPPED} else logging.WARNING
    outcome = "postponed" if status is MessageStatus.DUE else status.value
    facts = {"message_id": message.id, "kind": message.kind, "outcome": outcome, "attempts": message.attempts}
    logger.log(level, "mail %(message_id)s (%(kind)s): %(outcome)s at attempt %(attempts)s", facts, extra=facts)
    if not is_ours:
        logger.warning("mail %s took longer than its claim: it may leave twice", message.id)
    return status


def _give_back(claims: Sequence[Claim], due_at: datetime) -> None:
    """What was claimed and not tried is due again, and the attempt does not count."""
    ours = tuple_(Message.id, Message.attempts).in_(claims) & (Message.status == MessageStatus.DUE)
    given_back = update(Message).where(ours).values(due_at=due_at, attempts=Message.attempts - 1)
    with transaction():
        db.session.execute(given_back.execution_options(synchronize_session=False))


def _is_ours(claim: Claim | Taken) -> ColumnElement[bool]:
    """Nobody has claimed the mail since: each claim counts one more attempt."""
    ours = (Message.id == claim.id) & (Message.attempts == claim.attempts)
    return ours & (Message.status == MessageStatus.DUE)
