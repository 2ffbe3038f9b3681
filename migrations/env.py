"""Runs the migrations over the application's database."""

from alembic import context
from flask import current_app

from planner.db import Base, db

LOCK_TIMEOUT = "4s"  # a migration never queues behind a long transaction: it gives up and is run again
STATEMENT_TIMEOUT = "60s"


def run_migrations() -> None:
    """Each migration in a transaction of its own, so that a failing one leaves the ones before it."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.exec_driver_sql(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'")
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
