"""Text written by labs, in Markdown, made into HTML that is safe in our pages and reads well in their outline."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "pre", "hr", "h3", "h4", "h5", "h6"}
_SCHEMES = {"http", "https", "mailto"}

# No HTML of theirs, no image: pictures of other sites would tell them who reads us.
_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block", "html_inline"])


def markdown(text: str, top: int = 3) -> Markup:
    """The HTML of the text. Its headings begin at `top` and never skip a level, whatever was typed."""
    tokens = _reader.parse(text)
    _outline(tokens, top)
    html = _reader.renderer.render(tokens, _reader.options, {})
    return Markup(  # noqa: S704  # cleaned in the same breath
        nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="nofollow noopener")
    )


def _outline(tokens: list[Token], top: int) -> None:
    """Give each heading the level of its depth, so that a page has one outline without holes."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            depth = len(above)
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(top + depth, 6)}"
