"""Rows understood one by one: values, dates and places, each thing to look at with its line and its column."""

import time as clocks
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from planner.events.models import EventFormat, EventMode, RegistrationKind
from planner.imports.columns import COLUMNS, Field
from planner.imports.entries import MOST_KEYWORDS
from planner.imports.grids import Cell, Grid, trim
from planner.imports.headings import find_header, guess
from planner.imports.notes import LONGEST
from planner.imports.reading import read
from planner.imports.report import Verdict
from planner.imports.rules import group, understand
from tests.spreadsheets import AGENTS, CONTEXT, codes, rows, slot, understood

# ── Rows together ──


def test_a_faulty_row_blocks_no_other() -> None:
    found = rows(["Titre", "Date"], ["A", "31/11/2026"], ["B", "12/11/2026 9h-12h"], ["C", "12/11/2026 14h-12h"])

    assert [(one.line, one.verdict) for one in found] == [
        (2, Verdict.REJECT),
        (3, Verdict.ACCEPT),
        (4, Verdict.REJECT),
    ]


def test_rows_of_one_identifier_are_the_dates_of_one_event() -> None:
    found = rows(
        ["N°", "Titre", "Date", "Ville"],
        ["1", "Cycle", "12/11/2026 9h-12h", None],
        ["2", "Visite", "12/11/2026 9h-12h", "Lyon"],
        ["1", None, "19/11/2026 9h-12h", "Nantes"],
        ["1", "Autre titre", "26/11/2026 9h-12h", "Nantes"],
        [None, "Seul", "26/11/2026 9h-12h", "Nantes"],
    )

    together = group(found)

    assert [[one.line for one in event] for event in together] == [[2, 4, 5], [3], [6]]
    assert together[0][0].values == {"title": "Cycle", "city": "Nantes", "mode": EventMode.ONSITE}
    assert [one.verdict for one in together[0]] == [Verdict.ACCEPT, Verdict.ACCEPT, Verdict.WARN]
    assert together[0][2].notes[-1].message == (
        "«\u00a0Titre\u00a0» n’est pas celui de la ligne 2, qui parle du même événement et a été gardé."
    )


def test_one_title_at_two_dates_is_two_events_and_says_how_to_join_them() -> None:
    found = rows(["Titre", "Date"], ["Atelier", "12/11/2026 9h-12h"], ["atelier", "13/11/2026 9h-12h"])

    assert [one.verdict for one in found] == [Verdict.ACCEPT, Verdict.WARN]
    assert codes(found[1]) == [("title.repeated", "A")]
    assert "donnez aux deux lignes le même identifiant" in found[1].notes[0].message
    assert len(group(found)) == 2


def test_a_row_that_is_there_twice_is_read_once() -> None:
    same = ["Atelier", "12/11/2026 9h-12h", "Lyon"]
    found = rows(["Titre", "Date", "Ville"], same, same, ["Atelier", "12/11/2026 9h-12h", "Nantes"])

    assert [one.verdict for one in found] == [Verdict.ACCEPT, Verdict.SKIP, Verdict.WARN]
    assert found[1].notes[0].message == "Cette ligne répète la ligne 2\u00a0: elle est passée."
    assert [[one.line for one in event] for event in group(found)] == [[2], [4]]


def test_what_speaks_of_no_event_is_skipped() -> None:
    found = rows(
        ["N°", "Titre", "Date"],
        ["Semaine 1", None, None],
        [None, None, None],
        ["1", "Atelier", "12/11/2026 9h-12h"],
        ["N°", "Titre", "Date"],
        ["Total", None, 12],
    )

    assert [(one.line, one.verdict, [note.code for note in one.notes]) for one in found] == [
        (2, Verdict.SKIP, ["row.alone"]),
        (4, Verdict.ACCEPT, []),
        (5, Verdict.SKIP, ["row.headings"]),
        (6, Verdict.SKIP, ["row.total"]),
    ]


def test_progress_is_told_as_rows_are_read() -> None:
    told: list[int] = []
    grid = Grid([["Titre", "Date"], *([f"Atelier {number}", "12/11/2026"] for number in range(60))])
    header = find_header(grid)

    understand(grid, header, guess(header.headings), CONTEXT, told.append)

    assert told == [25, 50, 60]


# ── Programmes as labs really keep them ──


def test_a_programme_kept_in_excel_with_titles_and_merged_cells() -> None:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("MIP 2026")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        hour = workbook.add_format({"num_format": "hh:mm"})
        sheet.merge_range("A1:H1", "Programme du lab – Mois de l’innovation publique 2026")
        sheet.write("A2", "Mis à jour le 12 octobre")
        sheet.write_row("A4", ["N°", "Intitulé", "Date", "Début", "Fin", "Lieu", "Jauge", "Public visé"])
        sheet.merge_range("A5:A6", 1)
        sheet.merge_range("B5:B6", "Atelier facilitation")
        for line, number in ((5, 12), (6, 19)):
            sheet.write_datetime(f"C{line}", date(2026, 11, number), day)
            sheet.write_datetime(f"D{line}", time(9, 30), hour)
            sheet.write_datetime(f"E{line}", time(12), hour)
            sheet.write_row(f"F{line}", ["Cité administrative\n12 rue des Ateliers\n69003 Lyon", 20, "Agents publics"])
        sheet.write_row(
            "A7", [2, "Le design\u00a0: pour quoi faire\u00a0?", "mardi 17 novembre", "14 h", None, "Teams"]
        )
        sheet.write_row("A8", [3, "Visite", "31/11", "9h", "10h", "Lyon"])

    found = [one for event in group(understood(read(content.getvalue(), "MIP.xlsx"))) for one in event]

    place = {"venue": "Cité administrative", "street": "12 rue des Ateliers", "postcode": "69003", "city": "Lyon"}
    workshop = {"title": "Atelier facilitation", "audiences": AGENTS, "mode": EventMode.ONSITE, **place}
    assert [(one.line, one.verdict, one.external_id, one.values, list(one.slots)) for one in found] == [
        (5, Verdict.ACCEPT, "1", workshop, [slot("2026-11-12", "09:30", "12:00", places_onsite=20)]),
        (6, Verdict.ACCEPT, "1", workshop, [slot("2026-11-19", "09:30", "12:00", places_onsite=20)]),
        (
            7,
            Verdict.WARN,
            "2",
            {"title": "Le design : pour quoi faire ?", "mode": EventMode.ONLINE},
            [slot("2026-11-17", "14:00")],
        ),
        (8, Verdict.REJECT, "3", {"title": "Visite", "venue": "Lyon", "mode": EventMode.ONSITE}, []),
    ]
    assert codes(found[2]) == [("year.missing", "C"), ("end.missing", "E")]
    assert codes(found[3]) == [("date.impossible", "C")]


def test_a_programme_kept_in_an_old_csv() -> None:
    content = (
        "Date et horaires;Titre de l'atelier;Description;Présentiel/distanciel;Lieu ou lien;Lien d'inscription;"
        "Contact\r\n"
        "Le mercredi 11/11 de 10h à 11h30;L’œuvre commune;;Présentiel;Préfecture, 97400 Saint-Denis;;"
        "Lab (lab@example.org)\r\n"
        '"12, 13 et 14 novembre 2026 - 9h/12h";Cycle;"Trois matinées :\r\n- une\r\n- deux";Visio;Lien Zoom à venir;'
        "https://formulaire.example.org/x;\r\n"
        "à définir;=CMD(1);<script>alert(1)</script>;;;;\r\n"
    ).encode("cp1252")

    found = understood(read(content, "programme.csv"))

    assert [(one.line, one.verdict, one.values, list(one.slots)) for one in found] == [
        (
            2,
            Verdict.WARN,
            {
                "title": "L’œuvre commune",
                "mode": EventMode.ONSITE,
                "venue": "Préfecture",
                "postcode": "97400",
                "city": "Saint-Denis",
                "contact_name": "Lab",
                "contact_email": "lab@example.org",
            },
            [slot("2026-11-11", "10:00", "11:30")],
        ),
        (
            3,
            Verdict.WARN,
            {
                "title": "Cycle",
                "description": "Trois matinées :\n- une\n- deux",
                "mode": EventMode.ONLINE,
                "registration_kind": RegistrationKind.EXTERNAL,
                "registration_url": "https://formulaire.example.org/x",
            },
            [slot(f"2026-11-{number}", "09:00", "12:00") for number in (12, 13, 14)],
        ),
        (4, Verdict.WARN, {"title": "=CMD(1)", "description": "<script>alert(1)</script>"}, []),
    ]
    assert [codes(one) for one in found] == [
        [("year.missing", "A")],
        [("joining_link.missing", "E")],
        [("date.missing", "A")],
    ]


def test_a_programme_kept_with_its_dates_apart() -> None:
    content = (
        "Titre\tJour\tHoraire\tDurée\tSalle\tVille\tCP\tFormat\tThématique\tNb de places\n"
        "Table ronde des labs\tjeu. 12 nov. 2026\tde 14h à 16h30\t\tAmphi\tCayenne\t97300\ttable ronde\tusagers\t80\n"
        "Démo\tven 13/11/26\t14 h\t45 min\t\tLille\t59000\tdémonstration d’outils\t\t\n"
        "Expo\tdu 16 au 18/11/2026\t9h-17h\t\t\tBourg-en-Bresse\t1000\texposition\tjardinage\tillimité\n"
    ).encode("utf-16")

    found = understood(read(content, "programme.txt"))

    def city(name: str, postcode: str) -> dict[str, Any]:
        return {"mode": EventMode.ONSITE, "city": name, "postcode": postcode}

    assert [(one.values, list(one.slots), codes(one)) for one in found] == [
        (
            {
                "title": "Table ronde des labs",
                "format": EventFormat.ROUND_TABLE,
                "themes": ["usagers"],
                **city("Cayenne", "97300"),
            },
            [slot("2026-11-12", "14:00", "16:30", room="Amphi", places_onsite=80)],
            [],
        ),
        (
            {"title": "Démo", "format": EventFormat.DEMONSTRATION, **city("Lille", "59000")},
            [slot("2026-11-13", "14:00", "14:45")],
            [],
        ),
        (
            {"title": "Expo", "format": EventFormat.EXHIBITION, **city("Bourg-en-Bresse", "01000")},
            [slot(f"2026-11-{number}", "09:00", "17:00") for number in (16, 17, 18)],
            [("themes.unknown", "I"), ("days.range", "B")],
        ),
    ]


# ── Whatever the cells hold ──

HEADINGS = [column.heading for column in COLUMNS]
CELLS = st.one_of(
    st.none(),
    st.text(max_size=80),
    st.text("0123456789/-:.hà @,;\n", max_size=30),
    st.just("x" * 11_000),
    st.sampled_from(["12/11/2026", "9h", "Teams", "a@", "http://[", "97400", "=1+1", "{{ x }}", "\u202e", "oui"]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)
KEPT = {name: limit for name, limit in LONGEST.items() if name not in {Field.ROOM, Field.TRACK, Field.SESSION_TITLE}}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(HEADINGS), max_size=len(HEADINGS)), min_size=1, max_size=3))
def test_no_cell_breaks_the_reading_nor_gives_what_cannot_be_kept(cells: list[list[Cell]]) -> None:
    grid = Grid(trim([HEADINGS, *cells]))
    header = find_header(grid)

    found = understand(grid, header, guess(header.headings), CONTEXT)

    group(found)
    for one in found:
        assert all(len(one.values.get(name, "")) <= limit for name, limit in KEPT.items())
        assert len(one.values.get("keywords", [])) <= MOST_KEYWORDS
        assert len(one.external_id) <= LONGEST[Field.EXTERNAL_ID]
        texts = [value for value in one.values.values() if isinstance(value, str)]
        texts += [text for each in one.slots for text in (each.title, each.room, each.track)]
        assert not any(ord(char) < 32 and char != "\n" for text in texts for char in text)
        assert all(text.encode() for text in texts if text)
        assert one.verdict is Verdict.REJECT or one.values.get("title") or one.verdict is Verdict.SKIP
        assert all(each.day is None or 2000 <= each.day.year <= 2100 for each in one.slots)
        for each in one.slots:
            if one.verdict in {Verdict.ACCEPT, Verdict.WARN} and each.day and each.start_time and each.end_time:
                ends = datetime.combine(each.end_day or each.day, each.end_time)
                lasts = ends - datetime.combine(each.day, each.start_time)
                assert timedelta() < lasts <= timedelta(days=1)


@given(st.text(max_size=200), st.sampled_from(HEADINGS))
def test_no_text_in_a_csv_breaks_its_reading(text: str, heading: str) -> None:
    escaped = text.replace('"', '""')
    content = f'Titre;Date;{heading}\nAtelier;12/11/2026 9h-12h;"{escaped}"\n'.encode(errors="ignore")

    found = understood(read(content, "a.csv"))

    assert len(found) <= 1


def test_five_hundred_rows_are_understood_in_less_than_two_seconds() -> None:
    headings = "Titre;Date;Horaires;Lieu;Public;Contact;Description\n"
    lines = (
        f"Atelier {number};jeudi 12 novembre 2026;9h30-12h;Cité administrative, 12 rue des Ateliers, 69003 Lyon;"
        f"Agents publics;lab{number}@example.org;Une description\n"
        for number in range(500)
    )
    content = (headings + "".join(lines)).encode()

    understood(read(content[:500], "a.csv"))  # what is done once by a process
    begun = clocks.process_time()
    found = understood(read(content, "a.csv"))

    assert clocks.process_time() - begun < 2
    assert {one.verdict for one in found} == {Verdict.ACCEPT}
