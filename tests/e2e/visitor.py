"""Somebody with a browser of their own. Each page they come to can be looked at: by axe, in both themes, on a phone."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response

from deploy.bootstrap import BROWSERS
from tests.e2e.service import Service, link_in

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4", "best-practice"]
ON_COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that the theme can change
OF_A_WHOLE_PAGE = ["landmark-one-main", "region"]  # a mail is shown inside another page
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
TWICE_TOLD = "Failed to load resource: the server responded"  # the answer itself has been seen
DESK, PHONE = 1280, 320  # pixels
PICTURES = {  # those that are kept
    (True, "light", DESK): "clair",
    (True, "light", PHONE): "clair-320",
    (True, "dark", DESK): "sombre",
    (False, "light", PHONE): "sans-script-320",
}
# DSFR fades from one theme to the other.
FADED = "Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => null)"
axe = Axe()


def launch(playwright: Playwright) -> Browser:
    """The browser of this machine, or Playwright's own."""
    installed = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    try:
        return playwright.chromium.launch(executable_path=installed, args=[*QUIET, *alone])
    except Exception as error:
        raise RuntimeError("No browser for these tests: `make test` finds or installs one.") from error


class Visitor:
    """One person, one browser. What goes wrong out of their sight is noted in `faults`."""

    def __init__(self, browser: Browser, base_url: str, screenshots: Path, *, has_script: bool = True) -> None:
        self.context = browser.new_context(
            base_url=base_url,
            java_script_enabled=has_script,
            locale="fr-FR",
            color_scheme="light",
            viewport={"width": DESK, "height": 900},
            accept_downloads=True,
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.has_script = has_script
        self.screenshots = screenshots
        self.faults: list[str] = []
        self._expected: int | None = None  # the refusal that the next pages may answer
        self._status = 0  # of the page
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("console", self._note_console)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_status)

    # ── Faults ──

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(TWICE_TOLD):
            self._note(message.text)

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or the page was left meanwhile
            self._note(f"{request.url} {request.failure}")

    def _note_status(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if is_page:
            self._status = response.status
        if response.status >= 400 and not (is_page and response.status == self._expected):
            self._note(f"{response.url} answered {response.status}")

    @contextmanager
    def answered(self, status: int) -> Iterator[None]:
        """What is done in the `with` is answered by a page of this status: 422, a form sent back."""
        self._expected = status
        yield
        self._expected = None
        assert self._status == status, f"{self._status} at {self.page.url}"

    # ── What a person does ──

    def visit(self, path: str) -> None:
        """Go to this address."""
        self.page.goto(path)
        assert self._status in {200, self._expected}, f"{self._status} at {path}"

    def fill(self, **fields: str) -> None:
        """Type in the fields of these names; `__` stands for a dash."""
        for name, value in fields.items():
            self.page.locator(f"main [name='{name.replace('__', '-')}']").fill(value)

    def tick(self, name: str, *values: str) -> None:
        """Choose these values; the label is what one presses."""
        for value in values:
            control = self.page.locator(f"main [name='{name}'][value='{value}']")
            self.page.locator(f"label[for='{control.get_attribute('id')}']").click()

    def press(self, button: str) -> None:
        """Press the button of this name, which sends a form."""
        self._leave_by("button", button)

    def follow(self, link: str) -> None:
        """Follow the first link of this name in the main part."""
        self._leave_by("link", link)

    def _leave_by(self, role: Any, name: str) -> None:
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role(role, name=name, exact=True).first.click()

    def download(self, link: str) -> bytes:
        """The file behind the link of this name."""
        with self.page.expect_download() as download:
            self.page.locator("main").get_by_role("link", name=link, exact=True).click()
        return download.value.path().read_bytes()

    def value(self, name: str) -> str:
        """What the field of this name holds; `__` stands for a dash."""
        return self.page.locator(f"main [name='{name.replace('__', '-')}']").input_value()

    def read(self, mail: EmailMessage, name: str) -> None:
        """Look at a mail as a mail program shows it."""
        body = mail.get_body(("html",))
        assert body is not None
        self.page.goto("about:blank")
        self.page.set_content(body.get_content())
        self.look(name, has_themes=False, without=OF_A_WHOLE_PAGE)

    @property
    def text(self) -> str:
        """The words of the main part on one line, small capitals as they are written."""
        return " ".join((self.page.locator("main").text_content() or "").split())

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    # ── With the keyboard alone ──

    @property
    def focused(self) -> str:
        """The name of what has the focus: its label, or its own first line."""
        named = "(one => (one.labels?.[0] ?? one).innerText.trim().split('\\n')[0])(document.activeElement)"
        name = " ".join(str(self.page.evaluate(named)).split())
        return name.removesuffix(" (obligatoire)").removesuffix(" (facultatif)")

    def tab_to(self, name: str) -> None:
        """Press Tab until this has the focus."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.focused == name:
                return
        raise AssertionError(f"“{name}” cannot be reached with the keyboard")

    # ── Signing in ──

    def ask_for_a_link(self, service: Service, address: str) -> str:
        """Ask for a sign-in link, and find it in the mailbox."""
        former = len(service.mails(address))  # a link serves once: the one of an earlier visit opens nothing
        self.visit("/connexion")
        self.fill(email=address)
        self.press("Recevoir un lien de connexion")
        assert self.heading == "Vérifiez votre messagerie"
        return link_in(service.mail(address, "Votre lien de connexion", after=former), "/connexion/")

    def sign_in(self, service: Service, address: str) -> None:
        """Sign in by the mailed link."""
        self.visit(self.ask_for_a_link(service, address))
        self.press("Me connecter")

    # ── What can be said of the page ──

    def look(self, name: str, *, has_themes: bool = True, without: Sequence[str] = ()) -> None:
        """Check the page as it is, on a desk and on a phone; keep its pictures.

        With script: no violation of an axe rule, in light and in dark. Without: axe cannot run, the room is checked.
        """
        for width in (DESK, PHONE):
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark") if has_themes else ("light",):
                if self.has_script:
                    self._check(theme, without, is_chosen=has_themes)
                if picture := PICTURES.get((self.has_script, theme, width)):
                    self._take(f"{name}-{picture}", width)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{self.page.url}: {wide} px wide on a screen of {width}"
        self.page.set_viewport_size({"width": DESK, "height": 900})
        self.page.emulate_media(color_scheme="light")
        assert self.faults == []

    def _check(self, theme: Any, without: Sequence[str], *, is_chosen: bool) -> None:
        """No violation in this theme; the dark one is the same page in other colours."""
        self.page.emulate_media(color_scheme=theme)
        if is_chosen:
            self.page.wait_for_selector(f"html[data-fr-theme={theme}]", state="attached")
        self.page.evaluate(FADED)
        only = {"type": "rule", "values": ON_COLOURS} if theme == "dark" else {"type": "tag", "values": RULES}
        rules = {rule: {"enabled": False} for rule in without}
        found = axe.run(self.page, options={"runOnly": only, "rules": rules, "resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{self.page.url}, {theme}\n{found.generate_report()}"

    def _take(self, name: str, width: int) -> None:
        """The page in one picture, on a screen as tall as itself: what sticks to its foot hides nothing."""
        tall = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": tall})
        self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)
        self.page.set_viewport_size({"width": width, "height": 900})
