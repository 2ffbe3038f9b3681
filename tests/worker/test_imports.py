"""A long file: dropped here, read and written by a worker process."""

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from planner.db import db, transaction
from planner.events.models import Event
from planner.imports import runs
from planner.imports.models import ImportState, ProgrammeImport
from planner.mail import queue
from planner.programmes.models import EventLog
from planner.web.rights import Actor, Role
from tests.factories import EditionFactory, MembershipFactory
from tests.worker.conftest import eventually, type_of_start


def state() -> tuple[ImportState, int]:
    with db.engine.connect() as connection:
        found = connection.execute(select(ProgrammeImport.state, ProgrammeImport.done)).one()
        return found.state, found.done


def test_a_long_file_is_read_then_written_by_the_worker(committed: Flask, start: type_of_start) -> None:
    member, edition = MembershipFactory(), EditionFactory()
    actor = Actor(member.person_id, "", "", memberships={member.organisation_id: Role.EDITOR})
    total = runs.LONG_TO_READ + 1
    content = "\n".join(["Titre;Date", *[f"Atelier {number};12/11/2026" for number in range(total)]]).encode()
    start("worker")

    with transaction():
        run = runs.drop(member.organisation, edition, content, "programme.csv", actor)
    eventually(lambda: state() == (ImportState.READY, total))
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0

    with transaction():
        runs.confirm(run, actor)
    eventually(lambda: state() == (ImportState.APPLIED, total))
    assert db.session.scalar(select(func.count()).select_from(Event)) == total
    people = db.session.execute(select(EventLog.person_id, EventLog.role).distinct()).all()
    assert people == [(member.person_id, Role.EDITOR)]


def test_what_nobody_knocked_for_is_found_by_the_round(committed: Flask, start: type_of_start, broker: Any) -> None:
    member, edition = MembershipFactory(), EditionFactory()
    content = b"Titre;Date\n" + b"Atelier;12/11/2026\n" * (runs.LONG_TO_READ + 1)
    actor = Actor(member.person_id, "", "", memberships={member.organisation_id: Role.EDITOR})
    with transaction():
        runs.drop(member.organisation, edition, content, "programme.csv", actor)
    broker.delete(queue.name(committed.config))
    start("beat")
    start("worker")
    eventually(lambda: state()[0] is ImportState.READY)
