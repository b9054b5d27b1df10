"""The server's web pages as an analyst meets them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.on_server.browser import Pages
from tests.on_server.prefect_server import PrefectServer


def test_nobody_gets_in_with_a_wrong_string(browser: Browser, server: PrefectServer) -> None:
    """The page asks again, and shows nothing."""
    page = browser.new_page()
    page.goto(server.url)
    page.locator("input[type=password]").fill("factbook:wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Invalid credentials")).to_be_visible()
    expect(page.locator("input[type=password]")).to_be_visible()
    page.close()


@pytest.mark.parametrize("deployment", ["report", "report-weekly", "report-changed", "check"])
def test_deployment_says_what_it_does(pages: Pages, server: PrefectServer, deployment: str) -> None:
    """Its page shows the description, its Markdown set, and the tags."""
    found = server.deployments()[deployment]
    page = pages.open(f"deployments/deployment/{found['id']}?tab=Description")
    heading = found["description"].split("**")[1]
    expect(page.locator("strong", has_text=heading)).to_be_visible()
    expect(page.get_by_text("factbook", exact=True).first).to_be_visible()
    pages.shoot(f"deployment-{deployment}")


def test_form_of_a_report_has_its_fields(pages: Pages) -> None:
    """Run, Custom run: project and the changes for this run, as in the project."""
    page = pages.open_form("report")
    expect(page.get_by_text("Provider").first).to_be_visible()
    expect(page.get_by_text("Only if changed").first).to_be_visible()
    expect(page.get_by_text("as in project").first).to_be_visible()
    pages.shoot("form", whole=True)
