"""The workers that write a run's sections, where that is not this process.

Nothing of Dask is imported unless the configuration's runner is ``dask``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from prefect import State

from factbook.errors import StoppedError
from factbook.runs.engine import Item
from factbook.runs.ref import WorkRef
from factbook.runs.run import Run
from factbook.runs.worker_run import work_ref
from flows.sections import write_section
from flows.submitting import ended, submit, submit_one

WORKER_DIED = "WorkerDied"
"""Name of the state of a section whose worker has died with it, or with one that it waited for."""

log = logging.getLogger("factbook")


class Loss:
    """Why workers are lost; one thread watches them, those of chapters ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason = ""

    def note(self, reason: str) -> None:
        """They are lost; the first reason stands."""
        with self._lock:
            self._reason = self._reason or reason

    @property
    def reason(self) -> str:
        """Why; empty while they can be had."""
        with self._lock:
            return self._reason


@dataclass(frozen=True)
class Workers:
    """Workers that all chapters of a run share.

    Attributes:
        address: Address of the scheduler that hands out sections to them.
        run: The run, as they know it.
        one_by_one: Whether each section of a chapter waits for the one before it.
        access: Arguments of a client that the scheduler lets in.
        loss: Whether and why they are lost.
    """

    address: str
    run: WorkRef
    one_by_one: bool
    access: Mapping[str, Any] = field(default_factory=dict)
    loss: Loss = field(default_factory=Loss)

    def run_sections(
        self, items: Sequence[Item], stop: threading.Event
    ) -> Iterator[tuple[str, State[Any]]]:
        """Have sections written, and yield the state in which each ended.

        A section that kills its worker takes those with it that share the worker, and those that
        wait for it. They are tried again alone, after all others: then it was not another one.

        Args:
            items: The sections.
            stop: Set when the run stops.

        Raises:
            StoppedError: The scheduler or all workers are lost.
        """
        from flows.dask_runner import SectionsOnDask

        died: set[str] = set()
        with SectionsOnDask(self, one_by_one=self.one_by_one) as runner:
            for name, state in ended(submit(runner, write_section, items, self.run), stop):
                if state.name == WORKER_DIED:
                    died.add(name)
                else:
                    yield name, state
            for item in items:
                if item.id in died and not stop.is_set():
                    log.warning("%s: its worker has died; it is tried again alone", item.id)
                    alone = submit_one(runner, write_section, item, self.run)
                    yield from ended({item.id: alone}, stop)
            if stop.is_set():
                runner.cancel_all()
        if self.loss.reason:
            raise StoppedError(self.loss.reason)


@contextmanager
def section_workers(run: Run) -> Iterator[Workers | None]:
    """Have workers for the sections of a run, where its configuration asks for them.

    Args:
        run: The run.

    Raises:
        StoppedError: The scheduler cannot be reached or has no workers, or none can be started.
    """
    config = run.inputs.config
    if config.runner != "dask":
        yield None
        return
    from flows.dask_cluster import cluster, watched

    with cluster(config) as (address, access):
        one_by_one = not config.run_task_concurrent
        found = Workers(address, work_ref(run), one_by_one, access)
        run.control.progress.start()
        try:
            with watched(found, run):
                yield found
        finally:
            run.control.withdraw_order()  # before the cluster ends
