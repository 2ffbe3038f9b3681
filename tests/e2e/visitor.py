"""Somebody with a browser of their own. Each page they come to can be looked at: by axe, in both themes, on a phone."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, Response

from deploy.bootstrap import BROWSERS

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4", "best-practice"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
EXPECTED = re.compile(r"status of 4\d\d")  # the browser's own line about a refused form
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
    """One person, one browser."""

    def __init__(self, browser: Browser, base_url: str, screenshots: Path, *, has_script: bool = True) -> None:
        self.context = browser.new_context(
            base_url=base_url,
            java_script_enabled=has_script,
            locale="fr-FR",
            color_scheme="light",
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
        )
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.has_script = has_script
        self.screenshots = screenshots
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._note)

    def _note(self, message: Any) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.faults.append(f"{self.page.url}: {message.text}")

    def visit(self, path: str) -> Response:
        """Go there; the page answers 200."""
        response = self.page.goto(path)
        assert response is not None
        assert response.status == 200, f"{response.status} at {path}"
        return response

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
        """Press the button, or the link that looks like one, of this name."""
        self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        self.page.wait_for_load_state()

    def follow(self, link: str) -> None:
        """Follow the first link of this name in the main part."""
        self.page.locator("main").get_by_role("link", name=link, exact=True).first.click()
        self.page.wait_for_load_state()

    @property
    def text(self) -> str:
        """The words of the main part on one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    def look(self, name: str) -> None:
        """Check the page as it is: accessibility in both themes, room at 320 px, no fault; keep its pictures."""
        assert self.faults == []
        if not self.has_script:
            return
        self._see(f"{name}-clair", 1280, "light")
        self._see(f"{name}-sombre-320", 320, "dark")
        self._see(f"{name}-clair-320", 320, "light", is_kept=False)
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def _see(self, name: str, width: int, scheme: str, *, is_kept: bool = True) -> None:
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.wait_for_selector(f"html[data-fr-theme={scheme}]", state="attached")
        self.page.wait_for_timeout(150)  # DSFR fades from one theme to the other
        found = axe.run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{name}, {self.page.url}\n{found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name}: {wide} px wide on a screen of {width}"
        if is_kept:
            self.page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)
        assert self.faults == []
