"""Limits that several runs share: in a real Redis, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import redis

from factbook.config.project_config import Limits
from factbook.errors import ModelUnavailableError, StoppedError
from factbook.llm.limits.in_redis import RedisAdmission
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import MOST_JITTER_SECONDS, AttemptResult, Rules, Timing
from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import ClockedConnection, answered, away, now, open_in, refused
from tests.llm.limits.virtual_time import run

Join = Callable[[Limits], SharedLimits]


@pytest.fixture
def join(redis_client: redis.Redis, name: str) -> Join:
    """Joins the limits of this test, as another process does."""
    return partial(open_in, "redis", client=redis_client, name=name)


def test_runs_share_calls_in_flight_and_what_a_429_says(join: Join) -> None:
    """A place that one gives back is the other's; a pause is for both."""

    async def work() -> tuple[float, float]:
        one, other = (join(Limits(max_in_flight=2)).limiter for _ in range(2))
        first, second = [await one.acquire(f"{number}", 10) for number in range(2)]
        begin = now()
        waiting = asyncio.create_task(other.acquire("other", 10))
        await asyncio.sleep(5)
        assert not waiting.done()
        await answered(one, first)
        await waiting
        got = now() - begin
        await refused(one, second, 20)
        begin = now()
        await answered(other, waiting.result())
        await other.acquire("paused", 10)
        return got, now() - begin

    got, paused = run(work())
    assert 5 <= got <= 5.1
    assert 20 <= paused <= 20.5 + MOST_JITTER_SECONDS


def test_run_that_joins_an_outage_has_its_own_patience(join: Join) -> None:
    """It is not told at once of an outage that another run has given up on."""

    async def work() -> tuple[float, float]:
        limits = Limits(outage_patience_seconds=40)
        earlier = join(limits).limiter
        for permit in [await earlier.acquire(f"{number}", 10) for number in range(3)]:
            await away(earlier, permit)
        for _ in range(3):  # probes after 15, 30 and 40 s
            await away(earlier, await earlier.acquire("earlier", 10))
        with pytest.raises(ModelUnavailableError):
            await earlier.acquire("earlier", 10)
        await asyncio.sleep(3600)
        later = join(limits).limiter
        begin = now()
        await away(later, await later.acquire("later", 10))
        probe = await later.acquire("later", 10)
        probed = now() - begin
        with pytest.raises(ModelUnavailableError, match="has been unavailable for 3"):
            await earlier.acquire("earlier", 10)
        await answered(later, probe)
        await earlier.acquire("earlier", 10)
        return probed, now() - begin

    probed, closed = run(work())
    assert 15 <= probed <= 15.5
    assert closed - probed < 1


def test_run_that_joins_a_long_pause_waits_for_its_rest(join: Join) -> None:
    """A provider that asked for ten minutes long ago is nearly back."""

    async def work() -> tuple[float, float]:
        limits = Limits(outage_patience_seconds=40)
        earlier = join(limits).limiter
        begin = now()
        await refused(earlier, await earlier.acquire("earlier", 10), 600)
        hasty = join(limits).limiter
        with pytest.raises(ModelUnavailableError, match="asks for 600 s"):
            await hasty.acquire("hasty", 10)
        waited = now() - begin
        await asyncio.sleep(580)
        await join(limits).limiter.acquire("later", 10)
        return waited, now() - begin

    waited, admitted = run(work())
    assert waited == 0
    assert 600 <= admitted <= 600.5 + MOST_JITTER_SECONDS


def test_big_call_is_not_kept_waiting_by_small_ones_of_another_run(join: Join) -> None:
    """Who could not get its tokens for the time of a window goes first."""

    async def work() -> float:
        limits = Limits(tokens_per_minute=1000, requests_per_minute=600)
        small, big = join(limits).limiter, join(limits).limiter

        async def send_small() -> None:
            number = 0
            while True:
                number += 1
                await answered(small, await small.acquire(f"{number}", 10))

        sending = asyncio.create_task(send_small())
        await asyncio.sleep(70)
        begin = now()
        await big.acquire("big", 900)
        waited = now() - begin
        sending.cancel()
        return waited

    assert run(work()) <= 60.5 * 2 + 1


def test_permits_of_a_dead_run_expire(join: Join) -> None:
    """After the deadline of a call and some grace."""

    async def work() -> float:
        limits = Limits(max_in_flight=2, deadline_seconds=100)
        dead, alive = join(limits).limiter, join(limits).limiter
        begin = now()
        lost = [await dead.acquire(f"{number}", 10) for number in range(2)]
        permits = [await alive.acquire(f"{number}", 10) for number in range(2)]
        waited = now() - begin
        await answered(dead, lost[0])  # it was not dead after all: its place is another's now
        for permit in permits:
            await answered(alive, permit)
        return waited

    assert 130 <= run(work()) <= 131


class BrokenOnce(ClockedConnection):
    """Loses the first answer of Redis, after Redis has done what was asked."""

    def __init__(self, client: redis.Redis) -> None:
        super().__init__(client)
        self.is_broken = True

    async def run(self, name: str, keys: list[str], *arguments: str | int) -> Any:
        """Run a script, and lose the answer once."""
        answer = await super().run(name, keys, *arguments)
        if self.is_broken:
            self.is_broken = False
            raise StoppedError("the answer was lost")
        return answer


def test_permit_whose_answer_was_lost_is_given_once(redis_client: redis.Redis, name: str) -> None:
    """Asking again gives the same one."""

    async def work() -> None:
        rules = Rules.of(Limits(max_in_flight=2), Timing())
        connection: Any = BrokenOnce(redis_client)
        limiter = Limiter(RedisAdmission(connection, rules, name), rules)
        with pytest.raises(StoppedError, match="lost"):
            await limiter.acquire("call", 10)
        permits = [await limiter.acquire("call", 10), await limiter.acquire("next", 10)]
        assert [permit.number for permit in permits] == [1, 2]
        for permit in permits:
            await limiter.release(permit, AttemptResult("answered", 10))
        assert redis_client.zcard(f"factbook:limiter:{{{name}}}:window") == 2

    run(work())
