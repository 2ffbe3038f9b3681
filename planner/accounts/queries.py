"""What is read of people, of their sign-in links and of their sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from planner import clock, dates, tokens
from planner.accounts.models import Grant, GrantRole, Person, SignIn, SignInLink
from planner.db import db
from planner.text import normalise_email


def person(person_id: int) -> Person:
    """The person of this id, who exists."""
    return db.session.get_one(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """The person who has this address, however it is typed."""
    return db.session.scalar(select(Person).where(Person.email == normalise_email(email)))


def granted(role: GrantRole, region_code: str | None = None) -> Sequence[Person]:
    """Who holds this role today, in the region for a coordination, by name."""
    today = dates.local(clock.now()).date()
    rows = (
        select(Person)
        .join(Person.grants)
        .where(
            Grant.role == role,
            Grant.region_code.is_not_distinct_from(region_code),
            Grant.ends_on.is_(None) | (Grant.ends_on >= today),
        )
    )
    return db.session.scalars(rows.order_by(Person.full_name, Person.id)).all()


def sign_in_by_token(token: str) -> SignIn | None:
    """The session of this token, with the person and the grants, unless it is forged, ended or over; one statement."""
    key = tokens.open_sealed("sign_in", token)
    if key is None:
        return None
    live = (
        select(SignIn)
        .options(joinedload(SignIn.person, innerjoin=True).joinedload(Person.grants))
        .where(SignIn.link_key == key, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
    )
    return db.session.scalars(live).unique().one_or_none()


def link(link_id: int) -> SignInLink | None:
    """The sign-in link of this id."""
    return db.session.get(SignInLink, link_id)


def link_by_token(token: str) -> SignInLink | None:
    """The sign-in link of this token, whatever has become of it; None when the token is forged."""
    key = tokens.open_sealed("sign_in_link", token)
    return db.session.scalar(select(SignInLink).where(SignInLink.link_key == key)) if key else None


def unused_links(email: str, since: datetime) -> int:
    """How many links asked for this address since then have not served."""
    rows = select(func.count()).where(
        SignInLink.email == email, SignInLink.created_at > since, SignInLink.used_at.is_(None)
    )
    return db.session.scalar(rows) or 0
