"""Fault 26: a person cancels a run in the web pages while it writes."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.on_server.browser import Pages
from tests.on_server.conftest import KEY
from tests.on_server.prefect_server import PrefectServer
from tests.on_server.services import processes_of
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("working")


def written_rows(project: Path) -> set[str]:
    """Sections that are written, as the CSVs of chapters tell."""
    return {
        f"{row['sub_task_id']}@{row['country']}"
        for path in (project / "out" / "electricity-in-europe").glob("objective_*_results.csv")
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        if row["status"] == "written"
    }


def test_cancelled_run_ends_in_time_and_is_continued(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer, pages: Pages
) -> None:
    """The process goes within 35 s, no call comes after it, and the next run makes the rest.

    What is written by then stands in the CSV; the other section waits for an answer.
    """
    project = small_project()
    provider.set_scenario({"key": KEY, "faults": [{"kind": "hang", "section": "1.1.1@FR"}]})
    run_id = server.start_run(
        "report",
        project=str(project),
        overrides={"provider": "openai"},
    )
    deadline = time.monotonic() + 120
    while not (written := written_rows(project)):
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
    assert any(hit.status is None for hit in hits)
    assert written <= written_rows(project)
    provider.set_scenario({"key": KEY})
    answered = {h.body_sha256 for h in hits if h.status == 200 and not h.has_client_left}
    assert answered
    provider.clear_ledger()
    again = server.run("report", project=str(project), overrides={"provider": "openai"})
    assert again["state"]["name"] == "Completed", again["state"]["message"]
    assert not answered & {hit.body_sha256 for hit in provider.ledger()}
