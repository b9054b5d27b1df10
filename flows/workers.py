"""The workers that write a run's sections, where that is not this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from factbook.runs.ref import RunRef

WORKER_DIED = "WorkerDied"
"""Name of the state of a section whose worker has died with it, or with one that it waited for."""


class Loss:
    """Why workers cannot be had any more; one thread watches them, those of chapters ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason = ""

    def tell(self, reason: str) -> None:
        """They are lost; what was told first stands."""
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
        access: Arguments of a client that the scheduler lets in.
        loss: Whether and why they cannot be had any more.
    """

    address: str
    run: RunRef
    access: Mapping[str, Any] = field(default_factory=dict)
    loss: Loss = field(default_factory=Loss)


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
