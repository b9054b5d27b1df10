"""A fair semaphore: how many sections work at once in this process, first come first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from factbook.errors import CancelledError


class FairSemaphore:
    """Permits for work. Waiting threads get them in the order in which they came.

    `threading.Semaphore` promises no order, and a stop cannot wake the threads that wait for it.

    Args:
        permits: How many may work at once.
        stop: Set when the run stops; waiting threads then raise instead of working.
    """

    def __init__(self, permits: int, stop: threading.Event) -> None:
        self._lock = threading.Lock()
        self._permits = permits
        self._free = permits
        self._waiting: deque[threading.Event] = deque()
        self._stop = stop

    @contextmanager
    def permit(self) -> Iterator[None]:
        """Hold a permit.

        Raises:
            CancelledError: The run stops.
        """
        self._acquire()
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Release the permit that is held for the block, and queue for it again afterwards.

        Raises:
            CancelledError: The run has stopped in the meantime; no permit is given any more.
        """
        self._release()
        try:
            yield
        finally:
            self._acquire()

    def wake_all(self) -> None:
        """Wake every waiting thread, once the stop is set."""
        with self._lock:
            for waiter in self._waiting:
                waiter.set()

    def _acquire(self) -> None:
        with self._lock:
            if self._stop.is_set():
                raise CancelledError("the run was interrupted")
            if self._free > 0:  # then nobody waits
                self._free -= 1
                return
            waiter = threading.Event()
            self._waiting.append(waiter)
        try:
            waiter.wait()
        except BaseException:  # of a signal, in the main thread: the permit is given back
            self._leave(waiter)
            raise
        with self._lock:
            if waiter in self._waiting:  # woken by a stop, without a permit
                self._waiting.remove(waiter)
                raise CancelledError("the run was interrupted")
        if self._stop.is_set():
            self._release()
            raise CancelledError("the run was interrupted")

    def _leave(self, waiter: threading.Event) -> None:
        with self._lock:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                return
        self._release()

    def _release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            elif self._free < self._permits or self._stop.is_set():
                self._free += 1
            else:
                raise RuntimeError("a permit is released that nobody holds")
