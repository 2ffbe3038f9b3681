"""What a picture must be to be kept: its kind, its weight, its size, in words when it is not."""

from planner.errors import RuleViolation

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_WIDTH, LEAST_HEIGHT = 600, 300  # pixels
WIDEST = 1600  # pixels, as it is kept


class NotAPicture(RuleViolation):
    message = (
        "Ce fichier n’est pas une image JPEG, PNG ou WebP. "
        "Enregistrez la vôtre dans un de ces formats, puis choisissez-la de nouveau."
    )


class PictureTooHeavy(RuleViolation):
    message = "Cette image pèse plus de 5\u00a0Mo\u00a0: réduisez-la, puis choisissez-la de nouveau."


class PictureTooLarge(RuleViolation):
    message = "Cette image a plus de 40\u00a0millions de pixels\u00a0: réduisez-la, puis choisissez-la de nouveau."


class PictureTooSmall(RuleViolation):
    def __init__(self, width: int, height: int) -> None:
        super().__init__(
            f"Cette image fait {width}\u00a0×\u00a0{height}\u00a0pixels\u00a0: "
            f"il en faut au moins {LEAST_WIDTH}\u00a0×\u00a0{LEAST_HEIGHT} pour qu’elle soit nette."
        )


class PictureGone(RuleViolation):
    message = "L’image n’est plus là\u00a0: choisissez-la de nouveau."


def check_weight(size: int) -> None:
    """Refuse more bytes than a picture may have."""
    if size > MOST_BYTES:
        raise PictureTooHeavy


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture too large to be opened safely; the file may say so in a few bytes."""
    if width * height > MOST_PIXELS:
        raise PictureTooLarge


def check_size(width: int, height: int) -> None:
    """Refuse a picture too small for the page."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        raise PictureTooSmall(width, height)
