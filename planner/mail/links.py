"""Addresses in mails: full, and built from the setting BASE_URL alone.

What a browser says in `Host` is never believed: whoever asks for a mail to be sent must not choose where its links go.
"""

from urllib.parse import urlsplit

from flask import current_app


def link(endpoint: str, *, _anchor: str = "", **values: object) -> str:
    """The full address of a page, in the worker as in the middle of a request; `_anchor` is a place in it."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    address = adapter.build(endpoint, values, force_external=True)
    return f"{address}#{_anchor}" if _anchor else address
