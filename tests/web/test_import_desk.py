"""The import of a programme as its lab sees it: the file, its columns, what was understood, then the drafts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from config import LARGEST_REQUEST
from planner.db import db
from planner.directory.models import MembershipRole, Organisation
from planner.events.models import Event
from planner.imports import reading, runs
from planner.imports.models import ImportMapping, ImportState, ProgrammeImport
from tests.conftest import Client
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EditionFactory,
    EventSessionFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    ThemeFactory,
)
from tests.web.html import check_page

DROP = "/espace-lab/lab-archipel/importer"
HEADINGS = "Identifiant;Titre;Date;Heure de début;Heure de fin;Code postal;Ville"
type_of_statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose editor is signed in."""
    membership = MembershipFactory(organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"))
    EditionFactory()
    DepartmentFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def line(number: int, *, title: str = "Atelier") -> str:
    name = f"{title} {number}" if title else ""
    return f"A-{number};{name};12/11/2026;9h30;12h;69003;Lyon"


def send(client: Client, *lines: str, headings: str = HEADINGS, name: str = "programme.csv") -> Any:
    return post(client, "\n".join([headings, *lines]).encode(), name)


def post(client: Client, content: bytes, name: str = "programme.csv") -> Any:
    head = f'--mark\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--mark--\r\n"
    return client.post(DROP, data=body, content_type="multipart/form-data; boundary=mark")


def titles() -> list[str]:
    return list(db.session.scalars(select(Event.title).order_by(Event.id)))


def test_the_page_says_what_may_be_dropped(client: Client, lab: Organisation):
    page = check_page(client.get(DROP).text)
    assert page.h1 == "Importer un programme"
    for words in ("CSV, XLSX ou ODS", "5\u00a0Mo", "2\u00a0000\u00a0lignes"):
        assert words in client.get(DROP).text
    addresses = set(page.links.values())
    assert {f"{DROP}/modele.xlsx", f"{DROP}/modele.ods", "/espace-lab/lab-archipel/programme.csv"} <= addresses


def test_from_the_file_to_the_drafts(client: Client, lab: Organisation):
    response = send(client, line(1), line(2), line(3, title=""))
    assert response.status_code == 302
    address = response.location
    page = check_page(client.get(address).text)
    assert "2 brouillons à créer, 1 événement à corriger. Rien n’est encore écrit." in page.text
    assert [row[0] for row in page.rows("Lignes du fichier")] == ["2", "3", "4"]
    assert "Comprise" in page.rows("Lignes du fichier")[0][1]
    assert "jeudi 12 novembre 2026" in page.rows("Lignes du fichier")[0][3]
    assert page.rows("Lignes du fichier")[2][5].startswith("B (Titre)")
    assert titles() == []
    (form,) = page.forms
    assert (form.action, form.buttons) == (f"{address}/appliquer", ["Créer 2 brouillons"])
    assert client.post(form.action).location == address
    assert titles() == ["Atelier 1", "Atelier 2"]
    done = check_page(client.get(address).text)
    assert done.h1 == "Votre programme est importé"
    assert "/espace-lab/lab-archipel" in done.links.values()
    assert client.post(form.action).location == address  # pressed twice
    assert titles() == ["Atelier 1", "Atelier 2"]
    assert db.session.scalar(select(ProgrammeImport.content)) is None


def test_an_update_shows_what_it_replaces(client: Client, lab: Organisation):
    event = DraftFactory(organisation=lab, edition=EditionFactory(), external_id="A-1", title="Atelier 1", city="Bron")
    EventSessionFactory(event=event)
    page = check_page(client.get(send(client, line(1), line(2)).location).text)
    assert "Ville : Bron → Lyon" in page.rows("Lignes du fichier")[0][2]
    assert page.forms[0].buttons == ["Créer 1 brouillon et en mettre à jour 1"]


def test_the_same_file_again_has_nothing_to_write(client: Client, lab: Organisation):
    first = send(client, line(1)).location
    client.post(f"{first}/appliquer")
    page = check_page(client.get(send(client, line(1)).location).text)
    assert "1 événement identique" in page.text.replace("\u00a0", " ")
    assert page.forms == []


# ── The columns ──


def test_columns_not_understood_are_asked_then_remembered(client: Client, lab: Organisation):
    headings = HEADINGS.replace("Ville", "Zzz")
    first = send(client, line(1), headings=headings).location
    response = client.get(first)
    assert response.location == f"{first}/colonnes"
    page = check_page(client.get(response.location).text)
    assert page.h1 == "Nous avons compris 6 colonnes sur 7"
    values = page.forms[0].values
    assert values["column_1"] == "title"
    assert "Par exemple\u00a0: Lyon" in client.get(response.location).text
    refused = client.post(response.location, data={**values, "column_6": "title"})
    assert refused.status_code == 422
    assert "La colonne B le remplit déjà" in check_page(refused.text).text
    refused = client.post(response.location, data={**values, "column_1": ""})
    assert (refused.status_code, check_page(refused.text).refusals != []) == (422, True)
    assert client.post(response.location, data={**values, "column_6": "city"}).location == first
    assert "Lyon" in check_page(client.get(first).text).rows("Lignes du fichier")[0][4]
    assert db.session.scalar(select(func.count()).select_from(ImportMapping)) == 1
    again = send(client, line(2), headings=headings).location
    assert "Lyon" in check_page(client.get(again).text).rows("Lignes du fichier")[0][4]


# ── Files refused ──


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "vide.csv", "vide"),
        (b"%PDF-1.7", "programme.pdf", "déposez un fichier .xlsx, .ods ou .csv"),
        (b"PK\x03\x04nothing", "programme.xlsx", "Enregistrez-le à nouveau"),
        (b"un\ndeux\ntrois", "programme.csv", "partez du modèle"),
        (b"Titre;Date\n" + b"a;b\n" * 2001, "programme.csv", "plusieurs fichiers"),
        (b"Titre;Date\n" + b" " * reading.MOST_BYTES, "programme.csv", "dépasse 5 Mo"),
    ],
)
def test_a_file_refused_says_what_to_do(client: Client, lab: Organisation, content: bytes, name: str, words: str):
    response = post(client, content, name)
    assert response.status_code == 422
    assert words in " ".join(check_page(response.text).field_errors()["file"])
    assert db.session.scalar(select(func.count()).select_from(ProgrammeImport)) == 0


def test_no_file(client: Client, lab: Organisation):
    response = client.post(DROP, data={})
    assert (response.status_code, check_page(response.text).field_errors()["file"]) == (422, ["Choisissez un fichier."])


# ── Who may ──


def test_the_import_of_a_lab_is_its_own(lab: Organisation, client: Client, new_client: Callable[[], Client]):
    address = send(client, line(1)).location
    people = [
        MembershipFactory().person,
        MembershipFactory(organisation=lab, role=MembershipRole.HELPER).person,
        GrantFactory(role="coordinator", region_code="84").person,
        MembershipFactory(organisation=lab, role=MembershipRole.MANAGER).person,
        GrantFactory().person,  # a moderator
    ]
    paths = [DROP, address, f"{address}/colonnes", f"{DROP}/modele.xlsx", "/espace-lab/lab-archipel/programme.xlsx"]
    for path in paths:
        statuses = [new_client().sign_in(person).get(path).status_code for person in people]
        assert statuses == [403, 403, 403, 200, 200]
    assert new_client().sign_in(people[0]).post(f"{address}/appliquer").status_code == 403
    assert titles() == []


def test_the_key_of_another_lab_opens_nothing(client: Client, lab: Organisation):
    address = send(client, line(1)).location
    other = MembershipFactory(organisation=OrganisationFactory(slug="lab-voisin"))
    client.sign_in(other.person)
    for path in ("", "/colonnes"):
        assert client.get(address.replace("lab-archipel", "lab-voisin") + path).status_code == 404
    assert client.post(address.replace("lab-archipel", "lab-voisin") + "/appliquer").status_code == 404


# ── Long files ──


def test_a_long_dry_run_has_pages_and_filters(client: Client, lab: Organisation):
    lines = [line(number) for number in range(1, 61)] + [line(61, title="")]
    address = send(client, *lines).location
    rows = {
        query: len(check_page(client.get(f"{address}{query}").text).rows("Lignes du fichier"))
        for query in ("", "?page=2", "?page=9", "?verdict=reject", "?verdict=ailleurs")
    }
    assert rows == {"": 50, "?page=2": 11, "?page=9": 11, "?verdict=reject": 1, "?verdict=ailleurs": 50}


def test_a_long_file_waits_for_the_worker(client: Client, lab: Organisation):
    address = send(client, *[line(1)] * (runs.LONG_TO_READ + 1)).location
    page = check_page(client.get(address).text)
    assert page.h1 == "Votre fichier se lit"
    assert page.links["Actualiser"] == address
    run = db.session.scalars(select(ProgrammeImport)).one()
    runs.work(run.id)
    runs.work(run.id)  # nothing is left to do
    assert check_page(client.get(address).text).h1 == "Ce que nous avons compris de votre fichier"
    assert run.report["events"] == {"create": 1}


def test_many_drafts_are_written_by_the_worker(client: Client, lab: Organisation):
    address = send(client, *[line(number) for number in range(runs.LONG_TO_WRITE + 1)]).location
    client.post(f"{address}/appliquer")
    assert check_page(client.get(address).text).h1 == "Vos brouillons s’écrivent"
    assert titles() == []
    run = db.session.scalars(select(ProgrammeImport)).one()
    runs.work(run.id)
    runs.work(run.id)  # nothing is left to do
    assert (run.state, len(titles())) == (ImportState.APPLIED, runs.LONG_TO_WRITE + 1)


def test_a_file_is_forgotten_after_a_week(client: Client, lab: Organisation, time: Any):
    address = send(client, line(1)).location
    time.shift(runs.KEPT.total_seconds() - 60)
    runs.erase_old()
    assert client.get(address).status_code == 200
    assert db.session.scalars(select(ProgrammeImport)).one().state is ImportState.READY
    time.shift(120)
    runs.erase_old()
    page = check_page(client.get(address).text)
    assert (page.h1, db.session.scalar(select(ProgrammeImport.content))) == ("Cet import n’a pas abouti", None)


# ── Limits ──


def test_the_number_of_statements_does_not_follow_the_rows(
    client: Client, lab: Organisation, statements: type_of_statements
):
    counts = []
    for lines in ([line(1)], [line(1), line(2), line(3)]):
        with statements() as dropped:
            address = send(client, *lines).location
        with statements() as shown:
            client.get(address)
        counts.append((len(dropped), len(shown)))
    assert counts[0] == counts[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.text(max_size=40), min_size=7, max_size=7))
def test_no_text_breaks_the_import_nor_writes_by_itself(client: Client, lab: Organisation, cells: list[str]):
    quoted = ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    content = f"{HEADINGS}\n{quoted}\n{line(1)}".encode("utf-8", "surrogatepass")
    response = post(client, content)
    assert response.status_code in {302, 422}
    assert response.status_code == 422 or client.get(response.location, follow_redirects=True).status_code == 200
    assert titles() == []


# ── Templates and round trip ──


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_the_template_is_understood(client: Client, lab: Organisation, extension: str):
    ThemeFactory()
    content = client.get(f"{DROP}/modele.{extension}").data
    sheet = runs.open_file(content, f"modele.{extension}")
    assert (sheet.header.line, sheet.total) == (2, 0)
    page = check_page(client.get(post(client, content, f"modele.{extension}").location).text)
    assert page.h1 == "Ce que nous avons compris de votre fichier"
    assert "Aucune ligne sous les titres" in page.text


@pytest.mark.parametrize(
    ("extension", "part", "mark"),
    [
        ("xlsx", "xl/worksheets/sheet1.xml", '<dataValidation type="list"'),
        ("ods", "content.xml", "cell-content-is-in-list(&quot;Oui&quot;;&quot;Non&quot;)"),
    ],
)
def test_the_template_suggests_answers(client: Client, lab: Organisation, extension: str, part: str, mark: str):
    with ZipFile(BytesIO(client.get(f"{DROP}/modele.{extension}").data)) as archive:
        assert mark in archive.read(part).decode()


def test_a_file_that_makes_the_worker_stumble_says_so(client: Client, lab: Organisation):
    address = send(client, *[line(1)] * (runs.LONG_TO_READ + 1)).location
    runs.give_up(db.session.scalars(select(ProgrammeImport.id)).one())
    page = check_page(client.get(address).text)
    assert (page.h1, "redéposez votre fichier" in page.text) == ("Cet import n’a pas abouti", True)
    assert runs.waiting() == []


@pytest.mark.parametrize("extension", ["csv", "xlsx", "ods"])
def test_the_programme_given_back_is_identical(client: Client, lab: Organisation, extension: str):
    EventSessionFactory(event=DraftFactory(organisation=lab, edition=EditionFactory(), title="=1+1"))
    EventSessionFactory(event=DraftFactory(organisation=lab, edition=EditionFactory(), title="Été <b>🎉</b>"))
    response = client.get(f"/espace-lab/lab-archipel/programme.{extension}")
    assert f'filename="programme-lab-archipel-2026.{extension}"' in response.headers["Content-Disposition"]
    page = check_page(client.get(post(client, response.data, f"p.{extension}").location).text)
    assert "2 événements identiques." in page.text.replace("\u00a0", " ")


def test_a_file_far_too_heavy_is_refused_before_it_is_read(client: Client, lab: Organisation):
    response = client.post(DROP, data=b"a" * (LARGEST_REQUEST + 1), content_type="multipart/form-data; boundary=part")
    assert response.status_code == 413
    assert "Réduisez-le à 5 Mo au plus" in check_page(response.text).text
