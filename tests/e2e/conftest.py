"""The service, as `make run` starts it, and people with browsers."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from config import ROOT, Config
from planner.app import create_app
from planner.db import db
from tests.e2e.service import Service
from tests.e2e.visitor import Visitor, launch


@pytest.fixture(scope="session")
def service(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory, new_database) -> Iterator[Service]:
    """Everything running, with the demonstration data, over a database made and dropped."""
    folder = tmp_path_factory.mktemp("service")
    names = ("REDIS_URL", "DSFR_DIST", "SECRET_KEY", "MAIL_SENDER")
    own = {name: settings[name] for name in names}
    with new_database() as url, Service(folder, own | {"DATABASE_URL": url}) as running:
        yield running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows the end of the service's log."""
    report = yield
    running = getattr(item, "funcargs", {}).get("service")
    if report.failed and running:
        report.sections.append(("the service's log", running.last_words))
    return report


@pytest.fixture(scope="session")
def inside(service: Service) -> Iterator[Flask]:
    """The application over the same database, for what only a clock or the journal can show."""
    app = create_app(Config.from_environment(service.settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where the pictures of the pages are left: var/screenshots, without those of an earlier run."""
    folder = ROOT / os.environ.get("DATA_DIR", "var") / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for picture in folder.glob("*.png"):
        picture.unlink()
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def arrive(browser: Browser, service: Service, screenshots: Path) -> Iterator[Callable[..., Visitor]]:
    """Somebody comes, with a browser of their own: `arrive(has_script=False)`."""
    came: list[Visitor] = []

    def one(*, has_script: bool = True) -> Visitor:
        came.append(Visitor(browser, service.base_url, screenshots, has_script=has_script))
        return came[-1]

    yield one
    for visitor in came:
        visitor.context.close()
    assert [fault for visitor in came for fault in visitor.faults] == []
