"""Registering, without an account, and what the mailed link opens."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from planner import clock, ical, tokens
from planner.db import transaction
from planner.errors import RuleViolation
from planner.events import queries as calendar
from planner.events.models import Event
from planner.events.places import is_session_full
from planner.registrations import answers, labels, messages, queries, rules, services
from planner.registrations.forms import registration_form
from planner.registrations.models import Registration, SeatStatus
from planner.resources.queries import documents
from planner.web.access import current_actor, public

bp = Blueprint("registrations", __name__)

SENT_TO = "registered"  # the cookie's entry that remembers where the link was sent, for the page that follows


@bp.after_request
def keep_private(response: Response) -> Response:
    """What a personal link shows is kept by nobody, and its address is told to nobody."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.route("/evenements/<slug>/inscription", methods=["GET", "POST"])
@public
def register(slug: str) -> ResponseReturnValue:
    """The form of a registration; sending it takes the seat at once."""
    event = _event_or_404(slug)
    actor = current_actor()
    form = registration_form(event, data={"email": actor.email, "full_name": actor.full_name} if actor else None)
    refusal = _closed(event)
    if refusal is None and form.validate_on_submit():
        attendee = form.attendee(actor.person_id if actor else None)
        is_proven = actor is not None and actor.email == attendee.email
        try:
            with transaction():
                registration = services.register(event, attendee, form.choices(), is_proven=is_proven)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            if is_proven:
                return redirect(_address(registration))
            session[SENT_TO] = [slug, attendee.email]
            return redirect(url_for(".check_your_mail", slug=slug))
    elif refusal and form.is_submitted():
        form.form_errors.append(refusal.message)
    counts = calendar.places(session.id for session in form.offered)
    is_full = bool(form.offered) and all(is_session_full(event, session, counts) for session in form.offered)
    page = render_template("registrations/register.html", event=event, form=form, refusal=refusal, is_full=is_full)
    return page, 422 if form.errors or form.form_errors else 200


@bp.get("/evenements/<slug>/inscription/envoyee")
@public
def check_your_mail(slug: str) -> ResponseReturnValue:
    """The seat is held: the link in the mail confirms it."""
    event = _event_or_404(slug)
    return render_template("registrations/check_your_mail.html", event=event, email=_sent_to(slug))


@bp.post("/evenements/<slug>/inscription/renvoyer")
@public
def send_again(slug: str) -> ResponseReturnValue:
    """The link again, to the same address; the same answer whether or not there is something to send."""
    event, email = _event_or_404(slug), _sent_to(slug)
    registration = queries.find_live(event.id, email) if email else None
    if registration:
        with transaction():
            services.link_again(registration)
    flash("Si une inscription attend à cette adresse, son lien vient d’être renvoyé.", "success")
    return redirect(url_for(".check_your_mail", slug=slug))


@bp.get("/i/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """A registration as its owner sees it: its state in words and what can be done."""
    return _page(_registration_or_404(token), token)


@bp.post("/i/<token>/confirmer")
@public
def prove(token: str) -> ResponseReturnValue:
    """The address is proven: what was held is confirmed."""
    return _act(token, services.prove, "")


@bp.post("/i/<token>/places/<int:seat_id>/accepter")
@public
def accept(token: str, seat_id: int) -> ResponseReturnValue:
    """The offered place is taken."""
    return _act(token, lambda own: services.accept(own, seat_id), "La place est à vous.")


@bp.route("/i/<token>/renoncer", methods=["GET", "POST"])
@public
def give_up(token: str) -> ResponseReturnValue:
    """Asks, then frees the seats; they go to the first in line."""
    registration = _registration_or_404(token)
    only_waits = rules.only_waits({seat.status for seat in registration.seats})
    is_request = any(map(rules.is_for_approval, registration.seats))
    if request.method == "GET":
        page = "registrations/give_up.html"
        return render_template(
            page, registration=registration, token=token, only_waits=only_waits, is_request=is_request
        )
    if only_waits:
        done = "Vous n’êtes plus sur la liste d’attente."
    else:
        done = "Votre demande est annulée." if is_request else "Votre place est libérée."
    done = f"{done} Merci d’avoir prévenu : quelqu’un d’autre pourra venir."
    return _act(token, services.give_up, done)


@bp.post("/i/<token>/places/<int:seat_id>/refuser")
@public
def refuse(token: str, seat_id: int) -> ResponseReturnValue:
    """One seat is given up: an offer refused, or a session dropped."""
    done = "C’est noté : la place est proposée à quelqu’un d’autre."
    return _act(token, lambda own: services.give_up(own, seat_id), done)


@bp.get("/i/<token>/calendrier.ics")
@public
def seat_calendar(token: str) -> ResponseReturnValue:
    """The calendar file of the confirmed seats."""
    registration = _registration_or_404(token)
    confirmed = [seat for seat in registration.seats if seat.status is SeatStatus.CONFIRMED] or abort(404)
    content = ical.calendar_feed(map(messages.calendar_entry, confirmed), name=registration.event.title)
    headers = {"Content-Disposition": 'attachment; filename="inscription.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)


def _act(token: str, action: Callable[[int], object], done: str) -> ResponseReturnValue:
    """Do it and show the registration again, with what was done or why it was refused."""
    registration = _registration_or_404(token)
    try:
        with transaction():
            action(registration.id)
    except RuleViolation as refusal:
        return _page(_registration_or_404(token), token, refusal.message), 422
    if done:
        flash(done, "success")
    return redirect(url_for(".show", token=token))


def _page(registration: Registration, token: str, refusal: str = "") -> str:
    statuses = {seat.status for seat in registration.seats}
    return render_template(
        "registrations/show.html",
        registration=registration,
        event=registration.event,
        token=token,
        refusal=refusal,
        positions=queries.positions(registration),
        labels=labels,
        answers=answers.lines(registration),
        to_prove=registration.proven_at is None and SeatStatus.CANCELLED not in statuses,
        is_live=registration.ended_at is None,
        only_waits=rules.only_waits(statuses),
        is_request=any(map(rules.is_for_approval, registration.seats)),
        only_offered=rules.LIVE & statuses == {SeatStatus.OFFERED},
        is_confirmed=SeatStatus.CONFIRMED in statuses,
        is_open=_closed(registration.event) is None,
        documents=documents(registration.event_id) if _came(statuses) else (),
    )


def _came(statuses: set[SeatStatus]) -> bool:
    """Is what an event leaves to its registrants for this person? Whoever has, or had at the door, a place."""
    return bool(statuses & {SeatStatus.CONFIRMED, SeatStatus.PRESENT, SeatStatus.ABSENT})


def _address(registration: Registration) -> str:
    return url_for(".show", token=tokens.seal(messages.TOKEN_PURPOSE, registration.link_key))


def _registration_or_404(token: str) -> Registration:
    key = tokens.open_sealed(messages.TOKEN_PURPOSE, token)
    return (queries.registration_by_key(key) if key else None) or abort(404)


def _event_or_404(slug: str) -> Event:
    return queries.event_to_register(slug) or abort(404)


def _closed(event: Event) -> RuleViolation | None:
    """Why one cannot register now, or None."""
    try:
        rules.check_open(event, event.sessions, clock.now())
    except RuleViolation as refusal:
        return refusal
    return None


def _sent_to(slug: str) -> str | None:
    registered, email = session.get(SENT_TO, [None, None])
    return email if registered == slug else None
