"""What protects every page: headers, tokens of forms, files served for ever at addresses that change."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from config import Config
from planner.app import create_app
from planner.web import assets
from planner.web.access import SESSION_KEY
from tests.web.html import check_page


@pytest.fixture(scope="module")
def make_app(settings: dict[str, str]) -> Callable[..., Flask]:
    """The service with some settings changed and a page that says who is there."""

    def make(**changes: object) -> Flask:
        app = create_app(Config.from_environment({**settings, **{k: str(v) for k, v in changes.items()}}))

        @app.route("/qui", methods=["GET", "POST"])
        def who() -> str:
            return f"{request.remote_addr} {request.scheme} {request.host}"

        return app

    return make


@pytest.fixture(scope="module")
def protected(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def visitor(protected: Flask) -> FlaskClient:
    return protected.test_client()


PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a secret of production, longer than it needs",
    "BASE_URL": "https://agenda.example",
    "MAIL_HOST": "smtp.example",
    "MAIL_PORT": "25",
    "MAIL_SENDER": "agenda@service.example",
}


class TestHeaders:
    def test_every_answer_has_them(self, visitor: FlaskClient):
        headers = visitor.get("/accessibilite").headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'self'; img-src 'self' data:; "
            "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"

    def test_errors_have_them_too(self, visitor: FlaskClient):
        assert visitor.get("/nulle-part").headers["X-Frame-Options"] == "DENY"

    def test_browsers_are_told_to_stay_on_https_in_production_only(self, visitor: FlaskClient, make_app):
        production = make_app(**PRODUCTION).test_client()
        assert "Strict-Transport-Security" not in visitor.get("/accessibilite").headers
        assert production.get("/accessibilite").headers["Strict-Transport-Security"] == "max-age=31536000"


class TestCaches:
    def test_a_public_page_opens_no_session_and_may_be_kept(self, visitor: FlaskClient):
        headers = visitor.get("/accessibilite").headers
        assert ("Set-Cookie" in headers, "Cache-Control" in headers, headers["Vary"]) == (False, False, "Cookie")

    def test_a_page_seen_with_a_session_is_never_kept(self, visitor: FlaskClient):
        with visitor.session_transaction() as session:
            session[SESSION_KEY] = "ended"
        assert visitor.get("/accessibilite").headers["Cache-Control"] == "no-store"

    def test_a_page_with_a_form_is_never_kept(self, visitor: FlaskClient):
        assert visitor.get("/connexion").headers["Cache-Control"] == "no-store"


class TestForms:
    def test_one_without_its_token_is_refused_with_what_to_do(self, visitor: FlaskClient):
        answer = visitor.post("/connexion", data={"email": "personne@example.org"})
        page = check_page(answer.text)
        assert (answer.status_code, page.h1) == (400, "Le formulaire n’a pas pu être envoyé")
        assert "Votre page est restée ouverte trop longtemps" in page.text

    def test_the_token_of_another_session_is_refused(self, protected: Flask, visitor: FlaskClient):
        token = check_page(protected.test_client().get("/connexion").text).forms[0].values["csrf_token"]
        visitor.get("/connexion")
        assert visitor.post("/qui", data={"csrf_token": token}).status_code == 400

    def test_its_own_token_opens(self, visitor: FlaskClient):
        token = check_page(visitor.get("/connexion").text).forms[0].values["csrf_token"]
        assert visitor.post("/qui", data={"csrf_token": token}).status_code == 200

    def test_a_page_left_open_overnight_may_still_be_sent(self, visitor: FlaskClient, time):
        token = check_page(visitor.get("/connexion").text).forms[0].values["csrf_token"]
        time.shift(15 * 60 * 60)
        assert visitor.post("/qui", data={"csrf_token": token}).status_code == 200


FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "agenda.example"}


class TestProxies:
    def test_nobody_is_believed_by_default(self, visitor: FlaskClient):
        assert visitor.get("/qui", base_url="http://web.local", headers=FORWARDED).text == "127.0.0.1 http web.local"

    def test_the_proxies_we_were_told_of_are(self, make_app: Callable[..., Flask]):
        visitor = make_app(TRUSTED_PROXIES=1).test_client()
        assert (
            visitor.get("/qui", base_url="http://web.local", headers=FORWARDED).text
            == "203.0.113.7 https agenda.example"
        )

    def test_and_no_more_than_these(self, make_app: Callable[..., Flask]):
        visitor = make_app(TRUSTED_PROXIES=1).test_client()
        headers = {"X-Forwarded-For": "198.51.100.66, 203.0.113.7"}
        assert visitor.get("/qui", headers=headers).text.split()[0] == "203.0.113.7"


class TestFiles:
    def test_every_file_of_a_page_is_there_for_ever(self, visitor: FlaskClient):
        page = check_page(visitor.get("/accessibilite").text)
        addresses = [link.get("href", "") for link in page.all("link")] + [s.get("src", "") for s in page.all("script")]
        for address in addresses:
            with visitor.get(address) as answer:
                assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
                assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"

    def test_a_file_compressed_beforehand_is_sent_as_it_is(self, make_app: Callable[..., Flask], tmp_path: Path):
        content = b"p { color: red }" * 100
        (tmp_path / "dsfr.min.css").write_bytes(content)
        (tmp_path / "dsfr.min.css.gz").write_bytes(gzip.compress(content))
        app = make_app(DSFR_DIST=tmp_path)
        with app.app_context():
            address = assets.asset("dsfr/dsfr.min.css")
        with app.test_client().get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.data) == content

    def test_another_content_has_another_address(self, make_app: Callable[..., Flask], tmp_path: Path):
        addresses = []
        for content in ("one", "two", "two"):
            (tmp_path / "dsfr.min.css").write_text(content)
            with make_app(DSFR_DIST=tmp_path).app_context():
                addresses.append(assets.asset("dsfr/dsfr.min.css"))
        assert (addresses[0] == addresses[1], addresses[1] == addresses[2]) == (False, True)

    def test_a_web_server_without_them_does_not_start(self, make_app: Callable[..., Flask], tmp_path: Path):
        app = make_app(DSFR_DIST=tmp_path / "nowhere")
        with pytest.raises(assets.AssetsMissing, match="run “make run” once, or set DSFR_DIST"):
            assets.check(app)

    def test_with_them_it_does(self, protected: Flask):
        assets.check(protected)


@pytest.mark.parametrize("address", ["/accessibilite", "/mentions-legales", "/donnees-personnelles"])
def test_the_pages_of_the_law_are_there_and_linked_from_every_foot(visitor: FlaskClient, address: str):
    page = check_page(visitor.get(address).text)
    footer = [link.get("href") for link in page.find("footer").iter("a")]
    assert address in footer
