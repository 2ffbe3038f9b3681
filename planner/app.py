"""The application: settings, extensions, blueprints, commands."""

from importlib import import_module
from pathlib import Path

from flask import Flask

from config import Config
from planner.db import db, migrate

ROOT = Path(__file__).resolve().parent.parent

# transitional list while the parts are being written: becomes plain imports
_VIEWS = (
    "planner.web.pages",
    "planner.health",
    "planner.accounts.views",
    "planner.directory.views",
    "planner.events.views",
    "planner.feeds.views",
    "planner.registrations.views",
    "planner.registrations.organiser",
    "planner.programmes.views",
    "planner.review.views",
    "planner.accounts.cli",
    "planner.directory.cli",
    "planner.mail.cli",
    "planner.demonstration.cli",
)
_MESSAGES = ("planner.accounts", "planner.registrations", "planner.programmes", "planner.review")
_INITS = ("requests", "assets", "filters", "errors", "security")


def create_app(config: Config | None = None) -> Flask:
    """The service, with the settings given or those of the environment; raises `ConfigurationError`."""
    app = Flask("planner", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_object(config or Config.from_environment())
    db.init_app(app)
    migrate.init_app(app, directory=str(ROOT / "migrations"), render_as_batch=False)

    def optional(name):
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name and (name == error.name or name.startswith(error.name + ".")):
                return None
            raise

    for name in _INITS:
        module = optional(f"planner.web.{name}")
        if module and (hasattr(module, "init_app") or hasattr(module, "bp")):
            module.init_app(app)
    from planner.web import access

    queries = optional("planner.directory.queries")
    access.init_app(app, queries.actor if queries else lambda token: None)
    for name in _MESSAGES:
        optional(name + ".messages")
    for name in _VIEWS:
        module = optional(name)
        if module and (hasattr(module, "init_app") or hasattr(module, "bp")):
            app.register_blueprint(module.bp)
    return app
