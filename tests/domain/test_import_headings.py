"""Headings of any wording, in any order: found under the titles of the file, and understood."""

import pytest

from planner.imports.columns import COLUMNS, Field
from planner.imports.grids import Grid
from planner.imports.headings import NoHeader, find_header, guess, letters, mark


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Titre", Field.TITLE),
        ("TITRE DE L'ÉVÉNEMENT", Field.TITLE),
        ("Intitulé de l’évènement", Field.TITLE),
        ("Nom de l’atelier", Field.TITLE),
        ("Titre (140 caractères max) *", Field.TITLE),
        ("Date(s)", Field.DAY),
        ("Dates et horaires", Field.DAY),
        ("Date de début", Field.DAY),
        ("Date de fin", Field.END_DAY),
        ("Horaires", Field.HOURS),
        ("Créneau horaire", Field.HOURS),
        ("Heure début", Field.START_TIME),
        ("Début", Field.START_TIME),
        ("Fin", Field.END_TIME),
        ("Lieu", Field.PLACE),
        ("Adresse complète", Field.PLACE),
        ("CP", Field.POSTCODE),
        ("Commune", Field.CITY),
        ("Présentiel / distanciel", Field.MODE),
        ("Modalité(s)", Field.MODE),
        ("Public visé", Field.AUDIENCES),
        ("Publics cibles", Field.AUDIENCES),
        ("Jauge", Field.PLACES_ONSITE),
        ("Nb de places", Field.PLACES_ONSITE),
        ("Lien d'inscription", Field.REGISTRATION_URL),
        ("Lien visio", Field.JOINING_LINK),
        ("Thématique", Field.THEMES),
        ("Type d’événement", Field.FORMAT),
        ("Contact", Field.CONTACT_NAME),
        ("Contact (mail)", Field.CONTACT_EMAIL),
        ("Mél", Field.CONTACT_EMAIL),
        ("N°", Field.EXTERNAL_ID),
        ("Réf.", Field.EXTERNAL_ID),
        ("Accès PMR", Field.ACCESSIBILITY),
        ("  Description\n(longue)  ", Field.DESCRIPTION),
        # Alike, with a fault of typing.
        ("Descripition", Field.DESCRIPTION),
        ("Accesibilité", Field.ACCESSIBILITY),
        ("Lien d’inscripton", Field.REGISTRATION_URL),
        ("Themathique", Field.THEMES),
    ],
)
def test_a_heading_is_understood(heading: str, field: Field) -> None:
    assert guess([heading]) == {0: field}


@pytest.mark.parametrize(
    "heading", ["", "Organisateur", "Structure", "Statut", "Lien", "Nom de la structure", "Budget"]
)
def test_a_heading_that_fills_nothing_is_left_to_its_author(heading: str) -> None:
    assert guess([heading]) == {}


def test_a_field_is_given_once_to_the_best_known_wording() -> None:
    assert guess(["Descripition", "Date", "Jour", "Description"]) == {1: Field.DAY, 3: Field.DESCRIPTION}


def test_the_template_is_understood_whole() -> None:
    assert guess([column.heading for column in COLUMNS]) == dict(enumerate(column.field for column in COLUMNS))


def test_the_header_is_found_under_the_titles_of_the_file() -> None:
    grid = Grid(
        [["Programme du lab"], [], ["Mis à jour le", "12/10"], ["Date", None, "Titre"], ["12/11", None, "A"]], 1
    )

    header = find_header(grid)

    assert (header.line, header.index, header.headings) == (4, 3, ["Date", "", "Titre"])


def test_the_line_of_the_header_is_that_of_the_file() -> None:
    assert find_header(Grid([["Titre", "Date"]], first_line=7)).line == 7


def test_one_heading_is_enough_for_a_file_of_one_column() -> None:
    assert find_header(Grid([["Titre"], ["Atelier"]])).headings == ["Titre"]


@pytest.mark.parametrize("rows", [[], [[]], [["Atelier", "12/11/2026"], ["Visite", "13/11/2026"]], [[1, 2], [None]]])
def test_a_file_without_header_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises(NoHeader) as refused:
        find_header(Grid(rows))

    assert refused.value.code == "file.no_header"


def test_the_mark_is_that_of_the_folded_headings_in_their_order() -> None:
    assert mark(["Intitulé", "Dates"]) == mark(["INTITULE ", "date"])
    assert mark(["Intitulé", "Date"]) != mark(["Date", "Intitulé"])
    assert len(mark(["Titre"])) == 16


@pytest.mark.parametrize(
    ("index", "expected"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_a_spreadsheet(index: int, expected: str) -> None:
    assert letters(index) == expected
