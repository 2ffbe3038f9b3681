"""`make run`: the whole service on one machine, with its own servers, a local mailbox and demonstration data.

`python -m planner.launcher` runs the Procfile's processes and the mailbox until Ctrl-C, then stops all it started. It
is for trying, never for production: see `deploy/`.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from honcho import environ as procfile
from honcho.manager import Manager

from config import Config, ConfigurationError
from planner import embedded

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
PROCESSES = ("web", "worker", "beat")
MAILBOX = "python -m planner.mail.mailbox"
OURS = "PLANNER_RUN"  # the environment of all that is started here says for which data folder
RULE = "─" * 78
PATIENCE = 120  # seconds for the first page
GRACE = 5  # seconds to end, for what a killed launcher left behind


class LauncherError(Exception):
    """The service cannot be started here; the sentence says why and what to do."""


def main() -> None:
    """Run until Ctrl-C; leave with 0 when asked to stop, 1 when something failed."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        environment = {**_env_file(ROOT / ".env"), **os.environ}
        config = Config.from_environment(environment)
        _mark(environment, config.DATA_DIR)
        run(config, environment)
    except (LauncherError, ConfigurationError, embedded.EmbeddedError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        say("Stopped.")


def run(config: Config, environment: dict[str, str]) -> None:
    """Start everything in order, and stop it in the other order."""
    if config.ENVIRONMENT == "production":
        raise LauncherError("make run is for trying; in production use the units of deploy/ or the Procfile.")
    with ExitStack() as started:
        started.enter_context(_only_one(config))
        _stop_leftovers(config.DATA_DIR)
        _check_ports(config, environment)
        if not environment.get("DATABASE_URL"):
            say("Starting PostgreSQL…")
            environment["DATABASE_URL"] = started.enter_context(embedded.postgresql(config.DATA_DIR))
        if not environment.get("REDIS_URL"):
            say("Starting Valkey…")
            environment["REDIS_URL"] = started.enter_context(embedded.valkey(config.DATA_DIR))
        say("Preparing the database…")
        _flask(environment, "db", "upgrade")
        say("Loading the demonstration data, if there are none yet…")
        _flask(environment, "demonstration", "load", shown=True)
        say("Starting the web server, the worker, the scheduler and the mailbox…")
        _run_processes(config, environment)
    say("Stopped. The data are kept; make run finds them again.")


def _run_processes(config: Config, environment: Mapping[str, str]) -> None:
    manager = Manager()
    commands = dict(procfile.parse_procfile((ROOT / "Procfile").read_text()).processes)
    if _has_mailbox(environment):
        commands["mailbox"] = MAILBOX
    for name in (*PROCESSES, "mailbox"):
        if name in commands:
            manager.add_process(name, f"exec {commands[name]}", env=dict(environment), cwd=str(ROOT))
    threading.Thread(target=_announce, args=(config, environment), daemon=True).start()
    manager.loop()
    if manager.returncode not in {0, 130, 143}:
        raise LauncherError("One of the programs stopped by itself, so all were: its last lines above say why.")


def _has_mailbox(environment: Mapping[str, str]) -> bool:
    """Mails stay on this machine, unless the settings name a mail server."""
    return not environment.get("MAIL_HOST")


def _announce(config: Config, environment: Mapping[str, str]) -> None:
    """Wait for the first page, then say where everything is."""
    time.sleep(1)  # the manager forks first: a fork and a busy thread do not go together
    accounts = _accounts(environment)
    for _ in range(PATIENCE * 5):
        if _is_up(config):
            say(_welcome(config, environment, accounts))
            return
        time.sleep(0.2)
    say(f"\nNo answer from {config.BASE_URL} after {PATIENCE} seconds: the lines above say why.")


def _accounts(environment: Mapping[str, str]) -> str:
    """One line per demonstration account; none when they were removed, which is no reason to stop."""
    try:
        return _flask(environment, "demonstration", "accounts")
    except LauncherError:
        return ""


def _welcome(config: Config, environment: Mapping[str, str], accounts: str) -> str:
    lines = ["", RULE, f"  The service   {config.BASE_URL}"]
    if _has_mailbox(environment):
        lines.append(f"  Its mails     http://localhost:{config.MAILBOX_PORT}")
    lines.append(f"  Its data      {config.DATA_DIR}")
    if accounts:
        lines += ["", "  Sign in with one of these addresses, then open the mailed link:"]
    for account in accounts.splitlines():
        role, _, address = account.partition("\t")
        lines.append(f"    {role:<28} {address}")
    return "\n".join([*lines, "", "  Ctrl-C stops it.", RULE, ""])


def _is_up(config: Config) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{config.PORT}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


def _flask(environment: Mapping[str, str], *command: str, shown: bool = False) -> str:
    """What a `flask` command prints, unless it is shown as it comes."""
    done = subprocess.run(  # noqa: S603 -- our own commands, no shell
        [sys.executable, "-m", "flask", *command],
        cwd=ROOT,
        env=dict(environment),
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        say(done.stderr or "")
        raise LauncherError(f"“flask {' '.join(command)}” failed: its last lines above say why.")
    return done.stdout or ""


def _check_ports(config: Config, environment: Mapping[str, str]) -> None:
    wanted = {"PORT": config.PORT}
    if _has_mailbox(environment):
        wanted |= {"MAILBOX_PORT": config.MAILBOX_PORT, "MAIL_PORT": config.MAIL_PORT}
    if len(set(wanted.values())) < len(wanted):
        ports = ", ".join(f"{name}={port}" for name, port in wanted.items())
        raise LauncherError(f"Two settings give the same port ({ports}): change one of them.")
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                free = f"{name}={port + 10}"
                raise LauncherError(f"Port {port} is not free: choose another one, such as make run {free}.") from None


@contextmanager
def _only_one(config: Config) -> Iterator[None]:
    """One launcher per data folder; the system lets the lock go when the process dies, however it dies."""
    path = config.DATA_DIR / "run" / "launcher"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = "make run PORT=8010 MAIL_PORT=1035 DATA_DIR=var2"
            raise LauncherError(f"It already runs over {config.DATA_DIR}. For a second one: {other}.") from None
        yield


def _mark(environment: Mapping[str, str], data_dir: Path) -> None:
    """Start again under our mark, once: it is by their mark that leftovers are known to be ours."""
    if environment.get(OURS) != str(data_dir):
        path = f"{PROGRAMS}{os.pathsep}{environment.get('PATH', os.defpath)}"
        marked = {**environment, OURS: str(data_dir), "DATA_DIR": str(data_dir), "PATH": path}
        os.execve(sys.executable, [sys.executable, "-m", "planner.launcher"], marked)  # noqa: S606 -- ourselves


def _stop_leftovers(data_dir: Path) -> None:
    """End what a killed launcher of this data folder left running; its embedded servers are kept and used again."""
    running = (process for process in psutil.process_iter() if process.pid != os.getpid())
    leftovers = [process for process in running if _is_ours(process, data_dir)]
    if not leftovers:
        return
    say(f"Stopping {len(leftovers)} processes that an interrupted run left behind…")
    for process in leftovers:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(leftovers, timeout=GRACE)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _is_ours(process: psutil.Process, data_dir: Path) -> bool:
    try:
        return bool(process.environ().get(OURS) == str(data_dir))
    except (psutil.Error, OSError):
        return False


def _env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        return dict(procfile.parse(path.read_text()))
    except ValueError as error:
        raise LauncherError(f"{path} cannot be read ({error}): put values with spaces between quotes.") from None


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
