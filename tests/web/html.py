"""A page as a visitor gets it: `check_page(html)` refuses what no page may have, and helps to read the rest."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib

_REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls")
_INLINE = {"a", "abbr", "b", "code", "em", "i", "label", "small", "span", "strong", "sub", "sup", "time"}
_NOT_ASKED = {"hidden", "submit", "button", "reset", "image"}


@dataclass
class Form:
    """A form of the page: where it goes, and what it would send as it stands (buttons apart)."""

    action: str
    method: str
    values: dict[str, str | list[str]]
    buttons: list[str]


class Page:
    """What a page says."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.by_id = {element.get("id"): element for element in root.iter() if element.get("id")}

    @property
    def title(self) -> str:
        return text_of(self.find("title"))

    @property
    def h1(self) -> str:
        return text_of(self.find("h1"))

    @property
    def text(self) -> str:
        """The words of the main part, on one line."""
        return text_of(self.find("main"))

    @property
    def links(self) -> dict[str, str]:
        """The links of the main part: words → address."""
        return {text_of(link): link.get("href", "") for link in self.find("main").iter("a")}

    @property
    def breadcrumb(self) -> list[str]:
        return [text_of(item) for nav in self.all("nav", class_="fr-breadcrumb") for item in nav.iter("li")]

    @property
    def alerts(self) -> list[str]:
        """The words of the alerts, the flashed ones too."""
        return [text_of(element) for element in self.all(class_="fr-alert")]

    @property
    def refusals(self) -> list[str]:
        """The lines of the summary at the top of a refused form."""
        return [text_of(item) for item in self.by_id["erreurs"].iter("li")] if "erreurs" in self.by_id else []

    @property
    def forms(self) -> list[Form]:
        """The forms of the main part."""
        return [_form(element) for element in self.find("main").iter("form")]

    def field_errors(self) -> dict[str, list[str]]:
        """The errors beside the fields: id of the field → messages."""
        errors = [(key, element) for key, element in self.by_id.items() if key and key.endswith("-errors")]
        return {key.removesuffix("-errors"): [text_of(line) for line in element.iter("p")] for key, element in errors}

    def rows(self, caption: str) -> list[list[str]]:
        """The lines of the table of this caption, without its head."""
        table = next(table for table in self.all("table") if text_of(table.find("caption")) == caption)
        return [[text_of(cell) for cell in row if cell.tag in {"th", "td"}] for row in table.iterfind("tbody/tr")]

    def find(self, tag: str, class_: str | None = None) -> Element:
        """The first element of this tag and class."""
        return next(self.all(tag, class_))

    def all(self, tag: str | None = None, class_: str | None = None) -> Iterator[Element]:
        """Every element of this tag and class, in the order of the page."""
        return (e for e in self.root.iter(tag) if class_ is None or class_ in e.get("class", "").split())


def check_page(html: str) -> Page:
    """Read the page; fail with all its faults at once if it has any."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = Page(parser.parse(html))
    faults = [f"{code} at line {position[0]} {detail}" for position, code, detail in parser.errors]
    faults += [*_document(page), *_ids(page), *_controls(page), *_inline(page)]
    assert not faults, "This page is not right:\n" + "\n".join(faults)
    return page


def text_of(element: Element | None) -> str:
    """The words of an element on one line, with ordinary spaces."""
    return "" if element is None else " ".join("".join(_words(element)).split())


def _words(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return  # a comment
    edge = "" if element.tag in _INLINE else " "
    yield edge + (element.text or "")
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    yield edge


def _document(page: Page) -> Iterator[str]:
    if page.root.get("lang") != "fr":
        yield "the language is not fr"
    if not page.title or page.title.startswith(("–", "-")):
        yield f"the title says nothing: {page.title!r}"
    for tag in ("h1", "main"):
        if (number := len(list(page.all(tag)))) != 1:
            yield f"{number} <{tag}> instead of one"
    for image in page.all("img"):
        if image.get("alt") is None:
            yield f"no alt: {image.get('src')}"
    for link in [*page.all("a"), *page.all("button")]:
        if "hidden" not in link.attrib and not _name(link):
            yield f"a {link.tag} without words: {link.attrib}"


def _ids(page: Page) -> Iterator[str]:
    ids = [element.get("id") for element in page.root.iter() if "id" in element.attrib]
    for key, number in Counter(ids).items():
        if number > 1 or not key:
            yield f"the id {key!r} is there {number} times"
    for element in page.root.iter():
        wanted = [key for name in _REFERENCES for key in element.get(name, "").split()]
        if element.get("href", "").startswith("#"):
            wanted.append(element.get("href", "")[1:])
        for key in wanted:
            if key not in page.by_id:
                yield f"{element.tag} points at #{key}, which is not there"


def _controls(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label")}
    labelled |= {control.get("id") for label in page.all("label") for control in label.iter("input")}
    for control in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
        if control.get("type") not in _NOT_ASKED and not named:
            yield f"{control.tag} {control.get('name')} has no label"


def _inline(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        if element.tag == "style" or "style" in element.attrib:
            yield f"inline style on {element.tag}"
        if element.tag == "script" and "src" not in element.attrib and element.get("type") != "application/ld+json":
            yield "inline script"
        for name, value in element.attrib.items():
            if name.startswith("on") or value.lower().startswith("javascript:"):
                yield f"inline script in {name} of {element.tag}"


def _name(element: Element) -> str:
    images = "".join(image.get("alt", "") for image in element.iter("img"))
    return text_of(element) or element.get("aria-label", "") or images


def _form(form: Element) -> Form:
    values: dict[str, str | list[str]] = {}
    for control in form.iter():
        for value in _sent(control):
            name, before = control.get("name", ""), values.get(control.get("name", ""))
            values[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    buttons = [text_of(button) for button in form.iter("button") if "hidden" not in button.attrib]
    return Form(form.get("action", ""), form.get("method", "get"), values, buttons)


def _sent(control: Element) -> list[str]:
    """What the control adds to what is sent."""
    kind = control.get("type", "text")
    if not control.get("name") or "disabled" in control.attrib:
        return []
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        return [option.get("value", text_of(option)) for option in chosen]
    if control.tag != "input" or kind in _NOT_ASKED - {"hidden"} or kind == "file":
        return []
    if kind in {"checkbox", "radio"} and "checked" not in control.attrib:
        return []
    return [control.get("value", "on" if kind == "checkbox" else "")]
