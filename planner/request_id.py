"""The id of the request at the origin of what is done: in each line of the log, on the mails owed, in the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NONE = "-"

request_id_var: ContextVar[str] = ContextVar("request_id", default=NONE)


@contextmanager
def following(request_id: str | None) -> Iterator[None]:
    """Tell in the log that what the block does comes from this request."""
    before = request_id_var.set(request_id or NONE)
    try:
        yield
    finally:
        request_id_var.reset(before)
