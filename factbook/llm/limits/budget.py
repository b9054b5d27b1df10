"""The budget of a report: an amount is reserved before a call and settled after it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from factbook.errors import ModelUnavailableError
from factbook.llm.limits.queue import Queue, Wait

MICRO_USD = 1_000_000
"""Millionths of a dollar in a dollar: money is counted in whole ones, always rounded up."""

Usd = Decimal | float
"""An amount in US dollars."""


class BudgetSpentError(ModelUnavailableError):
    """The rest of the budget is less than the call may cost."""


@dataclass(frozen=True)
class Account:
    """The state of a budget, in millionths of a dollar.

    Attributes:
        spent: Cost of settled calls; for calls of dead processes, what they may have cost.
        reserved: What calls in flight may cost.
        is_held: Whether the amount asked for is reserved now.
    """

    spent: int
    reserved: int
    is_held: bool


class Ledger(Protocol):
    """Counts what is spent and what is reserved. Kept in the process or in Redis."""

    async def reserve(self, attempt_id: str, bound: int, cap: int | None) -> Account | Wait:
        """Reserve an upper bound if it fits, wait if it may fit once calls in flight settle.

        Args:
            attempt_id: The attempt; reserving twice for one reserves once.
            bound: What it may cost, in millionths of a dollar.
            cap: The budget; None when there is none.
        """
        ...

    async def settle(self, attempt_id: str, cost: int) -> None:
        """Replace the bound by the cost; without a reservation nothing changes."""
        ...

    async def account(self) -> Account:
        """The state of the budget."""
        ...


class Budget:
    """Keeps what a report costs under ``limits.budget_usd``. Used in one event loop.

    Args:
        ledger: Where the amounts are counted.
        budget_usd: The cap; None counts without one.
    """

    def __init__(self, ledger: Ledger, budget_usd: Usd | None) -> None:
        self._ledger = ledger
        self._cap = None if budget_usd is None else math.floor(_exact(budget_usd) * MICRO_USD)
        self._queue = Queue()

    async def reserve(self, attempt_id: str, bound_usd: Usd) -> None:
        """Reserve what a call may cost; wait, first come first served, while it may still fit.

        Args:
            attempt_id: The attempt; its id is unique over all processes of the report.
            bound_usd: An upper bound: a call that costs more than this can exceed the cap.

        Raises:
            BudgetSpentError: It does not fit, whatever calls in flight will have cost.
            StoppedError: Redis is unavailable.
        """
        bound = micro_usd(bound_usd)

        async def ask() -> Account | Wait:
            return await self._ledger.reserve(attempt_id, bound, self._cap)

        async def give_back(account: Account) -> None:
            if account.is_held:
                await self.settle(attempt_id, 0)

        account = await self._queue.wait_for(ask, give_back)
        if not account.is_held:
            raise BudgetSpentError(self._sentence(account, bound))

    async def settle(self, attempt_id: str, cost_usd: Usd) -> None:
        """Replace a reservation by the real cost; 0 for a call that was never sent.

        Raises:
            StoppedError: Redis is unavailable.
        """
        try:
            await self._ledger.settle(attempt_id, micro_usd(cost_usd))
        finally:
            self._queue.wake()

    async def spent_usd(self) -> Decimal:
        """What settled calls have cost, in US dollars.

        Raises:
            StoppedError: Redis is unavailable.
        """
        return Decimal((await self._ledger.account()).spent) / MICRO_USD

    def _sentence(self, account: Account, bound: int) -> str:
        return (
            "The rest of the budget does not cover the next call: "
            f"{_dollars(account.spent)} of {_dollars(self._cap or 0)} USD are used, "
            f"and it may cost {_dollars(bound)}. "
            "Raise limits.budget_usd to continue"
        )


def micro_usd(amount_usd: Usd) -> int:
    """US dollars in whole millionths, rounded up.

    Raises:
        ValueError: The amount is negative or not a number.
    """
    amount = _exact(amount_usd)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"an amount of money is {amount_usd}; allowed: 0 or more")
    return int((amount * MICRO_USD).to_integral_value(ROUND_CEILING))


def _exact(amount_usd: Usd) -> Decimal:
    """The amount as it is written: the float 0.1 is a tenth."""
    return amount_usd if isinstance(amount_usd, Decimal) else Decimal(repr(float(amount_usd)))


def _dollars(amount: int) -> str:
    """An amount with as many decimals as it needs, two at least."""
    whole, _, decimals = f"{amount / MICRO_USD:.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
