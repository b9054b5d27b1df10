"""Workers, a model server, and a project for all crash tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import copy_example
from tests.crash.runs import SLUG, Runs, Whole, files
from tests.crash.workers import workers
from tests.servers import fixtures, running
from tests.workers import Worker

model_server = fixtures.model_server

PASSES = "add_summary = true\nadd_feedback = true\nadd_final_polish = true\n"
QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\nmax_in_flight = 1\n"
SETTINGS = ("sub_task_list=1.1.1", "outputs=csv,md")


@pytest.fixture(scope="session")
def crew() -> Iterator[Worker]:
    """Processes that carry out orders."""
    with workers() as started:
        yield started


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs of a small project with two countries, whose answers take their time."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "home").mkdir()
    project = copy_example(folder / "project", before=PASSES, after=QUICK)
    with running.model_server({"latency_seconds": 0.1}) as server:
        yield Runs(project, server, folder / "home", SETTINGS)


@pytest.fixture(scope="session")
def whole(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The report of a run that was never killed, which all others are compared with."""
    out = tmp_path_factory.mktemp("whole")
    account = runs.account(out)
    runs.finish(out)
    account.check()
    made = Whole(out, files(out), len(runs.server.ledger()))
    assert {f"{SLUG}-selection.md", "checks.csv"} <= made.files.keys()
    return made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder kill processes: `make test` leaves them to `make crash`."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.crash)
