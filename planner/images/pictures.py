"""A file made into a picture that is safe to serve: opened by its content, turned upright, drawn again in WebP."""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from planner.images import rules

QUALITY = 82
_SRGB = ImageCms.createProfile("sRGB")
# What Pillow raises over files that are not what they say; the last two are its own guard.
_UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept and served. `digest` is the SHA-256 of `content`, in hexadecimal; sizes in pixels."""

    digest: str
    width: int
    height: int
    content: bytes


def read(file: bytes) -> Picture:
    """The picture of this file, in WebP, upright, at most 1,600 pixels wide and high, and nothing else of the file.

    Refuses `PictureTooHeavy`, `NotAPicture`, `PictureTooLarge`, `PictureTooSmall`.
    """
    rules.check_weight(len(file))
    try:
        with Image.open(BytesIO(file), formats=rules.FORMATS) as opened:
            rules.check_pixels(*opened.size)
            upright = ImageOps.exif_transpose(opened)
            rules.check_size(*upright.size)
            drawn = _in_srgb(upright)
    except _BOMBS as error:
        raise rules.PictureTooLarge from error
    except _UNREADABLE as error:
        raise rules.NotAPicture from error
    drawn.thumbnail((rules.WIDEST, rules.WIDEST))
    kept = BytesIO()
    drawn.save(kept, "WEBP", quality=QUALITY, exif=b"", xmp=b"", icc_profile=b"")
    content = kept.getvalue()
    return Picture(sha256(content).hexdigest(), *drawn.size, content)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The pixels alone, in the colours of the web: the profile of the camera goes with the rest of the metadata."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            turned = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError):
            turned = None  # a profile that nobody can read changes nothing
        image = turned or image
    return image.convert(mode)
