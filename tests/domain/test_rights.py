"""Who may do what: the table of rights, both sides of each reach."""

import pytest

from planner.web.rights import Action, Actor, Role, Scope, may, may_somewhere

OWN, OTHER = 1, 2
LAB_EVENT = Scope(frozenset({OWN}), "84", is_submitted=True)


def actor(**roles: object) -> Actor:
    return Actor(person_id=1, full_name="", email="agent@example.org", **roles)  # type: ignore[arg-type]


EDITOR = actor(memberships={OWN: Role.EDITOR})
MANAGER = actor(memberships={OWN: Role.MANAGER})
HELPER = actor(memberships={OWN: Role.HELPER})
STRANGER = actor(memberships={OTHER: Role.MANAGER})
COORDINATOR = actor(regions=frozenset({"84"}))
FOREIGN_COORDINATOR = actor(regions=frozenset({"04"}))
MODERATOR = actor(is_moderator=True)
ADMIN = actor(is_admin=True)
EVERYBODY = [EDITOR, MANAGER, HELPER, STRANGER, COORDINATOR, FOREIGN_COORDINATOR, MODERATOR, ADMIN]

ALLOWED = {
    Action.READ_SUBMISSION: [EDITOR, MANAGER, COORDINATOR, MODERATOR, ADMIN],
    Action.EDIT_EVENT: [EDITOR, MANAGER, COORDINATOR, MODERATOR, ADMIN],
    Action.ADVISE: [COORDINATOR, MODERATOR, ADMIN],
    Action.APPROVE: [MODERATOR, ADMIN],
    Action.REJECT: [MODERATOR, ADMIN],
    Action.COUNT_REGISTRANTS: [EDITOR, MANAGER, COORDINATOR, MODERATOR, ADMIN],
    Action.SEE_REGISTRANTS: [EDITOR, MANAGER],
    Action.CHECK_IN: [EDITOR, MANAGER, HELPER, COORDINATOR, MODERATOR, ADMIN],
    Action.READ_TEAM: [EDITOR, MANAGER, COORDINATOR, MODERATOR, ADMIN],
    Action.PROPOSE_MEMBER: [COORDINATOR],
    Action.MANAGE_ORGANISATION: [MANAGER, MODERATOR, ADMIN],
    Action.ADMINISTER: [ADMIN],
    Action.SEE_STATISTICS: [EDITOR, MANAGER, COORDINATOR, MODERATOR, ADMIN],
}


@pytest.mark.parametrize("action", list(Action))
def test_who_may_do_what_to_a_submitted_event(action: Action) -> None:
    assert [person for person in EVERYBODY if may(person, action, LAB_EVENT)] == [
        person for person in EVERYBODY if person in ALLOWED[action]
    ]
    assert not may(None, action, LAB_EVENT)


def test_a_coordinator_sees_no_draft_of_the_region() -> None:
    draft = Scope(frozenset({OWN}), "84", is_submitted=False)
    assert not may(COORDINATOR, Action.READ_SUBMISSION, draft)
    assert may(EDITOR, Action.READ_SUBMISSION, draft)


def test_a_coordinator_approves_only_what_the_edition_delegates_in_the_own_region() -> None:
    delegated = Scope(frozenset({OWN}), "84", is_submitted=True, is_delegated=True)
    assert may(COORDINATOR, Action.APPROVE, delegated)
    assert not may(FOREIGN_COORDINATOR, Action.APPROVE, delegated)
    assert not may(COORDINATOR, Action.APPROVE, LAB_EVENT)


def test_a_desk_opens_for_who_holds_the_right_somewhere() -> None:
    assert [person for person in EVERYBODY if may_somewhere(person, Action.ADVISE)] == [
        COORDINATOR,
        FOREIGN_COORDINATOR,
        MODERATOR,
        ADMIN,
    ]
    assert not may_somewhere(None, Action.ADVISE)
