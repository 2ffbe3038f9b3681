"""What is read of the directory: who is signed in and with which roles, where a postcode is, the labs."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from planner import clock, dates
from planner.accounts import queries as accounts
from planner.accounts.models import GrantRole, Person
from planner.accounts.rules import is_live
from planner.db import db
from planner.directory import rules
from planner.directory.models import Department, Membership, Organisation, Region
from planner.directory.rules import LabSearch
from planner.web.rights import Actor, Role


def actor(token: str) -> Actor | None:
    """The person whose session this is, with the roles that hold today; two statements."""
    sign_in = accounts.sign_in_by_token(token)
    if sign_in is None:
        return None
    return _actor(sign_in.person)


def actor_of(person_id: int) -> Actor | None:
    """The person as `actor` gives whoever is signed in, for what is done later in their name."""
    person = db.session.get(Person, person_id, options=[selectinload(Person.grants)])
    return _actor(person) if person else None


def _actor(person: Person) -> Actor:
    today = dates.local(clock.now()).date()
    grants = [grant for grant in person.grants if is_live(grant.ends_on, today)]
    roles = {grant.role for grant in grants}
    memberships = db.session.execute(
        select(Membership.organisation_id, Membership.role).where(
            Membership.person_id == person.id,
            Membership.starts_on <= today,
            Membership.ends_on.is_(None) | (Membership.ends_on >= today),
        )
    )
    return Actor(
        person_id=person.id,
        full_name=person.full_name,
        email=person.email,
        memberships={organisation_id: Role(role.value) for organisation_id, role in memberships},
        regions=frozenset(grant.region_code for grant in grants if grant.region_code),
        is_moderator=GrantRole.MODERATOR in roles,
        is_admin=GrantRole.ADMIN in roles,
    )


def place(department_code: str) -> Department | None:
    """The department or collectivity of this code, with its region, whose time zone is the place's."""
    return db.session.get(Department, department_code, options=[joinedload(Department.region)])


def department_of_postcode(postcode: str) -> Department | None:
    """The department of a French postcode, with its region; None when the postcode is of nowhere known."""
    code = rules.department_code(postcode)
    return place(code) if code else None


def labs(search: LabSearch) -> list[Organisation]:
    """The open organisations that answer the search, with their regions; one statement."""
    wanted = select(Organisation).options(joinedload(Organisation.region)).where(_is_open())
    if search.region_code:
        wanted = wanted.where(Organisation.region_code == search.region_code)
    if search.branch:
        wanted = wanted.where(Organisation.branch == search.branch)
    if search.kind:
        wanted = wanted.where(Organisation.kind == search.kind)
    return [found for found in db.session.scalars(wanted) if rules.matches(found, search.text)]


def regions_with_labs() -> Sequence[Region]:
    """The regions where at least one organisation is open, by name."""
    rows = select(Region).where(exists().where(Organisation.region_code == Region.code, _is_open()))
    return db.session.scalars(rows.order_by(Region.slug)).all()


def lab_or_404(slug: str) -> Organisation:
    """The organisation at this address, closed ones too, with its region."""
    found: Organisation = db.first_or_404(
        select(Organisation).options(joinedload(Organisation.region)).where(Organisation.slug == slug)
    )
    return found


def _is_open() -> ColumnElement[bool]:
    today = dates.local(clock.now()).date()
    return Organisation.closed_on.is_(None) | (Organisation.closed_on > today)
