"""Where one can go from every page. An address that no installed part answers is not shown."""

from flask import Flask, current_app, request, url_for

from planner.web import access
from planner.web.rights import Actor

MAIN = [("Accueil", "/"), ("Programme", "/programme"), ("Les labs", "/labs"), ("Ressources", "/ressources")]
FOOTER = [
    ("Plan du site", "/plan-du-site"),
    ("Accessibilité : non conforme", "/accessibilite"),
    ("Mentions légales", "/mentions-legales"),
    ("Données personnelles", "/donnees-personnelles"),
]
LAB_DESK, REVIEW_DESK, ACCOUNT = "/espace-lab", "/instruction", "/mon-compte"
_ICONS = {LAB_DESK: "fr-icon-dashboard-3-line", REVIEW_DESK: "fr-icon-draft-line"}


def init_app(app: Flask) -> None:
    """Give the layouts their links."""
    app.jinja_env.globals.update(
        desk_navigation=desk_navigation,
        footer_links=footer_links,
        has_session=has_session,
        main_navigation=main_navigation,
        quick_links=quick_links,
        sign_out_url=sign_out_url,
        signed_in_actor=signed_in_actor,
    )


def main_navigation() -> list[tuple[str, str, bool]]:
    """The entries of the public menu: label, address, and whether the page is one of theirs."""
    return [(label, path, _is_within(path)) for label, path in MAIN if _exists(path)]


def desk_navigation() -> list[tuple[str, str, bool]]:
    """The entries of the menu of somebody at work: own desks, own account, the public programme."""
    actor = signed_in_actor()
    entries = [*_desks(actor), ("Mon compte", ACCOUNT), ("Programme public", "/programme")] if actor else []
    return [(label, path, _is_within(path)) for label, path in entries if _exists(path)]


def footer_links() -> list[tuple[str, str]]:
    """The mandatory links of the foot of the page that exist."""
    return [(label, path) for label, path in FOOTER if _exists(path)]


def quick_links(actor: Actor | None) -> list[tuple[str, str, str]]:
    """The links at the top right: label, address, icon."""
    if actor is None:
        if _has("accounts.sign_in"):
            return [("Espace lab", url_for("accounts.sign_in"), "fr-icon-account-circle-line")]
        return []
    links = [(label, path, _ICONS[path]) for label, path in _desks(actor) if _exists(path)]
    return links or [("Mon compte", ACCOUNT, "fr-icon-account-circle-line")]


def sign_out_url() -> str | None:
    """Where the form that signs out is sent."""
    return url_for("accounts.sign_out") if _has("accounts.sign_out") else None


def has_session() -> bool:
    """Does the visitor have a session? Asked of the cookie: reading the session would forbid caching the page."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def signed_in_actor() -> Actor | None:
    """The signed-in person, looked for only when there is a session."""
    return access.current_actor() if has_session() else None


def _desks(actor: Actor) -> list[tuple[str, str]]:
    """The desks where this person has something to do."""
    desks = [("Espace lab", LAB_DESK)] if actor.organisation_ids else []
    return [*desks, ("Instruction", REVIEW_DESK)] if actor.is_reviewer else desks


def _has(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _exists(path: str) -> bool:
    known: frozenset[str] = current_app.extensions.setdefault(
        "planner.paths",
        frozenset(rule.rule for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())),
    )
    return path in known


def _is_within(path: str) -> bool:
    return request.path == path or (path != "/" and request.path.startswith(f"{path}/"))
