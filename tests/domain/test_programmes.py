"""What a lab does with its programme: composing, submitting, going back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from planner import clock
from planner.db import db
from planner.directory.models import Organisation
from planner.errors import RuleViolation
from planner.events.models import Event, EventFormat, EventSession, EventState, EventStatus
from planner.events.rules import WrongState, missing_for_submission
from planner.mail.mime import render
from planner.mail.registry import write
from planner.programmes import queries, rules, services
from planner.programmes.models import ChangeReason, Comment, CommentKind, EventLog, Programme
from planner.programmes.rules import Slot, Step, Task, Window
from planner.registrations.models import SeatStatus
from planner.web import edits
from planner.web.rights import Actor, Role
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EditionFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    RegionFactory,
    ReunionFactory,
    SeatFactory,
    SubmittedFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.usefixtures("context")

CLOSED = datetime(2026, 10, 21, 22, 0, 1, tzinfo=UTC)  # one second after the window of the factories
type_of_outbox = Callable[[], list[tuple[str, int]]]


def editor(organisation: Organisation, role: Role = Role.EDITOR) -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, memberships={organisation.id: role})


def moderator() -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, is_moderator=True)


def coordinator(region_code: str) -> Actor:
    person = PersonFactory()
    return Actor(person.id, person.full_name, person.email, regions=frozenset({region_code}))


def ready(**fields: Any) -> Event:
    """A draft that misses nothing."""
    session: EventSession = EventSessionFactory(event=DraftFactory(**fields))
    return session.event


def read(event: Event, fields: Any) -> str:
    """The mark of what a form showed of these fields."""
    return rules.fingerprint(rules.content(event, fields))


def journal(event: Event) -> list[tuple[str, str | None, str | None]]:
    lines = db.session.scalars(select(EventLog).where(EventLog.event_id == event.id).order_by(EventLog.id))
    return [(line.verb, line.from_state, line.to_state) for line in lines]


def slot(**fields: Any) -> Slot:
    blank = dict.fromkeys(Slot.__dataclass_fields__) | {"title": ""}
    return Slot(**{**blank, **fields})


# ── Composing ──


def test_a_new_draft_is_in_the_programme_of_its_edition():
    edition, lab = EditionFactory(), OrganisationFactory()
    actor = editor(lab)

    event = services.create(lab, edition, {"title": "Atelier données"}, actor)

    assert (event.slug, event.state, event.author_id) == ("atelier-donnees", EventState.DRAFT, actor.person_id)
    assert event.programme_id == queries.programme(lab.id, edition.id).id
    assert event.search_text == f"atelier donnees {lab.name.lower()}"
    assert journal(event) == [("create", None, "draft")]


def test_two_events_share_one_programme():
    edition, lab = EditionFactory(), OrganisationFactory()
    first, second = (services.create(lab, edition, {"title": title}, editor(lab)) for title in ("Un", "Deux"))
    assert first.programme_id == second.programme_id
    assert len(db.session.scalars(select(Programme)).all()) == 1


def test_out_of_season_a_draft_has_neither_edition_nor_programme():
    lab = OrganisationFactory()
    event = services.create(lab, None, {"title": "Rencontre du réseau"}, editor(lab))
    assert (event.edition, event.programme_id) == (None, None)


def test_an_incomplete_page_is_saved():
    event = DraftFactory(title="Atelier")
    values = {"title": "", "summary": "Une matinée.", "format": None, "themes": []}

    services.save(event, values, editor(event.organisation), read=read(event, values))

    assert (event.title, event.summary, event.format, event.themes) == ("", "Une matinée.", None, [])
    assert [line.field for line in missing_for_submission(event)] == ["title", "format", "themes", "sessions"]
    assert (event.version, journal(event)) == (2, [])


def test_saving_what_is_already_there_is_no_new_version():
    event = DraftFactory(title="Atelier")
    services.save(event, {"title": "Atelier"}, editor(event.organisation), read=read(event, ["title"]))
    assert event.version == 1


def test_themes_are_those_of_the_edition():
    event = DraftFactory(themes=[])
    own, other = ThemeFactory(edition=event.edition), ThemeFactory(edition=None)
    values = {"themes": [own.slug, other.slug]}
    services.save(event, values, editor(event.organisation), read=read(event, values))
    assert event.themes == [own]


def test_after_a_submission_the_difference_is_written_down():
    event = ready(state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
    values = {"title": "Atelier cartes", "format": EventFormat.DEBATE, "summary": event.summary}
    before = event.title

    services.save(event, values, editor(event.organisation), read=read(event, values))

    line = db.session.scalars(select(EventLog).where(EventLog.event_id == event.id)).one()
    assert (line.verb, line.role, line.to_state) == ("edit", Role.EDITOR, EventState.CHANGES_REQUESTED)
    assert line.difference == {"title": [before, "Atelier cartes"], "format": ["workshop", "debate"]}


@pytest.mark.parametrize("state", [EventState.SUBMITTED, EventState.UNDER_REVIEW, EventState.APPROVED])
def test_what_reviewers_hold_is_not_changed_under_their_eyes(state: EventState):
    event = SubmittedFactory(state=state)
    with pytest.raises(WrongState):
        services.save(event, {"title": "Autre"}, editor(event.organisation), read=read(event, ["title"]))


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten():
    event = DraftFactory(title="Atelier")
    opened_by_both = read(event, ["title"])
    services.save(event, {"title": "Atelier cartes"}, editor(event.organisation), read=opened_by_both)

    with pytest.raises(edits.EditedMeanwhile):
        services.save(event, {"title": "Atelier plans"}, editor(event.organisation), read=opened_by_both)
    assert event.title == "Atelier cartes"

    services.save(event, {"title": "Atelier plans"}, editor(event.organisation), read=read(event, ["title"]))
    assert event.title == "Atelier plans"


def test_two_editors_on_two_pages_do_not_disturb_each_other():
    event = DraftFactory(title="Atelier")
    pages = {"title": "Atelier cartes"}, {"audiences": ["citizens"]}
    marks = [read(event, page) for page in pages]
    for page, mark in zip(pages, marks, strict=True):
        services.save(event, page, editor(event.organisation), read=mark)
    assert (event.title, event.audiences) == ("Atelier cartes", ["citizens"])


# ── Dates and place ──


def test_the_place_gives_the_region_and_the_zone_of_the_hours():
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    event = DraftFactory(registration_opens_at=datetime(2026, 10, 20, 7, 0, tzinfo=UTC))  # 9 h in Paris
    values = {
        "venue": "Préfecture",
        "street": "",
        "postcode": "97400",
        "city": "Saint-Denis",
        "sessions": [slot(day=date(2026, 11, 12), start_time=time(9, 30), end_time=time(12, 0))],
    }

    services.save(event, values, editor(event.organisation), read=read(event, values))

    assert (event.department_code, event.region_code, event.time_zone) == ("974", "04", "Indian/Reunion")
    assert event.sessions[0].starts_at == datetime(2026, 11, 12, 5, 30, tzinfo=UTC)
    assert event.registration_opens_at == datetime(2026, 10, 20, 5, 0, tzinfo=UTC)  # still 9 h, there


def test_dates_are_added_changed_and_removed():
    kept = EventSessionFactory(event=DraftFactory())
    event, removed = kept.event, EventSessionFactory(event=kept.event)
    db.session.refresh(event)
    first = rules.slot(kept)
    new = slot(day=date(2026, 11, 20), start_time=time(14), places_online=30)
    values = {"sessions": [first, new]}

    services.save(event, values, editor(event.organisation), read=read(event, values))

    assert [(one.id == kept.id, one.day, one.starts_at is None) for one in event.sessions] == [
        (True, date(2026, 11, 12), False),
        (False, date(2026, 11, 20), True),
    ]
    assert db.session.get(EventSession, removed.id) is None


def test_a_date_that_another_editor_removed_is_not_made_again():
    event = ready()
    foreign = rules.slot(EventSessionFactory(event=DraftFactory()))
    with pytest.raises(rules.SlotGone):
        services.save(event, {"sessions": [foreign]}, editor(event.organisation), read=read(event, ["sessions"]))


# ── Submitting ──


def test_a_complete_event_is_submitted_and_two_receipts_are_owed(outbox: type_of_outbox):
    author = PersonFactory()
    event = ready(author=author)
    actor = editor(event.organisation)

    services.submit(event, actor)

    assert (event.state, event.submitted_at, event.submitter_id) == (
        EventState.SUBMITTED,
        event.submitted_at,
        actor.person_id,
    )
    assert clock.now() - event.submitted_at < timedelta(minutes=1)
    assert event.programme_id == queries.programme(event.organisation_id, event.edition_id).id
    assert journal(event) == [("submit", "draft", "submitted")]
    assert outbox() == [("programmes.submitted", event.id), ("programmes.submitted_lab", event.id)]
    to_author, to_lab = write("programmes.submitted", event.id), write("programmes.submitted_lab", event.id)
    assert (to_author.to, to_lab.to) == (author.email, event.organisation.contact_email)
    assert to_author.subject == to_lab.subject == f"Bien reçu\u00a0: {event.title}"


def test_an_incomplete_event_is_refused_with_the_list():
    event = DraftFactory(summary="", is_charter_accepted=False)
    with pytest.raises(rules.Incomplete) as refusal:
        services.submit(event, editor(event.organisation))
    assert [line.field for line in refusal.value.missing] == ["summary", "sessions", "is_charter_accepted"]
    assert (event.state, journal(event)) == (EventState.DRAFT, [])


def test_an_event_is_submitted_once():
    event = ready()
    services.submit(event, editor(event.organisation))
    with pytest.raises(WrongState):
        services.submit(event, editor(event.organisation))


def test_each_submission_has_its_receipts(outbox: type_of_outbox):
    event = ready()
    actor = editor(event.organisation)
    for _ in range(2):
        services.submit(event, actor)
        services.take_back(event, actor)
    assert len(outbox()) == 4


def test_the_lab_is_not_told_twice_at_the_same_address():
    author = PersonFactory(email="lab@example.org")
    event = ready(author=author, organisation=OrganisationFactory(contact_email="Lab@example.org"))
    services.submit(event, editor(event.organisation))
    assert write("programmes.submitted_lab", event.id) is None
    assert write("programmes.submitted", event.id).to == "lab@example.org"


def test_without_an_author_the_receipt_goes_to_whoever_submitted():
    event = ready(author=None)
    actor = editor(event.organisation)
    services.submit(event, actor)
    assert write("programmes.submitted", event.id).to == actor.email


def test_a_receipt_is_not_sent_once_the_event_was_taken_back():
    event = ready(author=PersonFactory())
    actor = editor(event.organisation)
    services.submit(event, actor)
    services.take_back(event, actor)
    assert [write(kind, event.id) for kind in ("programmes.submitted", "programmes.submitted_lab")] == [None, None]


def test_the_public_address_follows_the_title_that_was_settled_on():
    event = ready(title="Atelier sur les cartes", slug="evenement-k3f9")
    services.submit(event, editor(event.organisation))
    assert event.slug == "atelier-sur-les-cartes"


def test_the_public_address_stays_once_it_was_given():
    event = ready(slug="atelier-donnees", title="Atelier données")
    actor = editor(event.organisation)
    services.submit(event, actor)
    services.take_back(event, actor)
    services.save(event, {"title": "Atelier cartes"}, actor, read=read(event, ["title"]))
    services.submit(event, actor)
    assert event.slug == "atelier-donnees"


# ── The window ──


@pytest.mark.parametrize(
    ("moment", "window"),
    [
        (datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC), Window.COMING),
        (datetime(2026, 9, 1, tzinfo=UTC), Window.OPEN),
        (datetime(2026, 10, 21, 22, 0, tzinfo=UTC), Window.OPEN),
        (CLOSED, Window.CLOSED),
    ],
)
def test_the_window_of_submissions_includes_its_two_ends(moment: datetime, window: Window):
    assert rules.window(EditionFactory(), moment) is window


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2026, 10, 12, 8, 0, tzinfo=UTC), 10),  # closes at midnight in Paris, when the 22nd begins
        (datetime(2026, 10, 21, 21, 59, tzinfo=UTC), 1),
        (datetime(2026, 10, 21, 22, 0, tzinfo=UTC), 0),
    ],
)
def test_days_left_are_those_of_paris(moment: datetime, days: int):
    assert rules.days_left(EditionFactory(), moment) == days


def test_a_lab_does_not_submit_too_early_nor_too_late(time: time_machine.Traveller):
    event = ready()
    time.move_to(CLOSED)
    with pytest.raises(rules.WindowClosed):
        services.submit(event, editor(event.organisation))
    time.move_to(datetime(2026, 8, 1, tzinfo=UTC))
    with pytest.raises(rules.WindowNotOpen):
        services.submit(event, editor(event.organisation))


def test_a_moderator_or_the_regions_coordinator_submits_late(time: time_machine.Traveller):
    by_moderator, by_coordinator, elsewhere = ready(), ready(), ready()
    time.move_to(CLOSED)
    services.submit(by_moderator, moderator())
    services.submit(by_coordinator, coordinator("84"))
    with pytest.raises(rules.WindowClosed):
        services.submit(elsewhere, coordinator("04"))
    assert [event.state for event in (by_moderator, by_coordinator)] == [EventState.SUBMITTED] * 2


def test_a_correction_is_never_late(time: time_machine.Traveller):
    event = ready(state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
    time.move_to(CLOSED)
    services.submit(event, editor(event.organisation))
    assert event.state is EventState.SUBMITTED


def test_an_event_of_no_edition_has_no_window():
    event = ready(edition=None)
    services.submit(event, editor(event.organisation))
    assert (event.state, event.programme_id) == (EventState.SUBMITTED, None)


# ── The programme ──


def test_a_programme_submits_what_is_ready_and_leaves_the_rest(outbox: type_of_outbox):
    lab, edition = OrganisationFactory(), EditionFactory()
    first, second = (ready(organisation=lab, edition=edition) for _ in range(2))
    incomplete = DraftFactory(organisation=lab, edition=edition)
    corrected = ready(organisation=lab, edition=edition, state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
    someone_elses = ready(edition=edition)
    actor = editor(lab)

    assert services.submit_programme(lab, edition, actor) == [first, second]

    states = [event.state for event in (first, second, incomplete, corrected, someone_elses)]
    submitted, draft = EventState.SUBMITTED, EventState.DRAFT
    assert states == [submitted, submitted, draft, EventState.CHANGES_REQUESTED, draft]
    programme = queries.programme(lab.id, edition.id)
    assert outbox() == [
        ("programmes.programme_submitted", programme.id),
        ("programmes.programme_submitted_lab", programme.id),
    ]
    mail = write("programmes.programme_submitted", programme.id)
    assert (mail.to, [title for title, _ in mail.context["events"]]) == (actor.email, [first.title, second.title])
    assert mail.context["events"][0][1] == "jeudi 12 novembre à 9\u00a0h\u00a030"
    assert write("programmes.programme_submitted_lab", programme.id).to == lab.contact_email


def test_a_programme_with_nothing_ready_says_so():
    lab, edition = OrganisationFactory(), EditionFactory()
    DraftFactory(organisation=lab, edition=edition)
    with pytest.raises(rules.NothingReady):
        services.submit_programme(lab, edition, editor(lab))


def test_a_programme_is_not_submitted_late(time: time_machine.Traveller):
    lab, edition = OrganisationFactory(), EditionFactory()
    event = ready(organisation=lab, edition=edition)
    time.move_to(CLOSED)
    with pytest.raises(rules.WindowClosed):
        services.submit_programme(lab, edition, editor(lab))
    assert event.state is EventState.DRAFT


def test_the_receipt_of_a_programme_is_not_sent_when_nothing_waits():
    programme = ProgrammeFactory()
    kinds = ("programmes.programme_submitted", "programmes.programme_submitted_lab")
    assert [write(kind, programme.id) for kind in kinds] == [None, None]


def test_a_programme_is_introduced():
    lab, edition = OrganisationFactory(), EditionFactory()
    services.introduce(lab, edition, "Quatre ateliers.")
    services.introduce(lab, edition, "Cinq ateliers.")
    assert queries.programme(lab.id, edition.id).introduction == "Cinq ateliers."


# ── Going back ──


def test_a_submission_is_taken_back_before_its_review():
    event = ready()
    actor = editor(event.organisation)
    services.submit(event, actor)
    services.take_back(event, actor)
    assert (event.state, event.submitted_at, event.submitter_id) == (EventState.DRAFT, None, None)
    assert journal(event)[-1] == ("take_back", "submitted", "draft")


def test_a_submission_is_not_taken_back_once_its_review_began():
    event = SubmittedFactory(state=EventState.UNDER_REVIEW)
    with pytest.raises(WrongState):
        services.take_back(event, editor(event.organisation))


@pytest.mark.parametrize("state", ["submitted", "under_review", "changes_requested", "approved"])
def test_an_event_is_withdrawn_before_its_publication(state: str, outbox: type_of_outbox):
    event = SubmittedFactory(state=EventState(state))
    services.withdraw(event, editor(event.organisation), "La salle n’est plus libre.")
    assert (event.state, event.status) == (EventState.WITHDRAWN, EventStatus.SCHEDULED)
    assert queries.last_reason(event) == "La salle n’est plus libre."
    assert outbox() == []


@pytest.mark.parametrize("state", ["draft", "published", "rejected", "withdrawn"])
def test_what_is_not_on_its_way_is_not_withdrawn(state: str):
    event = EventFactory(state=EventState(state))
    with pytest.raises(WrongState):
        services.withdraw(event, editor(event.organisation))


def test_whoever_reviews_a_withdrawn_event_is_told(outbox: type_of_outbox):
    reviewer = PersonFactory()
    event = SubmittedFactory(state=EventState.UNDER_REVIEW, reviewer_id=reviewer.id)
    assert write("programmes.withdrawn", event.id) is None
    services.withdraw(event, editor(event.organisation), "Doublon.")
    assert outbox() == [("programmes.withdrawn", event.id)]
    mail = write("programmes.withdrawn", event.id)
    assert (mail.to, mail.subject, mail.context["reason"]) == (
        reviewer.email,
        f"Retiré du programme\u00a0: {event.title}",
        "Doublon.",
    )


def test_withdrawing_what_was_public_tells_its_registrants(outbox: type_of_outbox):
    event = EventFactory(state=EventState.APPROVED)  # published, then unpublished
    seat = SeatFactory(event_session=EventSessionFactory(event=event))
    services.withdraw(event, editor(event.organisation), "Le lieu ferme.")
    assert (event.status, event.status_text, seat.status) == (
        EventStatus.CANCELLED,
        "Le lieu ferme.",
        SeatStatus.CANCELLED,
    )
    assert outbox() == [("seat.event_cancelled", seat.id)]


def test_a_draft_is_deleted_and_its_journal_stays():
    event = DraftFactory()
    event_id = event.id
    services.delete(event, editor(event.organisation))
    db.session.flush()
    assert db.session.get(Event, event_id) is None
    verbs = db.session.scalars(select(EventLog.verb).where(EventLog.event_id == event_id)).all()
    assert verbs == ["delete"]


@pytest.mark.parametrize("state", ["submitted", "published", "withdrawn"])
def test_only_a_draft_is_deleted(state: str):
    event = EventFactory(state=EventState(state))
    with pytest.raises(rules.NotADraft):
        services.delete(event, editor(event.organisation))


# ── The desk ──


def test_the_desk_sorts_what_waits_for_the_lab():
    lab, edition = OrganisationFactory(), EditionFactory()
    complete = ready(organisation=lab, edition=edition)
    incomplete = DraftFactory(organisation=lab, edition=edition, themes=[])
    wanted = ready(organisation=lab, edition=edition, state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
    public = EventSessionFactory(event=EventFactory(organisation=lab, edition=edition)).event
    of_none = DraftFactory(organisation=lab, edition=None)
    SeatFactory.create_batch(2, event_session=public.sessions[0])

    desk = queries.desk(lab)

    by_task = {task: [line.event for line in lines] for task, lines in desk.by_task.items()}
    assert by_task == {Task.CORRECT: [wanted], Task.SUBMIT: [complete], Task.COMPLETE: [incomplete, of_none]}
    assert [line.event for line in desk.lines] == [complete, wanted, incomplete, public]
    assert [line.event for line in desk.others] == [of_none]
    counted = desk.lines[-1]
    assert (counted.taken, counted.capacity, counted.next_session) == (2, 10, public.sessions[0])
    assert (desk.window, desk.days_left) == (Window.OPEN, 10)


def test_the_desk_asks_as_much_with_one_event_as_with_three(statements: Any):
    lab, edition = OrganisationFactory(), EditionFactory()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            ready(organisation=lab, edition=edition, state=EventState.CHANGES_REQUESTED, submitted_at=clock.now())
        db.session.expire_all()
        lab = db.session.get(Organisation, lab.id)
        with statements() as asked:
            queries.desk(lab)
        counts.append(len(asked))
    assert counts[0] == counts[1] == 10


def test_out_of_season_no_edition_is_composed_for(time: time_machine.Traveller):
    edition = EditionFactory()
    assert queries.open_edition() == edition
    time.move_to(datetime(2026, 11, 29, 22, 0, tzinfo=UTC))
    assert queries.open_edition() == edition
    time.move_to(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))
    assert queries.open_edition() is None


def test_requests_are_those_of_the_last_round_and_never_internal():
    event = ready(state=EventState.CHANGES_REQUESTED, submitted_at=clock.now() - timedelta(days=1))

    def comment(kind: CommentKind, text: str, days_ago: int = 0) -> None:
        created_at = clock.now() - timedelta(days=days_ago)
        reason = ChangeReason.INCOMPLETE
        db.session.add(Comment(event_id=event.id, kind=kind, text=text, reason=reason, created_at=created_at))

    comment(CommentKind.TO_AUTHOR, "Le tour d’avant.", days_ago=5)
    comment(CommentKind.TO_AUTHOR, "Précisez le lieu.")
    comment(CommentKind.INTERNAL, "Entre nous.")
    db.session.flush()

    assert [one.text for one in queries.requests(event)] == ["Précisez le lieu."]
    assert [one.text for one in queries.thread(event)] == ["Le tour d’avant.", "Précisez le lieu."]

    services.submit(event, editor(event.organisation))
    assert queries.requests(event) == []


def test_whom_to_ask_is_the_regions_coordinator_of_today():
    RegionFactory()
    today = clock.now().date()
    here = GrantFactory(role="coordinator", region_code="84", ends_on=today)
    GrantFactory(role="coordinator", region_code="84", ends_on=today - timedelta(days=1))
    GrantFactory(role="moderator")
    assert queries.coordinators("84") == [here.person]
    assert queries.coordinators("04") == []


# ── The pages of the form ──


def test_progress_says_what_is_complete_and_where_corrections_are_asked_for():
    event = DraftFactory(title="", sessions=[])
    lines = rules.progress(missing_for_submission(event), asked=["accessibility"])
    assert [(line.step, line.is_complete, line.is_asked) for line in lines] == [
        (Step.PRESENTATION, False, False),
        (Step.WHEN_AND_WHERE, False, False),
        (Step.AUDIENCE, True, True),
        (Step.REGISTRATION, True, False),
        (Step.CHECK, True, False),
    ]


@pytest.mark.parametrize(
    ("fields", "asked", "step"),
    [
        ({"title": ""}, ["accessibility"], Step.AUDIENCE),
        ({"title": ""}, [], Step.PRESENTATION),
        ({"audiences": []}, [], Step.AUDIENCE),
        ({}, [], Step.CHECK),
    ],
)
def test_the_form_opens_where_something_waits(fields: dict[str, Any], asked: list[str], step: Step):
    assert rules.first_step(missing_for_submission(ready(**fields)), asked) is step


def test_every_required_field_is_on_a_page_and_has_a_name():
    everything_missing = DraftFactory(
        title="", summary="", format=None, themes=[], contact_name="", contact_email="", mode=None, audiences=[],
        is_free_of_charge=False, is_charter_accepted=False,
    )  # fmt: skip
    fields = {line.field for line in missing_for_submission(everything_missing)}
    assert fields <= rules.FIELD_LABELS.keys()


def test_refusals_are_sentences():
    found = [one for one in vars(rules).values() if isinstance(one, type) and issubclass(one, RuleViolation)]
    assert all(one.message[0].isupper() and one.message.endswith(".") for one in found)


# ── The words of the mails ──


def text_of(kind: str, subject_id: int) -> str:
    """The text version, its lines joined; both versions must be there."""
    texts = render(kind, write(kind, subject_id))
    assert texts.subject in texts.html
    return " ".join(texts.plain.split())


def test_a_receipt_tells_what_was_received_and_what_follows():
    event = ready(title="Atelier cartes", slug="atelier-cartes", author=PersonFactory())
    services.submit(event, editor(event.organisation))
    text = text_of("programmes.submitted", event.id)
    assert text.startswith(
        "Nous avons bien reçu votre proposition. Merci ! « Atelier cartes » nous est parvenu le lundi"
    )
    assert "Voir ma proposition : https://agenda.example/espace-lab/evenements/atelier-cartes" in text
    assert "Quand : jeudi 12 novembre 2026, 9 h 30 – 12 h Où : Cité administrative, Lyon" in text
    assert text_of("programmes.submitted_lab", event.id).startswith("Votre équipe a proposé un événement.")


def test_the_receipt_of_a_programme_lists_its_events():
    lab, edition = OrganisationFactory(slug="lab-archipel"), EditionFactory()
    for title in ("Un", "Deux"):
        ready(organisation=lab, edition=edition, title=title)
    services.submit_programme(lab, edition, editor(lab))
    programme = queries.programme(lab.id, edition.id)
    for kind in ("programmes.programme_submitted", "programmes.programme_submitted_lab"):
        text = text_of(kind, programme.id)
        assert "- Un, jeudi 12 novembre à 9 h 30 - Deux, jeudi 12 novembre à 9 h 30" in text
        assert "https://agenda.example/espace-lab/lab-archipel" in text


def test_the_reviewer_of_a_withdrawn_event_reads_why():
    event = SubmittedFactory(title="Atelier cartes", state=EventState.UNDER_REVIEW, reviewer_id=PersonFactory().id)
    services.withdraw(event, editor(event.organisation), "Doublon.")
    text = text_of("programmes.withdrawn", event.id)
    assert f"{event.organisation.name} a retiré « Atelier cartes » du programme. Raison donnée : « Doublon. »" in text
