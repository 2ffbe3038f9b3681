"""Which function writes which kind of mail."""

from collections.abc import Callable

from planner.mail.email import Email

type_of_writer = Callable[[int], Email | None]

WRITERS: dict[str, type_of_writer] = {}


class UnknownKind(LookupError):
    """No function writes this kind of mail: its module is not imported, or a newer release owes it."""


def message(kind: str) -> Callable[[type_of_writer], type_of_writer]:
    """Have the function write the mails of this kind: it gets the subject's id, and gives None when nothing is owed."""

    def register(writer: type_of_writer) -> type_of_writer:
        if kind in WRITERS:
            raise ValueError(f"two functions write the mail “{kind}”")
        WRITERS[kind] = writer
        return writer

    return register


def write(kind: str, subject_id: int) -> Email | None:
    """The mail of this kind about this subject, from today's data; None when it is no longer true."""
    try:
        writer = WRITERS[kind]
    except KeyError:
        raise UnknownKind(kind) from None
    return writer(subject_id)
