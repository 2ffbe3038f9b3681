"""Pictures: what is taken, what is refused, what is left of the file, and how long nobody's picture stays."""

import zlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageCms
from sqlalchemy import select

from planner import clock
from planner.db import db
from planner.images import pictures, services
from planner.images.models import Image
from planner.images.rules import (
    MOST_BYTES,
    NotAPicture,
    PictureGone,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooSmall,
)
from planner.programmes import services as programmes
from planner.programmes.models import Revision
from tests.factories import EventFactory

LYON = {1: "N", 2: (45.0, 45.0, 0.0), 3: "E", 4: (4.0, 50.0, 0.0)}  # GPSLatitudeRef, GPSLatitude…


def file(kind: str = "JPEG", size: tuple[int, int] = (800, 400), mode: str = "RGB", **options: Any) -> bytes:
    written = BytesIO()
    Pillow.new(mode, size, options.pop("colour", "navy")).save(written, kind, **options)
    return written.getvalue()


def opened(picture: pictures.Picture) -> Pillow.Image:
    return Pillow.open(BytesIO(picture.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_in_webp_whatever_it_was(kind: str):
    picture = pictures.read(file(kind))
    assert (opened(picture).format, opened(picture).size) == ("WEBP", (800, 400))
    assert (picture.width, picture.height, len(picture.digest)) == (800, 400, 64)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PNG",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400"><script>alert(1)</script></svg>',
        file("GIF", mode="P", colour=0),
        file("TIFF"),
        file("BMP"),
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100),
        b"%PDF-1.7\n",
        file("JPEG")[:500],  # cut short
        file("PNG")[:60],
        b"\x89PNG\r\n\x1a\n" + bytes(200),
    ],
    ids=["nothing", "a word", "SVG", "GIF", "TIFF", "BMP", "HEIC", "PDF", "half a JPEG", "half a PNG", "a signature"],
)
def test_what_is_not_a_jpeg_a_png_or_a_webp_is_refused(content: bytes):
    with pytest.raises(NotAPicture):
        pictures.read(content)


def test_the_content_counts_not_the_name():
    assert opened(pictures.read(file("PNG") + b"<script>alert(1)</script>")).format == "WEBP"
    assert b"script" not in pictures.read(file("PNG") + b"<script>alert(1)</script>").content


def test_the_weight_has_a_limit_on_both_sides():
    small = file()
    assert pictures.read(small + bytes(MOST_BYTES - len(small))).width == 800
    with pytest.raises(PictureTooHeavy):
        pictures.read(small + bytes(MOST_BYTES - len(small) + 1))


@pytest.mark.parametrize(("size", "is_taken"), [((600, 300), True), ((599, 300), False), ((600, 299), False)])
def test_the_size_has_a_floor_on_both_sides(size: tuple[int, int], is_taken: bool):  # noqa: FBT001
    if is_taken:
        assert pictures.read(file(size=size)).width == 600
    else:
        with pytest.raises(PictureTooSmall, match=f"{size[0]}\u00a0×\u00a0{size[1]}"):
            pictures.read(file(size=size))


@pytest.mark.parametrize("size", [(8000, 5001), (12_000, 12_000), (20_000, 20_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_opened(size: tuple[int, int]):
    """Over our limit, over Pillow's warning, over Pillow's refusal."""
    header = bytearray(file("PNG", (600, 300), "1", colour=0))
    width, height = (number.to_bytes(4, "big") for number in size)
    header[16:24] = width + height
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(PictureTooLarge):
        pictures.read(bytes(header))


def test_a_wide_picture_is_drawn_smaller_and_a_small_one_never_larger():
    assert pictures.read(file(size=(3200, 1000))).width == 1600
    assert (pictures.read(file(size=(700, 3200))).height) == 1600
    assert pictures.read(file(size=(601, 301))).width == 601


def test_a_picture_is_turned_upright_and_nothing_tells_where_it_was_taken():
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Appareil de test"
    exif.get_ifd(0x8825).update(LYON)
    taken = file(size=(400, 700), exif=exif, comment=b"secret")
    with Pillow.open(BytesIO(taken)) as before:
        assert dict(before.getexif().get_ifd(0x8825))[1] == "N"

    picture = pictures.read(taken)

    after = opened(picture)
    assert after.size == (700, 400)
    assert (dict(after.getexif()), after.info.get("exif"), after.info.get("xmp")) == ({}, None, None)
    assert not any(word in picture.content for word in (b"Appareil", b"EXIF", b"XMP ", b"ICCP", b"secret"))


def test_the_colours_of_a_camera_are_those_of_the_web():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc_profile in (srgb, b"not a profile"):
        after = opened(pictures.read(file("PNG", icc_profile=icc_profile))).convert("RGB")
        assert after.info.get("icc_profile") is None
        assert after.getpixel((10, 10)) == pytest.approx((0, 0, 128), abs=4)


@pytest.mark.parametrize(
    ("kind", "mode", "colour", "becomes"),
    [
        ("PNG", "RGBA", (0, 0, 128, 0), "RGBA"),
        ("PNG", "LA", (10, 0), "RGBA"),
        ("PNG", "P", 0, "RGB"),
        ("PNG", "L", 10, "RGB"),
        ("PNG", "1", 1, "RGB"),
        ("JPEG", "CMYK", (0, 0, 0, 0), "RGB"),
    ],
)
def test_every_way_of_colouring_is_read(kind: str, mode: str, colour: Any, becomes: str):
    assert opened(pictures.read(file(kind, mode=mode, colour=colour))).mode == becomes


# ── Kept ──


def test_the_same_picture_is_kept_once(context: Any):
    for _ in range(2):
        services.keep(pictures.read(file()))
    other = pictures.read(file(colour="red"))
    services.keep(other)
    assert len(db.session.scalars(select(Image)).all()) == 2
    assert services.held(other.digest).width == 800


def test_a_picture_that_is_no_longer_there_is_said(context: Any):
    with pytest.raises(PictureGone):
        services.held("0" * 64)


def test_a_picture_that_nothing_shows_is_erased_after_a_day(context: Any):
    used, wanted, refused, fresh, unused = (
        Image(digest=str(number) * 64, width=600, height=300, content=b"", created_at=clock.now() - timedelta(days=age))
        for number, age in enumerate([9, 9, 9, 0, 2])
    )
    db.session.add_all([used, wanted, refused, fresh, unused])
    event = EventFactory(image=used)
    common = {"event_id": event.id, "base_version": 1}
    db.session.add(Revision(changes={"image": wanted.digest}, **common))
    db.session.add(Revision(changes={"image": refused.digest}, status="refused", decided_at=clock.now(), **common))
    db.session.commit()

    assert programmes.erase_unused_images() == 2
    assert programmes.erase_unused_images() == 0

    left = db.session.scalars(select(Image.digest).order_by(Image.digest)).all()
    assert left == [used.digest, wanted.digest, fresh.digest]
