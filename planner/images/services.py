"""Pictures kept, each once."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from planner import clock
from planner.db import db
from planner.images.models import Image
from planner.images.pictures import Picture
from planner.images.rules import PictureGone


def keep(picture: Picture) -> None:
    """Keep the picture, unless it is there already; `digest` then names it."""
    row = insert(Image).values(**vars(picture), created_at=clock.now())
    db.session.execute(row.on_conflict_do_nothing(index_elements=[Image.digest]))


def held(digest: str) -> Image:
    """The picture of this digest, which stays until the transaction ends; `PictureGone` when it is not there."""
    found = select(Image).where(Image.digest == digest).with_for_update(read=True, key_share=True)
    image: Image | None = db.session.scalar(found)
    if image is None:
        raise PictureGone(field="upload")
    return image
