"""The mails a registrant is owed. Each is written from today's data, or not at all when it is no longer true."""

from flask import current_app

from planner import clock, dates, ical, tokens
from planner.events.models import Event, EventMode, EventStatus
from planner.mail.email import Calendar, Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.registrations import queries, seats
from planner.registrations.models import Registration, Seat, SeatMode, SeatStatus

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


@message("seat.confirmed")
def confirmed(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.CONFIRMED:
        return None
    return _of_seat(seat, "Inscription confirmée", calendar=_calendar(seat, "REQUEST"))


@message("seat.waiting")
def waiting(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.WAITING:
        return None
    return _of_seat(seat, "Sur liste d’attente", position=seats.position(seat))


@message("seat.offered")
def offered(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.OFFERED or seat.expires_at is None or seat.expires_at <= clock.now():
        return None
    return _of_seat(seat, "Une place s’est libérée", until=dates.moment(seat.expires_at, seat.registration.event.time_zone))


@message("seat.offer_expired")
def offer_expired(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.status is not SeatStatus.EXPIRED:
        return None
    return _of_seat(seat, "La place proposée est passée à la personne suivante")


@message("seat.cancelled")
def cancelled(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    calendar = _calendar(seat, "CANCEL") if seat.confirmed_at else None
    return _of_seat(seat, "Place libérée", calendar=calendar)


@message("seat.event_cancelled")
def event_cancelled(seat_id: int) -> Email | None:
    seat = queries.seat_with_registration(seat_id)
    if seat.registration.event.status is not EventStatus.CANCELLED:
        return None
    return _of_seat(seat, "Annulé", calendar=_calendar(seat, "CANCEL") if seat.confirmed_at else None)


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
    if seat.status is not SeatStatus.CONFIRMED or not seat.event_session.starts_at:
        return None
    return None if seat.event_session.starts_at <= clock.now() else _of_seat(seat, when)


def _of_registration(registration: Registration, subject: str) -> Email:
    event = registration.event
    context = {"registration": registration, "event": event, "link": registration_link(registration)}
    return Email(registration.email, f"{subject} : {event.title}", context, reply_to=event.contact_email or None)


def _of_seat(seat: Seat, subject: str, *, calendar: Calendar | None = None, **context: object) -> Email:
    registration, event, session = seat.registration, seat.registration.event, seat.event_session
    words = {
        "seat": seat,
        "session": session,
        "registration": registration,
        "event": event,
        "is_online": seat.mode is SeatMode.ONLINE,
        "place": place_words(event),
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


def _when(seat: Seat) -> str:
    """The day and hour of a subject line: "jeudi 12 novembre à 9 h 30"."""
    session, zone = seat.event_session, seat.registration.event.time_zone
    return dates.moment(session.starts_at, zone, year=False) if session.starts_at else ""


def place_words(event: Event) -> str:
    """Where the event is, on one line: name, street, postcode and city."""
    town = " ".join(filter(None, [event.postcode, event.city]))
    return ", ".join(filter(None, [event.venue, event.street, town]))


def _calendar(seat: Seat, method: str) -> Calendar:
    """The invitation of a seat (RFC 5546): REQUEST puts it in the calendar, CANCEL takes it away."""
    return Calendar(method, invitation(seat, method))


def invitation(seat: Seat, method: str) -> bytes:
    """The calendar file of a seat. It names no other person and holds no personal link."""
    registration, event, session = seat.registration, seat.registration.event, seat.event_session
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"seat {seat.id} is in a session without hours")
    is_online = event.mode is EventMode.ONLINE or seat.mode is SeatMode.ONLINE
    address = link("events.event", slug=event.slug)
    hours = dates.span(session.starts_at, session.ends_at, event.time_zone)
    description = [hours, event.summary, f"Connexion : {event.joining_link}" if is_online else "", address]
    return ical.invitation(
        method=method,
        uid=f"{seat.uid}@{current_app.config['MAIL_SENDER'].rpartition('@')[2]}",
        sequence=session.sequence + seat.sequence,
        dtstamp=clock.now(),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=f"{event.title} : {session.title}" if session.title else event.title,
        description="\n".join(filter(None, description)),
        location=event.joining_link if is_online else place_words(event),
        url=address,
        organizer=(current_app.config["MAIL_SENDER"], current_app.config["MAIL_SENDER_NAME"]),
        attendee=(registration.email, registration.full_name),
    )
