"""Who is active in an organisation, where a postcode is, which addresses an organisation may have."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby

from planner.directory.models import Branch, Membership, MembershipRole, Organisation, OrganisationKind, Region
from planner.errors import RuleViolation
from planner.text import fold, slugify

_OVERSEAS = frozenset({"971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988", "989"})
_CORSICA = {"200": "2A", "201": "2A", "203": "2A", "207": "2A", "202": "2B", "204": "2B", "206": "2B"}
_FORMERLY_GUADELOUPE = {"97133": "977", "97150": "978"}  # Saint-Barthélemy and Saint-Martin kept their postcodes


class MembershipEndsInThePast(RuleViolation):
    message = "La date de fin est déjà passée."


@dataclass(frozen=True)
class LabSearch:
    """What is looked for in the directory; what is empty is not asked."""

    text: str = ""
    region_code: str | None = None
    branch: Branch | None = None
    kind: OrganisationKind | None = None


def is_active(membership: Membership, today: date) -> bool:
    """Does the membership hold today? Its first and last days count."""
    return membership.starts_on <= today and (membership.ends_on is None or membership.ends_on >= today)


def has_active_manager(memberships: Iterable[Membership], today: date) -> bool:
    """Is there somebody to answer for the organisation today?"""
    return any(one.role is MembershipRole.MANAGER and is_active(one, today) for one in memberships)


def is_closed(organisation: Organisation, today: date) -> bool:
    """Has the organisation closed? It has on the very day."""
    return organisation.closed_on is not None and organisation.closed_on <= today


def check_end(ends_on: date | None, today: date) -> None:
    """Refuse a membership that would be over before it is given."""
    if ends_on is not None and ends_on < today:
        raise MembershipEndsInThePast(field="ends_on")


def department_code(postcode: str) -> str | None:
    """The code of the department or collectivity of a French postcode; None when there is none."""
    digits = "".join(postcode.split())
    if len(digits) != 5 or not (digits.isascii() and digits.isdigit()):
        return None
    if digits in _FORMERLY_GUADELOUPE:
        return _FORMERLY_GUADELOUPE[digits]
    if digits.startswith("20"):
        return _CORSICA.get(digits[:3])
    if digits[:2] in {"97", "98"}:
        return digits[:3] if digits[:3] in _OVERSEAS else None
    return digits[:2] if "01" <= digits[:2] <= "95" else None


def slugs(name: str) -> Iterator[str]:
    """The addresses an organisation of this name may have, best first: "lab-archipel", "lab-archipel-2", and so on."""
    slug = slugify(name) or "structure"
    yield slug
    for number in count(2):
        yield f"{slug}-{number}"


def matches(organisation: Organisation, text: str) -> bool:
    """Are all the words of the text in what the page of the organisation says? Accents and case do not matter."""
    region = organisation.region.name if organisation.region else ""
    said = [organisation.name, organisation.city, region, organisation.carrier, *organisation.skills]
    known = fold(" ".join([*said, organisation.description]))
    return all(word in known for word in fold(text).split())


def by_region(organisations: Iterable[Organisation]) -> list[tuple[Region | None, Sequence[Organisation]]]:
    """The organisations in the order of the directory: regions by name, what belongs to none at the end."""
    ordered = sorted(organisations, key=lambda one: (_region_order(one), fold(one.name), one.id))
    groups = [list(rows) for _, rows in groupby(ordered, _region_order)]
    return [(group[0].region, group) for group in groups]


def web_address(text: str) -> str | None:
    """The text, when it is an address that a page may link to."""
    return text if text.startswith(("https://", "http://")) else None


def _region_order(organisation: Organisation) -> tuple[bool, str]:
    return organisation.region is None, fold(organisation.region.name) if organisation.region else ""
