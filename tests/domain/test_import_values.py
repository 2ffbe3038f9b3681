"""The cells of a row as values, dates and places; what is not understood is said, with its column."""

from datetime import date, datetime, time
from typing import Any

import pytest

from planner.events.models import Attendance, EventFormat, EventMode, Level, RegistrationKind
from planner.imports.grids import Cell
from planner.imports.report import Verdict
from planner.programmes.rules import Slot
from tests.spreadsheets import AGENTS, codes, row, slot

# ── Values ──


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"format": "atelier collaboratif"}, {"format": EventFormat.WORKSHOP}),
        ({"format": "Table ronde"}, {"format": EventFormat.ROUND_TABLE}),
        ({"format": "webinar"}, {"format": EventFormat.WEBINAR}),
        ({"level": "débutants"}, {"level": Level.BEGINNER}),
        ({"level": "Tous niveaux"}, {}),
        ({"attendance": "Toutes les dates"}, {"attendance": Attendance.ALL_SESSIONS}),
        ({"themes": "l'experience usager"}, {"themes": ["usagers"]}),
        ({"themes": "La relance, et son impact ; agents"}, {"themes": ["agents", "impact"]}),
        ({"keywords": "design, données ;design"}, {"keywords": ["design", "données"]}),
        ({"skills": "facilitation"}, {"skills": ["facilitation"]}),
        ({"audiences": "agents publics"}, {"audiences": AGENTS}),
        ({"audiences": "Agents de l’État; élus"}, {"audiences": ["state_agents", "elected"]}),
        ({"audiences": "collectivités et associations"}, {"audiences": ["territorial_agents", "associations"]}),
        ({"audiences": "Réservé aux élus"}, {"audiences": ["elected"], "is_reserved": True}),
        ({"accessibility": "PMR, LSF"}, {"accessibility": ["motor", "sign_language"]}),
        ({"accessibility": "Facile à lire et à comprendre"}, {"accessibility": ["easy_read"]}),
        ({"is_reserved": "x"}, {"is_reserved": True}),
        ({"has_waiting_list": False}, {"has_waiting_list": False}),
        ({"is_free_of_charge": "Oui"}, {"is_free_of_charge": True}),
        ({"is_free_of_charge": "gratuit"}, {"is_free_of_charge": True}),
        ({"is_free_of_charge": "10 €"}, {"is_free_of_charge": False}),
        ({"expected_attendance": "30 personnes"}, {"expected_attendance": 30}),
        ({"contact_name": "Équipe (Lab@Example.org)"}, {"contact_name": "Équipe", "contact_email": "lab@example.org"}),
        ({"contact_email": "lab@example.org"}, {"contact_email": "lab@example.org"}),
        ({"registration_kind": "Entrée libre"}, {"registration_kind": RegistrationKind.FREE_ENTRY}),
        ({"registration_kind": "par mail"}, {"registration_kind": RegistrationKind.BY_MAIL}),
        (
            {"registration_kind": "https://inscription.example.org/a"},
            {
                "registration_kind": RegistrationKind.EXTERNAL,
                "registration_url": "https://inscription.example.org/a",
            },
        ),
        (
            {"registration_url": "www.example.org"},
            {"registration_kind": RegistrationKind.EXTERNAL, "registration_url": "https://www.example.org"},
        ),
        (
            {"registration_opens_at": "2/11/2026 9h"},
            {"registration_opens_at": datetime.fromisoformat("2026-11-02 09:00")},
        ),
        ({"reserved_domains": "@interieur.example.org"}, {"reserved_domains": ["interieur.example.org"]}),
        ({"mode": "présentiel"}, {"mode": EventMode.ONSITE}),
        ({"mode": "Distanciel"}, {"mode": EventMode.ONLINE}),
        ({"mode": "Sur place et en ligne"}, {"mode": EventMode.HYBRID}),
        ({"place": "Teams"}, {"mode": EventMode.ONLINE}),
        ({"place": "Présentiel"}, {"mode": EventMode.ONSITE}),
        ({"place": "Hybride\u00a0: Mairie de Lyon + Teams"}, {"mode": EventMode.HYBRID, "venue": "Mairie de Lyon"}),
        (
            {"place": "https://visio.example.org/a (mot de passe 12)"},
            {"mode": EventMode.ONLINE, "joining_link": "https://visio.example.org/a"},
        ),
        (
            {"place": "https://visio.example.org/a"},
            {"mode": EventMode.ONLINE, "joining_link": "https://visio.example.org/a"},
        ),
        (
            {"place": "Cité administrative, 12 rue des Ateliers, 69003 Lyon Cedex 03"},
            {
                "mode": EventMode.ONSITE,
                "venue": "Cité administrative",
                "street": "12 rue des Ateliers",
                "postcode": "69003",
                "city": "Lyon",
            },
        ),
        (
            {"venue": "Préfecture", "postcode": 97400, "city": "Saint-Denis", "region": "La Réunion"},
            {"mode": EventMode.ONSITE, "venue": "Préfecture", "postcode": "97400", "city": "Saint-Denis"},
        ),
        ({"postcode": 1000.0}, {"mode": EventMode.ONSITE, "postcode": "01000"}),
        ({"summary": "sur\ndeux lignes"}, {"summary": "sur deux lignes"}),
        ({"description": "sur\ndeux lignes"}, {"description": "sur\ndeux lignes"}),
        ({"summary": "à venir", "venue": "-", "contact_email": "NC"}, {}),
    ],
)
def test_a_cell_gives_its_value(cells: dict[str, Cell], values: dict[str, Any]) -> None:
    found = row(**cells)

    assert (found.verdict, found.values, codes(found)) == (Verdict.ACCEPT, {"title": "Atelier", **values}, [])


@pytest.mark.parametrize(
    ("cells", "code", "values"),
    [
        ({"format": "quiz"}, "format.unknown", {}),
        ({"themes": "usagers, jardinage"}, "themes.unknown", {"themes": ["usagers"]}),
        ({"audiences": "élus, extraterrestres"}, "audiences.unknown", {"audiences": ["elected"]}),
        ({"accessibility": "ascenseur"}, "accessibility.noted", {"accessibility_note": "ascenseur"}),
        ({"contact_email": "lab@example"}, "contact_email.unknown", {}),
        (
            {"contact_email": "a@example.org, b@example.org"},
            "contact_email.several",
            {"contact_email": "a@example.org"},
        ),
        ({"registration_url": "javascript:alert(1)"}, "registration_url.unknown", {}),
        ({"joining_link": "demain"}, "joining_link.unknown", {}),
        ({"joining_link": "lien Teams à venir"}, "joining_link.missing", {"mode": EventMode.ONLINE}),
        ({"postcode": "99999"}, "postcode.unknown", {}),
        ({"expected_attendance": "une trentaine"}, "expected_attendance.unknown", {}),
        ({"places_onsite": "beaucoup"}, "places_onsite.unknown", {}),
        ({"is_reserved": "peut-être"}, "is_reserved.unknown", {}),
        (
            {"registration_closes_at": "10/11/2026"},
            "hour.missing",
            {"registration_closes_at": datetime.fromisoformat("2026-11-10 23:59")},
        ),
        (
            {"place": "Préfecture et Teams"},
            "mode.deduced",
            {"mode": EventMode.HYBRID, "venue": "Préfecture"},
        ),
        (
            {"mode": "Sur place", "joining_link": "https://a.example.org"},
            "joining_link.unused",
            {"mode": EventMode.ONSITE},
        ),
    ],
)
def test_what_is_not_understood_is_said_where_it_is(cells: dict[str, Cell], code: str, values: dict[str, Any]) -> None:
    found = row(**cells)

    assert (found.verdict, found.values) == (Verdict.WARN, {"title": "Atelier", **values})
    assert (code, "C" if code != "joining_link.unused" else "D") in codes(found)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"title": None, "summary": "sans titre"}, "title.missing"),
        ({"title": "a" * 141}, "title.too_long"),
        ({"summary": "a" * 201}, "summary.too_long"),
        ({"description": "a" * 10_001}, "description.too_long"),
        ({"external_id": "a" * 101}, "external_id.too_long"),
        ({"venue": "a" * 141}, "venue.too_long"),
        ({"keywords": ",".join("abcdefghijk")}, "keywords.too_many"),
        ({"day": "31/11"}, "date.impossible"),
        ({"day": "12/11/2026", "start_time": "14h", "end_time": "12h"}, "end.before_start"),
        ({"end_day": "11/11/2026"}, "end.before_start"),
        ({"duration": "longtemps, 3 fois"}, "duration.unknown"),
        (
            {"registration_opens_at": "10/11/2026 9h", "registration_closes_at": "9/11/2026 9h"},
            "registration.closes_before_opening",
        ),
    ],
)
def test_what_cannot_be_kept_refuses_the_row(cells: dict[str, Cell], code: str) -> None:
    found = row(**cells)

    assert found.verdict is Verdict.REJECT
    assert code in [note.code for note in found.notes]


def test_a_text_of_the_longest_length_is_kept_whole() -> None:
    found = row(title="a" * 140, summary="b" * 200, description="c" * 10_000)

    assert found.verdict is Verdict.ACCEPT
    assert {name: len(value) for name, value in found.values.items()} == {
        "title": 140,
        "summary": 200,
        "description": 10_000,
    }


def test_a_message_gives_the_column_and_the_lengths() -> None:
    note = row(title="a" * 150).notes[0]

    assert (note.column, note.heading, note.message) == (
        "A",
        "Titre",
        "«\u00a0Titre\u00a0» a 150\u00a0caractères\u00a0: 140 au plus. Raccourcissez-le.",
    )


# ── Dates ──


@pytest.mark.parametrize(
    ("cells", "slots", "noted"),
    [
        ({"day": "12/11/2026", "start_time": "9h", "end_time": "12h"}, [slot("2026-11-12", "09:00", "12:00")], []),
        ({"day": "12/11/2026", "hours": "9h-12h"}, [slot("2026-11-12", "09:00", "12:00")], []),
        ({"day": "12/11/2026 9h", "end_time": "12h"}, [slot("2026-11-12", "09:00", "12:00")], []),
        ({"day": "12/11/2026 9h", "duration": "2h30"}, [slot("2026-11-12", "09:00", "11:30")], []),
        (
            {"day": date(2026, 11, 12), "start_time": time(9), "end_time": 0.5},
            [slot("2026-11-12", "09:00", "12:00")],
            [],
        ),
        (
            {"day": "12/11/2026", "start_time": "20h", "end_time": "minuit"},
            [slot("2026-11-12", "20:00", "00:00", "2026-11-13")],
            [],
        ),
        (
            {"day": "12/11/2026", "start_time": "22h", "end_time": "2h", "end_day": "13/11/2026"},
            [slot("2026-11-12", "22:00", "02:00", "2026-11-13")],
            [],
        ),
        (
            {"day": "12/11/2026", "start_time": "9h", "end_time": "12h", "end_day": "12/11/2026"},
            [slot("2026-11-12", "09:00", "12:00")],
            [],
        ),
        (
            {"day": "12/11/2026", "start_time": "9h", "end_time": "17h", "end_day": "13/11/2026"},
            [slot("2026-11-12", "09:00", "17:00"), slot("2026-11-13", "09:00", "17:00")],
            ["days.range"],
        ),
        (
            {"day": "12/11/2026\n13/11/2026", "hours": "9h-12h\n14h-16h"},
            [slot("2026-11-12", "09:00", "12:00"), slot("2026-11-13", "14:00", "16:00")],
            [],
        ),
        (
            {"day": "12 et 13/11/2026", "hours": "9h-12h et 14h-16h"},
            [
                slot("2026-11-12", "09:00", "12:00"),
                slot("2026-11-12", "14:00", "16:00"),
                slot("2026-11-13", "09:00", "12:00"),
                slot("2026-11-13", "14:00", "16:00"),
            ],
            [],
        ),
        (
            {"day": None, "start_time": datetime.fromisoformat("2026-11-12 09:00"), "end_time": "12h"},
            [slot("2026-11-12", "09:00", "12:00")],
            [],
        ),
        ({"day": "12/11/2026"}, [slot("2026-11-12")], ["start.missing", "end.missing"]),
        ({"day": "12/11/2026", "start_time": "9h"}, [slot("2026-11-12", "09:00")], ["end.missing"]),
        ({"day": "12/11/2026", "hours": "matin"}, [slot("2026-11-12")], ["date.vague", "start.missing", "end.missing"]),
        ({"day": "à définir"}, [], ["date.missing"]),
        ({"day": None}, [], ["date.missing"]),
        ({"day": "courant novembre"}, [], ["date.vague"]),
        ({"day": "5/12/2026 9h-12h"}, [slot("2026-12-05", "09:00", "12:00")], ["date.off_period"]),
        ({"day": "5/12/2026 9h-12h", "off_period_reason": "salle prise"}, [slot("2026-12-05", "09:00", "12:00")], []),
        (
            {"day": "12/11/2026 9h-12h", "hours": "10h-12h"},
            [slot("2026-11-12", "10:00", "12:00")],
            ["hour.contradicts"],
        ),
        (
            {"places_onsite": 30, "room": "Bleue", "track": "Usagers", "session_title": "Un"},
            [slot("2026-11-12", "09:00", "12:00", places_onsite=30, room="Bleue", track="Usagers", title="Un")],
            [],
        ),
        ({"places_onsite": "30 places", "mode": "visio"}, [slot("2026-11-12", "09:00", "12:00", places_online=30)], []),
        ({"places_onsite": "illimité"}, [slot("2026-11-12", "09:00", "12:00")], []),
    ],
)
def test_the_dates_of_a_row(cells: dict[str, Cell], slots: list[Slot], noted: list[str]) -> None:
    found = row(**cells)

    assert (list(found.slots), [note.code for note in found.notes]) == (slots, noted)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"venue": "Préfecture", "city": "Saint-Denis", "region": "La Réunion"}, "postcode.missing"),
        ({"postcode": "69003", "region": "La Réunion"}, "region.contradicts"),
        ({"postcode": "97400", "region": "Île-de-France"}, "region.contradicts"),
    ],
)
def test_a_place_overseas_says_its_clocks(cells: dict[str, Cell], code: str) -> None:
    assert code in [note.code for note in row(**cells).notes]
