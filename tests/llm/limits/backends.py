"""Limits under test, in the process and in Redis, both by the time of the running loop."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import redis

from factbook.config.project_config import Limits
from factbook.errors import StoppedError
from factbook.llm.limits.budget import Budget, micro_usd
from factbook.llm.limits.in_redis import RedisAdmission, RedisLedger, script_text
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import AttemptResult, Permit, Rules, Timing
from factbook.llm.limits.shared import SharedLimits, open_limits

Backend = Literal["memory", "redis"]
BACKENDS: tuple[Backend, ...] = ("memory", "redis")

POLL_SECONDS = 0.5
"""The longest that a waiter in Redis learns too late that it may go."""


class ClockedConnection:
    """Runs the scripts in a real Redis, but by the time of the running loop.

    It blocks: a loop in virtual time must not wait for a socket.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._scripts: dict[str, Any] = {}

    async def run(self, name: str, keys: list[str], *arguments: str | int) -> Any:
        """Run a script, as `Connection` does."""
        if name not in self._scripts:
            text = script_text(name)
            assert text.count("redis.call('TIME')") <= 1
            text = text.replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}")
            self._scripts[name] = self._client.register_script(text)
        seconds, fraction = divmod(asyncio.get_running_loop().time(), 1)
        time = (int(seconds), int(fraction * 1_000_000))
        return self._scripts[name](keys=keys, args=[*arguments, *time])

    def lost(self, what: str) -> StoppedError:
        """The error to raise when Redis has lost what was stored there."""
        return StoppedError(f"lost {what}")


def open_in(
    backend: Backend,
    limits: Limits,
    *,
    client: redis.Redis | None,
    name: str,
    spent_usd: float = 0.0,
    timing: Timing | None = None,
) -> SharedLimits:
    """Limits of a backend. Those of one name are shared in Redis."""
    timing = timing or Timing()
    if backend == "memory":
        clock = asyncio.get_running_loop().time
        return open_limits(
            limits, scope=name, report=name, spent_usd=spent_usd, clock=clock, timing=timing
        )
    assert client is not None
    connection: Any = ClockedConnection(client)
    rules = Rules.of(limits, timing)
    live_seconds = limits.deadline_seconds + timing.grace_seconds
    ledger = RedisLedger(connection, name, micro_usd(spent_usd), live_seconds)
    return SharedLimits(
        Limiter(RedisAdmission(connection, rules, name), rules),
        Budget(ledger, limits.budget_usd),
        ledger.close,
    )


def clean(client: redis.Redis, name: str) -> None:
    """Remove what a test has left in Redis."""
    for key in client.scan_iter(f"factbook:*{name}*"):
        client.delete(key)


async def answered(limiter: Limiter, permit: Permit, tokens: int | None = None) -> None:
    """The attempt of a permit was answered."""
    await limiter.release(permit, AttemptResult("answered", tokens=tokens))


async def away(limiter: Limiter, permit: Permit, retry_after: float | None = None) -> None:
    """The attempt of a permit met an outage."""
    result = AttemptResult("outage", tokens=0, retry_after_seconds=retry_after)
    await limiter.release(permit, result)


async def refused(limiter: Limiter, permit: Permit, retry_after: float | None = None) -> None:
    """The attempt of a permit met a 429."""
    result = AttemptResult("rate_limited", tokens=0, retry_after_seconds=retry_after)
    await limiter.release(permit, result)


def now() -> float:
    """Seconds of the running loop."""
    return asyncio.get_running_loop().time()


async def fill(limiter: Limiter, count: int) -> list[Permit]:
    """So many permits."""
    return [await limiter.acquire(f"fill-{number}", 10) for number in range(count)]
