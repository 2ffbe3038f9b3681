"""Pictures, kept in the database: as many web servers as wanted serve them, and one backup holds everything."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from planner import clock
from planner.db import Base


class Image(Base):
    """A picture as it is served. `digest` names its content and its address; the same picture is kept once."""

    __tablename__ = "image"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the content, 64 hexadecimal digits
    width: Mapped[int]  # pixels
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # WebP
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
