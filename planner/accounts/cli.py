"""`flask accounts …`: the first roles, given from the machine itself."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import Blueprint
from sqlalchemy.exc import IntegrityError

from planner.accounts import services
from planner.accounts.models import GrantRole
from planner.db import transaction
from planner.errors import RuleViolation

bp = Blueprint("accounts_cli", __name__, cli_group="accounts")


@bp.cli.command("grant", help="Donne un rôle à la personne qui a cette adresse.")
@click.argument("address")
@click.argument("role", type=click.Choice([role.value for role in GrantRole]))
@click.option("--region", help="Code de la région, pour une coordination.")
def grant(address: str, role: str, region: str | None) -> None:
    """Say who has which role from now on."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(f"«\u00a0{address}\u00a0» n’est pas une adresse.", param_hint="ADDRESS") from error
    try:
        with transaction():
            services.grant(address, GrantRole(role), region)
    except RuleViolation as refusal:
        raise click.ClickException(refusal.message) from refusal
    except IntegrityError as error:
        raise click.ClickException(f"Aucune région n’a le code «\u00a0{region}\u00a0».") from error
    click.echo(f"{address}\u00a0: {role}{f', région {region}' if region else ''}.")
