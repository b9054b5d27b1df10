"""A limit in running time: what a process is stopped or frozen for does not count."""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Self

STEP_SECONDS = 1.0
"""How often the clock is looked at; a look that comes later by as much was kept from coming."""


class RunningTime:
    """The time of what is done under it, without that for which the process did not run.

    A process that was stopped (Ctrl-Z, a debugger, a frozen container) finds its clock far ahead
    when it goes on. What has arrived meanwhile lies in its sockets and is read before the time
    is up: there is always a step left after a stop.

    Example:
        ``async with RunningTime(10.0) as running: …`` raises `TimeoutError` after ten seconds,
        and `running.seconds` says how many it were.

    Args:
        limit_seconds: The most; None for no limit.
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
        """End.

        Raises:
            TimeoutError: The time was up.
        """
        if self._next_look is not None:
            self._next_look.cancel()
        self._ended = self._loop.time()
        await self._timeout.__aexit__(kind, error, trace)

    @property
    def seconds(self) -> float:
        """How long it has been under way, or was."""
        until = self._loop.time() if self._ended is None else self._ended
        return until - self._began - self._lost_seconds

    def _look(self, due: float) -> None:
        """Leave out what was lost since the last look, and plan the next one, or the end."""
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
