"""Runs of the small example: one that is finished, and others that begin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factbook.runs.begin import begun
from factbook.runs.ref import RunRef
from factbook.runs.run import Run
from factbook.runs.start import start_run
from tests.conftest import copy_example

LIGHT = 'outputs = ["csv", "md"]\n'
ALL_KINDS = f"{LIGHT}add_introduction_to_task = true\nadd_sub_task_summary = true\n"
"""Of a report with sections of all kinds."""


@pytest.fixture(scope="session")
def finished_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its finished report in ``out``; nobody changes it."""
    project = copy_example(tmp_path_factory.mktemp("finished") / "project", ALL_KINDS)
    outcome = start_run(RunRef(project=str(project)))
    assert outcome.state == "Completed", outcome.message
    return project


@pytest.fixture
def finished(finished_report: Path, tmp_path: Path) -> RunRef:
    """A run of a copy of it, whose report stands."""
    return RunRef(project=str(shutil.copytree(finished_report, tmp_path / "finished")))


@pytest.fixture
def new(make_project: Callable[..., Path]) -> RunRef:
    """A run of a project that has no report."""
    return RunRef(project=str(make_project(ALL_KINDS)))


@pytest.fixture
def held(new: RunRef) -> Iterator[Run]:
    """A run that holds such a project, its evidence computed."""
    with begun(new) as run:
        run.prepare()
        yield run
