"""The budget: never passed, nearly all of it used; in the process and in Redis."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import redis

from factbook.config.project_config import Limits
from factbook.errors import ModelUnavailableError, StoppedError
from factbook.llm.limits.budget import Budget, BudgetSpentError, micro_usd
from factbook.llm.limits.rules import Timing
from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import Backend, clean, now, open_in
from tests.llm.limits.virtual_time import let_others_go_on, run

Open = Callable[..., SharedLimits]


async def spend(budget: Budget, cap: Decimal, seed: int) -> Decimal:
    """64 workers make calls, whose bounds are at most twice their cost, until it is spent."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    held: dict[str, Decimal] = {}
    spent = Decimal(0)

    async def work(worker: int) -> None:
        nonlocal spent
        for call in range(1000):
            attempt = f"{worker}/{call}"
            cost = Decimal(dice.randint(1_000, 60_000)) / 1_000_000
            bound = cost * Decimal(dice.randint(100, 200)) / 100
            try:
                await budget.reserve(attempt, bound)
            except BudgetSpentError:
                return
            held[attempt] = bound
            assert spent + sum(held.values()) <= cap
            await asyncio.sleep(dice.uniform(0.1, 5))
            spent += cost
            del held[attempt]
            await budget.settle(attempt, cost)

    await asyncio.gather(*(work(worker) for worker in range(64)))
    return spent


@pytest.mark.parametrize(("backend", "trials"), [("memory", 50), ("redis", 5)])
def test_budget_is_never_passed_and_nearly_all_used(
    backend: Backend, trials: int, client_of: Callable[[Backend], Any], name: str
) -> None:
    """64 workers until nothing fits any more, many times."""
    client = client_of(backend)
    for seed in range(trials):

        async def work(seed: int = seed) -> tuple[Decimal, Decimal]:
            limits = open_in(backend, Limits(budget_usd=5.0), client=client, name=f"{name}-{seed}")
            spent = await spend(limits.budget, Decimal(5), seed)
            counted = await limits.budget.spent_usd()
            await limits.close()
            return spent, counted

        spent, counted = run(work())
        assert Decimal("0.85") * 5 <= spent <= 5
        assert spent == counted


def test_what_does_not_fit_waits_for_calls_in_flight(open_limits_in: Open) -> None:
    """It is refused only once nothing in flight can make room."""

    async def work() -> list[str]:
        limits = open_limits_in(Limits(budget_usd=1.0))
        budget = limits.budget
        order: list[str] = []
        await budget.reserve("a", 0.6)

        async def second() -> None:
            await budget.reserve("b", 0.6)
            order.append("b fits")
            await budget.settle("b", 0.6)

        waiting = asyncio.create_task(second())
        await asyncio.sleep(1)
        assert not waiting.done()
        await budget.settle("a", 0.4)
        await waiting
        with pytest.raises(BudgetSpentError) as error:
            await budget.reserve("c", 0.01)
        order.append(str(error.value))
        await limits.close()
        return order

    assert run(work()) == [
        "b fits",
        "The rest of the budget does not cover the next call: 1.00 of 1.00 USD are used, and "
        "it may cost 0.01. Raise limits.budget_usd to continue",
    ]


def test_call_that_can_never_fit_does_not_wait(open_limits_in: Open) -> None:
    """Even if calls in flight cost nothing."""

    async def work() -> None:
        limits = open_limits_in(Limits(budget_usd=1.0), spent_usd=0.5)
        await limits.budget.reserve("a", 0.2)
        begin = now()
        with pytest.raises(ModelUnavailableError, match=r"0\.50 of 1\.00 USD are used"):
            await limits.budget.reserve("b", 0.6)
        assert now() == begin
        await limits.close()

    run(work())


def test_budget_counts_to_the_millionth(open_limits_in: Open) -> None:
    """Ten tenths fill a budget of one, thrice: no sum of floats does."""

    async def work() -> Decimal:
        limits = open_limits_in(Limits(budget_usd=1.0))
        for number in range(10):
            await limits.budget.reserve(f"{number}", 0.1)
        for number in range(10):
            await limits.budget.settle(f"{number}", Decimal("0.0999995"))
        spent = await limits.budget.spent_usd()
        await limits.close()
        return spent

    assert run(work()) == 1


def test_without_a_cap_all_fits_and_is_counted(open_limits_in: Open) -> None:
    """Together with what the journal says."""

    async def work() -> Decimal:
        limits = open_limits_in(Limits(), spent_usd=1.25)
        for number in range(3):
            await limits.budget.reserve(f"{number}", 1000)
            await limits.budget.settle(f"{number}", 2.5)
        spent = await limits.budget.spent_usd()
        await limits.close()
        return spent

    assert run(work()) == Decimal("8.75")


def test_attempt_reserved_or_settled_twice_counts_once(open_limits_in: Open) -> None:
    """And one that holds no reservation changes nothing."""

    async def work() -> Decimal:
        limits = open_limits_in(Limits(budget_usd=1.0))
        budget = limits.budget
        await budget.reserve("a", 0.6)
        await budget.reserve("a", 0.6)
        await budget.settle("a", 0.5)
        await budget.settle("a", 0.5)
        await budget.settle("b", 0.5)
        spent = await budget.spent_usd()
        await limits.close()
        return spent

    assert run(work()) == Decimal("0.5")


def test_cancelled_reservations_leave_nothing_reserved(open_limits_in: Open) -> None:
    """At whichever step of the loop the cancellation comes."""

    async def work() -> None:
        limits = open_limits_in(Limits(budget_usd=1.0))
        budget = limits.budget
        for steps in range(8):
            task = asyncio.create_task(budget.reserve(f"step-{steps}", 1.0))
            for _ in range(steps):
                await asyncio.sleep(0)
            if not task.cancel():
                await budget.settle(f"step-{steps}", 0)
            await let_others_go_on()
            await budget.reserve(f"whole-{steps}", 1.0)
            waiting = asyncio.create_task(budget.reserve(f"waits-{steps}", 1.0))
            await asyncio.sleep(1)
            waiting.cancel()
            await let_others_go_on()
            await budget.settle(f"whole-{steps}", 0)
        assert await budget.spent_usd() == 0
        await limits.close()

    run(work())


@pytest.mark.parametrize("amount", [-0.1, float("nan"), float("inf"), Decimal("-1")])
def test_amount_that_is_no_money_is_refused(amount: float | Decimal) -> None:
    """A negative cost would widen the budget."""
    with pytest.raises(ValueError, match="allowed: 0 or more"):
        micro_usd(amount)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, 0), (0.1, 100_000), (Decimal("0.0000001"), 1), (1e-7, 1), (2.5, 2_500_000)],
)
def test_amount_is_rounded_up_to_a_millionth(amount: float | Decimal, expected: int) -> None:
    """Never down: a million small calls are not free."""
    assert micro_usd(amount) == expected


def test_reservation_of_a_dead_process_has_cost_its_bound(
    redis_client: redis.Redis, name: str
) -> None:
    """It is waited for while the process may be alive, then counts as spent."""
    limits = Limits(budget_usd=1.0, deadline_seconds=100)

    async def work() -> tuple[float, Decimal]:
        dead, alive = (open_in("redis", limits, client=redis_client, name=name) for _ in range(2))
        await dead.budget.reserve("dead", 0.7)
        await dead.close()  # as if it were killed: it renews nothing any more
        begin = now()
        with pytest.raises(BudgetSpentError, match=r"0\.70 of 1\.00"):
            await alive.budget.reserve("next", 0.6)
        waited = now() - begin
        await alive.budget.reserve("small", 0.3)
        spent = await alive.budget.spent_usd()
        await alive.close()
        return waited, spent

    waited, spent = run(work())
    assert 130 <= waited <= 131
    assert spent == Decimal("0.7")


def test_reservation_of_a_living_process_is_waited_for(
    redis_client: redis.Redis, name: str
) -> None:
    """However long its call waits for its turn."""
    limits = Limits(budget_usd=1.0, deadline_seconds=20)

    async def work() -> float:
        one, other = (open_in("redis", limits, client=redis_client, name=name) for _ in range(2))
        await one.budget.reserve("long", 0.7)
        begin = now()
        waiting = asyncio.create_task(other.budget.reserve("next", 0.6))
        await asyncio.sleep(200)
        assert not waiting.done()
        await one.budget.settle("long", 0.1)
        await waiting
        waited = now() - begin
        await one.close()
        await other.close()
        return waited

    assert 200 <= run(work()) <= 201


def test_processes_of_a_report_share_its_spending(redis_client: redis.Redis, name: str) -> None:
    """Who joins later counts neither what is settled nor what is in flight a second time."""
    limits = Limits(budget_usd=10.0)

    async def work() -> list[Decimal]:
        def join(spent_usd: float) -> SharedLimits:
            return open_in("redis", limits, client=redis_client, name=name, spent_usd=spent_usd)

        first = join(2.0)
        await first.budget.reserve("a", 1.0)
        await first.budget.reserve("b", 1.0)
        await first.budget.settle("a", 0.5)
        second = join(3.5)  # its journal counts the call in flight at its bound
        spent = [await second.budget.spent_usd()]
        await first.budget.settle("b", 0.5)
        spent.append(await second.budget.spent_usd())
        third = join(4.0)  # its journal knows of more
        spent.append(await third.budget.spent_usd())
        spent.append(await first.budget.spent_usd())
        for one in (first, second, third):
            await one.close()
        return spent

    assert run(work()) == [Decimal("2.5"), Decimal(3), Decimal(4), Decimal(4)]


def test_budget_lost_by_redis_stops_the_run(redis_client: redis.Redis, name: str) -> None:
    """A cap that nobody remembers cannot be kept."""

    async def work() -> None:
        limits = open_in(
            "redis", Limits(budget_usd=1.0), client=redis_client, name=name, timing=Timing()
        )
        await limits.budget.reserve("a", 0.5)
        clean(redis_client, name)
        with pytest.raises(StoppedError, match="lost the budget"):
            await limits.budget.reserve("b", 0.5)
        await limits.close()

    run(work())
