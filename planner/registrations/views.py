"""Registering, without an account, and what the mailed link opens."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from planner import tokens
from planner.db import transaction
from planner.errors import RuleViolation
from planner.events.models import Event
from planner.registrations import messages, queries, rules, services
from planner.registrations.forms import RegistrationForm
from planner.registrations.models import Registration, SeatStatus
from planner.web.access import current_actor, public

bp = Blueprint("registrations", __name__)

SENT_TO = "registered"  # the cookie's entry that remembers where the link was sent, for the page that follows


@bp.after_request
def keep_private(response):  # type: ignore[no-untyped-def]  # Flask's own type
    """What a personal link shows is kept by nobody, and its address is told to nobody."""
    if request.endpoint and "token" in (request.view_args or {}):
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
    form = RegistrationForm(event=event, data={"email": actor.email, "full_name": actor.full_name} if actor else None)
    refusal = _closed(event)
    if refusal is None and form.validate_on_submit():
        attendee = form.attendee(actor.person_id if actor else None)
        is_proven = actor is not None and actor.email == attendee.email
        try:
            with transaction():
                registration = services.register(event, attendee, form.choices(), is_proven=is_proven)
        except RuleViolation as violation:
            form.form_errors.append(violation.message)
        else:
            if is_proven:
                return redirect(_address(registration))
            session[SENT_TO] = [slug, attendee.email]
            return redirect(url_for(".check_your_mail", slug=slug))
    elif refusal and form.is_submitted():
        form.form_errors.append(refusal.message)
    counts = queries.places(event)
    page = render_template("registrations/register.html", event=event, form=form, refusal=refusal, places=counts)
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
    return _act(token, lambda registration: services.prove(registration.id), "")


@bp.post("/i/<token>/places/<int:seat_id>/accepter")
@public
def accept(token: str, seat_id: int) -> ResponseReturnValue:
    """The offered place is taken."""
    return _act(token, lambda registration: services.accept(registration.id, seat_id), "La place est à vous.")


@bp.route("/i/<token>/renoncer", methods=["GET", "POST"])
@public
def give_up(token: str) -> ResponseReturnValue:
    """Asks, then frees the seats; they go to the first in line."""
    registration = _registration_or_404(token)
    if request.method == "GET":
        return render_template("registrations/give_up.html", registration=registration, token=token)
    done = "Votre place est libérée. Merci d’avoir prévenu : quelqu’un d’autre pourra venir."
    return _act(token, lambda registration: services.give_up(registration.id), done)


@bp.post("/i/<token>/places/<int:seat_id>/refuser")
@public
def refuse(token: str, seat_id: int) -> ResponseReturnValue:
    """One seat is given up: an offer refused, or a session dropped."""
    done = "C’est noté : la place est proposée à quelqu’un d’autre."
    return _act(token, lambda registration: services.give_up(registration.id, seat_id), done)


@bp.get("/i/<token>/places/<int:seat_id>/calendrier.ics")
@public
def seat_calendar(token: str, seat_id: int) -> ResponseReturnValue:
    """The calendar file of a confirmed seat."""
    registration = _registration_or_404(token)
    own = {seat.id: seat for seat in registration.seats if seat.status is SeatStatus.CONFIRMED}
    content = messages.invitation(own[seat_id], "PUBLISH") if seat_id in own else abort(404)
    headers = {"Content-Disposition": 'attachment; filename="invitation.ics"'}
    return current_app.response_class(content, mimetype="text/calendar", headers=headers)


def _act(token, action, done):  # type: ignore[no-untyped-def]
    registration = _registration_or_404(token)
    try:
        with transaction():
            action(registration)
    except RuleViolation as refusal:
        return _page(_registration_or_404(token), token, refusal.message), 422
    if done:
        flash(done, "success")
    return redirect(url_for(".show", token=token))


def _page(registration: Registration, token: str, refusal: str = "") -> str:
    return render_template(
        "registrations/show.html",
        registration=registration,
        event=registration.event,
        token=token,
        refusal=refusal,
        positions=queries.positions(registration),
    )


def _address(registration: Registration) -> str:
    return url_for(".show", token=tokens.seal(messages.TOKEN_PURPOSE, registration.link_key))


def _registration_or_404(token: str) -> Registration:
    key = tokens.open_sealed(messages.TOKEN_PURPOSE, token)
    registration = queries.registration_by_key(key) if key else None
    return registration or abort(404)


def _event_or_404(slug: str) -> Event:
    return queries.event_to_register(slug) or abort(404)


def _closed(event: Event) -> RuleViolation | None:
    """Why one cannot register now, or None."""
    from planner import clock

    try:
        rules.check_open(event, event.sessions, clock.now())
    except RuleViolation as refusal:
        return refusal
    return None


def _sent_to(slug: str) -> str | None:
    registered, email = session.get(SENT_TO, [None, None])
    return email if registered == slug else None
