"""The worker: `celery -A worker.app worker` does the work, `celery -A worker.app beat` says when."""

import logging
from typing import Any

from celery import Celery, Task, signals

from planner.app import create_app
from planner.db import db
from planner.mail import queue
from planner.request_id import following
from worker.schedule import SCHEDULE, TICK

logger = logging.getLogger(__name__)

service = create_app()


class ServiceTask(Task):
    """A task within the service: its database, its settings, and an id of its own in the log."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with service.app_context(), following(self.request.id):
            return self.run(*args, **kwargs)


app = Celery("planner", task_cls=ServiceTask, include=["worker.tasks"])
app.conf.update(
    broker_url=service.config["CELERY_BROKER_URL"],
    broker_connection_retry_on_startup=True,  # the worker may start before the broker…
    broker_connection_max_retries=None,  # … and outlive its absence, however long
    broker_transport_options={
        # How long until a task whose worker died is given to another. No task lasts longer (task_time_limit), and no
        # ETA nor countdown is ever used: one beyond this would run twice.
        "visibility_timeout": 15 * 60,
        "socket_connect_timeout": 5,
        "socket_timeout": 10,
        "socket_keepalive": True,
    },
    task_default_queue=queue.name(service.config),
    # A task is taken off the queue once done, not once begun; both are needed for it to outlive its process.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,  # what waits is there for any worker
    worker_cancel_long_running_tasks_on_connection_loss=False,  # done is done; a second run is harmless
    task_time_limit=10 * 60,  # the last resort against a task that hangs
    # Nobody reads a result: what was done is in the database.
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],  # what arrives from the broker can never be code
    timezone="UTC",
    enable_utc=True,
    beat_schedule=SCHEDULE,
    beat_schedule_filename=str(service.config["DATA_DIR"] / "beat-schedule"),
    worker_max_memory_per_child=300_000,  # KiB: a process that has grown beyond is replaced after its task
    worker_redirect_stdouts=False,  # our log goes to the error stream itself
)


@signals.setup_logging.connect
def keep_our_log(**_: Any) -> None:
    """Celery writes to the service's log, and of each tick and task only what goes wrong."""
    logging.getLogger("celery").setLevel(logging.INFO)
    for one_line_per_task in ("celery.app.trace", "celery.worker.strategy", "celery.beat"):
        logging.getLogger(one_line_per_task).setLevel(logging.WARNING)


@signals.beat_init.connect
def tick_at_once(**_: Any) -> None:
    """Ask for everything when beat starts: neither what waited meanwhile nor /readyz waits for the next minute."""
    logger.info("beat is ready.")
    for tick in SCHEDULE.values():
        app.send_task(tick["task"], **TICK)


@signals.worker_process_init.connect
def forget_connections(**_: Any) -> None:
    """A forked process opens its own connections to the database: two must never speak on one."""
    with service.app_context():
        db.engine.dispose(close=False)
