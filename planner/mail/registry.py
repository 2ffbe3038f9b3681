"""Which function writes which kind of mail."""

from collections.abc import Callable

from planner.mail.email import Email

type_of_writer = Callable[..., Email | None]

WRITERS: dict[str, type_of_writer] = {}


class UnknownKind(LookupError):
    """No function writes this kind of mail: its module is not imported, or a newer release owes it."""


def message(kind: str) -> Callable[[type_of_writer], type_of_writer]:
    """Have the function write the mails of this kind, or give None when nothing is owed any more.

    It gets the subject's id, then the person's when the mail is owed to several people.
    """

    def register(writer: type_of_writer) -> type_of_writer:
        if kind in WRITERS:
            raise ValueError(f"two functions write the mail “{kind}”")
        WRITERS[kind] = writer
        return writer

    return register


def write(kind: str, subject_id: int, person_id: int | None = None) -> Email | None:
    """The mail of this kind about this subject, from today's data; None when it is no longer true."""
    try:
        writer = WRITERS[kind]
    except KeyError:
        raise UnknownKind(kind) from None
    return writer(subject_id) if person_id is None else writer(subject_id, person_id)
