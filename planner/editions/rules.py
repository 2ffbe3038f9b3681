"""Where an edition stands on a given day."""

from datetime import date
from enum import StrEnum

from planner.editions.models import Edition


class Season(StrEnum):
    """Before, during or after the days of an edition."""

    COMING = "coming"
    ON = "on"
    OVER = "over"


def season(edition: Edition, today: date) -> Season:
    """Where the edition stands; its first and last days are part of it."""
    if today < edition.starts_on:
        return Season.COMING
    return Season.ON if today <= edition.ends_on else Season.OVER
