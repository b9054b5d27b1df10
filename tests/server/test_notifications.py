"""Messages to a chat: one for each run that wants a person, with a link that opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.server.browser import Pages
from tests.server.conftest import KEY
from tests.server.prefect_server import Json, PrefectServer
from tests.server.receiver import Receiver
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]

SHORTEST = 10.0
"""The server takes no shorter wait for what does not happen."""


@pytest.mark.usefixtures("working")
def test_incomplete_run_is_told_once(
    server: PrefectServer,
    small_project: MakeProject,
    provider: RunningServer,
    receiver: Receiver,
    pages: Pages,
) -> None:
    """A run with a refused section gives one message: name, state, what is missing, link."""
    refused = {"kind": "content_filter", "section": "1.1.1@AT"}
    provider.set_scenario({"key": KEY, "faults": [refused]})
    project = small_project(name="project-told")
    run = server.run("report", project=str(project), overrides={"provider": "openai"})
    assert run["state"]["name"] == "Incomplete", run["state"]["message"]

    (text,) = receiver.wait_for(run["name"])

    subject, message, link = text.splitlines()
    assert subject == f"{run['name']}: Incomplete"
    assert message == run["state"]["message"]
    assert link == f"{server.url}/v2/runs/flow-run/{run['id']}"
    pages.page.goto(link)
    expect(pages.page.get_by_text(run["name"]).first).to_be_visible()
    pages.shoot("run-incomplete")


def test_each_state_that_wants_a_person_is_told(server: PrefectServer, receiver: Receiver) -> None:
    """Stopped, BadInput, Crashed and Suspended, each once; Completed and Skipped never."""
    told = {
        "Stopped": "FAILED",
        "BadInput": "FAILED",
        "Crashed": "CRASHED",
        "Suspended": "PAUSED",
    }
    quiet = {"Completed": "COMPLETED", "Skipped": "COMPLETED"}
    runs = {name: run_in_state(server, state, name) for name, state in {**quiet, **told}.items()}
    for name in told:
        (text,) = receiver.wait_for(runs[name]["name"])
        assert text.startswith(f"{runs[name]['name']}: {name}\n")
    # Messages come in the order of events, and those of the quiet states would have been first.
    for name in quiet:
        assert not receiver.texts(runs[name]["name"])
    for name in told:
        assert len(receiver.texts(runs[name]["name"])) == 1


def test_chapters_are_not_told(server: PrefectServer, receiver: Receiver) -> None:
    """Only reports are: a flow of another name says nothing, whatever state it is in."""
    flow = server.ask("POST", "flows/", {"name": "chapter"})["id"]
    chapter = server.ask("POST", "flow_runs/", {"flow_id": flow, "name": f"chapter {uuid4()}"})
    set_state(server, chapter["id"], "FAILED", "Incomplete")
    run = run_in_state(server, "FAILED", "Incomplete")
    receiver.wait_for(run["name"])
    assert not receiver.texts(chapter["name"])


def test_person_who_has_not_approved_is_reminded(server: PrefectServer, receiver: Receiver) -> None:
    """A run that is still suspended after the time is told again; one that went on is not."""
    reminder = server.automations()["factbook: approval reminder"]
    assert reminder["trigger"]["within"] == 24 * 3600
    server.change_automation(reminder, trigger={**reminder["trigger"], "within": SHORTEST})
    try:
        resumed = run_in_state(server, "PAUSED", "Suspended")
        set_state(server, resumed["id"], "RUNNING", "Running")
        waiting = run_in_state(server, "PAUSED", "Suspended")
        (text,) = receiver.wait_for(f"{waiting['name']} still waits for approval")
        assert waiting["id"] in text
        assert not receiver.texts(f"{resumed['name']} still waits")
    finally:
        server.change_automation(reminder)


def run_in_state(server: PrefectServer, state: str, name: str) -> Json:
    """A run of the report that nobody works on, in a state."""
    deployment = server.deployments()["report"]["id"]
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    body = {
        "name": f"report {uuid4()}",
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": later}},
    }
    run: Json = server.ask("POST", f"deployments/{deployment}/create_flow_run", body)
    set_state(server, run["id"], state, name)
    return run


def set_state(server: PrefectServer, run_id: str, state: str, name: str) -> None:
    """Put a run into a state, whatever it was in."""
    body = {"state": {"type": state, "name": name, "message": "as tested"}, "force": True}
    server.ask("POST", f"flow_runs/{run_id}/set_state", body)
