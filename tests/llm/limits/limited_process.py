"""A process that shares limits in Redis: for tests of several at once.

Usage: ``python limited_process.py URL NAME WHAT``, where WHAT is

- ``rate``: sends a number of attempts as soon as it may, prints their moments by Redis' clock;
- ``hold``: takes all permits and half of the budget, prints ``held`` and waits to be killed.
"""

from __future__ import annotations

import asyncio
import json
import sys

from factbook.config.project_config import Limits
from factbook.llm.limits.rules import AttemptResult, Timing
from factbook.llm.limits.shared import SharedLimits, open_limits

TIMING = Timing(window_seconds=2.0, margin_seconds=0.1, grace_seconds=0.5)
REQUESTS, TOKENS = 40, 40_000
WORKERS = 6
ATTEMPTS = 60
"""Of each process; the window's share is less for both together."""


def limits_of(url: str) -> Limits:
    """Limits that both processes and the test have."""
    return Limits(
        requests_per_minute=REQUESTS,
        tokens_per_minute=TOKENS,
        max_in_flight=8,
        deadline_seconds=1.0,
        budget_usd=1.0,
        shared=url,
    )


def open_shared(url: str, name: str) -> SharedLimits:
    """Limits in Redis with a window of two seconds."""
    return open_limits(limits_of(url), scope=name, report=name, spent_usd=0, timing=TIMING)


async def rate(url: str, name: str) -> None:
    """Send attempts of 100 to 1900 tokens, each of which uses what it said."""
    limits = open_shared(url, name)
    sent: list[tuple[int, int]] = []

    async def work(worker: int) -> None:
        for call in range(ATTEMPTS // WORKERS):
            tokens = 100 + (worker * 700 + call * 300) % 1900
            permit = await limits.limiter.acquire(f"{worker}/{call}", tokens)
            sent.append((permit.sent_at_us, tokens))
            await asyncio.sleep(0.05)
            await limits.limiter.release(permit, AttemptResult("answered", tokens))

    await asyncio.gather(*(work(worker) for worker in range(WORKERS)))
    await limits.close()
    print(json.dumps(sent))


async def hold(url: str, name: str) -> None:
    """Take what there is and never give it back."""
    limits = open_shared(url, name)
    await limits.budget.reserve("held", 0.5)
    for number in range(8):
        await limits.limiter.acquire(f"held-{number}", 10)
    print("held", flush=True)
    await asyncio.sleep(3600)


if __name__ == "__main__":
    _, address, shared_name, what = sys.argv
    asyncio.run({"rate": rate, "hold": hold}[what](address, shared_name))
