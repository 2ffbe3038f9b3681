"""Running an event with other organisations: asking, answering, ending it. Nothing commits."""

from planner import clock, dates
from planner.db import db
from planner.directory.models import Organisation
from planner.directory.rules import is_closed
from planner.events import services as events
from planner.events.models import Event
from planner.mail import outbox
from planner.programmes import journal, partner_rules, queries
from planner.programmes.models import CoOrganiserInvitation
from planner.web.rights import Actor

INVITE, CALL_OFF, JOIN, DECLINE, PART = "invite_partner", "call_off_partner", "join", "decline", "part"  # journal


def invite(event: Event, organisation: Organisation, actor: Actor, words: str = "") -> CoOrganiserInvitation:
    """Ask the organisation to run the event too; its managers get a mail, else its address, else its coordinators.

    Refuses oneself, a closed organisation, whoever runs it or is asked already, an event that will not take place, and
    an organisation where nobody would read it.
    """
    event = queries.locked_event(event.id)
    _check(event, organisation)
    if queries.pending_invitation(event.id, organisation.id):
        raise partner_rules.AlreadyInvited
    if not queries.reachable(organisation):
        raise partner_rules.NobodyToAsk
    invitation = CoOrganiserInvitation(
        event=event, organisation=organisation, inviter_id=actor.person_id, words=words.strip()
    )
    db.session.add(invitation)
    db.session.flush()
    journal.record(event, INVITE, actor, difference={"co_organisers": [None, organisation.name]})
    _tell("programmes.partner_invited", invitation, organisation)
    return invitation


def call_off(invitation: CoOrganiserInvitation, actor: Actor) -> None:
    """The organisation is no longer asked; an answer that has come is not undone."""
    invitation = _held(invitation)
    difference = {"co_organisers": [invitation.organisation.name, None]}
    journal.record(invitation.event, CALL_OFF, actor, difference=difference)
    db.session.delete(invitation)


def answer(invitation: CoOrganiserInvitation, actor: Actor, *, is_accepted: bool) -> Event:
    """The organisation says yes, and runs the event from now on, or no; whoever asked is told.

    `InvitationGone` when it was answered or called off; no yes to an event that was given up meanwhile.
    """
    invitation = _held(invitation)
    event, organisation = invitation.event, invitation.organisation
    if is_accepted:
        _check(event, organisation)
        event.co_organisers.append(organisation)
        db.session.flush()
        events.touch(event)
    invitation.answered_at, invitation.is_accepted = clock.now(), is_accepted
    difference = {"co_organisers": [None, organisation.name]} if is_accepted else {}
    journal.record(event, JOIN if is_accepted else DECLINE, actor, difference=difference)
    _tell("programmes.partner_answered", invitation, event.organisation)
    return event


def part(event: Event, organisation: Organisation, actor: Actor) -> None:
    """The organisation no longer runs the event: it leaves, or the lab goes on without it; the other side is told."""
    event = queries.locked_event(event.id)
    if organisation not in event.co_organisers:
        raise partner_rules.NotPartner
    event.co_organisers.remove(organisation)
    db.session.flush()
    events.touch(event)
    journal.record(event, PART, actor, difference={"co_organisers": [organisation.name, None]})
    invitation = queries.accepted_invitation(event.id, organisation.id)
    if invitation is None:  # it came by another way: the mail needs the trace of whom it speaks
        invitation = CoOrganiserInvitation(
            event=event, organisation=organisation, answered_at=clock.now(), is_accepted=True
        )
        db.session.add(invitation)
        db.session.flush()
    leaves = organisation.id in actor.organisation_ids and event.organisation_id not in actor.organisation_ids
    if leaves:
        _tell("programmes.partner_left", invitation, event.organisation)
    else:
        _tell("programmes.partner_removed", invitation, organisation)


def _check(event: Event, organisation: Organisation) -> None:
    today = dates.local(clock.now()).date()
    partner_rules.check_partner(event, organisation, is_closed=is_closed(organisation, today))


def _held(invitation: CoOrganiserInvitation) -> CoOrganiserInvitation:
    """The invitation and its event, held until the transaction ends; `InvitationGone` when it waits no longer."""
    queries.locked_event(invitation.event_id)
    held = queries.locked_invitation(invitation.id)
    if held is None or held.answered_at is not None:
        raise partner_rules.InvitationGone
    return held


def _tell(kind: str, invitation: CoOrganiserInvitation, organisation: Organisation) -> None:
    """Owe the mail to the managers of the organisation, else to its address, else to its coordinators."""
    key = f"{kind}:{invitation.id}:{invitation.event.version}"
    people = queries.managers(organisation.id)
    if not people and not organisation.contact_email:
        people = queries.coordinators(organisation.region_code)
    if not people and organisation.contact_email:
        outbox.enqueue(kind, invitation.id, key=key, event_id=invitation.event_id)
    for person in people:
        outbox.enqueue(kind, invitation.id, key=key, event_id=invitation.event_id, person_id=person.id)
