"""What is exported is understood again: the same programme, to the letter, whatever its events hold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask

from planner.db import db
from planner.events.models import (
    Accessibility,
    Attendance,
    Audience,
    Event,
    EventFormat,
    EventMode,
    Level,
    RegistrationKind,
)
from planner.imports import exports, headings, queries, rules, runs, services
from planner.imports.report import Outcome
from planner.programmes import services as programmes
from planner.programmes.rules import Slot
from planner.web.rights import Actor, Role
from tests.factories import DepartmentFactory, EditionFactory, MembershipFactory, ReunionFactory, ThemeFactory

WRITERS = {"csv": exports.as_csv, "xlsx": exports.as_xlsx, "ods": exports.as_ods}

FULL: dict[str, Any] = {
    "title": "Été de l’« innovation » 🎉 <b>ici</b>",
    "summary": 'Court; avec des points-virgules, et "guillemets"',
    "description": "Un paragraphe.\n\nUn autre :\n- une liste\n- <script>alert(1)</script>",
    "format": EventFormat.WORKSHOP,
    "keywords": ["design", "données"],
    "mode": EventMode.HYBRID,
    "attendance": Attendance.PICK_SESSIONS,
    "venue": "Cité administrative",
    "street": "12 rue des Ateliers",
    "postcode": "97400",
    "city": "Saint-Denis",
    "joining_link": "https://visio.example.org/salle",
    "is_joining_link_public": True,
    "audiences": [Audience.STATE_AGENTS, Audience.CITIZENS],
    "is_reserved": True,
    "level": Level.BEGINNER,
    "accessibility": [Accessibility.MOTOR, Accessibility.CAPTIONS],
    "accessibility_note": "Une boucle magnétique",
    "registration_kind": RegistrationKind.EXTERNAL,
    "registration_url": "https://inscription.example.org/?a=1&b=2",
    "registration_opens_at": datetime(2026, 10, 20, 5, 0, tzinfo=UTC),
    "registration_closes_at": datetime(2026, 11, 9, 14, 30, tzinfo=UTC),
    "has_waiting_list": True,
    "contact_name": "L’équipe du lab",
    "contact_email": "lab@example.org",
    "expected_attendance": 40,
    "is_free_of_charge": True,
    "note_to_reviewers": "Merci !",
}
SLOTS = [
    Slot(None, "Matin", date(2026, 11, 12), time(9, 30), None, time(12), 20, 30, "Fil A", "Salle 1"),
    Slot(None, "", date(2026, 11, 12), time(14), None, time(17), None, 0, "Fil B", "Salle 1"),
    Slot(None, "Nuit", date(2026, 11, 20), time(22), date(2026, 11, 21), time(2), 5, None),
]
EVENTS: dict[str, dict[str, Any]] = {
    "full": {**FULL, "sessions": SLOTS},
    "a title alone": {"title": "Brouillon"},
    "formula": {"title": "=1+1", "summary": "@SUM(A1)", "description": "+33 1 23 45 67 89", "sessions": SLOTS[:1]},
    "dash": {
        "title": "- un tiret",
        "mode": EventMode.ONSITE,
        "description": "-1",
        "venue": "'Apostrophe",
        "sessions": SLOTS[:1],
    },
    "figures": {
        "title": "2026",
        "mode": EventMode.ONSITE,
        "summary": "12/11/2026",
        "description": "007",
        "city": "1",
        "sessions": SLOTS[:1],
    },
    "online": {"title": "À distance", "mode": EventMode.ONLINE, "sessions": SLOTS[:1]},
}


@pytest.mark.parametrize("extension", WRITERS)
@pytest.mark.parametrize("name", EVENTS)
def test_what_is_exported_comes_back_identical(context: Flask, name: str, extension: str) -> None:
    member, edition = MembershipFactory(), EditionFactory()
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    theme = ThemeFactory(edition=edition)
    actor = Actor(member.person_id, "", "", memberships={member.organisation_id: Role.EDITOR})
    themes = [theme.slug] if name == "full" else []
    programmes.create(member.organisation, edition, {**EVENTS[name], "themes": themes}, actor)
    db.session.commit()
    changes = again(WRITERS[extension], member.organisation, edition, extension)
    assert [(change.outcome, dict(change.difference)) for change in changes] == [(Outcome.SAME, {})]


def again(write: Callable[..., bytes], organisation: Any, edition: Any, extension: str) -> list[services.Change]:
    events: list[Event] = list(queries.events_of(organisation.id, edition.id))
    sheet = runs.open_file(write(exports.rows(events)), f"programme.{extension}")
    rows = runs.understand(sheet, headings.guess(sheet.header.headings), edition)
    return services.plan(organisation, edition, rules.group(rows))
