"""Signing in by a mailed link, signing out, and the person's own page."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from planner import clock, tokens
from planner.accounts import queries, rules, services
from planner.accounts.forms import AccountForm, SignInForm
from planner.accounts.models import SignInLink
from planner.db import transaction
from planner.errors import RuleViolation
from planner.web.access import SESSION_KEY, current_actor, public, required_actor, signed_in

bp = Blueprint("accounts", __name__)

ASKED_FOR = "sign_in_address"  # the cookie's entry that holds the address just typed, to show it and to correct it


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    next_path = rules.local_path(request.args.get("suite"))
    actor = current_actor()
    if actor:
        return redirect(next_path or rules.desk(actor))
    form = SignInForm(email=session.get(ASKED_FOR))
    if form.validate_on_submit():
        with transaction():
            services.ask_to_sign_in(form.address(), next_path)
        session[ASKED_FOR] = form.address()
        return redirect(url_for(".link_sent", suite=next_path))
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@bp.get("/connexion/envoye")
@public
def link_sent() -> ResponseReturnValue:
    return render_template(
        "accounts/link_sent.html",
        address=session.get(ASKED_FOR),
        again=url_for(".sign_in", suite=rules.local_path(request.args.get("suite"))),
        minutes=rules.LINK_LIFE.seconds // 60,
    )


@bp.route("/connexion/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> ResponseReturnValue:
    link = queries.link_by_token(token)
    if link is None:
        return _refused("Ce lien de connexion n’est pas complet."), 404
    try:
        if request.method == "POST":
            return _enter(link)
        rules.check_link(link, clock.now())
    except RuleViolation as refusal:
        return _refused(refusal.message, link.next_path), 410
    return render_template("accounts/confirm.html", link=link)


@bp.post("/deconnexion")
@public
def sign_out() -> ResponseReturnValue:
    with transaction():
        services.sign_out(session.get(SESSION_KEY, ""))
    session.clear()
    g.pop("actor", None)
    flash("Votre session est fermée.", "success")
    return redirect("/")


@bp.route("/mon-compte", methods=["GET", "POST"])
@signed_in
def account() -> ResponseReturnValue:
    person = queries.person(required_actor().person_id)
    form = AccountForm(obj=person)
    if form.validate_on_submit():
        with transaction():
            services.rename(person, form.name())
        flash("Votre nom est enregistré.", "success")
        return redirect(url_for(".account"))
    page = render_template("accounts/account.html", form=form, email=required_actor().email)
    return page, 422 if form.errors else 200


def _enter(link: SignInLink) -> ResponseReturnValue:
    """Open a session by the link, in place of the browser's former one, and go where the person wanted."""
    with transaction():
        opened = services.sign_in(link)
        services.sign_out(session.get(SESSION_KEY, ""))
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = tokens.seal("sign_in", opened.link_key)
    g.pop("actor", None)
    return redirect(link.next_path or rules.desk(required_actor()))


def _refused(reason: str, next_path: str | None = None) -> str:
    return render_template("accounts/link_refused.html", reason=reason, again=url_for(".sign_in", suite=next_path))
