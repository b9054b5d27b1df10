"""Having workers for a run. Nothing of Dask is imported unless the runner is ``dask``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from factbook.runs.session import Session
from flows.workers import Workers, working


@contextmanager
def section_workers(session: Session) -> Iterator[None]:
    """Have workers for the sections of a run, where its configuration asks for them.

    Args:
        session: The run.

    Raises:
        StoppedError: The scheduler cannot be reached or has no workers, or none can be started.
    """
    if session.config.runner != "dask":
        yield
        return
    from flows.dask_cluster import cluster, watched

    with cluster(session.config) as (address, access):
        found = Workers(address, session.hand_out(), access)
        try:
            with working(found), watched(found, session):
                yield
        finally:
            session.take_back()  # before the cluster ends
