"""The accounts of the demonstration, one per role."""

from planner.accounts.models import Grant, GrantRole, Person
from planner.db import db
from planner.demonstration.cast import ACCOUNTS, ORGANISERS, Account
from planner.directory.models import Membership, Organisation


def load(lab: Organisation) -> dict[Account, Person]:
    """Make each account with its role: in the lab, in the lab's region, or at DITP."""
    return {account: _person(account, lab) for account in (*ACCOUNTS, ORGANISERS)}


def _person(account: Account, lab: Organisation) -> Person:
    person = Person(email=account.email, full_name=account.full_name)
    db.session.add(person)
    if account.in_lab:
        db.session.add(Membership(person=person, organisation=lab, role=account.in_lab))
    if account.granted:
        region_code = lab.region_code if account.granted is GrantRole.COORDINATOR else None
        person.grants.append(Grant(role=account.granted, region_code=region_code))
    return person
