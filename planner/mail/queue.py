"""What the web and the worker both know of the broker: the name of a task, and that of the queue."""

from typing import Any

from sqlalchemy.engine import make_url

DELIVER_DUE = "mail.deliver_due"
WORK_ON_IMPORTS = "imports.work"


def name(config: Any) -> str:
    """The queue, named after the database: two copies of the service on one broker never take each other's tasks."""
    return f"planner.{make_url(config['SQLALCHEMY_DATABASE_URI']).database}"
