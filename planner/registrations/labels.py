"""The French words of a seat."""

from planner.registrations import rules
from planner.registrations.models import Seat, SeatMode, SeatStatus

MODES = {SeatMode.ONSITE: "Sur place", SeatMode.ONLINE: "En ligne"}

STATUSES = {
    SeatStatus.HELD: "À confirmer",
    SeatStatus.CONFIRMED: "Confirmée",
    SeatStatus.WAITING: "Sur liste d’attente",
    SeatStatus.OFFERED: "Place proposée",
    SeatStatus.CANCELLED: "Place libérée",
    SeatStatus.EXPIRED: "Délai dépassé",
    SeatStatus.PRESENT: "Présence notée",
    SeatStatus.ABSENT: "Absence notée",
}

BADGES = {
    SeatStatus.HELD: "warning",
    SeatStatus.CONFIRMED: "success",
    SeatStatus.WAITING: "info",
    SeatStatus.OFFERED: "new",
    SeatStatus.CANCELLED: "",
    SeatStatus.EXPIRED: "",
    SeatStatus.PRESENT: "success",
    SeatStatus.ABSENT: "",
}


def status_words(seat: Seat) -> str:
    """Where the seat stands; its registration must be loaded."""
    if rules.is_for_approval(seat):
        return "En attente d’accord"
    if seat.status is SeatStatus.CANCELLED and seat.registration.refusal:
        return "Non retenue"
    return STATUSES[seat.status]
