"""Fault 23: runs whose worker, whose own process, or both are killed without a word.

All runs are killed at the same time, so that the tests wait for the server's answer once.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from model_server.ledger import Hit
from server.automations import SILENCE
from tests.conftest import copy_example
from tests.on_server.conftest import KEY, QUICK, SMALL
from tests.on_server.prefect_server import FINAL, Json, PrefectServer
from tests.on_server.receiver import Receiver
from tests.on_server.services import Service, processes_of
from tests.servers.running import RunningServer

CRASH_SECONDS = 120.0
SLOW_SECONDS = 20.0
"""Of an answer: each run has had one when it is killed, and waits for another."""
SLOWER_SECONDS = 60.0
"""Of the answers after the kill: a second start finds the run that goes on at work."""


@dataclass(frozen=True)
class Run:
    """A run of which something was killed while it waited for an answer.

    Attributes:
        name: What was killed, which tells its requests from those of other runs.
        id: Its flow run.
        project: Its project.
    """

    name: str
    id: str
    project: Path

    @property
    def overrides(self) -> Json:
        """Of this run and of those after it: models of its own, one request after another."""
        models = [f"{kind}_model=without-{self.name}" for kind in ("base", "writer", "sota")]
        return {"provider": "openai", "settings": ["limits.max_in_flight=1", *models]}

    def hits(self, provider: RunningServer) -> list[Hit]:
        """All requests for its project, of this run and of others."""
        return [hit for hit in provider.ledger() if hit.model == f"without-{self.name}"]

    def is_at_work(self, provider: RunningServer) -> bool:
        """Whether it has an answer and waits for another."""
        hits = self.hits(provider)
        return any(hit.status == 200 for hit in hits) and hits[-1].ended_at is None

    def kill(self) -> None:
        """Kill its flow process."""
        found = processes_of(self.id)
        assert found
        for process in found:
            process.kill()


@dataclass(frozen=True)
class Killed:
    """Three runs, and what of them was killed.

    Attributes:
        worker: The worker alone; another one has come since.
        process: The flow process alone, while the worker lived.
        both: Both at once.
        at: When worker and both were, in seconds since 1970.
        answered: Bodies of the requests of `both` that had been answered.
    """

    worker: Run
    process: Run
    both: Run
    at: float
    answered: frozenset[str]


@pytest.fixture(scope="module")
def killed(
    server: PrefectServer,
    provider: RunningServer,
    working: Service,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Killed]:
    """Runs that were killed while they wrote."""
    provider.set_scenario({"key": KEY, "latency_seconds": SLOW_SECONDS})
    provider.clear_ledger()
    folder = tmp_path_factory.mktemp("killed")
    runs = [started(server, name, folder) for name in ("worker", "process", "both")]
    for run in runs:
        deadline = time.monotonic() + 180
        while not run.is_at_work(provider):
            assert time.monotonic() < deadline, server.logs(run.id)
            time.sleep(0.2)
    alone, process, both = runs
    provider.set_scenario({"key": KEY, "latency_seconds": SLOWER_SECONDS})
    process.kill()
    server.wait_for(process.id, seconds=60)
    answered = frozenset(hit.body_sha256 for hit in both.hits(provider) if hit.status == 200)
    working.stop(signal.SIGKILL)
    both.kill()
    at = time.time()
    working.start()
    yield Killed(alone, process, both, at, answered)
    provider.set_scenario({"key": KEY})
    for run in runs:
        for left in processes_of(run.id):
            left.kill()


def started(server: PrefectServer, name: str, folder: Path) -> Run:
    """A run of a project of its own."""
    project = copy_example(folder / f"without-{name}", before=SMALL, after=QUICK)
    run = Run(name, "", project)
    run_id = server.start_run("report", project=str(project), overrides=run.overrides)
    return replace(run, id=run_id)


def left_open(server: PrefectServer, run_id: str) -> list[Json]:
    """Chapters of a run, and tasks of the run and of its chapters, that have not ended."""
    chapters = server.chapters(run_id)
    of_chapters = [task for one in chapters for task in server.task_runs(one["id"])]
    found = [*chapters, *server.task_runs(run_id), *of_chapters]
    return [one for one in found if one["state"]["type"] not in FINAL]


def test_flow_process_killed_alone_is_told_by_its_worker(
    server: PrefectServer, killed: Killed, receiver: Receiver
) -> None:
    """Crashed at once, with the signal that ended it; a person is told."""
    run = server.flow_run(killed.process.id)
    assert run["state"]["name"] == "Crashed"
    assert "Process exited with status code: -9" in run["state"]["message"]
    assert receiver.wait_for(f"{run['name']}: Crashed")


def test_run_whose_worker_is_killed_goes_on(
    server: PrefectServer, killed: Killed, provider: RunningServer
) -> None:
    """It holds its project: a second start ends as Skipped, and says who works since when."""
    run = killed.worker
    other = server.run("report", project=str(run.project), overrides=run.overrides)
    assert other["state"]["name"] == "Skipped", other["state"]["message"]
    owner = f"flow run {run.id}, process [0-9]+ on .+, since 20[0-9]{{2}}-"
    assert re.search(owner, other["state"]["message"])
    provider.set_scenario({"key": KEY})

    ended = server.wait_for(run.id)

    assert ended["state"]["name"] == "Completed", ended["state"]["message"]
    assert all(hit.status == 200 for hit in run.hits(provider))


def test_run_killed_with_its_worker_becomes_crashed_and_the_next_one_goes_on(
    server: PrefectServer, killed: Killed, provider: RunningServer, receiver: Receiver
) -> None:
    """Crashed within 120 s; no answer is asked for again, and nothing stays Running."""
    dead = killed.both
    before = dead.hits(provider)
    assert killed.answered

    run = server.wait_for(dead.id, seconds=killed.at + CRASH_SECONDS - time.time())

    assert run["state"]["name"] == "Crashed"
    assert f"No heartbeat for {SILENCE.seconds} s" in run["state"]["message"]
    crashed_at = datetime.fromisoformat(run["state"]["timestamp"]).timestamp()
    assert crashed_at < killed.at + CRASH_SECONDS  # the tests before this one have waited too
    assert receiver.wait_for(f"{run['name']}: Crashed")
    assert left_open(server, dead.id)
    provider.set_scenario({"key": KEY})

    again = server.run("report", project=str(dead.project), overrides=dead.overrides)

    assert again["state"]["name"] == "Completed", again["state"]["message"]
    new = [hit.body_sha256 for hit in dead.hits(provider)[len(before) :]]
    assert new
    assert not killed.answered & set(new)
    assert not left_open(server, dead.id)
    assert f"flow run {dead.id} died" in server.logs(again["id"])
