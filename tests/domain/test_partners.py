"""Running an event together: asking, answering, ending it, and who is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from planner import clock
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event, EventState, EventStatus
from planner.mail.mime import render
from planner.mail.models import Message
from planner.mail.registry import write
from planner.programmes import partner_rules, partners, queries
from planner.programmes.models import CoOrganiserInvitation, EventLog
from planner.web.rights import Action, Actor, Role, may
from tests.factories import (
    DraftFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.usefixtures("context")
type_of_outbox = Callable[[], list[tuple[str, int]]]


def editor(organisation: Organisation) -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, memberships={organisation.id: Role.EDITOR})


def asked(event: Event | None = None, organisation: Organisation | None = None) -> CoOrganiserInvitation:
    event = event or EventSessionFactory().event
    invitation = partners.invite(
        event, organisation or OrganisationFactory(), editor(event.organisation), "Venez\u00a0!"
    )
    db.session.commit()
    return invitation


def joined() -> tuple[Event, Organisation]:
    invitation = asked()
    event = partners.answer(invitation, editor(invitation.organisation), is_accepted=True)
    db.session.commit()
    return event, invitation.organisation


def told() -> list[tuple[str, int | None]]:
    return [tuple(row) for row in db.session.execute(select(Message.kind, Message.person_id).order_by(Message.id))]


def verbs(event: Event) -> list[str]:
    return list(db.session.scalars(select(EventLog.verb).where(EventLog.event_id == event.id).order_by(EventLog.id)))


# ── Asking ──


def test_the_managers_are_asked_by_mail():
    organisation = OrganisationFactory(name="Lab Zénith")
    manager = MembershipFactory(organisation=organisation, role=MembershipRole.MANAGER).person
    MembershipFactory(organisation=organisation)
    invitation = asked(organisation=organisation)
    assert told() == [("programmes.partner_invited", manager.id)]
    mail = write("programmes.partner_invited", invitation.id, manager.id)
    assert mail.to == manager.email
    text = render("programmes.partner_invited", mail).plain
    assert "Venez" in text
    assert f"/espace-lab/{organisation.slug}" in text
    assert verbs(invitation.event) == ["invite_partner"]


def test_without_manager_the_mail_goes_to_the_address_then_to_the_coordinators():
    by_address = asked(organisation=OrganisationFactory(contact_email="lab@example.org"))
    coordinator = GrantFactory(role="coordinator", region_code="84").person
    asked(organisation=OrganisationFactory(contact_email=""))
    assert told() == [("programmes.partner_invited", None), ("programmes.partner_invited", coordinator.id)]
    assert write("programmes.partner_invited", by_address.id).to == "lab@example.org"


def test_where_nobody_would_read_nobody_is_asked():
    with pytest.raises(partner_rules.NobodyToAsk):
        asked(organisation=OrganisationFactory(contact_email=""))


def test_neither_oneself_nor_the_closed_nor_twice():
    event = EventFactory()
    closed = OrganisationFactory(closed_on=date(2026, 10, 12))
    partner = OrganisationFactory()
    event.co_organisers = [partner]
    waiting = asked(event).organisation
    refused: list[tuple[Organisation, type[RuleViolation]]] = [
        (event.organisation, partner_rules.Oneself),
        (closed, partner_rules.OrganisationClosed),
        (partner, partner_rules.AlreadyPartner),
        (waiting, partner_rules.AlreadyInvited),
    ]
    for organisation, refusal in refused:
        with pytest.raises(refusal):
            partners.invite(event, organisation, editor(event.organisation))
    assert partners.invite(event, OrganisationFactory(closed_on=date(2026, 10, 13)), editor(event.organisation)).id


@pytest.mark.parametrize(
    "fields",
    [{"state": EventState.WITHDRAWN}, {"state": EventState.REJECTED}, {"status": EventStatus.CANCELLED}],
)
def test_what_was_given_up_is_neither_proposed_nor_accepted(fields: dict[str, Any]):
    invitation = asked()
    for name, value in fields.items():
        setattr(invitation.event, name, value)
    db.session.commit()
    with pytest.raises(partner_rules.NoLongerPlanned):
        asked(invitation.event)
    with pytest.raises(partner_rules.NoLongerPlanned):
        partners.answer(invitation, editor(invitation.organisation), is_accepted=True)
    partners.answer(invitation, editor(invitation.organisation), is_accepted=False)
    assert invitation.is_accepted is False


def test_an_invitation_called_off_is_no_longer_mailed_nor_answered():
    invitation = asked()
    event, number = invitation.event, invitation.id
    partners.call_off(invitation, editor(event.organisation))
    db.session.commit()
    assert write("programmes.partner_invited", number) is None
    assert queries.pending_of_event(event.id) == []
    assert verbs(event) == ["invite_partner", "call_off_partner"]


# ── Answering ──


def test_once_accepted_the_event_stands_on_both_desks_and_pages_and_both_edit():
    event, organisation = joined()
    actor = editor(organisation)
    assert event.co_organisers == [organisation]
    assert may(actor, Action.EDIT_EVENT, event.scope)
    for home in (event.organisation, organisation):
        desk = queries.desk(home)
        assert [line.event for line in [*desk.lines, *desk.others]] == [event]
        assert [session.event for session in calendar.coming_of(home.id)] == [event]
    assert organisation.name.lower() in event.search_text
    assert (event.version, verbs(event)) == (2, ["invite_partner", "join"])


def test_the_lab_is_told_the_answer():
    for is_accepted, words in ((True, "co-organise avec vous"), (False, "ne co-organise pas")):
        invitation = asked()
        partners.answer(invitation, editor(invitation.organisation), is_accepted=is_accepted)
        db.session.commit()
        mail = write("programmes.partner_answered", invitation.id)
        assert mail.to == invitation.event.organisation.contact_email
        assert mail.subject == f"{invitation.organisation.name} {words}\u00a0: {invitation.event.title}"


def test_one_answers_once():
    invitation = asked()
    partners.answer(invitation, editor(invitation.organisation), is_accepted=False)
    db.session.commit()
    for is_accepted in (True, False):
        with pytest.raises(partner_rules.InvitationGone):
            partners.answer(invitation, editor(invitation.organisation), is_accepted=is_accepted)
    assert write("programmes.partner_invited", invitation.id) is None


# ── Ending it ──


@pytest.mark.parametrize("side", ["lab", "partner"])
def test_either_side_ends_it_and_the_other_is_told(side: str):
    event, organisation = joined()
    actor = editor(event.organisation if side == "lab" else organisation)
    partners.part(event, organisation, actor)
    db.session.commit()
    kind = "programmes.partner_removed" if side == "lab" else "programmes.partner_left"
    recipient = organisation if side == "lab" else event.organisation
    assert told()[-1] == (kind, None)
    invitation = queries.accepted_invitation(event.id, organisation.id)
    mail = write(kind, invitation.id)
    assert mail.to == recipient.contact_email
    assert organisation.name in render(kind, mail).plain
    assert event.co_organisers == []
    assert verbs(event)[-1] == "part"


def test_who_came_without_being_asked_is_told_too():
    partner = OrganisationFactory()
    event = DraftFactory(co_organisers=[partner])
    partners.part(event, partner, editor(event.organisation))
    db.session.commit()
    assert told() == [("programmes.partner_removed", None)]


def test_one_who_came_back_is_not_told_to_have_left():
    event, organisation = joined()
    partners.part(event, organisation, editor(event.organisation))
    event.co_organisers.append(organisation)
    db.session.commit()
    invitation = queries.accepted_invitation(event.id, organisation.id)
    assert write("programmes.partner_removed", invitation.id) is None


def test_a_stranger_is_not_taken_away():
    event = DraftFactory()
    with pytest.raises(partner_rules.NotPartner):
        partners.part(event, OrganisationFactory(), editor(event.organisation))
    assert event.updated_at <= clock.now()
