"""The form of a report in a browser: what is wrong is refused before anything is stored."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.on_server.browser import Pages
from tests.on_server.prefect_server import PrefectServer

HIDDEN = "sk-hidden"


def test_form_refuses_a_secret_and_a_date_that_is_none(server: PrefectServer, pages: Pages) -> None:
    """It says so beside the fields, perhaps in a message too, and stores nothing."""
    before = server.ask("POST", "/flow_runs/count", {})
    page = pages.open_form("report")
    box(page, "Date of the report").fill("Monday")
    page.get_by_role("button", name="Add item").last.click()
    box(page, "Further settings").fill(f"OpenAI_Api_Key={HIDDEN}")
    page.get_by_role("button", name="Add item").last.click()
    box(page, "Further settings", 2).fill(f"limits.shared=redis://:{HIDDEN}@host")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("'Monday' does not match").first).to_be_visible()
    expect(page.get_by_text(f"'OpenAI_Api_Key={HIDDEN}' does not match").first).to_be_visible()
    expect(page.get_by_text(f"redis://:{HIDDEN}@host' does not match").first).to_be_visible()
    pages.shoot("form-refused", whole=True)
    assert server.ask("POST", "/flow_runs/count", {}) == before
    assert HIDDEN not in server.service.words()


def box(page: Page, title: str, which: int = 1) -> Locator:
    """The first box below a field's title, or a later one."""
    return page.locator(
        f"xpath=(//*[starts-with(normalize-space(.), '{title}') and not(.//textarea)])[last()]"
        f"/following::textarea[{which}]"
    )
