"""Access: every route says who may come, with one of the three decorators of this page.

`tests/architecture` refuses a route without one. The signed-in person is found once a request, by the function given
to `init_app`, and only when somebody asks: a public page reads no session.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Protocol

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from planner.web.rights import Action, Actor, Scope, may, may_somewhere

type_of_view = Callable[..., ResponseReturnValue]

SESSION_KEY = "sign_in"  # the cookie's entry that holds the token of the person's session
_LOADER = "planner.load_actor"


class Scoped(Protocol):
    """A thing that rights are asked about."""

    @property
    def scope(self) -> Scope: ...


def init_app(app: Flask, load_actor: Callable[[str], Actor | None]) -> None:
    """Find people by `load_actor`, which gets the token kept in the session cookie."""
    app.extensions[_LOADER] = load_actor
    app.jinja_env.globals.update(current_actor=current_actor, may=_may, Action=Action)


def current_actor() -> Actor | None:
    """The signed-in person, or None; one look-up a request."""
    if "actor" not in g:
        token = session.get(SESSION_KEY)
        g.actor = current_app.extensions[_LOADER](token) if token else None
    actor: Actor | None = g.actor
    return actor


def required_actor() -> Actor:
    """The signed-in person, where the decorator has made sure that there is one."""
    return current_actor() or abort(401)


def public(view: type_of_view) -> type_of_view:
    """Anybody may come, signed in or not."""
    return _declare(view, "public")


def signed_in(view: type_of_view) -> type_of_view:
    """Anybody signed in may come; the others are asked to sign in and brought back."""

    @wraps(view)
    def guarded(**arguments: Any) -> ResponseReturnValue:
        return view(**arguments) if current_actor() else _ask_to_sign_in()

    return _declare(guarded, "signed_in")


def allowed(action: Action, load: Callable[..., Scoped] | None = None) -> Callable[[type_of_view], type_of_view]:
    """Only who has this right on what `load` gives may come; the view gets what was loaded instead of its address.

    `load` takes those of the address's arguments that it names, and aborts with 404 when there is nothing there; the
    others go on to the view. A person without the right gets 403. Without `load`, the right is asked for anywhere: a
    desk, whose queries keep to what the person may see.
    """
    names = set(signature(load).parameters) if load else set()

    def decorate(view: type_of_view) -> type_of_view:
        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            actor = current_actor()
            if actor is None:
                return _ask_to_sign_in()
            if load is None:
                return view(**arguments) if may_somewhere(actor, action) else abort(403)
            target = load(**{name: arguments.pop(name) for name in names})
            return view(target, **arguments) if may(actor, action, target.scope) else abort(403)

        return _declare(guarded, action.value)

    return decorate


def _may(action: Action, target: Scoped) -> bool:
    return may(current_actor(), action, target.scope)


def _declare(view: type_of_view, access: str) -> type_of_view:
    view.access = access  # type: ignore[attr-defined]  # read by the test that every route declares its access
    return view


def _ask_to_sign_in() -> ResponseReturnValue:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", suite=wanted))
