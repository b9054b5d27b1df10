"""Limits shared through a real Redis, by real processes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis

from factbook.config.project_config import Limits
from factbook.errors import StoppedError
from factbook.llm.limits.budget import BudgetSpentError
from factbook.llm.limits.in_redis import BUDGET_KEPT_DAYS
from factbook.llm.limits.rules import KEPT_SECONDS, AttemptResult
from factbook.llm.limits.shared import open_limits
from tests.llm.limits.limited_process import ATTEMPTS, REQUESTS, TOKENS, open_shared

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("limited_process.py")
NO_REDIS = "redis://someone:secret@127.0.0.1:1/0?password=secret"


def start(url: str, name: str, what: str) -> subprocess.Popen[str]:
    """Start a process that shares the limits of a name in a Redis."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), url, name, what],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def run_within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Run in real time, but not for ever."""

    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await work

    asyncio.run(bounded())


def most_in(sent: list[tuple[int, int]], window_us: int, place: int | None) -> int:
    """The most attempts (None) or tokens (1) sent in any window."""
    return max(
        sum(1 if place is None else one[place] for one in sent if 0 <= last - one[0] < window_us)
        for last, _ in sent
    )


@pytest.mark.slow
def test_two_processes_together_keep_the_limits(
    redis_client: redis.Redis, redis_url: str, name: str
) -> None:
    """Requests and tokens in any window, bursts; and both get on."""
    processes = [start(redis_url, name, "rate") for _ in range(2)]
    each = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    sent = sorted((moment, tokens) for one in each for moment, tokens in one)
    assert most_in(sent, 2_000_000, None) <= REQUESTS
    assert most_in(sent, 2_000_000, 1) <= TOKENS
    assert most_in(sent, 1_000_000, None) <= 5 + REQUESTS / 2
    assert [len(one) for one in each] == [ATTEMPTS, ATTEMPTS]


def test_killed_process_gives_back_its_permits_but_not_its_money(
    redis_client: redis.Redis, redis_url: str, name: str
) -> None:
    """Its permits expire after deadline and grace; its reservation has cost its bound."""
    process = start(redis_url, name, "hold")
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    process.stdout.close()

    async def work() -> None:
        limits = open_shared(redis_url, name)
        permit = await limits.limiter.acquire("next", 10)
        await limits.limiter.release(permit, AttemptResult("answered"))
        with pytest.raises(BudgetSpentError, match=r"0\.50 of 1\.00 USD"):
            await limits.budget.reserve("much", 0.6)
        await limits.budget.reserve("rest", 0.5)
        await limits.budget.settle("rest", 0.25)
        assert await limits.budget.spent_usd() == Decimal("0.75")
        await limits.close()

    run_within(300, work())


def test_cancelled_waiters_leave_nothing_in_redis(
    redis_client: redis.Redis, redis_url: str, name: str
) -> None:
    """Nor does a cancellation break the connection for others."""

    async def work() -> None:
        limits = open_shared(redis_url, name)
        for delay_ms in range(8):
            task = asyncio.create_task(limits.limiter.acquire(f"{delay_ms}", 10))
            await asyncio.sleep(delay_ms / 2000)
            if task.done():
                await limits.limiter.release(task.result(), AttemptResult("other", 0))
                continue
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
        assert redis_client.zcard(f"factbook:limiter:{{{name}}}:flight") == 0
        permits = [await limits.limiter.acquire(f"all-{number}", 10) for number in range(8)]
        assert len({permit.number for permit in permits}) == 8
        await limits.close()

    run_within(300, work())


def test_all_that_is_kept_in_redis_expires(
    redis_client: redis.Redis, redis_url: str, name: str
) -> None:
    """Nothing stays for ever: a limiter for a day, a budget for 90 days."""

    async def work() -> None:
        limits = open_shared(redis_url, name)
        await limits.budget.reserve("one", 0.1)
        await limits.budget.reserve("two", 0.1)
        await limits.budget.settle("one", 0.1)
        permit = await limits.limiter.acquire("one", 10)
        await limits.limiter.acquire("two", 10)
        await limits.limiter.release(permit, AttemptResult("answered", 5))
        await limits.close()

    run_within(300, work())
    keys = list(redis_client.scan_iter(f"*{name}*"))
    assert len(keys) == 7
    for key in keys:
        assert key.startswith("factbook:")
        kept_seconds = KEPT_SECONDS if ":limiter:" in key else BUDGET_KEPT_DAYS * 24 * 3600
        assert kept_seconds - 60 <= redis_client.ttl(key) <= kept_seconds


def test_redis_that_is_unavailable_stops_the_run() -> None:
    """The sentence names limits.shared and the address, never the password."""

    async def work() -> None:
        limits = open_limits(Limits(shared=NO_REDIS), scope="a", report="b", spent_usd=0)
        for asked in (limits.limiter.acquire("a", 1), limits.budget.reserve("a", 1)):
            with pytest.raises(StoppedError) as error:
                await asked
            sentence = str(error.value)
            assert sentence.startswith(
                "The Redis server of limits.shared, 'redis://127.0.0.1:1/0', does"
            )
            assert "Start it and run again, or remove limits.shared" in sentence
            assert "secret" not in sentence
            assert "someone" not in sentence
        await limits.close()

    run_within(60, work())


def test_redis_that_refuses_stops_the_run(
    redis_client: redis.Redis, redis_url: str, name: str
) -> None:
    """Also an error that Redis itself answers: here a key of another kind."""
    redis_client.set(f"factbook:limiter:{{{name}}}:state", "no hash", ex=60)

    async def work() -> None:
        limits = open_shared(redis_url, name)
        with pytest.raises(StoppedError, match="limits.shared, .* WRONGTYPE"):
            await limits.limiter.acquire("a", 1)
        await limits.close()

    run_within(300, work())


@pytest.mark.parametrize("url", ["http://me:secret@host", "redis://:secret#@host", "secret"])
def test_address_that_is_no_redis_is_refused(url: str) -> None:
    """Before anything is called, and without showing it: a password may stand anywhere in it."""
    with pytest.raises(
        StoppedError, match="not an address of a Redis server; allowed: redis://"
    ) as error:
        open_limits(Limits(shared=url), scope="a", report="b", spent_usd=0)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:p@secret@127.0.0.1:1/1?password=secret", "redis://127.0.0.1:1/1"),
        ("redis://127.0.0.1:1", "redis://127.0.0.1:1/0"),
        ("redis://:p/secret@127.0.0.1:1", "not an address of a Redis server"),
        ("unix://user:secret@/no/redis.sock?db=1", "unix:///no/redis.sock"),
    ],
)
def test_address_is_shown_without_password(url: str, shown: str) -> None:
    """Wherever the password stands."""

    async def ask() -> None:
        limits = open_limits(Limits(shared=url), scope="a", report="b", spent_usd=0)
        await limits.limiter.acquire("a", 1)

    async def work() -> None:
        with pytest.raises(StoppedError) as error:
            await ask()
        assert shown in str(error.value)
        assert "secret" not in str(error.value)

    run_within(60, work())
