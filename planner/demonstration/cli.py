"""`flask demonstration load` and `flask demonstration accounts`."""

import click
from flask import Blueprint, current_app

from planner.db import transaction
from planner.demonstration import queries, services
from planner.errors import RuleViolation

bp = Blueprint("demonstration", __name__, cli_group="demonstration")


@bp.cli.command("load")
def load() -> None:
    """Load the real labs and past events, as examples around today; a second run changes nothing."""
    if current_app.config["ENVIRONMENT"] == "production":
        raise click.ClickException("Les données de démonstration ne se chargent jamais en production.")
    try:
        with transaction():
            for step in services.load():
                click.echo(step)
    except RuleViolation as refusal:
        raise click.ClickException(refusal.message) from refusal


@bp.cli.command("accounts")
def accounts() -> None:
    """Print one line per demonstration account: its role in French, a tab, its address."""
    found = queries.accounts()
    if not found:
        raise click.ClickException(
            "Aucun compte de démonstration : chargez les données avec « flask demonstration load »."
        )
    for account in found:
        click.echo(f"{account.role}\t{account.email}")
