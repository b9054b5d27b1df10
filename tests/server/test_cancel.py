"""Fault 26: a person cancels a run in the web pages while it writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.browser import Pages
from tests.server.conftest import KEY
from tests.server.prefect_server import PrefectServer
from tests.server.services import processes_of
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("working")


def test_cancelled_run_ends_in_time_and_is_continued(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer, pages: Pages
) -> None:
    """The process goes within 35 s, no call comes after it, and the next run makes the rest."""
    project = small_project()
    provider.set_scenario({"key": KEY, "latency_seconds": 15.0})
    run_id = server.start_run(
        "report",
        project=str(project),
        overrides={"provider": "openai", "settings": ["limits.max_in_flight=1"]},
    )
    deadline = time.monotonic() + 120
    while not any(hit.status == 200 for hit in provider.ledger()):
        assert time.monotonic() < deadline, server.logs(run_id)
        time.sleep(0.2)
    assert processes_of(run_id)
    page = pages.open_run(run_id)
    page.locator("button:has(svg.lucide-ellipsis-vertical)").first.click()
    page.get_by_role("menuitem", name="Cancel").click()
    pages.shoot("cancel")
    page.locator("[role=dialog], [role=alertdialog]").get_by_role(
        "button", name="Cancel"
    ).last.click()
    deadline = time.monotonic() + 35
    while processes_of(run_id):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    run = server.wait_for(run_id, names=("Cancelled",), seconds=60)
    assert run["state"]["type"] == "CANCELLED"
    hits = provider.ledger()
    folder = project / "out" / "electricity-in-europe"
    assert list(folder.glob("objective_*_results.csv"))
    provider.set_scenario({"key": KEY})
    answered = {h.body_sha256 for h in hits if h.status == 200 and not h.has_client_left}
    assert answered
    provider.clear_ledger()
    again = server.run("report", project=str(project), overrides={"provider": "openai"})
    assert again["state"]["name"] == "Completed", again["state"]["message"]
    assert not answered & {hit.body_sha256 for hit in provider.ledger()}
