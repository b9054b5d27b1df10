"""Heartbeats of a flow run, for a server that waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

from prefect.events import emit_event
from prefect.runtime import flow_run

from flows.flow_runs import is_kept

INTERVAL_SECONDS = 10.0
"""Prefect sends a heartbeat every 30 s, no more often. Its client retries for 7 s, and then waits
for the next one: after an outage of 60 s and a start of 15 s, the server may have had
none for 135 s, and takes the run for dead."""


@contextmanager
def alive() -> Iterator[None]:
    """Inside the block, the flow run of the caller sends heartbeats where its run is kept."""
    if not is_kept():
        yield
        return
    ended = threading.Event()
    resource = {
        "prefect.resource.id": f"prefect.flow-run.{flow_run.id}",
        "prefect.resource.name": str(flow_run.name),
    }

    def send() -> None:
        while not ended.wait(INTERVAL_SECONDS):
            emit_event("prefect.flow-run.heartbeat", resource)

    sender = threading.Thread(
        target=copy_context().run, args=(send,), name="heartbeat", daemon=True
    )
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()
