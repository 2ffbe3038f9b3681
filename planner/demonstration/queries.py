"""What is already in the database."""

from sqlalchemy import exists, or_, select

from planner.accounts.models import Person
from planner.db import db
from planner.demonstration.cast import ACCOUNTS, Account
from planner.directory.models import Organisation
from planner.editions.models import Edition

EDITION_SLUG = "exemple"


def is_loaded() -> bool:
    """Are the demonstration data there?"""
    return bool(db.session.scalar(select(exists().where(Edition.slug == EDITION_SLUG))))


def has_other_data() -> bool:
    """Is there an edition or an organisation already, that the examples would mix with?"""
    return bool(db.session.scalar(select(or_(exists(select(Edition.id)), exists(select(Organisation.id))))))


def accounts() -> list[Account]:
    """The demonstration accounts that can sign in, in the order of the roles."""
    addresses = [account.email for account in ACCOUNTS]
    known = set(db.session.scalars(select(Person.email).where(Person.email.in_(addresses))))
    return [account for account in ACCOUNTS if account.email in known]
