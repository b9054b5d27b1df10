"""The runs that are open in a process, as Prefect tasks find them. No server is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from factbook.errors import CancelledError, StoppedError
from factbook.runs.begin import begun
from factbook.runs.engine import Step, Work
from factbook.runs.ref import RunRef, WorkRef
from factbook.runs.run import Run
from factbook.runs.worker_run import WorkerRun, work_ref
from flows import registry
from flows.registry import engine_of, registered, work, worker_run

PATIENCE_SECONDS = 10.0


class Naming:
    """An engine whose work says what it was asked for."""

    def work(self, step: Step) -> Work:
        """Names the item."""
        return lambda item_id: f"{step} {item_id}"

    def shown_chapter(self, chapter_id: str, name: str) -> AbstractContextManager[None]:
        """Shows nothing."""
        return nullcontext()


@pytest.fixture
def run(make_project: Callable[..., Path]) -> Iterator[Run]:
    """A run that has computed its evidence."""
    with begun(RunRef(project=str(make_project(before='outputs = ["csv"]\n')))) as run:
        run.prepare()
        yield run


@pytest.fixture
def ref(run: Run) -> Iterator[WorkRef]:
    """What names the run to other processes."""
    ref = work_ref(run)
    yield ref
    run.control.withdraw_order()
    wait_until(lambda: ref not in registry._worker_runs)


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened in another thread."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_tasks_find_the_engine_of_their_run_while_it_works() -> None:
    """By name; another run of the process has another one."""
    one, other = RunRef(project="one"), RunRef(project="other")
    first, second = Naming(), Naming()
    with registered(one, first), registered(other, second):
        assert engine_of(one) is first
        assert engine_of(other) is second
        assert work(RunRef(project="one"), "export", "md") == "export md"
    for ref in (one, other):
        with pytest.raises(KeyError):
            engine_of(ref)


def test_engine_of_a_run_that_fails_is_forgotten() -> None:
    """The next run of the same name has its own."""
    ref = RunRef(project="one")
    with pytest.raises(StoppedError), registered(ref, Naming()):
        raise StoppedError("full")
    with pytest.raises(KeyError):
        engine_of(ref)


@pytest.mark.slow
def test_section_of_another_process_is_written_under_its_order(run: Run, ref: WorkRef) -> None:
    """The record stands in the run folder."""
    section_id = next(iter(run.inputs.specs))
    written = work(ref, "section", section_id)
    assert run.sections.standing(section_id) == written.record


@pytest.mark.slow
def test_worker_opens_a_run_once(run: Run, ref: WorkRef) -> None:
    """A later order of the project, such as after an approval, is another run."""
    worker = worker_run(ref)
    assert worker_run(ref) is worker
    second = work_ref(run)
    assert worker_run(second) is not worker
    with pytest.raises(CancelledError):
        worker_run(ref)
    run.control.withdraw_order()
    wait_until(lambda: second not in registry._worker_runs)


@pytest.mark.slow
@pytest.mark.parametrize(
    "end", [Run.interrupt, lambda run: run.control.withdraw_order()], ids=["stop", "end"]
)
def test_worker_stops_with_its_run(run: Run, ref: WorkRef, end: Callable[[Run], None]) -> None:
    """A section that waits is let go, nothing begins any more, the run is forgotten."""
    worker = worker_run(ref)
    end(run)
    assert worker.control.stop.wait(PATIENCE_SECONDS)
    with pytest.raises(CancelledError):
        worker.sections.write(next(iter(run.inputs.specs)))
    with pytest.raises(CancelledError):
        work(ref, "section", next(iter(run.inputs.specs)))
    wait_until(lambda: ref not in registry._worker_runs)


def test_run_that_is_over_is_not_opened(
    run: Run, ref: WorkRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has never seen it does not read its project."""
    run.control.withdraw_order()
    monkeypatch.setattr("flows.registry.WorkerRun", None)
    with pytest.raises(CancelledError, match="stops, or has ended"):
        worker_run(ref)


@pytest.mark.slow
def test_run_that_is_over_is_closed(
    run: Run, ref: WorkRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connections too."""
    closed: list[WorkerRun] = []
    close = WorkerRun.close
    monkeypatch.setattr(WorkerRun, "close", lambda self: (closed.append(self), close(self)))
    worker = worker_run(ref)
    run.interrupt()
    wait_until(lambda: closed == [worker])


@pytest.mark.slow
def test_run_that_cannot_be_opened_is_tried_again(
    run: Run, ref: WorkRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leaves nothing behind: the project may be there the next time."""

    def missing(ref: WorkRef) -> WorkerRun:
        raise StoppedError("no project")

    with monkeypatch.context() as patch:
        patch.setattr("flows.registry.WorkerRun", missing)
        with pytest.raises(StoppedError, match="no project"):
            worker_run(ref)
    assert worker_run(ref) is worker_run(ref)
