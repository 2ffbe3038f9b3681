"""The marks that background processes leave of being alive."""

from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.mail.models import Heartbeat

BEAT = "beat"


def mark_alive(name: str) -> None:
    """Write down that this background process is at work now."""
    row = insert(Heartbeat).values(name=name, at=clock.now())
    db.session.execute(row.on_conflict_do_update(index_elements=[Heartbeat.name], set_={"at": row.excluded.at}))
