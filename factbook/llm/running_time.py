"""A limit in running time: time while a process is stopped or frozen does not count."""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Self

STEP_SECONDS = 1.0
"""The interval of checking the clock; a check that is late by as much was held up by a stop."""


class RunningTime:
    """The duration of a block, without the time while the process did not run.

    A process that was stopped (Ctrl-Z, a debugger, a frozen container) finds its clock far ahead
    when it continues. What has arrived meanwhile is in its sockets and is read before the time is
    up: there is always an interval left after a stop.

    Example:
        ``async with RunningTime(10.0) as running: …`` raises `TimeoutError` after ten seconds;
        `running.seconds` is the time taken.

    Args:
        limit_seconds: The limit; None for none.
    """

    def __init__(self, limit_seconds: float | None = None) -> None:
        self._limit_seconds = math.inf if limit_seconds is None else limit_seconds
        self._lost_seconds = 0.0
        self._timeout = asyncio.timeout(None)
        self._next_look: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._ended: float | None = None
        await self._timeout.__aenter__()
        self._look(due=self._began)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the clock.

        Raises:
            TimeoutError: The time was up.
        """
        if self._next_look is not None:
            self._next_look.cancel()
        self._ended = self._loop.time()
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def seconds(self) -> float:
        """The running time so far, or in all once the block has ended."""
        until = self._loop.time() if self._ended is None else self._ended
        return until - self._began - self._lost_seconds

    def _look(self, due: float) -> None:
        """Leave out the time lost since the last check, and schedule the next one, or the end."""
        now = self._loop.time()
        was_stopped = now - due > STEP_SECONDS
        if was_stopped:
            self._lost_seconds += now - due
        left_seconds = self._limit_seconds - self.seconds
        if left_seconds <= 0 and not was_stopped:
            self._timeout.reschedule(now)
            return
        due = now + (STEP_SECONDS if was_stopped else min(STEP_SECONDS, left_seconds))
        self._next_look = self._loop.call_at(due, self._look, due)
