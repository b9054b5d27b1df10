"""The gate: how many sections work at once in this process, first come first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from factbook.errors import CancelledError


class Gate:
    """Permits for sections at work. Waiting threads get them in order of their coming.

    `threading.Semaphore` promises no order, and cannot be woken by a stop.

    Args:
        permits: How many sections may work at once.
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
    def given_up(self) -> Iterator[None]:
        """Let another have the permit that is held, and line up for it again after the block.

        Raises:
            CancelledError: The run has stopped in the meantime; nobody gets a permit any more.
        """
        self._release()
        try:
            yield
        finally:
            self._acquire()

    def open_all(self) -> None:
        """Wake every waiting thread, once the stop is set."""
        with self._lock:
            for turn in self._waiting:
                turn.set()

    def _acquire(self) -> None:
        with self._lock:
            if self._stop.is_set():
                raise CancelledError("the run was interrupted")
            if self._free > 0:  # then nobody waits
                self._free -= 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        try:
            turn.wait()
        except BaseException:  # a signal's, in the main thread: what was given is given back
            self._leave(turn)
            raise
        with self._lock:
            if turn in self._waiting:  # woken by a stop, without a permit
                self._waiting.remove(turn)
                raise CancelledError("the run was interrupted")
        if self._stop.is_set():
            self._release()
            raise CancelledError("the run was interrupted")

    def _leave(self, turn: threading.Event) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self._release()

    def _release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            elif self._free < self._permits or self._stop.is_set():
                self._free += 1
            else:
                raise RuntimeError("a permit is given back that nobody holds")
