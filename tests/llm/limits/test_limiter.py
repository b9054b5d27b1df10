"""The limiter: rates, calls in flight, pauses, the breaker; in the process and in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from factbook.config import Limits
from factbook.errors import ModelUnavailableError
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import AttemptResult, Permit, Timing
from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import POLL_SECONDS, answered, away, refused
from tests.llm.limits.virtual_time import let_others_go_on, run

Open = Callable[..., SharedLimits]
MANY = 1_000_000


def now() -> float:
    """Seconds of the running loop."""
    return asyncio.get_running_loop().time()


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


MOST_WANTED = 2000


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


async def fill(limiter: Limiter, count: int) -> list[Permit]:
    """So many permits."""
    return [await limiter.acquire(f"fill-{number}", 10) for number in range(count)]


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


def test_no_call_is_admitted_before_the_end_of_retry_after(open_limits_in: Open) -> None:
    """All wait for the moment that a 429 names, and then go on."""

    async def work() -> list[float]:
        limiter = open_limits_in(Limits()).limiter
        permits = await fill(limiter, 3)
        begin = now()
        await refused(limiter, permits[0], 20)
        await refused(limiter, permits[1], 2)  # does not shorten it
        return [
            now() - begin
            for permit in await asyncio.gather(*(limiter.acquire(f"{n}", 10) for n in range(5)))
            if permit
        ]

    moments = run(work())
    assert len(moments) == 5
    assert min(moments) >= 20
    assert max(moments) <= 20 + 5 * POLL_SECONDS


def test_retry_after_beyond_patience_is_told_at_once(open_limits_in: Open) -> None:
    """Nobody waits for ten minutes in vain; afterwards calls are admitted again."""

    async def work() -> tuple[str, float, float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        begin = now()
        await refused(limiter, await limiter.acquire("refused", 10), 600)
        with pytest.raises(ModelUnavailableError) as error:
            await limiter.acquire("next", 10)
        told = now() - begin
        await asyncio.sleep(601)
        await limiter.acquire("later", 10)
        return str(error.value), told, now() - begin

    sentence, told, later = run(work())
    assert "asks for 600 s without calls" in sentence
    assert "limits.outage_patience_seconds is 300" in sentence
    assert told < POLL_SECONDS
    assert later <= 601 + POLL_SECONDS


def test_pause_that_grows_beyond_patience_is_told(open_limits_in: Open) -> None:
    """Calls in flight that are refused later lengthen it; it is measured from its begin."""

    async def work() -> tuple[bool, float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        first, second = await fill(limiter, 2)
        begin = now()
        await refused(limiter, first, 200)
        waiting = asyncio.create_task(limiter.acquire("waiting", 10))
        await asyncio.sleep(150)
        was_waiting = not waiting.done()
        await refused(limiter, second, 200)
        with pytest.raises(ModelUnavailableError, match="asks for 200 s"):
            await waiting
        return was_waiting, now() - begin

    was_waiting, told = run(work())
    assert was_waiting
    assert told <= 150 + POLL_SECONDS


async def open_breaker(limiter: Limiter) -> None:
    """Three outages in a row."""
    for permit in await fill(limiter, 3):
        await away(limiter, permit)


def test_breaker_lets_one_probe_through_at_a_time(open_limits_in: Open) -> None:
    """One every 15 s, until one is answered."""

    async def work() -> tuple[list[float], float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=300)).limiter
        await open_breaker(limiter)
        begin = now()
        probes: list[float] = []
        for _ in range(3):
            permit = await limiter.acquire("probe", 10)
            probes.append(now() - begin)
            await away(limiter, permit)
        permit = await limiter.acquire("probe", 10)
        waiting = asyncio.create_task(limiter.acquire("waiting", 10))
        await asyncio.sleep(5)
        assert not waiting.done()
        await answered(limiter, permit)
        answered_at = now()
        await waiting
        return probes, now() - answered_at

    probes, after = run(work())
    for number, probe in enumerate(probes, start=1):
        assert 15 * number <= probe <= 15 * number + number * POLL_SECONDS
    assert after <= POLL_SECONDS


def test_breaker_needs_three_outages_in_a_row(open_limits_in: Open) -> None:
    """An answer between them begins the count anew; a 429 does not."""

    async def work() -> tuple[float, float]:
        limiter = open_limits_in(Limits()).limiter
        for kinds in ((away, away, answered), (away, away, refused)):
            for kind in kinds:
                await kind(limiter, await limiter.acquire("call", 10))
        begin = now()
        permit = await limiter.acquire("still closed", 10)
        closed = now() - begin
        await away(limiter, permit)
        begin = now()
        await limiter.acquire("open", 10)
        return closed, now() - begin

    closed, opened = run(work())
    assert closed < 1
    assert opened >= 15


def test_calls_in_flight_when_the_breaker_opens_are_no_new_hits(open_limits_in: Open) -> None:
    """They neither lengthen the outage nor, answered, end it; nor do they open it again."""

    async def work() -> tuple[float, float]:
        limiter = open_limits_in(Limits(requests_per_minute=MANY)).limiter
        old = await fill(limiter, 10)
        for permit in old[:3]:
            await away(limiter, permit)
        begin = now()
        await answered(limiter, old[3])
        await away(limiter, old[4])
        probe = await limiter.acquire("probe", 10)
        probed = now() - begin
        await answered(limiter, probe)
        for permit in old[5:]:
            await away(limiter, permit)
        begin = now()
        await limiter.acquire("closed", 10)
        return probed, now() - begin

    probed, closed = run(work())
    assert 15 <= probed <= 15 + POLL_SECONDS
    assert closed < 1


def test_outage_shorter_than_patience_degrades_nothing(open_limits_in: Open) -> None:
    """All that wait are admitted once the provider is back."""

    async def work() -> tuple[int, int]:
        limiter = open_limits_in(Limits(outage_patience_seconds=60, max_in_flight=8)).limiter
        back = now() + 55
        hits = answers = 0

        async def call(number: int) -> None:
            nonlocal hits, answers
            while True:
                permit = await limiter.acquire(f"{number}", 10)
                await asyncio.sleep(0.2)
                if now() >= back:
                    answers += 1
                    return await answered(limiter, permit)
                hits += 1
                await away(limiter, permit)

        await asyncio.gather(*(call(number) for number in range(30)))
        return hits, answers

    hits, answers = run(work())
    assert answers == 30
    assert hits <= 8 + 2 + 3  # in flight when it opens, those let in before, probes


def test_outage_longer_than_patience_is_told_to_all_at_once(open_limits_in: Open) -> None:
    """Those that wait are told when patience ends, those that come later at once."""

    async def work() -> tuple[list[float], list[str], float]:
        limiter = open_limits_in(Limits(outage_patience_seconds=40)).limiter
        await open_breaker(limiter)
        begin = now()
        told: list[float] = []
        sentences: list[str] = []

        async def call(number: int) -> None:
            try:
                while True:
                    await away(limiter, await limiter.acquire(f"{number}", 10))
            except ModelUnavailableError as error:
                told.append(now() - begin)
                sentences.append(str(error))

        await asyncio.gather(*(call(number) for number in range(20)))
        await asyncio.sleep(100)
        came = now()
        await call(99)
        return told[:-1], sentences, now() - came

    told, sentences, later = run(work())
    assert len(told) == 20
    assert min(told) >= 40
    assert max(told) <= 40 + POLL_SECONDS
    assert later == 0
    assert sentences[0].startswith("The provider has been away for 40 s")
    assert sentences[-1].startswith("The provider has been away for 14")


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


@pytest.mark.parametrize("outage_seconds", [1, 19, 39])
def test_last_probe_is_sent_when_patience_ends(open_limits_in: Open, outage_seconds: float) -> None:
    """A provider that is back just before that is not missed, however far apart probes are."""

    async def work() -> float:
        limits = Limits(outage_patience_seconds=40)
        limiter = open_limits_in(limits, timing=Timing(probe_seconds=100)).limiter
        await open_breaker(limiter)
        begin = now()
        while True:
            permit = await limiter.acquire("call", 10)
            if now() - begin >= outage_seconds:
                await answered(limiter, permit)
                await limiter.acquire("after", 10)
                return now() - begin
            await away(limiter, permit)

    assert 40 <= run(work()) <= 40 + 2 * POLL_SECONDS


def test_last_probe_that_hangs_is_not_waited_for_longer_than_between_two(
    open_limits_in: Open,
) -> None:
    """Whoever waits is told without its outcome."""

    async def work() -> float:
        limiter = open_limits_in(Limits(outage_patience_seconds=10)).limiter
        await open_breaker(limiter)
        begin = now()
        await limiter.acquire("hangs", 10)
        with pytest.raises(ModelUnavailableError, match="has been away for 25 s"):
            await limiter.acquire("waits", 10)
        return now() - begin

    assert 25 <= run(work()) <= 25 + POLL_SECONDS
