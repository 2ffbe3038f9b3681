"""`make run`, without its set-up: everything starts, says where it is, survives a kill and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from config import ROOT, Config
from planner import embedded

PATIENCE = 120  # seconds; a dozen on an idle machine


@pytest.fixture
def ports() -> dict[str, str]:
    """Three ports that were free a moment ago."""
    with socket.socket() as web, socket.socket() as page, socket.socket() as mail:
        for probe in (web, page, mail):
            probe.bind(("127.0.0.1", 0))
        names = ("PORT", "MAILBOX_PORT", "MAIL_PORT")
        return {name: str(probe.getsockname()[1]) for name, probe in zip(names, (web, page, mail), strict=True)}


@pytest.fixture
def environment(ports: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A machine of its own for the launcher: empty settings win over those of a file .env."""
    unset = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "MAIL_HOST", "BASE_URL", "ENVIRONMENT", "SECRET_KEY"), "")
    dsfr = str(Config.from_environment().DSFR_DIST)
    return {**os.environ, **unset, **ports, "DATA_DIR": str(tmp_path / "data"), "DSFR_DIST": dsfr}


@pytest.fixture
def launch(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the launcher; its words go to `log`."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with log(tmp_path).open("wb") as output:
            command = [sys.executable, "-m", "planner.launcher"]
            started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait(PATIENCE)
    embedded.remove(tmp_path / "data")


def log(folder: Path) -> Path:
    return folder / "log"


def wait_for_welcome(folder: Path, launcher: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while "Ctrl-C stops it." not in log(folder).read_text():
        assert launcher.poll() is None, log(folder).read_text()
        assert time.monotonic() < deadline, log(folder).read_text()
        time.sleep(0.1)
    return log(folder).read_text()


def still_running(environment: dict[str, str]) -> list[str]:
    """The programs started over this data folder, the servers included."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            marked = process.environ().get("PLANNER_RUN") == environment["DATA_DIR"]
        except psutil.Error:
            continue
        if marked or any(environment["DATA_DIR"] in word for word in words):
            found.append(" ".join(words))
    return found


def refused(environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "planner.launcher"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr.strip()


def test_a_busy_port_is_told_with_its_setting(environment: dict[str, str]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["MAIL_PORT"])))
        other.listen()
        instead = int(environment["MAIL_PORT"]) + 10

        sentence = (
            f"Port {environment['MAIL_PORT']} is not free: choose another one, such as make run MAIL_PORT={instead}."
        )
        assert refused(environment) == sentence
    assert still_running(environment) == []


def test_the_same_port_twice_is_told(environment: dict[str, str]):
    port = environment["PORT"]

    sentence = (
        f"Two settings give the same port (PORT={port}, MAILBOX_PORT={port}, MAIL_PORT={environment['MAIL_PORT']})"
    )
    assert refused({**environment, "MAILBOX_PORT": port}) == f"{sentence}: change one of them."


def test_a_setting_that_cannot_be_read_is_told(environment: dict[str, str]):
    sentence = "The settings are not complete (development): PORT must be a whole number, not “eight”."

    assert refused({**environment, "PORT": "eight"}) == sentence


def test_everything_starts_recovers_from_a_kill_and_stops(
    launch: Callable[[], subprocess.Popen[bytes]], environment: dict[str, str], tmp_path: Path
):
    launcher = launch()
    welcome = wait_for_welcome(tmp_path, launcher)
    assert f"The service   http://localhost:{environment['PORT']}\n" in welcome
    assert f"Its mails     http://localhost:{environment['MAILBOX_PORT']}\n" in welcome
    assert "moderation.ditp@example.org" in welcome
    for port in (environment["PORT"], environment["MAILBOX_PORT"]):
        with urlopen(f"http://127.0.0.1:{port}/", timeout=20) as page:
            assert page.status == 200
    assert refused(environment).startswith(f"It already runs over {environment['DATA_DIR']}.")

    launcher.kill()
    launcher.wait()
    again = launch()
    welcome = wait_for_welcome(tmp_path, again)
    assert "processes that an interrupted run left behind…" in welcome
    assert "Les données de démonstration sont déjà là" in welcome

    again.send_signal(signal.SIGINT)
    assert again.wait(PATIENCE) == 0
    assert log(tmp_path).read_text().endswith("Stopped. The data are kept; make run finds them again.\n")
    assert still_running(environment) == []
