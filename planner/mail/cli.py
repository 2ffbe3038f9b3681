"""`flask mail …`: deliver without a worker, and look at the outbox."""

import click
from flask import Blueprint

from planner.mail import outbox, queries
from planner.mail.models import MessageStatus
from planner.mail.services import BEAT

bp = Blueprint("mail", __name__, cli_group="mail")
bp.cli.short_help = "The outbox: mails owed and their delivery."


@bp.cli.command("deliver")
def deliver() -> None:
    """Deliver every mail that is due, as the worker does; Redis is not needed."""
    done = outbox.deliver_due()
    click.echo(
        f"{done[MessageStatus.SENT]} sent, {done[MessageStatus.SKIPPED]} skipped, "
        f"{done[MessageStatus.DUE]} postponed, {done[MessageStatus.FAILED]} failed"
    )


@bp.cli.command("status")
def status() -> None:
    """Say how many mails wait, failed and left, and when beat was last seen."""
    figures = queries.figures()
    oldest, beat = figures.oldest_due_at, queries.last_beat(BEAT)
    click.echo(f"due          {figures.due}" + (f", the oldest since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else ""))
    click.echo(f"for later    {figures.planned}")
    click.echo(f"postponed    {figures.postponed}")
    click.echo(f"failed       {figures.failed}")
    click.echo(f"sent (24 h)  {figures.sent_today}")
    click.echo(f"beat         {f'last seen {beat:%Y-%m-%d %H:%M:%S} UTC' if beat else 'never seen'}")
