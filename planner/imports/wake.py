"""The knock on the worker's door for a file that waits; its round of each minute finds it otherwise."""

from planner.mail import queue
from planner.mail.wake import knock


def wake() -> None:
    """Ask the worker to read or write what waits."""
    knock(queue.WORK_ON_IMPORTS, "the imports wait for the worker's next round")
