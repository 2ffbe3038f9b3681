"""A mail server, a broker left clean, and the service's background processes."""

import os
import signal
import subprocess
import sys
import time as clocks
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from planner.mail import queue, wake
from tests.worker.smtp import MailServer

ROOT = Path(__file__).resolve().parents[2]


def eventually(truth: Callable[[], object], seconds: float = 20) -> None:
    """Wait until this is true."""
    end = clocks.monotonic() + seconds
    while not truth():
        assert clocks.monotonic() < end, f"not true after {seconds} s"
        clocks.sleep(0.02)


class Process:
    """A background process of the service, with a group of its own and its log in a file."""

    def __init__(self, log: Path, environment: dict[str, str], *arguments: str) -> None:
        self._log = log
        with log.open("w") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.worker.service", *arguments, "--loglevel", "INFO"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **environment},
                stderr=stream,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text()

    def says(self, words: str) -> bool:
        assert self._process.poll() is None, self.log
        return words in self.log

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


type_of_start = Callable[..., Process]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server on loopback, empty."""
    server = MailServer()
    server.controller.start()
    yield server
    server.held_after = None
    server.controller.stop()


@pytest.fixture
def broker(committed: Flask) -> Iterator[Any]:
    """The real broker, by its own client; nothing of ours is left in it."""
    name = queue.name(committed.config)
    with wake._sender().connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete(name)
        yield client
        client.delete(name, f"_kombu.binding.{name}", f"_kombu.binding_permanent.{name}")
        for tag, task in client.hgetall("unacked").items():
            if name.encode() in task:
                client.hdel("unacked", tag)
                client.zrem("unacked_index", tag)


@pytest.fixture
def start(settings: dict[str, str], broker: Any, mail_server: MailServer, tmp_path: Path) -> Iterator[type_of_start]:
    """Start a process of the service: `start("worker")` returns when it is ready for work."""
    environment = settings | {"MAIL_PORT": str(mail_server.port), "DATA_DIR": str(tmp_path)}
    started: list[Process] = []

    def start_one(kind: str) -> Process:
        lonely = ["--concurrency=1", "--without-mingle", "--without-gossip"] if kind == "worker" else []
        process = Process(tmp_path / f"{kind}{len(started)}.log", environment, kind, *lonely)
        started.append(process)
        eventually(lambda: process.says(" ready."))
        return process

    yield start_one
    for process in started:
        process.kill()
