"""Registering as a visitor sees it: the form, the mailed link, giving up, and the organiser's list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from planner import tokens
from planner.db import db
from planner.directory.models import MembershipRole
from planner.events.models import Attendance, Event, EventMode, EventSession, EventState, EventStatus
from planner.events.questions import Question, QuestionKind
from planner.registrations.models import Registration, Seat, SeatStatus
from tests.conftest import Client
from tests.factories import (
    DraftFactory,
    EventFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    PersonFactory,
    QuestionFactory,
    SeatFactory,
)
from tests.web.html import check_page

ANSWERS = {"full_name": "Agente d’une préfecture", "email": " Agente@Example.org "}


def address(event: Event) -> str:
    return f"/evenements/{event.slug}/inscription"


def personal(seat: Seat) -> str:
    return f"/i/{tokens.seal('registration', seat.registration.link_key)}"


# ── The form ──


def test_a_visitor_registers_in_two_requests(client: Client, outbox: Callable[[], list[tuple[str, int]]]):
    session = EventSessionFactory()
    page = check_page(client.get(address(session.event)).text)
    assert page.h1 == "S’inscrire"

    response = client.post(address(session.event), data=ANSWERS)

    assert (response.status_code, response.location) == (302, f"{address(session.event)}/envoyee")
    registration = db.session.query(Registration).one()
    assert (registration.email, registration.full_name) == ("agente@example.org", "Agente d’une préfecture")
    assert [seat.status for seat in registration.seats] == [SeatStatus.HELD]
    assert outbox() == [("registration.prove_address", registration.id)]
    sent = check_page(client.get(response.location).text)
    assert sent.h1 == "Vérifiez votre messagerie"
    assert "agente@example.org" in sent.text


def test_wrong_answers_come_back_with_what_was_typed(client: Client):
    session = EventSessionFactory()
    response = client.post(address(session.event), data={"full_name": "Agente", "email": "pas une adresse"})
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.title.startswith("Erreur : ")
    assert list(page.field_errors()) == ["email"]
    assert 'value="pas une adresse"' in response.text
    assert 'value="Agente"' in response.text
    assert db.session.query(Registration).count() == 0


def test_a_name_of_spaces_is_no_name(client: Client):
    session = EventSessionFactory()
    response = client.post(address(session.event), data=ANSWERS | {"full_name": "   "})
    assert (response.status_code, list(check_page(response.text).field_errors())) == (422, ["full_name"])


def test_the_same_words_for_an_address_already_registered(client: Client, new_client: Callable[[], Client]):
    session = EventSessionFactory()
    first = client.post(address(session.event), data=ANSWERS, follow_redirects=True)
    second = new_client().post(address(session.event), data=ANSWERS, follow_redirects=True)
    assert check_page(first.text).text == check_page(second.text).text
    assert db.session.query(Seat).count() == 1


def test_a_full_event_says_so_and_takes_names_for_its_list(client: Client):
    session = EventSessionFactory(places_onsite=1)
    SeatFactory(event_session=session)
    page = check_page(client.get(address(session.event)).text)
    assert "Complet pour l’instant" in page.text
    client.post(address(session.event), data=ANSWERS)
    assert db.session.query(Seat).filter_by(status=SeatStatus.WAITING).count() == 1


def test_one_date_must_be_chosen_among_several(client: Client):
    session = EventSessionFactory()
    EventSessionFactory(event=session.event, starts_at=session.ends_at, ends_at=session.ends_at + timedelta(hours=1))
    response = client.post(address(session.event), data=ANSWERS)
    assert (response.status_code, list(check_page(response.text).field_errors())) == (422, ["session"])
    client.post(address(session.event), data=ANSWERS | {"session": session.id})
    assert [seat.event_session_id for seat in db.session.query(Seat)] == [session.id]


def test_clashing_sessions_are_refused_with_the_sentence_on_top(client: Client):
    session = EventSessionFactory(event=EventFactory(attendance=Attendance.PICK_SESSIONS))
    parallel = EventSessionFactory(event=session.event)
    response = client.post(address(session.event), data=ANSWERS | {"sessions": [session.id, parallel.id]})
    assert response.status_code == 422
    assert "Deux des sessions choisies ont lieu au même moment" in check_page(response.text).text


def test_a_hybrid_event_asks_how_one_comes(client: Client):
    session = EventSessionFactory(event=EventFactory(mode=EventMode.HYBRID))
    assert client.post(address(session.event), data=ANSWERS).status_code == 422
    client.post(address(session.event), data=ANSWERS | {"mode": "online"})
    assert [seat.mode for seat in db.session.query(Seat)] == ["online"]


def test_a_signed_in_person_is_confirmed_at_once(client: Client):
    person = PersonFactory(email="agente@example.org")
    session = EventSessionFactory()
    client.sign_in(person)
    response = client.post(address(session.event), data=ANSWERS, follow_redirects=True)
    assert "Confirmée" in check_page(response.text).text


def test_another_address_than_one_s_own_must_be_proven_even_when_signed_in(client: Client):
    session = EventSessionFactory()
    client.sign_in(PersonFactory())
    client.post(address(session.event), data=ANSWERS)
    assert [seat.status for seat in db.session.query(Seat)] == [SeatStatus.HELD]


def test_the_form_is_not_there_for_what_is_not_published(client: Client):
    assert client.get(address(EventSessionFactory(event=DraftFactory()).event)).status_code == 404


def test_registering_takes_at_most_twelve_statements(client: Client, statements):
    event = EventSessionFactory().event
    where = address(event)
    with statements() as asked:
        client.get(where)
        client.post(where, data=ANSWERS)
    assert len(asked) <= 12, asked


# ── The questions of the lab ──


def asking() -> tuple[EventSession, Question, Question]:
    session = EventSessionFactory()
    lunch = QuestionFactory(
        event_id=session.event_id, kind=QuestionKind.YES_NO, label="Déjeunez-vous ?", is_required=True
    )
    diet = QuestionFactory(
        event_id=session.event_id,
        kind=QuestionKind.CHOICE,
        label="Quel menu ?",
        options=["Complet", "Végétarien"],
        is_required=True,
        condition_id=lunch.id,
        condition_value="Oui",
        position=lunch.position + 1,
    )
    return session, lunch, diet


def test_questions_are_asked_with_their_condition_in_words(client: Client):
    session, lunch, diet = asking()
    page = check_page(client.get(address(session.event)).text)
    assert "Si vous avez répondu « Oui » à « Déjeunez-vous ? »." in page.text
    assert "Quel menu ? (obligatoire dans ce cas)" in page.text
    assert "Déjeunez-vous ? (obligatoire)" in page.text
    assert "Durée de conservation prévue : 3 mois après l’événement." in page.text
    response = client.post(address(session.event), data=ANSWERS)
    assert (response.status_code, list(check_page(response.text).field_errors())) == (422, [f"question_{lunch.id}"])
    response = client.post(address(session.event), data=ANSWERS | {f"question_{lunch.id}": "Oui"})
    page = check_page(response.text)
    assert (response.status_code, list(page.field_errors())) == (422, [f"question_{diet.id}"])
    assert page.forms[0].values[f"question_{lunch.id}"] == "Oui"


def test_answers_are_shown_to_the_person_and_to_the_organiser(client: Client, new_client: Callable[[], Client]):
    session, lunch, diet = asking()
    given = {f"question_{lunch.id}": "Oui", f"question_{diet.id}": "Végétarien"}
    client.sign_in(PersonFactory(email="agente@example.org"))
    page = check_page(client.post(address(session.event), data=ANSWERS | given, follow_redirects=True).text)
    assert "Vos réponses Déjeunez-vous ? Oui Quel menu ? Végétarien" in page.text
    editor = MembershipFactory(organisation=session.event.organisation).person
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits"
    rows = check_page(new_client().sign_in(editor).get(where).text).rows(f"Inscrits à {session.event.title}")
    assert rows[-1][-1] == "Déjeunez-vous ? Oui Quel menu ? Végétarien"
    export = new_client().sign_in(editor).get(f"{where}.csv").text.splitlines()
    assert [line.split(";")[-2:] for line in export] == [["Déjeunez-vous ?", "Quel menu ?"], ["Oui", "Végétarien"]]


def test_what_is_not_asked_is_neither_required_nor_kept(client: Client):
    session, lunch, diet = asking()
    given = {f"question_{lunch.id}": "Non", f"question_{diet.id}": "Complet"}
    assert client.post(address(session.event), data=ANSWERS | given).status_code == 302
    registration = db.session.query(Registration).one()
    assert [(key, answer["value"]) for key, answer in registration.answers.items()] == [(str(lunch.id), "Non")]


def test_each_kind_of_question_has_its_control(client: Client):
    session = EventSessionFactory()
    kinds = {
        QuestionKind.TEXT: [],
        QuestionKind.CHOICE: [f"Réponse {n}" for n in range(6)],
        QuestionKind.CHOICES: ["Données", "Design"],
    }
    made = [QuestionFactory(event_id=session.event_id, kind=kind, options=kinds[kind]) for kind in kinds]
    names = [f"question_{question.id}" for question in made]
    response = client.post(address(session.event), data=ANSWERS | {names[0]: "x" * 1001, names[1]: "Ailleurs"})
    page = check_page(response.text)
    assert (response.status_code, list(page.field_errors())) == (422, names[:2])
    given = {names[0]: "Rien", names[1]: "Réponse 5", names[2]: ["Design"]}
    client.post(address(session.event), data=ANSWERS | given)
    kept = db.session.query(Registration).one().answers
    assert [answer["value"] for answer in kept.values()] == ["Rien", "Réponse 5", ["Design"]]


@pytest.mark.parametrize("count", [1, 3])
def test_registering_asks_as_much_with_three_questions_as_with_one(client: Client, statements, count: int):
    session = EventSessionFactory()
    QuestionFactory.create_batch(count, event_id=session.event_id)
    where = address(session.event)
    with statements() as made:
        client.get(where)
        client.post(where, data=ANSWERS)
    assert len(made) == 11, made


def test_an_address_out_of_the_reserved_domains_is_refused_beside_it(client: Client):
    session = EventSessionFactory(event=EventFactory(reserved_domains=["interieur.gouv.fr"]))
    for path in (f"/evenements/{session.event.slug}", address(session.event)):
        assert "Réservé aux adresses @interieur.gouv.fr." in check_page(client.get(path).text).text
    response = client.post(address(session.event), data=ANSWERS)
    page = check_page(response.text)
    assert (response.status_code, list(page.field_errors())) == (422, ["email"])
    assert "écrivez à accueil@example.org" in page.field_errors()["email"][0]
    assert client.post(address(session.event), data=ANSWERS | {"email": "a@sg.interieur.gouv.fr"}).status_code == 302


# ── The mailed link ──


def test_opening_the_link_changes_nothing_and_its_button_confirms(client: Client):
    seat = SeatFactory(status=SeatStatus.HELD, registration__proven_at=None)
    page = client.get(personal(seat))
    assert (seat.status, page.headers["Referrer-Policy"]) == (SeatStatus.HELD, "no-referrer")
    assert check_page(page.text).h1 == "Mon inscription"
    client.post(f"{personal(seat)}/confirmer")
    assert seat.status is SeatStatus.CONFIRMED


def test_giving_up_is_asked_then_done(client: Client):
    seat = SeatFactory()
    page = check_page(client.get(f"{personal(seat)}/renoncer").text)
    assert (page.h1, seat.status) == ("Libérer ma place ?", SeatStatus.CONFIRMED)
    response = client.post(f"{personal(seat)}/renoncer", follow_redirects=True)
    assert seat.status is SeatStatus.CANCELLED
    assert "Place libérée" in check_page(response.text).text


def test_leaving_the_queue_speaks_of_the_queue(client: Client):
    seat = SeatFactory(status=SeatStatus.WAITING)
    assert check_page(client.get(personal(seat)).text).links["Quitter la liste d’attente"]
    assert check_page(client.get(f"{personal(seat)}/renoncer").text).h1 == "Quitter la liste d’attente ?"
    page = check_page(client.post(f"{personal(seat)}/renoncer", follow_redirects=True).text)
    assert seat.status is SeatStatus.CANCELLED
    assert "Vous n’êtes plus sur la liste d’attente." in page.text
    assert "Liste d’attente quittée" in page.text


def test_a_cancelled_event_says_so_on_the_registration(client: Client):
    event = EventFactory(status=EventStatus.CANCELLED, status_text="La salle est inondée.")
    seat = SeatFactory(event_session=EventSessionFactory(event=event), status=SeatStatus.CANCELLED)
    page = check_page(client.get(personal(seat)).text)
    assert page.alerts == ["L’événement est annulé La salle est inondée."]
    assert "Liste d’attente quittée" not in page.text


def test_an_offer_is_refused_or_accepted_nothing_else(client: Client):
    links = check_page(client.get(personal(SeatFactory(status=SeatStatus.OFFERED))).text).links
    assert "Je ne peux plus venir" not in links


def test_an_offer_is_accepted_from_the_page(client: Client):
    seat = SeatFactory(status=SeatStatus.OFFERED)
    assert "Accepter la place" in check_page(client.get(personal(seat)).text).text
    client.post(f"{personal(seat)}/places/{seat.id}/accepter")
    assert seat.status is SeatStatus.CONFIRMED


def test_an_offer_accepted_too_late_is_explained(client: Client, time):
    seat = SeatFactory(status=SeatStatus.OFFERED)
    time.shift(timedelta(hours=3))
    response = client.post(f"{personal(seat)}/places/{seat.id}/accepter")
    assert response.status_code == 422
    assert "Le délai pour accepter cette place est passé" in check_page(response.text).text


def test_the_position_in_the_queue_is_shown(client: Client):
    session = EventSessionFactory(places_onsite=0)
    SeatFactory(event_session=session, status=SeatStatus.WAITING)
    seat = SeatFactory(event_session=session, status=SeatStatus.WAITING)
    assert "2e sur la liste d’attente" in check_page(client.get(personal(seat)).text).text


def test_the_calendar_file_is_for_confirmed_seats(client: Client):
    response = client.get(f"{personal(SeatFactory())}/calendrier.ics")
    assert response.mimetype == "text/calendar"
    assert b"DTSTART:20261112T083000Z" in response.data
    waiting = SeatFactory(status=SeatStatus.WAITING)
    assert client.get(f"{personal(waiting)}/calendrier.ics").status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 65, "é" * 65])
def test_a_forged_link_opens_nothing(client: Client, token: str):
    assert client.get(f"/i/{token}").status_code == 404


def test_a_link_of_another_kind_opens_nothing(client: Client):
    seat = SeatFactory()
    assert client.get(f"/i/{tokens.seal('sign_in', seat.registration.link_key)}").status_code == 404


# ── The organiser ──


@pytest.fixture
def session(context: Flask):
    return EventSessionFactory()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_registrants_asks_as_much_for_three_as_for_one(client, session, statements, count):
    SeatFactory.create_batch(count, event_session=session)
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits"
    with statements() as asked:
        page = check_page(client.get(where).text)
    assert len(page.find("tbody").findall("tr")) == count
    assert len(asked) == 8, asked


def test_the_list_is_searched_and_filtered(client, session):
    SeatFactory(event_session=session, registration__full_name="Accueil de la mairie")
    SeatFactory(event_session=session, registration__full_name="Service informatique", status=SeatStatus.WAITING)
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits"
    assert "Service informatique" not in client.get(where, query_string={"recherche": "MAIRIE"}).text
    assert "Accueil de la mairie" not in client.get(where, query_string={"etat": "waiting"}).text
    assert "Personne ne correspond" in client.get(where, query_string={"recherche": "%"}).text
    export = client.get(where.replace("inscrits", "inscrits.csv"), query_string={"etat": "waiting"})
    assert [line.split(";")[1] for line in export.text.splitlines()] == ["Nom", "Service informatique"]


@pytest.mark.parametrize("extension", ["", ".csv", ".xlsx"])
def test_only_the_lab_s_editors_and_managers_see_names(client, new_client, session, extension):
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits{extension}"
    own = session.event.organisation
    people = {
        MembershipFactory(organisation=own, role=MembershipRole.EDITOR).person: 200,
        MembershipFactory(organisation=own, role=MembershipRole.MANAGER).person: 200,
        MembershipFactory(organisation=own, role=MembershipRole.HELPER).person: 403,
        MembershipFactory().person: 403,
        GrantFactory().person: 403,
    }
    assert {person: new_client().sign_in(person).get(where).status_code for person in people} == people
    assert client.get(where).status_code == 302


def test_an_empty_list_says_what_to_do(client, session):
    session.event.state = EventState.PUBLISHED
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    page = check_page(client.get(f"/espace-lab/evenements/{session.event.slug}/inscrits").text)
    assert "Personne n’est encore inscrit" in page.text


# ── The organiser's approval ──


def to_approve(count: int = 1) -> tuple[EventSession, list[Seat]]:
    session = EventSessionFactory(event=EventFactory(needs_approval=True))
    return session, SeatFactory.create_batch(count, event_session=session, status=SeatStatus.HELD)


def test_a_registration_says_that_it_waits_for_the_organiser(client: Client):
    session, _ = to_approve()
    where = address(session.event)
    for path in (f"/evenements/{session.event.slug}", where):
        assert "L’équipe qui organise donne son accord à chaque inscription" in check_page(client.get(path).text).text
    client.post(where, data=ANSWERS)
    seat = db.session.query(Seat).order_by(Seat.id.desc()).first()
    page = check_page(client.post(f"{personal(seat)}/confirmer", follow_redirects=True).text)
    assert "En attente de l’accord de l’équipe qui organise" in page.text
    assert "En attente d’accord" in page.text
    assert page.links["Annuler ma demande"]
    assert "Ajouter à mon agenda" not in page.text
    assert check_page(client.get(f"{personal(seat)}/renoncer").text).h1 == "Annuler ma demande ?"
    page = check_page(client.post(f"{personal(seat)}/renoncer", follow_redirects=True).text)
    assert "Votre demande est annulée." in page.text


def test_the_organiser_accepts_and_refuses_several_at_once(client: Client, outbox: Callable[[], list[tuple[str, int]]]):
    session, seats = to_approve(3)
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits"
    page = check_page(client.get(where).text)
    assert "À valider (3)" in page.text
    first, second, third = seats
    accepted = {"registrations": [first.registration_id, second.registration_id], "decision": "accepter"}
    page = check_page(client.post(f"{where}/accords", data=accepted, follow_redirects=True).text)
    assert "2 inscriptions acceptées." in page.text
    assert "À valider (1)" in page.text
    refused = {"registrations": [third.registration_id], "decision": "refuser", "reason": "Réservé aux référents."}
    page = check_page(client.post(f"{where}/accords", data=refused, follow_redirects=True).text)
    assert "1 inscription refusée." in page.text
    assert "À valider" not in page.text
    statuses = [SeatStatus.CONFIRMED, SeatStatus.CONFIRMED, SeatStatus.CANCELLED]
    assert [seat.status for seat in seats] == statuses
    assert outbox() == [
        ("seat.confirmed", first.id),
        ("seat.confirmed", second.id),
        ("registration.refused", third.registration_id),
    ]
    page = check_page(client.get(personal(third)).text)
    assert page.alerts == ["Votre inscription n’est pas retenue Réservé aux référents."]
    assert "Non retenue" in page.text
    again = check_page(client.post(f"{where}/accords", data=refused, follow_redirects=True).text)
    assert "Ces inscriptions n’attendent plus votre accord" in again.text


@pytest.mark.parametrize(
    ("decision", "ticked", "field"),
    [("accepter", 0, "registrations"), ("refuser", 0, "registrations"), ("refuser", 1, "reason")],
)
def test_an_answer_needs_people_and_a_refusal_its_reason(client: Client, decision: str, ticked: int, field: str):
    session, seats = to_approve()
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits/accords"
    chosen = [seat.registration_id for seat in seats][:ticked]
    response = client.post(where, data={"registrations": chosen, "decision": decision})
    assert (response.status_code, list(check_page(response.text).field_errors())) == (422, [field])
    assert seats[0].status is SeatStatus.HELD


def test_only_the_lab_s_editors_and_managers_answer(new_client: Callable[[], Client]):
    session, seats = to_approve()
    own = session.event.organisation
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits/accords"
    data = {"registrations": [seats[0].registration_id], "decision": "accepter"}
    helper = MembershipFactory(organisation=own, role=MembershipRole.HELPER).person
    for person in (helper, MembershipFactory().person, GrantFactory().person):
        assert new_client().sign_in(person).post(where, data=data).status_code == 403
    assert new_client().post(where, data=data).status_code == 302
    assert seats[0].status is SeatStatus.HELD


def test_what_is_decided_on_shows_dates_and_answers(client: Client):
    session, seats = to_approve()
    registration = seats[0].registration
    registration.organisation_name = "Préfecture"
    registration.answers = {"1": {"label": "Quel menu ?", "position": 0, "value": "Végétarien"}}
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    page = check_page(client.get(f"/espace-lab/evenements/{session.event.slug}/inscrits").text)
    assert f"{registration.email} – Préfecture – Quel menu ? Végétarien" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_for_an_answer_asks_as_much_for_three_as_for_one(client: Client, statements, count: int):
    session, _ = to_approve(count)
    client.sign_in(MembershipFactory(organisation=session.event.organisation).person)
    where = f"/espace-lab/evenements/{session.event.slug}/inscrits"
    with statements() as asked:
        client.get(where)
    assert len(asked) == 9, asked
