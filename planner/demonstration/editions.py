"""The edition of the demonstration, around today, and the past ones whose days are known."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from planner.dates import PARIS
from planner.db import db
from planner.demonstration import rules, words
from planner.demonstration.facts import rows, typeset
from planner.demonstration.queries import EDITION_SLUG
from planner.editions.models import Edition, Theme
from planner.text import slugify

_EVENING = time(23, 59)  # in Paris: when a submission window closes

NOTICE = (
    "Données d’exemple : des labs et des événements passés, relevés dans des sources publiques et déplacés à des dates "
    "fictives. Ce n’est ni le programme officiel ni l’annuaire de la DITP."
)
CONDITIONS = (
    "Texte d’exemple. Les administrations et les organismes publics proposent leurs événements. Chacun est gratuit, "
    "ouvert au public et a lieu pendant l’édition ; une date voisine reste possible si vous dites pourquoi. "
    "L’équipe du Mois relit chaque proposition avant de la publier. Vous pouvez la modifier à tout moment."
)
CHARTER = (
    "Texte d’exemple. Nous accueillons gratuitement toutes les personnes inscrites. Nous tenons à jour les dates, "
    "les lieux et l’accessibilité. Nous prévenons les inscrits de tout changement. Nous ne demandons que ce qui "
    "sert à les accueillir."
)


def load(today: date) -> Edition:
    """Make the past editions, then the one that began two weeks ago: its number follows the last one known."""
    known = rows("editions.csv")
    edition = _current(today, number=max(int(row["number"]) for row in known) + 1)
    past = [_past(row) for row in known if row["date_start"] and row["date_end"]]
    db.session.add_all([edition, *(one for one in past if one.ends_on < edition.starts_on)])
    return edition


def _current(today: date, number: int) -> Edition:
    starts_on = today - rules.BEGAN
    return Edition(
        number=number,
        name=f"Mois de l’innovation publique {starts_on.year}",
        slug=EDITION_SLUG,
        starts_on=starts_on,
        ends_on=today + rules.ENDS,
        submissions_open_at=_in_paris(today - rules.WINDOW_OPENED, time()),
        submissions_close_at=_in_paris(today + rules.WINDOW_CLOSES, _EVENING),
        conditions=typeset(CONDITIONS),
        charter=typeset(CHARTER),
        notice=typeset(NOTICE),
        themes=[Theme(name=name, slug=slugify(name), position=position) for position, name in enumerate(words.THEMES)],
    )


def _past(row: dict[str, str]) -> Edition:
    """An edition of the file; where its submission window is not known, it ends on the eve."""
    starts_on = date.fromisoformat(row["date_start"])
    deadline = row["referencing_deadline"]
    closes_on = date.fromisoformat(deadline) if deadline else starts_on - timedelta(days=1)
    return Edition(
        number=int(row["number"]),
        name=f"{row['name']} {row['edition']}",
        slug=row["edition"],
        starts_on=starts_on,
        ends_on=date.fromisoformat(row["date_end"]),
        submissions_open_at=_in_paris(closes_on - rules.WINDOW_OPENED, time()),
        submissions_close_at=_in_paris(closes_on, _EVENING),
        notice=typeset("Édition passée : ses dates sont celles des sources publiques, sa période de dépôt un exemple."),
    )


def _in_paris(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(PARIS))
