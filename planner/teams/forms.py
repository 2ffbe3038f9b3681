"""What is asked of who invites, joins, answers, changes a member, or writes the page of a lab."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from planner.directory.labels import BRANCHES, ROLES
from planner.directory.models import Branch, Membership, MembershipRole, Organisation
from planner.errors import RuleViolation
from planner.teams import rules
from planner.teams.labels import ROLE_HINTS
from planner.text import listed, normalise_email, one_line
from planner.web import edits
from planner.web.fields import (
    DateField,
    DsfrForm,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
    labelled,
)
from planner.web.validators import web_address

STAY, LEAVE = "rester", "quitter"
MOST_SKILLS = 20


class TeamForm(DsfrForm):
    """A form about a team: it shows a refusal where it belongs."""

    def refuse(self, refusal: RuleViolation) -> None:
        """Say why it cannot be: beside the field concerned, else at the top."""
        if refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)


class MemberForm(TeamForm):
    """What a member may do, and until when."""

    role = RadioField(
        "Rôle dans l’équipe", [DataRequired()], choices=labelled(ROLES), hints=ROLE_HINTS, coerce=MembershipRole
    )
    ends_on = DateField(
        "Dernier jour dans l’équipe", [Optional()], description="Vide\u00a0: sans date de fin.", mention="facultatif"
    )

    def end(self) -> date | None:
        """The last day, included."""
        day: date | None = self.ends_on.data
        return day


class InviteForm(MemberForm):
    """Whom to invite, as what."""

    email = EmailField(
        "Adresse électronique",
        [DataRequired(), Email(allow_smtputf8=False), Length(max=254)],
        description="L’adresse professionnelle de la personne\u00a0: c’est avec elle qu’elle se connectera.",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"role": MembershipRole.EDITOR, **kwargs})


class HandOverForm(TeamForm):
    """Who takes over, and what becomes of who hands over."""

    successor = RadioField("Qui prend la suite\u00a0?", [DataRequired()])
    then = RadioField(
        "Et vous\u00a0?",
        [DataRequired()],
        choices=[(STAY, "Je reste dans l’équipe"), (LEAVE, "Je quitte l’équipe")],
        hints={
            STAY: "Vous composez toujours le programme, sans gérer l’équipe.",
            LEAVE: "Votre accès s’arrête aussitôt.",
        },
        default=STAY,
    )

    def __init__(self, members: Iterable[tuple[str, Membership]]) -> None:
        """`members` are those who may take over, with their names in addresses."""
        super().__init__()
        self.successor.choices = [(token, one.person.full_name or one.person.email) for token, one in members]


class JoinForm(TeamForm):
    """A word to who answers for the lab."""

    words = TextAreaField(
        "Votre message à l’équipe",
        [DataRequired(), Length(max=1000)],
        description="Qui vous êtes, où vous travaillez, ce que vous souhaitez faire avec le lab.",
    )


class ProposeForm(TeamForm):
    """Whom a coordinator proposes, and why."""

    email = EmailField(
        "Adresse électronique de la personne",
        [DataRequired(), Email(allow_smtputf8=False), Length(max=254)],
        description="Si l’équipe est d’accord, une invitation partira à cette adresse.",
    )
    words = TextAreaField("Votre message à l’équipe", [DataRequired(), Length(max=1000)])


class RefuseForm(TeamForm):
    """Why a request is refused."""

    reason = TextAreaField(
        "Pourquoi\u00a0?",
        [DataRequired(), Length(max=1000)],
        description="La personne reçoit cette réponse par courriel.",
        rows=3,
    )


class LabPageForm(TeamForm):
    """What the public page shows of a lab. `version` is the mark of what was read."""

    version = HiddenField()
    description = TextAreaField(
        "Présentation",
        [Optional(), Length(max=5000)],
        description="Ce que fait le lab, pour qui. Vous pouvez mettre **en gras** et faire des listes avec des tirets.",
        rows=10,
    )
    skills = StringField(
        "Compétences",
        [Optional(), Length(max=1000)],
        description="Séparées par des virgules\u00a0: facilitation, design de service, données…",
    )
    address = StringField("Adresse", [Optional(), Length(max=300)], description="Numéro et rue.")
    city = StringField("Ville", [Optional(), Length(max=120)])
    website = URLField("Site", [Optional(), Length(max=1000), web_address])
    contact_email = EmailField(
        "Adresse électronique du contact",
        [Optional(), Email(), Length(max=254)],
        description="Elle paraît sur la page, et reçoit les accusés de réception de vos propositions.",
    )
    carrier = StringField(
        "Porté par", [Optional(), Length(max=200)], description="L’administration ou la structure qui porte le lab."
    )
    branch = SelectField("Versant", choices=labelled(BRANCHES), coerce=Branch, blank="Aucun en particulier")

    def __init__(self, organisation: Organisation) -> None:
        stored = rules.page_content(organisation)
        super().__init__(data={**_shown(stored), "version": edits.fingerprint(stored)})

    def values(self) -> dict[str, Any]:
        """What was typed, as the organisation keeps it."""
        texts = ("address", "city", "website", "carrier")
        return {
            **{name: one_line(self[name].data or "") for name in texts},
            "description": self.description.data or "",
            "contact_email": normalise_email(self.contact_email.data or ""),
            "skills": listed(self.skills.data or ""),
            "branch": self.branch.data,
        }

    def compare(self, organisation: Organisation) -> list[edits.Difference]:
        """What somebody else changed since the form was opened, in words: first what was typed otherwise here.

        The form then holds what only they changed, keeps what was typed, and answers to what the page holds now.
        """
        stored = rules.page_content(organisation)
        merged = edits.merge(self.version.data or "", stored, self.values())
        self.process(None, data={**_shown(merged.values), "version": edits.fingerprint(stored)})
        labels = rules.PAGE_FIELDS
        return [
            *(edits.Difference(labels[name], *map(_words, both)) for name, both in merged.conflicts.items()),
            *(edits.Difference(labels[name], _words(stored[name]), None) for name in merged.taken),
        ]

    def validate_skills(self, field: StringField) -> None:
        skills = listed(field.data or "")
        if len(skills) > MOST_SKILLS:
            raise ValidationError(f"Gardez {MOST_SKILLS}\u00a0compétences au plus\u00a0: il y en a {len(skills)}.")


def _shown(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {**stored, "skills": ", ".join(stored["skills"])}


def _words(value: Any) -> str:
    match value:
        case None | "" | []:
            return "rien"
        case list():
            return ", ".join(value)
        case Branch():
            return BRANCHES[value]
    return str(value)
