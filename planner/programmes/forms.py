"""The pages of an event's form. Nothing is required to save: only a value that cannot be kept is refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wtforms.validators import DataRequired, Email, Length, Optional

from planner.events.labels import choices
from planner.events.models import Accessibility, Audience, Event, EventMode, Level
from planner.events.places import ways
from planner.programmes import rules
from planner.programmes.event_form import PLACES, TO_SUBMIT, EventForm
from planner.programmes.presentation import PresentationForm
from planner.programmes.registration_settings import RegistrationSettingsForm
from planner.programmes.rules import Slot, Step
from planner.programmes.when_and_where import WhenAndWhereForm
from planner.text import normalise_email, one_line
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DsfrForm,
    EmailField,
    EntriesField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubForm,
    SubFormField,
    TextAreaField,
    URLField,
)
from planner.web.validators import web_address


class AudienceForm(EventForm):
    """Who it is for, and what is provided so that everybody can come."""

    asks = tuple(rules.STEP_FIELDS[Step.AUDIENCE])

    audiences = CheckboxesField("À qui s’adresse l’événement\u00a0?", choices=choices(Audience), mention=TO_SUBMIT)
    is_reserved = BooleanField(
        "Réservé à ces publics", description="Sans cette case, toute personne intéressée peut venir."
    )
    level = SelectField("Niveau", choices=choices(Level), coerce=Level, blank="Tous niveaux")
    accessibility = CheckboxesField("Ce qui est prévu pour accueillir tout le monde", choices=choices(Accessibility))
    accessibility_note = TextAreaField(
        "Précisions",
        [Optional(), Length(max=1000)],
        description="Accès au lieu, stationnement, boucle magnétique…",
        rows=3,
    )


class CheckForm(EventForm):
    """What the lab promises, and a word to whoever reviews."""

    asks = tuple(rules.STEP_FIELDS[Step.CHECK])

    is_free_of_charge = BooleanField("L’événement est gratuit", mention=TO_SUBMIT)
    is_charter_accepted = BooleanField("Nous acceptons la charte", mention=TO_SUBMIT)
    note_to_reviewers = TextAreaField(
        "Message à l’équipe du Mois", [Optional(), Length(max=2000)], description="Il ne paraît nulle part.", rows=3
    )


FORMS: dict[Step, type[EventForm]] = {
    Step.PRESENTATION: PresentationForm,
    Step.WHEN_AND_WHERE: WhenAndWhereForm,
    Step.AUDIENCE: AudienceForm,
    Step.REGISTRATION: RegistrationSettingsForm,
    Step.CHECK: CheckForm,
}


class PlacesForm(SubForm):
    """The places of one date of a published event."""

    session_id = HiddenField()
    places_onsite = IntegerField("Places sur place", [Optional(), PLACES], description="Vide\u00a0: sans limite.")
    places_online = IntegerField("Places en ligne", [Optional(), PLACES], description="Vide\u00a0: sans limite.")


class PublishedForm(EventForm):
    """What the lab changes by itself once the event is published."""

    description = TextAreaField("Description", [Optional(), Length(max=10_000)], rows=10)
    contact_name = StringField("Nom du contact", [DataRequired(), Length(max=120)])
    contact_email = EmailField("Adresse électronique du contact", [DataRequired(), Email(), Length(max=254)])
    joining_link = URLField(
        "Lien de connexion",
        [Optional(), Length(max=1000), web_address],
        description="Envoyé aux seules personnes inscrites\u00a0; les prochains rappels porteront le nouveau.",
    )
    is_joining_link_public = BooleanField("Montrer ce lien à tout le monde, sur la page de l’événement")
    sessions = EntriesField(SubFormField(PlacesForm), "Places", legend="Date {}")

    def __init__(self, event: Event, **kwargs: Any) -> None:
        self.slots: list[Slot] = rules.content(event, ["sessions"])["sessions"]
        has_link = event.mode is not EventMode.ONSITE
        self.asks = [name for name in rules.PUBLISHED_FIELDS if has_link or "joining_link" not in name]
        super().__init__(event, **kwargs)
        if not has_link:
            del self.joining_link, self.is_joining_link_public
        for entry in self.sessions:
            for way in {EventMode.ONSITE, EventMode.ONLINE} - set(ways(event.mode)):
                del entry.form[f"places_{way}"]

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "sessions": [vars(slot) for slot in stored["sessions"]]}

    def values(self) -> dict[str, Any]:
        places = {entry.form.session_id.data: _counts(entry.form) for entry in self.sessions}
        return {
            **super().values(),
            "contact_name": one_line(self.contact_name.data or ""),
            "contact_email": normalise_email(self.contact_email.data or ""),
            "sessions": [replace(slot, **places.get(str(slot.session_id), {})) for slot in self.slots],
        }


def _counts(form: PlacesForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("places_onsite", "places_online") if name in form}


class CancelForm(DsfrForm):
    """Why the event does not take place."""

    words = TextAreaField(
        "Message aux personnes inscrites",
        [DataRequired(), Length(max=1000)],
        description="Pourquoi l’événement n’a pas lieu, ce que vous proposez à la place. Il paraît aussi sur sa page.",
    )


class WithdrawForm(DsfrForm):
    """Why the event leaves the programme."""

    reason = TextAreaField(
        "Raison",
        [Optional(), Length(max=1000)],
        description="Pour l’équipe du Mois.",
        rows=3,
        mention="facultatif",
    )


class IntroductionForm(DsfrForm):
    """What presents a programme."""

    introduction = TextAreaField(
        "Présentation du programme",
        [Optional(), Length(max=2000)],
        description="Quelques phrases\u00a0: ce que votre équipe propose cette année, et pour qui.",
        mention="facultatif",
    )
