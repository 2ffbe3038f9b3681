"""The form of an event as its lab fills it in: dates repeated, a picture, speakers, two people, the preview."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image as Pillow
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from planner.db import db
from planner.directory.models import Organisation
from planner.events.models import Attendance, Event, EventMode, EventState, RegistrationKind, Room
from planner.events.rules import missing_for_submission
from planner.images import pictures
from planner.images import services as images
from planner.images.models import Image
from planner.programmes import rules, services
from planner.programmes.models import Comment, CommentKind
from planner.programmes.rules import SpeakerLine
from planner.web.rights import Actor, Role
from tests.conftest import Client
from tests.factories import (
    DepartmentFactory,
    DraftFactory,
    EditionFactory,
    EventSessionFactory,
    MembershipFactory,
    OrganisationFactory,
    ReunionFactory,
)
from tests.web.html import Page, check_page, text_of

type_of_statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lab(client: Client) -> Organisation:
    """The organisation whose editor is signed in."""
    membership = MembershipFactory(organisation=OrganisationFactory(name="Lab Archipel", slug="lab-archipel"))
    EditionFactory()
    client.sign_in(membership.person)
    organisation: Organisation = membership.organisation
    return organisation


def ready(**fields: Any) -> Event:
    event: Event = EventSessionFactory(event=DraftFactory(**fields)).event
    return event


def step(event: Event, name: str) -> str:
    return f"/espace-lab/evenements/{event.slug}/modifier/{name}"


def page_of(client: Client, address: str) -> Page:
    return check_page(client.get(address, follow_redirects=True).text)


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the browser sends: the form as it stands, with these changes."""
    return {**page.forms[0].values, **changes}


def jpeg(colour: str = "navy", size: tuple[int, int] = (800, 400)) -> bytes:
    written = BytesIO()
    Pillow.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> dict[str, Any]:
    return {"upload": (BytesIO(content), name)}


def pictures_of(page: Page) -> list[Any]:
    return list(page.find("main").iter("img"))


def show_picture(event: Event, alt: str = "Des cartes sur une table") -> str:
    """Have the event show a picture; gives its digest."""
    picture = pictures.read(jpeg())
    images.keep(picture)
    event.image, event.image_alt, event.image_credit = images.held(picture.digest), alt, "Lab Archipel"
    db.session.commit()
    return picture.digest


# ── Dates ──


def test_a_date_is_duplicated_a_week_later_just_below(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    changes = {"sessions-0-title": "Matin", "sessions-0-room": "Agora", "dupliquer-1": "1"}

    response = client.post(address, data=typed(page_of(client, address), **changes))

    values = check_page(response.text).forms[0].values
    assert response.status_code == 200
    assert [values[f"sessions-{n}-day"] for n in (0, 1)] == ["2026-11-12", "2026-11-19"]
    assert [values[f"sessions-1-{name}"] for name in ("start_time", "end_time", "title", "room", "places_onsite")] == [
        "09:30",
        "12:00",
        "Matin",
        "Agora",
        "10",
    ]
    assert values["sessions-1-session_id"] == ""
    assert len(event.sessions) == 1  # nothing is saved yet

    client.post(address, data={**values, "suite": "tableau"})
    assert [session.day for session in event.sessions] == [date(2026, 11, 12), date(2026, 11, 19)]


def test_a_date_is_repeated_until_the_end_of_the_edition_and_the_page_says_which(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = page_of(client, address)
    assert page.forms[0].values["repetition-until"] == "2026-11-29"
    later = {"sessions-0-day": "2026-11-03", "sessions-0-places_onsite": "abc", "repeter": "1"}

    page = check_page(client.post(address, data=typed(page, **later)).text)

    values = page.forms[0].values
    assert [values[f"sessions-{n}-day"] for n in range(4)] == ["2026-11-03", "2026-11-10", "2026-11-17", "2026-11-24"]
    assert values["sessions-0-places_onsite"] == "abc"  # what is wrong stays too, until it is saved
    assert page.alerts[-1] == (
        "3 dates ajoutées, toutes les semaines : mar. 10 nov., mar. 17 nov., mar. 24 nov. "
        "Les jours fériés sont compris : retirez ceux qui ne conviennent pas, puis enregistrez."
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"repetition-until": "2027-12-31", "repetition-rhythm": "1"},
            "Dates : Un événement a 50 dates au plus, et il en aurait 415. Créez un second événement pour les autres.",
        ),
        (
            {"repetition-until": ""},
            "Nombre de dates à ajouter : Dites combien de dates ajouter, ou jusqu’à quel jour.",
        ),
        (
            {"repetition-until": "2026-11-13"},
            "Jusqu’au : Ce jour vient avant la date suivante : choisissez-en un plus tard.",
        ),
        ({"repetition-until": "hier"}, "Jusqu’au : Cette date n’existe pas. Exemple de forme attendue : 12/11/2026."),
        ({"sessions-0-day": ""}, "Date à répéter : Donnez d’abord le jour de cette date."),
        ({"repetition-number": "9"}, "Date à répéter : Choisissez une réponse de la liste."),
    ],
)
def test_a_repetition_that_cannot_be_is_said(client: Client, lab: Organisation, changes: dict[str, str], refusal: str):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    response = client.post(address, data=typed(page_of(client, address), **changes, repeter="1"))
    page = check_page(response.text)
    assert (response.status_code, page.refusals) == (422, [refusal])
    assert "sessions-1-day" not in page.forms[0].values


def test_what_is_wrong_in_the_repetition_does_not_stop_the_page_from_being_saved(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    wrong = {"repetition-times": "beaucoup", "repetition-until": "hier", "suite": "tableau"}
    assert client.post(address, data=typed(page_of(client, address), **wrong)).status_code == 302


def test_no_date_is_added_to_fifty(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = check_page(
        client.post(
            address,
            data=typed(page_of(client, address), repeter="1", **{"repetition-times": "49", "repetition-until": ""}),
        ).text
    )
    for button in ("ajouter-une-date", "dupliquer-3"):
        response = client.post(address, data=typed(page, **{button: "1"}))
        assert response.status_code == 422
        assert "il en aurait 51" in check_page(response.text).refusals[0]
    assert client.post(address, data=typed(page, suite="tableau")).status_code == 302
    assert len(event.sessions) == 50


def test_tracks_are_for_gatherings_and_rooms_for_everybody(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = check_page(client.post(address, data=typed(page_of(client, address), **{"dupliquer-1": "1"})).text)
    named = {f"sessions-{n}-{what}": name for n in (0, 1) for what, name in (("track", "Données"), ("room", "Agora"))}

    client.post(address, data=typed(page, **named, attendance="pick_sessions"))

    assert [(one.track.name, one.room.name) for one in event.sessions] == [("Données", "Agora")] * 2
    page = page_of(client, address)
    suggested = {key: [one.get("value") for one in page.by_id[key]] for key in ("salles-connues", "parcours-connus")}
    assert suggested == {"salles-connues": ["Agora"], "parcours-connus": ["Données"]}

    client.post(address, data=typed(page, attendance="one_session"))
    assert [(one.track, one.room.name) for one in event.sessions] == [(None, "Agora")] * 2
    client.post(address, data=typed(page_of(client, address), mode="online"))
    assert [(one.track, one.room) for one in event.sessions] == [(None, None)] * 2


def test_an_overlap_is_refused_beside_its_date(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    page = check_page(client.post(address, data=typed(page_of(client, address), **{"dupliquer-1": "1"})).text)
    same_hour = {"sessions-1-day": "2026-11-12", "sessions-1-start_time": "11:00", "sessions-0-room": "Agora"}

    response = client.post(address, data=typed(page, **same_hour, **{"sessions-1-room": "Agora"}))

    page = check_page(response.text)
    sentence = "Dans la salle « Agora », cette date chevauche la date 1, qui se termine à 12 h. "
    sentence += "Changez ses heures ou sa place."
    assert response.status_code == 422
    assert page.refusals == [f"Date 2 – Début : {sentence}"]
    assert page.field_errors() == {"sessions-1-start_time": [sentence]}
    assert len(event.sessions) == 1
    assert client.post(address, data=typed(page, **{"sessions-1-room": "Forum"})).status_code == 302


def test_a_room_too_small_is_a_remark_and_no_refusal(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    event.sessions[0].room = Room(event_id=event.id, name="Agora")
    db.session.commit()
    address = step(event, "dates-et-lieu")
    page = page_of(client, address)
    assert "Capacité de la salle « Agora »" in page.text

    response = client.post(address, data=typed(page, **{"rooms-0-capacity": "8"}))

    assert (response.status_code, event.rooms[0].capacity) == (302, 8)
    remark = "La salle « Agora » contient 8 personnes, et cette date offre 10 places."
    assert remark in page_of(client, address).alerts
    client.post(address, data=typed(page_of(client, address), **{"rooms-0-capacity": "10"}))
    assert remark not in page_of(client, address).alerts


def test_hours_overseas_are_shown_with_those_of_paris(client: Client, lab: Organisation):
    DepartmentFactory(code="974", name="La Réunion", region=ReunionFactory())
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    assert "à Paris" not in page_of(client, address).text
    client.post(address, data=typed(page_of(client, address), postcode="97400", city="Saint-Denis"))
    page = page_of(client, address)
    assert "La Réunion, région La Réunion, heure de La Réunion." in page.text
    assert "Jeudi 12 novembre 2026, 9 h 30 – 12 h, heure de La Réunion (6 h 30 à Paris)" in page.text


def test_an_event_online_is_in_the_time_of_paris_and_says_so(client: Client, lab: Organisation):
    event = ready(organisation=lab, mode=EventMode.ONLINE, region=None)
    page = page_of(client, step(event, "dates-et-lieu"))
    assert "Les heures sont celles de Paris : un événement en ligne est national." in page.text


# ── A picture ──


def test_a_picture_is_shown_on_the_page_of_the_event(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    words = {"image_alt": "Des cartes sur une table", "image_credit": "Lab Archipel", "suite": "tableau"}

    response = client.post(address, data=typed(page_of(client, address), **words, **upload(jpeg())))

    assert response.status_code == 302
    (image,) = db.session.scalars(select(Image)).all()
    event.state, event.submitted_at, event.published_at = EventState.PUBLISHED, image.created_at, image.created_at
    page = page_of(client, f"/evenements/{event.slug}")
    (shown,) = pictures_of(page)
    assert {name: shown.get(name) for name in ("src", "alt", "width", "height", "loading")} == {
        "src": f"/images/{image.digest}.webp",
        "alt": "Des cartes sur une table",
        "width": "800",
        "height": "400",
        "loading": "lazy",
    }
    assert text_of(page.find("figcaption")) == "Lab Archipel"
    assert (
        f'"image": "https://agenda.example/images/{image.digest}.webp"' in client.get(f"/evenements/{event.slug}").text
    )


def test_the_address_of_a_picture_is_for_everybody_and_for_ever(new_client: Callable[[], Client]):
    digest = show_picture(DraftFactory())
    visitor = new_client()

    response = visitor.get(f"/images/{digest}.webp")

    headers = response.headers
    assert (response.status_code, response.mimetype) == (200, "image/webp")
    assert Pillow.open(BytesIO(response.data)).format == "WEBP"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (headers.get("Set-Cookie"), headers.get("Vary"), headers["X-Content-Type-Options"]) == (
        None,
        None,
        "nosniff",
    )
    again = visitor.get(f"/images/{digest}.webp", headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for path in (f"/images/{'0' * 64}.webp", "/images/x.webp", f"/images/{digest}.png"):
        assert visitor.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "photo.jpg",
            "Ce fichier n’est pas une image JPEG, PNG ou WebP.",
        ),
        (b"x" * (5 * 1024 * 1024 + 1), "photo.jpg", "Cette image pèse plus de 5 Mo"),
        (jpeg(size=(300, 300)), "photo.png", "Cette image fait 300 × 300 pixels : il en faut au moins 600 × 300"),
    ],
    ids=["not a picture", "too heavy", "too small"],
)
def test_a_refused_file_loses_nothing_of_what_was_typed(
    client: Client, lab: Organisation, content: bytes, name: str, refusal: str
):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    answers = typed(page_of(client, address), title="Cartes", upload=FileStorage(BytesIO(content), name))
    boundary, sent = encode_multipart(answers)  # in memory: the client leaves large files open
    response = client.post(address, data=sent, content_type=f"multipart/form-data; boundary={boundary}")
    page = check_page(response.text)
    assert response.status_code == 422
    assert page.refusals[0].startswith(f"Choisir une image : {refusal}")
    assert page.forms[0].values["title"] == "Cartes"
    assert (event.title == "Cartes", event.image) == (False, None)


def test_a_good_picture_stays_when_another_answer_is_refused(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    response = client.post(address, data=typed(page_of(client, address), contact_email="nulle part", **upload(jpeg())))
    page = check_page(response.text)
    assert (response.status_code, page.refusals[0].partition(" : ")[0]) == (422, "Adresse électronique du contact")
    assert [image.get("src") for image in pictures_of(page)] == [f"/images/{page.forms[0].values['image']}.webp"]

    client.post(address, data=typed(page, contact_email="accueil@example.org"))
    assert event.image.digest == page.forms[0].values["image"]


def test_a_new_event_begins_with_its_picture_and_its_speakers(client: Client, lab: Organisation):
    address = f"/espace-lab/{lab.slug}/evenements/nouveau"
    first = typed(page_of(client, address), title="Cartes", **{"ajouter-un-intervenant": "1"}, **upload(jpeg()))
    page = check_page(client.post(address, data=first).text)
    assert db.session.scalars(select(Event)).all() == []

    named = {"speakers-0-full_name": "Personne A", "speakers-0-position_held": "Designer"}
    assert client.post(address, data=typed(page, **named)).status_code == 302

    (event,) = db.session.scalars(select(Event)).all()
    assert (event.title, event.image.width) == ("Cartes", 800)
    assert [(one.full_name, one.position_held) for one in event.speakers] == [("Personne A", "Designer")]


def test_a_picture_is_replaced_then_removed(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    former = show_picture(event)
    address = step(event, "presentation")
    page = page_of(client, address)

    client.post(address, data=typed(page, remove_image="y", **upload(jpeg("red"))))  # the new one counts
    assert event.image.digest != former

    client.post(address, data=typed(page_of(client, address), remove_image="y"))
    assert (event.image, event.image_alt, event.image_credit) == (None, "", "")


def test_a_picture_without_words_is_saved_and_asked_for_before_submitting(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    show_picture(event, alt="")
    page = page_of(client, step(event, "verification"))
    assert page.links["Décrivez l’image pour qui ne la voit pas."] == f"{step(event, 'presentation')}#image_alt"


def test_a_digest_that_is_not_kept_is_refused(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    response = client.post(address, data=typed(page_of(client, address), image="0" * 64))
    assert response.status_code == 422
    assert check_page(response.text).refusals == [
        "Choisir une image : L’image n’est plus là : choisissez-la de nouveau."
    ]


# ── Speakers, skills, help ──


def test_speakers_are_added_and_removed_without_losing_what_is_typed(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    page, names = page_of(client, address), {}
    for number in range(2):
        button = {"ajouter-un-intervenant": "1"}
        page = check_page(client.post(address, data=typed(page, title="Cartes", **names, **button)).text)
        names[f"speakers-{number}-full_name"] = f"Personne {number}"
    page = check_page(client.post(address, data=typed(page, **names, **{"retirer-intervenant-1": "1"})).text)
    values = page.forms[0].values
    assert (values["title"], values["speakers-0-full_name"]) == ("Cartes", "Personne 1")
    assert "speakers-1-full_name" not in values
    client.post(address, data=values)
    assert [speaker.full_name for speaker in event.speakers] == ["Personne 1"]


def test_a_speaker_has_a_name(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    nameless = {"speakers-0-full_name": "", "speakers-0-position_held": "Designer"}
    page = check_page(client.post(address, data=typed(page_of(client, address), **nameless)).text)
    assert page.refusals == ["Intervenant 1 – Prénom et nom : Indiquez le nom de cette personne."]
    blank = {"speakers-0-full_name": "", "speakers-0-position_held": ""}
    assert client.post(address, data=typed(page, **blank)).status_code == 302
    assert event.speakers == []


@pytest.mark.parametrize(("count", "status"), [(10, 302), (11, 422)])
def test_ten_skills_and_no_more(client: Client, lab: Organisation, count: int, status: int):
    event = ready(organisation=lab)
    address = step(event, "presentation")
    skills = ", ".join(f"savoir {number}" for number in range(count))
    assert client.post(address, data=typed(page_of(client, address), skills=skills)).status_code == status
    assert len(event.skills) == (10 if status == 302 else 0)


def test_the_help_shows_what_is_typed_beside_what_is_read(client: Client, lab: Organisation):
    rows = page_of(client, f"/espace-lab/{lab.slug}/evenements/nouveau").rows("Ce que vous tapez, et ce qu’on lit")
    assert rows[0] == ["Du gras, de l’italique", "**important**, *nuance*", "important, nuance"]
    assert [row[0] for row in rows[1:]] == ["Une liste", "Une liste numérotée", "Un lien", "Un titre"]


# ── What is missing ──


@pytest.mark.parametrize(
    "mode", [EventMode.ONSITE, EventMode.ONLINE, EventMode.HYBRID, None], ids=["onsite", "online", "hybrid", "unsaid"]
)
def test_each_missing_answer_has_a_link_to_its_own_place(client: Client, lab: Organisation, mode: EventMode | None):
    nothing = {"title": "", "summary": "", "contact_name": "", "contact_email": "", "format": None, "audiences": []}
    nowhere = {"venue": "", "city": "", "postcode": "", "region": None, "themes": [], "is_charter_accepted": False}
    event = DraftFactory(organisation=lab, mode=mode, is_free_of_charge=False, **nothing, **nowhere)
    EventSessionFactory(event=event, day=date(2026, 12, 12), starts_at=None, ends_at=None)
    show_picture(event, alt="")
    missing = missing_for_submission(event)
    links = page_of(client, step(event, "verification")).links
    for line in missing:
        address = urlsplit(links[line.message])
        assert address.fragment in page_of(client, address.path).by_id, line
    expected = {
        EventMode.ONSITE: ["city", "postcode", "venue"],
        EventMode.ONLINE: ["joining_link"],
        EventMode.HYBRID: ["city", "postcode", "venue", "joining_link"],
        None: ["mode"],
    }[mode]
    rest = ["title", "summary", "image_alt", "format", "themes", "contact_name", "contact_email", "sessions"]
    end = ["audiences", "off_period_reason", "is_free_of_charge", "is_charter_accepted"]
    assert [line.field for line in missing] == [*rest, *expected, *end]


def test_the_address_of_another_site_is_missing_on_its_page(client: Client, lab: Organisation):
    event = ready(organisation=lab, registration_kind=RegistrationKind.EXTERNAL)
    address = urlsplit(
        page_of(client, step(event, "verification")).links["Indiquez l’adresse de la page d’inscription."]
    )
    assert address.fragment in page_of(client, address.path).by_id


def test_a_correction_may_point_at_any_field_of_the_form(client: Client, lab: Organisation):
    event = ready(
        organisation=lab, state=EventState.CHANGES_REQUESTED, submitted_at=EditionFactory().submissions_open_at
    )
    fields = ["image", "image_alt", "speakers", "skills", "sessions", "rooms", "attendance"]
    asked = Comment(event_id=event.id, kind=CommentKind.TO_AUTHOR, reason="incomplete", text="Encore", fields=fields)
    db.session.add(asked)
    db.session.commit()
    page = page_of(client, step(event, "presentation"))
    for address in {urlsplit(link) for link in page.links.values() if "#" in link and "modifier" in link}:
        assert address.fragment in page_of(client, address.path).by_id
    assert len([alert for alert in page.alerts if alert.startswith("À corriger.")]) == 4


# ── Two people ──


def test_what_only_the_other_changed_is_kept_and_told(client: Client, lab: Organisation):
    event = ready(organisation=lab, title="Atelier")
    address = step(event, "presentation")
    first, second = (typed(page_of(client, address)) for _ in range(2))
    theirs = {"summary": "Plus long", "speakers-0-full_name": "Personne A", "skills": "Récit", **upload(jpeg())}
    assert client.post(address, data={**first, **theirs}).status_code == 302
    page_of(client, address)  # reads what was said to the first

    page = check_page(client.post(address, data={**second, "title": "Cartes"}, follow_redirects=True).text)

    told = "Résumé : Plus long ; Image : une image ; Compétences : Récit ; Intervenants : Personne A"
    assert page.alerts[:2] == [
        f"Quelqu’un d’autre a aussi modifié cette page ; ses changements sont gardés. {told}",
        "C’est enregistré.",
    ]
    assert (event.title, event.summary, event.skills) == ("Cartes", "Plus long", ["Récit"])
    assert [speaker.full_name for speaker in event.speakers] == ["Personne A"]
    assert event.image is not None


def test_what_both_changed_stands_side_by_side_and_the_rest_is_taken_over(client: Client, lab: Organisation):
    event = ready(organisation=lab)
    address = step(event, "dates-et-lieu")
    first, second = (typed(page_of(client, address)) for _ in range(2))
    client.post(address, data={**first, "venue": "Mairie", "sessions-0-room": "Agora", "mode": "onsite"})

    response = client.post(address, data={**second, "venue": "Préfecture"})

    page = check_page(response.text)
    assert response.status_code == 422
    assert page.rows("Ce que vous avez changé tous les deux") == [["Nom du lieu", "Mairie", "Préfecture"]]
    assert page.alerts[-1].endswith("Dates : jeudi 12 novembre 2026, 9 h 30 – 12 h, Agora, 10 places sur place")
    assert (page.forms[0].values["venue"], page.forms[0].values["sessions-0-room"]) == ("Préfecture", "Agora")
    assert client.post(address, data=typed(page)).status_code == 302
    assert (event.venue, event.sessions[0].room.name) == ("Préfecture", "Agora")


# ── The preview ──


def body(page: Page) -> list[str]:
    """The page of the event: its words, pictures and links, without the way in, which opens once it is published."""
    preview = next(page.all("div", "app-preview__page"), None)
    root = page.find("main") if preview is None else preview
    for parent in list(root.iter()):
        for child in list(parent):
            classes = child.get("class", "") if isinstance(child.tag, str) else ""
            is_of_the_page = child.tag == "nav" or "app-door" in classes or "fr-badge--success" in classes
            if is_of_the_page:
                parent.remove(child)
    seen = [element for element in root.iter() if isinstance(element.tag, str) and element.tag in {"img", "a"}]
    shown = [text_of(root), *(str(sorted(element.attrib.items())) for element in seen)]
    return [line for line in shown if "evenements.ics" not in line]


def test_the_preview_is_the_public_page(client: Client, lab: Organisation):
    event = ready(organisation=lab, attendance=Attendance.PICK_SESSIONS, description="# Le déroulé\n\n**Deux** temps.")
    actor = Actor(0, "", "", memberships={lab.id: Role.EDITOR})
    show_picture(event)
    second = EventSessionFactory(event=event, day=date(2026, 11, 19))
    event.skills = ["Récit"]
    second.room = Room(event_id=event.id, name="Agora")
    db.session.commit()
    services.save(
        event, {"speakers": [SpeakerLine("Personne A", "Designer")]}, actor, read=rules.fingerprint({"speakers": []})
    )
    db.session.commit()
    previews = [
        body(page_of(client, address))
        for address in (step(event, "verification"), f"/espace-lab/evenements/{event.slug}")
    ]

    event.state, event.submitted_at, event.published_at = EventState.PUBLISHED, event.created_at, event.created_at
    db.session.commit()
    public = body(page_of(client, f"/evenements/{event.slug}"))

    assert "Personne A, Designer" in public[0]
    assert previews == [public, public]


@pytest.mark.parametrize("name", ["presentation", "dates-et-lieu", "verification"])
def test_a_page_of_the_form_asks_as_much_for_one_date_as_for_three(
    client: Client, lab: Organisation, statements: type_of_statements, name: str
):
    event = ready(organisation=lab)
    asked, address = [], step(event, name)
    for _ in range(2):
        with statements() as seen:
            page_of(client, address)
        asked.append(len(seen))
        for number in range(2):
            session = EventSessionFactory(event=event, day=date(2026, 11, 20 + number), starts_at=None, ends_at=None)
            session.room = Room(event_id=event.id, name=f"Salle {session.id}")
        db.session.commit()
    assert asked[0] == asked[1]
