"""The knock on the worker's door. The outbox is the truth, the broker a hint: a knock nobody hears costs a minute."""

import logging
import os

from celery import Celery
from flask import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from planner.mail import queue

logger = logging.getLogger(__name__)

PATIENCE = 0.4  # seconds: somebody waits for the page
STALE_AFTER = 300  # seconds: the worker has made its round since

_SENDER = "planner.mail.sender"
_FAILURES = (KombuError, RedisError, OSError)


def wake() -> None:
    """Ask the worker to deliver now. With no broker it says so in the log; the worker's next round finds the mails."""
    knock(queue.DELIVER_DUE, "the mails leave with the worker's next round")


def knock(task: str, else_: str) -> None:
    """Ask the worker for this task now. With no broker the log says it, with what happens then."""
    try:
        _sender().send_task(task, retry=False, ignore_result=True, expires=STALE_AFTER)
    except _FAILURES as error:
        logger.warning("the broker does not answer (%s): %s", type(error).__name__, else_)


def broker_answers() -> bool:
    """Can tasks be sent? Told within half a second."""
    try:
        with _sender().connection_for_write() as connection:
            connection.ensure_connection(max_retries=0, timeout=PATIENCE)
    except _FAILURES as error:
        logger.warning("the broker does not answer: %s", type(error).__name__)
        return False
    return True


def _sender() -> Celery:
    """What sends tasks, with its connections kept; made again in a forked process, which must not share them."""
    known = current_app.extensions.get(_SENDER)
    if known is None or known[0] != os.getpid():
        known = current_app.extensions[_SENDER] = (os.getpid(), _new_sender())
    sender: Celery = known[1]
    return sender


def _new_sender() -> Celery:
    sender = Celery("planner.sender", broker=current_app.config["CELERY_BROKER_URL"], set_as_current=False)
    sender.conf.update(
        task_default_queue=queue.name(current_app.config),
        task_publish_retry=False,
        task_ignore_result=True,
        broker_transport_options={
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "max_retries": 0,  # kombu's own wait for a connection, else without end
        },
    )
    return sender
