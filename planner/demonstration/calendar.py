"""The events of the demonstration: each past event, on its new day, with what it lacked filled in and said."""

from collections.abc import Iterable
from datetime import date, timedelta

from planner.dates import PARIS
from planner.db import db
from planner.demonstration import cast, rules
from planner.demonstration.facts import PastEvent, rows, typeset
from planner.demonstration.organisations import Directory
from planner.editions.models import Edition
from planner.events import services
from planner.events.labels import label
from planner.events.models import Accessibility, Event, EventMode, EventSession, EventState, RegistrationKind
from planner.registrations import services as registrations
from planner.text import slugify

UNKNOWN_VENUE = "Lieu non précisé dans la source"


def load(
    past_events: Iterable[PastEvent], days: dict[str, date], edition: Edition, directory: Directory
) -> dict[str, Event]:
    """Make each event as a draft with its sessions, by the id of the past event."""
    postcodes = {row["city"]: row["postcode"] for row in rows("cities.csv")}
    events: dict[str, Event] = {}
    with db.session.no_autoflush:
        for past in past_events:
            event = _event(past, edition, directory)
            event.slug = _slug(past, {other.slug for other in events.values()})
            _place(event, past, directory, postcodes)
            _schedule(event, past, days[past.id])
            services.index_text(event)
            events[past.id] = event
    db.session.add_all(events.values())
    return events


def plan_reminders(events: Iterable[Event]) -> None:
    """Set the reminders of what is published."""
    for event in events:
        if event.state is EventState.PUBLISHED:
            for session in event.sessions:
                registrations.plan_reminders(session)


def _event(past: PastEvent, edition: Edition, directory: Directory) -> Event:
    owner = directory.owner(past)
    subjects = rules.themes_of(past)
    return Event(
        edition=edition,
        organisation=owner,
        co_organisers=directory.co_organisers(past),
        external_id=past.id,
        title=cast.SHORTER_TITLES.get(past.id, past.title),
        summary=_summary(past),
        description=_description(past, owner.name),
        contact_name="Contact d’exemple",
        contact_email=owner.contact_email,
        source=past.source,
        attendance=rules.attendance_of(past),
        mode=rules.mode_of(past),
        format=rules.format_of(past),
        audiences=[audience.value for audience in rules.audiences_of(past)],
        themes=[theme for theme in edition.themes if theme.name in subjects],
        keywords=list(past.themes),
        skills=[],
        accessibility=[Accessibility.MOTOR.value] if past.is_accessible else [],
        registration_kind=RegistrationKind.FREE_ENTRY if past.is_free_entry else RegistrationKind.HERE,
        is_charter_accepted=True,
        is_featured=past.id in cast.FEATURED,
        state=EventState.DRAFT,
    )


def _slug(past: PastEvent, taken: set[str]) -> str:
    """The words of the title, and the id of the past event when another one has them: the same at each loading."""
    slug = slugify(past.title)
    return slug if slug not in taken else f"{slug}-{past.id.lower()}"


def _place(event: Event, past: PastEvent, directory: Directory, postcodes: dict[str, str]) -> None:
    if event.mode is not EventMode.ONLINE and past.city:
        street, postcode = rules.street_and_postcode(past.address)
        services.set_place(
            event,
            venue=past.venue or UNKNOWN_VENUE,
            street=street,
            postcode=postcode or postcodes[past.city],
            city=past.city,
        )
    if event.mode is not EventMode.ONSITE:
        event.joining_link = f"https://visio.example.org/{past.id.lower()}"
    event.region = event.region or directory.region(past.region)
    event.time_zone = event.region.time_zone if event.region else PARIS


def _schedule(event: Event, past: PastEvent, first_day: date) -> None:
    start, end = rules.hours_of(past)
    places = rules.places_of(past)
    for number in range(past.days_after + 1):
        session = EventSession(
            places_onsite=None if event.mode is EventMode.ONLINE else places,
            places_online=None if event.mode is EventMode.ONSITE else places,
        )
        services.schedule(session, first_day + timedelta(days=number), start, end, time_zone=event.time_zone)
        event.sessions.append(session)


def _summary(past: PastEvent) -> str:
    where = " en ligne" if rules.mode_of(past) is EventMode.ONLINE else f" à {past.city}" if past.city else ""
    subject = f" sur le thème « {past.themes[0]} »" if past.themes else ""
    return typeset(f"{label(rules.format_of(past))}{where}{subject}. Exemple tiré de l’année {past.year}.")


def _description(past: PastEvent, owner: str) -> str:
    """Our own sentences on the past event, then what was filled in for the example, then the source."""
    facts = {
        "Année": f"{past.year} ({past.programme})",
        "Format": ", ".join(past.formats),
        "Organisation": ", ".join(past.organisers) or "non indiquée dans la source",
        "Lieu": ", ".join(filter(None, [past.venue, past.city, past.region])),
    }
    hours = rules.invented_hours(past)
    paragraphs = [
        "**Ceci est un exemple**, construit à partir d’un événement passé, et non un événement à venir.",
        "\n".join(f"- {name} : {fact}" for name, fact in facts.items() if fact),
        f"Rattaché à « {owner} » pour les besoins de l’exemple." if past.id in cast.GIVEN_TO else "",
        "Sa date est déplacée pour la démonstration."
        + (f" {hours}." if hours else "")
        + f" Complété pour l’exemple : {', '.join(rules.invented(past))}.",
        f"Source : <{past.source}>",
    ]
    return typeset("\n\n".join(filter(None, paragraphs)))
