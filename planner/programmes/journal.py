"""The only way an event changes state: the transition table is asked, and the line is written."""

from collections.abc import Mapping
from typing import Any

from planner import clock
from planner.db import db
from planner.events.models import Event, EventState
from planner.events.rules import Verb, next_state
from planner.programmes.models import EventLog
from planner.web.rights import Actor, Role, Scope


def move(event: Event, verb: Verb, actor: Actor | None, *, reason: str = "") -> None:
    """Move the event as the verb says and write its line; `WrongState` when the table refuses.

    `actor` is None when the schedule acts. The caller has locked the event's row and checked the right.
    """
    from_state = event.state
    event.state = next_state(verb, from_state)
    event.updated_at = clock.now()
    record(event, verb, actor, from_state=from_state, reason=reason)


def record(
    event: Event,
    verb: str,
    actor: Actor | None,
    *,
    from_state: EventState | None = None,
    difference: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one line of the event's journal: who, as what, from, to, difference (field → [old, new]), reason."""
    db.session.add(
        EventLog(
            event_id=event.id,
            verb=verb,
            person_id=actor.person_id if actor else None,
            role=role_towards(actor, event.scope) if actor else None,
            from_state=from_state,
            to_state=event.state,
            difference=dict(difference or {}),
            reason=reason,
        )
    )


def role_towards(actor: Actor, scope: Scope) -> Role | None:
    """As what the person acts on this: the lab's own role first, then the region's, then DITP's."""
    own = [actor.memberships[key] for key in scope.organisation_ids if key in actor.memberships]
    if own:
        return own[0]
    if scope.region_code in actor.regions:
        return Role.COORDINATOR
    if actor.is_moderator:
        return Role.MODERATOR
    return Role.ADMIN if actor.is_admin else None
