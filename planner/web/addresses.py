"""Addresses of pages that people type in forms."""

from typing import Any
from urllib.parse import urlsplit

from wtforms.validators import ValidationError


def web_address(_form: Any, field: Any) -> None:
    """A validator: only an address that a page may link to."""
    try:
        address = urlsplit(field.data)
    except ValueError:
        address = None
    if not address or address.scheme not in {"http", "https"} or "." not in address.netloc or " " in field.data:
        raise ValidationError(field.gettext("Invalid URL."))
