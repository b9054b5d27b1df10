"""The server's web pages in a real browser, which nobody sees."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.on_server.prefect_server import PrefectServer

SIZE = {"width": 1300, "height": 1200}
MARGIN = 6.0
ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Options that keep Chromium from asking anybody else, and let it run as root."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium.

    Raises:
        RuntimeError: It is not installed.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise RuntimeError(
            "the tests of the server's pages need Chromium; on Debian: apt-get install chromium"
        )
    expect.set_options(timeout=30_000)  # milliseconds: a run and its server have the cores as well
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ALONE)
        try:
            yield browser
        finally:
            browser.close()


class Pages:
    """The web pages of one server, signed in.

    Attributes:
        page: The browser's page.
    """

    def __init__(self, browser: Browser, server: PrefectServer, shots: Path) -> None:
        self.page: Page = browser.new_context(viewport=SIZE).new_page()
        self._server = server
        self._shots = shots
        self.page.goto(server.url)
        self.page.locator("input[type=password]").fill(server.auth)
        self.page.keyboard.press("Enter")
        self.page.get_by_text("Dashboard").first.wait_for()

    def open(self, path: str) -> Page:
        """Open a page by its path, such as ``runs/flow-run/ID``."""
        self.page.goto(f"{self._server.url}/v2/{path}")
        return self.page

    def open_run(self, run_id: str) -> Page:
        """Open the page of a flow run."""
        return self.open(f"runs/flow-run/{run_id}")

    def open_form(self, deployment: str) -> Page:
        """Open a deployment and the form of a custom run."""
        found = self._server.deployments()[deployment]["id"]
        page = self.open(f"deployments/deployment/{found}")
        page.get_by_role("button", name="Run", exact=True).click()
        page.get_by_text("Custom run").click()
        page.get_by_role("button", name="Submit").wait_for()
        return page

    def shoot(self, name: str, *, whole: bool = False) -> Path:
        """Keep a picture of the page as it is now."""
        path = self._shots / f"{name}.png"
        self.page.screenshot(path=path, full_page=whole)
        return path

    def shoot_part(self, name: str, part: Locator, last: Locator) -> Path:
        """Keep a picture of a part of the page, down to an element in it; those of the docs are.

        Args:
            name: Name of the file, without its suffix.
            part: The part.
            last: The element that is the last to be seen.
        """
        path = self._shots / f"{name}.png"
        whole, end = part.bounding_box(), last.bounding_box()
        assert whole is not None
        assert end is not None
        height = end["y"] + end["height"] - whole["y"] + MARGIN
        clip = {"x": whole["x"], "y": whole["y"], "width": whole["width"], "height": height}
        self.page.screenshot(path=path, full_page=True, clip=clip)
        return path
