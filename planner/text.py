"""Texts as people type them: folded for search, shortened for addresses, cleaned for e-mail."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'"})
_ELISION = re.compile(r"\b(?:l|d|j|qu|n|s|c|m|t|jusqu|lorsqu|puisqu)'", re.IGNORECASE)


def fold(text: str) -> str:
    """Lower case, without accents, ligatures or French elisions: "L’Été à l’œuvre" gives "ete a oeuvre"."""
    plain = _ELISION.sub("", text.translate(_LIGATURES))
    letters = (char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return " ".join("".join(letters).lower().split())


def slugify(text: str, limit: int = 80) -> str:
    """The text as a part of an address: `[a-z0-9-]`, at most `limit` characters, cut between words; may be empty."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:limit]
        if len(longer) > limit:
            break
        slug = longer
    return slug


def normalise_email(address: str) -> str:
    """The address as it is compared: trimmed, Unicode composed, lower case."""
    return unicodedata.normalize("NFC", address).strip().lower()


def listed(text: str) -> list[str]:
    """The words of a line parted by commas or semicolons, each once."""
    words = (one_line(word) for word in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in words if word))


def one_line(text: str) -> str:
    """The text on one line, without control characters: fit for a header or a calendar value."""
    visible = (char if unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"} else " " for char in text)
    return " ".join("".join(visible).split())
