"""What protects every page: headers, CSRF, and the addresses that proxies in front of us give."""

from flask import Flask, Response, current_app, g
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from planner.web.navigation import has_session

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "img-src 'self' data:; "  # DSFR draws ticks and arrows from its style sheet
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",  # a mailed link carries a token: no other site may read it
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
A_YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Put the headers on every answer, ask each form for its token, believe the proxies we were told of."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session: a form left open overnight still goes
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)  # the token is enough, and some agencies' proxies drop Referer
    csrf.init_app(app)
    app.after_request(_protect)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Flask says to add a middleware
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=0, x_prefix=0
        )


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["ENVIRONMENT"] == "production":
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    if _is_personal() and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_personal() -> bool:
    """Is the answer for this visitor alone: there is a session, or the page holds a form and opens one?"""
    return has_session() or current_app.config["WTF_CSRF_FIELD_NAME"] in g
