"""The form of the mails that leave: headers, texts, calendar file, addresses."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

import html5lib
import pytest
from flask import Flask

from planner.mail import registry
from planner.mail.email import Calendar, Email
from planner.mail.links import link
from planner.mail.mime import UnreachableAddress, compose, render
from planner.mail.plain import flowed
from tests.worker import letters

UID = UUID("0b7c2f4e-9d0a-4a53-8f0e-3a4a0a6c2f11")
INVITATION = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n".encode()


@pytest.fixture(autouse=True)
def known_letters(context: Flask) -> Iterator[None]:
    with letters.registered(context):
        yield


def received(email: Email) -> EmailMessage:
    """The mail as the mail server gets it."""
    message = message_from_bytes(compose(letters.KIND, email, UID).as_bytes(), policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def with_(email: Email, **changes: object) -> Email:
    return Email(**{**vars(email), **changes})


def test_headers() -> None:
    mail = received(with_(letters.letter(1), reply_to="accueil@lab.example"))

    assert {name: mail[name] for name in mail} == {
        "From": "Mois de l’innovation publique <agenda@service.example>",
        "To": "reader1@example.org",
        "Reply-To": "accueil@lab.example",
        "Subject": "Lettre 1",
        "Date": "Mon, 12 Oct 2026 08:00:00 +0000",
        "Message-ID": f"<{UID}@service.example>",
        "Content-Language": "fr",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_without_calendar_text_then_html() -> None:
    mail = received(letters.letter(1))

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_invitation_is_an_alternative_and_the_same_bytes_attached() -> None:
    mail = received(with_(letters.letter(1), calendar=Calendar("REQUEST", INVITATION)))

    assert mail.get_content_type() == "multipart/mixed"
    body, file = mail.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    plain, html, calendar = body.iter_parts()
    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert calendar.get_content_type() == "text/calendar"
    assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar["Content-Disposition"] is None
    assert file.get_content_type() == "application/ics"
    assert file.get_filename() == "invitation.ics"
    assert [calendar.get_payload(decode=True), file.get_payload(decode=True)] == [INVITATION, INVITATION]


def test_everything_travels_in_ascii() -> None:
    email = with_(letters.letter(1, first_line="Été à l’œuvre"), subject="Été", calendar=Calendar("CANCEL", INVITATION))

    sent = compose(letters.KIND, email, UID).as_bytes()

    assert sent.isascii()
    assert max(map(len, sent.splitlines())) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")


def test_subject_is_one_line() -> None:
    mail = received(with_(letters.letter(1), subject="Atelier\r\nBcc: somebody@example.org\u2028fin"))

    assert mail["Subject"] == "Atelier Bcc: somebody@example.org fin"
    assert mail["Bcc"] is None


def test_domain_with_accents_is_written_as_mail_servers_read_it() -> None:
    assert received(with_(letters.letter(1), to="agent@société.example"))["To"] == "agent@xn--socit-esab.example"


@pytest.mark.parametrize(
    "address", ["é@example.org", "agent@", "agent@a..b", "agent", "a@b@example.org", "un agent@example.org", ""]
)
def test_address_that_no_server_takes(address: str) -> None:
    with pytest.raises(UnreachableAddress):
        compose(letters.KIND, with_(letters.letter(1), to=address), UID)


# ── Words ──


def test_text_version() -> None:
    long = (
        "La salle a changé : rendez-vous à la cité administrative, deuxième étage, porte du fond, à droite en sortant."
    )
    rows = [
        ("Quand", "jeudi 12 novembre, 9 h 30"),
        ("Où", ""),
        ("Lien", "Salle virtuelle", "https://visio.example/" + "a" * 80),
    ]
    email = letters.letter(1, first_line=long, rows=rows)

    assert render(letters.KIND, email).plain == (
        "La salle a changé : rendez-vous à la cité administrative, deuxième \n"
        "étage, porte du fond, à droite en sortant.\n"
        "\n"
        "Voir la page\u00a0:\n"
        "https://agenda.example/\n"
        "\n"
        "Quand\u00a0: jeudi 12 novembre, 9 h 30\n"
        "Lien\u00a0: Salle virtuelle\n"
        f"https://visio.example/{'a' * 80}\n"
        "\n"
        "Une question\u00a0? Répondez simplement à ce message.\n"
        "\n"
        "Vous recevez ce message parce que c’est un essai.\n"
        "\n"
        "Mois de l’innovation publique\n"
        "https://agenda.example\n"
    )


def test_text_is_sent_as_flowed() -> None:
    plain = received(letters.letter(1)).get_body(("plain",))
    assert plain is not None
    assert dict(plain["Content-Type"].params) == {"charset": "utf-8", "format": "flowed"}


def test_lists_keep_their_margin_and_special_lines_are_stuffed() -> None:
    text = "- " + "mot " * 20 + "\n\n\n\n> cité\nFrom ici\n"

    assert flowed(text) == (
        "- mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot \n   mot mot mot\n\n > cité\n From ici\n"
    )


def test_html_version_is_whole_and_styled_in_place() -> None:
    rows = [
        ("Où", "Cité administrative\n1 place de l’Hôtel-de-Ville"),
        ("Lien", "Salle <b>1</b>", "https://visio.example"),
    ]
    html = render(letters.KIND, letters.letter(1, rows=rows)).html

    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert page.get("lang") == "fr"
    assert page.findtext("head/title") == "Lettre 1"
    assert [heading.text for heading in page.iter("h1")] == ["Ceci est la lettre 1."]
    button = page.find(".//table[@class='button']//a")
    assert button is not None
    assert button.get("href") == "https://agenda.example/"
    assert "color: #ffffff" in button.get("style", "").replace("#fff;", "#ffffff;")
    assert [heading.text for heading in page.iter("th")] == ["Où", "Lien"]
    assert [anchor.text for anchor in page.iter("a")] == [
        "Voir la page",
        "Salle <b>1</b>",
        "Mois de l’innovation publique",
    ]
    assert "prefers-color-scheme: dark" in html
    assert not list(page.iter("img"))


def test_a_reader_of_the_dark_theme_can_read_what_is_styled_in_place() -> None:
    html = render(letters.KIND, letters.letter(1)).html
    dark = html[html.index("@media") :]

    for place in (".sheet", ".sheet-cell", ".foot", "h1", ".practical", ".button-cell"):
        rule = dark[dark.index(place) :]
        assert "!important" in rule[: rule.index("}")]


# ── Addresses ──


def test_links_come_from_the_setting(context: Flask) -> None:
    assert link("health.alive") == "https://agenda.example/healthz"
    assert link("health.alive", suite="à voir") == "https://agenda.example/healthz?suite=%C3%A0+voir"


def test_links_ignore_the_host_that_the_browser_gives(context: Flask) -> None:
    with context.test_request_context(
        "/", base_url="http://evil.example:8080/trap", headers={"X-Forwarded-Host": "evil.example"}
    ):
        assert link("health.alive") == "https://agenda.example/healthz"
        assert "evil" not in render(letters.KIND, letters.letter(1)).html


def test_service_under_a_folder(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(context.config, "BASE_URL", "https://ministere.example/agenda")

    assert link("health.alive") == "https://ministere.example/agenda/healthz"


# ── Kinds ──


def test_every_kind_has_its_two_templates_and_every_template_its_kind(context: Flask) -> None:
    folder = Path(str(context.template_folder)) / "mail"
    templates = {path.name for path in folder.iterdir() if not path.name.startswith("_")}
    kinds = registry.WRITERS.keys() - {letters.KIND}

    assert templates == {f"{kind}.{form}" for kind in kinds for form in ("txt", "html")}


def test_every_template_follows_the_layout_and_says_why(context: Flask) -> None:
    for path in (Path(str(context.template_folder)) / "mail").glob("[!_]*"):
        source = path.read_text()
        assert source.startswith(f'{{% extends "layouts/mail{path.suffix}" %}}'), path.name
        assert "{% block why %}" in source, path.name
        assert "url_for" not in source, f"{path.name}: url_for believes the browser's Host, link_to does not"


def test_a_kind_is_written_by_one_function() -> None:
    with pytest.raises(ValueError, match="two functions write the mail"):
        registry.message(letters.KIND)(letters.letter)
