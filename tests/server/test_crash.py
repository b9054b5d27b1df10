"""A run whose processes die without a word."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from flows.server.automations import SILENCE
from tests.server.conftest import KEY
from tests.server.prefect_server import PrefectServer, worker
from tests.server.receiver import Receiver
from tests.servers.running import RunningServer

MakeProject = Callable[..., Path]
CRASH_SECONDS = 120.0


def test_run_without_heartbeat_becomes_crashed(
    server: PrefectServer, small_project: MakeProject, provider: RunningServer, receiver: Receiver
) -> None:
    """Worker and flow killed at once: the server says Crashed within 120 s, and tells a person."""
    provider.set_scenario({"key": KEY, "latency_seconds": 600})
    project = small_project(name="project-killed")
    deployment = server.deployments()["report"]
    with worker(server, "doomed", OPENAI_BASE_URL=provider.base_url) as service:
        run_id = server.start_run("report", project=str(project), overrides={"provider": "openai"})
        deadline = time.monotonic() + 120
        while not provider.ledger():
            assert time.monotonic() < deadline, server.logs(run_id)
            time.sleep(0.1)
        family = psutil.Process(service.pid).children(recursive=True)
        for process in family:
            process.kill()
        service.stop(signal.SIGKILL)
    assert server.flow_run(run_id)["state"]["name"] == "Running"

    run = server.wait_for(run_id, seconds=CRASH_SECONDS)

    assert run["state"]["name"] == "Crashed"
    assert f"No sign of life for {SILENCE.seconds} s" in run["state"]["message"]
    assert receiver.wait_for(f"{run['name']}: Crashed")
    assert server.deployments()["report"]["id"] == deployment["id"]
