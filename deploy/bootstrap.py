# ruff: noqa: INP001 -- a script of its own, run before anything is installed
"""The set-up of `make`, with nothing but Python's own library: .venv, locked dependencies, DSFR's files, a browser.

Each step is done once and again only when what it was made from has changed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT_BROWSER = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")
MADE = ("dsfr", "mailbox", "screenshots", "beat-schedule*", "run")  # what the service leaves under DATA_DIR
ENVIRONMENT = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
PIP = ("-m", "pip", "install", "--require-hashes", "--no-compile", "--no-input", "--retries=2", "--progress-bar=off")
NO_NETWORK = re.compile(r"NewConnection|NameResolution|name resolution|ConnectTimeout|ProxyError|ReadTimeout|timed out")


class SetUpError(Exception):
    """The set-up cannot go on; the sentence says why and what to do."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("requirements", nargs="?", help="the lock to install")
    options.add_argument("--browser", action="store_true", help="find or install a Chromium for the tests")
    options.add_argument("--clean", action="store_true", help="remove what make has made")
    asked = options.parse_args()
    try:
        if asked.clean:
            clean()
        if asked.requirements:
            make_venv()
            install(ROOT / asked.requirements)
            unpack_dsfr(ROOT / "requirements-dsfr.txt")
        if asked.browser:
            have_browser()
    except SetUpError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next make goes on from here.")


def make_venv() -> None:
    """Have a working .venv in this very place: one that was moved with its folder is made again."""
    if run(PYTHON, "-c", "import pip").returncode == 0 and not _was_moved():
        return
    say("Making the Python environment (.venv)…")
    made = run(sys.executable, "-m", "venv", "--clear", VENV)
    if made.returncode and re.search("ensurepip|No module named venv", made.stdout):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SetUpError(f"Python's venv module is missing: install it (on Debian and Ubuntu: apt install {package}).")
    if made.returncode:
        raise SetUpError(f"The Python environment cannot be made: {last_line(made.stdout)}")


def _was_moved() -> bool:
    """Whether .venv was made elsewhere: its programs then point to a place that is no more."""
    command = re.search(r"^command = .* (\S+)$", (VENV / "pyvenv.cfg").read_text(), re.MULTILINE)
    return command is not None and command[1] != str(VENV)


def install(lock: Path) -> None:
    """Install exactly what the lock says, when it has changed since the last time."""
    once(VENV / f"{lock.name}.installed", [lock], lambda: _install(lock))


def _install(lock: Path) -> None:
    total = len(re.findall(r"^\S+==\S+ \\$", lock.read_text(), re.MULTILINE))
    say(f"Installing {total} locked packages (about a minute the first time)…")
    lines: list[str] = []
    done = 0
    with subprocess.Popen(  # noqa: S603 -- our own command, no shell
        [PYTHON, *PIP, "-r", lock],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            if found := re.match(r"Collecting ([\w.-]+)|Processing \S*/([\w.]+)-", line):
                done += 1
                progress(f"  {done}/{total} {found[1] or found[2]}", whole=done % 10 == 0)
            if line.startswith("Installing collected"):
                progress("  writing the files…", whole=True)
    progress("", whole=False)
    if pip.returncode:
        _explain("".join(lines), lock.name)


def _explain(output: str, lock: str) -> None:
    (VENV / "install.log").write_text(output)
    if NO_NETWORK.search(output):
        raise SetUpError("The package index cannot be reached: check the network (or the proxy), then run make again.")
    if "DO NOT MATCH THE HASHES" in output:
        raise SetUpError(f"A package is not the one locked in {lock}: the download or the index is not to be trusted.")
    reason = next((line for line in output.splitlines() if line.startswith("ERROR:")), last_line(output))
    raise SetUpError(f"Installing failed: {reason.removeprefix('ERROR: ')} (all of it in .venv/install.log)")


def unpack_dsfr(lock: Path) -> None:
    """Unpack the State's design system and compress its files beforehand, unless DSFR_DIST says where another is."""
    if setting("DSFR_DIST"):
        return
    folder = data_dir() / "dsfr"
    once(folder / ".unpacked", [lock], lambda: _unpack_dsfr(lock, folder))


def _unpack_dsfr(lock: Path, folder: Path) -> None:
    say("Unpacking the State's design system (DSFR)…")
    shutil.rmtree(folder, ignore_errors=True)
    unpacked = run(PYTHON, *PIP, "--no-deps", "--upgrade", "--target", folder, "-r", lock)
    if unpacked.returncode:
        _explain(unpacked.stdout, lock.name)
    compressed = run(PYTHON, "-m", "whitenoise.compress", "-q", folder / "dsfr/static/dsfr/dist")
    if compressed.returncode:
        raise SetUpError(f"The files of DSFR cannot be compressed: {last_line(compressed.stdout)}")


def have_browser() -> None:
    """Have a Chromium for the browser tests: one that is there, else apt's when we are root, else Playwright's."""
    if browser_found():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium with apt…")
        run("apt-get", "update", "-q")
        run("apt-get", "install", "-qy", "--no-install-recommends", "chromium")
    if not browser_found():
        say("Installing Playwright's Chromium…")
        run(PYTHON, "-m", "playwright", "install", "chromium")
    if not browser_found():
        raise SetUpError(
            "The browser tests need Chromium, which could not be installed: install it (chromium or google-chrome) and "
            "run make again, or run the other tests with .venv/bin/pytest --ignore=tests/e2e tests."
        )


def browser_found() -> bool:
    if any(shutil.which(name) for name in BROWSERS):
        return True
    own = run(PYTHON, "-c", PLAYWRIGHT_BROWSER)
    return own.returncode == 0 and Path(own.stdout.strip()).exists()


def clean() -> None:
    """Remove what make has made, and of DATA_DIR only what is known to be the service's."""
    if PYTHON.exists():
        place = f"from pathlib import Path; from planner import embedded; embedded.remove(Path({str(data_dir())!r}))"
        erased = run(PYTHON, "-c", place)
        if erased.returncode:
            raise SetUpError(last_line(erased.stdout).partition(": ")[2])
    made = (path for pattern in MADE for path in data_dir().glob(pattern))
    for path in (*made, *(ROOT / name for name in CACHES), VENV):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def setting(name: str) -> str:
    """A setting of the environment, or of the file .env."""
    env_file = ROOT / ".env"
    written = re.search(rf"^{name}=(.*)$", env_file.read_text(), re.MULTILINE) if env_file.exists() else None
    return os.environ.get(name) or (written[1].strip().strip("'\"") if written else "")


def data_dir() -> Path:
    return (ROOT / (setting("DATA_DIR") or "var")).resolve()


def once(stamp: Path, sources: Iterable[Path], action: Callable[[], None]) -> None:
    """Act, unless the stamp says that it was done from these very files."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    action()
    stamp.write_text(digest)


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run to the end, out of sight; a program that is not there fails like any other."""
    try:
        return subprocess.run(  # noqa: S603 -- our own commands, no shell
            command,
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, str(error))


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def progress(text: str, *, whole: bool) -> None:
    """One moving line on a terminal; elsewhere only the lines that matter."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K{text}")
        sys.stdout.flush()
    elif whole:
        say(text)


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no explanation was given"


if __name__ == "__main__":
    main()
