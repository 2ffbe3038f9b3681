"""The mails a registrant is owed. Each is written from today's data, or not at all when it is no longer true."""

from flask import current_app

from planner import clock, dates, ical, tokens
from planner.events.labels import address_words, session_title
from planner.events.models import EventState, EventStatus
from planner.mail.email import Calendar, Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.registrations import queries, rules
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus
from planner.web.filters import counted

TOKEN_PURPOSE = "registration"  # noqa: S105  # a name, not a secret


def registration_link(registration: Registration, endpoint: str = "registrations.show") -> str:
    """The address that opens this registration."""
    return link(endpoint, token=tokens.seal(TOKEN_PURPOSE, registration.link_key))


@message("registration.prove_address")
def prove_address(registration_id: int) -> Email | None:
    registration = queries.registration_with_seats(registration_id)
    if registration.proven_at or registration.ended_at:
        return None
    return _of_registration(registration, "Confirmez votre inscription")


@message("registration.link_again")
def link_again(registration_id: int) -> Email | None:
    registration = queries.registration_with_seats(registration_id)
    if registration.ended_at:
        return None
    subject = "Votre inscription" if registration.proven_at else "Confirmez votre inscription"
    return _of_registration(registration, subject)


@message("registration.to_approve")
def to_approve(registration_id: int) -> Email | None:
    registration = queries.registration_with_seats(registration_id)
    if registration.ended_at or not any(map(rules.is_for_approval, registration.seats)):
        return None
    return _of_registration(registration, "En attente d’accord")


@message("registration.refused")
def refused(registration_id: int) -> Email | None:
    registration = queries.registration_with_seats(registration_id)
    return _of_registration(registration, "Inscription non retenue") if registration.refusal else None


@message("registration.approvals_due")
def approvals_due(event_id: int) -> Email | None:
    event = queries.event_of_id(event_id)
    count = len(queries.awaiting(event))
    if not count or event.state is not EventState.PUBLISHED:
        return None
    subject = f"{counted(count, 'inscription')} à valider\u00a0: {event.title}"
    context = {"event": event, "count": count, "link": link("registrants.registrants", slug=event.slug)}
    return Email(event.contact_email or event.organisation.contact_email, subject, context)


@message("seat.confirmed")
def confirmed(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.CONFIRMED:
        return None
    is_dated = seat.registration.event.status is not EventStatus.POSTPONED
    return of_seat(seat, "Inscription confirmée", calendar=invitation(seat, "REQUEST") if is_dated else None)


@message("seat.waiting")
def waiting(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.WAITING:
        return None
    return of_seat(seat, "Sur liste d’attente", position=queries.position(seat))


@message("seat.offered")
def offered(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.OFFERED or seat.expires_at is None or seat.expires_at <= clock.now():
        return None
    return of_seat(
        seat, "Une place s’est libérée", until=dates.moment(seat.expires_at, seat.registration.event.time_zone)
    )


@message("seat.offer_expired")
def offer_expired(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.EXPIRED:
        return None
    return of_seat(seat, "La place proposée est passée à la personne suivante")


@message("seat.cancelled")
def cancelled(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if not seat.confirmed_at:
        is_request = seat.registration.event.needs_approval
        return of_seat(seat, "Demande annulée" if is_request else "Liste d’attente quittée")
    return of_seat(seat, "Place libérée", calendar=invitation(seat, "CANCEL"))


@message("seat.event_cancelled")
def event_cancelled(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.registration.event.status is not EventStatus.CANCELLED:
        return None
    return of_seat(seat, "Annulé", calendar=invitation(seat, "CANCEL") if seat.confirmed_at else None)


@message("seat.reminder_week")
def reminder_week(seat_id: int) -> Email | None:
    return _reminder(seat_id, "Dans une semaine")


@message("seat.reminder_day")
def reminder_day(seat_id: int) -> Email | None:
    return _reminder(seat_id, "Demain")


@message("seat.reminder_hour")
def reminder_hour(seat_id: int) -> Email | None:
    return _reminder(seat_id, "Dans une heure")


def _reminder(seat_id: int, when: str) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    event = seat.registration.event
    is_on = event.state is EventState.PUBLISHED and event.status is not EventStatus.POSTPONED
    if seat.status is not SeatStatus.CONFIRMED or not seat.event_session.starts_at or not is_on:
        return None
    return None if seat.event_session.starts_at <= clock.now() else of_seat(seat, when)


def _of_registration(registration: Registration, subject: str) -> Email:
    event = registration.event
    context = {
        "registration": registration,
        "event": event,
        "link": registration_link(registration),
        "only_waits": rules.only_waits({seat.status for seat in registration.seats}),
        "is_for_approval": any(map(rules.is_for_approval, registration.seats)),
    }
    return Email(registration.email, f"{subject} : {event.title}", context, reply_to=event.contact_email or None)


def of_seat(seat: Seat, subject: str, *, calendar: Calendar | None = None, **context: object) -> Email:
    """A mail about one seat to whoever has it: what, then when; answers go to the event's contact."""
    registration, event, session = seat.registration, seat.registration.event, seat.event_session
    words = {
        "seat": seat,
        "session": session,
        "registration": registration,
        "event": event,
        "rows": _practical(seat),
        "link": registration_link(registration),
        **context,
    }
    return Email(
        registration.email,
        f"{subject} : {event.title}, {_when(seat)}",
        words,
        calendar=calendar,
        reply_to=event.contact_email or None,
    )


def _practical(seat: Seat) -> list[tuple[str, str]]:
    """The practical block: when, where or by which link, whom to ask."""
    event, session = seat.registration.event, seat.event_session
    is_online = seat.mode is SeatMode.ONLINE
    place = [address_words(event), session.room.name if session.room else ""]
    return [
        ("Quand", _hours(seat)),
        ("Session", session.title),
        ("Où", "En ligne" if is_online else "\n".join(filter(None, place))),
        ("Lien de connexion", event.joining_link if is_online and seat.status is SeatStatus.CONFIRMED else ""),
        ("Organisateur", event.organisation.name),
        ("Contact", "\n".join(filter(None, [event.contact_name, event.contact_email]))),
    ]


def _hours(seat: Seat) -> str:
    session, zone = seat.event_session, seat.registration.event.time_zone
    return dates.span(session.starts_at, session.ends_at, zone) if session.starts_at and session.ends_at else ""


def _when(seat: Seat) -> str:
    """The day and hour of a subject line: "jeudi 12 novembre à 9 h 30"."""
    session, zone = seat.event_session, seat.registration.event.time_zone
    return dates.moment(session.starts_at, zone, year=False) if session.starts_at else ""


def invitation(seat: Seat, method: str) -> Calendar:
    """The invitation of a seat (RFC 5546): REQUEST puts it in the calendar, CANCEL takes it away."""
    entry = calendar_entry(seat)
    content = ical.invitation(
        method=method,
        uid=entry.uid,
        sequence=entry.sequence,
        dtstamp=entry.dtstamp,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        summary=entry.summary,
        description=entry.description,
        location=entry.location,
        url=entry.url,
        organizer=(current_app.config["MAIL_SENDER"], current_app.config["MAIL_SENDER_NAME"]),
        attendee=(seat.registration.email, seat.registration.full_name),
    )
    return Calendar(method, content)


def calendar_entry(seat: Seat) -> ical.Entry:
    """The seat's slot in its owner's calendar. It names no other person and holds no personal link."""
    event, session = seat.registration.event, seat.event_session
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"seat {seat.id} is in a session without hours")
    is_online = seat.mode is SeatMode.ONLINE
    address = link("events.event", slug=event.slug)
    joining = f"Connexion : {event.joining_link}" if is_online and event.joining_link else ""
    return ical.Entry(
        uid=f"{seat.uid}@{current_app.config['MAIL_SENDER'].rpartition('@')[2]}",
        sequence=session.sequence + seat.sequence,
        dtstamp=clock.now(),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=session_title(event, session),
        description="\n".join(filter(None, [_hours(seat), event.summary, joining, address])),
        location=event.joining_link if is_online else address_words(event),
        url=address,
    )
