"""Organisations, who works in them, where they are, and who is signed in."""

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import Traveller

from planner import clock, tokens
from planner.accounts.models import GrantRole, Person, SignIn
from planner.accounts.services import sign_out
from planner.db import db
from planner.directory import queries, rules, services
from planner.directory.models import (
    Branch,
    Department,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Region,
)
from planner.directory.rules import LabSearch
from planner.web.rights import Actor, Role
from tests.factories import (
    DepartmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    ReunionFactory,
)

type_of_statements = Callable[[], contextlib.AbstractContextManager[list[str]]]

TODAY = date(2026, 10, 12)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ADDRESS = "referent.lab-archipel@example.org"


# ── Postcodes and territory ──


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("69003", "69"),
        (" 69 003 ", "69"),
        ("01000", "01"),
        ("95000", "95"),
        ("20000", "2A"),
        ("20167", "2A"),
        ("20303", "2A"),
        ("20704", "2A"),
        ("20200", "2B"),
        ("20401", "2B"),
        ("20620", "2B"),
        ("97110", "971"),
        ("97133", "977"),
        ("97150", "978"),
        ("97400", "974"),
        ("97500", "975"),
        ("97600", "976"),
        ("98413", "984"),
        ("98600", "986"),
        ("98714", "987"),
        ("98800", "988"),
    ],
)
def test_a_postcode_says_its_department(postcode: str, code: str) -> None:
    assert rules.department_code(postcode) == code


@pytest.mark.parametrize(
    "postcode", ["", "6900", "690033", "6900A", "٦٩٠٠٣", "00100", "96000", "99000", "20500", "97900", "98000", "Lyon"]
)
def test_what_is_no_french_postcode_is_nowhere(postcode: str) -> None:
    assert rules.department_code(postcode) is None


def test_the_territory_is_loaded_once(context: Flask) -> None:
    assert services.load_territory() == (26, 109)
    db.session.get_one(Region, "53").name = "Ancien nom"
    db.session.flush()
    assert services.load_territory() == (26, 109)

    assert db.session.get_one(Region, "53").name == "Bretagne"
    assert db.session.get_one(Region, "93").name == "Provence-Alpes-Côte d’Azur"
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Region, Department)]
    assert counts == [26, 109]
    metropolitan = select(func.count()).where(~Region.is_overseas)
    assert db.session.scalar(metropolitan) == 13
    assert all(ZoneInfo(zone) for zone in db.session.scalars(select(Region.time_zone)))


@pytest.mark.parametrize(
    ("postcode", "region", "time_zone", "is_overseas"),
    [
        ("69003", "Auvergne-Rhône-Alpes", "Europe/Paris", False),
        ("20200", "Corse", "Europe/Paris", False),
        ("97400", "La Réunion", "Indian/Reunion", True),
        ("97133", "Saint-Barthélemy", "America/St_Barthelemy", True),
        ("98714", "Polynésie française", "Pacific/Tahiti", True),
        ("98800", "Nouvelle-Calédonie", "Pacific/Noumea", True),
    ],
)
def test_a_place_has_the_region_and_the_time_of_its_postcode(
    context: Flask, *, postcode: str, region: str, time_zone: str, is_overseas: bool
) -> None:
    services.load_territory()
    found = queries.department_of_postcode(postcode)
    assert found
    assert (found.region.name, found.region.time_zone, found.region.is_overseas) == (region, time_zone, is_overseas)


def test_a_department_comes_with_its_region(context: Flask, statements: type_of_statements) -> None:
    DepartmentFactory()
    with statements() as asked:
        found = queries.place("69")
        assert found
        assert found.region.name == "Auvergne-Rhône-Alpes"
    assert len(asked) == 1


def test_nowhere_has_no_department(context: Flask) -> None:
    assert queries.place("69") is None
    assert queries.department_of_postcode("69003") is None
    assert queries.department_of_postcode("Lyon") is None


def test_the_command_loads_the_territory(context: Flask) -> None:
    result = context.test_cli_runner().invoke(args=["directory", "load-territory"])
    assert result.output == "26 régions et collectivités, 109 départements et codes de collectivités.\n"
    assert db.session.get_one(Department, "2A").region.name == "Corse"


# ── Organisations and members ──


def test_organisations_of_one_name_have_each_their_address(context: Flask) -> None:
    names = ["Lab Péï", "Lab’ Péi", "Lab Péï", "!"]
    created = [services.create_organisation(name, OrganisationKind.LAB) for name in names]
    assert [one.slug for one in created] == ["lab-pei", "lab-pei-2", "lab-pei-3", "structure"]


def test_an_organisation_keeps_what_is_known_of_it(context: Flask) -> None:
    ReunionFactory()
    lab = services.create_organisation(
        "Lab Péï", OrganisationKind.LIIT, branch=Branch.STATE, region_code="04", city="Saint-Denis", skills=["design"]
    )
    db.session.commit()
    assert (lab.name, lab.kind, lab.branch, lab.city) == ("Lab Péï", OrganisationKind.LIIT, Branch.STATE, "Saint-Denis")
    assert (lab.region and lab.region.name, lab.skills, lab.website) == ("La Réunion", ["design"], "")


def test_a_member_may_come_by_an_address(context: Flask) -> None:
    lab = OrganisationFactory()
    membership = services.add_member(lab, ADDRESS.upper(), MembershipRole.MANAGER)
    db.session.commit()
    assert (membership.person.email, membership.organisation) == (ADDRESS, lab)
    assert (membership.role, membership.starts_on, membership.ends_on) == (MembershipRole.MANAGER, TODAY, None)


def test_a_member_added_again_changes_role_and_end(context: Flask) -> None:
    lab, person = OrganisationFactory(), PersonFactory()
    first = services.add_member(lab, person, MembershipRole.HELPER, TODAY)
    again = services.add_member(lab, person, MembershipRole.EDITOR)
    assert first is again
    assert (again.role, again.starts_on, again.ends_on) == (MembershipRole.EDITOR, TODAY, None)
    assert db.session.scalar(select(func.count(Membership.id))) == 1


def test_a_membership_that_was_to_begin_later_begins_now(context: Flask) -> None:
    later = MembershipFactory(starts_on=TOMORROW)
    again = services.add_member(later.organisation, later.person, MembershipRole.EDITOR, TODAY)
    assert (again.starts_on, again.ends_on) == (TODAY, TODAY)


def test_a_membership_does_not_end_before_it_is_given(context: Flask) -> None:
    with pytest.raises(rules.MembershipEndsInThePast):
        services.add_member(OrganisationFactory(), PersonFactory(), MembershipRole.EDITOR, YESTERDAY)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (YESTERDAY, None, True),
        (TODAY, TODAY, True),
        (TOMORROW, None, False),
        (YESTERDAY - timedelta(days=9), YESTERDAY, False),
    ],
)
def test_a_manager_is_active_from_the_first_day_to_the_last(
    *, starts_on: date, ends_on: date | None, expected: bool
) -> None:
    manager = Membership(role=MembershipRole.MANAGER, starts_on=starts_on, ends_on=ends_on)
    editor = Membership(role=MembershipRole.EDITOR, starts_on=YESTERDAY, ends_on=None)
    assert rules.has_active_manager([editor, manager], TODAY) is expected
    assert not rules.has_active_manager([editor], TODAY)


# ── Who is signed in ──


def opened(person: Person) -> str:
    """The token of a session just opened by this person."""
    key = tokens.new_key()
    db.session.add(SignIn(person=person, link_key=key, expires_at=clock.now() + timedelta(days=14)))
    db.session.commit()
    return tokens.seal("sign_in", key)


def test_the_actor_has_the_roles_that_hold_today(context: Flask, statements: type_of_statements) -> None:
    person = PersonFactory(email=ADDRESS, full_name="Référente du lab")
    lab, event_desk, former, future = OrganisationFactory.create_batch(4)
    MembershipFactory(person=person, organisation=lab, role=MembershipRole.MANAGER)
    MembershipFactory(person=person, organisation=event_desk, role=MembershipRole.HELPER, ends_on=TODAY)
    MembershipFactory(person=person, organisation=former, starts_on=date(2025, 1, 1), ends_on=YESTERDAY)
    MembershipFactory(person=person, organisation=future, starts_on=TOMORROW)
    MembershipFactory(organisation=former)
    ReunionFactory()
    GrantFactory(person=person, role=GrantRole.COORDINATOR, region_code="84")
    GrantFactory(person=person, role=GrantRole.COORDINATOR, region_code="04", ends_on=YESTERDAY)
    GrantFactory(person=person, role=GrantRole.MODERATOR, ends_on=TODAY)
    GrantFactory(person=person, role=GrantRole.ADMIN, ends_on=YESTERDAY)
    token = opened(person)

    with statements() as asked:
        found = queries.actor(token)

    assert found == Actor(
        person_id=person.id,
        full_name="Référente du lab",
        email=ADDRESS,
        memberships={lab.id: Role.MANAGER, event_desk.id: Role.HELPER},
        regions=frozenset({"84"}),
        is_moderator=True,
        is_admin=False,
    )
    assert len(asked) == 2


def test_an_administrator_is_one(context: Flask) -> None:
    grant = GrantFactory(role=GrantRole.ADMIN)
    found = queries.actor(opened(grant.person))
    assert found
    assert (found.is_admin, found.is_moderator, found.regions) == (True, False, frozenset())


def test_a_right_ends_at_midnight_in_paris(context: Flask, time: Traveller) -> None:
    person = PersonFactory()
    GrantFactory(person=person, ends_on=TODAY)
    MembershipFactory(person=person, ends_on=TODAY)
    token = opened(person)

    time.move_to(datetime(2026, 10, 12, 21, 59, tzinfo=UTC))
    before = queries.actor(token)
    time.move_to(datetime(2026, 10, 12, 22, 0, tzinfo=UTC))
    after = queries.actor(token)

    assert before
    assert after
    assert (before.is_moderator, len(before.memberships)) == (True, 1)
    assert (after.is_moderator, len(after.memberships)) == (False, 0)


def test_nobody_is_behind_a_session_ended_over_or_forged(context: Flask, time: Traveller) -> None:
    token = opened(PersonFactory())
    ended = opened(PersonFactory())
    sign_out(ended)

    assert queries.actor(token)
    assert queries.actor(ended) is None
    assert queries.actor(token[:-1]) is None
    assert queries.actor("") is None
    time.shift(timedelta(days=14))
    assert queries.actor(token) is None


# ── The public directory ──


@pytest.fixture
def labs(context: Flask) -> list[Organisation]:
    """Four open organisations and a closed one."""
    reunion = ReunionFactory()
    return [
        OrganisationFactory(name="Lab Péï", slug="lab-pei", region=reunion, city="Saint-Denis", carrier="Préfecture"),
        OrganisationFactory(name="État’LIN", slug="etat-lin", skills=["Facilitation", "design de service"]),
        OrganisationFactory(
            name="Atelier des soignants",
            slug="atelier-soignants",
            kind=OrganisationKind.HOSPITAL,
            branch=Branch.HOSPITAL,
            description="On y écoute d’abord les patientes et les patients.",
        ),
        OrganisationFactory(
            name="Réseau national", slug="reseau", kind=OrganisationKind.ASSOCIATION, region=None, branch=None
        ),
        OrganisationFactory(name="Lab clos", slug="lab-clos", closed_on=TODAY),
    ]


@pytest.mark.parametrize(
    ("search", "slugs"),
    [
        (LabSearch(), {"lab-pei", "etat-lin", "atelier-soignants", "reseau"}),
        (LabSearch(region_code="04"), {"lab-pei"}),
        (LabSearch(branch=Branch.HOSPITAL), {"atelier-soignants"}),
        (LabSearch(kind=OrganisationKind.LIIT), {"lab-pei", "etat-lin"}),
        (LabSearch(kind=OrganisationKind.LIIT, region_code="84"), {"etat-lin"}),
        (LabSearch("PEI"), {"lab-pei"}),
        (LabSearch("l’état"), {"etat-lin"}),
        (LabSearch("prefecture saint-denis"), {"lab-pei"}),
        (LabSearch("préfecture Lyon"), set()),
        (LabSearch("Design de service"), {"etat-lin"}),
        (LabSearch("patients"), {"atelier-soignants"}),
        (LabSearch("rhone"), {"etat-lin", "atelier-soignants"}),
        (LabSearch("  "), {"lab-pei", "etat-lin", "atelier-soignants", "reseau"}),
    ],
)
def test_labs_are_found_by_what_they_are_and_say(labs: list[Organisation], search: LabSearch, slugs: set[str]) -> None:
    assert {found.slug for found in queries.labs(search)} == slugs


def test_labs_are_in_the_order_of_regions_and_names(labs: list[Organisation]) -> None:
    ordered = [
        (region and region.name, [lab.name for lab in group])
        for region, group in rules.by_region(queries.labs(LabSearch()))
    ]
    assert ordered == [
        ("Auvergne-Rhône-Alpes", ["Atelier des soignants", "État’LIN"]),
        ("La Réunion", ["Lab Péï"]),
        (None, ["Réseau national"]),
    ]


def test_a_lab_is_open_until_the_day_it_closes(labs: list[Organisation]) -> None:
    labs[-1].closed_on = TOMORROW
    db.session.commit()
    assert "lab-clos" in {found.slug for found in queries.labs(LabSearch())}


def test_only_regions_with_an_open_lab_are_offered(labs: list[Organisation]) -> None:
    bretagne = RegionFactory(code="53", name="Bretagne", slug="bretagne")
    OrganisationFactory(region=bretagne, closed_on=YESTERDAY)
    RegionFactory(code="94", name="Corse", slug="corse")
    assert [region.code for region in queries.regions_with_labs()] == ["84", "04"]


def test_only_web_addresses_are_linked_to() -> None:
    addresses = ["https://lab.example", "http://lab.example", "javascript:alert(1)", "lab.example", ""]
    assert [rules.web_address(text) for text in addresses] == [
        "https://lab.example",
        "http://lab.example",
        None,
        None,
        None,
    ]
