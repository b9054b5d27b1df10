"""Progress of a run, for whoever watches it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from factbook.writing.record import Status


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a run stands.

    Attributes:
        total: Sections of the run.
        done: Sections with an outcome.
        in_flight: Sections at work.
        by_status: Sections with an outcome, by status.
        calls_in_flight: Model calls that were made and have not come back.
        cost_usd: What the run has paid so far.
        elapsed_seconds: Since the first section began.
        left_seconds: Estimate from the pace so far; None before the first outcome.
    """

    total: int
    done: int
    in_flight: int
    by_status: dict[Status, int]
    calls_in_flight: int
    cost_usd: float
    elapsed_seconds: float
    left_seconds: float | None


class Progress:
    """Counts sections, calls and money.

    Written to by the threads that work, read by the one that shows it.
    """

    def __init__(self, total: int) -> None:
        self._lock = threading.Lock()
        self._total = total
        self._in_flight = 0
        self._statuses: dict[str, Status] = {}
        self._calls_in_flight = 0
        self._cost_usd = 0.0
        self._started: float | None = None

    def restart(self, total: int) -> None:
        """The run begins again with other inputs; what it has paid counts on.

        Args:
            total: Sections of the run.
        """
        with self._lock:
            self._total = total
            self._statuses = {}

    def start(self) -> None:
        """Sections begin, in this process or in others."""
        with self._lock:
            self._started = self._started or time.monotonic()

    def begin(self) -> None:
        """A section begins in this process."""
        with self._lock:
            self._started = self._started or time.monotonic()
            self._in_flight += 1

    def end(self) -> None:
        """A section stops working, whatever became of it."""
        with self._lock:
            self._in_flight -= 1

    def finish(self, section_id: str, status: Status) -> None:
        """A section has an outcome, perhaps another one than before."""
        with self._lock:
            self._statuses[section_id] = status

    def begin_call(self) -> None:
        """A model call is made."""
        with self._lock:
            self._calls_in_flight += 1

    def end_call(self) -> None:
        """A model call has come back, whatever it gave."""
        with self._lock:
            self._calls_in_flight -= 1

    def add_cost(self, usd: float) -> None:
        """Something was paid for.

        Args:
            usd: What it has cost.
        """
        with self._lock:
            self._cost_usd += usd

    def percent(self, section_ids: Collection[str] | None = None) -> float:
        """Sections with an outcome, in percent.

        Args:
            section_ids: Of these sections; None for all of the run.
        """
        with self._lock:
            if section_ids is None:
                done, total = len(self._statuses), self._total
            else:
                done, total = sum(i in self._statuses for i in section_ids), len(section_ids)
            return 100 * done / total if total else 100.0

    def snapshot(self) -> Snapshot:
        """Where the run stands now."""
        with self._lock:
            done = len(self._statuses)
            elapsed = time.monotonic() - self._started if self._started else 0.0
            left = elapsed / done * (self._total - done) if done else None
            return Snapshot(
                total=self._total,
                done=done,
                in_flight=self._in_flight,
                by_status=dict(Counter(self._statuses.values())),
                calls_in_flight=self._calls_in_flight,
                cost_usd=self._cost_usd,
                elapsed_seconds=elapsed,
                left_seconds=left,
            )
