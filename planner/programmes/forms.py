"""The pages of an event's form. Nothing is required to save: only a value that cannot be kept is refused."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms.validators import Length, Optional

from planner.editions.models import Theme
from planner.events.labels import choices
from planner.events.models import Accessibility, Audience, Event, Level
from planner.programmes import rules
from planner.programmes.event_form import TO_SUBMIT, EventForm
from planner.programmes.presentation import PresentationForm
from planner.programmes.registration_settings import RegistrationSettingsForm
from planner.programmes.rules import Step
from planner.programmes.when_and_where import WhenAndWhereForm
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DsfrForm,
    SelectField,
    TextAreaField,
)


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


def form_of(event: Event, step: Step, themes: Iterable[Theme], *, known: Mapping[str, Any] | None = None) -> EventForm:
    """The form of this page of the event; `known` is what is wanted of it and not public yet."""
    if step is Step.PRESENTATION:
        return PresentationForm(event, themes=themes, known=known)
    return FORMS[step](event, known=known)


class WithdrawForm(DsfrForm):
    """Why the event leaves the programme."""

    reason = TextAreaField(
        "Raison",
        [Optional(), Length(max=1000)],
        description="Pour l’équipe du Mois.",
        rows=3,
        mention="facultatif",
    )
