"""The control of a run: who holds the project, how much works at once, and the stop."""

from __future__ import annotations

import threading

from factbook.lease.lease import Lease
from factbook.runs.progress import Progress
from factbook.runs.semaphore import FairSemaphore
from factbook.runs.work_order import WorkOrder


class RunControl:
    """What the threads of a run share while it works.

    Args:
        max_workers: How many sections work at once in this process.
        sections: How many sections the run has.
        lease: The lease of the run folder; None in a process that only writes sections of the run.

    Attributes:
        stop: Set when the run stops.
        sections: Permits of the sections that work.
        progress: Where the run stands.
        lease: The lease of the run folder.
    """

    def __init__(self, max_workers: int, sections: int, lease: Lease | None = None) -> None:
        self.stop = threading.Event()
        self.sections = FairSemaphore(max_workers, self.stop)
        self.progress = Progress(sections)
        self.lease = lease
        self._order: WorkOrder | None = None

    def interrupt(self) -> None:
        """Stop: no section begins any more, and those that wait are woken."""
        self.stop.set()
        self.withdraw_order()
        self.sections.wake_all()

    def issue_order(self, order: WorkOrder) -> None:
        """Let other processes write sections of the run, until it stops or ends.

        Args:
            order: The work order, which names the run to them.

        Raises:
            StoppedError: The run folder cannot be written to.
        """
        self._order = order
        order.issue()
        if self.stop.is_set():  # meanwhile
            order.withdraw()

    def withdraw_order(self) -> None:
        """Let no other process write sections of the run any more."""
        if self._order is not None:
            self._order.withdraw()

    def verify_lease(self) -> None:
        """Make sure that the project is still this run's.

        Raises:
            StoppedError: Another run has taken it over; nothing must be written any more.
        """
        if self.lease is not None:
            self.lease.verify()

    def leave(self) -> None:
        """Let others know that this process ends now, without an orderly end."""
        if self.lease is not None:
            self.lease.leave()

    def close(self) -> None:
        """Give the project up."""
        self.withdraw_order()
        if self.lease is not None:
            self.lease.release()
