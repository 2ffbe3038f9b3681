"""The text version of a mail: lines of a readable width, which a phone may join again (RFC 3676, `format=flowed`)."""

import re
import textwrap

WIDTH = 72
_NEEDS_STUFFING = re.compile(r"[ >]|From ")


def flowed(text: str) -> str:
    """The text cut at 72 characters between words; addresses of pages stay whole, lists keep their margin.

    A line that goes on ends with a space, which mail programs read as "join the next one".
    """
    paragraphs = re.sub(r"\n{3,}", "\n\n", text.strip()).splitlines()
    return "".join(f"{line}\n" for paragraph in paragraphs for line in _wrap(paragraph.rstrip()))


def _wrap(paragraph: str) -> list[str]:
    lines = textwrap.wrap(
        paragraph,
        WIDTH,
        subsequent_indent="  " if paragraph.startswith("- ") else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    stuffed = [f" {line}" if _NEEDS_STUFFING.match(line) else line for line in lines] or [""]
    return [f"{line} " for line in stuffed[:-1]] + stuffed[-1:]
