"""Who is in a team: invitations, changes, handing over, requests to join; the mails; two people at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from planner import tokens
from planner.accounts.models import Person
from planner.db import db, transaction
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.directory.rules import MembershipEndsInThePast
from planner.errors import RuleViolation
from planner.mail import mime, registry
from planner.mail.models import Message
from planner.teams import queries, rules, services
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.teams.rules import ManagerLack
from planner.web import edits
from planner.web.rights import Actor, Role
from tests.factories import GrantFactory, MembershipFactory, OrganisationFactory, PersonFactory

TODAY = date(2026, 10, 12)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ADDRESS = "agente@example.org"
MANAGER, EDITOR, HELPER = MembershipRole.MANAGER, MembershipRole.EDITOR, MembershipRole.HELPER
type_of_outbox = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def manager(context: Flask) -> Membership:
    """The one manager of a lab."""
    membership: Membership = MembershipFactory(role=MANAGER, starts_on=date(2026, 1, 5))
    return membership


def actor_of(membership: Membership) -> Actor:
    person, role = membership.person, Role(membership.role.value)
    return Actor(person.id, person.full_name, person.email, memberships={membership.organisation_id: role})


def ditp() -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, is_moderator=True)


def invite(manager: Membership, email: str = ADDRESS, role: MembershipRole = EDITOR) -> MembershipInvitation:
    invitation = services.invite(manager.organisation, email, role, actor_of(manager))
    db.session.commit()
    return invitation


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(RuleViolation) as refused:
        action()
    return type(refused.value).__name__


def mail_of(kind: str, subject_id: int, person_id: int | None = None) -> mime.Texts | None:
    email = registry.write(kind, subject_id, person_id)
    return mime.render(kind, email) if email else None


def told(kind: str) -> list[str]:
    """The addresses of the people that mails of this kind are owed to."""
    rows = select(Person.email).join(Message, Message.person_id == Person.id).where(Message.kind == kind)
    return sorted(db.session.scalars(rows))


# ── Names in addresses ──


def test_a_mark_is_stable_and_tells_no_number(context: Flask):
    marks = [tokens.mark(purpose, number) for purpose in ("membership", "invitation") for number in (1, 2)]
    assert len(set(marks)) == 4
    assert {len(mark) for mark in marks} == {22}
    assert tokens.mark("membership", 1) == marks[0]
    assert tokens.open_sealed("membership", marks[0]) is None


# ── Who answers for a team ──


@pytest.mark.parametrize(
    ("ends", "lack"),
    [
        ([], ManagerLack()),
        ([YESTERDAY], ManagerLack()),
        ([None], None),
        ([TODAY + timedelta(days=30)], ManagerLack(TODAY + timedelta(days=30))),
        ([TODAY + timedelta(days=31)], None),
        ([TOMORROW, TODAY + timedelta(days=9)], ManagerLack(TODAY + timedelta(days=9))),
        ([TOMORROW, None], None),
    ],
)
def test_a_team_short_of_a_manager_is_warned(context: Flask, ends: list[date | None], lack: ManagerLack | None):
    lab = OrganisationFactory()
    MembershipFactory(organisation=lab, role=EDITOR)
    MembershipFactory(role=MANAGER)  # of another lab
    for end in ends:
        MembershipFactory(organisation=lab, role=MANAGER, starts_on=date(2026, 1, 5), ends_on=end)
    assert queries.lacks_manager(lab.id, TODAY) == lack
    assert queries.team(lab).lack == lack


# ── Invitations ──


def test_an_invitation_is_a_row_and_a_mail_for_14_days(manager: Membership, outbox: type_of_outbox):
    invitation = services.invite(manager.organisation, f" {ADDRESS.upper()}", HELPER, actor_of(manager), TOMORROW)
    assert (invitation.email, invitation.role, invitation.ends_on) == (ADDRESS, HELPER, TOMORROW)
    assert invitation.expires_at - invitation.created_at == timedelta(days=14)
    assert outbox() == [("team.invited", invitation.id)]
    assert db.session.scalar(select(Person).where(Person.email == ADDRESS)) is None


def test_an_address_invited_twice_has_its_invitation_renewed(
    manager: Membership, outbox: type_of_outbox, time: Traveller
):
    first = invite(manager)
    time.shift(timedelta(days=3))
    again = invite(manager, role=HELPER)
    assert (again.id, again.role) == (first.id, HELPER)
    assert again.expires_at - again.created_at > timedelta(days=16)
    assert outbox() == [("team.invited", first.id), ("team.renewed", first.id)]
    assert mail_of("team.invited", first.id) is None
    assert mail_of("team.renewed", first.id)


def test_who_is_already_there_is_not_invited(manager: Membership, outbox: type_of_outbox):
    there = MembershipFactory(organisation=manager.organisation)
    gone = MembershipFactory(organisation=manager.organisation, starts_on=YESTERDAY, ends_on=YESTERDAY)
    assert refusal(lambda: invite(manager, there.person.email)) == "AlreadyMember"
    assert invite(manager, gone.person.email).id
    assert [kind for kind, _ in outbox()] == ["team.invited"]


@pytest.mark.parametrize("role", [EDITOR, HELPER])
def test_nobody_gives_more_than_they_hold(manager: Membership, role: MembershipRole):
    other = MembershipFactory(organisation=manager.organisation, role=role)
    stranger = MembershipFactory(role=MANAGER)
    for person in (other, stranger):
        give = actor_of(person)
        assert refusal(lambda give=give: services.invite(manager.organisation, ADDRESS, HELPER, give)) == "MayNotGive"
    assert services.invite(manager.organisation, ADDRESS, MANAGER, ditp()).role is MANAGER


def test_an_invitation_ends_after_today_and_into_a_lab_that_is_open(manager: Membership):
    lab, actor = manager.organisation, actor_of(manager)
    with pytest.raises(MembershipEndsInThePast):
        services.invite(lab, ADDRESS, EDITOR, actor, YESTERDAY)
    lab.closed_on = TODAY
    assert refusal(lambda: services.invite(lab, ADDRESS, EDITOR, actor)) == "OrganisationClosed"


def test_accepting_makes_a_member_and_of_an_unknown_address_an_account(manager: Membership, outbox: type_of_outbox):
    invitation = services.invite(manager.organisation, ADDRESS, HELPER, actor_of(manager), TOMORROW)
    membership = services.accept(invitation)
    assert (membership.person.email, membership.role, membership.ends_on) == (ADDRESS, HELPER, TOMORROW)
    assert membership.organisation == manager.organisation
    assert outbox()[-1] == ("team.accepted", invitation.id)
    added_by = {one.membership.person.email: one.added_by for one in queries.team(manager.organisation).members}
    assert added_by == {manager.person.email: None, ADDRESS: manager.person}
    assert refusal(lambda: services.accept(invitation)) == "InvitationTaken"


def test_accepting_never_takes_away_what_one_has(manager: Membership):
    invitation = invite(manager, role=HELPER)
    MembershipFactory(organisation=manager.organisation, person=PersonFactory(email=ADDRESS), role=EDITOR)
    assert services.accept(invitation).role is EDITOR
    assert invitation.accepted_at is not None


def test_who_had_left_comes_back(manager: Membership):
    gone = MembershipFactory(organisation=manager.organisation, starts_on=date(2026, 3, 2), ends_on=date(2026, 6, 1))
    services.accept(invite(manager, gone.person.email))
    assert (gone.starts_on, gone.ends_on) == (date(2026, 3, 2), None)


def test_an_invitation_opens_for_14_days_and_until_its_last_day(manager: Membership, time: Traveller):
    invitation, short = invite(manager), invite(manager, "autre@example.org")
    short.ends_on = TOMORROW
    time.shift(timedelta(days=2))
    assert refusal(lambda: services.accept(short)) == "InvitationExpired"
    time.shift(timedelta(days=12))
    assert refusal(lambda: services.accept(invitation)) == "InvitationExpired"
    assert mail_of("team.invited", invitation.id) is None
    services.send_again(invitation, actor_of(manager))
    assert services.accept(invitation).person.email == ADDRESS


def test_what_is_withdrawn_or_declined_is_over(manager: Membership, outbox: type_of_outbox):
    withdrawn, declined = invite(manager), invite(manager, "autre@example.org")
    services.withdraw(withdrawn)
    services.decline(declined)
    for invitation in (withdrawn, declined):
        assert refusal(lambda invitation=invitation: services.accept(invitation)) == "InvitationEnded"
        assert mail_of("team.invited", invitation.id) is None
    assert outbox()[2:] == [("team.declined", declined.id)]
    assert invite(manager).id != withdrawn.id


# ── Members ──


def test_a_role_and_an_end_are_changed(manager: Membership):
    helper = MembershipFactory(organisation=manager.organisation, role=HELPER)
    changed = services.change_member(helper, MANAGER, TOMORROW, actor_of(manager))
    assert (changed.id, changed.role, changed.ends_on) == (helper.id, MANAGER, TOMORROW)
    assert services.change_member(helper, MANAGER, None, actor_of(manager)).ends_on is None


def test_the_last_manager_neither_steps_down_nor_leaves(manager: Membership):
    MembershipFactory(organisation=manager.organisation, role=EDITOR)
    actor = actor_of(manager)
    assert refusal(lambda: services.change_member(manager, EDITOR, None, actor)) == "LastManager"
    assert refusal(lambda: services.end_membership(manager, actor)) == "LastManager"
    MembershipFactory(organisation=manager.organisation, role=MANAGER)
    services.end_membership(manager, actor)
    assert manager.ends_on == YESTERDAY


def test_ditp_may_leave_a_team_without_a_manager(manager: Membership):
    services.change_member(manager, EDITOR, None, ditp())
    assert queries.lacks_manager(manager.organisation_id, TODAY) == ManagerLack()


def test_who_came_today_may_leave_today_and_come_back(manager: Membership):
    editor = MembershipFactory(organisation=manager.organisation)
    services.end_membership(editor, actor_of(manager))
    assert (editor.starts_on, editor.ends_on) == (YESTERDAY, YESTERDAY)
    assert [one.membership for one in queries.team(manager.organisation).former] == [editor]
    assert refusal(lambda: services.end_membership(editor, actor_of(manager))) == "NotAMember"
    services.change_member(editor, HELPER, None, actor_of(manager))
    assert [one.membership for one in queries.team(manager.organisation).members] == [manager, editor]


@pytest.mark.parametrize("leaves", [False, True])
def test_handing_over_is_one_step(manager: Membership, *, leaves: bool):
    successor = MembershipFactory(organisation=manager.organisation, role=HELPER)
    services.hand_over(manager.organisation, successor, actor_of(manager), leaves=leaves)
    assert successor.role is MANAGER
    assert (manager.role, manager.ends_on) == ((MANAGER, YESTERDAY) if leaves else (EDITOR, None))


def test_one_hands_over_what_one_has_to_somebody_there(manager: Membership):
    lab = manager.organisation
    editor = MembershipFactory(organisation=lab)
    gone = MembershipFactory(organisation=lab, starts_on=YESTERDAY, ends_on=YESTERDAY)
    stranger = MembershipFactory()
    for other in (gone, stranger, manager):
        hand = lambda other=other: services.hand_over(lab, other, actor_of(manager), leaves=True)  # noqa: E731
        assert refusal(hand) == "NotAMember"
    assert refusal(lambda: services.hand_over(lab, manager, actor_of(editor), leaves=True)) == "NotYoursToHandOver"


# ── Requests to join ──


def test_a_request_goes_to_the_managers_once(manager: Membership):
    MembershipFactory(organisation=manager.organisation)
    person = PersonFactory()
    GrantFactory()
    services.ask_to_join(manager.organisation, person, "Je suis de la préfecture.")
    assert told("team.join_requested") == [manager.person.email]
    again = lambda: services.ask_to_join(manager.organisation, person, "Bonjour")  # noqa: E731
    assert refusal(again) == "AlreadyAsked"
    assert refusal(lambda: services.ask_to_join(manager.organisation, manager.person, "")) == "AlreadyMember"


def test_without_a_manager_it_goes_to_ditp_and_to_the_region(context: Flask):
    lab = OrganisationFactory()
    moderator = GrantFactory().person
    coordinator = GrantFactory(role="coordinator", region_code="84").person
    GrantFactory(role="admin")
    request = services.ask_to_join(lab, PersonFactory(), "Bonjour")
    assert told("team.join_requested") == sorted([moderator.email, coordinator.email])
    to_ditp = mail_of("team.join_requested", request.id, moderator.id)
    to_region = mail_of("team.join_requested", request.id, coordinator.id)
    assert to_ditp
    assert to_region
    assert "/equipe/demandes/" in to_ditp.plain
    assert "/equipe/demandes/" not in to_region.plain
    MembershipFactory(organisation=lab, role=MANAGER)
    assert mail_of("team.join_requested", request.id, moderator.id) is None


def test_a_request_is_accepted_with_a_role(manager: Membership, outbox: type_of_outbox):
    request = services.ask_to_join(manager.organisation, PersonFactory(email=ADDRESS), "Bonjour")
    services.accept_request(request, HELPER, TOMORROW, actor_of(manager))
    member = queries.membership(manager.organisation_id, request.person_id)
    assert member
    assert (member.role, member.ends_on) == (HELPER, TOMORROW)
    assert outbox()[-1] == ("team.answered", request.id)
    assert refusal(lambda: services.refuse_request(request, "Non", actor_of(manager))) == "AlreadyAnswered"
    assert [one.added_by for one in queries.team(manager.organisation).members] == [None, manager.person]
    assert queries.team(manager.organisation).askings == []
    answer = mail_of("team.answered", request.id)
    assert answer
    assert answer.subject == f"Vous êtes dans l’équipe : {manager.organisation.name}"
    services.end_membership(member, actor_of(manager))
    assert mail_of("team.answered", request.id) is None


def test_a_request_is_refused_with_a_reason_and_may_be_made_again(manager: Membership):
    request = services.ask_to_join(manager.organisation, PersonFactory(), "Bonjour")
    assert mail_of("team.answered", request.id) is None
    services.refuse_request(request, "Le lab est complet.", actor_of(manager))
    answer = mail_of("team.answered", request.id)
    assert answer
    assert "Le lab est complet." in answer.plain
    assert queries.membership(manager.organisation_id, request.person_id) is None
    assert services.ask_to_join(manager.organisation, request.person, "Et maintenant ?").id != request.id


def test_whoever_enters_leaves_nothing_waiting_at_the_door(manager: Membership):
    person = PersonFactory(email=ADDRESS)
    request = services.ask_to_join(manager.organisation, person, "Bonjour")
    services.accept(invite(manager))
    db.session.refresh(request)
    assert (request.is_accepted, request.decider_id) == (True, manager.person_id)


def test_who_is_proposed_is_invited_and_the_coordinator_told(manager: Membership, outbox: type_of_outbox):
    coordinator = GrantFactory(role="coordinator", region_code="84").person
    actor = Actor(coordinator.id, coordinator.full_name, coordinator.email, regions=frozenset({"84"}))
    request = services.propose(manager.organisation, ADDRESS, "Elle connaît bien le lab.", actor)
    asked = mail_of("team.join_requested", request.id, manager.person_id)
    assert asked
    assert f"{coordinator.full_name}, de la coordination régionale, propose {ADDRESS}" in asked.plain.replace("\n", " ")
    services.accept_request(request, EDITOR, None, actor_of(manager))
    assert queries.membership(manager.organisation_id, request.person_id) is None
    invitation = queries.live_invitation(manager.organisation_id, ADDRESS)
    assert invitation
    assert [kind for kind, _ in outbox()] == ["team.join_requested", "team.invited", "team.answered"]
    email = registry.write("team.answered", request.id)
    assert email
    assert email.to == coordinator.email
    services.withdraw(invitation)
    assert mail_of("team.answered", request.id) is None


# ── Mails ──


def test_the_invitation_says_who_offers_what_in_both_forms(manager: Membership):
    invitation = services.invite(manager.organisation, ADDRESS, HELPER, actor_of(manager), TOMORROW)
    email = registry.write("team.invited", invitation.id)
    assert email
    assert (email.to, email.reply_to) == (ADDRESS, manager.person.email)
    texts = mime.render("team.invited", email)
    assert texts.subject == f"Invitation à rejoindre {manager.organisation.name}"
    for body in (texts.plain, unescape(texts.html)):
        words = " ".join(body.split())
        assert f"{manager.person.full_name} vous invite" in words
        assert "Accueil le jour J" in words
        assert "mardi 13 octobre 2026" in words  # the last day in the team
        assert "lundi 26 octobre 2026" in words  # the last day of the invitation
        assert "https://agenda.example/invitations/" in words


@pytest.mark.parametrize("kind", ["team.accepted", "team.declined"])
def test_the_inviter_is_told_while_it_is_true(manager: Membership, kind: str):
    invitation = invite(manager)
    assert mail_of(kind, invitation.id) is None
    verb = services.accept if kind == "team.accepted" else services.decline
    verb(invitation)
    email = registry.write(kind, invitation.id)
    assert email
    assert email.to == manager.person.email
    assert ADDRESS in mime.render(kind, email).plain
    invitation.inviter_id = None
    db.session.flush()
    db.session.expire_all()
    assert mail_of(kind, invitation.id) is None


def test_a_mail_does_not_tell_what_is_not_there(context: Flask):
    for kind in ("team.invited", "team.renewed", "team.accepted", "team.declined", "team.answered"):
        assert mail_of(kind, 0) is None
    assert mail_of("team.join_requested", 0, PersonFactory().id) is None


# ── The page of the lab ──


def test_the_second_to_save_the_page_is_told(manager: Membership):
    lab = manager.organisation
    stored = rules.page_content(lab)
    read = edits.fingerprint(stored)
    services.edit_page(lab, {**stored, "city": "Bron", "skills": ["Données"]}, read=read)
    assert (lab.city, lab.skills) == ("Bron", ["Données"])
    with pytest.raises(edits.EditedMeanwhile):
        services.edit_page(lab, {**stored, "city": "Vénissieux"}, read=read)
    assert lab.city == "Bron"


# ── Two at once ──


def together(app: Flask, jobs: list[Callable[[], object]]) -> list[str]:
    """Do all of it at the same moment, each in its own transaction; gives "done" or the refusal of each."""
    everybody = Barrier(len(jobs))

    def work(job: Callable[[], object]) -> str:
        with app.app_context():
            everybody.wait()
            try:
                with transaction():
                    job()
            except RuleViolation as refused:
                return type(refused).__name__
            return "done"

    with ThreadPoolExecutor(len(jobs)) as pool:
        results = list(pool.map(work, jobs))
    db.session.expire_all()
    return sorted(results)


@pytest.mark.parametrize("attempt", range(5))
def test_two_managers_who_demote_each_other_leave_one(committed: Flask, attempt: int):
    one = MembershipFactory(role=MANAGER)
    other = MembershipFactory(organisation=one.organisation, role=MANAGER)
    jobs = [(one.id, actor_of(other)), (other.id, actor_of(one))]
    lab_id = one.organisation_id
    db.session.commit()

    def demote(membership_id: int, actor: Actor) -> Callable[[], object]:
        def job() -> None:
            membership = db.session.get_one(Membership, membership_id)
            assert membership.role is MANAGER
            services.change_member(membership, EDITOR, None, actor)

        return job

    assert together(committed, [demote(*job) for job in jobs]) == ["LastManager", "done"]
    assert queries.lacks_manager(lab_id, TODAY) is None


def test_two_managers_who_leave_at_once_leave_one(committed: Flask):
    one = MembershipFactory(role=MANAGER)
    other = MembershipFactory(organisation=one.organisation, role=MANAGER)
    leaving = [(each.id, actor_of(each)) for each in (one, other)]
    db.session.commit()

    def leave(membership_id: int, actor: Actor) -> Callable[[], object]:
        return lambda: services.end_membership(db.session.get_one(Membership, membership_id), actor)

    assert together(committed, [leave(*each) for each in leaving]) == ["LastManager", "done"]


def test_an_address_invited_and_a_person_asking_twice_at_once_do_so_once(committed: Flask):
    manager = MembershipFactory(role=MANAGER)
    lab_id, actor, person_id = manager.organisation_id, actor_of(manager), PersonFactory().id
    db.session.commit()

    def invite_once() -> None:
        services.invite(db.session.get_one(Organisation, lab_id), ADDRESS, EDITOR, actor)

    def ask() -> None:
        lab, person = db.session.get_one(Organisation, lab_id), db.session.get_one(Person, person_id)
        services.ask_to_join(lab, person, "Bonjour")

    assert together(committed, [invite_once, invite_once, ask, ask]) == ["AlreadyAsked", "done", "done", "done"]
    assert db.session.scalar(select(func.count(MembershipInvitation.id))) == 1
    assert db.session.scalar(select(func.count(JoinRequest.id))) == 1
