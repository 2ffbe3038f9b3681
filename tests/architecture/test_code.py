"""What the code promises of itself, read in the source: one way to commit, one clock, small files, one home each."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("planner/**/*.py"), *ROOT.glob("worker/**/*.py"), ROOT / "config.py", ROOT / "wsgi.py"])
PRODUCT = [ROOT / "planner", ROOT / "worker", ROOT / "templates"]

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "Procfile",
    "README.md",
    "SECURITY.md",
    "config.py",
    "deploy",
    "docs",
    "migrations",
    "planner",
    "publiccode.yml",
    "pyproject.toml",
    "requirements-dsfr.txt",
    "requirements-test.txt",
    "requirements.txt",
    "templates",
    "tests",
    "worker",
    "wsgi.py",
}
NOT_TRACKED = {
    ".env",
    ".git",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "build",
    "planner.egg-info",
    "var",
}

# Who may end a transaction, and why.
MAY_COMMIT = {
    "planner/db.py": {"commit", "rollback"},  # `transaction()` itself
    "planner/mail/outbox.py": {"rollback"},  # lets the database go before the mail server is called
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        yield relative(path), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func


def test_one_module_commits() -> None:
    found = {
        (name, call.attr)
        for name, tree in parsed()
        for call in calls(tree)
        if call.attr in {"commit", "rollback"} and call.attr not in MAY_COMMIT.get(name, set())
    }
    assert found == set()


def test_services_open_no_transaction() -> None:
    callers = {
        name
        for name, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "transaction"
    }
    allowed = (
        "/views.py",
        "/cli.py",
        "/organiser.py",
        "/renewing.py",
        "/co_organising.py",
        "worker/tasks.py",
        "planner/mail/outbox.py",
    )
    assert {name for name in callers if not name.endswith(allowed)} == set()


def test_there_is_one_clock() -> None:
    """The machine's is read in one place, the database's nowhere: a test moves one clock, and it is the only one."""
    clocks = {f"datetime.{name}" for name in ("now", "utcnow", "today")} | {"date.today"}
    clocks |= {f"datetime.{name}" for name in clocks}
    clocks |= {f"func.{name}" for name in ("now", "current_date", "current_timestamp", "localtimestamp")}
    found = {name for name, tree in parsed() for call in calls(tree) if ast.unparse(call) in clocks}
    assert found == {"planner/clock.py"}


def test_the_service_does_not_know_the_worker() -> None:
    found = {
        name
        for name, tree in parsed()
        for node in ast.walk(tree)
        if name.startswith("planner/")
        and (
            (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "worker")
            or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "worker" for alias in node.names))
        )
    }
    assert found == set()


def test_imports_stand_at_the_top() -> None:
    found = {
        f"{name}:{node.lineno}"
        for name, tree in parsed()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found == set()


@pytest.mark.parametrize("path", [path for path in SOURCES if path.name == "__init__.py"], ids=relative)
def test_a_package_says_what_it_is_and_no_more(path: Path) -> None:
    (only,) = ast.parse(path.read_text()).body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)


def test_files_are_short_enough_to_be_read() -> None:
    files = [
        path for folder in PRODUCT for path in folder.rglob("*") if path.suffix in {".py", ".html", ".txt", ".css"}
    ]
    assert {relative(path): len(path.read_text().splitlines()) for path in files if too_long(path)} == {}


def too_long(path: Path) -> bool:
    return len(path.read_text().splitlines()) > 400


def test_the_top_level_is_the_owner_s() -> None:
    assert {path.name for path in ROOT.iterdir()} - NOT_TRACKED - TOP_LEVEL == set()
