"""The pages of an event's form. Nothing is required to save: only a value that cannot be kept is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from planner.editions.models import Theme
from planner.events.labels import choices
from planner.events.models import Accessibility, Audience, Event, EventFormat, EventMode, Level, RegistrationKind
from planner.events.places import ways
from planner.programmes import rules
from planner.programmes.event_form import PLACES, TO_SUBMIT, EventForm
from planner.programmes.rules import Slot, Step
from planner.programmes.when_and_where import WhenAndWhereForm
from planner.text import normalise_email, one_line
from planner.web.addresses import web_address
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DsfrForm,
    EmailField,
    EntriesField,
    HiddenField,
    IntegerField,
    MomentField,
    RadioField,
    SelectField,
    StringField,
    SubForm,
    SubFormField,
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
