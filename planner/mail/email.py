"""A mail as the domains write it, before it becomes a MIME message."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Calendar:
    """A calendar file that travels with a mail; `method` is the METHOD that it holds (REQUEST, CANCEL)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Email:
    """What one mail says, to whom. Its words are in `templates/mail/<kind>.txt` and `.html`, given this context."""

    to: str
    subject: str
    context: Mapping[str, object]
    calendar: Calendar | None = None
    reply_to: str | None = None
