"""What is answered when a request cannot be: a page that says what to do next, or JSON; and a log without secrets."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from config import Config
from planner.app import create_app
from planner.errors import RuleViolation
from planner.web import requests
from planner.web.access import SESSION_KEY
from tests.web.html import check_page

TOKEN = "k" * 22 + "s" * 43
CODES = {
    400: "Cette demande n’a pas pu être comprise",
    403: "Vous n’avez pas accès à cette page",
    404: "Page introuvable",
    410: "Ce lien n’est plus valable",
    413: "Ce fichier est trop lourd",
    422: "Votre demande n’a pas pu aboutir",
    429: "Trop de demandes en peu de temps",
    500: "Le service rencontre un problème",
    503: "Le service est momentanément indisponible",
}


class RoomClosed(RuleViolation):
    message = "La salle est fermée."


@pytest.fixture(scope="module")
def faulty(settings: dict[str, str]) -> Flask:
    """The service, with pages that fail."""
    app = create_app(Config.from_environment(settings))
    app.config.update(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    app.jinja_env.globals["broken"] = False

    @app.get("/code/<int:code>")
    def fail(code: int) -> str:
        abort(code)

    @app.get("/i/<token>/dire")
    def say(token: str) -> str:
        abort(410, description=f"Ce lien de {len(token)} signes a déjà servi.")

    @app.get("/regle")
    def refuse() -> str:
        raise RoomClosed

    @app.get("/base")
    def lose_database() -> str:
        raise OperationalError("select 1", {}, ConnectionError("gone"))

    @app.get("/vite")
    def slow_down() -> str:
        raise TooManyRequests(retry_after=60)

    @app.get("/faute/<token>")
    def fault(token: str) -> str:
        raise ValueError(f"personne@example.org {token}")

    return app


@pytest.fixture
def visitor(faulty: Flask) -> FlaskClient:
    return faulty.test_client()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The lines of the log as our handler writes them in JSON."""
    caplog.set_level(logging.INFO)
    formatter = requests._Discreet(is_json=True)

    def lines() -> list[dict[str, Any]]:
        for record in caplog.records:
            record.request_id = getattr(record, "request_id", "-")
        return [json.loads(formatter.format(record)) for record in caplog.records]

    return lines


@pytest.mark.parametrize(("code", "title"), CODES.items())
def test_each_code_has_its_page(visitor: FlaskClient, code: int, title: str):
    answer = visitor.get(f"/code/{code}")
    page = check_page(answer.text)
    assert (answer.status_code, page.h1) == (code, title)
    assert page.title == f"{title} – Mois de l’innovation publique"
    assert page.links == {"Aller à l’accueil": "/"}


def test_a_code_without_a_page_of_its_own_has_that_of_its_kind(visitor: FlaskClient):
    answer = visitor.post("/code/404")
    assert (answer.status_code, check_page(answer.text).h1) == (405, CODES[400])
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_address_that_is_nowhere(visitor: FlaskClient):
    answer = visitor.get("/nulle-part")
    assert (answer.status_code, check_page(answer.text).h1) == (404, CODES[404])


def test_a_view_may_say_it_in_its_own_words(visitor: FlaskClient):
    page = check_page(visitor.get(f"/i/{TOKEN}/dire").text)
    assert page.text.startswith("Ce lien n’est plus valable Erreur 410 Ce lien de 65 signes a déjà servi.")


def test_a_refusal_that_no_form_shows_is_a_page(visitor: FlaskClient):
    answer = visitor.get("/regle")
    assert answer.status_code == 422
    assert "La salle est fermée." in check_page(answer.text).text


def test_a_database_that_is_gone_is_a_passing_trouble(visitor: FlaskClient):
    answer = visitor.get("/base")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert check_page(answer.text).h1 == CODES[503]


def test_the_page_of_a_lost_database_asks_nothing_of_it(faulty: Flask, visitor: FlaskClient, monkeypatch: Any):
    asked: list[str] = []
    monkeypatch.setitem(faulty.extensions, "planner.load_actor", asked.append)
    with visitor.session_transaction() as session:
        session[SESSION_KEY] = "token"
    assert visitor.get("/base").status_code == 503
    assert asked == []


def test_headers_of_the_error_are_kept(visitor: FlaskClient):
    assert visitor.get("/vite").headers["Retry-After"] == "60"


def test_a_fault_gives_its_reference(visitor: FlaskClient):
    answer = visitor.get("/faute/abc", headers={"X-Request-ID": "reference-0001"})
    assert answer.status_code == 500
    assert "en indiquant cette référence : reference-0001." in check_page(answer.text).text


def test_a_layout_that_fails_is_answered_all_the_same(faulty: Flask, visitor: FlaskClient, monkeypatch: Any):
    monkeypatch.delitem(faulty.extensions["planner.assets"], "dsfr")
    answer = visitor.get("/faute/abc")
    assert (answer.status_code, check_page(answer.text).h1) == (500, CODES[500])


def test_programs_get_json(visitor: FlaskClient):
    answer = visitor.get("/regle", headers={"Accept": "application/json", "X-Request-ID": "reference-0001"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "La salle est fermée.",
        "request_id": "reference-0001",
    }


def test_browsers_get_html(visitor: FlaskClient):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert visitor.get("/regle", headers={"Accept": accept}).mimetype == "text/html"


class TestTheLog:
    def test_one_line_for_each_request(self, visitor: FlaskClient, log: Any):
        visitor.get("/code/404?q=personne@example.org")
        (line,) = log()
        assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/code/404", 404, "INFO")
        assert line["message"].startswith("GET /code/404 404 ")

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            (f"/i/{TOKEN}/dire", "/i/<token>/dire"),
            (f"/i/{TOKEN}/nulle-part", "/i/…"),
            ("/accessibilite", "/accessibilite"),
            ("/a%0Ab", "/a%0Ab"),
        ],
    )
    def test_addresses_with_a_token_are_told_by_their_rule(
        self, visitor: FlaskClient, log: Any, address: str, shown: str
    ):
        visitor.get(address)
        assert [line["path"] for line in log()] == [shown]

    def test_a_fault_is_told_with_its_traceback_without_secrets(self, visitor: FlaskClient, log: Any):
        visitor.get(f"/faute/{TOKEN}")
        fault, line = log()
        assert (fault["level"], fault["message"]) == ("ERROR", "Fault on GET /faute/<token>")
        assert fault["exc_info"].endswith("ValueError: … …")
        assert line["status"] == 500

    def test_a_refusal_is_no_fault(self, visitor: FlaskClient, log: Any):
        visitor.get("/regle")
        assert [line["level"] for line in log()] == ["INFO"]


class TestTheId:
    def test_one_is_made(self, visitor: FlaskClient):
        first, second = (visitor.get("/accessibilite").headers["X-Request-ID"] for _ in range(2))
        assert (len(first), len(second), first == second) == (32, 32, False)

    def test_one_that_is_safe_is_kept(self, visitor: FlaskClient):
        assert (
            visitor.get("/accessibilite", headers={"X-Request-ID": "abc.DEF-12_3"}).headers["X-Request-ID"]
            == "abc.DEF-12_3"
        )

    @pytest.mark.parametrize("given", ["short", "with space", "é" * 10, "x" * 65, "<script>alert</script>"])
    def test_any_other_is_not(self, visitor: FlaskClient, given: str):
        answer = visitor.get("/accessibilite", headers={"X-Request-ID": given.encode().decode("latin-1")})
        assert len(answer.headers["X-Request-ID"]) == 32

    def test_the_log_carries_it_outside_of_our_code_too(self, faulty: Flask, capsys: pytest.CaptureFixture[str]):
        with faulty.test_request_context("/accessibilite", headers={"X-Request-ID": "reference-0001"}):
            faulty.preprocess_request()
            logging.getLogger("some.library").warning("to personne@example.org")
        assert capsys.readouterr().err.endswith(" WARNING some.library [reference-0001] to …\n")
