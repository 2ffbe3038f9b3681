"""How long a sign-in link and a session live, where one goes afterwards, what a grant needs."""

import re
from datetime import date, datetime, timedelta

from planner.accounts.models import GrantRole, SignInLink
from planner.errors import RuleViolation
from planner.web.navigation import LAB_DESK, REVIEW_DESK
from planner.web.rights import Actor

LINK_LIFE = timedelta(minutes=10)
SIGN_IN_LIFE = timedelta(days=14)
LINKS_AN_HOUR = 5  # unused ones, to one address

# A path of ours: "//host" and "/\host" are other sites to a browser, which also drops tabs and line ends.
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,1000}")


class SignInLinkUsed(RuleViolation):
    message = "Ce lien de connexion a déjà servi."


class SignInLinkExpired(RuleViolation):
    message = "Ce lien de connexion n’est plus valable."


class GrantNeedsRegion(RuleViolation):
    message = "Une coordination est celle d’une région\u00a0: indiquez laquelle."


class GrantHasNoRegion(RuleViolation):
    message = "Ce rôle vaut pour toute la France\u00a0: il ne prend pas de région."


def check_link(link: SignInLink, now: datetime) -> None:
    """Refuse a link that has served or whose time is over."""
    if link.used_at is not None:
        raise SignInLinkUsed
    if now >= link.expires_at:
        raise SignInLinkExpired


def may_send_link(unused: int) -> bool:
    """May one more link be mailed, when so many of the last hour have not served?"""
    return unused < LINKS_AN_HOUR


def check_grant(role: GrantRole, region_code: str | None) -> None:
    """A coordinator has a region; the others have none."""
    if role is GrantRole.COORDINATOR and not region_code:
        raise GrantNeedsRegion(field="region_code")
    if role is not GrantRole.COORDINATOR and region_code:
        raise GrantHasNoRegion(field="region_code")


def is_live(ends_on: date | None, today: date) -> bool:
    """Does a right with this last day hold today?"""
    return ends_on is None or ends_on >= today


def local_path(wanted: str | None) -> str | None:
    """The path, when it leads to a page of this site; None for anything else."""
    return wanted if wanted and _LOCAL_PATH.fullmatch(wanted) else None


def desk(actor: Actor) -> str:
    """The page where the person's work is."""
    if actor.is_reviewer:
        return REVIEW_DESK
    return LAB_DESK if actor.organisation_ids else "/"
