"""A Dask cluster: started here for one run, or a scheduler that runs already; and watched."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import dask
import distributed
from distributed.scheduler import KilledWorker

from factbook.config.project import ProjectConfig
from factbook.errors import CancelledError, StoppedError
from factbook.runs.run import Run
from flows.sections import make_ready
from flows.workers import Workers

LOOPBACK = "127.0.0.1"
SECONDS_TO_CONNECT = 15
SECONDS_FOR_A_WORKER = 30
SECONDS_TO_BE_READY = 60
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_TO_ANSWER = 10.0
ALLOWED_FAILURES = 1
"""Workers of a cluster of our own that may die with a section; at the next it is given up."""

SILENCE = "60s"
"""A worker of it that is silent for longer is replaced; one looks every 60 s. Dask's own is 5 min:
as long as a call may take in all."""

Access = tuple[str, dict[str, Any]]
"""Address of a scheduler, and arguments of a client that it lets in."""


@contextmanager
def cluster(config: ProjectConfig) -> Iterator[Access]:
    """The scheduler of ``dask_address``, or a cluster of this run's own, gone at its end.

    Args:
        config: The configuration.

    Raises:
        StoppedError: It cannot be reached or has no workers, or cannot be started.
    """
    # What becomes of workers is told by the sections that they have or have not written.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if config.dask_address is not None:
        require_workers(config.dask_address)
        yield config.dask_address, {}
        return
    with own_cluster(config.limits.max_workers) as own:
        yield own.scheduler_address, {"security": own.security}


def own_cluster(sections: int) -> distributed.LocalCluster:
    """Processes on this machine that nobody else can talk to.

    Args:
        sections: How many sections work at once.

    Raises:
        StoppedError: It cannot be started.
    """
    processes = min(os.cpu_count() or 1, sections)
    try:
        settings = {
            "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
            "distributed.scheduler.worker-ttl": SILENCE,
        }
        with dask.config.set(settings):
            return distributed.LocalCluster(
                n_workers=processes,
                threads_per_worker=-(-sections // processes),
                host=LOOPBACK,
                protocol="tls://",
                security=True,  # a certificate of its own: other users of the machine stay out
                memory_limit=0,  # sections are small, and a pause would look like a hang
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
    except (OSError, RuntimeError) as error:
        raise StoppedError(
            f"No Dask cluster could be started on this machine: {error}. Set runner to 'thread', "
            "or dask_address to the address of a scheduler that runs"
        ) from None


def require_workers(address: str) -> None:
    """Make sure that a scheduler can be reached and has workers.

    Args:
        address: Its address.

    Raises:
        StoppedError: It cannot, or has none.
    """
    name = f"The Dask scheduler at {address} (dask_address)"
    try:
        client = distributed.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StoppedError(
            f"{name} cannot be reached: {error}. Start it with 'dask scheduler', mend the "
            "address, or remove it to have a cluster started here"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
        except OSError:  # no answer, or not in time
            raise StoppedError(
                f"{name} has no workers. Start some with 'dask worker {address}', in an "
                "environment in which Factbook is installed"
            ) from None


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
            f"The Dask scheduler at {workers.address} does not answer any more: {error}"
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
    """Stop a run whose scheduler or workers have been away for as long as a model call may take.

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
                    f"The Dask scheduler at {workers.address} has had no workers, or was away, "
                    f"for {patience_seconds:g} s (limits.deadline_seconds)"
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
            f"The Dask scheduler at {workers.address} cannot be reached any more: {error}"
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
