"""Links that carry a right: `<key><seal>`, of which the database keeps only the key.

The key is random and finds the row; the seal is an HMAC of it under SECRET_KEY. A copy of the database therefore opens
nothing, and a mail can be written again at any time, which a stored hash would forbid (docs/decisions/0002).
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app

_KEY_LENGTH = 22  # characters: 16 random bytes in base64url without padding


def new_key() -> str:
    """A random key of 128 bits, 22 characters, to be kept in a unique column."""
    return secrets.token_urlsafe(16)


def seal(purpose: str, key: str) -> str:
    """The token for this key: to be sent, never stored. `purpose` keeps one kind of link from opening another."""
    return key + _mac(purpose, key, str(current_app.config["SECRET_KEY"]))


def open_sealed(purpose: str, token: str) -> str | None:
    """The key of a token made by `seal` for this purpose, or None when it was not."""
    key, mac = token[:_KEY_LENGTH], token[_KEY_LENGTH:]
    secret_keys = [
        current_app.config["SECRET_KEY"],
        *(current_app.config.get("SECRET_KEY_FALLBACKS") or []),
    ]
    if token.isascii() and any(hmac.compare_digest(mac, _mac(purpose, key, str(secret))) for secret in secret_keys):
        return key
    return None


def mark(purpose: str, number: int) -> str:
    """An opaque name for the row of this number: fit for an address, it tells nothing of the number. It opens nothing.

    The row is found by marking those among which it may be.
    """
    return _mac(f"mark:{purpose}", str(number), str(current_app.config["SECRET_KEY"]))[:_KEY_LENGTH]


def _mac(purpose: str, key: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), f"{purpose}:{key}".encode(), sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
