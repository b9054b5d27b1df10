"""An event loop whose time jumps to the next thing that is due, so that no test sleeps."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.SelectSelector):
    """Does not wait for the time that it is told to wait, but counts it."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if timeout is None and not ready:
            raise RuntimeError("everyone waits, and nothing is due: a waiter is lost")
        # Whole microseconds, rounded up: sums of floats would come too early by a hair.
        self.now = math.ceil((self.now + (timeout or 0.0)) * 1_000_000) / 1_000_000
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at 1000 s."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds."""
        return self._jumping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


async def let_others_go_on() -> None:
    """Let all that can go on do so, while no time passes."""
    for _ in range(20):
        await asyncio.sleep(0)
