"""Reads of what waits for a yes, and of what happened to a published event."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import contains_eager, joinedload

from planner.accounts.models import Person
from planner.db import db
from planner.directory.models import Organisation
from planner.events.models import Event, EventState
from planner.mail.models import Message
from planner.programmes import rules as composing
from planner.programmes.models import EventLog, Revision, RevisionStatus
from planner.programmes.services import EDIT
from planner.registrations.models import Registration, Seat
from planner.registrations.rules import LIVE
from planner.revisions import rules
from planner.web.rights import Actor

_MOVES = [*composing.PLACE_FIELDS, "sessions", "mode", "joining_link"]


def waiting(actor: Actor, region_code: str | None = None) -> Sequence[Revision]:
    """The revisions that wait, oldest first, with their events: all for DITP's team, a region's for its own."""
    region = func.coalesce(Event.region_code, Organisation.region_code)
    rows = (
        select(Revision)
        .join(Revision.event)
        .join(Event.organisation)
        .where(Revision.status == RevisionStatus.PENDING, Event.state == EventState.PUBLISHED)
        .options(
            contains_eager(Revision.event).contains_eager(Event.organisation).joinedload(Organisation.region),
            contains_eager(Revision.event).joinedload(Event.region),
        )
        .order_by(Revision.created_at, Revision.id)
    )
    if not (actor.is_moderator or actor.is_admin):
        rows = rows.where(region.in_(actor.regions))
    if region_code:
        rows = rows.where(region == region_code)
    return db.session.scalars(rows).all()


def author(revision: Revision) -> Person | None:
    """Who wrote the revision; None when the account is gone."""
    return db.session.get(Person, revision.author_id) if revision.author_id else None


def decided(revision_id: int) -> Revision:
    """The revision with its event and lab, as a mail says them."""
    return db.session.execute(
        select(Revision)
        .where(Revision.id == revision_id)
        .options(joinedload(Revision.event).joinedload(Event.organisation))
    ).scalar_one()


def last_move(event_id: int) -> EventLog | None:
    """The last line of the journal that moved the event: its dates, its place, its mode or its link."""
    is_move = EventLog.verb.in_([rules.ACCEPT, rules.RESCHEDULE, rules.MOVE_ONLINE]) & EventLog.difference.has_any(
        array(_MOVES)
    )
    is_new_link = (EventLog.verb == EDIT) & EventLog.difference.has_key("joining_link")
    lines = select(EventLog).where(EventLog.event_id == event_id, is_move | is_new_link)
    return db.session.scalars(lines.order_by(EventLog.id.desc()).limit(1)).first()


def words_of_cancelled_date(event_id: int, session_id: int) -> str:
    """What the lab said when it cancelled this date; nothing when a revision took it away."""
    lines = select(EventLog.reason).where(
        EventLog.event_id == event_id,
        EventLog.verb == rules.CANCEL_SESSION,
        EventLog.difference.contains({"sessions": [[{"session_id": session_id}]]}),
    )
    return db.session.scalar(lines.order_by(EventLog.id.desc()).limit(1)) or ""


# ── For a preview ──


def live_seats(event_id: int) -> Sequence[Seat]:
    """The seats of the event that have not ended."""
    rows = select(Seat).join(Seat.registration).where(Registration.event_id == event_id, Seat.status.in_(LIVE))
    return db.session.scalars(rows.order_by(Seat.id)).all()


def last_message_id() -> int:
    """The number of the last mail owed."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def owed_since(message_id: int, kinds: Iterable[str]) -> Sequence[Message]:
    """The mails of these kinds owed after that one, oldest first."""
    rows = select(Message).where(Message.id > message_id, Message.kind.in_(kinds)).order_by(Message.id)
    return db.session.scalars(rows).all()
