"""The tasks: a name and one call. What they do is in the services; a second run right after changes nothing."""

import logging
from functools import partial

from celery import shared_task

from planner.db import transaction
from planner.imports import runs as imports
from planner.mail import outbox, queue
from planner.mail.services import BEAT, mark_alive
from planner.registrations import services as registrations

logger = logging.getLogger(__name__)

EXPIRE_SEATS = "registrations.expire_seats"
REMIND = "registrations.remind"
ERASE_IMPORTS = "imports.erase_old"
HEARTBEAT = "beat.heartbeat"

# Long mailings leave in several runs, one a minute, so that they never keep the other tasks waiting for long.
DELIVERY_SECONDS = 50


@shared_task(name=queue.DELIVER_DUE)
def deliver_due() -> None:
    outbox.deliver_due(DELIVERY_SECONDS)


@shared_task(name=EXPIRE_SEATS)
def expire_seats() -> None:
    with transaction():
        registrations.expire_seats()


@shared_task(name=REMIND)
def remind() -> None:
    with transaction():
        registrations.remind()


@shared_task(name=queue.WORK_ON_IMPORTS)
def work_on_imports() -> None:
    for run_id in imports.waiting():
        try:
            with transaction():
                imports.work(run_id, partial(imports.note_progress, run_id))
        except Exception:
            logger.exception("import %s is given up", run_id)
            with transaction():
                imports.give_up(run_id)


@shared_task(name=ERASE_IMPORTS)
def erase_imports() -> None:
    with transaction():
        imports.erase_old()


@shared_task(name=HEARTBEAT)
def heartbeat() -> None:
    with transaction():
        mark_alive(BEAT)
