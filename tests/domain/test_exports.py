"""The organiser's files: what they hold, and that nothing in them runs."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from planner.registrations import exports, queries
from tests.factories import EventSessionFactory, QuestionFactory, RegistrationFactory, SeatFactory


@pytest.mark.usefixtures("context")
def test_the_files_hold_one_line_a_seat():
    session = EventSessionFactory()
    registration = RegistrationFactory(event=session.event, full_name="=1+1", email="agente@example.org")
    SeatFactory(event_session=session, registration=registration)
    lines = list(exports.lines(session.event, queries.registrants(session.event_id)))
    assert lines == [
        exports.HEADINGS,
        (
            "jeudi 12 novembre 2026 à 9\u00a0h\u00a030",
            "=1+1",
            "agente@example.org",
            "",
            "",
            "Sur place",
            "Confirmée",
            "",
            "12/10/2026 10:00",
        ),
    ]
    csv = exports.as_csv(lines).decode("utf-8-sig").splitlines()
    assert csv[0].split(";")[:3] == ["Session", "Nom", "Adresse électronique"]
    assert csv[1].split(";")[1] == "'=1+1"
    sheet = load_workbook(BytesIO(exports.as_xlsx(lines))).active
    assert [cell.value for cell in sheet[2]][1:3] == ["'=1+1", "agente@example.org"]
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


@pytest.mark.usefixtures("context")
def test_each_question_has_its_column_and_former_words_keep_theirs():
    session = EventSessionFactory()
    lunch = QuestionFactory(event_id=session.event_id, label="Déjeunez-vous ?")
    QuestionFactory(event_id=session.event_id, label="=Quel atelier ?", position=lunch.position + 1)
    answers = {
        str(lunch.id): {"label": "Déjeunez-vous ?", "position": 0, "value": "=Oui"},
        "0": {"label": "Que mangez-vous ?", "position": 1, "value": ["Fruits", "Légumes"]},
    }
    SeatFactory(event_session=session, registration__answers=answers, registration__full_name="Agente A")
    SeatFactory(event_session=session, registration__full_name="Agente B")
    lines = list(exports.lines(session.event, queries.registrants(session.event_id)))
    questions = [line[len(exports.HEADINGS) :] for line in lines]
    assert questions == [
        ("Déjeunez-vous ?", "=Quel atelier ?", "Que mangez-vous ?"),
        ("=Oui", "", "Fruits, Légumes"),
        ("", "", ""),
    ]
    csv = exports.as_csv(lines).decode("utf-8-sig").splitlines()
    assert csv[0].endswith(";Déjeunez-vous ?;'=Quel atelier ?;Que mangez-vous ?")
    assert csv[1].endswith(";'=Oui;;Fruits, Légumes")


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str):
    assert exports.inert(text).lstrip(" \u00a0")[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert exports.inert(text).endswith(text)
