"""A day of an analyst: the form, a run with approval, its artifacts, and the published report."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.on_server.browser import Pages
from tests.on_server.conftest import KEY
from tests.on_server.prefect_server import PrefectServer
from tests.servers.running import RunningServer
from tests.servers.web import Quiet, web_server

TIMELINE_MS = 3000
"""The timeline of a run is drawn on a canvas, which does not tell when it is done."""

MakeProject = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("working")


class Files(Quiet, SimpleHTTPRequestHandler):
    """What readers reach: a folder."""


def choose(page: Page, title: str, value: str) -> None:
    """Pick a value of a drop-down of the form."""
    page.get_by_label(f"Select {title}", exact=True).click()
    page.get_by_role("option", name=value, exact=True).click()


def until(is_there: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is there."""
    deadline = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def made(server: PrefectServer, run_id: str) -> dict[str, Any]:
    """Artifacts of a flow run by the last word of their keys, the last ones."""
    found = sorted(server.artifacts(run_id), key=lambda artifact: str(artifact["created"]))
    return {artifact["key"].rpartition("-")[2]: artifact for artifact in found}


def test_a_report_from_the_form_to_its_reader(
    server: PrefectServer,
    small_project: MakeProject,
    provider: RunningServer,
    pages: Pages,
    tmp_path: Path,
) -> None:
    """Two fields changed, progress seen, approved, published; the link gives the file's bytes."""
    public = tmp_path / "public"
    public.mkdir()
    files = partial(Files, directory=str(public))
    with web_server(files) as url, server.working_in(tmp_path):
        after = f'[publish]\nto = "{public}"\nurl = "{url}"'
        project = small_project(after=after, name="examples/europe-electricity")
        provider.set_scenario({"key": KEY, "latency_seconds": 3.0})
        page = pages.open_form("report")
        choose(page, "Provider", "openai")
        choose(page, "Approval", "yes")
        pages.shoot("day-1-form", whole=True)
        pages.shoot_part(
            "docs-form", page.locator("main"), page.get_by_text("Ids of the only chapters")
        )
        known = {run["id"] for run in server.ask("POST", "flow_runs/filter", {})}
        page.get_by_role("button", name="Submit").click()
        page.get_by_role("button", name="Submit").wait_for(state="hidden")
        (run_id,) = {
            run["id"]
            for run in server.ask("POST", "flow_runs/filter", {})
            if run["id"] not in known and run["deployment_id"]
        }
        until(lambda: server.artifacts(run_id), seconds=120)
        page = pages.open_run(run_id)
        page.get_by_role("tab", name="Artifacts").click()
        expect(page.get_by_text(re.compile("^electricity-in-europe-.*-progress$"))).to_be_visible()
        pages.shoot("day-2-progress")
        name = server.flow_run(run_id)["name"]
        assert re.fullmatch("europe-electricity 20[0-9: -]+ UTC", name)
        server.wait_for(run_id, names=("Suspended",))
        page = pages.open_run(run_id)
        page.get_by_role("tab", name="Artifacts").click()
        draft = page.get_by_text("The report that waits for approval")
        draft.wait_for()
        page.wait_for_timeout(TIMELINE_MS)
        pages.shoot_part("docs-run", page.locator("main"), draft)
        page.locator("button:has(svg.lucide-ellipsis-vertical)").first.click()
        page.get_by_role("menuitem", name="Resume").click()
        form = page.get_by_role("dialog")
        expect(form.get_by_text("sections:")).to_be_visible()
        pages.shoot("day-3-approval")
        form.get_by_role("button", name="Resume").click()
        run = server.wait_for(run_id)
        assert run["state"]["name"] == "Completed", run["state"]["message"]
        assert run["name"] == name
        page = pages.open_run(run_id)
        expect(page.get_by_text("Completed").first).to_be_visible()
        pages.shoot("day-4-run")
        page.get_by_role("tab", name="Artifacts").click()
        expect(page.get_by_text("Completed: how the run stands")).to_be_visible()
        pages.shoot("day-5-artifacts")
        page = pages.open(f"artifacts/artifact/{made(server, run_id)['summary']['id']}")
        expect(page.get_by_role("listitem").filter(has_text="Checks:")).to_be_visible()
        pages.shoot("day-6-summary", whole=True)
        name = "electricity-in-europe-selection.html"
        link = page.get_by_role("link", name=name).first
        expect(link).to_be_visible()
        link.click()
        page.wait_for_url(f"{url}/**")
        assert page.url == f"{url}/electricity-in-europe/{name}"
        fetched = page.request.get(page.url).body()
        own = project / "out" / "electricity-in-europe" / name
        assert hashlib.sha256(fetched).digest() == hashlib.sha256(own.read_bytes()).digest()
        pages.shoot("day-7-report")


def test_progress_and_tables_are_kept(server: PrefectServer, small_project: MakeProject) -> None:
    """Progress of the run and of each chapter ends at 100; summary, cost; sections by name."""
    run = server.run("report", project=str(small_project()), overrides={"provider": "openai"})
    shown = made(server, run["id"])
    assert float(shown["progress"]["data"]) == 100.0
    assert "| chapter | sections |" in shown["summary"]["data"]
    assert "gpt-5" in str(shown["cost"]["data"])
    chapters = server.chapters(run["id"])
    assert {chapter["name"].split(" ")[0] for chapter in chapters} == {"1", "Conclusion"}
    for chapter in chapters:
        (bar,) = [found for found in server.artifacts(chapter["id"]) if found["key"]]
        assert float(bar["data"]) == 100.0
    names = {task["name"] for chapter in chapters for task in server.task_runs(chapter["id"])}
    assert any("1.1.1" in name and "Austria" in name for name in names)
    tasks = [task["id"] for chapter in chapters for task in server.task_runs(chapter["id"])]
    chosen = {"logs": {"task_run_id": {"any_": tasks}}}

    def written() -> list[str]:
        lines = [line["message"] for line in server.ask("POST", "logs/filter", chosen)]
        return [line for line in lines if "1.1.1@AT written" in line]

    until(written)  # log lines come in batches
    assert len(written()) == 1


def test_unchanged_sections_show_as_cached(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """The second run of a schedule asks nothing; its sections are Cached."""
    project = small_project()
    first = server.run("report-weekly", project=str(project))
    assert first["state"]["name"] == "Completed"
    second = server.run("report-weekly", project=str(project))
    assert second["state"]["name"] == "Completed"
    states = {
        task["state"]["name"]
        for chapter in server.chapters(second["id"])
        for task in server.task_runs(chapter["id"])
    }
    assert states == {"Cached"}
    third = server.run("report-changed", project=str(project))
    assert third["state"]["name"] == "Cached"
