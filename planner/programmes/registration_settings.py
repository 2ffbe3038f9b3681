"""The page of the form that asks how one registers: where, until when, who may, and what else is asked of people."""

import re
from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from wtforms.validators import Length, NumberRange, Optional, ValidationError

from planner.events.labels import choices
from planner.events.models import Event, RegistrationKind
from planner.events.questions import Asked, QuestionKind, possible_answers
from planner.programmes import rules
from planner.programmes.event_form import PLACES, EventForm
from planner.programmes.rules import Step
from planner.text import one_line
from planner.web.fields import (
    BooleanField,
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
from planner.web.validators import web_address

MOST_QUESTIONS, MOST_OPTIONS, LONGEST_OPTION, MOST_DOMAINS = 10, 20, 120, 20
DEFAULT_RETENTION = 3  # months

# Names of the buttons; all but the first are followed by the number of the question.
ADD, REMOVE, UP, DOWN = "ajouter-une-question", "retirer-question-", "monter-question-", "descendre-question-"

_KINDS = {
    QuestionKind.TEXT: "Un texte libre",
    QuestionKind.CHOICE: "Une réponse dans une liste",
    QuestionKind.CHOICES: "Plusieurs réponses dans une liste",
    QuestionKind.YES_NO: "Oui ou non",
}
_LISTS = {QuestionKind.CHOICE, QuestionKind.CHOICES}
_DECIDING = {QuestionKind.CHOICE, QuestionKind.YES_NO}  # on whose answer another question may depend
_CONDITION = re.compile(r"(\d+):(.+)")  # place of the other question, from 0, and its answer
_DOMAIN = re.compile(r"(?=.{4,253}$)([^\W_]+(-+[^\W_]+)*\.)+[^\W\d_]{2,}")


class _ConditionField(SelectField):
    """It is not drawn where there is nothing to depend on: nothing sent is nothing chosen, whatever was kept."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist or [""])


class QuestionForm(SubForm):
    """One question. The form of the page tells it which ones come before."""

    question_id = HiddenField()
    label = StringField("Question", [Length(max=200)])
    kind = SelectField(
        "On répond par", choices=list(_KINDS.items()), coerce=QuestionKind, blank=None, default=QuestionKind.TEXT
    )
    options = TextAreaField(
        "Réponses proposées", description="Une par ligne, quand on répond dans une liste. Sinon, laissez vide.", rows=3
    )
    hint = StringField("Précision", [Length(max=200)], description="Une phrase d’aide, sous la question.")
    condition = _ConditionField("Poser cette question", blank="À tout le monde")
    is_required = BooleanField("Réponse obligatoire")

    before: Sequence["QuestionForm"] = ()

    @property
    def words(self) -> str:
        """The question as it is kept."""
        return one_line(self.label.data or "")

    @property
    def lines(self) -> list[str]:
        """The answers proposed, each once; none where one does not choose in a list."""
        lines = [one_line(line) for line in (self.options.data or "").splitlines()]
        return list(dict.fromkeys(filter(None, lines))) if self.kind.data in _LISTS else []

    @property
    def is_blank(self) -> bool:
        return not any([self.words, self.hint.data, (self.options.data or "").strip()])

    @property
    def decides(self) -> Sequence[str]:
        """The answers on which another question may depend."""
        is_asked = self.words and self.kind.data in _DECIDING
        return possible_answers(self.kind.data, self.lines) if is_asked else ()

    def follow(self, before: Sequence["QuestionForm"]) -> None:
        """Offer the answers of the questions before this one; the one that is chosen stays in sight, even wrong."""
        self.before = before
        offered = [f"{place}:{answer}" for place, form in enumerate(before) for answer in form.decides]
        self.known: Container[str] = set(offered)
        chosen = self.condition.data
        if chosen and chosen not in self.known and _CONDITION.fullmatch(chosen):
            offered.append(chosen)
        self.condition.choices = [(value, _condition_words(value)) for value in offered]

    def asked(self, places: Mapping[int, int]) -> Asked:
        """The question as typed; `places`: where each one of the page is among those that are kept."""
        question_id = self.question_id.data or ""
        place, answer = _condition(self.condition.data)
        return Asked(
            question_id=int(question_id) if question_id.isdecimal() else None,
            kind=self.kind.data or QuestionKind.TEXT,
            label=self.words,
            hint=one_line(self.hint.data or ""),
            options=tuple(self.lines),
            is_required=bool(self.is_required.data),
            condition=places.get(place) if place is not None else None,
            condition_value=answer if place in places else "",
        )

    def validate_label(self, _field: StringField) -> None:
        if not self.words and not self.is_blank:
            raise ValidationError("Écrivez la question, ou retirez-la.")
        if self.words and self.words.casefold() in {form.words.casefold() for form in self.before}:
            raise ValidationError("Cette question est déjà posée plus haut.")

    def validate_options(self, _field: TextAreaField) -> None:
        if self.kind.data not in _LISTS or self.is_blank:
            return
        if not self.lines:
            raise ValidationError("Écrivez les réponses proposées, une par ligne.")
        if len(self.lines) > MOST_OPTIONS:
            raise ValidationError(f"Gardez {MOST_OPTIONS}\u00a0réponses au plus\u00a0: il y en a {len(self.lines)}.")
        if any(len(line) > LONGEST_OPTION for line in self.lines):
            raise ValidationError(f"Une réponse est trop longue\u00a0: {LONGEST_OPTION}\u00a0caractères au maximum.")

    def validate_condition(self, field: SelectField) -> None:
        place, _ = _condition(field.data)
        if place is None or field.data in self.known:
            return
        if place >= len(self.before):
            raise ValidationError(f"La question {place + 1} doit venir avant celle-ci\u00a0: changez l’ordre.")
        raise ValidationError("Cette réponse n’est plus proposée\u00a0: choisissez-en une autre.")


def _condition(value: str | None) -> tuple[int | None, str]:
    found = _CONDITION.fullmatch(value or "")
    return (int(found[1]), found[2]) if found else (None, "")


def _condition_words(value: str) -> str:
    place, answer = _condition(value)
    return f"À qui répond «\u00a0{answer}\u00a0» à la question {(place or 0) + 1}"


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
    expected_attendance = IntegerField(
        "Affluence attendue",
        [Optional(), PLACES],
        description="Combien de personnes attendez-vous\u00a0? Lu par l’équipe du Mois seulement.",
    )
    has_waiting_list = BooleanField(
        "Tenir une liste d’attente quand c’est complet",
        description="Une place qui se libère est proposée aussitôt à la première personne de la liste.",
        default=True,
    )
    needs_approval = BooleanField(
        "Donner notre accord à chaque inscription",
        description="La place est gardée jusqu’à votre réponse. Vous acceptez ou refusez chaque personne depuis la "
        "liste des inscrits, et elle reçoit votre réponse par courriel.",
    )
    reserved_domains = StringField(
        "Réserver à certaines adresses électroniques",
        [Optional(), Length(max=1000)],
        description="Ce qui suit le @, par exemple «\u00a0interieur.gouv.fr, rhone.fr\u00a0». Les sous-domaines sont "
        "acceptés aussi\u00a0: «\u00a0sg.interieur.gouv.fr\u00a0». Vide\u00a0: toutes les adresses.",
    )
    retention_months = IntegerField(
        "Garder les inscriptions",
        [Optional(), NumberRange(min=1, max=36)],
        description="Combien de mois après l’événement, de 1 à 36.",
        default=DEFAULT_RETENTION,
    )
    questions = EntriesField(SubFormField(QuestionForm), "Questions", legend="Question {}", max_entries=MOST_QUESTIONS)

    def __init__(self, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(event, **kwargs)
        self._follow()

    def shown(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        opens, closes = stored.get("registration_opens_at"), stored.get("registration_closes_at")
        return {
            **stored,
            "registration_opens_at": opens and opens.astimezone(self.zone).replace(tzinfo=None),
            "registration_closes_at": closes and closes.astimezone(self.zone).replace(tzinfo=None),
            "reserved_domains": ", ".join(stored.get("reserved_domains", ())),
            "questions": [_shown(question) for question in stored.get("questions", ())],
        }

    def values(self) -> dict[str, Any]:
        forms = [entry.form for entry in self.questions]
        kept = [place for place, form in enumerate(forms) if not form.is_blank]
        places = {place: new for new, place in enumerate(kept)}
        return {
            **super().values(),
            "registration_kind": self.registration_kind.data or RegistrationKind.HERE,
            "registration_url": self.registration_url.data or "",
            "registration_opens_at": self._instant(self.registration_opens_at.data),
            "registration_closes_at": self._instant(self.registration_closes_at.data),
            "reserved_domains": _domains(self.reserved_domains.data or ""),
            "retention_months": self.retention_months.data or DEFAULT_RETENTION,
            "questions": [forms[place].asked(places) for place in kept],
        }

    def rearrange(self, pressed: Container[str]) -> bool:
        """Add, remove or move a question, as its button asks; what is typed stays, conditions follow."""
        order = _order(pressed, len(self.questions))
        if order is None:
            return False
        typed = [entry.form.data for entry in self.questions]
        places = {old: new for new, old in enumerate(order)}
        moved = [{**typed[old], "condition": _moved(typed[old]["condition"], places)} for old in order]
        if ADD in pressed and len(moved) < MOST_QUESTIONS:
            moved.append({})
        self.questions.process(None, moved)
        self._follow()
        return True

    def _follow(self) -> None:
        forms = [entry.form for entry in self.questions]
        for place, form in enumerate(forms):
            form.follow(forms[:place])

    def validate_registration_closes_at(self, field: MomentField) -> None:
        opens = self.registration_opens_at.data
        if opens and field.data and field.data <= opens:
            raise ValidationError("La clôture doit venir après l’ouverture.")

    def validate_reserved_domains(self, field: StringField) -> None:
        domains = _domains(field.data or "")
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(f"Gardez {MOST_DOMAINS}\u00a0domaines au plus\u00a0: il y en a {len(domains)}.")
        for domain in domains:
            if not _DOMAIN.fullmatch(domain):
                example = "Exemple de forme attendue\u00a0: interieur.gouv.fr."
                raise ValidationError(f"«\u00a0{domain}\u00a0» n’est pas un nom de domaine. {example}")

    def _instant(self, local: datetime | None) -> datetime | None:
        return local and local.replace(tzinfo=self.zone)


def _shown(question: Asked) -> dict[str, Any]:
    place, answer = question.condition, question.condition_value
    return {
        **vars(question),
        "options": "\n".join(question.options),
        "condition": "" if place is None else f"{place}:{answer}",
    }


def _order(pressed: Container[str], count: int) -> list[int] | None:
    """The new order of the questions, by their places; None when no button of theirs was pressed."""
    order = list(range(count))
    for place in range(count):
        number = place + 1
        if f"{REMOVE}{number}" in pressed:
            order.remove(place)
            return order
        if f"{UP}{number}" in pressed or f"{DOWN}{number}" in pressed:
            other = place - 1 if f"{UP}{number}" in pressed else place + 1
            if 0 <= other < count:
                order[place], order[other] = order[other], order[place]
            return order
    return order if ADD in pressed else None


def _moved(condition: str | None, places: Mapping[int, int]) -> str:
    """The condition once the questions are in their new places; none when its question is no longer there."""
    place, answer = _condition(condition)
    return f"{places[place]}:{answer}" if place is not None and place in places else ""


def _domains(text: str) -> list[str]:
    """The domains of a line, each once, in lower case, without what people write around them."""
    words = (word.lower().removeprefix("*").lstrip("@.").rstrip(".") for word in re.split(r"[,;\s]+", text))
    return list(dict.fromkeys(filter(None, words)))
