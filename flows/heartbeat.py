"""Signs of life of a flow run, for a server that looks for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

from prefect.events import emit_event
from prefect.runtime import flow_run

from flows.flow_runs import is_kept

SECONDS_BETWEEN_BEATS = 10.0
"""Prefect's own heart beats every 30 s, no faster. Its client tries for 7 s to tell of a beat, and
tells of it with the next one: of an outage of 60 s and a start of 15 s, the server would hear
nothing for 135 s, and take the run for dead."""


@contextmanager
def alive() -> Iterator[None]:
    """Inside the block, the flow run of the caller gives signs of life where its run is kept."""
    if not is_kept():
        yield
        return
    ended = threading.Event()
    resource = {
        "prefect.resource.id": f"prefect.flow-run.{flow_run.id}",
        "prefect.resource.name": str(flow_run.name),
    }

    def beat() -> None:
        while not ended.wait(SECONDS_BETWEEN_BEATS):
            emit_event("prefect.flow-run.heartbeat", resource)

    heart = threading.Thread(target=copy_context().run, args=(beat,), name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()
