"""The team of a lab and the page of a lab, in the browser: who may come, what each screen says and does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from time_machine import Traveller

from planner import tokens
from planner.accounts.models import Person, SignIn
from planner.db import db
from planner.directory.models import Membership, MembershipRole, Organisation
from planner.teams import services
from planner.teams.models import JoinRequest, MembershipInvitation
from planner.web.rights import Actor
from tests.conftest import Client
from tests.factories import GrantFactory, MembershipFactory, OrganisationFactory, PersonFactory, ReunionFactory
from tests.web.html import Page, check_page

TODAY = date(2026, 10, 12)
TEAM = "/espace-lab/lab-archipel/equipe"
ADDRESS = "agente@example.org"
MANAGER, EDITOR, HELPER = MembershipRole.MANAGER, MembershipRole.EDITOR, MembershipRole.HELPER
type_of_outbox = Callable[[], list[tuple[str, int]]]
type_of_statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    organisation: Organisation = OrganisationFactory(name="Lab Archipel", slug="lab-archipel")
    return organisation


@pytest.fixture
def manager(client: Client, lab: Organisation) -> Membership:
    """The manager of the lab, signed in."""
    person = PersonFactory(full_name="Référente du lab", email="referente@example.org")
    membership: Membership = MembershipFactory(
        organisation=lab, person=person, role=MANAGER, starts_on=date(2026, 1, 5)
    )
    client.sign_in(person)
    return membership


def ditp() -> Actor:
    person = PersonFactory(full_name="Modération de la DITP")
    return Actor(person.id, person.full_name, person.email, is_moderator=True)


def invite(lab: Organisation, email: str = ADDRESS, role: MembershipRole = EDITOR) -> MembershipInvitation:
    invitation = services.invite(lab, email, role, ditp())
    db.session.commit()
    return invitation


def link_of(invitation: MembershipInvitation) -> str:
    return f"/invitations/{tokens.seal('membership_invitation', invitation.link_key)}"


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def membership_at(member: Membership) -> str:
    return f"{TEAM}/membres/{tokens.mark('membership', member.id)}"


# ── Who may come ──


@pytest.fixture
def people(lab: Organisation) -> dict[str, Person]:
    """One person of each role."""
    return {
        "helper": MembershipFactory(organisation=lab, role=HELPER).person,
        "editor": MembershipFactory(organisation=lab, role=EDITOR).person,
        "manager": MembershipFactory(organisation=lab, role=MANAGER).person,
        "former manager": MembershipFactory(
            organisation=lab, role=MANAGER, starts_on=date(2026, 1, 5), ends_on=date(2026, 10, 11)
        ).person,
        "manager of another lab": MembershipFactory(role=MANAGER).person,
        "coordinator": GrantFactory(role="coordinator", region_code="84").person,
        "coordinator of another region": GrantFactory(role="coordinator", region_code=ReunionFactory().code).person,
        "moderator": GrantFactory().person,
        "admin": GrantFactory(role="admin").person,
        "agent": PersonFactory(),
    }


MANAGERS = {"manager", "moderator", "admin"}
READERS = {*MANAGERS, "editor", "coordinator"}


@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("GET", "", READERS),
        ("GET", "/inviter", MANAGERS),
        ("POST", "/inviter", MANAGERS),
        ("POST", "/invitations/{offer}/renvoyer", MANAGERS),
        ("POST", "/invitations/{offer}/retirer", MANAGERS),
        ("GET", "/membres/{member}", MANAGERS),
        ("POST", "/membres/{member}", MANAGERS),
        ("POST", "/membres/{member}/terminer", MANAGERS),
        ("GET", "/passer-la-main", MANAGERS),
        ("POST", "/passer-la-main", MANAGERS),
        ("GET", "/demandes/{asking}", MANAGERS),
        ("POST", "/demandes/{asking}/accepter", MANAGERS),
        ("POST", "/demandes/{asking}/refuser", MANAGERS),
        ("GET", "/proposer", {"coordinator"}),
        ("POST", "/proposer", {"coordinator"}),
        ("GET", "/../page", MANAGERS),
        ("POST", "/../page", MANAGERS),
    ],
)
def test_who_may_do_what(
    method: str, path: str, who: set[str], lab: Organisation, people: dict[str, Person], new_client: Any
):
    member = MembershipFactory(organisation=lab)
    request = services.ask_to_join(lab, PersonFactory(), "Bonjour")
    invitation = invite(lab)
    names = {
        "member": tokens.mark("membership", member.id),
        "offer": tokens.mark("invitation", invitation.id),
        "asking": tokens.mark("join_request", request.id),
    }
    address = (TEAM + path.format(**names)).replace("/equipe/..", "")
    refused = set()
    assert new_client().open(address, method=method).location.startswith("/connexion")
    for name in sorted(people, key=lambda name: name in who):  # whoever may goes last: it may change things
        status = new_client().sign_in(people[name]).open(address, method=method).status_code
        assert status in {200, 302, 403, 404, 422}
        if status == 403:
            refused.add(name)
    assert refused == set(people) - who


def test_what_belongs_to_another_lab_is_not_found(client: Client, manager: Membership):
    other = MembershipFactory()
    invitation = invite(other.organisation)
    request = services.ask_to_join(other.organisation, PersonFactory(), "Bonjour")
    db.session.commit()
    for path in (
        f"/membres/{tokens.mark('membership', other.id)}/terminer",
        f"/membres/{other.id}/terminer",
        f"/invitations/{tokens.mark('invitation', invitation.id)}/retirer",
        f"/demandes/{tokens.mark('join_request', request.id)}/accepter",
    ):
        assert client.post(TEAM + path).status_code == 404
    assert other.ends_on is None


# ── The team ──


def test_the_team_says_who_is_in_it_in_words(client: Client, manager: Membership, lab: Organisation):
    editor = MembershipFactory(
        organisation=lab, person__full_name="Rédaction", starts_on=date(2026, 3, 2), ends_on=date(2027, 3, 1)
    )
    MembershipFactory(
        organisation=lab, person__full_name="Ancienne", starts_on=date(2025, 1, 6), ends_on=date(2025, 12, 31)
    )
    invite(lab)
    services.ask_to_join(lab, PersonFactory(full_name="Agente de préfecture"), "Je connais le lab.")
    page = page_of(client, TEAM)
    assert page.h1 == "L’équipe de Lab Archipel"
    assert page.breadcrumb == ["Accueil", "Espace lab", "Lab Archipel", "Équipe"]
    assert "2 personnes travaillent avec ce lab." in page.text
    assert "Référente du lab (vous) Référent ou référente – referente@example.org" in page.text
    assert "Depuis le lundi 2 mars 2026, jusqu’au lundi 1er mars 2027." in page.text
    assert "Membre de l’équipe, du 6 janvier au 31 décembre 2025." in page.text
    assert "Invitation de Modération de la DITP, valable jusqu’au lundi 26 octobre 2026." in page.text
    assert "Agente de préfecture" in page.text
    assert "Je connais le lab." in page.text
    assert page.links["Modifier Rédaction"] == membership_at(editor)
    assert page.links["Passer la main"] == f"{TEAM}/passer-la-main"
    assert page.alerts == []


def test_an_editor_reads_the_team_and_changes_nothing(client: Client, lab: Organisation):
    MembershipFactory(organisation=lab, role=MANAGER)
    invite(lab)
    client.sign_in(MembershipFactory(organisation=lab).person)
    page = page_of(client, TEAM)
    assert page.forms == []
    assert [words for words in page.links if words.startswith(("Modifier", "Inviter", "Passer"))] == []
    assert "adressez-vous à qui répond de l’équipe" in page.text


def test_a_coordinator_reads_and_proposes(client: Client, lab: Organisation, outbox: type_of_outbox):
    MembershipFactory(organisation=lab, role=MANAGER)
    client.sign_in(GrantFactory(role="coordinator", region_code="84").person)
    page = page_of(client, TEAM)
    assert page.links["Proposer une personne"] == f"{TEAM}/proposer"
    assert page.breadcrumb == ["Accueil", "Les labs", "Lab Archipel", "Équipe"]
    assert check_page(client.get(f"{TEAM}/proposer").text).h1 == "Proposer une personne"
    response = client.post(f"{TEAM}/proposer", data={"email": ADDRESS, "words": "Elle connaît le lab."})
    assert response.location == TEAM
    assert [kind for kind, _ in outbox()] == ["team.join_requested"]
    again = client.post(f"{TEAM}/proposer", data={"email": ADDRESS, "words": "Encore."})
    assert again.status_code == 422
    assert check_page(again.text).field_errors() == {
        "email": ["Une demande attend déjà la réponse de l’équipe."],
    }


@pytest.mark.parametrize(
    ("days", "title"),
    [
        (-1, "Plus personne ne répond de l’équipe"),
        (30, "Bientôt plus personne pour répondre de l’équipe"),
        (31, None),
    ],
)
def test_a_team_short_of_a_manager_is_warned(client: Client, lab: Organisation, days: int, title: str | None):
    end = TODAY + timedelta(days=days)
    MembershipFactory(organisation=lab, role=MANAGER, starts_on=date(2026, 1, 5), ends_on=end)
    client.sign_in(GrantFactory().person)
    alerts = page_of(client, TEAM).alerts
    assert [alert.startswith(title or "") for alert in alerts] == ([True] if title else [])


def test_three_members_cost_no_more_statements_than_one(
    client: Client, manager: Membership, lab: Organisation, statements: type_of_statements
):
    def cost() -> int:
        with statements() as asked:
            page_of(client, TEAM)
        return len(asked)

    def one_more(number: int) -> None:
        MembershipFactory(organisation=lab)
        MembershipFactory(organisation=lab, starts_on=date(2025, 1, 6), ends_on=date(2025, 12, 31))
        invite(lab, f"invitee{number}@example.org")
        services.accept(invite(lab, f"venue{number}@example.org"))
        services.ask_to_join(lab, PersonFactory(), "Bonjour")
        db.session.commit()

    one_more(1)
    first = cost()
    for number in (2, 3):
        one_more(number)
    assert cost() == first


# ── Inviting ──


def test_inviting_says_the_same_of_an_address_known_or_not(client: Client, manager: Membership, outbox: type_of_outbox):
    PersonFactory(email="connue@example.org")
    page = check_page(client.get(f"{TEAM}/inviter").text)
    assert page.forms[0].values == {"email": "", "role": "editor", "ends_on": ""}
    said = []
    for email in ("connue@example.org", ADDRESS):
        response = client.post(f"{TEAM}/inviter", data={"email": email, "role": "helper"})
        assert response.location == TEAM
        said.append([alert.replace(email, "…") for alert in page_of(client, TEAM).alerts])
    assert said == [["L’invitation part vers …. Elle est valable 14 jours."]] * 2
    assert [kind for kind, _ in outbox()] == ["team.invited"] * 2


def test_what_cannot_be_invited_comes_back_with_what_was_typed(client: Client, manager: Membership):
    for email, ends_on, errors in (
        ("", "", {"email": ["Indiquez une adresse électronique."]}),
        ("referente@example.org", "", {"email": ["Cette personne est déjà dans l’équipe."]}),
        (ADDRESS, "2026-10-11", {"ends_on": ["La date de fin est déjà passée."]}),
    ):
        typed = {"email": email, "role": "helper", "ends_on": ends_on}
        response = client.post(f"{TEAM}/inviter", data=typed)
        page = check_page(response.text)
        assert (response.status_code, page.field_errors(), page.forms[0].values) == (422, errors, typed)
        assert page.title.startswith("Erreur : ")


def test_an_invitation_is_sent_again_and_withdrawn(
    client: Client, manager: Membership, lab: Organisation, outbox: type_of_outbox, time: Traveller
):
    invitation = invite(lab)
    time.shift(timedelta(days=15))
    client.sign_in(manager.person)
    assert "qui n’est plus valable depuis le lundi 26 octobre 2026" in page_of(client, TEAM).text
    address = f"{TEAM}/invitations/{tokens.mark('invitation', invitation.id)}"
    assert client.post(f"{address}/renvoyer").location == TEAM
    assert "L’invitation repart vers agente@example.org." in page_of(client, TEAM).text
    assert [kind for kind, _ in outbox()] == ["team.invited", "team.renewed"]
    assert client.post(f"{address}/retirer").location == TEAM
    assert "Invitations en attente" not in page_of(client, TEAM).text
    assert client.post(f"{address}/renvoyer").status_code == 404


# ── The mailed link ──


def test_the_link_says_what_is_offered_and_changes_nothing(client: Client, lab: Organisation):
    path = link_of(invite(lab, role=HELPER))
    for _ in range(2):
        page = check_page(client.get(path).text)
    assert page.h1 == "Rejoindre l’équipe de Lab Archipel"
    assert "Modération de la DITP vous invite à travailler avec ce lab, avec l’adresse agente@example.org." in page.text
    assert "Accueil le jour J" in page.text
    assert [(form.method, form.action, form.buttons) for form in page.forms] == [
        ("post", f"{path}/accepter", ["Rejoindre l’équipe"]),
        ("post", f"{path}/refuser", ["Décliner"]),
    ]
    assert db.session.scalar(select(Person).where(Person.email == ADDRESS)) is None


def test_accepting_makes_a_member_and_sends_through_sign_in(client: Client, lab: Organisation, outbox: type_of_outbox):
    response = client.post(f"{link_of(invite(lab))}/accepter")
    assert response.location == "/connexion/envoye?suite=/espace-lab/lab-archipel"
    page = check_page(client.get(response.location).text)
    assert page.alerts == ["Bienvenue dans l’équipe de Lab Archipel !"]
    assert "Nous avons écrit à agente@example.org." in page.text
    assert [one.person.email for one in db.session.scalars(select(Membership))] == [ADDRESS]
    assert db.session.scalars(select(SignIn)).all() == []
    assert [kind for kind, _ in outbox()] == ["team.invited", "team.accepted", "accounts.sign_in_link"]


def test_who_is_signed_in_with_the_address_goes_straight_to_work(
    client: Client, lab: Organisation, outbox: type_of_outbox
):
    client.sign_in(PersonFactory(email=ADDRESS))
    assert client.post(f"{link_of(invite(lab))}/accepter").location == "/espace-lab/lab-archipel"
    assert client.get("/espace-lab/lab-archipel").status_code == 200
    assert "accounts.sign_in_link" not in [kind for kind, _ in outbox()]


def test_somebody_else_s_session_is_given_nothing(client: Client, lab: Organisation):
    other = PersonFactory()
    client.sign_in(other)
    path = link_of(invite(lab))
    assert f"Votre session est ouverte avec l’adresse {other.email}" in check_page(client.get(path).text).text
    client.post(f"{path}/accepter")
    assert [one.person.email for one in db.session.scalars(select(Membership))] == [ADDRESS]


def test_a_helper_is_told_what_to_expect(client: Client, lab: Organisation):
    client.sign_in(PersonFactory(email=ADDRESS))
    assert client.post(f"{link_of(invite(lab, role=HELPER))}/accepter").location == "/espace-lab"
    page = page_of(client, "/espace-lab")
    assert "Vous êtes de l’équipe pour accueillir le public" in page.text
    assert "Rejoindre ce lab" not in page.text


def test_declining_tells_the_inviter(client: Client, lab: Organisation, outbox: type_of_outbox):
    path = link_of(invite(lab))
    assert client.post(f"{path}/refuser").location == "/labs"
    assert outbox()[-1][0] == "team.declined"
    assert client.get(path).status_code == 410
    assert db.session.scalars(select(Membership)).all() == []


def test_a_link_that_opens_nothing_says_why(client: Client, lab: Organisation, time: Traveller):
    taken, withdrawn, old = (invite(lab, f"agent{number}@example.net") for number in range(3))
    services.accept(taken)
    services.withdraw(withdrawn)
    db.session.commit()
    time.shift(timedelta(days=14))
    for invitation, reason in (
        (taken, "Cette invitation a déjà été acceptée."),
        (withdrawn, "Cette invitation n’est plus proposée."),
        (old, "Cette invitation n’est plus valable."),
    ):
        path = link_of(invitation)
        for response in (client.get(path), client.post(f"{path}/accepter"), client.post(f"{path}/refuser")):
            assert response.status_code == 410
            assert check_page(response.text).alerts[0].startswith(reason)
    forged = f"/invitations/{tokens.seal('sign_in_link', taken.link_key)}"
    assert client.get(forged).status_code == 404
    assert client.post(f"{forged}/accepter").status_code == 404


# ── Members ──


def test_a_member_is_changed_ended_and_brought_back(client: Client, manager: Membership, lab: Organisation):
    editor = MembershipFactory(organisation=lab, person__full_name="Rédaction")
    address = membership_at(editor)
    page = check_page(client.get(address).text)
    assert (page.h1, page.forms[0].values) == ("Rédaction", {"role": "editor", "ends_on": ""})
    assert client.post(address, data={"role": "helper", "ends_on": "2026-12-31"}).location == TEAM
    assert (editor.role, editor.ends_on) == (HELPER, date(2026, 12, 31))
    assert client.post(f"{address}/terminer").location == TEAM
    page = page_of(client, TEAM)
    assert page.alerts[-1:] == ["Rédaction n’est plus dans l’équipe."]
    assert page.links["Faire revenir Rédaction"] == address
    page = check_page(client.get(address).text)
    assert (page.h1, len(page.forms)) == ("Faire revenir Rédaction", 1)
    client.post(address, data={"role": "editor"})
    assert page_of(client, TEAM).alerts == ["Rédaction est de nouveau dans l’équipe."]
    assert (editor.role, editor.ends_on) == (EDITOR, None)


def test_the_last_manager_is_refused_with_the_way_out(client: Client, manager: Membership, lab: Organisation):
    response = client.post(membership_at(manager), data={"role": "editor"})
    page = check_page(response.text)
    assert response.status_code == 422
    assert "Passez d’abord la main à quelqu’un d’autre" in page.refusals[0]
    client.post(f"{membership_at(manager)}/terminer")
    assert "Passez d’abord la main à quelqu’un d’autre" in page_of(client, TEAM).alerts[0]
    assert (manager.role, manager.ends_on) == (MANAGER, None)


@pytest.mark.parametrize(("then", "lands"), [("rester", TEAM), ("quitter", "/espace-lab")])
def test_the_manager_hands_over(client: Client, manager: Membership, lab: Organisation, then: str, lands: str):
    empty = check_page(client.get(f"{TEAM}/passer-la-main").text)
    assert "Il n’y a personne à qui passer la main" in empty.text
    editor = MembershipFactory(organisation=lab, person__full_name="Rédaction")
    form = check_page(client.get(f"{TEAM}/passer-la-main").text).forms[0]
    assert form.values == {"then": "rester"}
    refused = client.post(f"{TEAM}/passer-la-main", data={"then": then, "successor": "ailleurs"})
    assert refused.status_code == 422
    check_page(refused.text)
    chosen = {"successor": tokens.mark("membership", editor.id), "then": then}
    assert client.post(f"{TEAM}/passer-la-main", data=chosen).location == lands
    assert editor.role is MANAGER
    assert client.get(TEAM).status_code == (200 if then == "rester" else 403)
    assert client.get(f"{TEAM}/inviter").status_code == 403


# ── Requests to join ──


def test_a_visitor_who_wants_to_join_signs_in_first(client: Client, lab: Organisation):
    page = check_page(client.get("/labs/lab-archipel").text)
    assert page.links["Rejoindre ce lab"] == "/labs/lab-archipel/rejoindre"
    assert client.get("/labs/lab-archipel/rejoindre").location == "/connexion?suite=/labs/lab-archipel/rejoindre"


def test_a_request_is_made_and_answered(
    client: Client, manager: Membership, lab: Organisation, new_client: Any, outbox: type_of_outbox
):
    person = PersonFactory(full_name="Agente de préfecture")
    agent = new_client().sign_in(person)
    assert "« Rejoindre ce lab »" in page_of(agent, "/espace-lab").text
    assert check_page(agent.get("/labs/lab-archipel/rejoindre").text).h1 == "Rejoindre Lab Archipel"
    assert agent.post("/labs/lab-archipel/rejoindre", data={"words": ""}).status_code == 422
    response = agent.post("/labs/lab-archipel/rejoindre", data={"words": "Je connais le lab."})
    assert response.location == "/labs/lab-archipel"
    assert "Votre demande attend une réponse" in page_of(agent, "/labs/lab-archipel/rejoindre").text
    refused = agent.post("/labs/lab-archipel/rejoindre", data={"words": "Encore."})
    assert refused.status_code == 422
    assert check_page(refused.text).refusals == ["Une demande attend déjà la réponse de l’équipe."]
    address = page_of(client, TEAM).links["Répondre à Agente de préfecture"]
    page = check_page(client.get(address).text)
    assert page.h1 == "Agente de préfecture demande à rejoindre l’équipe"
    assert page.forms[0].values == {"role": "editor", "ends_on": ""}
    assert client.post(f"{address}/accepter", data={"role": "editor"}).location == TEAM
    assert agent.get("/espace-lab/lab-archipel").status_code == 200
    assert "Vous êtes déjà dans l’équipe" in page_of(agent, "/labs/lab-archipel/rejoindre").text
    assert [kind for kind, _ in outbox()] == ["team.join_requested", "team.answered"]
    assert "Demande acceptée" in page_of(client, address).text
    late = client.post(f"{address}/refuser", data={"reason": "Non."})
    assert late.status_code == 422
    assert "Quelqu’un de l’équipe a déjà répondu à cette demande." in check_page(late.text).refusals


def test_a_refusal_says_why(client: Client, manager: Membership, lab: Organisation):
    request = services.ask_to_join(lab, PersonFactory(), "Bonjour")
    db.session.commit()
    address = f"{TEAM}/demandes/{tokens.mark('join_request', request.id)}"
    for path, data in (("/refuser", {"reason": " "}), ("/accepter", {"role": ""})):
        response = client.post(address + path, data=data)
        assert response.status_code == 422
        assert len(check_page(response.text).refusals) == 1
    assert client.post(f"{address}/refuser", data={"reason": "Le lab est complet."}).location == TEAM
    kept = db.session.get_one(JoinRequest, request.id)
    assert (kept.is_accepted, kept.reason, kept.decider_id) == (False, "Le lab est complet.", manager.person_id)


def test_a_closed_lab_takes_nobody(client: Client, lab: Organisation):
    lab.closed_on = TODAY
    client.sign_in(PersonFactory())
    assert "Rejoindre ce lab" not in page_of(client, "/labs/lab-archipel").links
    assert "Ce lab a fermé" in page_of(client, "/labs/lab-archipel/rejoindre").text
    assert client.post("/labs/lab-archipel/rejoindre", data={"words": "Bonjour"}).status_code == 422


# ── The page of the lab ──

PAGE = "/espace-lab/lab-archipel/page"


def typed(client: Client, **changes: str) -> dict[str, Any]:
    return {**check_page(client.get(PAGE).text).forms[0].values, **changes}


def test_the_manager_writes_the_page_of_the_lab(client: Client, manager: Membership, lab: Organisation):
    data = typed(
        client,
        description="Nous **essayons**.\n\n<script>alert(1)</script>",
        skills="Données, Design de service ; données,",
        website="https://lab.example.org",
        branch="territorial",
        city=" Bron ",
        contact_email="Accueil@Example.org",
    )
    assert client.post(PAGE, data=data).location == "/labs/lab-archipel"
    assert lab.skills == ["Données", "Design de service", "données"]
    assert (lab.city, lab.contact_email, lab.branch, lab.name) == (
        "Bron",
        "accueil@example.org",
        "territorial",
        "Lab Archipel",
    )
    response = client.get("/labs/lab-archipel")
    page = check_page(response.text)
    assert "<strong>essayons</strong>" in response.text
    assert "<script>alert" not in response.text
    assert page.links["lab.example.org"] == "https://lab.example.org"


def test_the_preview_shows_what_was_typed_and_keeps_nothing(client: Client, manager: Membership, lab: Organisation):
    response = client.post(PAGE, data=typed(client, description="Une équipe **toute neuve**.", suite="apercu"))
    page = check_page(response.text)
    assert response.status_code == 200
    assert "<strong>toute neuve</strong>" in response.text
    assert "Rien n’est encore enregistré." in page.text
    assert page.forms[0].values["description"] == "Une équipe **toute neuve**."
    assert lab.description == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "ftp://lab.example.org"),
        ("website", "lab"),
        ("contact_email", "accueil"),
        ("skills", ",".join(str(number) for number in range(21))),
        ("branch", "autre"),
    ],
)
def test_what_the_page_may_not_hold_is_refused(client: Client, manager: Membership, field: str, value: str):
    response = client.post(PAGE, data=typed(client, **{field: value}))
    assert response.status_code == 422
    assert list(check_page(response.text).field_errors()) == [field]


def test_the_second_to_save_sees_what_the_first_wrote(client: Client, manager: Membership, lab: Organisation):
    read = typed(client)
    client.post(PAGE, data={**read, "city": "Bron", "skills": "Données"})
    second = client.post(PAGE, data={**read, "city": "Vénissieux"})
    page = check_page(second.text)
    assert second.status_code == 422
    assert "Quelqu’un d’autre a changé les mêmes réponses" in page.refusals[0]
    assert "Ville Bron Vénissieux" in page.text
    assert "Compétences : Données" in page.text  # taken over: the second had not touched them
    assert [page.forms[0].values[name] for name in ("city", "skills")] == ["Vénissieux", "Données"]
    assert lab.city == "Bron"
    assert client.post(PAGE, data=page.forms[0].values).location == "/labs/lab-archipel"
    assert (lab.city, lab.skills) == ("Vénissieux", ["Données"])
