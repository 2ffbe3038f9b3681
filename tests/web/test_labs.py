"""The public directory: the list of the labs, and the page of each."""

import contextlib
from collections.abc import Callable
from datetime import date

import pytest

from planner.directory.models import Branch, OrganisationKind
from tests.conftest import Client
from tests.factories import OrganisationFactory, ReunionFactory
from tests.web.html import check_page, text_of


@pytest.fixture
def labs(context: object) -> None:
    OrganisationFactory(name="Lab Archipel", slug="lab-archipel", carrier="Préfecture de région")
    OrganisationFactory(name="Lab Péï", slug="lab-pei", region=ReunionFactory(), city="Saint-Denis")
    OrganisationFactory(
        name="Atelier des soignants",
        slug="atelier-soignants",
        kind=OrganisationKind.HOSPITAL,
        branch=Branch.HOSPITAL,
        skills=["Design de service"],
    )
    OrganisationFactory(name="Réseau national", slug="reseau", kind=OrganisationKind.ASSOCIATION, region=None)


def names(client: Client, address: str) -> list[str]:
    page = check_page(client.get(address).text)
    return [text_of(title) for title in page.find("main").iter("h3")]


@pytest.mark.usefixtures("labs")
def test_labs_are_listed_by_region_and_counted(client: Client) -> None:
    page = check_page(client.get("/labs").text)
    assert (page.h1, page.title) == ("Les labs", "Les labs – Mois de l’innovation publique")
    assert page.breadcrumb == ["Accueil", "Les labs"]
    headings = [text_of(title) for title in page.find("main").iter() if title.tag in {"h2", "h3"}]
    assert headings == [
        "Auvergne-Rhône-Alpes (2)",
        "Atelier des soignants",
        "Lab Archipel",
        "La Réunion (1)",
        "Lab Péï",
        "Toute la France (1)",
        "Réseau national",
    ]
    assert page.links["Lab Péï"] == "/labs/lab-pei"
    assert [text_of(e) for e in page.all() if e.get("role") == "status"] == ["4 labs et structures"]
    badges = [text_of(badge) for badge in page.find("main").iter() if "fr-badge" in badge.get("class", "").split()]
    assert badges == ["Établissement de santé", "LIIT", "LIIT", "Association"]


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize(
    ("questions", "found"),
    [
        ("region=04", ["Lab Péï"]),
        ("versant=hospital", ["Atelier des soignants"]),
        ("nature=liit", ["Lab Archipel", "Lab Péï"]),
        ("nature=liit&region=84", ["Lab Archipel"]),
        ("q=PEI", ["Lab Péï"]),
        ("q=design", ["Atelier des soignants"]),
        ("q=&region=&versant=&nature=", ["Atelier des soignants", "Lab Archipel", "Lab Péï", "Réseau national"]),
        ("q=introuvable", []),
    ],
)
def test_a_filter_is_an_address(client: Client, questions: str, found: list[str]) -> None:
    assert names(client, f"/labs?{questions}") == found


@pytest.mark.usefixtures("labs")
def test_filters_in_force_are_said_and_can_be_taken_away(client: Client) -> None:
    page = check_page(client.get("/labs?q=lab&region=84&nature=liit").text)
    assert page.title == (
        "Les labs : « lab », Auvergne-Rhône-Alpes, Lab territorial de l’État (LIIT) – Mois de l’innovation publique"
    )
    assert page.forms[0].values == {"q": "lab", "region": "84", "versant": "", "nature": "liit"}
    assert page.forms[0].method == "get"
    assert page.links["Retirer le filtre Auvergne-Rhône-Alpes"] == "/labs?q=lab&nature=liit"
    assert page.links["Retirer le filtre « lab »"] == "/labs?region=84&nature=liit"
    assert page.links["Tout effacer"] == "/labs"


@pytest.mark.usefixtures("labs")
def test_no_result_says_what_to_do(client: Client) -> None:
    page = check_page(client.get("/labs?q=introuvable").text)
    assert "Personne ne répond à ces critères" in page.text
    assert page.links["Voir tous les labs"] == "/labs"


def test_an_empty_directory_says_so(client: Client) -> None:
    page = check_page(client.get("/labs").text)
    assert "L’annuaire est encore vide" in page.text
    assert "Tout effacer" not in page.links


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("questions", ["region=99", "versant=ailleurs", "nature=x", f"q={'a' * 101}"])
def test_a_filter_that_does_not_exist_is_refused_with_words(client: Client, questions: str) -> None:
    response = client.get(f"/labs?{questions}")
    page = check_page(response.text)
    assert response.status_code == 422
    assert len(page.refusals) == 1
    assert page.title.startswith("Erreur : Les labs")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_database_twice_however_long(
    client: Client, statements: Callable[[], contextlib.AbstractContextManager[list[str]]], number: int
) -> None:
    OrganisationFactory.create_batch(number)
    OrganisationFactory(region=ReunionFactory())
    client.get("/labs")
    with statements() as asked:
        client.get("/labs")
    assert len(asked) == 2


def test_the_page_of_a_lab_says_who_where_and_what(
    client: Client, statements: Callable[[], contextlib.AbstractContextManager[list[str]]]
) -> None:
    OrganisationFactory(
        name="Lab Péï",
        slug="lab-pei",
        region=ReunionFactory(),
        city="Saint-Denis",
        address="26 avenue de la Victoire",
        carrier="Préfecture de La Réunion",
        description="Un lab au milieu de l’océan.\n\nOuvert à tous les agents.",
        website="https://lab.example/",
        contact_email="lab@example.org",
        skills=["Design de service", "Facilitation"],
        founded_year=2025,
        source="https://source.example/article",
    )
    with statements() as asked:
        response = client.get("/labs/lab-pei")
    page = check_page(response.text)

    assert (page.h1, page.title) == ("Lab Péï", "Lab Péï – Mois de l’innovation publique")
    assert page.breadcrumb == ["Accueil", "Les labs", "Lab Péï"]
    facts = {text_of(row.find("dt")): text_of(row.find("dd")) for row in page.all("div", class_="app-summary__row")}
    assert facts == {
        "Nature": "Lab territorial de l’État (LIIT)",
        "Versant": "Fonction publique de l’État",
        "Adresse": "26 avenue de la Victoire, Saint-Denis",
        "Région": "La Réunion",
        "Porté par": "Préfecture de La Réunion",
        "Créé en": "2025",
        "Site": "lab.example",
        "Contact": "lab@example.org",
    }
    assert page.links["lab.example"] == "https://lab.example/"
    assert page.links["lab@example.org"] == "mailto:lab@example.org"
    assert page.links["source.example/article"] == "https://source.example/article"
    assert page.links["Design de service"] == "/labs?q=Design+de+service"
    assert page.links["Les autres labs de la région La Réunion"] == "/labs?region=04"
    assert "Un lab au milieu de l’océan." in page.text
    assert len(asked) == 1


def test_what_is_not_known_of_a_lab_is_not_shown(client: Client) -> None:
    OrganisationFactory(
        slug="lab-inconnu", kind=OrganisationKind.OTHER, branch=None, region=None, city="", contact_email=""
    )
    page = check_page(client.get("/labs/lab-inconnu").text)
    facts = [text_of(name) for name in page.all("dt")]
    assert facts == ["Nature"]
    assert "Source" not in page.text


def test_what_is_no_web_address_is_no_link(client: Client) -> None:
    OrganisationFactory(slug="lab", website="javascript:alert(1)", source="Annuaire du réseau <b>2024</b>")
    page = check_page(client.get("/labs/lab").text)
    assert "Source de ces informations : Annuaire du réseau <b>2024</b>" in page.text
    assert "javascript:alert(1)" in page.text
    assert "javascript:alert(1)" not in page.links


def test_a_closed_lab_keeps_its_page_and_leaves_the_list(client: Client) -> None:
    OrganisationFactory(name="Lab clos", slug="lab-clos", closed_on=date(2025, 12, 31))
    page = check_page(client.get("/labs/lab-clos").text)
    assert page.alerts == ["Fermé depuis le mercredi 31 décembre 2025 Cette page reste pour mémoire."]
    assert names(client, "/labs") == []


def test_a_lab_about_to_close_is_still_in_the_list(client: Client) -> None:
    OrganisationFactory(name="Lab", slug="lab", closed_on=date(2026, 10, 13))
    assert check_page(client.get("/labs/lab").text).alerts == ["Ferme le mardi 13 octobre 2026"]
    assert names(client, "/labs") == ["Lab"]


def test_a_lab_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/labs/nulle-part").status_code == 404
