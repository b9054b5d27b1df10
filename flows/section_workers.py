"""Sections of a run on workers, where its configuration asks for them.

Nothing of Dask is imported unless the configuration's runner is ``dask``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from prefect import State

from factbook.errors import StoppedError
from factbook.runs.engine import Item
from factbook.runs.run import Run
from factbook.runs.worker_run import work_ref
from flows.sections import write_section
from flows.submitting import ended, submit, submit_one
from flows.workers import WORKER_DIED, Workers

log = logging.getLogger("factbook")


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
    from flows.dask_cluster import cluster
    from flows.dask_watch import watched

    with cluster(config) as (address, access):
        one_by_one = not config.run_task_concurrent
        found = Workers(address, work_ref(run), one_by_one, access)
        run.control.progress.start()
        try:
            with watched(found, run):
                yield found
        finally:
            run.control.withdraw_order()  # before the cluster ends


def run_sections(
    workers: Workers, items: Sequence[Item], stop: threading.Event
) -> Iterator[tuple[str, State[Any]]]:
    """Have sections written, and yield the state in which each ended.

    A section that kills its worker takes those with it that share the worker, and those that
    wait for it. They are tried again alone, after all others: then it was not another one.

    Args:
        workers: The workers.
        items: The sections.
        stop: Set when the run stops.

    Raises:
        StoppedError: The scheduler or all workers are lost.
    """
    from flows.dask_runner import SectionsOnDask

    died: set[str] = set()
    with SectionsOnDask(workers, one_by_one=workers.one_by_one) as runner:
        for name, state in ended(submit(runner, write_section, items, workers.run), stop):
            if state.name == WORKER_DIED:
                died.add(name)
            else:
                yield name, state
        for item in items:
            if item.id in died and not stop.is_set():
                log.warning("%s: its worker has died; it is tried again alone", item.id)
                alone = submit_one(runner, write_section, item, workers.run)
                yield from ended({item.id: alone}, stop)
        if stop.is_set():
            runner.cancel_all()
    if workers.loss.reason:
        raise StoppedError(workers.loss.reason)
