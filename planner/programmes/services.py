"""What a lab does with its November: compose, submit, take back, withdraw, delete. Nothing commits."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete as erase
from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.directory.models import Organisation
from planner.editions.models import Edition
from planner.events import services as events
from planner.events.models import Event, EventState, EventStatus
from planner.events.rules import EDITABLE, Verb, WrongState, missing_for_submission
from planner.images.models import Image
from planner.mail import outbox
from planner.programmes import journal, queries, rules
from planner.programmes.merging import merge
from planner.programmes.models import Programme, Revision, RevisionStatus
from planner.programmes.setters import apply
from planner.registrations import services as registrations
from planner.text import slugify
from planner.web import edits
from planner.web.rights import Actor

EDIT, DELETE, IMPORT = "edit", "delete", "import"  # lines of the journal that move no state
UNUSED_IMAGES_STAY = timedelta(days=1)


# ── Composing ──


def create(
    organisation: Organisation, edition: Edition | None, values: Mapping[str, Any], actor: Actor | None
) -> Event:
    """A draft of the organisation with these values, in its programme for the edition; by nobody for a program."""
    event = Event(
        slug=events.new_slug(values.get("title", "")),
        organisation=organisation,
        edition=edition,
        programme_id=programme_of(organisation, edition).id if edition else None,
        author_id=actor.person_id if actor else None,
        state=EventState.DRAFT,
    )
    db.session.add(event)
    db.session.flush()  # its defaults are there
    apply(event, values)
    events.index_text(event)
    journal.record(event, Verb.CREATE, actor)
    return event


def save(event: Event, values: Mapping[str, Any], actor: Actor, *, read: str) -> list[str]:
    """Keep what was typed, even incomplete; after a submission the difference goes to the journal.

    `read` is the fingerprint of these fields when the person opened them. What only somebody else has changed since is
    kept as they left it, and these fields are given back; `EditedMeanwhile` when both changed the same ones.
    `WrongState` when the event is no longer in the hands of its lab.
    """
    event = queries.locked_event(event.id)
    if event.state not in EDITABLE:
        raise WrongState
    return _write(event, values, actor, read=read, is_logged=event.submitted_at is not None)


def save_imported(event: Event, values: Mapping[str, Any], actor: Actor | None) -> Event:
    """Write the values of a lab's own file over those of the event, and the difference to the journal.

    `WrongState` when the event is no longer in the hands of its lab.
    """
    event = queries.locked_event(event.id)
    if event.state not in EDITABLE:
        raise WrongState
    read = rules.fingerprint(rules.content(event, values))
    _write(event, values, actor, read=read, is_logged=True, verb=IMPORT)
    return event


def _write(
    event: Event, values: Mapping[str, Any], actor: Actor | None, *, read: str, is_logged: bool, verb: str = EDIT
) -> list[str]:
    """Set these fields, or leave what only others changed; gives the fields so left."""
    before = rules.content(event, values)
    merged = merge(read, before, values)
    if merged.conflicts:
        raise edits.EditedMeanwhile
    apply(event, merged.values)
    difference = edits.difference(before, rules.content(event, values))
    if difference:
        events.touch(event)
    if difference and is_logged:
        journal.record(event, verb, actor, difference=difference)
    return merged.taken


# ── Submitting ──


def programme_of(organisation: Organisation, edition: Edition) -> Programme:
    """The programme of the organisation for the edition, made the first time it is asked for."""
    row = insert(Programme).values(
        organisation_id=organisation.id, edition_id=edition.id, introduction="", created_at=clock.now()
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=[Programme.organisation_id, Programme.edition_id]))
    programme = queries.programme(organisation.id, edition.id)
    if programme is None:
        raise LookupError(f"organisation {organisation.id} has no programme for edition {edition.id}")
    return programme


def introduce(organisation: Organisation, edition: Edition, introduction: str) -> Programme:
    """Give the programme of the organisation its introduction."""
    programme = programme_of(organisation, edition)
    programme.introduction = introduction
    return programme


def submit(event: Event, actor: Actor) -> Event:
    """Submit the event: it waits for a reviewer, and its author and its lab get a receipt.

    Refuses with `Incomplete` and the list, `WindowNotOpen` or `WindowClosed`, `WrongState`.
    """
    event = queries.locked_event(event.id)
    if event.state not in EDITABLE:
        raise WrongState
    rules.check_complete(event)
    rules.check_window(event, actor, clock.now())
    _submit(event, actor, clock.now())
    for kind in ("programmes.submitted", "programmes.submitted_lab"):
        outbox.enqueue(kind, event.id, key=f"{kind}:{event.id}:{event.version}", event_id=event.id)
    return event


def submit_programme(
    organisation: Organisation, edition: Edition, actor: Actor, slugs: Collection[str] | None = None
) -> list[Event]:
    """Submit every draft that is complete, with one receipt for all; gives them. What is not ready stays a draft.

    With `slugs`, only those at these addresses.

    What is to be corrected is not among them: each answer to a reviewer is submitted by itself.
    """
    now = clock.now()
    drafts = queries.drafts(organisation.id, edition.id)
    chosen = [event for event in drafts if slugs is None or event.slug in slugs]
    ready = [event for event in chosen if not missing_for_submission(event)]
    if not ready:
        raise rules.NothingReady
    for event in ready:
        rules.check_window(event, actor, now)
        _submit(event, actor, now)
    programme = programme_of(organisation, edition)
    for kind in ("programmes.programme_submitted", "programmes.programme_submitted_lab"):
        outbox.enqueue(kind, programme.id, key=f"{kind}:{programme.id}:{now.isoformat()}")
    return ready


def _submit(event: Event, actor: Actor, now: datetime) -> None:
    if not queries.was_submitted(event.id):
        _settle_slug(event)
    if event.edition and event.programme_id is None:
        event.programme_id = programme_of(event.organisation, event.edition).id
    event.submitted_at, event.submitter_id = now, actor.person_id
    events.touch(event)  # each submission is a version: the one that is read is the one approved
    journal.move(event, Verb.SUBMIT, actor)


def _settle_slug(event: Event) -> None:
    """The public address follows the title that was settled on; nobody outside of the lab knew the former one."""
    words = slugify(event.title)
    if words and not event.slug.startswith(words):
        event.slug = events.new_slug(event.title)


# ── Going back ──


def take_back(event: Event, actor: Actor) -> Event:
    """A submitted event that nobody has begun to review is a draft again."""
    event = queries.locked_event(event.id)
    journal.move(event, Verb.TAKE_BACK, actor)
    event.submitted_at = event.submitter_id = None
    return event


def withdraw(event: Event, actor: Actor, reason: str = "") -> Event:
    """Take the event off the programme. Whoever reviews it is told; so is whoever registered while it was public."""
    event = queries.locked_event(event.id)
    if not rules.may_withdraw(event):
        raise WrongState
    journal.move(event, Verb.WITHDRAW, actor, reason=reason)
    if event.published_at is not None:
        event.status, event.status_text = EventStatus.CANCELLED, reason
        registrations.cancel_for_event(event)
    if event.reviewer_id is not None:
        key = f"programmes.withdrawn:{event.id}:{event.version}"
        outbox.enqueue("programmes.withdrawn", event.id, key=key, event_id=event.id)
    return event


def delete(event: Event, actor: Actor) -> None:
    """Delete a draft; its journal stays."""
    event = queries.locked_event(event.id)
    if event.state is not EventState.DRAFT:
        raise rules.NotADraft
    journal.record(event, DELETE, actor, from_state=event.state)
    db.session.delete(event)


# ── Pictures ──


def erase_unused_images() -> int:
    """Erase the pictures that no event nor revision shows; gives how many.

    One chosen less than a day ago may be on a page that is still being filled in. They are held before they are asked
    about: an event that takes one at this moment is waited for, and seen.
    """
    old = select(Image.id).where(Image.created_at < clock.now() - UNUSED_IMAGES_STAY)
    shown = exists().where(Event.image_id == Image.id)
    wanted = exists().where(Revision.status == RevisionStatus.PENDING, Revision.changes["image"].astext == Image.digest)
    held = db.session.scalars(old.where(~shown, ~wanted).order_by(Image.id).with_for_update()).all()
    erased = erase(Image).where(Image.id.in_(held), ~shown, ~wanted).returning(Image.id)
    return len(db.session.scalars(erased, execution_options={"synchronize_session": False}).all())
