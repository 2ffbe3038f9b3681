"""The application: settings, extensions, blueprints, commands."""

from pathlib import Path

from flask import Flask

from config import Config
from planner import health
from planner.accounts import cli as accounts_cli
from planner.accounts import messages as accounts_messages
from planner.accounts import views as accounts
from planner.db import db, migrate
from planner.demonstration import cli as demonstration_cli
from planner.directory import cli as directory_cli
from planner.directory import queries as directory_queries
from planner.directory import views as directory
from planner.events import views as events
from planner.feeds import views as feeds
from planner.images import views as images
from planner.imports import cli as imports_cli
from planner.imports import views as imports
from planner.mail import cli as mail_cli
from planner.newsletter import models as newsletter_models
from planner.programmes import co_organising, renewing
from planner.programmes import messages as programmes_messages
from planner.programmes import views as programmes
from planner.registrations import messages as registrations_messages
from planner.registrations import organiser as registrants
from planner.registrations import views as registrations
from planner.resources import views as resources
from planner.review import messages as review_messages
from planner.review import views as review
from planner.revisions import messages as revisions_messages
from planner.revisions import views as revisions
from planner.teams import messages as teams_messages
from planner.teams import organiser as teams
from planner.teams import views as joining
from planner.web import access, assets, errors, filters, pages, requests, security

ROOT = Path(__file__).resolve().parent.parent

VIEWS = (
    pages,
    health,
    accounts,
    directory,
    images,
    teams,
    joining,
    events,
    feeds,
    resources,
    registrations,
    registrants,
    programmes,
    imports,
    renewing,
    revisions,
    co_organising,
    review,
)
COMMANDS = (accounts_cli, directory_cli, mail_cli, imports_cli, demonstration_cli)

# Imported for what they declare: the writers of the mails, and tables that no page uses yet.
DECLARATIONS = (
    accounts_messages,
    teams_messages,
    registrations_messages,
    programmes_messages,
    review_messages,
    revisions_messages,
    newsletter_models,
)


def create_app(config: Config | None = None) -> Flask:
    """The service, with the settings given or those of the environment; raises `ConfigurationError`."""
    app = Flask("planner", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_object(config or Config.from_environment())
    db.init_app(app)
    migrate.init_app(app, directory=str(ROOT / "migrations"), render_as_batch=False)
    for part in (requests, assets, filters, errors, security):
        part.init_app(app)
    access.init_app(app, directory_queries.actor)
    for module in (*VIEWS, *COMMANDS):
        app.register_blueprint(module.bp)
    return app
