"""Decisions on a submission: who may, on which version, what is written and owed, and two reviewers at once."""

from collections.abc import Callable

import pytest

from planner.accounts.models import GrantRole, Person
from planner.db import db
from planner.directory.models import MembershipRole
from planner.events.models import Event, EventState
from planner.events.rules import StaleVersion, WrongState
from planner.mail.models import Message
from planner.programmes.models import ChangeReason, Comment, CommentKind, EventLog
from planner.registrations.models import Reminder
from planner.review import messages, queries, rules, services
from planner.review.models import OpinionVerdict, RegionalOpinion
from planner.web.rights import Actor
from tests.factories import EventSessionFactory, GrantFactory, MembershipFactory, PersonFactory, SubmittedFactory

REQUEST = {"reason": ChangeReason.INCOMPLETE, "text": "Précisez le lieu.", "fields": ["venue"]}


def reviewer(role: GrantRole = GrantRole.MODERATOR, region_code: str | None = None) -> Actor:
    person: Person = GrantFactory(role=role, region_code=region_code).person
    regions = frozenset({region_code} if region_code else ())
    return Actor(person.id, person.full_name, person.email, regions=regions, is_moderator=role is GrantRole.MODERATOR)


def journal(event: Event) -> list[tuple[str, str | None, str | None, str]]:
    lines = db.session.query(EventLog).filter_by(event_id=event.id).order_by(EventLog.id)
    return [(line.verb, line.from_state, line.to_state, line.reason) for line in lines]


pytestmark = pytest.mark.usefixtures("context")

VERBS: dict[str, tuple[Callable[[Event, Actor], object], set[EventState], EventState]] = {
    "start": (services.start, {EventState.SUBMITTED}, EventState.UNDER_REVIEW),
    "ask_changes": (
        lambda event, actor: services.ask_changes(event, actor, version=event.version, **REQUEST),
        {EventState.SUBMITTED, EventState.UNDER_REVIEW},
        EventState.CHANGES_REQUESTED,
    ),
    "approve": (
        lambda event, actor: services.approve(event, actor, version=event.version),
        {EventState.SUBMITTED, EventState.UNDER_REVIEW},
        EventState.APPROVED,
    ),
    "reject": (
        lambda event, actor: services.reject(event, actor, version=event.version, reason="Hors sujet."),
        {EventState.SUBMITTED, EventState.UNDER_REVIEW},
        EventState.REJECTED,
    ),
    "publish": (
        lambda event, actor: services.publish(event, actor, version=event.version),
        {EventState.APPROVED},
        EventState.PUBLISHED,
    ),
    "unpublish": (
        lambda event, actor: services.unpublish(event, actor, version=event.version, reason="Doublon."),
        {EventState.PUBLISHED},
        EventState.APPROVED,
    ),
    "reopen": (services.reopen, {EventState.REJECTED}, EventState.UNDER_REVIEW),
}


@pytest.mark.parametrize("state", list(EventState))
@pytest.mark.parametrize("verb", list(VERBS))
def test_a_verb_leads_where_the_table_says_or_is_refused(verb: str, state: EventState):
    act, origins, target = VERBS[verb]
    event = SubmittedFactory(state=state, published_at=SubmittedFactory().submitted_at)
    if state in origins:
        act(event, reviewer())
        assert event.state is target
        assert [line[:3] for line in journal(event)] == [(verb, state, target)]
    else:
        with pytest.raises(WrongState):
            act(event, reviewer())
        assert (event.state, journal(event)) == (state, [])


@pytest.mark.parametrize("verb", ["start", "ask_changes", "approve", "reject"])
@pytest.mark.parametrize("part", ["author_id", "submitter_id"])
def test_nobody_decides_on_what_they_wrote_or_submitted(verb: str, part: str):
    actor = reviewer()
    event = SubmittedFactory(**{part: actor.person_id})
    with pytest.raises(rules.OwnSubmission):
        VERBS[verb][0](event, actor)


def test_the_version_read_is_the_version_decided():
    event = SubmittedFactory(version=3)
    for decide in (
        lambda: services.approve(event, reviewer(), version=2),
        lambda: services.reject(event, reviewer(), version=2, reason="Non."),
        lambda: services.ask_changes(event, reviewer(), version=2, **REQUEST),
        lambda: services.approve_and_publish(event, reviewer(), version=2),
    ):
        with pytest.raises(StaleVersion):
            decide()
    assert event.state is EventState.SUBMITTED
    services.approve(event, reviewer(), version=3)
    assert event.state is EventState.APPROVED


def test_a_rejection_needs_a_reason():
    event = SubmittedFactory()
    with pytest.raises(rules.ReasonMissing):
        services.reject(event, reviewer(), version=event.version, reason="  ")


def test_a_request_for_changes_reaches_the_author_and_the_lab_s_editors():
    author = PersonFactory()
    event = SubmittedFactory(author_id=author.id)
    editor = MembershipFactory(organisation=event.organisation, role=MembershipRole.EDITOR).person
    MembershipFactory(organisation=event.organisation, role=MembershipRole.HELPER)
    MembershipFactory()
    actor = reviewer()

    comment = services.ask_changes(event, actor, version=event.version, **REQUEST)

    owed = db.session.query(Message).order_by(Message.person_id)
    assert [(row.kind, row.subject_id, row.person_id) for row in owed] == [
        ("review.changes_requested", comment.id, author.id),
        ("review.changes_requested", comment.id, editor.id),
    ]
    email = messages.changes_requested(comment.id, editor.id)
    assert email.to == editor.email
    assert email.context["text"] == "Précisez le lieu."
    address = f"https://agenda.example/espace-lab/evenements/{event.slug}/modifier/dates-et-lieu#venue"
    assert email.context["fields"] == [("Nom du lieu", address)]
    assert event.reviewer_id == actor.person_id


def test_a_mail_about_a_decision_that_was_overtaken_is_not_written():
    event = SubmittedFactory(author_id=PersonFactory().id)
    comment = services.ask_changes(event, reviewer(), version=event.version, **REQUEST)
    event.state = EventState.SUBMITTED
    assert messages.changes_requested(comment.id, event.author_id) is None
    assert messages.published(event.id, event.author_id) is None
    assert messages.rejected(event.id, event.author_id) is None


def test_publishing_plans_the_reminders_and_owes_one_mail_to_each():
    event = SubmittedFactory(author_id=PersonFactory().id)
    session = EventSessionFactory(event=event)
    services.approve_and_publish(event, reviewer(), version=event.version)
    assert event.published_at is not None
    assert db.session.query(Reminder).filter_by(event_session_id=session.id).count() == 2
    assert [row.kind for row in db.session.query(Message)] == ["review.published"]
    assert [line[0] for line in journal(event)] == ["approve", "publish"]


def test_the_region_s_opinion_advises_and_is_replaced():
    event = SubmittedFactory()
    actor = reviewer(GrantRole.COORDINATOR, "84")
    services.advise(event, actor, OpinionVerdict.RESERVED, "À voir.")
    services.advise(event, actor, OpinionVerdict.FAVOURABLE, "")
    assert [row.verdict for row in db.session.query(RegionalOpinion)] == [OpinionVerdict.FAVOURABLE]
    assert event.state is EventState.SUBMITTED
    with pytest.raises(rules.NotYourRegion):
        services.advise(event, reviewer(), OpinionVerdict.AGAINST, "")


def test_notes_are_for_reviewers_only():
    event = SubmittedFactory()
    services.note(event, reviewer(), "À rapprocher d’un autre atelier.")
    db.session.flush()
    assert [comment.kind for comment in db.session.query(Comment)] == [CommentKind.INTERNAL]
    assert db.session.query(Message).count() == 0


def test_the_next_of_the_queue_is_the_following_one_then_the_first():
    first, second, third = (SubmittedFactory() for _ in range(3))
    actor = reviewer()
    assert [queries.next_in_queue(actor, event).id for event in (first, second, third)] == [
        second.id,
        third.id,
        first.id,
    ]


def test_a_coordinator_s_queue_holds_the_own_region():
    own = SubmittedFactory()
    SubmittedFactory(organisation=own.organisation, region=None)
    actor = reviewer(GrantRole.COORDINATOR, "84")
    foreign = Actor(0, "", "", regions=frozenset({"04"}))
    assert queries.queue(actor, queries.QueueFilter(), 1).total == 2
    assert queries.queue(foreign, queries.QueueFilter(), 1).total == 0
    assert queries.queue(Actor(0, "", ""), queries.QueueFilter(), 1).total == 0


def test_remarks_point_at_what_is_odd():
    session = EventSessionFactory(event=SubmittedFactory(venue="", is_reserved=True), places_onsite=None)
    found = rules.remarks(session.event, session.day)
    assert [remark.field for remark in found] == ["venue", "sessions", "accessibility", "is_reserved"]
