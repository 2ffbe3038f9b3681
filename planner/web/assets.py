"""The files of the pages: DSFR's and ours, served by WhiteNoise at addresses that change with their content.

`{{ asset('dsfr/dsfr.min.css') }}` gives `/static/dsfr/<version>/dsfr.min.css`, which browsers keep for ever. Files
compressed beforehand (`python -m whitenoise.compress`) are sent as they are.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise

OWN_FILES = Path(__file__).resolve().parent.parent / "static"
A_YEAR = 365 * 24 * 60 * 60

_PREFIXES = "planner.assets"


class AssetsMissing(Exception):
    """The files of DSFR are not where the settings say."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"No DSFR files in {folder}: run “make run” once, or set DSFR_DIST to their folder")


def init_app(app: Flask) -> None:
    """Serve both folders and give the templates `asset`."""
    folders = {"dsfr": Path(app.config["DSFR_DIST"]), "app": OWN_FILES}
    app.extensions[_PREFIXES] = prefixes = {}
    server = WhiteNoise(app.wsgi_app, max_age=A_YEAR, immutable_file_test=_is_versioned, add_headers_function=_protect)
    for name, folder in folders.items():
        if folder.is_dir():
            prefixes[name] = f"/static/{name}/{_version(folder)}"
            server.add_files(str(folder), prefixes[name])
    app.wsgi_app = server  # type: ignore[method-assign]  # how Flask says to add a middleware
    app.jinja_env.globals["asset"] = asset


def check(app: Flask) -> None:
    """Refuse to start a web server without the files of DSFR; commands and workers do without them."""
    if "dsfr" not in app.extensions[_PREFIXES]:
        raise AssetsMissing(app.config["DSFR_DIST"])


def asset(path: str) -> str:
    """The address of a file: `dsfr/…` of DSFR's folder, `app/…` of `planner/static`."""
    name, _, file = path.partition("/")
    prefixes: dict[str, str] = current_app.extensions[_PREFIXES]
    if name not in prefixes:
        raise AssetsMissing(current_app.config["DSFR_DIST"])
    return f"{prefixes[name]}/{file}"


def _version(folder: Path) -> str:
    """A name for the content of the folder's style sheets, scripts and pictures at its top."""
    digest = hashlib.sha256()
    for file in _top_files(folder):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:10]


def _top_files(folder: Path) -> Iterable[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and file.suffix not in {".gz", ".br"})


def _is_versioned(_path: str, url: str) -> bool:
    return url.startswith("/static/")


def _protect(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
