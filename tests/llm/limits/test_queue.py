"""The queue: order, waking, cancellation."""

from __future__ import annotations

import asyncio

import pytest

from factbook.llm.limits.queue import Queue, Wait
from tests.llm.limits.virtual_time import let_others_go_on, run


async def nothing(_given: str) -> None:
    """Nothing is to be given back."""


def test_queue_asks_again_at_the_given_time_or_when_woken() -> None:
    """Whichever comes first."""

    async def work() -> list[float]:
        queue = Queue()
        clock = asyncio.get_running_loop().time
        asked: list[float] = []

        async def ask() -> str | Wait:
            asked.append(clock() - 1000)
            return Wait((4.0, None)[len(asked) - 1]) if len(asked) < 3 else "given"

        waiting = asyncio.create_task(queue.wait_for(ask, nothing))
        await asyncio.sleep(10)
        queue.wake()
        assert await waiting == "given"
        return asked

    assert run(work()) == pytest.approx([0, 4, 10])


def test_queue_goes_on_when_its_head_fails() -> None:
    """An error of one is not the others'."""

    async def work() -> list[str]:
        queue = Queue()

        async def fail() -> str | Wait:
            await asyncio.sleep(1)
            raise ValueError("no")

        async def give() -> str | Wait:
            return "given"

        waiting = [asyncio.create_task(queue.wait_for(ask, nothing)) for ask in (fail, give)]
        return [str(outcome) for outcome in await asyncio.gather(*waiting, return_exceptions=True)]

    assert run(work()) == ["no", "given"]


def test_what_is_given_to_one_that_was_cancelled_is_given_back() -> None:
    """The question is asked to its end first; nobody else is served before."""

    async def work() -> tuple[list[str], str]:
        queue = Queue()
        back: list[str] = []

        async def ask() -> str | Wait:
            await asyncio.sleep(1)
            return "given"

        async def give_back(given: str) -> None:
            back.append(given)

        cancelled = asyncio.create_task(queue.wait_for(ask, give_back))
        next_one = asyncio.create_task(queue.wait_for(ask, give_back))
        await let_others_go_on()
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        return back, await next_one

    assert run(work()) == (["given"], "given")
