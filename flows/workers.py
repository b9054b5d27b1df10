"""The workers that write a run's sections, where that is not this process, as a run knows them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from factbook.runs.ref import WorkRef

WORKER_DIED = "WorkerDied"
"""Name of the state of a section whose worker has died with it, or with one that it waited for."""


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
