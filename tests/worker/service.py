"""The application of the worker under test: the service's own, which also knows letters; beat ticks each second."""

from contextlib import ExitStack

from tests.worker import letters
from worker.app import app, service

ExitStack().enter_context(letters.registered(service))
for tick in app.conf.beat_schedule.values():
    tick["schedule"] = 1.0

__all__ = ["app"]
