"""`flask directory …`: the territory."""

import click
from flask import Blueprint

from planner.db import transaction
from planner.directory import services

bp = Blueprint("directory_cli", __name__, cli_group="directory")


@bp.cli.command("load-territory", help="Charge ou met à jour les régions et les départements.")
def load_territory() -> None:
    """Say how many regions and departments the database holds."""
    with transaction():
        regions, departments = services.load_territory()
    click.echo(f"{regions} régions et collectivités, {departments} départements et codes de collectivités.")
