"""Limiter and budget under any order of calls, answers, failures, cancellations and time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from factbook.config.project_config import Limits
from factbook.errors import ModelUnavailableError
from factbook.llm.limits.budget import BudgetSpentError
from factbook.llm.limits.rules import AttemptResult, Permit
from tests.llm.limits.backends import BACKENDS, Backend, clean, open_in
from tests.llm.limits.virtual_time import VirtualLoop, let_others_go_on

LIMITS = Limits(
    requests_per_minute=12,
    tokens_per_minute=1000,
    max_in_flight=4,
    outage_patience_seconds=40,
    deadline_seconds=1_000_000,
    budget_usd=0.001,
)
CAP = 1000
"""The budget in millionths of a dollar."""
CLOCK_SECONDS = 2e-6
"""The limiter reads its clock in whole microseconds."""


@dataclass
class Expected:
    """What must hold of admissions, told a second time and without regard to speed."""

    sent: list[tuple[float, Permit, bool]] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    in_flight: dict[str, Permit] = field(default_factory=dict)
    allowed: int = LIMITS.max_in_flight
    halved_after: int = -1
    paused_until: float = 0.0
    outages: int = 0
    opened_at: float | None = None
    turned_after: int = -1
    last_number: int = -1
    probes: list[float] = field(default_factory=list)
    probe_at: float = 0.0
    least_probe_seconds: float = 15.0

    def admit(self, now: float, permit: Permit) -> None:
        """Check an admission against all that went before."""
        assert permit.number > self.last_number
        self.last_number = permit.number
        assert now >= self.paused_until
        assert len(self.in_flight) < self.allowed
        recent = [p for moment, p, _ in self.sent if moment > now - 60]
        assert len(recent) < LIMITS.requests_per_minute
        assert sum(moment > now - 1 for moment, _, _ in self.sent) < 5 + 12 / 60
        used = sum(self.tokens[p.key] for p in recent)
        assert used == 0 or used + permit.tokens <= LIMITS.tokens_per_minute
        is_probe = self.opened_at is not None
        if self.opened_at is not None:
            ends = self.opened_at + LIMITS.outage_patience_seconds
            assert now >= min(self.probe_at, ends) - CLOCK_SECONDS
            assert len(self.probes) <= (now - self.opened_at) / self.least_probe_seconds + 1
            self.probe_at = now + 15
            self.probes.append(now)
        self.sent.append((now, permit, is_probe))
        self.tokens[permit.key] = permit.tokens
        self.in_flight[permit.key] = permit

    def release(self, now: float, permit: Permit, result: AttemptResult) -> None:
        """Learn what the limiter is to learn."""
        del self.in_flight[permit.key]
        if result.tokens is not None:
            self.tokens[permit.key] = result.tokens
        is_new = permit.number > self.turned_after
        if result.kind == "answered":
            if permit.number > self.halved_after:
                self.allowed = min(self.allowed + 1, LIMITS.max_in_flight)
            if self.opened_at is None or is_new:
                self.outages = 0
            if self.opened_at is not None and is_new:
                self.opened_at, self.turned_after = None, self.last_number
        elif result.kind == "rate_limited":
            if permit.number > self.halved_after:
                self.allowed, self.halved_after = max(1, self.allowed // 2), self.last_number
        elif result.kind == "outage" and is_new:
            self._learn_outage(now, result.retry_after_seconds)
        self.paused_until = max(self.paused_until, now + (result.retry_after_seconds or 0))

    def _learn_outage(self, now: float, asked_seconds: float | None) -> None:
        opens = False
        if self.opened_at is None:
            self.outages += 1
            if self.outages < 3:
                return
            self.opened_at, self.turned_after, self.probes = now, self.last_number, []
            self.least_probe_seconds, opens = 15.0, True
        if asked_seconds or opens:
            self.probe_at = now + (asked_seconds or 15)
            self.least_probe_seconds = min(self.least_probe_seconds, asked_seconds or 15)


class AnyOrder(RuleBasedStateMachine):
    """Drives limiter and budget of one backend in virtual time."""

    backend: Backend = "memory"
    client: redis.Redis | None = None

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.name = f"test-{uuid4().hex}"
        self.limits = self.loop.run_until_complete(self._open())
        self.expected = Expected()
        self.permits: list[Permit] = []
        self.waiting: dict[str, asyncio.Task[None]] = {}
        self.came: deque[str] = deque()
        self.bounds: dict[str, int] = {}
        self.reserving: dict[str, asyncio.Task[None]] = {}
        self.spent = 0
        self.count = 0

    async def _open(self) -> Any:
        return open_in(self.backend, LIMITS, client=self.client, name=self.name)

    def teardown(self) -> None:
        """Whoever still waits is admitted, or gets an error, once all calls have ended."""
        for _ in range(400):
            if not self.waiting and not self.reserving:
                break
            for _ in range(len(self.permits)):
                self._release(0, AttemptResult("answered", tokens=1))
            for attempt in list(self.bounds):
                self._settle(attempt, 0)
            self.pass_time(5)
        assert not self.waiting
        assert not self.reserving
        self.loop.run_until_complete(self.limits.close())
        self.loop.close()
        if self.client is not None:
            clean(self.client, self.name)

    def _settled(self) -> None:
        self.loop.run_until_complete(let_others_go_on())
        for tasks in (self.waiting, self.reserving):
            for name in [name for name, task in tasks.items() if task.done()]:
                task = tasks.pop(name)
                if not task.cancelled():
                    task.result()

    @rule(tokens=st.sampled_from([0, 10, 100, 400, 1000, 2500]))
    @precondition(lambda self: len(self.waiting) < 8)
    def acquire(self, tokens: int) -> None:
        """Somebody comes."""
        self.count += 1
        name = f"call-{self.count}"

        async def work() -> None:
            try:
                permit = await self.limits.limiter.acquire(name, tokens)
            except ModelUnavailableError:
                assert self._is_away()
                self.came.remove(name)
                return
            assert self.came.popleft() == name
            self.expected.admit(self.loop.time(), permit)
            self.permits.append(permit)

        self.came.append(name)
        self.waiting[name] = self.loop.create_task(work())
        self._settled()

    def _is_away(self) -> bool:
        now, expected = self.loop.time(), self.expected
        patience = LIMITS.outage_patience_seconds
        has_been = expected.opened_at is not None and now - expected.opened_at >= patience
        return has_been or expected.paused_until - now > 0 and self.has_long_pause

    has_long_pause = False

    def _release(self, place: int, result: AttemptResult) -> None:
        permit = self.permits.pop(place % len(self.permits))
        self.expected.release(self.loop.time(), permit, result)
        self.loop.run_until_complete(self.limits.limiter.release(permit, result))
        self._settled()

    @rule(
        place=st.integers(0, 9),
        kind=st.sampled_from(["answered", "answered", "outage", "outage", "other"]),
        share=st.sampled_from([None, 0, 0.25, 1]),
    )
    @precondition(lambda self: self.permits)
    def end(self, place: int, kind: Any, share: float | None) -> None:
        """An attempt ends, with the tokens of its estimate, fewer, or nobody knows how many."""
        estimate = self.permits[place % len(self.permits)].tokens
        self._release(place, AttemptResult(kind, None if share is None else int(share * estimate)))

    @rule(place=st.integers(0, 9), retry_after=st.sampled_from([None, 2, 2, 30, 100]))
    @precondition(lambda self: self.permits)
    def limit_rate(self, place: int, retry_after: float | None) -> None:
        """An attempt meets a 429."""
        self.has_long_pause |= (retry_after or 0) >= 30
        self._release(place, AttemptResult("rate_limited", 0, retry_after))

    @rule(place=st.integers(0, 9), retry_after=st.sampled_from([2, 30]))
    @precondition(lambda self: self.permits)
    def announce_outage(self, place: int, retry_after: float) -> None:
        """An attempt meets a 503 that says when to come back."""
        self.has_long_pause |= retry_after >= 30
        self._release(place, AttemptResult("outage", 0, retry_after))

    @rule(seconds=st.sampled_from([0.05, 0.5, 3, 16, 61]))
    def pass_time(self, seconds: float) -> None:
        """Time passes."""
        self.loop.run_until_complete(asyncio.sleep(seconds))
        self._settled()

    @rule(place=st.integers(0, 9))
    @precondition(lambda self: self.waiting)
    def give_up(self, place: int) -> None:
        """One that waits is cancelled."""
        waiting = [name for name, task in self.waiting.items() if not task.done()]
        if not waiting:  # all have just been told that the provider is unavailable
            return
        name = waiting[place % len(waiting)]
        self.waiting[name].cancel()
        self.came.remove(name)
        self._settled()

    @rule(bound=st.integers(1, 600), does_give_up=st.booleans())
    @precondition(lambda self: len(self.reserving) < 8)
    def reserve(self, bound: int, does_give_up: bool) -> None:
        """Somebody wants money."""
        self.count += 1
        name = f"attempt-{self.count}"

        async def work() -> None:
            try:
                await self.limits.budget.reserve(name, bound / 1_000_000)
            except BudgetSpentError:
                assert self.spent + bound > CAP or not self.bounds
                return
            self.bounds[name] = bound

        task = self.loop.create_task(work())
        self.reserving[name] = task
        self._settled()
        if does_give_up:
            task.cancel()
            self._settled()

    def _settle(self, attempt: str, cost: int) -> None:
        del self.bounds[attempt]
        self.spent += cost
        self.loop.run_until_complete(self.limits.budget.settle(attempt, cost / 1_000_000))
        self._settled()

    @rule(place=st.integers(0, 9), share=st.floats(0, 1))
    @precondition(lambda self: self.bounds)
    def settle(self, place: int, share: float) -> None:
        """A call has its price."""
        attempt = list(self.bounds)[place % len(self.bounds)]
        self._settle(attempt, int(share * self.bounds[attempt]))

    @invariant()
    def cap_is_kept(self) -> None:
        """Neither spending nor what may come of calls in flight passes the cap."""
        assert self.spent + sum(self.bounds.values()) <= CAP

    @invariant()
    def count_is_right(self) -> None:
        """What is counted is what was spent."""
        spent_usd = self.loop.run_until_complete(self.limits.budget.spent_usd())
        assert spent_usd * 1_000_000 == self.spent


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_limits_hold_in_any_order(
    backend: Backend, client_of: Callable[[Backend], redis.Redis | None]
) -> None:
    """Windows, bursts, calls in flight, pauses, probes, the cap; and no waiter is lost."""
    parts = {"backend": backend, "client": client_of(backend)}
    machine = type("AnyOrderIn", (AnyOrder,), parts)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60 if backend == "memory" else 10,
            stateful_step_count=60 if backend == "memory" else 40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
