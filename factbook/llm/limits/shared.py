"""Limiter and budget of a run, in this process or shared by several."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from factbook.config.project_config import Limits
from factbook.llm.limits.budget import Budget, Usd, micro_usd
from factbook.llm.limits.in_memory import MemoryAdmission, MemoryLedger
from factbook.llm.limits.limiter import Limiter
from factbook.llm.limits.rules import Rules, Timing


@dataclass(frozen=True)
class SharedLimits:
    """The limits on the model calls of a run.

    Attributes:
        limiter: Decides when an attempt may be sent.
        budget: Decides whether it may be paid for.
        close: Closes the connections; nothing is acquired or reserved after it.
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

    Both are used in one event loop, with the clock `clock`.

    Args:
        limits: ``[limits]``.
        scope: A hash of key and endpoint, to which the rates belong.
        report: Identifies the report and the run from which its spending counts: the budget
            belongs to it. After a run that ended with exit 0 it must change.
        spent_usd: Spending since that run, by the journal.
        clock: A monotonic clock, in seconds. Redis has its own.
        timing: Time constants.

    Raises:
        StoppedError: ``limits.shared`` is not an address of a Redis server.
    """
    rules = Rules.of(limits, timing)
    if limits.shared is None:
        return SharedLimits(
            Limiter(MemoryAdmission(rules, clock), rules),
            Budget(MemoryLedger(micro_usd(spent_usd)), limits.budget_usd),
            _nothing_to_close,
        )
    # Only shared limits need Redis' client.
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
