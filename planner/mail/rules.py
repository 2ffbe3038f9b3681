"""When a mail that could not leave is tried again."""

from datetime import datetime, timedelta

FIRST_DELAY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after so many attempts: a minute, then doubling, a day in all; None when it is time to stop."""
    delay = FIRST_DELAY * 2 ** (attempts - 1)
    left = LONGEST_WAIT - (delay - FIRST_DELAY)  # the delays before this one add up to it less the first
    return min(delay, left) if left > timedelta() else None


def is_given_up(attempts: int) -> bool:
    """Is this attempt one too many? So it is when the last one ended with the death of its worker."""
    return attempts > 1 and retry_delay(attempts - 1) is None


def is_too_late(not_after: datetime | None, now: datetime) -> bool:
    return not_after is not None and now > not_after
