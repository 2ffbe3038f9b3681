"""Every route says who may come, and is known by a French, short address."""

import re

import pytest
from flask import Flask

from planner.web.rights import Action

ACCESSES = {"public", "signed_in", *Action}


def test_every_route_declares_its_access(app: Flask) -> None:
    views = app.view_functions
    assert [endpoint for endpoint, view in views.items() if getattr(view, "access", None) not in ACCESSES] == []


def test_no_address_carries_the_number_of_a_person(app: Flask) -> None:
    numbers = {
        rule.rule
        for rule in app.url_map.iter_rules()
        for name in rule.arguments
        if re.search(r"person|registration", name)
    }
    assert numbers == set()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_only_changes_things_is_not_done_by_reading(app: Flask, method: str) -> None:
    verbs = ("confirmer", "accepter", "refuser", "renvoyer", "deconnexion", "reprendre")
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.rstrip("/").endswith(verbs)]
    assert rules
    assert [rule.rule for rule in rules if method in (rule.methods or ())] == []
