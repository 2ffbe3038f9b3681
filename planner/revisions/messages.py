"""The mails about what becomes of a published event: to whoever is registered, and to whoever wrote a revision."""

from zoneinfo import ZoneInfo

from planner.events.models import EventState, EventStatus, SessionStatus
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.programmes.comparison import in_words, slot_of
from planner.programmes.models import EventLog, Revision, RevisionStatus
from planner.programmes.rules import FIELD_LABELS, PLACE_FIELDS
from planner.registrations.messages import invitation, of_seat
from planner.registrations.models import Seat, SeatStatus
from planner.registrations.queries import seat_with_registration
from planner.revisions import queries, rules

_TOLD = frozenset({SeatStatus.CONFIRMED, SeatStatus.WAITING, SeatStatus.OFFERED})


@message("seat.moved")
def moved(seat_id: int) -> Email | None:
    """The new date, place or link, and the entry of the calendar that follows; None when it is off since."""
    seat = seat_with_registration(seat_id)
    event = seat.registration.event
    is_off = event.status in {EventStatus.CANCELLED, EventStatus.POSTPONED} or event.state is not EventState.PUBLISHED
    if seat.status not in _TOLD or is_off or seat.event_session.status is not SessionStatus.SCHEDULED:
        return None
    line = queries.last_move(event.id)
    return of_seat(
        seat,
        "Changement",
        calendar=invitation(seat, "REQUEST") if seat.status is SeatStatus.CONFIRMED else None,
        changes=_changes(line) if line else [],
        before=_before(seat, line) if line else "",
        words=line.reason if line else "",
    )


@message("seat.postponed")
def postponed(seat_id: int) -> Email | None:
    """The date is off and no other is known; None when another one is known since."""
    seat = seat_with_registration(seat_id)
    if seat.status not in _TOLD or seat.registration.event.status is not EventStatus.POSTPONED:
        return None
    return of_seat(
        seat, "Reporté", calendar=invitation(seat, "CANCEL") if seat.status is SeatStatus.CONFIRMED else None
    )


@message("seat.session_cancelled")
def session_cancelled(seat_id: int) -> Email | None:
    """One date of several does not take place."""
    seat = seat_with_registration(seat_id)
    session = seat.event_session
    if session.status is not SessionStatus.CANCELLED:
        return None
    return of_seat(
        seat,
        "Date annulée",
        calendar=invitation(seat, "CANCEL") if seat.confirmed_at else None,
        words=queries.words_of_cancelled_date(session.event_id, session.id),
    )


@message("revision.accepted")
def accepted(revision_id: int) -> Email | None:
    return _to_author(queries.decided(revision_id), RevisionStatus.ACCEPTED, "Modification acceptée")


@message("revision.refused")
def refused(revision_id: int) -> Email | None:
    return _to_author(queries.decided(revision_id), RevisionStatus.REFUSED, "Modification non retenue")


def _to_author(revision: Revision, status: RevisionStatus, word: str) -> Email | None:
    author = queries.author(revision)
    if author is None or revision.status is not status:
        return None
    event = revision.event
    context = {
        "event": event,
        "reason": revision.reason,
        "fields": [label for name, label in FIELD_LABELS.items() if name in revision.changes],
        "desk_link": link("programmes.event", slug=event.slug),
        "public_link": link("events.event", slug=event.slug),
    }
    return Email(author.email, f"{word}\u00a0: {event.title}", context)


def _changes(line: EventLog) -> list[str]:
    """What has changed, a sentence for each."""
    changed, is_online = line.difference.keys(), line.verb == rules.MOVE_ONLINE
    said = {
        "L’événement a maintenant lieu en ligne.": is_online,
        "La date ou l’heure a changé.": "sessions" in changed,
        "La façon de venir a changé.": "mode" in changed and not is_online,
        "Le lieu a changé.": bool(changed & set(PLACE_FIELDS)) and not is_online,
        "Le lien de connexion a changé.": "joining_link" in changed and "mode" not in changed,
    }
    return [sentence for sentence, is_true in said.items() if is_true]


def _before(seat: Seat, line: EventLog) -> str:
    """The day and hours that the date had, when they have changed."""
    for change in line.difference.get("sessions", [[]])[0]:
        slot = slot_of(change)
        session = seat.event_session
        if slot.session_id == session.id and (slot.day, slot.start_time) != (session.day, session.start_time):
            return in_words(slot, {}, ZoneInfo(seat.registration.event.time_zone))
    return ""
