"""The verb of the demonstration: load it, once, into an empty database."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from planner import clock
from planner.dates import PARIS, day_range
from planner.db import db
from planner.demonstration import attendees, calendar, desk, editions, facts, organisations, people, queries, rules
from planner.demonstration.cast import UPCOMING
from planner.directory.models import OrganisationKind
from planner.directory.services import load_territory
from planner.errors import RuleViolation
from planner.events.models import EventState


class OtherDataThere(RuleViolation):
    message = (
        "La base contient déjà des données : les exemples ne se chargent que dans une base neuve, "
        "pour ne jamais se mêler à de vraies inscriptions."
    )


def load() -> Iterator[str]:
    """Make the whole demonstration around today, saying each step when it is done; nothing when it is already there.

    No mail is owed by it. Raises `OtherDataThere` when the database holds anything else.
    """
    if queries.is_loaded():
        yield "Les données de démonstration sont déjà là : rien n’a été changé."
        return
    if queries.has_other_data():
        raise OtherDataThere
    today = clock.now().astimezone(ZoneInfo(PARIS)).date()
    load_territory()
    yield "Régions et départements"

    directory = organisations.load()
    accounts = people.load(directory.lab)
    labs = [one for one in directory.organisations if one.kind in {OrganisationKind.LIIT, OrganisationKind.LAB}]
    yield f"{len(directory.organisations)} structures, dont {len(labs)} labs"

    edition = editions.load(today)
    yield f"Édition d’exemple : {day_range(edition.starts_on, edition.ends_on)}"

    past_events = facts.past_events()
    days = rules.deal_days(past_events, today, UPCOMING)
    events = calendar.load(past_events, days, edition, directory)
    db.session.flush()
    desk.load(events, edition, accounts)
    db.session.flush()
    calendar.plan_reminders(events.values())
    published = [event for event in events.values() if event.state is EventState.PUBLISHED]
    yield f"{len(events)} événements passés repris, dont {len(published)} publiés"

    registrations = attendees.load(events)
    db.session.flush()
    yield f"{len(registrations)} inscriptions"
