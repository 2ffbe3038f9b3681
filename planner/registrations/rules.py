"""What a seat may become, who gets one, and how long a promise holds. No database, no request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from planner.errors import RuleViolation
from planner.events.labels import domains_words
from planner.events.models import (
    Attendance,
    Event,
    EventMode,
    EventSession,
    EventState,
    EventStatus,
    RegistrationKind,
    SessionStatus,
)
from planner.registrations.models import Registration, ReminderKind, Seat, SeatMode, SeatStatus

HOLD = timedelta(hours=2)  # how long a seat waits for its address to be proven
OFFER_HOURS = 24  # how long an offer waits, counted between DAY_BEGINS and DAY_ENDS in the place's zone
DAY_BEGINS, DAY_ENDS = time(8), time(20)
NO_OFFER_BEFORE = timedelta(hours=2)  # in the last two hours a freed seat goes to whoever comes first

TRANSITIONS: dict[SeatStatus | None, frozenset[SeatStatus]] = {
    None: frozenset({SeatStatus.HELD, SeatStatus.CONFIRMED, SeatStatus.WAITING}),
    SeatStatus.HELD: frozenset({SeatStatus.CONFIRMED, SeatStatus.CANCELLED, SeatStatus.EXPIRED}),
    SeatStatus.WAITING: frozenset(
        {SeatStatus.OFFERED, SeatStatus.CONFIRMED, SeatStatus.HELD, SeatStatus.CANCELLED}
    ),  # held again: a place is there, the organiser has not agreed yet
    SeatStatus.OFFERED: frozenset({SeatStatus.CONFIRMED, SeatStatus.CANCELLED, SeatStatus.EXPIRED}),
    SeatStatus.CONFIRMED: frozenset({SeatStatus.CANCELLED, SeatStatus.PRESENT, SeatStatus.ABSENT}),
    SeatStatus.EXPIRED: frozenset({SeatStatus.CONFIRMED, SeatStatus.HELD, SeatStatus.WAITING}),  # a late proof
    SeatStatus.CANCELLED: frozenset(),
    SeatStatus.PRESENT: frozenset({SeatStatus.CONFIRMED, SeatStatus.ABSENT}),
    SeatStatus.ABSENT: frozenset({SeatStatus.CONFIRMED, SeatStatus.PRESENT}),
}
TAKEN = frozenset(
    {SeatStatus.HELD, SeatStatus.CONFIRMED, SeatStatus.OFFERED, SeatStatus.PRESENT, SeatStatus.ABSENT}
)  # hold a place of the room
LIVE = frozenset({SeatStatus.HELD, SeatStatus.CONFIRMED, SeatStatus.WAITING, SeatStatus.OFFERED})
PROMISED = frozenset({SeatStatus.HELD, SeatStatus.OFFERED})  # end by themselves

REMINDER_LEAD = {
    ReminderKind.WEEK_BEFORE: timedelta(days=7),
    ReminderKind.DAY_BEFORE: timedelta(days=1),
    ReminderKind.HOUR_BEFORE: timedelta(hours=1),
}


class RegistrationClosed(RuleViolation):
    message = "Les inscriptions à cet événement sont closes."


class RegistrationNotOpen(RuleViolation):
    message = "Les inscriptions à cet événement ne sont pas encore ouvertes."


class RegistrationElsewhere(RuleViolation):
    message = "On ne s’inscrit pas à cet événement sur ce site."


class AddressNotAccepted(RuleViolation):
    def __init__(self, event: Event) -> None:
        contact = f", ou écrivez à {event.contact_email}" if event.contact_email else ""
        super().__init__(
            f"Cet événement est réservé aux adresses {domains_words(event)}. "
            f"Inscrivez-vous avec votre adresse professionnelle{contact}.",
            field="email",
        )


class SessionFull(RuleViolation):
    message = "Il n’y a plus de place, et cet événement n’a pas de liste d’attente."


class SessionsClash(RuleViolation):
    message = "Deux des sessions choisies ont lieu au même moment : gardez l’une des deux."


class SessionsNotOffered(RuleViolation):
    message = "Choisissez parmi les dates proposées."


class ModeNotOffered(RuleViolation):
    message = "Dites si vous venez sur place ou en ligne, parmi ce qui est proposé."


class SeatMoved(RuleViolation):
    message = "Cette place n’est plus dans l’état où vous l’aviez vue : voici où elle en est."


class OfferExpired(RuleViolation):
    message = "Le délai pour accepter cette place est passé : elle a été proposée à la personne suivante."


class AlreadyRegisteredAgain(RuleViolation):
    message = "Une inscription plus récente existe avec cette adresse : c’est elle qui compte."


class NothingToApprove(RuleViolation):
    message = "Ces inscriptions n’attendent plus votre accord\u00a0: voici où elles en sont."


@dataclass(frozen=True)
class Choice:
    """A session wanted, on site or online."""

    event_session_id: int
    mode: SeatMode


def check_transition(origin: SeatStatus | None, target: SeatStatus) -> None:
    """`SeatMoved` when a seat may not go from the one to the other."""
    if target not in TRANSITIONS[origin]:
        raise SeatMoved


def only_waits(statuses: Collection[SeatStatus]) -> bool:
    """Does the person have nothing but a place in the queue, among the seats that still live?"""
    return LIVE & set(statuses) == {SeatStatus.WAITING}


def awaits_approval(event: Event, registration: Registration) -> bool:
    """Must the organiser still agree before this registration is confirmed?"""
    return event.needs_approval and registration.approved_at is None


def is_for_approval(seat: Seat) -> bool:
    """Is a place kept for this person until the organiser agrees: held, and its address proven?"""
    return seat.status is SeatStatus.HELD and seat.registration.proven_at is not None


def is_to_approve(event: Event, seat: Seat, now: datetime) -> bool:
    """Does this seat of a proven registration wait for the organiser: kept, or in the queue where approval is asked?"""
    is_asking = seat.status is SeatStatus.HELD or (event.needs_approval and seat.status is SeatStatus.WAITING)
    return is_asking and is_open(seat.event_session, now)


def has_room(capacity: int | None, taken: int) -> bool:
    """Is a place left? No capacity given means as many as come."""
    return capacity is None or taken < capacity


def capacity(session: EventSession, mode: SeatMode) -> int | None:
    """The places of the session in this mode; None when there is no limit."""
    return session.places_onsite if mode is SeatMode.ONSITE else session.places_online


def check_open(event: Event, sessions: Collection[EventSession], now: datetime) -> None:
    """Refuse when one cannot register to the event now: cancelled, not open yet, closed, begun, or elsewhere."""
    if event.registration_kind is not RegistrationKind.HERE:
        raise RegistrationElsewhere
    if event.state is not EventState.PUBLISHED or event.status in {EventStatus.CANCELLED, EventStatus.POSTPONED}:
        raise RegistrationClosed
    if event.registration_opens_at and now < event.registration_opens_at:
        raise RegistrationNotOpen
    if event.registration_closes_at and now >= event.registration_closes_at:
        raise RegistrationClosed
    if not any(is_open(session, now) for session in sessions):
        raise RegistrationClosed


def check_address(event: Event, email: str) -> None:
    """Refuse an address that is in none of the domains the event is reserved to, nor in their sub-domains."""
    domain = email.rpartition("@")[2].lower()
    if event.reserved_domains and not any(f".{domain}".endswith(f".{own}") for own in event.reserved_domains):
        raise AddressNotAccepted(event)


def is_open(session: EventSession, now: datetime) -> bool:
    """May one still register to this session: scheduled, and not begun?"""
    return session.status is SessionStatus.SCHEDULED and session.starts_at is not None and now < session.starts_at


def offers_places(event: Event, session: EventSession) -> bool:
    """May a freed place be offered: does the date stand?"""
    is_off = event.status in {EventStatus.CANCELLED, EventStatus.POSTPONED}
    return not is_off and session.status is SessionStatus.SCHEDULED


def modes(event: Event) -> list[SeatMode]:
    """The ways to attend the event."""
    if event.mode is EventMode.HYBRID:
        return [SeatMode.ONSITE, SeatMode.ONLINE]
    return [SeatMode.ONLINE if event.mode is EventMode.ONLINE else SeatMode.ONSITE]


def check_choices(event: Event, chosen: Sequence[EventSession], choices: Sequence[Choice], now: datetime) -> None:
    """Refuse sessions that are not the event's, have begun, clash, or are not chosen as its attendance wants."""
    offered = {session.id for session in event.sessions if is_open(session, now)}
    wanted = {choice.event_session_id for choice in choices}
    if not wanted or not wanted <= offered or len(choices) != len(wanted):
        raise SessionsNotOffered
    if event.attendance is Attendance.ONE_SESSION and len(wanted) > 1:
        raise SessionsNotOffered("Choisissez une seule date.")
    if event.attendance is Attendance.ALL_SESSIONS and wanted != offered:
        raise SessionsNotOffered("Ce parcours se suit en entier : l’inscription vaut pour toutes les dates.")
    if any(choice.mode not in modes(event) for choice in choices):
        raise ModeNotOffered
    check_no_clash(chosen)


def check_no_clash(chosen: Collection[EventSession]) -> None:
    """Refuse two sessions that are at the same moment; one that begins when another ends does not clash."""
    hours = sorted((session.starts_at, session.ends_at) for session in chosen if session.starts_at and session.ends_at)
    if any(following[0] < previous[1] for previous, following in pairwise(hours)):
        raise SessionsClash


def offer_ends_at(now: datetime, starts_at: datetime, time_zone: str) -> datetime | None:
    """When an offer made now ends, or None when the session is too near to make one.

    Twenty-four hours counted between 8 and 20 h at the place, never more than half of the time that is left.
    """
    if starts_at - now <= NO_OFFER_BEFORE:
        return None
    return min(_add_working_hours(now, OFFER_HOURS, ZoneInfo(time_zone)), now + (starts_at - now) / 2)


def _add_working_hours(start: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """The instant when so many hours between 8 and 20 h, every day, have passed since `start`."""
    left = timedelta(hours=hours)
    day = start.astimezone(zone).date()
    while True:
        begins = max(start, datetime.combine(day, DAY_BEGINS, zone).astimezone(start.tzinfo))
        ends = datetime.combine(day, DAY_ENDS, zone).astimezone(start.tzinfo)
        if begins + left <= ends:
            return begins + left
        left -= max(ends - begins, timedelta())
        day += timedelta(days=1)


def reminder_moments(starts_at: datetime, mode: EventMode | None) -> dict[ReminderKind, tuple[datetime, datetime]]:
    """`(due_at, not_after)` of each reminder owed before a session; the last hour's is for what is online."""
    moments = {}
    for kind, lead in REMINDER_LEAD.items():
        due_at = starts_at - lead
        moments[kind] = (due_at, due_at + lead / 2)
    if mode is EventMode.ONSITE:
        del moments[ReminderKind.HOUR_BEFORE]
    return moments
