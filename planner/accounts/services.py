"""Verbs of the accounts: ask for a sign-in link, sign in by it, sign out, grant a role."""

from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from planner import clock, tokens
from planner.accounts import queries, rules
from planner.accounts.models import Grant, GrantRole, Person, SignIn, SignInLink
from planner.db import db
from planner.mail import outbox
from planner.text import normalise_email


def person_with_address(email: str) -> Person:
    """The person who has this address, created when nobody has."""
    address = normalise_email(email)
    created = insert(Person).values(email=address).on_conflict_do_nothing(index_elements=["email"])
    db.session.execute(created)
    return db.session.scalars(select(Person).where(Person.email == address)).one()


def ask_to_sign_in(email: str, next_path: str | None = None) -> SignInLink | None:
    """Owe a sign-in link to this address, known or not; None when it has been sent enough of them."""
    address = normalise_email(email)
    _one_at_a_time(address)
    now = clock.now()
    if not rules.may_send_link(queries.unused_links(address, now - timedelta(hours=1))):
        return None
    link = SignInLink(
        email=address,
        link_key=tokens.new_key(),
        next_path=rules.local_path(next_path),
        created_at=now,
        expires_at=now + rules.LINK_LIFE,
    )
    db.session.add(link)
    db.session.flush()
    outbox.enqueue("accounts.sign_in_link", link.id, not_after=link.expires_at)
    return link


def sign_in(link: SignInLink) -> SignIn:
    """The session opened by a link, which serves once; the person is created when the address is new."""
    db.session.refresh(link, with_for_update=True)
    now = clock.now()
    rules.check_link(link, now)
    link.used_at = now
    person = person_with_address(link.email)
    person.last_seen_at = now
    opened = SignIn(person=person, link_key=tokens.new_key(), created_at=now, expires_at=now + rules.SIGN_IN_LIFE)
    db.session.add(opened)
    return opened


def sign_out(token: str) -> None:
    """End the session of this token; nothing when it is over already."""
    opened = queries.sign_in_by_token(token)
    if opened:
        opened.ended_at = clock.now()


def grant(email: str, role: GrantRole, region_code: str | None = None, ends_on: date | None = None) -> Grant:
    """The person's grant of this role, until that day; given again, it takes the new end."""
    rules.check_grant(role, region_code)
    person = person_with_address(email)
    given = insert(Grant).values(person_id=person.id, role=role, region_code=region_code, ends_on=ends_on)
    kept = given.on_conflict_do_update(
        index_elements=["person_id", "role", text("coalesce(region_code, '')")],
        set_={"ends_on": given.excluded.ends_on},
    )
    options = {"populate_existing": True}
    return db.session.scalars(kept.returning(Grant), execution_options=options).one()


def rename(person: Person, full_name: str) -> None:
    """Keep the name that the person wants to be called by."""
    person.full_name = full_name


def _one_at_a_time(address: str) -> None:
    """Have the requests for one address wait on each other until the transaction ends: there is no row to lock."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sign_in_link:{address}", 0))))
