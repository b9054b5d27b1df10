"""Approval: a report waits between writing and export, without a process, for a person."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.on_server.browser import Pages
from tests.on_server.conftest import KEY
from tests.on_server.prefect_server import PrefectServer
from tests.on_server.services import processes_of
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]
WAITING = {"provider": "openai", "review": "yes"}

pytestmark = pytest.mark.usefixtures("working")


def suspended(server: PrefectServer, project: Path) -> str:
    """A run that has written and waits for ever, with its form and no process; its id."""
    run_id = server.start_run("report", project=str(project), overrides=WAITING)
    form_of(server, run_id)
    assert server.flow_run(run_id)["state"]["state_details"]["pause_timeout"] is None
    deadline = time.monotonic() + 60
    while processes_of(run_id):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return run_id


def form_of(server: PrefectServer, run_id: str) -> str:
    """What the form of a run says, once it is suspended; it is kept right after the state."""
    run = server.wait_for(run_id, names=("Suspended",))
    key = run["state"]["state_details"]["run_input_keyset"]["description"]
    path = f"flow_runs/{run_id}/input/{key}"
    deadline = time.monotonic() + 60
    while not server.client.get(path).is_success:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return str(server.ask("GET", path))


def decide(server: PrefectServer, run_id: str, **answer: Any) -> None:
    """Fill in the form through the API."""
    said = server.ask("POST", f"flow_runs/{run_id}/resume", {"run_input": answer})
    assert said["status"] == "ACCEPT", said


def folder_of(project: Path) -> Path:
    """The run folder."""
    return project / "out" / "electricity-in-europe"


def test_a_person_approves_on_the_page(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer, pages: Pages
) -> None:
    """The form tells counts and claims; approved, the report is exported, and nothing is asked."""
    project = small_project()
    run_id = suspended(server, project)
    asked = len(provider.ledger())
    assert asked
    assert not list(folder_of(project).glob("*-selection.*"))
    assert (folder_of(project) / "electricity-in-europe-draft.html").is_file()
    page = pages.open_run(run_id)
    page.locator("button:has(svg.lucide-ellipsis-vertical)").first.click()
    page.get_by_role("menuitem", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("sections:")).to_be_visible()
    expect(form.get_by_text("No claim is contradicted")).to_be_visible()
    pages.shoot("approval")
    form.get_by_role("button", name="Resume").click()
    run = server.wait_for(run_id)
    assert run["state"]["name"] == "Completed", run["state"]["message"]
    assert len(provider.ledger()) == asked
    assert len(list(folder_of(project).glob("*-selection.*"))) == 3
    assert not (folder_of(project) / "electricity-in-europe-draft.html").exists()


def test_what_was_shown_is_approved_with_what_it_lacks(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer
) -> None:
    """A section shown as refused is not tried again after the decision; the whole work counts.

    While it waits, its page has the draft and the summary, and run.json says so.
    """
    project = small_project()
    refused = [{"kind": "content_filter", "section": "1.1.1@AT"}]
    provider.set_scenario({"key": KEY, "faults": refused})
    run_id = suspended(server, project)
    waiting = json.loads((folder_of(project) / "run.json").read_text())
    assert waiting["outcome"]["state"] == "AwaitingApproval"
    artifacts = {one["key"].rpartition("-")[2]: one["data"] for one in server.artifacts(run_id)}
    assert "Austria" in artifacts["draft"]
    assert "**AwaitingApproval**" in artifacts["summary"]
    made = len(provider.ledger())
    provider.set_scenario({"key": KEY})
    provider.clear_ledger()

    decide(server, run_id, decision="approve")
    run = server.wait_for(run_id)

    assert run["state"]["name"] == "Incomplete"
    assert "refused by the content filter: 1.1.1@AT" in run["state"]["message"]
    assert not provider.ledger()
    told = json.loads((folder_of(project) / "run.json").read_text())
    assert told["calls"]["this_run"]["made"] == made
    assert told["times"]["section_seconds"] == waiting["times"]["section_seconds"]
    assert told["times"]["elapsed_seconds"] > waiting["times"]["elapsed_seconds"]
    assert "will be rewritten" not in server.logs(run_id)


def test_the_lease_stays_with_the_run_that_waits(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """Another start ends as Skipped, on the server and from a shell, and says who waits."""
    project = small_project()
    run_id = suspended(server, project)
    other = server.run("report", project=str(project))
    assert other["state"]["name"] == "Skipped"
    assert run_id in other["state"]["message"]
    assert "waiting for approval since" in other["state"]["message"]
    shell = server.command("run", str(project))
    assert shell.returncode == 0
    assert "Skipped" in shell.stdout
    assert run_id in shell.stdout
    decide(server, run_id, decision="approve")
    assert server.wait_for(run_id)["state"]["name"] == "Completed"


def test_sections_are_rewritten_before_it_asks_again(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer
) -> None:
    """Rewrite asks for that section and what depends on it alone; rejected, nothing is exported."""
    project = small_project()
    run_id = suspended(server, project)
    provider.clear_ledger()
    decide(server, run_id, decision="rewrite", sections=["1.1.1@AT"], note="shorter")
    server.wait_for(run_id, "RUNNING", "COMPLETED", "FAILED")
    form_of(server, run_id)
    rewritten = {hit.call_id.split("/")[0] for hit in provider.ledger()}
    assert "1.1.1@AT" in rewritten
    assert rewritten <= {"1.1.1@AT", "conclusion@AT"}
    assert "shorter" in (project / "notes" / "1.1.1@AT.md").read_text()
    provider.clear_ledger()
    decide(server, run_id, decision="reject")
    run = server.wait_for(run_id)
    assert run["state"]["name"] == "Rejected"
    assert run["state"]["type"] == "COMPLETED"
    assert not provider.ledger()
    assert not list(folder_of(project).glob("*-selection.*"))
    told = json.loads((folder_of(project) / "run.json").read_text())
    assert told["outcome"]["state"] == "Rejected"


def test_a_section_that_is_not_there_is_asked_about_again(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """A wrong id in the form is told in the next one."""
    project = small_project()
    run_id = suspended(server, project)
    decide(server, run_id, decision="rewrite", sections=["9.9.9@AT"])
    server.wait_for(run_id, "RUNNING", "COMPLETED", "FAILED")
    assert "9.9.9@AT" in form_of(server, run_id)
    decide(server, run_id, decision="approve")
    assert server.wait_for(run_id)["state"]["name"] == "Completed"


def test_factbook_approve_decides_on_the_server(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """From a shell with the server's address the run goes on where it waits."""
    project = small_project()
    run_id = suspended(server, project)
    api = {
        "PREFECT_API_URL": f"{server.url}/api",
        "PREFECT_API_AUTH_STRING": server.auth,
    }
    done = server.command("approve", str(project), "--yes", **api)
    assert done.returncode == 0, done.stderr
    assert server.wait_for(run_id)["state"]["name"] == "Completed"


def test_a_run_cancelled_while_it_waits_lets_the_project_go(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """The next start finds out from the server that nobody waits any more."""
    project = small_project()
    run_id = suspended(server, project)
    state = {"type": "CANCELLED", "name": "Cancelled"}
    server.ask("POST", f"flow_runs/{run_id}/set_state", {"state": state, "force": True})
    other = server.run("report", project=str(project))
    assert other["state"]["name"] == "Completed", other["state"]["message"]
