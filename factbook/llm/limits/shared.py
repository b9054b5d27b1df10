"""Limiter and budget of a run, in this process or shared by several."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from factbook.config.project import Limits
from factbook.llm.limits.budget import Budget, Usd, micro_usd
from factbook.llm.limits.in_memory import MemoryAdmission, MemoryLedger
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import Rules, Timing


@dataclass(frozen=True)
class SharedLimits:
    """What bounds the model calls of a run.

    Attributes:
        limiter: When an attempt may be sent.
        budget: Whether it may be paid for.
        close: Lets go of the connections; nothing is acquired or reserved after it.
    """

    limiter: Limiter
    budget: Budget
    close: Callable[[], Awaitable[None]]


def open_limits(
    limits: Limits,
    *,
    scope: str,
    report: str,
    spent_usd: Usd,
    clock: Callable[[], float] = time.monotonic,
    timing: Timing = Timing(),  # noqa: B008 - it is frozen
) -> SharedLimits:
    """Limiter and budget as ``[limits]`` sets them: in Redis when ``shared`` names one.

    Both are used in one event loop, whose clock `clock` is.

    Args:
        limits: ``[limits]``.
        scope: Names key and endpoint, by a hash: rates belong to them.
        report: Names the report and the run that its spending counts from: the budget belongs to
            it. After a run that ended with exit 0 it must be another name.
        spent_usd: What the journal says is spent since that run.
        clock: Seconds from any moment on. Redis has its own.
        timing: The constants of time.

    Raises:
        StoppedError: ``limits.shared`` is no address of a Redis.
    """
    rules = Rules.of(limits, timing)
    if limits.shared is None:
        return SharedLimits(
            Limiter(MemoryAdmission(rules, clock), rules),
            Budget(MemoryLedger(micro_usd(spent_usd)), limits.budget_usd),
            _nothing_to_close,
        )
    # Only who shares the limits needs Redis' client.
    from factbook.llm.limits.in_redis import Connection, RedisAdmission, RedisLedger

    connection = Connection(limits.shared)
    live_seconds = limits.deadline_seconds + timing.grace_seconds
    ledger = RedisLedger(connection, report, micro_usd(spent_usd), live_seconds)

    async def close() -> None:
        await ledger.close()
        await connection.close()

    return SharedLimits(
        Limiter(RedisAdmission(connection, rules, scope), rules),
        Budget(ledger, limits.budget_usd),
        close,
    )


async def _nothing_to_close() -> None:
    """The limits of one process hold no connection."""
