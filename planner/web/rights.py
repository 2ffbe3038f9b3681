"""Who may: the table of rights, as one table. Decorators and templates ask it the same question."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the thing asked about."""

    HELPER = "helper"
    EDITOR = "editor"
    MANAGER = "manager"
    COORDINATOR = "coordinator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Action(StrEnum):
    """What a signed-in person may be allowed to do; registering needs no account."""

    READ_SUBMISSION = "read_submission"  # drafts and threads
    EDIT_EVENT = "edit_event"  # edit, import, submit, withdraw, change status
    ADVISE = "advise"  # regional opinion, internal note, request for changes
    APPROVE = "approve"  # approve and publish
    REJECT = "reject"  # reject, unpublish, feature, reopen
    COUNT_REGISTRANTS = "count_registrants"
    SEE_REGISTRANTS = "see_registrants"  # by name: see, export, write to
    CHECK_IN = "check_in"
    READ_TEAM = "read_team"  # who is in the organisation
    MANAGE_ORGANISATION = "manage_organisation"  # members of the lab, lab page
    PROPOSE_MEMBER = "propose_member"
    ADMINISTER = "administer"  # editions, themes, mail texts, grants, retention
    SEE_STATISTICS = "see_statistics"


class Reach(StrEnum):
    """How far a role's right goes."""

    LAB = "lab"
    REGION = "region"
    REGION_SUBMITTED = "region_submitted"
    REGION_DELEGATED = "region_delegated"
    ALL = "all"


_TEAM = {Role.EDITOR: Reach.LAB, Role.MANAGER: Reach.LAB}
_DITP = {Role.MODERATOR: Reach.ALL, Role.ADMIN: Reach.ALL}

RIGHTS: dict[Action, dict[Role, Reach]] = {
    Action.READ_SUBMISSION: {
        **_TEAM,
        Role.COORDINATOR: Reach.REGION_SUBMITTED,
        **_DITP,
    },
    Action.EDIT_EVENT: {**_TEAM, Role.COORDINATOR: Reach.REGION_SUBMITTED, **_DITP},
    Action.ADVISE: {Role.COORDINATOR: Reach.REGION_SUBMITTED, **_DITP},
    Action.APPROVE: {Role.COORDINATOR: Reach.REGION_DELEGATED, **_DITP},
    Action.REJECT: _DITP,
    Action.COUNT_REGISTRANTS: {**_TEAM, Role.COORDINATOR: Reach.REGION, **_DITP},
    Action.SEE_REGISTRANTS: _TEAM,
    Action.CHECK_IN: {
        Role.HELPER: Reach.LAB,
        **_TEAM,
        Role.COORDINATOR: Reach.REGION,
        **_DITP,
    },
    Action.READ_TEAM: {**_TEAM, Role.COORDINATOR: Reach.REGION, **_DITP},
    Action.MANAGE_ORGANISATION: {Role.MANAGER: Reach.LAB, **_DITP},
    Action.PROPOSE_MEMBER: {Role.COORDINATOR: Reach.REGION},
    Action.ADMINISTER: {Role.ADMIN: Reach.ALL},
    Action.SEE_STATISTICS: {**_TEAM, Role.COORDINATOR: Reach.REGION, **_DITP},
}


@dataclass(frozen=True)
class Scope:
    """What a right is asked about: whose it is, where, and how far it has come."""

    organisation_ids: frozenset[int] = frozenset()
    region_code: str | None = None
    is_submitted: bool = False
    is_delegated: bool = False


@dataclass(frozen=True)
class Actor:
    """The signed-in person, with the roles that hold today."""

    person_id: int
    full_name: str
    email: str
    memberships: dict[int, Role] = field(default_factory=dict)  # organisation id → helper, editor or manager
    regions: frozenset[str] = frozenset()  # codes of the regions coordinated
    is_moderator: bool = False
    is_admin: bool = False

    @property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset(self.memberships)

    @property
    def is_reviewer(self) -> bool:
        """Does the person have something to do on the review desk?"""
        return self.is_moderator or self.is_admin or bool(self.regions)


def may(actor: Actor | None, action: Action, scope: Scope) -> bool:
    """May this person do this, to this?"""
    if actor is None:
        return False
    return any(_reaches(actor, role, reach, scope) for role, reach in RIGHTS[action].items())


def may_somewhere(actor: Actor | None, action: Action) -> bool:
    """May this person do this to something: is there a desk to show?"""
    return actor is not None and any(_holds(actor, role) for role in RIGHTS[action])


def _reaches(actor: Actor, role: Role, reach: Reach, scope: Scope) -> bool:
    if reach is Reach.ALL:
        return _holds(actor, role)
    if reach is Reach.LAB:
        return any(actor.memberships.get(organisation_id) is role for organisation_id in scope.organisation_ids)
    if not _holds(actor, role) or scope.region_code not in actor.regions:
        return False
    if reach is Reach.REGION_SUBMITTED:
        return scope.is_submitted
    return reach is Reach.REGION or (scope.is_submitted and scope.is_delegated)


def _holds(actor: Actor, role: Role) -> bool:
    match role:
        case Role.ADMIN:
            return actor.is_admin
        case Role.MODERATOR:
            return actor.is_moderator
        case Role.COORDINATOR:
            return bool(actor.regions)
        case _:
            return role in actor.memberships.values()
