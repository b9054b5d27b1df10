"""A line of those that wait: first come first served, and only its head asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

Given = TypeVar("Given")


@dataclass(frozen=True)
class Wait:
    """Not yet.

    Attributes:
        seconds: When to ask again at the latest; None when only a change can help.
    """

    seconds: float | None


class Line:
    """Lets one after another ask for something until it is given.

    Since only the head asks, a big wish is not overtaken by small ones for ever.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()  # wakes in order of coming
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Something has changed: the head asks again at once."""
        self._changed.set()

    async def stand(
        self,
        ask: Callable[[], Awaitable[Given | Wait]],
        give_back: Callable[[Given], Awaitable[None]],
    ) -> Given:
        """Wait for one's turn, then ask until the answer is not `Wait`.

        Args:
            ask: Asks once. What it raises ends the waiting.
            give_back: Called with what was given to one that was cancelled meanwhile.
        """
        async with self._turn:
            while True:
                self._changed.clear()
                answer = await _to_its_end(ask, give_back)
                if not isinstance(answer, Wait):
                    return answer
                with suppress(TimeoutError):
                    async with asyncio.timeout(answer.seconds):
                        await self._changed.wait()


async def _to_its_end(
    ask: Callable[[], Awaitable[Given | Wait]],
    give_back: Callable[[Given], Awaitable[None]],
) -> Given | Wait:
    """Ask, and when cancelled meanwhile learn the answer all the same: it may hold something."""
    asking = asyncio.ensure_future(ask())
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        await asyncio.wait([asking])
        if not asking.cancelled() and asking.exception() is None:
            answer = asking.result()
            if not isinstance(answer, Wait):
                await give_back(answer)
        raise
