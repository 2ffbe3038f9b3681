"""The mails about a submission, written from today's data, or not at all when they are no longer true."""

from collections.abc import Sequence

from planner import dates
from planner.accounts import queries as accounts
from planner.accounts.models import Person
from planner.directory.models import Organisation
from planner.events.labels import place_words
from planner.events.models import Event, EventState
from planner.events.rules import WAITING
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message
from planner.programmes import queries
from planner.programmes.models import CoOrganiserInvitation


@message("programmes.submitted")
def submitted(event_id: int) -> Email | None:
    """The receipt to whoever wrote the event, else to whoever submitted it."""
    event = queries.submission(event_id)
    person = _author(event) if event else None
    return _receipt(event, person.email) if event and person else None


@message("programmes.submitted_lab")
def submitted_lab(event_id: int) -> Email | None:
    """The receipt to the lab, when its address is another one."""
    event = queries.submission(event_id)
    if event is None or not _is_another(event.organisation.contact_email, _author(event)):
        return None
    return _receipt(event, event.organisation.contact_email)


@message("programmes.programme_submitted")
def programme_submitted(programme_id: int) -> Email | None:
    """One receipt for a programme, to whoever submitted it."""
    events = queries.waiting_events(programme_id)
    submitter = queries.submitter(events[0]) if events else None
    return _programme_receipt(events, submitter.email) if submitter else None


@message("programmes.programme_submitted_lab")
def programme_submitted_lab(programme_id: int) -> Email | None:
    """The same receipt to the lab, when its address is another one."""
    events = queries.waiting_events(programme_id)
    submitter = queries.submitter(events[0]) if events else None
    if not events or not _is_another(events[0].organisation.contact_email, submitter):
        return None
    return _programme_receipt(events, events[0].organisation.contact_email)


@message("programmes.withdrawn")
def withdrawn(event_id: int) -> Email | None:
    """To whoever was reviewing the event: there is nothing left to decide."""
    event = queries.submission(event_id)
    reviewer = queries.reviewer(event) if event else None
    if event is None or reviewer is None or event.state is not EventState.WITHDRAWN:
        return None
    context = {"event": event, "reason": queries.last_reason(event), "rows": _rows(event)}
    return Email(reviewer.email, f"Retiré du programme\u00a0: {event.title}", context)


@message("programmes.partner_invited")
def partner_invited(invitation_id: int, person_id: int | None = None) -> Email | None:
    """To whoever answers for the organisation that is asked to run an event."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or invitation.answered_at is not None:
        return None
    asker = invitation.event.organisation.name
    return _partner_mail(invitation, invitation.organisation, person_id, f"{asker} vous invite à co-organiser")


@message("programmes.partner_answered")
def partner_answered(invitation_id: int, person_id: int | None = None) -> Email | None:
    """To the lab: the organisation that it asked says yes or no."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or invitation.is_accepted is None:
        return None
    words = "co-organise avec vous" if invitation.is_accepted else "ne co-organise pas"
    subject = f"{invitation.organisation.name} {words}"
    return _partner_mail(invitation, invitation.event.organisation, person_id, subject)


@message("programmes.partner_removed")
def partner_removed(invitation_id: int, person_id: int | None = None) -> Email | None:
    """To the organisation: the lab goes on without it."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or _runs(invitation):
        return None
    return _partner_mail(invitation, invitation.organisation, person_id, "Vous ne co-organisez plus")


@message("programmes.partner_left")
def partner_left(invitation_id: int, person_id: int | None = None) -> Email | None:
    """To the lab: the organisation no longer runs the event with it."""
    invitation = queries.invitation(invitation_id)
    if invitation is None or _runs(invitation):
        return None
    subject = f"{invitation.organisation.name} ne co-organise plus"
    return _partner_mail(invitation, invitation.event.organisation, person_id, subject)


def _runs(invitation: CoOrganiserInvitation) -> bool:
    """Does the organisation run the event, having come back since?"""
    return invitation.organisation in invitation.event.co_organisers


def _partner_mail(
    invitation: CoOrganiserInvitation, organisation: Organisation, person_id: int | None, subject: str
) -> Email | None:
    """To this person, else to the address of the organisation; its button leads to the desk of the organisation."""
    recipient = accounts.person(person_id).email if person_id else organisation.contact_email
    if not recipient:
        return None
    event = invitation.event
    title = event.title or "Événement sans titre"
    context = {
        "event": event,
        "title": title,
        "invitation": invitation,
        "partner": invitation.organisation,
        "organisation": organisation,
        "link": link("programmes.organisation_desk", slug=organisation.slug),
        "rows": _rows(event),
    }
    return Email(recipient, f"{subject}\u00a0: {title}", context)


def _receipt(event: Event, recipient: str) -> Email | None:
    if event.state not in WAITING or event.submitted_at is None:
        return None
    context = {
        "event": event,
        "link": link("programmes.event", slug=event.slug),
        "submitted": dates.moment(event.submitted_at),
        "rows": _rows(event),
    }
    return Email(recipient, f"Bien reçu\u00a0: {event.title}", context)


def _programme_receipt(events: Sequence[Event], recipient: str) -> Email:
    organisation = events[0].organisation
    context = {
        "organisation": organisation,
        "events": [(event.title, _first_date(event)) for event in events],
        "link": link("programmes.organisation_desk", slug=organisation.slug),
    }
    return Email(recipient, f"Bien reçu\u00a0: le programme de {organisation.name}", context)


def _author(event: Event) -> Person | None:
    return event.author or queries.submitter(event)


def _is_another(address: str, person: Person | None) -> bool:
    return bool(address) and (person is None or address.lower() != person.email)


def _rows(event: Event) -> list[tuple[str, str]]:
    """The practical block."""
    return [("Quand", _dates(event)), ("Où", place_words(event)), ("Organisation", event.organisation.name)]


def _dates(event: Event) -> str:
    spans = [
        dates.span(session.starts_at, session.ends_at, event.time_zone)
        for session in event.sessions
        if session.starts_at and session.ends_at
    ]
    return "\n".join(spans)


def _first_date(event: Event) -> str:
    starts = [session.starts_at for session in event.sessions if session.starts_at]
    return dates.moment(min(starts), event.time_zone, year=False) if starts else ""
