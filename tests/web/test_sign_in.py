"""Signing in by a mailed link, as a visitor does it."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from time_machine import Traveller

from planner import tokens
from planner.accounts import messages
from planner.accounts.models import Person, SignIn, SignInLink
from planner.db import db
from planner.mail import mime
from planner.mail.models import Message
from planner.web.access import SESSION_KEY
from tests.conftest import Client
from tests.factories import GrantFactory, MembershipFactory, PersonFactory
from tests.web.html import check_page

ADDRESS = "referent.lab-archipel@example.org"


def ask(client: Client, address: str = ADDRESS, suite: str | None = None) -> str:
    """Ask for a link and give its path, as the mail has it."""
    response = client.post("/connexion", query_string={"suite": suite} if suite else {}, data={"email": address})
    assert response.status_code == 302
    link = db.session.scalars(select(SignInLink).order_by(SignInLink.id.desc())).first()
    assert link
    email = messages.sign_in_link(link.id)
    assert email
    return urlsplit(str(email.context["url"])).path


def sessions() -> int:
    return db.session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) or 0


# ── Asking ──


def test_the_form_asks_for_an_address_and_nothing_else(client: Client) -> None:
    page = check_page(client.get("/connexion").text)
    assert (page.h1, page.title) == ("Se connecter", "Se connecter – Mois de l’innovation publique")
    assert page.breadcrumb == ["Accueil", "Se connecter"]
    assert page.forms[0].values == {"email": ""}
    assert page.forms[0].buttons == ["Recevoir un lien de connexion"]


def test_the_answer_is_the_same_for_an_address_known_or_not(
    client: Client, new_client: Callable[[], Client], outbox: Callable[[], list[tuple[str, int]]]
) -> None:
    PersonFactory(email=ADDRESS)
    pages = []
    for visitor, address in ((client, ADDRESS), (new_client(), "inconnu@example.org")):
        response = visitor.post("/connexion", data={"email": address})
        assert (response.status_code, response.location) == (302, "/connexion/envoye")
        page = check_page(visitor.get("/connexion/envoye").text)
        assert page.h1 == "Vérifiez votre messagerie"
        pages.append(page.text.replace(address, "…"))
    assert pages[0] == pages[1]
    assert [kind for kind, _ in outbox()] == ["accounts.sign_in_link"] * 2


def test_beyond_five_links_the_answer_is_the_same_and_nothing_is_sent(client: Client) -> None:
    answers = [client.post("/connexion", data={"email": ADDRESS}) for _ in range(6)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, "/connexion/envoye")}
    assert db.session.scalar(select(func.count(Message.id))) == 5


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Indiquez une adresse électronique."),
        ("   ", "Indiquez une adresse électronique."),
        (
            "referent.lab-archipel",
            "Cette adresse semble incomplète. Exemple de forme attendue : prenom.nom@example.org.",
        ),
        ("réf@example.org", "Cette adresse semble incomplète. Exemple de forme attendue : prenom.nom@example.org."),
    ],
)
def test_an_address_that_is_none_is_refused(client: Client, typed: str, message: str) -> None:
    response = client.post("/connexion", data={"email": typed})
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.title == "Erreur : Se connecter – Mois de l’innovation publique"
    assert page.field_errors() == {"email": [message]}
    assert page.refusals == [f"Adresse électronique : {message}"]
    assert page.forms[0].values == {"email": typed.strip()}
    assert db.session.scalar(select(func.count(SignInLink.id))) == 0


def test_the_address_can_be_corrected_without_losing_where_one_was_going(client: Client) -> None:
    response = client.post("/connexion?suite=/mon-compte", data={"email": ADDRESS})
    sent = check_page(client.get(response.location).text)
    again = sent.links["Corriger l’adresse ou redemander un lien"]
    assert again == "/connexion?suite=/mon-compte"
    assert check_page(client.get(again).text).forms[0].values == {"email": ADDRESS}


def test_the_page_after_says_no_address_to_who_has_not_asked(client: Client) -> None:
    page = check_page(client.get("/connexion/envoye").text)
    assert page.text.startswith("Voir le fil d’Ariane")
    assert "Nous vous avons écrit." in page.text


def test_the_mail_holds_one_link_and_how_long_it_lives(client: Client) -> None:
    path = ask(client)
    link = db.session.scalars(select(SignInLink)).one()
    email = messages.sign_in_link(link.id)
    assert email
    texts = mime.render("accounts.sign_in_link", email)
    assert texts.subject == "Votre lien de connexion"
    for body in (texts.plain, texts.html):
        assert body.count(f"https://agenda.example{path}") >= 1
        assert "10\u00a0minutes" in unescape(body)
        assert ADDRESS not in body


# ── Opening the link ──


def test_opening_the_link_shows_one_button_and_signs_nobody_in(client: Client) -> None:
    path = ask(client)
    for _ in range(2):
        page = check_page(client.get(path).text)
    assert page.h1 == "Confirmer la connexion"
    assert [form.buttons for form in page.forms] == [["Me connecter"]]
    assert (page.forms[0].method, page.forms[0].action) == ("post", path)
    assert ADDRESS in page.text
    assert sessions() == 0
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_the_button_signs_in_and_the_account_page_says_who(client: Client) -> None:
    response = client.post(ask(client))
    assert (response.status_code, response.location) == (302, "/")
    page = check_page(client.get("/mon-compte").text)
    assert page.h1 == "Mon compte"
    assert ADDRESS in page.text
    assert sessions() == 1


def test_one_goes_back_to_the_page_one_wanted(client: Client, new_client: Callable[[], Client]) -> None:
    wanted = client.get("/mon-compte")
    assert wanted.location == "/connexion?suite=/mon-compte"
    path = ask(client, suite="/mon-compte")
    assert new_client().post(path).location == "/mon-compte"


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "ailleurs"]
)
def test_one_never_goes_to_another_site(client: Client, suite: str) -> None:
    assert client.post(ask(client, suite=suite)).location == "/"
    assert client.get("/connexion", query_string={"suite": suite}).location == "/"


def test_each_lands_on_the_own_desk(client: Client, new_client: Callable[[], Client]) -> None:
    member, moderator = MembershipFactory().person, GrantFactory().person
    assert client.post(ask(client, member.email)).location == "/espace-lab"
    reviewer = new_client()
    assert reviewer.post(ask(reviewer, moderator.email)).location == "/instruction"
    assert reviewer.get("/connexion").location == "/instruction"
    assert reviewer.get("/connexion?suite=/mon-compte").location == "/mon-compte"


def test_signing_in_takes_the_place_of_the_session_before(client: Client) -> None:
    with client.session_transaction() as session:
        session["left_by"] = "somebody else"
    client.post(ask(client))
    with client.session_transaction() as session:
        first = session[SESSION_KEY]
        assert "left_by" not in session
        assert "sign_in_address" not in session
        assert session.permanent

    client.post("/deconnexion")
    client.post(ask(client, "autre@example.org"))

    with client.session_transaction() as session:
        assert session[SESSION_KEY] != first
    assert sessions() == 1


def test_a_browser_that_signs_in_again_ends_its_former_session(
    client: Client, new_client: Callable[[], Client]
) -> None:
    path = ask(new_client())
    client.sign_in(PersonFactory())
    client.post(path)
    assert ADDRESS in check_page(client.get("/mon-compte").text).text
    assert sessions() == 1


def test_a_link_that_has_served_is_refused_and_another_offered(
    client: Client, new_client: Callable[[], Client]
) -> None:
    path = ask(client, suite="/mon-compte")
    client.post(path)
    other = new_client()
    for response in (other.get(path), other.post(path)):
        assert response.status_code == 410
        page = check_page(response.text)
        assert page.alerts[0].startswith("Ce lien de connexion a déjà servi.")
        assert page.links["Recevoir un nouveau lien"] == "/connexion?suite=/mon-compte"
    assert sessions() == 1


def test_who_is_signed_in_already_may_just_go_on(client: Client) -> None:
    path = ask(client)
    client.post(path)
    response = client.post(path)
    page = check_page(response.text)
    assert response.status_code == 410
    assert f"Votre session est déjà ouverte, avec l’adresse {ADDRESS}." in page.text
    assert page.links["Continuer"] == "/connexion"


def test_a_link_ten_minutes_old_is_refused(client: Client, time: Traveller) -> None:
    path = ask(client)
    time.shift(timedelta(minutes=10))
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 410
        assert check_page(response.text).alerts[0].startswith("Ce lien de connexion n’est plus valable.")
    assert sessions() == 0


def test_a_forged_link_is_not_found(client: Client) -> None:
    path = ask(client)
    for forged in (path[:-1], f"/connexion/{tokens.seal('sign_in', tokens.new_key())}", "/connexion/abc"):
        for response in (client.get(forged), client.post(forged)):
            assert response.status_code == 404
            assert check_page(response.text).links["Recevoir un nouveau lien"] == "/connexion"
    assert sessions() == 0


# ── Afterwards ──


def test_a_session_lasts_two_weeks(client: Client, time: Traveller) -> None:
    client.post(ask(client))
    time.shift(timedelta(days=14) - timedelta(minutes=1))
    assert client.get("/mon-compte").status_code == 200
    time.shift(timedelta(minutes=1))
    assert client.get("/mon-compte").location == "/connexion?suite=/mon-compte"


def test_signing_out_ends_the_session(client: Client) -> None:
    client.post(ask(client))
    with client.session_transaction() as session:
        token = session[SESSION_KEY]

    response = client.post("/deconnexion")

    assert response.location == "/"
    assert sessions() == 0
    assert client.get("/mon-compte").status_code == 302
    with client.session_transaction() as session:
        session[SESSION_KEY] = token
    assert client.get("/mon-compte").status_code == 302


def test_signing_out_is_no_link(client: Client) -> None:
    assert client.get("/deconnexion").status_code == 405
    assert client.post("/deconnexion").location == "/"


def test_the_name_is_the_person_s_to_choose(client: Client) -> None:
    person = PersonFactory(email=ADDRESS, full_name="")
    client.sign_in(person)

    response = client.post("/mon-compte", data={"full_name": "  Référente\tdu lab "})

    assert response.location == "/mon-compte"
    assert person.full_name == "Référente du lab"
    page = check_page(client.get("/mon-compte").text)
    assert page.alerts == ["Votre nom est enregistré."]
    assert page.forms[0].values == {"full_name": "Référente du lab"}


@pytest.mark.parametrize("name", ["", "  ", "a" * 121])
def test_a_name_is_short_and_not_empty(client: Client, name: str) -> None:
    person = PersonFactory(full_name="Référente du lab")
    response = client.sign_in(person).post("/mon-compte", data={"full_name": name})
    assert response.status_code == 422
    assert list(check_page(response.text).field_errors()) == ["full_name"]
    assert person.full_name == "Référente du lab"
