"""Reads of the pictures."""

from flask import abort
from sqlalchemy import select

from planner.db import db
from planner.images.models import Image


def content(digest: str) -> bytes:
    """The WebP of this digest, or 404; one statement."""
    found: bytes | None = db.session.scalar(select(Image.content).where(Image.digest == digest))
    return abort(404) if found is None else found
