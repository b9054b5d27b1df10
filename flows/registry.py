"""The runs that are open in this process, for Prefect tasks: they are given a name, not an object.

The one registry of the process. A run that this process carries is registered by its engine. A
process of a Dask worker opens the runs that it works for itself, and may live long and see many of
them; each has a work order of its own, and is closed when that is over.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from factbook.errors import CancelledError
from factbook.runs.engine import Step, Work
from factbook.runs.ref import RunRef, WorkRef
from factbook.runs.worker_run import WorkerRun, watch

SECONDS_BETWEEN_LOOKS = 0.5
"""At the work order. After a cancel a worker makes no call for longer than that."""


class CarryingEngine(Protocol):
    """The engine of a run that this process carries, as its tasks see it."""

    def work(self, step: Step) -> Work:
        """Does the work of an item."""

    def shown_chapter(self, chapter_id: str, name: str) -> AbstractContextManager[None]:
        """Show how much of a chapter is written."""


_engines: dict[RunRef, CarryingEngine] = {}
_worker_runs: dict[WorkRef, WorkerRun] = {}
_lock = threading.Lock()


@contextmanager
def registered(ref: RunRef, engine: CarryingEngine) -> Iterator[None]:
    """Tasks of a run find its engine inside the block.

    Args:
        ref: The run.
        engine: Carries it in this process.
    """
    with _lock:
        _engines[ref] = engine
    try:
        yield
    finally:
        with _lock:
            _engines.pop(ref, None)


def engine_of(ref: RunRef) -> CarryingEngine:
    """The engine of a run that this process carries."""
    with _lock:
        return _engines[ref]


def work(ref: RunRef, step: Step, item_id: str) -> Any:
    """Do the work of an item in this process.

    Args:
        ref: The run, or what names it to a process that only writes sections of it.
        step: What the item is.
        item_id: The item.

    Raises:
        CancelledError: The run stops, or has ended.
        StoppedError: The run cannot go on, or the project cannot be opened here.
    """
    if isinstance(ref, WorkRef):
        return worker_run(ref).sections.write(item_id)
    return engine_of(ref).work(step)(item_id)


def worker_run(ref: WorkRef) -> WorkerRun:
    """A run that this process works for, opened the first time.

    Args:
        ref: The run.

    Raises:
        CancelledError: The run stops, or has ended.
        StoppedError: The project cannot be opened here as the run has opened it.
    """
    with _lock:
        run = _worker_runs.get(ref)
        if run is not None and not run.is_over():
            return run
        if run is not None or watch(ref).is_over():
            raise CancelledError("the run that handed out this section stops, or has ended")
        run = _worker_runs[ref] = WorkerRun(ref)
    threading.Thread(target=_close_when_over, args=(run, ref), name="order", daemon=True).start()
    return run


def _close_when_over(run: WorkerRun, ref: WorkRef) -> None:
    while not run.control.stop.wait(SECONDS_BETWEEN_LOOKS) and not run.is_over():
        pass
    run.control.interrupt()
    with _lock:
        _worker_runs.pop(ref, None)
    run.close()
