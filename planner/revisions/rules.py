"""What may change of a published event at once, what waits for a yes, and what may happen to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from planner.errors import RuleViolation
from planner.events.models import Event, EventMode, EventSession, EventStatus, SessionStatus
from planner.programmes import rules as composing
from planner.programmes.comparison import with_places_of
from planner.programmes.models import Revision
from planner.programmes.rules import Slot
from planner.web import edits
from planner.web.rights import Action, Actor, may

# The fields of a published event whose change waits for a yes, and why. Everything else changes at once.
NEEDS_A_YES = {
    "title": "la promesse faite au public",
    "summary": "la promesse faite au public, lue dans le programme",
    "mode": "où et comment l’on vient",
    "sessions": "quand l’on vient, et dans quelle salle ; leurs places changent aussitôt",
    "attendance": "à combien de dates l’on vient",
    "off_period_reason": "lue par l’équipe du Mois pour accepter une date en dehors de l’édition",
    **dict.fromkeys(composing.PLACE_FIELDS, "où l’on vient"),
    "is_joining_link_public": "ouvre la rencontre à toute personne qui lit la page",
    "audiences": "pour qui c’est",
    "is_reserved": "pour qui c’est",
}

# What goes with the mode: it waits with it, so that a page never shows places or a link of another mode.
_WITH_THE_MODE = frozenset({"sessions", "joining_link"})

# The verbs of the journal that move no state.
REVISE, WITHDRAW, ACCEPT, REFUSE = "revise", "withdraw_revision", "accept_revision", "refuse_revision"
CANCEL, CANCEL_SESSION, POSTPONE, RESCHEDULE, MOVE_ONLINE = (
    "cancel",
    "cancel_session",
    "postpone",
    "reschedule",
    "move_online",
)


class NotPublished(RuleViolation):
    message = "Seul un événement publié et encore prévu peut être modifié ou annulé ainsi."


class AlreadyCancelled(NotPublished):
    message = "L’événement est annulé, et l’on ne revient pas en arrière\u00a0: proposez-en un nouveau."


class NothingWaits(RuleViolation):
    message = "Aucune modification n’attend plus\u00a0: elle a été acceptée, refusée ou reprise entre-temps."


class RevisionChanged(RuleViolation):
    message = (
        "La modification ou l’événement a changé depuis que vous l’avez ouvert\u00a0: "
        "relisez les deux colonnes avant de décider."
    )


class OwnRevision(RuleViolation):
    message = "Vous avez écrit cette modification\u00a0: une autre personne doit l’accepter."


class NotYours(RuleViolation):
    message = "Cette décision ne vous revient pas pour cet événement."


class ReasonMissing(RuleViolation):
    message = "Dites pourquoi\u00a0: l’équipe lira ces mots."


class LastDate(RuleViolation):
    message = "C’est la seule date qui reste\u00a0: annulez plutôt l’événement entier."


class DateGone(RuleViolation):
    message = "Cette date est déjà passée ou annulée."


class DateMissing(RuleViolation):
    message = (
        "L’événement est reporté\u00a0: donnez la nouvelle date de chaque rencontre, "
        "ou annulez celle qui n’aura pas lieu."
    )


class AlreadyPostponed(RuleViolation):
    message = "L’événement est déjà reporté\u00a0: donnez les nouvelles dates dès que vous les connaissez."


class DateInThePast(RuleViolation):
    message = "La nouvelle date est déjà passée."


class AlreadyOnline(RuleViolation):
    message = "L’événement a déjà lieu en ligne, ou attend une nouvelle date\u00a0: donnez-la d’abord."


def check_published(event: Event) -> None:
    """Refuse what is not public, or is cancelled: that is never undone."""
    if event.status is EventStatus.CANCELLED:
        raise AlreadyCancelled
    if not composing.may_change_published(event):
        raise NotPublished


# ── What waits ──


@dataclass(frozen=True)
class Edit:
    """What was typed, parted: what changes at once, and what is wanted and waits."""

    at_once: dict[str, Any]
    waiting: dict[str, Any]


def part(public: Mapping[str, Any], typed: Mapping[str, Any]) -> Edit:
    """Part what was typed from what the public page has (both in the values of `programmes.rules.content`).

    What is typed as it is public already is neither: a wish that is no longer one. Of the dates that stand, the places
    change at once, the rest waits. With another mode, its dates and its link wait too.
    """
    different = {name: value for name, value in typed.items() if _said(name, value) != _said(name, public[name])}
    held = set(NEEDS_A_YES) | (_WITH_THE_MODE if "mode" in different else set())
    at_once = {name: value for name, value in different.items() if name not in held}
    waiting = {name: value for name, value in different.items() if name in held}
    if "sessions" in waiting and "mode" not in waiting:
        standing: list[Slot] = public["sessions"]
        with_places = with_places_of(standing, waiting["sessions"])
        if with_places != standing:
            at_once["sessions"] = with_places
        if [_shape(slot) for slot in standing] == [_shape(slot) for slot in waiting["sessions"]]:
            del waiting["sessions"]
    return Edit(at_once, waiting)


def _said(name: str, value: Any) -> Any:
    """What the value says: several answers are the same in another order, a line is the same with other spaces."""
    if isinstance(value, str) and name in NEEDS_A_YES:
        return " ".join(value.split())  # non-breaking spaces do not survive a form
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _shape(slot: Slot) -> Slot:
    """All of a date but its places."""
    return replace(slot, places_onsite=None, places_online=None)


def mark(event: Event, revision: Revision) -> str:
    """What a reviewer has read: the version of the event and the changes wanted, as one short word."""
    return f"{event.version}-{edits.mark(revision.changes)}"


def may_decide(event: Event, revision: Revision, actor: Actor) -> bool:
    """May this person accept or refuse it? Nobody accepts their own."""
    return may(actor, Action.APPROVE, event.scope) and revision.author_id != actor.person_id


def check_decision(event: Event, revision: Revision, actor: Actor, read: str) -> None:
    """Refuse what is not the person's to decide, their own revision, and another version than the one read."""
    if not may(actor, Action.APPROVE, event.scope):
        raise NotYours
    if revision.author_id == actor.person_id:
        raise OwnRevision
    check_published(event)
    if mark(event, revision) != read:
        raise RevisionChanged


def check_slots(event: Event, slots: Sequence[Slot]) -> None:
    """Refuse dates that are no longer there, and an event left without any."""
    standing = {session.id for session in event.sessions if session.status is SessionStatus.SCHEDULED}
    if any(slot.session_id is not None and slot.session_id not in standing for slot in slots):
        raise composing.SlotGone


# ── What happens ──


def may_move_online(event: Event) -> bool:
    """Is there something to move: a place where people come?"""
    is_dated = event.status is not EventStatus.POSTPONED
    return composing.may_change_published(event) and is_dated and event.mode is not EventMode.ONLINE


def coming(event: Event, now: datetime) -> list[EventSession]:
    """The dates that may still be moved or cancelled: not cancelled, not over; all of a postponed event."""
    return [session for session in event.sessions if is_coming(event, session, now)]


def is_coming(event: Event, session: EventSession, now: datetime) -> bool:
    """Does the date still stand, or wait for another one?"""
    if session.status is not SessionStatus.SCHEDULED:
        return False
    return event.status is EventStatus.POSTPONED or session.ends_at is None or session.ends_at > now
