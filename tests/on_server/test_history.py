"""How long the server keeps what it knows of runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.on_server.database import execute
from tests.on_server.prefect_server import PrefectServer

MakeProject = Callable[..., Path]
SECONDS = 120.0


def ended_before(server: PrefectServer, runs: list[str], days: int) -> None:
    """Have runs that have ended been at their end so many days ago."""
    ids = ", ".join(f"'{run}'" for run in runs)
    execute(
        server.database,
        f"UPDATE flow_run SET end_time = end_time - interval '{days} days' WHERE id IN ({ids})",  # noqa: S608 - ids of the server
    )


def kept(server: PrefectServer, runs: list[str]) -> tuple[int, int, int]:
    """How many of these runs the server has, and how many log lines and artifacts of theirs."""
    there = [run for run in runs if server.client.get(f"flow_runs/{run}").is_success]
    of = {"flow_run_id": {"any_": runs}}
    lines = server.ask("POST", "logs/filter", {"logs": of})
    artifacts = server.ask("POST", "artifacts/filter", {"artifacts": of})
    return len(there), len(lines), len(artifacts)


@pytest.mark.usefixtures("working")
def test_runs_of_the_last_90_days_are_kept(
    server: PrefectServer, small_project: MakeProject
) -> None:
    """An older one goes, with its chapters and all that they said; a younger one stays."""

    def reported() -> list[str]:
        run_id = str(server.run("report", project=project)["id"])
        return [run_id, *(chapter["id"] for chapter in server.chapters(run_id))]

    project = str(small_project())
    young, old = reported(), reported()
    before = kept(server, young)
    assert before[0] == len(young) > 1
    assert min(before) > 0
    ended_before(server, young, 89)
    ended_before(server, old, 91)
    deadline = time.monotonic() + SECONDS
    while (left := kept(server, old)) != (0, 0, 0):
        assert time.monotonic() < deadline, left
        time.sleep(0.5)
    assert kept(server, young) == before
