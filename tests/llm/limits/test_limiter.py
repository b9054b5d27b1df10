"""The limiter: rates, order, calls in flight, cancellation; in the process and in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from factbook.config.project_config import Limits
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import AttemptResult, Permit, Timing
from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import POLL_SECONDS, answered, away, fill, now, refused
from tests.llm.limits.virtual_time import let_others_go_on, run

Open = Callable[..., SharedLimits]
MANY = 1_000_000
MOST_WANTED = 2000
"""More attempts than any of the limits lets pass."""


def most_in(moments: list[float], seconds: float) -> int:
    """The most moments in any window of so many seconds."""
    first = most = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def moments_of(limiter: Limiter, seconds: float, tokens: int, used: int) -> list[float]:
    """When attempts are sent that are always wanted and answered after 2 s."""
    begin = now()
    moments: list[float] = []

    async def attempt(number: int) -> None:
        permit = await limiter.acquire(f"{number}", tokens)
        moments.append(now() - begin)
        await asyncio.sleep(2.0)
        await answered(limiter, permit, used)

    workers = [asyncio.create_task(attempt(number)) for number in range(MOST_WANTED)]
    await asyncio.sleep(seconds)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return [moment for moment in moments if moment < seconds]


@pytest.mark.parametrize("requests_per_minute", [600, 50, 7])
def test_requests_are_paced_and_nearly_all_of_the_limit_is_used(
    open_limits_in: Open, requests_per_minute: int
) -> None:
    """From an idle start: never more in any minute, no bursts, over 95 % within three minutes."""

    async def work() -> list[float]:
        limits = Limits(
            requests_per_minute=requests_per_minute,
            tokens_per_minute=MANY * 1000,
            max_in_flight=4096,
        )
        return await moments_of(open_limits_in(limits).limiter, 180, 1000, 1000)

    moments = run(work())
    assert most_in(moments, 60) <= requests_per_minute
    assert most_in(moments, 1) <= 5 + requests_per_minute / 60
    assert len(moments) >= 0.95 * 3 * requests_per_minute


def test_tokens_are_paced_and_nearly_all_of_the_limit_is_used(open_limits_in: Open) -> None:
    """Never more tokens in any minute than allowed, over 95 % of them within three minutes."""

    async def work() -> list[float]:
        limits = Limits(requests_per_minute=MANY, tokens_per_minute=200_000, max_in_flight=4096)
        return await moments_of(open_limits_in(limits).limiter, 180, 1000, 1000)

    moments = run(work())
    assert most_in(moments, 60) <= 200
    assert len(moments) >= 0.95 * 600
    assert most_in(moments, 10) <= 200 / 60 * 15 + 1


def test_tokens_not_used_are_given_back(open_limits_in: Open) -> None:
    """Attempts that use a quarter of their estimate leave room for the others."""

    async def work() -> list[float]:
        limits = Limits(requests_per_minute=MANY, tokens_per_minute=200_000, max_in_flight=4096)
        return await moments_of(open_limits_in(limits).limiter, 180, 4000, 1000)

    moments = run(work())
    assert len(moments) >= 0.9 * 600
    assert most_in(moments, 60) <= 200


def test_attempt_with_more_tokens_than_a_minute_is_sent_alone(open_limits_in: Open) -> None:
    """It waits until the window is empty, and the next one until it has left."""

    async def work() -> tuple[float, float]:
        limiter = open_limits_in(Limits(tokens_per_minute=1000)).limiter
        await answered(limiter, await limiter.acquire("small", 100))
        begin = now()
        await answered(limiter, await limiter.acquire("big", 5000))
        big = now() - begin
        await limiter.acquire("next", 100)
        return big, now() - begin - big

    big, after = run(work())
    assert 60.5 <= big <= 60.5 + 2 * POLL_SECONDS
    assert 60.5 <= after <= 60.5 + 2 * POLL_SECONDS


def test_attempts_are_admitted_in_the_order_of_their_coming(open_limits_in: Open) -> None:
    """Also when a later one would need fewer tokens."""

    async def work() -> list[int]:
        limiter = open_limits_in(Limits(tokens_per_minute=1000, max_in_flight=1)).limiter
        order: list[int] = []

        async def attempt(number: int) -> None:
            permit = await limiter.acquire(f"{number}", 10 if number % 3 else 900)
            order.append(number)
            await answered(limiter, permit)

        await asyncio.gather(*(attempt(number) for number in range(9)))
        return order

    assert run(work()) == list(range(9))


async def room(limiter: Limiter) -> int:
    """How many permits are to be had before one is given back; they are given back unsent."""
    permits: list[Permit] = []
    for number in range(100):
        try:
            async with asyncio.timeout(8):
                permits.append(await limiter.acquire(f"room-{number}", 0))
        except TimeoutError:
            break
    for permit in permits:
        await limiter.release(permit, AttemptResult("other", tokens=0))
    return len(permits)


def test_calls_in_flight_shrink_at_a_429_and_grow_with_answers(open_limits_in: Open) -> None:
    """Half at the first 429 of a burst, not again at the others; one more for each answer since."""

    async def work() -> list[int]:
        limiter = open_limits_in(Limits(max_in_flight=8)).limiter
        rooms = [await room(limiter)]
        for permit in await fill(limiter, 4):
            await refused(limiter, permit)
        rooms.append(await room(limiter))
        old = await fill(limiter, 4)
        await refused(limiter, old.pop())
        for permit in old:  # sent before the bound was narrowed
            await answered(limiter, permit)
        rooms.append(await room(limiter))
        for permit in await fill(limiter, 2):
            await answered(limiter, permit)
        rooms.append(await room(limiter))
        for permit in await fill(limiter, 4):
            await answered(limiter, permit)
        for permit in await fill(limiter, 4):
            await answered(limiter, permit)
        rooms.append(await room(limiter))
        return rooms

    assert run(work()) == [8, 4, 2, 4, 8]


def test_one_call_stays_allowed_after_many_429(open_limits_in: Open) -> None:
    """The bound never falls to nothing."""

    async def work() -> int:
        limiter = open_limits_in(Limits(max_in_flight=3)).limiter
        for _ in range(5):
            await refused(limiter, await limiter.acquire("again", 10))
        return await room(limiter)

    assert run(work()) == 1


def test_permit_given_back_twice_counts_once(open_limits_in: Open) -> None:
    """A second release neither frees a place nor counts as a second outage."""

    async def work() -> int:
        limiter = open_limits_in(Limits(max_in_flight=2)).limiter
        first, _second = await fill(limiter, 2)
        for _ in range(3):
            await away(limiter, first)
        return await room(limiter)

    assert run(work()) == 1


def test_cancelled_waiters_take_nothing_with_them(open_limits_in: Open) -> None:
    """The places of those that gave up go to those that stayed, in order."""

    async def work() -> tuple[list[str], int]:
        limiter = open_limits_in(Limits(max_in_flight=2)).limiter
        held = await fill(limiter, 2)
        order: list[str] = []

        async def attempt(name: str) -> None:
            permit = await limiter.acquire(name, 10)
            order.append(name)
            await answered(limiter, permit)

        tasks = {name: asyncio.create_task(attempt(name)) for name in "abcdef"}
        await asyncio.sleep(1)
        for name in "ace":
            tasks[name].cancel()
        await let_others_go_on()
        for permit in held:
            await answered(limiter, permit)
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        return order, await room(limiter)

    assert run(work()) == (["b", "d", "f"], 2)


def test_waiter_cancelled_while_it_is_given_its_permit_gives_it_back(open_limits_in: Open) -> None:
    """At whichever step of the loop the cancellation comes."""

    async def work() -> list[int]:
        limiter = open_limits_in(Limits(max_in_flight=1, requests_per_minute=MANY)).limiter
        rooms = []
        for steps in range(8):
            task = asyncio.create_task(limiter.acquire(f"step-{steps}", 10))
            for _ in range(steps):
                await asyncio.sleep(0)
            if not task.done():
                task.cancel()
            with suppress(asyncio.CancelledError):
                await answered(limiter, await task)
            rooms.append(await room(limiter))
        return rooms

    assert run(work()) == [1] * 8


def test_window_is_as_long_as_the_timing_says(open_limits_in: Open) -> None:
    """Tests scale it down; the margin belongs to it."""

    async def work() -> float:
        limits = Limits(requests_per_minute=2)
        timing = Timing(window_seconds=4, margin_seconds=1)
        limiter = open_limits_in(limits, timing=timing).limiter
        begin = now()
        await fill(limiter, 3)
        return now() - begin

    assert 5 <= run(work()) <= 5 + POLL_SECONDS
