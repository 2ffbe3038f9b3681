"""Signing in by a mailed link, and the rights that DITP grants."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from planner import tokens
from planner.accounts import messages, queries, rules, services
from planner.accounts.models import Grant, GrantRole, Person, SignIn, SignInLink
from planner.db import db, transaction
from planner.web.rights import Actor, Role
from tests.factories import PersonFactory, RegionFactory

type_of_outbox = Callable[[], list[tuple[str, int]]]

ADDRESS = "referent.lab-archipel@example.org"


@pytest.fixture
def link(context: Flask) -> SignInLink:
    """A link just asked for."""
    asked = services.ask_to_sign_in(ADDRESS, "/espace-lab")
    db.session.commit()
    assert asked is not None
    return asked


# ── Asking ──


def test_a_link_is_owed_to_an_address_known_or_not(context: Flask, outbox: type_of_outbox) -> None:
    PersonFactory(email=ADDRESS)

    known = services.ask_to_sign_in(f"  {ADDRESS.upper()} ")
    unknown = services.ask_to_sign_in("inconnu@example.org", "/espace-lab")

    assert known
    assert unknown
    assert (known.email, unknown.email) == (ADDRESS, "inconnu@example.org")
    assert (known.next_path, unknown.next_path) == (None, "/espace-lab")
    assert known.expires_at - known.created_at == timedelta(minutes=10)
    assert outbox() == [("accounts.sign_in_link", known.id), ("accounts.sign_in_link", unknown.id)]
    assert queries.person_by_email("inconnu@example.org") is None


def test_the_sixth_unused_link_of_an_hour_is_not_sent(context: Flask, outbox: type_of_outbox, time: Traveller) -> None:
    links = [services.ask_to_sign_in(ADDRESS) for _ in range(6)]

    assert [link is not None for link in links] == [True] * 5 + [False]
    assert len(outbox()) == 5
    assert services.ask_to_sign_in("autre@example.org") is not None

    time.shift(timedelta(hours=1, seconds=1))
    assert services.ask_to_sign_in(ADDRESS) is not None


def test_a_link_that_has_served_is_not_counted(context: Flask) -> None:
    for _ in range(6):
        asked = services.ask_to_sign_in(ADDRESS)
        assert asked
        services.sign_in(asked)


def test_a_path_of_another_site_is_not_kept(context: Flask) -> None:
    asked = services.ask_to_sign_in(ADDRESS, "https://ailleurs.example/")
    assert asked
    assert asked.next_path is None


@pytest.mark.parametrize("path", ["/", "/espace-lab", "/programme?region=84&q=données", "/labs/lab-o#contact"])
def test_a_local_path_is_followed(path: str) -> None:
    assert rules.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "espace-lab",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "/\t/ailleurs.example",
        "/\n/ailleurs.example",
        "/a\\b",
        "https://ailleurs.example",
        "https:/ailleurs.example",
        "javascript:alert(1)",
        "/" + "a" * 1001,
    ],
)
def test_any_other_address_is_not(path: str | None) -> None:
    assert rules.local_path(path) is None


# ── The mail ──


def test_the_mail_holds_the_link_and_how_long_it_lives(link: SignInLink) -> None:
    email = messages.sign_in_link(link.id)

    assert email
    assert (email.to, email.subject) == (ADDRESS, "Votre lien de connexion")
    assert email.context == {
        "url": "https://agenda.example/connexion/" + tokens.seal("sign_in_link", link.link_key),
        "minutes": 10,
    }


def test_no_mail_leaves_once_the_link_has_served(link: SignInLink) -> None:
    services.sign_in(link)
    assert messages.sign_in_link(link.id) is None


def test_no_mail_leaves_once_the_link_is_over(link: SignInLink, time: Traveller) -> None:
    time.shift(timedelta(minutes=10))
    assert messages.sign_in_link(link.id) is None


def test_no_mail_leaves_for_a_link_that_is_no_more(context: Flask) -> None:
    assert messages.sign_in_link(404) is None


# ── Signing in and out ──


def test_the_first_sign_in_creates_the_person(link: SignInLink) -> None:
    opened = services.sign_in(link)
    db.session.commit()

    assert (opened.person.email, opened.person.full_name) == (ADDRESS, "")
    assert opened.person.last_seen_at == link.used_at == opened.created_at
    assert opened.expires_at - opened.created_at == timedelta(days=14)
    assert link.used_at is not None


def test_signing_in_again_finds_the_same_person(link: SignInLink) -> None:
    person = PersonFactory(email=ADDRESS, full_name="Référente du lab")

    opened = services.sign_in(link)

    assert opened.person is person
    assert person.full_name == "Référente du lab"
    assert person.last_seen_at == link.used_at


def test_a_link_serves_once(link: SignInLink) -> None:
    services.sign_in(link)
    with pytest.raises(rules.SignInLinkUsed):
        services.sign_in(link)


def test_a_link_lives_ten_minutes(link: SignInLink) -> None:
    rules.check_link(link, link.expires_at - timedelta(seconds=1))
    with pytest.raises(rules.SignInLinkExpired):
        rules.check_link(link, link.expires_at)


def test_a_token_finds_its_link_and_a_forged_one_nothing(link: SignInLink) -> None:
    token = tokens.seal("sign_in_link", link.link_key)

    assert queries.link_by_token(token) is link
    assert queries.link_by_token(token[:-1]) is None
    assert queries.link_by_token(tokens.seal("sign_in", link.link_key)) is None
    assert queries.link_by_token(tokens.seal("sign_in_link", tokens.new_key())) is None


def test_a_session_is_found_until_it_is_over(link: SignInLink, time: Traveller) -> None:
    opened = services.sign_in(link)
    token = tokens.seal("sign_in", opened.link_key)
    assert queries.sign_in_by_token(token) is opened

    time.move_to(opened.expires_at - timedelta(seconds=5))
    assert queries.sign_in_by_token(token) is opened

    time.move_to(opened.expires_at)
    assert queries.sign_in_by_token(token) is None


def test_signing_out_ends_the_session_alone(link: SignInLink) -> None:
    opened = services.sign_in(link)
    other = services.sign_in(services.ask_to_sign_in(ADDRESS))  # type: ignore[arg-type]  # not the sixth
    token = tokens.seal("sign_in", opened.link_key)

    services.sign_out(token)
    services.sign_out(token)
    services.sign_out("")

    assert opened.ended_at is not None
    assert other.ended_at is None
    assert queries.sign_in_by_token(token) is None


@pytest.fixture
def together(committed: Flask) -> Iterator[Callable[[Callable[[], object]], list[object]]]:
    """Run something in four threads at the same moment, each in its own transaction; what each gave or raised."""
    barrier = Barrier(4)

    def once(action: Callable[[], object]) -> object:
        with committed.app_context():
            barrier.wait()
            try:
                with transaction():
                    return action()
            except rules.SignInLinkUsed as refusal:
                return type(refusal)

    with ThreadPoolExecutor(4) as pool:
        yield lambda action: list(pool.map(once, [action] * 4))


def test_a_link_opened_in_four_windows_at_once_opens_one_session(
    together: Callable[[Callable[[], object]], list[object]],
) -> None:
    with transaction():
        asked = services.ask_to_sign_in(ADDRESS)
    assert asked
    token = tokens.seal("sign_in_link", asked.link_key)

    def prove() -> str:
        link = queries.link_by_token(token)
        assert link
        services.sign_in(link)
        return "in"

    assert sorted(map(str, together(prove))) == sorted(["in", *[str(rules.SignInLinkUsed)] * 3])
    assert db.session.scalar(select(func.count(SignIn.id))) == 1


def test_requests_at_the_same_moment_do_not_pass_the_limit(
    together: Callable[[Callable[[], object]], list[object]],
) -> None:
    with transaction():
        for _ in range(3):
            services.ask_to_sign_in(ADDRESS)

    sent = together(lambda: services.ask_to_sign_in(ADDRESS) is not None)

    assert sorted(map(bool, sent)) == [False, False, True, True]
    assert db.session.scalar(select(func.count(SignInLink.id))) == 5


# ── People and grants ──


def test_a_person_is_found_however_the_address_is_typed(context: Flask) -> None:
    person = PersonFactory(email=ADDRESS)
    assert queries.person_by_email(f" {ADDRESS.title()} ") is person
    assert services.person_with_address(f" {ADDRESS.title()} ") is person
    assert db.session.scalar(select(func.count(Person.id))) == 1


@pytest.mark.parametrize(
    ("roles", "desk"),
    [
        ({}, "/"),
        ({"memberships": {1: Role.HELPER}}, "/espace-lab"),
        ({"is_moderator": True}, "/instruction"),
        ({"is_admin": True, "memberships": {1: Role.EDITOR}}, "/instruction"),
        ({"regions": frozenset({"84"})}, "/instruction"),
    ],
)
def test_each_goes_to_the_own_desk(roles: dict[str, object], desk: str) -> None:
    assert rules.desk(Actor(1, "", ADDRESS, **roles)) == desk  # type: ignore[arg-type]


def test_a_grant_given_again_takes_the_new_end(context: Flask) -> None:
    RegionFactory()
    first = services.grant(ADDRESS, GrantRole.COORDINATOR, "84", date(2026, 12, 31))
    again = services.grant(ADDRESS, GrantRole.COORDINATOR, "84")

    assert first is again
    assert again.ends_on is None
    assert again.person.email == ADDRESS
    assert db.session.scalar(select(func.count(Grant.id))) == 1


def test_one_may_coordinate_two_regions(context: Flask) -> None:
    RegionFactory()
    RegionFactory(code="53", name="Bretagne", slug="bretagne")
    codes = [services.grant(ADDRESS, GrantRole.COORDINATOR, code).region_code for code in ("84", "53")]
    assert codes == ["84", "53"]


def test_a_coordinator_has_a_region_and_the_others_none(context: Flask) -> None:
    with pytest.raises(rules.GrantNeedsRegion):
        services.grant(ADDRESS, GrantRole.COORDINATOR)
    with pytest.raises(rules.GrantHasNoRegion):
        services.grant(ADDRESS, GrantRole.ADMIN, "84")


def test_a_right_holds_until_its_last_day_included() -> None:
    today = date(2026, 10, 12)
    assert [rules.is_live(day, today) for day in (None, date(2026, 10, 12), date(2026, 10, 11))] == [True, True, False]


def test_the_command_grants_once(context: Flask) -> None:
    command = context.test_cli_runner()
    RegionFactory()

    results = [command.invoke(args=["accounts", "grant", ADDRESS, "moderator"]) for _ in range(2)]
    coordinator = command.invoke(args=["accounts", "grant", ADDRESS, "coordinator", "--region", "84"])

    assert [result.output for result in results] == [f"{ADDRESS}\u00a0: moderator.\n"] * 2
    assert coordinator.output == f"{ADDRESS}\u00a0: coordinator, région 84.\n"
    rows = select(Grant.role, Grant.region_code).order_by(Grant.id)
    assert list(map(tuple, db.session.execute(rows))) == [(GrantRole.MODERATOR, None), (GrantRole.COORDINATOR, "84")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([ADDRESS, "coordinator"], "Error: Une coordination est celle d’une région\u00a0: indiquez laquelle.\n"),
        ([ADDRESS, "coordinator", "--region", "00"], "Error: Aucune région n’a le code «\u00a000\u00a0».\n"),
    ],
)
def test_the_command_says_what_is_wrong(context: Flask, arguments: list[str], said: str) -> None:
    result = context.test_cli_runner().invoke(args=["accounts", "grant", *arguments])
    assert (result.exit_code, result.stderr) == (1, said)


def test_the_command_wants_an_address(context: Flask) -> None:
    result = context.test_cli_runner().invoke(args=["accounts", "grant", "moderateur", "moderator"])
    assert result.exit_code == 2
    assert queries.person_by_email("moderateur") is None
