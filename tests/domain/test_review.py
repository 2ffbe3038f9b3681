"""Decisions on a submission: who may, on which version, what is written and owed; what a reviewer is shown."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from planner import clock
from planner.accounts.models import GrantRole
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events import services as calendar
from planner.events.models import Accessibility, Event, EventMode, EventState, RegistrationKind
from planner.events.rules import TRANSITIONS, StaleVersion, Verb, WrongState
from planner.mail import mime, registry
from planner.mail.models import Message
from planner.programmes import queries as programmes
from planner.programmes.models import ChangeReason, Comment, CommentKind, EventLog
from planner.registrations.models import Reminder
from planner.review import messages, queries, rules, services
from planner.review.models import OpinionVerdict, RegionalOpinion
from planner.review.queries import QueueSearch, Tie
from planner.web.rights import Actor, Role
from tests.factories import (
    EditionFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReunionFactory,
    SubmittedFactory,
)

pytestmark = pytest.mark.usefixtures("context")

CHANGES = {"reason": ChangeReason.INCOMPLETE, "text": "Précisez le lieu.", "fields": ["venue", "title"]}


def moderator() -> Actor:
    person = GrantFactory().person
    return Actor(person.id, person.full_name, person.email, is_moderator=True)


def coordinator(region_code: str = "84") -> Actor:
    person = GrantFactory(role=GrantRole.COORDINATOR, region_code=region_code).person
    return Actor(person.id, person.full_name, person.email, regions=frozenset({region_code}))


def editor_of(event: Event) -> Actor:
    person = MembershipFactory(organisation=event.organisation).person
    return Actor(person.id, person.full_name, person.email, memberships={event.organisation_id: Role.EDITOR})


def journal(event: Event) -> list[tuple[str, int | None, Role | None, str | None, str | None, str]]:
    lines = db.session.query(EventLog).filter_by(event_id=event.id).order_by(EventLog.id)
    return [(line.verb, line.person_id, line.role, line.from_state, line.to_state, line.reason) for line in lines]


def comments(event: Event) -> list[tuple[CommentKind, str]]:
    rows = db.session.query(Comment).filter_by(event_id=event.id).order_by(Comment.id)
    return [(comment.kind, comment.text) for comment in rows]


def owed() -> list[tuple[str, int, int | None]]:
    rows = db.session.query(Message).order_by(Message.id)
    return [(message.kind, message.subject_id, message.person_id) for message in rows]


DECISIONS: dict[Verb, Callable[[Event, Actor, int], object]] = {
    Verb.START: lambda event, actor, version: services.start(event, actor, version=version),
    Verb.ASK_CHANGES: lambda event, actor, version: services.ask_changes(event, actor, version=version, **CHANGES),
    Verb.APPROVE: lambda event, actor, version: services.approve(event, actor, version=version),
    Verb.PUBLISH: lambda event, actor, version: services.publish(event, actor, version=version),
    Verb.REJECT: lambda event, actor, version: services.reject(event, actor, version=version, reason="Hors sujet."),
    Verb.UNPUBLISH: lambda event, actor, version: services.unpublish(event, actor, version=version, reason="Doublon."),
    Verb.REOPEN: lambda event, actor, version: services.reopen(event, actor, version=version),
}
REASONS = {
    Verb.ASK_CHANGES: "Incomplet. Précisez le lieu.",
    Verb.REJECT: "Hors sujet.",
    Verb.UNPUBLISH: "Doublon.",
}
BEFORE = {
    Verb.START: EventState.SUBMITTED,
    Verb.ASK_CHANGES: EventState.UNDER_REVIEW,
    Verb.APPROVE: EventState.UNDER_REVIEW,
    Verb.PUBLISH: EventState.APPROVED,
    Verb.REJECT: EventState.UNDER_REVIEW,
    Verb.UNPUBLISH: EventState.PUBLISHED,
    Verb.REOPEN: EventState.REJECTED,
}


def event_before(verb: Verb, **values: object) -> Event:
    """An event that this decision can be about."""
    state = BEFORE[verb]
    published_at = clock.now() if state is EventState.PUBLISHED else None
    return SubmittedFactory(state=state, published_at=published_at, **values)


# ── The transition table, the version, the rights ──


@pytest.mark.parametrize("state", list(EventState))
@pytest.mark.parametrize("verb", list(DECISIONS))
def test_a_decision_leads_where_the_table_says_or_is_refused(verb: Verb, state: EventState):
    event = SubmittedFactory(state=state, published_at=clock.now())
    actor = moderator()
    origins, target = TRANSITIONS[verb]
    if state in origins:
        DECISIONS[verb](event, actor, event.version)
        assert (event.state, event.reviewer_id) == (target, actor.person_id)
        assert journal(event) == [(verb, actor.person_id, Role.MODERATOR, state, target, REASONS.get(verb, ""))]
        return
    with pytest.raises(WrongState):
        DECISIONS[verb](event, actor, event.version)
    assert (event.state, event.reviewer_id, journal(event), comments(event)) == (state, None, [], [])
    assert owed() == []


@pytest.mark.parametrize("verb", list(DECISIONS))
def test_the_version_read_is_the_version_decided_upon(verb: Verb):
    event = event_before(verb, version=3)
    for version in (2, 4):
        with pytest.raises(StaleVersion):
            DECISIONS[verb](event, moderator(), version)
    assert event.state is BEFORE[verb]


def test_the_refusal_says_what_the_event_has_become():
    event = SubmittedFactory()
    services.ask_changes(event, moderator(), version=1, **CHANGES)
    with pytest.raises(rules.Moved) as refusal:
        services.approve(event, moderator(), version=1)
    said = "L’événement a changé d’état entre-temps\u00a0: il est maintenant «\u00a0À corriger\u00a0»."
    assert refusal.value.message == said


@pytest.mark.parametrize("is_delegated", [False, True])
@pytest.mark.parametrize("verb", list(DECISIONS))
def test_who_may_decide(verb: Verb, is_delegated: bool):  # noqa: FBT001 -- pytest gives it
    EditionFactory().is_review_delegated = is_delegated
    by_region = {Verb.ASK_CHANGES} | ({Verb.START, Verb.APPROVE, Verb.PUBLISH} if is_delegated else set())
    ReunionFactory()
    people = {
        "nobody": lambda _event: Actor(PersonFactory().id, "", ""),
        "editor": editor_of,
        "coordinator": lambda _event: coordinator(),
        "foreign coordinator": lambda _event: coordinator("04"),
        "moderator": lambda _event: moderator(),
        "admin": lambda _event: Actor(PersonFactory().id, "", "", is_admin=True),
    }
    may = set()
    for name, person in people.items():
        event = event_before(verb)
        actor = person(event)
        assert (verb in rules.possible(event, actor)) == (verb in by_region or name in {"moderator", "admin"}) & (
            name in {"coordinator", "moderator", "admin"}
        )
        try:
            DECISIONS[verb](event, actor, event.version)
        except rules.NotYourDecision:
            assert (event.state, journal(event)) == (BEFORE[verb], [])
        else:
            may.add(name)
    assert may == {"moderator", "admin"} | ({"coordinator"} if verb in by_region else set())


@pytest.mark.parametrize("part", ["author_id", "submitter_id"])
def test_nobody_approves_what_they_wrote_or_submitted(part: str):
    actor = moderator()
    event = SubmittedFactory(**{part: actor.person_id})
    for approve in (services.approve, services.approve_and_publish):
        with pytest.raises(rules.OwnSubmission):
            approve(event, actor, version=event.version)
    assert event.state is EventState.SUBMITTED
    assert rules.possible(event, actor) == {Verb.START, Verb.ASK_CHANGES, Verb.REJECT}
    services.approve(event, moderator(), version=event.version)
    assert event.state is EventState.APPROVED


@pytest.mark.parametrize("verb", sorted(REASONS))
def test_a_decision_that_concerns_others_says_why(verb: Verb):
    event = event_before(verb)
    words = {"text": " \n"} if verb is Verb.ASK_CHANGES else {"reason": " \n"}
    given = CHANGES | words if verb is Verb.ASK_CHANGES else words
    with pytest.raises(rules.ReasonMissing):
        getattr(services, verb)(event, moderator(), version=event.version, **given)
    assert (event.state, journal(event)) == (BEFORE[verb], [])


# ── What is written and owed ──


@pytest.fixture
def lab() -> Organisation:
    """A lab with people of each kind, of whom some have left."""
    lab = OrganisationFactory()
    for role in MembershipRole:
        MembershipFactory(organisation=lab, role=role, person__email=f"{role}@example.org")
    today = clock.now().date()
    MembershipFactory(organisation=lab, starts_on=today - timedelta(30), ends_on=today - timedelta(1))
    MembershipFactory(organisation=lab, starts_on=today + timedelta(1))
    MembershipFactory()
    GrantFactory(role=GrantRole.COORDINATOR, region_code="84", person__email="coordinator@example.org")
    return lab


def addresses(kind: str) -> list[str]:
    return [queries.person(person_id or 0).email for found, _, person_id in owed() if found == kind]


def test_who_has_to_do_with_an_event(lab: Organisation):
    author = PersonFactory(email="author@example.org")
    event = SubmittedFactory(organisation=lab, author_id=author.id)
    ties = {queries.person(person_id).email: tie for person_id, tie in queries.concerned(event).items()}
    assert ties == {
        "coordinator@example.org": Tie.REGION,
        "manager@example.org": Tie.TEAM,
        "editor@example.org": Tie.TEAM,
        "author@example.org": Tie.AUTHOR,
    }


def test_a_request_for_changes_reaches_its_author_and_its_lab_s_editors_each_once(lab: Organisation):
    author = PersonFactory(email="author@example.org")
    event = SubmittedFactory(organisation=lab, author_id=author.id)

    comment = services.ask_changes(event, moderator(), version=1, **CHANGES | {"fields": ["venue", "unknown"]})

    assert (comment.kind, comment.reason, comment.text, comment.fields) == (
        CommentKind.TO_AUTHOR,
        ChangeReason.INCOMPLETE,
        "Précisez le lieu.",
        ["venue"],
    )
    assert {subject_id for _, subject_id, _ in owed()} == {comment.id}
    told = addresses("review.changes_requested")
    assert sorted(told) == ["author@example.org", "editor@example.org", "manager@example.org"]


def test_each_decision_tells_those_of_the_table(lab: Organisation):
    author = PersonFactory(email="author@example.org")
    everybody = ["author@example.org", "coordinator@example.org", "editor@example.org", "manager@example.org"]
    told = {}
    for verb, decide in DECISIONS.items():
        decide(event_before(verb, organisation=lab, author_id=author.id), moderator(), 1)
        told[verb] = sorted(queries.person(person_id or 0).email for _, _, person_id in owed())
        db.session.query(Message).delete()
    assert told == {
        Verb.START: [],
        Verb.ASK_CHANGES: ["author@example.org", "editor@example.org", "manager@example.org"],
        Verb.APPROVE: ["author@example.org"],
        Verb.PUBLISH: ["author@example.org"],
        Verb.REJECT: everybody,
        Verb.UNPUBLISH: ["author@example.org"],
        Verb.REOPEN: ["author@example.org"],
    }


def test_without_author_its_team_is_told(lab: Organisation):
    event = SubmittedFactory(organisation=lab)
    services.approve(event, moderator(), version=1)
    assert sorted(addresses("review.approved")) == ["editor@example.org", "manager@example.org"]


def test_a_decision_taken_twice_is_told_twice():
    event = SubmittedFactory(author_id=PersonFactory().id)
    services.reject(event, moderator(), version=1, reason="Hors sujet.")
    services.reopen(event, moderator(), version=1)
    services.reject(event, moderator(), version=1, reason="Toujours hors sujet.")
    assert [kind for kind, _, _ in owed()] == ["review.rejected", "review.reopened", "review.rejected"]
    mail = messages.rejected(event.id, event.author_id or 0)
    assert mail is not None
    assert mail.context["reason"] == "Toujours hors sujet."


def test_what_was_decided_against_the_lab_is_in_its_thread():
    for verb in (Verb.REJECT, Verb.UNPUBLISH):
        event = event_before(verb)
        DECISIONS[verb](event, moderator(), 1)
        assert comments(event) == [(CommentKind.TO_AUTHOR, REASONS[verb])]


def test_a_former_refusal_is_not_a_correction_to_make():
    event = SubmittedFactory()
    services.reject(event, moderator(), version=1, reason="Hors sujet.")
    services.reopen(event, moderator(), version=1)
    comment = services.ask_changes(event, moderator(), version=1, **CHANGES)
    assert programmes.requests(event) == [comment]


def test_publishing_puts_it_in_the_calendar_and_plans_its_reminders():
    event = event_before(Verb.PUBLISH, author_id=PersonFactory().id)
    session = EventSessionFactory(event=event)
    services.publish(event, moderator(), version=1)
    assert event.version == 1
    assert event.published_at is not None
    assert timedelta() <= clock.now() - event.published_at < timedelta(minutes=1)
    assert db.session.query(Reminder).filter_by(event_session_id=session.id).count() == 2
    assert [kind for kind, _, _ in owed()] == ["review.published"]


def test_validating_and_publishing_at_once_owes_one_mail():
    event = SubmittedFactory(author_id=PersonFactory().id)
    services.approve_and_publish(event, moderator(), version=1)
    assert event.state is EventState.PUBLISHED
    assert [line[0] for line in journal(event)] == [Verb.APPROVE, Verb.PUBLISH]
    assert [kind for kind, _, _ in owed()] == ["review.published"]


def test_an_event_published_again_says_since_when(time):
    event = SubmittedFactory()
    services.approve_and_publish(event, moderator(), version=1)
    services.unpublish(event, moderator(), version=1, reason="Doublon.")
    first = event.published_at
    time.shift(3600)
    services.publish(event, moderator(), version=1)
    assert event.published_at is not None
    assert first is not None
    assert event.published_at - first >= timedelta(hours=1)


# ── The words of the mails ──


def test_the_request_for_changes_leads_to_each_field():
    event = SubmittedFactory()
    editor = editor_of(event)
    comment = services.ask_changes(event, moderator(), version=1, **CHANGES)
    mail = messages.changes_requested(comment.id, editor.person_id)
    assert mail is not None
    steps = f"https://agenda.example/espace-lab/evenements/{event.slug}/modifier"
    assert (mail.to, mail.subject) == (editor.email, f"À corriger\u00a0: {event.title}")
    assert mail.context["fields"] == [
        ("Nom du lieu", f"{steps}/dates-et-lieu#venue"),
        ("Titre", f"{steps}/presentation#title"),
    ]
    words = mime.render("review.changes_requested", mail).plain
    assert "Pourquoi : incomplet." in words
    assert "Précisez le lieu." in words
    assert f"vous êtes de l’équipe de {event.organisation.name}" in " ".join(words.split())


def test_the_approval_says_when_it_will_be_public(time):
    event = SubmittedFactory(author_id=PersonFactory().id)
    services.approve(event, moderator(), version=1)
    mail = messages.approved(event.id, event.author_id or 0)
    assert mail is not None
    assert mail.context["publication"] == "au plus tard à l’ouverture du Mois, le lundi 2 novembre 2026"
    time.move_to("2026-11-02T08:00:00Z")
    mail = messages.approved(event.id, event.author_id or 0)
    assert mail is not None
    assert mail.context["publication"] == "dans les prochains jours"


def test_the_publication_gives_the_addresses_to_share():
    event = SubmittedFactory(author_id=PersonFactory().id)
    services.approve_and_publish(event, moderator(), version=1)
    mail = messages.published(event.id, event.author_id or 0)
    assert mail is not None
    assert mail.context["public_link"] == f"https://agenda.example/evenements/{event.slug}"
    assert mail.context["calendar_link"] == f"https://agenda.example/evenements/{event.slug}.ics"


def test_a_coordinator_reads_the_refusal_on_the_review_desk():
    event, actor = SubmittedFactory(), coordinator()
    services.reject(event, moderator(), version=1, reason="Hors sujet.")
    mail = messages.rejected(event.id, actor.person_id)
    assert mail is not None
    assert mail.context["desk_link"] == f"https://agenda.example/instruction/evenements/{event.slug}"
    assert "vous coordonnez la région de cet événement" in " ".join(mime.render("review.rejected", mail).plain.split())


KINDS = {
    "review.changes_requested": (Verb.ASK_CHANGES, EventState.SUBMITTED),
    "review.approved": (Verb.APPROVE, EventState.PUBLISHED),
    "review.published": (Verb.PUBLISH, EventState.APPROVED),
    "review.rejected": (Verb.REJECT, EventState.UNDER_REVIEW),
    "review.unpublished": (Verb.UNPUBLISH, EventState.PUBLISHED),
    "review.reopened": (Verb.REOPEN, EventState.REJECTED),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_mail_is_written_while_it_is_true_and_to_those_it_concerns(kind: str):
    verb, next_state = KINDS[kind]
    event = event_before(verb, author_id=PersonFactory().id)
    EventSessionFactory(event=event)
    DECISIONS[verb](event, moderator(), 1)
    ((found, subject_id, person_id),) = owed()
    assert (found, person_id) == (kind, event.author_id)

    mail = registry.write(kind, subject_id, person_id)
    assert mail is not None
    texts = mime.render(kind, mail)
    for words in (texts.plain, texts.html):
        assert event.title in words
        assert "jeudi 12 novembre 2026" in " ".join(words.replace("\u00a0", " ").split())
    if reason := REASONS.get(verb):
        assert reason.removeprefix("Incomplet. ") in texts.html

    assert registry.write(kind, subject_id, PersonFactory().id) is None
    event.published_at, event.state = clock.now(), next_state
    db.session.flush()
    assert registry.write(kind, subject_id, person_id) is None


# ── Opinion and notes ──


def opinions(event: Event) -> list[tuple[str, OpinionVerdict, str]]:
    rows = db.session.query(RegionalOpinion).filter_by(event_id=event.id)
    return [(row.region_code, row.verdict, row.text) for row in rows]


@pytest.mark.parametrize("state", [EventState.SUBMITTED, EventState.UNDER_REVIEW])
def test_the_region_gives_its_opinion_and_may_change_it(state: EventState):
    event, actor = SubmittedFactory(state=state), coordinator()
    services.advise(event, actor, verdict=OpinionVerdict.RESERVED, text="À voir.")
    services.advise(event, actor, verdict=OpinionVerdict.FAVOURABLE, text="")
    assert opinions(event) == [("84", OpinionVerdict.FAVOURABLE, "")]
    assert event.state is state
    assert journal(event) == [
        ("opinion", actor.person_id, Role.COORDINATOR, state, state, "Réservé. À voir."),
        ("opinion", actor.person_id, Role.COORDINATOR, state, state, "Favorable."),
    ]


def test_the_opinion_is_the_region_s():
    ReunionFactory()
    event = SubmittedFactory()
    for actor in (moderator(), coordinator("04")):
        assert not rules.may_give_opinion(event, actor)
        with pytest.raises(rules.NotYourRegion):
            services.advise(event, actor, verdict=OpinionVerdict.FAVOURABLE, text="")
    assert rules.may_give_opinion(event, coordinator())


def test_the_opinion_on_an_event_online_is_that_of_its_lab_s_region():
    event = SubmittedFactory(region=None, mode=EventMode.ONLINE)
    services.advise(event, coordinator(), verdict=OpinionVerdict.FAVOURABLE, text="")
    assert opinions(event) == [("84", OpinionVerdict.FAVOURABLE, "")]


@pytest.mark.parametrize("verdict", [OpinionVerdict.RESERVED, OpinionVerdict.AGAINST])
def test_an_opinion_that_holds_back_says_why(verdict: OpinionVerdict):
    event = SubmittedFactory()
    with pytest.raises(rules.OpinionUnexplained):
        services.advise(event, coordinator(), verdict=verdict, text=" ")
    assert opinions(event) == []


def test_an_opinion_comes_before_the_decision():
    event, actor = SubmittedFactory(state=EventState.APPROVED), coordinator()
    assert not rules.may_give_opinion(event, actor)
    with pytest.raises(rules.TooLateForOpinion):
        services.advise(event, actor, verdict=OpinionVerdict.FAVOURABLE, text="")


def test_a_note_stays_between_reviewers():
    event = SubmittedFactory()
    services.note(event, moderator(), text="À rapprocher d’un autre atelier.")
    db.session.flush()
    assert comments(event) == [(CommentKind.INTERNAL, "À rapprocher d’un autre atelier.")]
    assert (programmes.thread(event), owed(), journal(event)) == ([], [], [])


# ── What a reviewer is shown ──


def test_a_complete_event_is_remarked_upon_for_nothing():
    event = SubmittedFactory(accessibility=[Accessibility.MOTOR])
    session = EventSessionFactory(event=event)
    assert rules.missing(event) == []
    assert rules.odd(event, session.day) == []


def test_what_is_missing_is_said_as_its_author_reads_it():
    event = EventSessionFactory(event=SubmittedFactory(venue="")).event
    assert rules.missing(event) == ["Indiquez le nom du lieu."]


ODD = {
    "Une date est en dehors de l’édition (du 2 au 29 novembre 2026).": {},
    "Une date est en dehors de l’édition (du 2 au 29 novembre 2026)\u00a0: «\u00a0Salon annuel\u00a0»": {
        "off_period_reason": "Salon annuel"
    },
}


@pytest.mark.parametrize("words", list(ODD))
def test_a_date_outside_of_the_edition_is_said_with_its_reason(words: str):
    event = SubmittedFactory(accessibility_note="Plain-pied.", **ODD[words])
    session = EventSessionFactory(event=event)
    for day in (date(2026, 11, 2), date(2026, 11, 29)):
        session.day = day
        assert rules.odd(event, date(2026, 10, 12)) == []
    for day in (date(2026, 11, 1), date(2026, 11, 30)):
        session.day = day
        assert rules.odd(event, date(2026, 10, 12)) == [words]


def test_a_date_that_is_over_is_said_from_the_day_after():
    event = EventSessionFactory(event=SubmittedFactory(accessibility_note="Plain-pied.")).event
    assert rules.odd(event, date(2026, 11, 12)) == []
    assert rules.odd(event, date(2026, 11, 13)) == ["Une date est déjà passée."]


@pytest.mark.parametrize("mode", [EventMode.ONLINE, EventMode.HYBRID])
def test_what_is_online_without_link_is_said(mode: EventMode):
    event = SubmittedFactory(mode=mode, registration_kind=RegistrationKind.BY_MAIL, accessibility_note="Sous-titré.")
    assert rules.odd(event, date(2026, 10, 12)) == ["Il a lieu en ligne, et le lien de connexion n’est pas donné."]
    event.joining_link = "https://visio.example/atelier"
    assert rules.odd(event, date(2026, 10, 12)) == []


def test_silence_on_accessibility_is_said():
    assert rules.odd(SubmittedFactory(), date(2026, 10, 12)) == ["Rien n’est dit de l’accessibilité."]


def test_the_days_of_waiting_are_those_of_paris():
    event = SubmittedFactory(submitted_at=clock.now().replace(day=10, hour=21, minute=59))  # 23:59 in Paris
    assert rules.days_waiting(event, clock.now()) == 2
    event.submitted_at = event.submitted_at.replace(hour=22, minute=0)
    assert rules.days_waiting(event, clock.now()) == 1
    event.state = EventState.APPROVED
    assert rules.days_waiting(event, clock.now()) is None


# ── The queue ──


def titles(actor: Actor, **asked: object) -> list[str]:
    return [line.event.title for line in queries.queue(actor, QueueSearch(**asked), 1).lines]  # type: ignore[arg-type]


def submitted(title: str, *, hours_ago: int = 0, **values: object) -> Event:
    event = SubmittedFactory(title=title, submitted_at=clock.now() - timedelta(hours=hours_ago), **values)
    calendar.index_text(event)
    db.session.flush()
    return event


def test_the_queue_holds_what_waits_the_oldest_first():
    submitted("Récent", hours_ago=1)
    submitted("Ancien", hours_ago=3, state=EventState.UNDER_REVIEW)
    submitted("Décidé", hours_ago=5, state=EventState.APPROVED)
    submitted("Repris", hours_ago=6, state=EventState.DRAFT)
    found = queries.queue(moderator(), QueueSearch(), 1)
    assert [line.event.title for line in found.lines] == ["Ancien", "Récent"]
    assert (found.waiting, found.total, found.page, found.pages) == (2, 2, 1, 1)
    assert found.counts == {EventState.SUBMITTED: 1, EventState.UNDER_REVIEW: 1, EventState.APPROVED: 1}


def test_the_queue_is_filtered_and_so_are_its_counts():
    reunion = OrganisationFactory(name="Lab péi", region=ReunionFactory())
    submitted("Forêt en ville", hours_ago=2)
    submitted("Données ouvertes", hours_ago=1, organisation=reunion)
    actor = moderator()
    assert titles(actor, text="foret VILLE") == ["Forêt en ville"]
    assert titles(actor, text="lab pei") == ["Données ouvertes"]
    assert titles(actor, text="100%_") == []
    assert titles(actor, region_code="04") == ["Données ouvertes"]
    assert titles(actor, state=EventState.APPROVED) == []
    assert queries.queue(actor, QueueSearch(region_code="04"), 1).counts == {EventState.SUBMITTED: 1}


def test_a_coordinator_sees_the_own_region_where_the_event_or_else_its_lab_is():
    reunion = OrganisationFactory(region=ReunionFactory())
    submitted("Ici", hours_ago=4)
    submitted("En ligne", hours_ago=3, region=None, mode=EventMode.ONLINE)
    submitted("Ailleurs, par un lab d’ici", hours_ago=2, region=ReunionFactory())
    submitted("Ailleurs", hours_ago=1, organisation=reunion)
    assert titles(coordinator("84")) == ["Ici", "En ligne"]
    assert titles(coordinator("04")) == ["Ailleurs, par un lab d’ici", "Ailleurs"]
    assert titles(Actor(0, "", "")) == []
    assert [region.code for region in queries.regions(coordinator("04"))] == ["04"]
    assert [region.code for region in queries.regions(moderator())] == ["84", "04"]


def test_a_page_past_the_last_one_gives_the_last_one(monkeypatch):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    for number in range(3):
        submitted(f"Atelier {number}", hours_ago=3 - number)
    found = queries.queue(moderator(), QueueSearch(), 9)
    assert ([line.event.title for line in found.lines], found.page, found.pages) == (["Atelier 2"], 2, 2)


def test_the_next_one_is_the_following_of_the_same_queue_then_its_first():
    first, second, third = (submitted(f"Atelier {number}", hours_ago=9) for number in range(3))
    done = submitted("Décidé", hours_ago=10, state=EventState.APPROVED)
    elsewhere = submitted("Ailleurs", hours_ago=8, organisation__region=ReunionFactory())
    actor = moderator()

    def after(event: Event, who: Actor = actor, **asked: object) -> Event | None:
        return queries.following(event, who, QueueSearch(**asked))  # type: ignore[arg-type]

    assert [after(event) for event in (first, second, third, elsewhere)] == [second, third, elsewhere, first]
    assert after(done) is first
    assert [after(event, coordinator()) for event in (first, second, third)] == [second, third, first]
    assert after(first, region_code="04") is elsewhere
    assert after(elsewhere, region_code="04") is None
