"""Messages to a chat: one for each run that wants a person, with a link that opens it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from server.names import REPORT_FLOW, WAITS_EVENT
from tests.on_server.browser import Pages
from tests.on_server.conftest import KEY
from tests.on_server.prefect_server import Json, PrefectServer
from tests.on_server.receiver import Receiver
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]

HEARTBEAT = "prefect.flow-run.heartbeat"
SHORTEST = 10.0
"""The server takes no shorter wait for what does not happen."""

SECONDS_BEHIND = 5.0
"""One automation may act so long after another that has waited as long."""


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
    """Each once, the one that waits in words of its own; Completed and Skipped never."""
    told = {name: "FAILED" for name in ("Stopped", "BadInput", "Failed", "AwaitingApproval")}
    told["Crashed"] = "CRASHED"
    quiet = {"Completed": "COMPLETED", "Skipped": "COMPLETED"}
    runs = {name: run_in_state(server, state, name) for name, state in {**quiet, **told}.items()}
    for name in told:
        (text,) = receiver.wait_for(runs[name]["name"])
        said = " waits for approval" if name == "AwaitingApproval" else f": {name}"
        assert text.startswith(f"{runs[name]['name']}{said}\nas tested\n")
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


def test_names_and_messages_reach_the_chat_as_they_are(
    server: PrefectServer, receiver: Receiver
) -> None:
    """No template, markup or length of them keeps a message from its reader."""
    name = f'{uuid4()} {{{{ 7 * 7 }}}} {{% if %}} <!channel> "q" \\ ⚡'
    said = "{{ flow_run.id }} {% raw %} <b>&amp;</b> \"'\\\n\t" + "ü" * 90_000
    run = run_in_state(server, "FAILED", "Stopped", run_name=name, message=said)

    (text,) = receiver.wait_for(name)

    assert text == f"{name}: Stopped\n{said}\n{server.url}/v2/runs/flow-run/{run['id']}"


@pytest.mark.usefixtures("working")
def test_report_that_waits_is_told_and_told_again(
    server: PrefectServer, small_project: MakeProject, receiver: Receiver, pages: Pages
) -> None:
    """A suspended run says no word of its own: the message says what to do, and so the reminder."""
    reminder = server.automations()["factbook: approval reminder"]
    assert reminder["trigger"]["within"] == 24 * 3600
    server.change_automation(reminder, trigger={**reminder["trigger"], "within": SHORTEST})
    try:
        project = small_project(name="project-to-approve")
        run_id = server.start_run("report", project=str(project), overrides={"review": "yes"})
        run = server.wait_for(run_id, names=("Suspended",))
        deadline = time.monotonic() + 60
        while WAITS_EVENT not in events(server, run):
            assert time.monotonic() < deadline, events(server, run)
            time.sleep(0.2)
        for event in (HEARTBEAT, WAITS_EVENT):  # the last heartbeat may come after the state
            tell(server, run, event)
        (first,) = receiver.wait_for(f"{run['name']} waits for approval")
        (again,) = receiver.wait_for(f"{run['name']} still waits for approval")
    finally:
        server.change_automation(reminder)
    for text in (first, again):
        _, what_to_do, link = text.splitlines()
        assert "Resume in its menu ⋮ opens the form" in what_to_do
        assert "factbook approve" in what_to_do
        assert link == f"{server.url}/v2/runs/flow-run/{run_id}"
    pages.page.goto(link)
    pages.page.locator("button:has(svg.lucide-ellipsis-vertical)").first.click()
    expect(pages.page.get_by_role("menuitem", name="Resume")).to_be_visible()
    server.ask("POST", f"flow_runs/{run_id}/resume", {"run_input": {"decision": "reject"}})
    assert server.wait_for(run_id)["state"]["name"] == "Rejected"


def test_person_is_reminded_of_what_still_waits(server: PrefectServer, receiver: Receiver) -> None:
    """A run that went on meanwhile is not told again; one that waits anew is."""
    reminder = server.automations()["factbook: approval reminder"]
    server.change_automation(reminder, trigger={**reminder["trigger"], "within": SHORTEST})
    try:
        resumed = run_in_state(server, "PAUSED", "Suspended")
        set_state(server, resumed["id"], "RUNNING", "Running")
        anew = run_in_state(server, "PAUSED", "Suspended")
        set_state(server, anew["id"], "SCHEDULED", "Resuming")
        set_state(server, anew["id"], "PAUSED", "Suspended")
        (text,) = receiver.wait_for(f"{anew['name']} still waits for approval")
        assert anew["id"] in text
        assert not receiver.texts(f"{resumed['name']} still waits")
    finally:
        server.change_automation(reminder)


def test_report_that_waits_is_not_taken_for_dead(server: PrefectServer) -> None:
    """Its last heartbeat may come after its state: it says that none is to follow."""
    crash = server.automations()["factbook: crash"]
    server.change_automation(crash, trigger={**crash["trigger"], "within": SHORTEST})
    try:
        waiting = run_in_state(server, "PAUSED", "Suspended")
        dead = run_in_state(server, "RUNNING", "Running")
        for run in (waiting, dead):
            tell(server, run, HEARTBEAT)
        tell(server, waiting, WAITS_EVENT)
        assert server.wait_for(dead["id"], seconds=60)["state"]["name"] == "Crashed"
        time.sleep(SECONDS_BEHIND)
        assert server.flow_run(waiting["id"])["state"]["name"] == "Suspended"
    finally:
        server.change_automation(crash)


def test_run_that_dies_before_its_first_heartbeat_becomes_crashed(server: PrefectServer) -> None:
    """Nothing is heard of it after it is Running."""
    crash = server.automations()["factbook: crash at start"]
    server.change_automation(crash, trigger={**crash["trigger"], "within": SHORTEST})
    try:
        run = run_in_state(server, "RUNNING", "Running")
        assert server.wait_for(run["id"], seconds=60)["state"]["name"] == "Crashed"
    finally:
        server.change_automation(crash)


def run_in_state(
    server: PrefectServer, state: str, name: str, *, run_name: str = "", message: str = "as tested"
) -> Json:
    """A run of the report that nobody works on, in a state."""
    deployment = server.deployments()["report"]["id"]
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    body = {
        "name": run_name or f"report {uuid4()}",
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": later}},
    }
    run: Json = server.ask("POST", f"deployments/{deployment}/create_flow_run", body)
    set_state(server, run["id"], state, name, message)
    return run


def set_state(
    server: PrefectServer, run_id: str, state: str, name: str, message: str = "as tested"
) -> None:
    """Put a run into a state, whatever it was in."""
    body = {"state": {"type": state, "name": name, "message": message}, "force": True}
    server.ask("POST", f"flow_runs/{run_id}/set_state", body)


def tell(server: PrefectServer, run: Json, name: str) -> None:
    """An event of a run, as its process tells it."""
    of_run = {"prefect.resource.id": f"prefect.flow-run.{run['id']}"}
    of_flow = {
        "prefect.resource.id": f"prefect.flow.{run['flow_id']}",
        "prefect.resource.role": "flow",
        "prefect.resource.name": REPORT_FLOW,
    }
    event = {
        "event": name,
        "occurred": datetime.now(UTC).isoformat(),
        "resource": of_run,
        "related": [of_flow],
        "id": str(uuid4()),
    }
    server.ask("POST", "events", [event])


def events(server: PrefectServer, run: Json) -> set[str]:
    """Events of a run, by name, that the server has kept."""
    chosen = {"filter": {"resource": {"id": [f"prefect.flow-run.{run['id']}"]}}}
    return {event["event"] for event in server.ask("POST", "events/filter", chosen)["events"]}
