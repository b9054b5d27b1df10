"""Which engine carries a run from the command line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from factbook.cli.engines import engine_for, is_first_run
from factbook.config.load import load_config
from factbook.errors import ConfigError
from factbook.runs.engine import Engine
from factbook.runs.ref import RunRef
from factbook.runs.thread_engine import ThreadEngine

MakeProject = Callable[..., Path]


class Brought(ThreadEngine):
    """An engine that a program brings."""


def bring() -> AbstractContextManager[Engine]:
    """Brings it."""
    return nullcontext(Brought())


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [((), Brought), (("run.engine=prefect",), Brought), (("run.engine=threads",), ThreadEngine)],
)
def test_engine_is_the_one_of_the_configuration(
    make_project: MakeProject, assignments: tuple[str, ...], expected: type
) -> None:
    """The command line's setting comes before the file's."""
    ref = RunRef(project=str(make_project()), assignments=assignments)
    with engine_for(ref, {"prefect": bring})() as engine:
        assert type(engine) is expected


def test_engine_of_the_file(make_project: MakeProject) -> None:
    """In its table."""
    ref = RunRef(project=str(make_project(after='[run]\nengine = "threads"\n')))
    with engine_for(ref, {"prefect": bring})() as engine:
        assert type(engine) is ThreadEngine


def test_program_that_brings_no_engine_has_threads(make_project: MakeProject) -> None:
    """The library's own command line."""
    with engine_for(RunRef(project=str(make_project())), {})() as engine:
        assert type(engine) is ThreadEngine


def test_configuration_with_errors_starts_no_engine(tmp_path: Path) -> None:
    """Its findings come with all others, once the project is opened."""
    with engine_for(RunRef(project=str(tmp_path)), {"prefect": bring})() as engine:
        assert type(engine) is ThreadEngine


def test_engine_that_nobody_knows_is_bad_input(make_project: MakeProject) -> None:
    """The allowed ones are named."""
    with pytest.raises(ConfigError, match="'run.engine' is 'dask'") as error:
        load_config(make_project(), ("run.engine=dask",))
    (finding,) = error.value.findings
    assert "threads" in str(finding.allowed)


def test_first_run_is_one_without_a_report(tmp_path: Path) -> None:
    """In the folder for results, of whatever project."""
    ref = RunRef(project="p", out=str(tmp_path / "out"))
    assert is_first_run(ref)
    (tmp_path / "out" / "a-report").mkdir(parents=True)
    assert is_first_run(ref)
    (tmp_path / "out" / "a-report" / "run.json").touch()
    assert not is_first_run(ref)
