"""The address of a picture, which never changes what it shows."""

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from planner.images import queries
from planner.web.access import public

bp = Blueprint("images", __name__)

A_YEAR = 365 * 24 * 60 * 60


@bp.get("/images/<digest>.webp")
@public
def image(digest: str) -> ResponseReturnValue:
    """The picture of this digest, for everybody to keep."""
    response = make_response(queries.content(digest))
    response.mimetype = "image/webp"
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.set_etag(digest)
    return response.make_conditional(request)
