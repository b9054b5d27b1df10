"""Limiter and budget of one process. Used in one event loop, so no decision is interrupted."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from uuid import uuid4

from factbook.llm.limits.budget import Account
from factbook.llm.limits.queue import Wait
from factbook.llm.limits.rules import (
    SECOND_US,
    AttemptResult,
    Pause,
    Permit,
    Rules,
    Unavailable,
)


class MemoryAdmission:
    """The limiter's decisions. ``admit.lua`` and ``release.lua`` do the same in Redis.

    Args:
        rules: The rules.
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, rules: Rules, clock: Callable[[], float]) -> None:
        self._rules = rules
        self._clock = clock
        self._next_number = 0
        self._in_window: OrderedDict[str, tuple[int, int]] = OrderedDict()  # key: moment, tokens
        self._window_tokens = 0
        self._pace_at = self._tokens_pace_at = 0  # when the next one is due at an even pace
        self._in_flight: set[str] = set()
        self._allowed = rules.max_in_flight
        self._halved_before = 0  # permits with a smaller number precede the last halving
        self._paused_since = self._paused_until = 0  # as the provider asks
        self._resume_at = 0  # the same, with jitter
        self._outages = 0
        self._opened_at: int | None = None
        self._turned_before = 0  # ... precede the last opening or closing of the breaker
        self._probed_at = 0  # when the last probe was sent, or the breaker opened
        self._probe_at = 0  # when the next one is due
        self._failed_probe_at = 0  # when the last failed probe was sent

    async def admit(self, call_id: str, tokens: int) -> Permit | Wait | Unavailable:
        """A permit, how long to wait, or `Unavailable` when waiting is pointless."""
        now = self._now()
        self._forget_old(now)
        unavailable = self._unavailable(now)
        if unavailable:
            return unavailable
        due = self._due_at(now, tokens)
        if due is None or due > now:
            # While the breaker is open, a waiting call asks again when patience is over.
            if self._opened_at is not None:
                given_up = self._opened_at + self._rules.patience_us + self._rules.probe_us
                due = given_up if due is None else min(due, given_up)
            return Wait(None if due is None else (due - now) / SECOND_US)
        return self._give(call_id, tokens, now)

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Take a permit back and learn from the result; repeating it changes nothing."""
        if permit.key not in self._in_flight:
            return
        self._in_flight.remove(permit.key)
        self._replace_tokens(permit.key, result.tokens)
        pause = Pause.of(result, self._rules)
        self._pause(pause)
        if result.kind == "answered":
            self._learn_answered(permit)
        elif result.kind == "rate_limited":
            self._learn_rate_limited(permit)
        elif result.kind == "outage":
            self._learn_outage(permit, pause)

    def _now(self) -> int:
        return math.floor(self._clock() * SECOND_US)

    def _forget_old(self, now: int) -> None:
        while self._in_window:
            key, (moment, tokens) = next(iter(self._in_window.items()))
            if moment > now - self._rules.window_us:
                return
            del self._in_window[key]
            self._window_tokens -= tokens

    def _unavailable(self, now: int) -> Unavailable | None:
        patience = self._rules.patience_us
        if self._opened_at is not None:
            patience_ends = self._opened_at + patience
            # When patience ends, a last probe decides; it has the time between two probes.
            is_decided = self._failed_probe_at >= patience_ends
            if is_decided or now >= patience_ends + self._rules.probe_us:
                return Unavailable((now - self._opened_at) / SECOND_US, is_announced=False)
        if self._paused_until > now and self._paused_until - self._paused_since > patience:
            return Unavailable((self._paused_until - now) / SECOND_US, is_announced=True)
        return None

    def _due_at(self, now: int, tokens: int) -> int | None:
        """When the next blocking rule admits the attempt; None: when another call has ended."""
        rules = self._rules
        due = max(
            self._resume_at,
            self._probe_due_at(),
            self._pace_at - rules.ahead_us,
            self._tokens_pace_at - rules.tokens_ahead_us,
        )
        if due > now:
            return due
        if len(self._in_flight) >= self._allowed:
            return None
        does_not_fit = self._window_tokens > 0 and self._window_tokens + tokens > rules.tokens
        if len(self._in_window) >= rules.requests or does_not_fit:
            oldest, _ = next(iter(self._in_window.values()))
            return oldest + rules.window_us
        return now

    def _probe_due_at(self) -> int:
        """When the open breaker admits the next probe: the last one when patience ends."""
        if self._opened_at is None:
            return 0
        patience_ends = self._opened_at + self._rules.patience_us
        is_last_sent = self._probed_at >= patience_ends
        return self._probe_at if is_last_sent else min(self._probe_at, patience_ends)

    def _give(self, call_id: str, tokens: int, now: int) -> Permit:
        rules = self._rules
        permit = Permit(call_id, uuid4().hex, self._next_number, now, tokens)
        self._next_number += 1
        self._in_window[permit.key] = (now, tokens)
        self._window_tokens += tokens
        self._in_flight.add(permit.key)
        self._pace_at = max(self._pace_at, now) + rules.pace_us
        self._tokens_pace_at = max(self._tokens_pace_at, now) + rules.token_pace_us(tokens)
        if self._opened_at is not None:
            self._probed_at = now
            self._probe_at = now + rules.probe_us
        return permit

    def _replace_tokens(self, key: str, tokens: int | None) -> None:
        """Replace the estimate by the tokens used, while the attempt is in the window."""
        if tokens is None or key not in self._in_window:
            return
        moment, estimate = self._in_window[key]
        self._in_window[key] = (moment, tokens)
        self._window_tokens += tokens - estimate
        pace_us = self._rules.token_pace_us
        self._tokens_pace_at += pace_us(tokens) - pace_us(estimate)

    def _learn_answered(self, permit: Permit) -> None:
        if self._opened_at is None:
            self._outages = 0
        elif permit.number >= self._turned_before:  # a probe: all others were sent before
            self._opened_at = None
            self._outages = 0
            self._turned_before = self._next_number
        # An answer to a call sent before the halving says nothing about the lower bound.
        if permit.number >= self._halved_before:
            self._allowed = min(self._allowed + 1, self._rules.max_in_flight)

    def _learn_rate_limited(self, permit: Permit) -> None:
        if permit.number >= self._halved_before:
            self._allowed = max(1, self._allowed // 2)
            self._halved_before = self._next_number

    def _pause(self, pause: Pause) -> None:
        """Admit nothing for as long as the provider asks."""
        if not pause.asked_us:
            return
        now = self._now()
        if self._paused_until <= now:
            self._paused_since = now
        self._paused_until = max(self._paused_until, now + pause.asked_us)
        self._resume_at = max(self._resume_at, now + pause.resume_us)

    def _learn_outage(self, permit: Permit, pause: Pause) -> None:
        if permit.number < self._turned_before:
            return
        now = self._now()
        if self._opened_at is not None:
            self._failed_probe_at = max(self._failed_probe_at, permit.sent_at_us)
            if pause.asked_us:
                self._probe_at = now + pause.probe_us
            return
        self._outages += 1
        if self._outages >= self._rules.outages:
            self._opened_at = self._probed_at = now
            self._probe_at = now + pause.probe_us
            self._failed_probe_at = 0
            self._turned_before = self._next_number


class MemoryLedger:
    """The budget's count.

    Args:
        spent: What earlier runs have spent, in millionths of a dollar.
    """

    def __init__(self, spent: int) -> None:
        self._spent = spent
        self._bounds: dict[str, int] = {}

    async def reserve(self, attempt_id: str, bound: int, cap: int | None) -> Account | Wait:
        """Reserve an upper bound if it fits, wait if it may fit once calls in flight settle."""
        if attempt_id not in self._bounds:
            account = await self.account()
            if cap is not None and account.spent + account.reserved + bound > cap:
                may_fit = account.reserved > 0 and account.spent + bound <= cap
                return Wait(None) if may_fit else account
            self._bounds[attempt_id] = bound
        return Account(self._spent, sum(self._bounds.values()), is_held=True)

    async def settle(self, attempt_id: str, cost: int) -> None:
        """Replace the bound by the cost; without a reservation nothing changes."""
        if self._bounds.pop(attempt_id, None) is not None:
            self._spent += cost

    async def account(self) -> Account:
        """The state of the budget."""
        return Account(self._spent, sum(self._bounds.values()), is_held=False)
