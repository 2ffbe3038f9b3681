"""The first page of the form: what the event is, its picture, who speaks, whom to write to."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from wtforms.validators import Email, Length, Optional, ValidationError

from planner.editions.models import Theme
from planner.errors import RuleViolation
from planner.events.labels import choices
from planner.events.models import Event, EventFormat
from planner.images import pictures
from planner.images.pictures import Picture
from planner.images.rules import MOST_BYTES
from planner.programmes import rules
from planner.programmes.event_form import TO_SUBMIT, EventForm
from planner.programmes.rules import SpeakerLine, Step
from planner.text import listed, normalise_email, one_line
from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    EmailField,
    EntriesField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    SubForm,
    SubFormField,
    TextAreaField,
)

MOST_WORDS = 10
MOST_SPEAKERS = 30
ADD_SPEAKER, REMOVE_SPEAKER = "ajouter-un-intervenant", "retirer-intervenant-"  # the second with a number


class SpeakerForm(SubForm):
    """One intervenant."""

    full_name = StringField("Prénom et nom", [Length(max=120)], autocomplete="off")
    position_held = StringField("Fonction", [Optional(), Length(max=200)], autocomplete="off")

    def validate_full_name(self, field: StringField) -> None:
        if self.position_held.data and not field.data:
            raise ValidationError("Indiquez le nom de cette personne.")


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
        description="Le déroulé, ce que l’on y apprend ou y fabrique.",
        rows=10,
    )
    image = HiddenField()  # the digest of the picture, which stays when another answer is refused
    upload = FileField(
        "Choisir une image",
        description="JPEG, PNG ou WebP, 5\u00a0Mo au plus, au moins 600\u00a0×\u00a0300\u00a0pixels.",
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )
    remove_image = BooleanField("Retirer l’image")
    image_alt = StringField(
        "Texte de remplacement",
        [Optional(), Length(max=250)],
        description="Ce que montre l’image, pour les personnes qui ne la voient pas.",
        mention="pour proposer avec une image",
    )
    image_credit = StringField("Crédit", [Optional(), Length(max=140)], description="Qui l’a faite.")
    format = SelectField("Format", choices=choices(EventFormat), coerce=EventFormat, mention=TO_SUBMIT)
    themes = CheckboxesField("Thèmes", description="De un à trois.", mention=TO_SUBMIT)
    keywords = StringField(
        "Mots-clés", [Optional(), Length(max=400)], description="Dix au plus, séparés par des virgules."
    )
    skills = StringField(
        "Compétences",
        [Optional(), Length(max=400)],
        description="Ce que l’on y apprend à faire, par exemple «\u00a0facilitation\u00a0». "
        "Dix au plus, séparées par des virgules.",
    )
    speakers = EntriesField(
        SubFormField(SpeakerForm), "Intervenants", legend="Intervenant {}", max_entries=MOST_SPEAKERS
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
        lines = {name: ", ".join(stored.get(name, ())) for name in ("keywords", "skills")}
        return {**stored, **lines, "speakers": [vars(line) for line in stored.get("speakers", ())]}

    def values(self) -> dict[str, Any]:
        order = [slug for slug, _ in self.themes.choices]
        texts = ("title", "summary", "contact_name", "image_alt", "image_credit")
        typed = {
            **super().values(),
            **{name: one_line(self[name].data or "") for name in texts},
            "contact_email": normalise_email(self.contact_email.data or ""),
            "themes": sorted(self.themes.data, key=order.index),
            "keywords": listed(self.keywords.data or ""),
            "skills": listed(self.skills.data or ""),
            "speakers": [line for line in map(_speaker, self.speakers) if line.full_name],
        }
        has_image = bool(self.image.data) and not self.remove_image.data
        return typed if has_image else {**typed, "image": "", "image_alt": "", "image_credit": ""}

    def take_file(self) -> Picture | None:
        file = self.upload.data
        if not getattr(file, "filename", ""):
            return None
        try:
            picture = pictures.read(file.stream.read(MOST_BYTES + 1))
        except RuleViolation as refusal:
            self.upload.errors = self.upload.process_errors = [refusal.message]
            return None
        self.image.data, self.remove_image.data = picture.digest, False
        return picture

    def rearrange(self, pressed: Container[str]) -> bool:
        """Add or remove a speaker, as its button asks; what is typed stays."""
        removed = [index for index in range(len(self.speakers)) if f"{REMOVE_SPEAKER}{index + 1}" in pressed]
        if removed:
            self.speakers.pop_entry(removed[0])
        if ADD_SPEAKER in pressed and len(self.speakers) < MOST_SPEAKERS:
            self.speakers.append_entry()
        return bool(removed) or ADD_SPEAKER in pressed

    def validate_keywords(self, field: StringField) -> None:
        _check_few(listed(field.data or ""), "mots-clés")

    def validate_skills(self, field: StringField) -> None:
        _check_few(listed(field.data or ""), "compétences")

    def _words(self, name: str, value: Any) -> str:
        return "une image" if name == "image" and value else super()._words(name, value)


def _speaker(entry: Any) -> SpeakerLine:
    return SpeakerLine(*(one_line(entry.form[name].data or "") for name in ("full_name", "position_held")))


def _check_few(words: list[str], what: str) -> None:
    if len(words) > MOST_WORDS:
        raise ValidationError(f"Gardez {MOST_WORDS}\u00a0{what} au plus\u00a0: il y en a {len(words)}.")
