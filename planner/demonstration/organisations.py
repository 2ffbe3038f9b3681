"""The organisations of the demonstration: the labs found, and whoever else organised a past event."""

from dataclasses import dataclass

from sqlalchemy import select

from planner.db import db
from planner.demonstration import cast, words
from planner.demonstration.facts import PastEvent, rows, typeset
from planner.directory.models import Organisation, OrganisationKind, Region
from planner.text import fold, slugify

_GONE = ("clos", "historique")  # how the status of a lab that no longer exists begins


@dataclass(frozen=True)
class Directory:
    """The organisations, by the names that the events give them, and the labs by their id in the file."""

    by_name: dict[str, Organisation]
    labs: dict[str, Organisation]
    regions: dict[str, Region]  # by folded name

    @property
    def lab(self) -> Organisation:
        """The lab whose desk is shown."""
        return self.labs[cast.LAB]

    @property
    def organisations(self) -> list[Organisation]:
        """Every organisation, once."""
        return list(dict.fromkeys([*self.labs.values(), *self.by_name.values()]))

    def owner(self, event: PastEvent) -> Organisation:
        """Who organises the example: whoever it is given to, else the first organiser of the past event."""
        key = cast.GIVEN_TO.get(event.id) or event.organisers[0]
        return self.labs.get(key) or self.by_name[key]

    def co_organisers(self, event: PastEvent) -> list[Organisation]:
        """The organisers of the past event, but the owner of the example."""
        found = {self.by_name[name].slug: self.by_name[name] for name in event.organisers}
        found.pop(self.owner(event).slug, None)
        return list(found.values())

    def region(self, name: str) -> Region | None:
        """The region of this name, written with either apostrophe."""
        return self.regions[fold(name)] if name else None


def load() -> Directory:
    """Make every organisation; the regions must be there."""
    directory = Directory({}, {}, {fold(region.name): region for region in db.session.scalars(select(Region))})
    for row in rows("labs.csv"):
        if _is_kept(row):
            directory.labs[row["lab_id"]] = _lab(row, directory)
    for row in rows("organisers.csv"):
        if row["lab_id"]:
            directory.by_name[row["name"]] = directory.labs[row["lab_id"]]
        else:
            directory.by_name[row["name"]] = _organiser(row, directory)
    db.session.add_all(directory.organisations)
    db.session.flush()
    return directory


def _is_kept(row: dict[str, str]) -> bool:
    """A lab that exists under a name of its own; the State's LIIT are kept even when only described."""
    return not row["status"].startswith(_GONE) and (_has_own_name(row) or row["is_liit"] == "oui")


def _has_own_name(row: dict[str, str]) -> bool:
    return "intitulé descriptif" not in row["note"]


def _lab(row: dict[str, str], directory: Directory) -> Organisation:
    slug = slugify(row["name"])
    return Organisation(
        slug=slug,
        name=row["name"],
        kind=_kind(row),
        branch=words.BRANCHES[row["versant"]],
        region=directory.region(row["region"]),
        city=row["city"],
        address=row["address"],
        carrier=row["host"].replace("; ", ", "),
        description=_description(row),
        website=row["website"],
        contact_email=f"{slug}@example.org",
        founded_year=int(row["created"]) if row["created"] else None,
        source=row["source"],
    )


def _kind(row: dict[str, str]) -> OrganisationKind:
    if row["is_network"] == "oui":
        return OrganisationKind.OTHER
    return OrganisationKind.LIIT if row["is_liit"] == "oui" else OrganisationKind.LAB


def _description(row: dict[str, str]) -> str:
    sentences = ["Fiche d’exemple, établie d’après des sources publiques : elle n’engage pas la structure."]
    if row["status"] != "actif":
        sentences.append(f"Situation relevée : {row['status']}.")
    if not _has_own_name(row):
        sentences.append("Intitulé descriptif : son nom propre n’a pas été trouvé.")
    return typeset(" ".join(sentences))


def _organiser(row: dict[str, str], directory: Directory) -> Organisation:
    slug = slugify(row["name"])
    return Organisation(
        slug=slug,
        name=row["name"],
        kind=words.KINDS[row["kind"]],
        branch=words.BRANCHES_BY_VALUE.get(row["branch"]),
        region=directory.region(row["region"]),
        description=typeset("Fiche d’exemple : cette structure a organisé un des événements passés repris ici."),
        contact_email=f"{slug}@example.org",
    )
