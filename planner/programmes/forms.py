"""The pages of an event's form. Nothing is required to save: only a value that cannot be kept is refused."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from wtforms.validators import Email, Length, Optional, ValidationError

from planner.editions.models import Theme
from planner.events.labels import choices
from planner.events.models import Accessibility, Audience, Event, EventFormat, Level, RegistrationKind
from planner.programmes import rules
from planner.programmes.event_form import PLACES, TO_SUBMIT, EventForm, web_address
from planner.programmes.rules import Step
from planner.programmes.when_and_where import WhenAndWhereForm
from planner.text import normalise_email, one_line
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DsfrForm,
    EmailField,
    IntegerField,
    MomentField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)

MOST_KEYWORDS = 10


class PresentationForm(EventForm):
    """What the event is, and whom to write to."""

    asks = tuple(rules.STEP_FIELDS[Step.PRESENTATION])

    title = StringField("Titre", [Optional(), Length(max=140)], mention=TO_SUBMIT)
    summary = TextAreaField(
        "Résumé",
        [Optional(), Length(max=200)],
        description="Une ou deux phrases, celles que l’on lit dans le programme.",
        rows=3,
        mention=TO_SUBMIT,
    )
    description = TextAreaField(
        "Description",
        [Optional(), Length(max=10_000)],
        description="Le déroulé, ce que l’on y apprend ou y fabrique. "
        "Vous pouvez mettre **en gras** et faire des listes avec des tirets.",
        rows=10,
    )
    format = SelectField("Format", choices=choices(EventFormat), coerce=EventFormat, mention=TO_SUBMIT)
    themes = CheckboxesField("Thèmes", description="De un à trois.", mention=TO_SUBMIT)
    keywords = StringField(
        "Mots-clés", [Optional(), Length(max=400)], description="Dix au plus, séparés par des virgules."
    )
    contact_name = StringField(
        "Nom du contact",
        [Optional(), Length(max=120)],
        description="La personne ou l’équipe à qui l’on peut écrire. Il paraît sur la page de l’événement.",
        mention=TO_SUBMIT,
    )
    contact_email = EmailField(
        "Adresse électronique du contact",
        [Optional(), Email(), Length(max=254)],
        description="Les réponses des personnes inscrites y arrivent.",
        mention=TO_SUBMIT,
    )

    def __init__(self, event: Event | None = None, *, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(event, **kwargs)
        self.themes.choices = [(theme.slug, theme.name) for theme in themes]

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        return {**stored, "keywords": ", ".join(stored.get("keywords", ()))}

    def values(self) -> dict[str, Any]:
        order = [slug for slug, _ in self.themes.choices]
        return {
            **super().values(),
            "title": one_line(self.title.data or ""),
            "summary": one_line(self.summary.data or ""),
            "contact_name": one_line(self.contact_name.data or ""),
            "contact_email": normalise_email(self.contact_email.data or ""),
            "themes": sorted(self.themes.data, key=order.index),
            "keywords": _split(self.keywords.data or ""),
        }

    def validate_keywords(self, field: StringField) -> None:
        keywords = _split(field.data or "")
        if len(keywords) > MOST_KEYWORDS:
            raise ValidationError(f"Gardez {MOST_KEYWORDS}\u00a0mots-clés au plus\u00a0: il y en a {len(keywords)}.")


def _split(text: str) -> list[str]:
    """The keywords of a line, each once."""
    words = (one_line(word) for word in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))


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


class RegistrationSettingsForm(EventForm):
    """How one registers."""

    asks = tuple(rules.STEP_FIELDS[Step.REGISTRATION])

    registration_kind = RadioField(
        "Comment s’inscrit-on\u00a0?",
        choices=choices(RegistrationKind),
        hints={
            RegistrationKind.HERE: "Confirmations, liste d’attente, rappels\u00a0: tout est envoyé pour vous.",
            RegistrationKind.BY_MAIL: "À l’adresse du contact.",
        },
        coerce=RegistrationKind,
        default=RegistrationKind.HERE,
    )
    registration_url = URLField(
        "Adresse de la page d’inscription",
        [Optional(), Length(max=1000), web_address],
        description="Seulement si l’inscription se fait sur un autre site.",
    )
    registration_opens_at = MomentField(
        "Ouverture des inscriptions", description="Vide\u00a0: dès que l’événement est publié."
    )
    registration_closes_at = MomentField("Clôture des inscriptions", description="Vide\u00a0: au début de chaque date.")
    has_waiting_list = BooleanField(
        "Tenir une liste d’attente quand c’est complet",
        description="Une place qui se libère est proposée aussitôt à la première personne de la liste.",
        default=True,
    )
    expected_attendance = IntegerField(
        "Affluence attendue",
        [Optional(), PLACES],
        description="Combien de personnes attendez-vous\u00a0? Lu par l’équipe du Mois seulement.",
    )

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        opens, closes = stored.get("registration_opens_at"), stored.get("registration_closes_at")
        return {
            **stored,
            "registration_opens_at": opens and opens.astimezone(self.zone).replace(tzinfo=None),
            "registration_closes_at": closes and closes.astimezone(self.zone).replace(tzinfo=None),
        }

    def values(self) -> dict[str, Any]:
        return {
            **super().values(),
            "registration_kind": self.registration_kind.data or RegistrationKind.HERE,
            "registration_url": self.registration_url.data or "",
            "registration_opens_at": self._instant(self.registration_opens_at.data),
            "registration_closes_at": self._instant(self.registration_closes_at.data),
        }

    def validate_registration_closes_at(self, field: MomentField) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError("La clôture doit venir après l’ouverture.")

    def _instant(self, local: datetime | None) -> datetime | None:
        return local and local.replace(tzinfo=self.zone)


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


class IntroductionForm(DsfrForm):
    """What presents a programme."""

    introduction = TextAreaField(
        "Présentation du programme",
        [Optional(), Length(max=2000)],
        description="Quelques phrases\u00a0: ce que votre équipe propose cette année, et pour qui.",
        mention="facultatif",
    )
