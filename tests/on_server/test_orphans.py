"""What a dead run has left open on a server that stays, ended by the run after it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from factbook.lease.owner import Machine, Owner
from flows.orphans import end_orphans
from server.names import REPORT_FLOW
from tests.conftest import EXAMPLE
from tests.on_server.prefect_server import Json, PrefectServer
from tests.on_server.services import LOOPBACK, free_port

NEXT = str(uuid4())
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MANY = 205
"""More tasks than the server tells at once."""


@pytest.fixture
def on_server(server: PrefectServer) -> Iterator[None]:
    """Clients of this process use the server."""
    settings = {PREFECT_API_URL: f"{server.url}/api", PREFECT_API_AUTH_STRING: server.auth}
    with temporary_settings(settings):
        yield


def owner(flow_run: str) -> Owner:
    """The owner that a flow run of this process is."""
    return Machine.here().owner(flow_run)


def flow_run(
    server: PrefectServer,
    state: str,
    parent_task: str = "",
    *,
    name: str = REPORT_FLOW,
    project: str = str(EXAMPLE),
) -> str:
    """A flow run in a state; its id."""
    flow = server.ask("POST", "flows/", {"name": name})["id"]
    parent = {"parent_task_run_id": parent_task} if parent_task else {}
    of_project = {"parameters": {"project": project}}
    body = {"flow_id": flow, "state": {"type": "PENDING"}, **of_project, **parent}
    run_id = str(server.ask("POST", "flow_runs/", body)["id"])
    force = {"state": {"type": state}, "force": True}
    server.ask("POST", f"flow_runs/{run_id}/set_state", force)
    return run_id


def task_run(server: PrefectServer, run_id: str, state: str) -> str:
    """A task run in a state; its id."""
    body = {"flow_run_id": run_id, "task_key": "write", "dynamic_key": str(uuid4())}
    found = server.ask("POST", "task_runs/", {**body, "state": {"type": state}})
    return str(found["id"])


def state_of(server: PrefectServer, kind: str, run_id: str) -> Json:
    """State of a flow run or task run."""
    return dict(server.ask("GET", f"{kind}/{run_id}")["state"])


@pytest.mark.usefixtures("on_server")
def test_all_that_is_open_of_a_dead_run_becomes_crashed(server: PrefectServer) -> None:
    """Report, chapters and tasks that wait, run, or were to be tried again; not what has ended."""
    report = flow_run(server, "RUNNING")
    chapters = [
        flow_run(server, state, task_run(server, report, "RUNNING"))
        for state in ("RUNNING", "PENDING", "COMPLETED")
    ]
    states = ("RUNNING", "PENDING", "SCHEDULED", "COMPLETED")
    tasks = [task_run(server, chapters[0], state) for state in states]
    late = task_run(server, chapters[2], "RUNNING")  # its end was never told
    dead = owner(report)

    end_orphans(dead, NEXT, EXAMPLE)

    for kind, ids in (
        ("flow_runs", [report, *chapters[:2]]),
        ("task_runs", [*tasks[:3], late]),
    ):
        for run_id in ids:
            state = state_of(server, kind, run_id)
            assert state["type"] == "CRASHED"
            assert state["message"] == f"The process of this run is gone: {dead}"
    assert state_of(server, "flow_runs", chapters[2])["type"] == "COMPLETED"
    assert state_of(server, "task_runs", tasks[3])["type"] == "COMPLETED"


@pytest.mark.usefixtures("on_server")
def test_run_of_another_project_is_left_alone(
    server: PrefectServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A lease that somebody has sent may name any flow run of the server."""
    others = [
        flow_run(server, "RUNNING", project=str(tmp_path)),
        flow_run(server, "RUNNING", name="another-flow"),
    ]
    task = task_run(server, others[0], "RUNNING")
    with caplog.at_level(logging.WARNING):
        for other in others:
            end_orphans(owner(other), NEXT, EXAMPLE)
    assert [state_of(server, "flow_runs", other)["type"] for other in others] == ["RUNNING"] * 2
    assert state_of(server, "task_runs", task)["type"] == "RUNNING"
    assert caplog.text.count("which is not of this project") == 2


@pytest.mark.usefixtures("on_server")
def test_more_tasks_than_a_page_are_ended(server: PrefectServer) -> None:
    """The server tells 200 at once."""
    report = flow_run(server, "RUNNING")
    for _ in range(MANY):
        task_run(server, report, "RUNNING")
    end_orphans(owner(report), NEXT, EXAMPLE)
    open_ = {"task_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}
    chosen = {"flow_runs": {"id": {"any_": [report]}}, **open_}
    assert server.ask("POST", "task_runs/count", chosen) == 0


@pytest.mark.usefixtures("on_server")
def test_run_started_again_by_a_person_ends_its_own_past_alone(server: PrefectServer) -> None:
    """It goes on itself, with the same id; so does one that waits for a worker meanwhile."""
    again = flow_run(server, "RUNNING")
    task = task_run(server, again, "RUNNING")
    end_orphans(owner(again), again, EXAMPLE)
    assert state_of(server, "flow_runs", again)["type"] == "RUNNING"
    assert state_of(server, "task_runs", task)["type"] == "CRASHED"
    waits = flow_run(server, "SCHEDULED")
    end_orphans(owner(waits), NEXT, EXAMPLE)
    assert state_of(server, "flow_runs", waits)["type"] == "SCHEDULED"


@pytest.mark.usefixtures("on_server")
@pytest.mark.parametrize("name", ["", UNKNOWN, "no-id"])
def test_owner_that_the_server_does_not_know_has_left_nothing(name: str) -> None:
    """A run from a shell, one of another server, and what no Prefect has written."""
    end_orphans(owner(name), NEXT, EXAMPLE)


def test_server_that_is_away_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The run goes on."""
    nowhere = f"http://{LOOPBACK}:{free_port()}/api"
    with temporary_settings({PREFECT_API_URL: nowhere}), caplog.at_level(logging.WARNING):
        end_orphans(owner(str(uuid4())), NEXT, EXAMPLE)
    assert "stays open" in caplog.text
