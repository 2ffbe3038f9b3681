"""Reads of the import: the events that a file may speak of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from planner.db import db
from planner.directory.models import Department, Organisation, Region
from planner.editions.models import Edition
from planner.events import queries as events
from planner.events.models import Event
from planner.imports.models import ImportMapping, ImportState, ProgrammeImport

_RUNS = 0x696D70  # the advisory locks of imports: "imp"
_WAITING = (ImportState.QUEUED, ImportState.APPLYING)
_WHOLE_RUN = (
    joinedload(ProgrammeImport.organisation).joinedload(Organisation.region),
    joinedload(ProgrammeImport.edition),
    undefer(ProgrammeImport.report),
)

_RUNS = 0x696D70  # the advisory locks of imports: "imp"
_WAITING = (ImportState.QUEUED, ImportState.APPLYING)
_WHOLE_RUN = (
    joinedload(ProgrammeImport.organisation).joinedload(Organisation.region),
    joinedload(ProgrammeImport.edition),
    undefer(ProgrammeImport.report),
)


def events_of(organisation_id: int, edition_id: int, *, is_read_again: bool = False) -> Sequence[Event]:
    """The events of the organisation in the edition, whatever their state, with all they hold; oldest first.

    `is_read_again`: as the database has them now, over what this session knew of them.
    """
    rows = select(Event).where(Event.organisation_id == organisation_id, Event.edition_id == edition_id)
    found = rows.options(*events.WHOLE_EVENT).order_by(Event.id).execution_options(populate_existing=is_read_again)
    return db.session.scalars(found).all()


def time_zones() -> dict[str, str]:
    """The time zone of each department, by its code; one statement."""
    rows = select(Department.code, Region.time_zone).join(Department.region)
    return {row.code: row.time_zone for row in db.session.execute(rows)}


def organisation(slug: str) -> Organisation | None:
    """The organisation at this address, with its region."""
    return db.session.scalar(
        select(Organisation).options(joinedload(Organisation.region)).where(Organisation.slug == slug)
    )


def edition(name: str) -> Edition | None:
    """The edition of this address or of this year."""
    rows = select(Edition).where((Edition.slug == name) | (func.to_char(Edition.starts_on, "YYYY") == name))
    return db.session.scalars(rows.order_by(Edition.slug != name, Edition.id)).first()


# ── The files dropped ──


def mapping(organisation_id: int, mark: str) -> ImportMapping | None:
    """What the organisation said of these headings."""
    rows = select(ImportMapping).where(ImportMapping.organisation_id == organisation_id, ImportMapping.headings == mark)
    return db.session.scalar(rows)


def run_or_404(slug: str, key: str) -> ProgrammeImport:
    """The import at this address, with what was read of it and without its file."""
    rows = select(ProgrammeImport).join(ProgrammeImport.organisation)
    found: ProgrammeImport = db.first_or_404(
        rows.where(Organisation.slug == slug, ProgrammeImport.key == key).options(*_WHOLE_RUN)
    )
    return found


def locked_run(run_id: int) -> ProgrammeImport:
    """The import, held until the transaction ends, as it is now."""
    rows = select(ProgrammeImport).where(ProgrammeImport.id == run_id).with_for_update(of=ProgrammeImport)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def run_to_work_on(run_id: int) -> ProgrammeImport | None:
    """The import, if it still waits for the worker and no other one is at it; ours until the transaction ends."""
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(_RUNS, run_id))):
        return None
    rows = select(ProgrammeImport).where(ProgrammeImport.id == run_id, ProgrammeImport.state.in_(_WAITING))
    return db.session.scalar(rows.options(*_WHOLE_RUN, undefer(ProgrammeImport.content)))


def waiting_runs() -> Sequence[int]:
    """The imports that wait for the worker, oldest first."""
    return db.session.scalars(
        select(ProgrammeImport.id).where(ProgrammeImport.state.in_(_WAITING)).order_by(ProgrammeImport.id)
    ).all()


def old_runs(before: datetime) -> Sequence[ProgrammeImport]:
    """The imports dropped before this moment whose file is still kept."""
    rows = select(ProgrammeImport).where(ProgrammeImport.created_at < before, ProgrammeImport.content.is_not(None))
    return db.session.scalars(rows.with_for_update(skip_locked=True)).all()
