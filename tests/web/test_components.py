"""What every template may call: macros, navigation, counts, this page's address."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, render_template_string

from planner.web import navigation
from planner.web.filters import MACROS, counted, here
from planner.web.rights import Actor, Role
from tests.web.html import Page, check_page

COMPONENTS = """
{% extends "layouts/page.html" %}
{% block title %}Composants{% endblock %}
{% block breadcrumb %}{{ breadcrumb([("Programme", "/programme")], "Composants") }}{% endblock %}
{% block main %}
<h1>Composants</h1>
{{ alert("Déplacé", "Le lendemain.", kind="warning") }}
{% call alert("Annulé", kind="error") %}<p>Demain.</p>{% endcall %}
{{ notice("Exemple", "Rien n’est réel.") }}
{{ callout("À savoir", "Gratuit.") }}
{{ badge("Publié", "success") }}
{{ tags([tag("Atelier"), tag("Bretagne", "/programme"), removable_tag("En ligne", "/")], "Filtres") }}
{{ card("Atelier", "/a", "Apprendre", detail="jeudi", end="Lab", badges=[("Complet", "warning")], heading="h2") }}
{{ tile("Mon lab", "/b", "Se connecter", heading="h2") }}
{% call table("Inscrits", ["Nom", ("Places", "fr-cell--right")]) %}
<tr><th scope="row">A</th><td>2</td></tr>
{% endcall %}
{{ stepper(["Présentation", "Dates"], 1) }}
{% call accordion("Accessibilité", open=true) %}<p>Rampe</p>{% endcall %}
{{ summary_list([("Quand", "jeudi"), ("Lieu", "Rennes", "/lieu"), ("Vide", ""), ("Rien", none), ("Zéro", 0)]) }}
{{ empty_state("Aucun événement", "Essayez d’autres critères.", "Tout voir", "/programme") }}
{{ tabs("Vues", [("Liste", "/l", true), ("Mois", "/m", false)]) }}
{{ places_bar(5, 10) }} {{ places_bar(3, none, "inscrits") }} {{ places_bar(0, 0) }}
{{ download("Exporter", "/csv", "CSV") }}
{% call buttons() %}
{{ submit("Envoyer") }} {{ link_button("Annuler", "/", rank="secondary", detail="la saisie") }}
{% endcall %}
{{ post_button("Accepter", "/accepter", name="choix", value="oui") }}
{% endblock %}
"""
EMPTY = (
    '{% extends "layouts/page.html" %}{% block title %}Vide{% endblock %}{% block main %}<h1>Vide</h1>{% endblock %}'
)
NOBODY = Actor(person_id=1, full_name="Une personne", email="personne@example.org")


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/accessibilite"):
        yield


@pytest.fixture
def components() -> Page:
    return check_page(render_template_string(COMPONENTS))


def test_every_macro_named_exists(app: Flask):
    modules = {file: app.jinja_env.get_template(f"dsfr/{file}.html").module for file in MACROS}
    assert [name for file, names in MACROS.items() for name in names if not hasattr(modules[file], name)] == []


def test_every_component_is_right_html(components: Page):
    assert components.breadcrumb == ["Accueil", "Programme", "Composants"]
    assert components.alerts == ["Déplacé Le lendemain.", "Annulé Demain."]
    assert components.rows("Inscrits") == [["A", "2"]]
    assert components.links["Annuler la saisie"] == "/"
    assert components.links["Retirer le filtre En ligne"] == "/"


def test_a_list_of_names_and_values_leaves_out_what_is_empty(components: Page):
    assert [term.text for term in components.all("dt")] == ["Quand", "Lieu", "Zéro"]


def test_places_are_said_in_words(components: Page):
    assert "5 sur 10 places prises 3 inscrits 0 sur 0 place prise" in components.text


def test_a_button_alone_is_a_form_with_its_token(components: Page):
    (form,) = components.forms
    assert (form.action, form.method, form.buttons, set(form.values)) == (
        "/accepter",
        "post",
        ["Accepter"],
        {"csrf_token"},
    )


class TestPages:
    def pages(self, app: Flask, page: int, pages: int) -> Page:
        text = EMPTY.replace("</h1>", "</h1>{{ pagination(page, pages) }}")
        with app.test_request_context(f"/accessibilite?q=eau&page={page}"):
            return check_page(render_template_string(text, page=page, pages=pages))

    def test_one_page_needs_none(self, app: Flask):
        assert self.pages(app, 1, 1).links == {}

    def test_neighbours_and_both_ends(self, app: Flask):
        links = self.pages(app, 5, 9).links
        assert links == {
            "Première page": "/accessibilite?q=eau&page=1",
            "Page précédente": "/accessibilite?q=eau&page=4",
            "1": "/accessibilite?q=eau&page=1",
            "4": "/accessibilite?q=eau&page=4",
            "5": "/accessibilite?q=eau&page=5",
            "6": "/accessibilite?q=eau&page=6",
            "9": "/accessibilite?q=eau&page=9",
            "Page suivante": "/accessibilite?q=eau&page=6",
            "Dernière page": "/accessibilite?q=eau&page=9",
        }

    def test_the_first_has_nothing_before_it(self, app: Flask):
        assert self.pages(app, 1, 2).links["Page précédente"] == ""


def test_this_page_with_other_questions(app: Flask):
    with app.test_request_context("/accessibilite?mode=online&theme=a&theme=b&page=3"):
        assert here(page=None) == "/accessibilite?mode=online&theme=a&theme=b"
        assert here(theme=["b"], page=1) == "/accessibilite?mode=online&theme=b&page=1"
        assert here(mode=None, theme=None, page=None, q="été & eau") == "/accessibilite?q=%C3%A9t%C3%A9+%26+eau"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "aucune place"), (1, "1 place"), (2, "2 places"), (12500, "12 500 places")]
)
def test_nouns_agree_with_their_number(number: int, said: str):
    assert counted(number, "place", zero="aucune place").replace("\u202f", " ").replace("\u00a0", " ") == said


def test_none_is_a_singular_and_some_plurals_are_their_own():
    assert (counted(0, "cheval", "chevaux"), counted(2, "cheval", "chevaux")) == ("0\u00a0cheval", "2\u00a0chevaux")


class TestNavigation:
    def test_it_shows_only_what_exists(self, app: Flask):
        paths = {rule.rule for rule in app.url_map.iter_rules()}
        shown = [path for _, path, _ in navigation.main_navigation()] + [path for _, path in navigation.footer_links()]
        assert [path for path in shown if path not in paths] == []
        assert {"/accessibilite", "/mentions-legales", "/donnees-personnelles"} <= set(shown)

    def test_the_entry_of_the_page_is_marked(self, app: Flask):
        with app.test_request_context("/labs/lab-archipel"):
            assert [label for label, _, is_current in navigation.main_navigation() if is_current] == ["Les labs"]

    def test_who_is_not_signed_in_is_offered_to(self):
        assert [label for label, _, _ in navigation.quick_links(None)] == ["Espace lab"]

    @pytest.mark.parametrize(
        ("roles", "desks"),
        [
            ({}, ["/mon-compte"]),
            ({"memberships": {1: Role.EDITOR}}, ["/espace-lab"]),
            ({"is_moderator": True}, ["/instruction"]),
            ({"regions": frozenset({"53"}), "memberships": {1: Role.HELPER}}, ["/espace-lab", "/instruction"]),
        ],
    )
    def test_the_others_find_their_desks(self, app: Flask, roles: dict[str, Any], desks: list[str], monkeypatch: Any):
        monkeypatch.setitem(app.extensions, "planner.paths", frozenset({"/espace-lab", "/instruction"}))
        assert [url for _, url, _ in navigation.quick_links(replace(NOBODY, **roles))] == desks

    def test_signing_out_is_a_form(self, app: Flask, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(app.extensions, "planner.load_actor", lambda _token: NOBODY)
        cookie = f"{app.config['SESSION_COOKIE_NAME']}=anything"
        with app.test_request_context("/accessibilite", headers={"Cookie": cookie}) as context:
            context.session["sign_in"] = "token"
            page = check_page(render_template_string(EMPTY))
        (form,) = page.find("header").iter("form")
        assert (form.get("method"), form.get("action")) == ("post", "/deconnexion")


class TestDesk:
    DESK = EMPTY.replace("layouts/page.html", "layouts/desk.html")

    def test_its_menu_is_that_of_the_person(self, app: Flask, monkeypatch: pytest.MonkeyPatch):
        editor = Actor(1, "", "agent@example.org", memberships={1: Role.EDITOR})
        monkeypatch.setitem(app.extensions, "planner.load_actor", lambda _token: editor)
        cookie = f"{app.config['SESSION_COOKIE_NAME']}=anything"
        with app.test_request_context("/espace-lab/lab-archipel", headers={"Cookie": cookie}) as context:
            context.session["sign_in"] = "token"
            menu = check_page(render_template_string(self.DESK)).by_id["navigation"]
        assert [(link.text, link.get("aria-current")) for link in menu.iter("a")] == [
            ("Espace lab", "page"),
            ("Mon compte", None),
            ("Programme public", None),
        ]
        assert menu.get("aria-label") == "Espace de travail"
