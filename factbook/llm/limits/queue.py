"""A queue of waiting tasks: first come first served, and only its head asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

Given = TypeVar("Given")


@dataclass(frozen=True)
class Wait:
    """The answer "not yet".

    Attributes:
        seconds: When to ask again at the latest; None when only a change can help.
    """

    seconds: float | None


class Queue:
    """Lets waiting tasks ask for something one after another, each until it is given.

    As only the head asks, small requests cannot overtake a big one for ever.
    """

    def __init__(self) -> None:
        self._head = asyncio.Lock()  # wakes waiting tasks in order of arrival
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Make the head ask again at once, as something has changed."""
        self._changed.set()

    async def wait_for(
        self,
        ask: Callable[[], Awaitable[Given | Wait]],
        give_back: Callable[[Given], Awaitable[None]],
    ) -> Given:
        """Wait to become the head, then ask until the answer is not `Wait`.

        Args:
            ask: Asks once. What it raises ends the waiting.
            give_back: Called with what was given to a task that was cancelled meanwhile.
        """
        async with self._head:
            while True:
                self._changed.clear()
                answer = await _ask_completely(ask, give_back)
                if not isinstance(answer, Wait):
                    return answer
                with suppress(TimeoutError):
                    async with asyncio.timeout(answer.seconds):
                        await self._changed.wait()


async def _ask_completely(
    ask: Callable[[], Awaitable[Given | Wait]],
    give_back: Callable[[Given], Awaitable[None]],
) -> Given | Wait:
    """Ask; when cancelled meanwhile, still await the answer, as it may have to be given back."""
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
