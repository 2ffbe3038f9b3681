"""Verbs of the directory: organisations, who works in them, and the territory they stand on."""

import json
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from planner import clock, dates
from planner.accounts.models import Person
from planner.accounts.services import person_with_address
from planner.db import db
from planner.directory import rules
from planner.directory.models import (
    Branch,
    Department,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationKind,
    Region,
)

_DATA = Path(__file__).parent / "data"
_OVERSEAS_TYPES = {"region_outre_mer", "collectivite_outre_mer"}


class Facts(TypedDict, total=False):
    """What may be known of an organisation besides its name and its kind."""

    branch: Branch | None
    region_code: str | None
    city: str
    address: str
    carrier: str
    description: str
    website: str
    contact_email: str
    skills: list[str]
    founded_year: int | None
    source: str
    is_trusted: bool
    closed_on: date | None


def create_organisation(name: str, kind: OrganisationKind, **facts: Unpack[Facts]) -> Organisation:
    """A new organisation, at the first free address made from its name."""

    def create_at(slug: str) -> Organisation | None:
        row = insert(Organisation).values(name=name, kind=kind, slug=slug, **facts)
        free = row.on_conflict_do_nothing(index_elements=["slug"]).returning(Organisation)
        return db.session.scalars(free).one_or_none()

    return next(filter(None, map(create_at, rules.slugs(name))))


def add_member(
    organisation: Organisation, person: Person | str, role: MembershipRole, ends_on: date | None = None
) -> Membership:
    """The person's membership with this role and this end; whoever is a member already has them changed.

    A person given by an address that nobody has yet gets an account, to be proven at the first sign-in.
    """
    today = dates.local(clock.now()).date()
    rules.check_end(ends_on, today)
    if isinstance(person, str):
        person = person_with_address(person)
    db.session.flush()
    given = insert(Membership).values(
        person_id=person.id, organisation_id=organisation.id, role=role, starts_on=today, ends_on=ends_on
    )
    kept = given.on_conflict_do_update(
        index_elements=["person_id", "organisation_id"],
        set_={
            "role": given.excluded.role,
            "ends_on": given.excluded.ends_on,
            "starts_on": func.least(Membership.starts_on, given.excluded.starts_on),
        },
    )
    options = {"populate_existing": True}
    return db.session.scalars(kept.returning(Membership), execution_options=options).one()


def load_territory() -> tuple[int, int]:
    """Fill or refresh the regions and departments from the files beside; how many there are of each."""
    regions = [
        {
            "code": row["code"],
            "name": _typographic(row["name"]),
            "slug": row["slug"],
            "time_zone": row["timezone"],
            "is_overseas": row["type"] in _OVERSEAS_TYPES,
        }
        for row in _read("regions.json")
    ]
    departments = [
        {"code": row["code"], "name": _typographic(row["name"]), "region_code": row["region"]}
        for row in _read("departments.json")
    ]
    for table, rows in ((Region, regions), (Department, departments)):
        given = insert(table).values(rows)
        changed = {name: given.excluded[name] for name in rows[0] if name != "code"}
        db.session.execute(given.on_conflict_do_update(index_elements=["code"], set_=changed))
    db.session.expire_all()
    return len(regions), len(departments)


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((_DATA / name).read_text("utf-8"))
    return rows


def _typographic(name: str) -> str:
    return name.replace("'", "’")
