"""A model server and workers for all crash tests of a module's process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.runs import SLUG, Runs
from tests.crash.workers import Workers, workers
from tests.servers import fixtures, running

model_server = fixtures.model_server

MakeProject = Callable[..., Path]
PASSES = "add_summary = true\nadd_feedback = true\nadd_final_polish = true\n"
QUICK = "[limits]\nrequests_per_minute = 60000\ntokens_per_minute = 1000000000\nmax_in_flight = 1\n"
SETTINGS = ("sub_task_list=1.1.1", "outputs=csv,md")


@pytest.fixture(scope="session")
def crew() -> Iterator[Workers]:
    """Processes that carry out orders."""
    with workers() as started:
        yield started


@pytest.fixture
def runs(make_project: MakeProject, tmp_path: Path) -> Iterator[Runs]:
    """Runs of a small project with two countries, whose answers take their time."""
    (tmp_path / "home").mkdir()
    with running.model_server({"latency_seconds": 0.15}) as server:
        project = make_project(before=PASSES, after=QUICK)
        yield Runs(project, SLUG, server, tmp_path / "home", SETTINGS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder kill processes: `make test` leaves them to `make crash`."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.crash)
