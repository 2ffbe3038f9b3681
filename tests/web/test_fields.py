"""Fields as they are drawn: DSFR's markup, and what it leaves to us."""

from collections.abc import Iterator
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from planner.web.fields import (
    BooleanField,
    CheckboxesField,
    DateField,
    DsfrForm,
    EmailField,
    EntriesField,
    FileField,
    HiddenField,
    IntegerField,
    MomentField,
    QueryForm,
    RadioField,
    SelectField,
    StringField,
    SubForm,
    SubFormField,
    SubmitField,
    TextAreaField,
    TimeField,
    labelled,
)
from tests.web.html import Page, check_page, text_of

PAGE = """
{% extends "layouts/page.html" %}
{% block title %}Essai{% endblock %}
{% block main %}
<h1>Essai</h1>
{{ refusals(form) }}
<form method="post" novalidate>
  {{ required_note(form) }}
  {% for field in form if field.name != "csrf_token" %}{{ field }}{% endfor %}
  {{ submit("Envoyer") }}
</form>
{% endblock %}
"""


class Mode(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/essai"):
        yield


def sent(form_class: type[Any], **values: Any) -> Any:
    """The form as it comes with these values, validated."""
    form = form_class(MultiDict(values))
    form.validate()
    return form


def drawn(form: Any) -> Page:
    """The form in a page, which is checked as every page is."""
    return check_page(render_template_string(PAGE, form=form))


class Registration(DsfrForm):
    full_name = StringField("Prénom et nom", [InputRequired(), Length(max=120)], autocomplete="name")
    email = EmailField("Adresse", [InputRequired(), Email()], autocomplete="email", description="Pour confirmer.")
    message = TextAreaField("Message", [Length(max=2000)])


class TestOneField:
    def test_its_label_names_it_and_holds_the_hint(self):
        page = drawn(Registration(None))
        labels = [text_of(label) for label in page.find("form").iter("label")]
        assert labels == [
            "Prénom et nom (obligatoire)",
            "Adresse (obligatoire) Pour confirmer.",
            "Message 2 000 caractères au maximum.",
        ]

    def test_it_carries_what_browsers_need(self):
        control = drawn(Registration(None)).by_id["email"]
        assert control.attrib == {
            "autocomplete": "email",
            "class": "fr-input",
            "id": "email",
            "name": "email",
            "required": "",
            "type": "email",
            "value": "",
        }

    def test_its_error_is_beside_it_and_tied_to_it(self):
        page = drawn(sent(Registration, full_name="Une personne", email="nulle part"))
        control = page.by_id["email"]
        assert (control.get("aria-invalid"), control.get("aria-describedby")) == ("true", "email-errors")
        assert page.field_errors() == {
            "email": ["Cette adresse semble incomplète. Exemple de forme attendue : prenom.nom@example.org."]
        }
        assert [group.get("class") for group in page.all("div", "fr-input-group")] == [
            "fr-input-group",
            "fr-input-group fr-input-group--error",
            "fr-input-group",
        ]

    def test_what_was_typed_is_still_there(self):
        page = drawn(sent(Registration, full_name="", email="nulle part", message="Deux\r\nlignes"))
        assert page.forms[0].values == {"full_name": "", "email": "nulle part", "message": "Deux\nlignes"}

    def test_what_was_typed_cannot_break_the_page(self):
        page = drawn(sent(Registration, full_name='"><script>alert(1)</script>'))
        assert page.forms[0].values["full_name"] == '"><script>alert(1)</script>'


class TestTheTopOfTheForm:
    def test_a_right_form_says_nothing(self):
        page = drawn(sent(Registration, full_name="Une personne", email="personne@example.org"))
        assert (page.title, page.refusals) == ("Essai – Mois de l’innovation publique", [])

    def test_a_wrong_one_lists_its_errors_with_links_to_the_fields(self):
        page = drawn(sent(Registration, email="personne@example.org"))
        assert page.title == "Erreur : Essai – Mois de l’innovation publique"
        assert page.refusals == ["Prénom et nom : Remplissez ce champ."]
        assert page.links["Prénom et nom : Remplissez ce champ."] == "#full_name"

    def test_the_summary_takes_the_focus(self):
        summary = drawn(sent(Registration)).by_id["erreurs"]
        assert {"role": "alert", "tabindex": "-1", "autofocus": ""}.items() <= summary.attrib.items()

    def test_a_refusal_of_the_service_comes_first_without_link(self):
        form = sent(Registration, full_name="Une personne", email="personne@example.org")
        form.form_errors.append("Les inscriptions sont closes.")
        page = drawn(form)
        assert page.refusals == ["Les inscriptions sont closes."]
        assert page.alerts == ["Votre demande n’a pas pu aboutir Les inscriptions sont closes."]

    def test_what_is_required_is_marked_when_some_is_not(self):
        assert "Les champs marqués « obligatoire » sont à remplir." in drawn(Registration(None)).text

    def test_what_is_required_is_said_once_when_all_is(self):
        class Short(DsfrForm):
            email = EmailField("Adresse", [InputRequired()])

        page = drawn(Short(None))
        assert page.text == "Essai Tous les champs sont obligatoires. Adresse Envoyer"

    def test_a_field_may_say_otherwise_what_it_is_for(self):
        class Draft(DsfrForm):
            title = StringField("Titre", mention="pour proposer")

        assert drawn(Draft(None)).text == "Essai Titre (pour proposer) Envoyer"


class TestTexts:
    class Form(QueryForm):
        words = StringField("Mots", [Length(max=5)])

    @pytest.mark.parametrize(("typed", "kept"), [("  deux  ", "deux"), ("nul\x00\x07", "nul"), ("   ", "")])
    def test_they_are_cleaned(self, typed: str, kept: str):
        assert sent(self.Form, words=typed).words.data == kept

    def test_one_at_the_limit_is_taken_and_one_over_is_not(self):
        assert sent(self.Form, words="12345").errors == {}
        assert sent(self.Form, words="123456").errors == {
            "words": ["Ce texte est trop long\u00a0: 5 caractères au maximum."]
        }


class TestNumbersAndDates:
    class Form(DsfrForm):
        places = IntegerField("Places", [Optional(), NumberRange(min=1, max=500)])
        day = DateField("Jour")
        hour = TimeField("Heure")

    def test_they_are_read(self):
        form = sent(self.Form, places=" 12 ", day="2026-11-12", hour="09:30")
        assert (form.data["places"], form.data["day"], form.data["hour"]) == (12, date(2026, 11, 12), time(9, 30))

    def test_browsers_without_calendar_may_write_as_people_do(self):
        form = sent(self.Form, day="12/11/2026", hour="9h30")
        assert (form.day.data, form.hour.data) == (date(2026, 11, 12), time(9, 30))

    def test_nothing_is_none_and_no_error(self):
        form = sent(self.Form, places="", day="", hour="")
        assert (form.errors, form.places.data, form.day.data, form.hour.data) == ({}, None, None, None)

    def test_what_cannot_be_read_is_said_once(self):
        form = sent(self.Form, places="douze", day="31/02/2026", hour="25:00")
        assert form.errors == {
            "places": ["Indiquez un nombre entier, en chiffres."],
            "day": ["Cette date n’existe pas. Exemple de forme attendue\u00a0: 12/11/2026."],
            "hour": ["Cette heure n’existe pas. Exemple de forme attendue\u00a0: 14:30."],
        }

    @pytest.mark.parametrize(
        ("places", "errors"), [("500", {}), ("501", {"places": ["Indiquez un nombre entre 1 et 500."]})]
    )
    def test_bounds(self, places: str, errors: dict[str, list[str]]):
        assert sent(self.Form, places=places).errors == errors


class TestMoments:
    class Form(DsfrForm):
        starts = MomentField("Début", [InputRequired()])

    def test_a_day_and_an_hour_make_a_local_datetime(self):
        form = sent(self.Form, **{"starts-date": "2026-11-12", "starts-time": "09:30"})
        assert (form.starts.data, form.errors) == (datetime(2026, 11, 12, 9, 30), {})  # noqa: DTZ001 -- local

    @pytest.mark.parametrize(
        ("day", "hour", "message"),
        [
            ("", "", "Indiquez une date et une heure."),
            ("2026-11-12", "", "Indiquez aussi l’heure."),
            ("", "09:30", "Indiquez aussi la date."),
            ("2026-02-31", "09:30", "Cette date ou cette heure n’existe pas."),
        ],
    )
    def test_half_of_it_is_refused_and_kept(self, day: str, hour: str, message: str):
        page = drawn(sent(self.Form, **{"starts-date": day, "starts-time": hour}))
        assert page.field_errors() == {"starts": [message]}
        assert page.forms[0].values == {"starts-date": day, "starts-time": hour}
        assert page.links[f"Début : {message}"] == "#starts-date"

    def test_a_value_of_ours_is_shown(self):
        form = self.Form(None, data={"starts": datetime(2026, 11, 12, 9, 30)})  # noqa: DTZ001 -- local
        assert drawn(form).forms[0].values == {"starts-date": "2026-11-12", "starts-time": "09:30"}


class TestChoices:
    class Form(DsfrForm):
        region = SelectField("Région", choices=[("53", "Bretagne"), ("04", "La Réunion")], blank="Toutes")
        mode = RadioField(
            "Comment ?", choices=labelled({Mode.ONSITE: "Sur place", Mode.ONLINE: "En ligne"}), coerce=Mode
        )
        themes = CheckboxesField("Thèmes", [InputRequired()], choices=[("a", "Données"), ("b", "Design")])
        charter = BooleanField("J’accepte la charte", [InputRequired()])

    def test_answers_are_read_as_the_domain_wants_them(self):
        form = sent(self.Form, region="53", mode="online", themes=["a", "b"], charter="y")
        assert form.errors == {}
        assert (form.region.data, form.mode.data, form.themes.data) == ("53", Mode.ONLINE, ["a", "b"])

    def test_no_answer_is_none(self):
        form = sent(self.Form, region="", themes=["a"], charter="y")
        assert (form.errors, form.region.data, form.mode.data) == ({}, None, None)

    def test_answers_that_were_not_offered_are_refused(self):
        form = sent(self.Form, region="99", mode="flying", themes=["z"], charter="y")
        assert form.errors == {
            "region": ["Choisissez une réponse de la liste."],
            "mode": ["Choisissez une réponse de la liste."],
            "themes": ["Choisissez parmi les réponses proposées."],
        }

    def test_groups_are_fieldsets_and_their_link_goes_to_the_first_box(self):
        page = drawn(sent(self.Form))
        legends = [text_of(legend) for legend in page.find("form").iter("legend")]
        assert legends == ["Comment ?", "Thèmes (obligatoire)"]
        assert page.links["Thèmes : Cochez au moins une réponse."] == "#themes-0"
        assert page.links["J’accepte la charte : Cochez cette case pour continuer."] == "#charter"

    def test_what_was_chosen_is_still_chosen(self):
        page = drawn(sent(self.Form, region="04", mode="onsite", themes=["b"]))
        assert page.forms[0].values == {"region": "04", "mode": "onsite", "themes": "b"}

    def test_choices_may_come_later(self):
        form = self.Form(MultiDict({"themes": "c"}))
        form.themes.choices = [("c", "Climat")]
        form.validate()
        assert form.themes.errors == []


class TestEntries:
    class Form(DsfrForm):
        class Entry(SubForm):
            starts = MomentField("Début", [InputRequired()])
            places = IntegerField("Places", [Optional(), NumberRange(min=1)])
            key = HiddenField()
            remove = SubmitField("Retirer cette session", rank="tertiary")

        sessions = EntriesField(SubFormField(Entry), "Sessions", legend="Session {}", min_entries=2)

    def test_each_has_its_legend_and_its_own_ids(self):
        page = drawn(self.Form(None))
        assert [page.by_id[f"sessions-{n}-legend"].text for n in (0, 1)] == ["Session 1", "Session 2"]

    def test_errors_name_the_entry(self):
        values = {"sessions-0-starts-date": "2026-11-12", "sessions-0-starts-time": "09:30", "sessions-1-places": "0"}
        page = drawn(sent(self.Form, **values))
        assert page.refusals == [
            "Session 2 – Début : Indiquez une date et une heure.",
            "Session 2 – Places : Indiquez 1 ou plus.",
        ]
        assert page.links["Session 2 – Places : Indiquez 1 ou plus."] == "#sessions-1-places"

    def test_an_error_of_the_list_itself_is_shown(self):
        form = self.Form(None)
        form.sessions.errors = ["Deux sessions se chevauchent."]
        assert drawn(form).refusals == ["Sessions : Deux sessions se chevauchent."]

    def test_an_entry_taken_away_leaves_the_others_in_order(self):
        form = sent(self.Form, **{f"sessions-{n}-places": str(n + 1) for n in range(3)})
        form.sessions.pop_entry(0)
        values = drawn(form).forms[0].values
        assert {name: value for name, value in values.items() if name.endswith("places")} == {
            "sessions-0-places": "2",
            "sessions-1-places": "3",
        }

    def test_the_button_pressed_is_known(self):
        form = sent(self.Form, **{"sessions-1-remove": "1", "sessions-0-places": ""})
        assert [entry.form.remove.data for entry in form.sessions] == [False, True]


def test_a_file_is_asked_with_its_label():
    class Form(DsfrForm):
        document = FileField("Programme", description="Tableur XLSX.")

    assert drawn(Form(None)).text == "Essai Programme Tableur XLSX. Envoyer"


def test_hidden_fields_have_no_id_so_that_forms_may_share_a_page():
    class Form(DsfrForm):
        key = HiddenField()

    assert str(Form(MultiDict({"key": "abc"})).key) == '<input name="key" type="hidden" value="abc">'
