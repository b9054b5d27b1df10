"""A Dask cluster: started here for one run, or a scheduler that runs already; and watched."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import dask
import distributed

from factbook.config.project_config import ProjectConfig
from factbook.config.redaction import quoted
from factbook.errors import StoppedError
from flows.environment import environment_values

LOOPBACK = "127.0.0.1"
SECONDS_TO_CONNECT = 15
SECONDS_FOR_A_WORKER = 30
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
    # What becomes of workers is known from the sections that they have or have not written.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if config.dask_address is not None:
        require_workers(config.dask_address)
        yield config.dask_address, {}
        return
    with own_cluster(config.limits.max_workers) as own:
        yield own.scheduler_address, {"security": own.security}


@contextmanager
def own_cluster(sections: int) -> Iterator[distributed.LocalCluster]:
    """Processes on this machine that nobody else can talk to, or give code to.

    Args:
        sections: How many sections work at once.

    Raises:
        StoppedError: It cannot be started.
    """
    with (
        # Else Python looks for modules in the current folder first, which may be a project.
        environment_values({"PYTHONSAFEPATH": "1"}),
        TemporaryDirectory(prefix="factbook-dask-", ignore_cleanup_errors=True) as folder,
        _started(sections, folder) as own,
    ):
        yield own


def _started(sections: int, folder: str) -> distributed.LocalCluster:
    processes = min(os.cpu_count() or 1, sections)
    try:
        settings = {
            "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
            "distributed.scheduler.worker-ttl": SILENCE,
            # All of them look for modules there first. Dask's own has a name that is known, in a
            # folder of all users, so that another user may have made it.
            "temporary-directory": folder,
            # Both serve pages that tell everybody of the machine what is at work.
            "distributed.scheduler.http.routes": [],
            "distributed.worker.http.routes": [],
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
                preload=["flows.dask_preload"],
            )
    except (OSError, RuntimeError) as error:
        raise StoppedError(
            f"No Dask cluster could be started on this machine: {quoted(error)}. Set runner to "
            "'thread', or dask_address to the address of a scheduler that runs"
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
            f"{name} cannot be reached: {quoted(error)}. Start it with 'dask scheduler', correct "
            "the address, or remove it to have a cluster started here"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
        except OSError:  # no answer, or not in time
            raise StoppedError(
                f"{name} has no workers. Start some with 'dask worker {address}', in an "
                "environment in which Factbook is installed"
            ) from None
