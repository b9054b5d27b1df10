"""The workers that write a run's sections, where that is not this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from factbook.runs.ref import RunRef

WORKER_DIED = "WorkerDied"
"""Name of the state of a section whose worker has died with it, or with one that it waited for."""


@dataclass
class Workers:
    """Workers that all chapters of a run share.

    Attributes:
        address: Address of the scheduler that hands out sections to them.
        run: The run, as they know it.
        access: Arguments of a client that the scheduler lets in.
        lost: Why they cannot be had any more; empty while they can.
    """

    address: str
    run: RunRef
    access: Mapping[str, Any] = field(default_factory=dict)
    lost: str = ""


_workers: ContextVar[Workers | None] = ContextVar("workers", default=None)


def workers() -> Workers | None:
    """The workers of the run that goes on; None when its sections are written in this process."""
    return _workers.get()


@contextmanager
def working(found: Workers) -> Iterator[None]:
    """Have them write the sections of the chapters that are started in the block."""
    token = _workers.set(found)
    try:
        yield
    finally:
        _workers.reset(token)
