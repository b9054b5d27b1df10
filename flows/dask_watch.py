"""The workers of a cluster while a run uses them: made ready, and watched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import distributed
from distributed.scheduler import KilledWorker

from factbook.config.redaction import quoted
from factbook.errors import CancelledError, StoppedError
from factbook.runs.run import Run
from flows.dask_cluster import SECONDS_TO_CONNECT
from flows.sections import make_ready
from flows.workers import Workers

SECONDS_TO_BE_READY = 60


SECONDS_BETWEEN_LOOKS = 2.0


SECONDS_TO_ANSWER = 10.0


def make_all_ready(client: distributed.Client, workers: Workers, run: Run) -> None:
    """Have all workers of today import what sections need and read the project, side by side.

    Args:
        client: A client of their scheduler.
        workers: The workers.
        run: The run.

    Raises:
        StoppedError: One of them cannot work for this run.
    """
    try:
        names = list(client.nthreads())
    except OSError as error:
        raise StoppedError(
            f"The Dask scheduler at {workers.address} does not answer any more: {quoted(error)}"
        ) from None
    futures = [
        client.submit(make_ready, workers.run, workers=[name], pure=False, key=f"ready-{uuid4()}")
        for name in names
    ]
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while not all(future.done() for future in futures):
        if run.control.stop.wait(0.05) or time.monotonic() > deadline:  # one may have much to do
            return
    for wrong in (future.exception() for future in futures if future.status == "error"):
        if isinstance(wrong, StoppedError):
            raise wrong
        if not isinstance(wrong, KilledWorker | CancelledError):
            raise StoppedError(
                f"A worker of the Dask scheduler at {workers.address} cannot write sections: "
                f"{type(wrong).__name__}: {wrong}. It needs the same version of Factbook, with the "
                "extra dask"
            )


@contextmanager
def watched(workers: Workers, run: Run) -> Iterator[None]:
    """Stop a run whose scheduler or workers are unavailable for as long as a model call may take.

    Args:
        workers: The workers.
        run: The run.
    """
    ended = threading.Event()
    patience_seconds = run.inputs.config.limits.deadline_seconds

    def watch() -> None:
        seen_at = time.monotonic()
        while not ended.wait(SECONDS_BETWEEN_LOOKS):
            if _count(client):
                seen_at = time.monotonic()
            elif time.monotonic() - seen_at > patience_seconds:
                workers.loss.note(
                    f"The Dask scheduler at {workers.address} has had no workers, or was "
                    f"unavailable, for {patience_seconds:g} s (limits.deadline_seconds)"
                )
                run.interrupt()
                return

    with _connected(workers) as client:
        make_all_ready(client, workers, run)
        threading.Thread(target=watch, name="workers", daemon=True).start()
        try:
            yield
        finally:
            ended.set()


def _connected(workers: Workers) -> distributed.Client:
    try:
        return distributed.Client(
            workers.address, timeout=SECONDS_TO_CONNECT, set_as_default=False, **workers.access
        )
    except OSError as error:
        raise StoppedError(
            f"The Dask scheduler at {workers.address} cannot be reached any more: {quoted(error)}"
        ) from None


def _count(client: distributed.Client) -> int:
    """How many workers a scheduler has; 0 too when it does not answer."""
    scheduler = client.scheduler
    if client.status != "running" or scheduler is None:
        return 0
    try:
        return len(client.sync(scheduler.ncores, callback_timeout=SECONDS_TO_ANSWER))
    except (OSError, RuntimeError):
        return 0
