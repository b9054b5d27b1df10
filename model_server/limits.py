"""Limits of a provider: sliding windows over requests and tokens, and the headers about them."""

from __future__ import annotations

import math
import time
from collections import deque

from model_server.scenario import Scenario


class Window:
    """Use in a sliding window of seconds, against a limit."""

    def __init__(self, name: str, limit: int, seconds: float) -> None:
        self.name = name
        self.limit = limit
        self._seconds = seconds
        self._uses: deque[tuple[float, int]] = deque()
        self._used = 0

    def wait_seconds(self, now: float, amount: int) -> float:
        """How long until `amount` fits; 0 when it fits now."""
        self._forget(now)
        excess = self._used + amount - self.limit
        if excess <= 0:
            return 0.0
        for at, used in self._uses:
            excess -= used
            if excess <= 0:
                return at + self._seconds - now
        return self._seconds  # more than the limit at once: it never fits

    def use(self, now: float, amount: int) -> None:
        """Count a use."""
        self._uses.append((now, amount))
        self._used += amount

    def headers(self, now: float) -> dict[str, str]:
        """``x-ratelimit-*`` headers, as OpenAI sends them."""
        self._forget(now)
        reset = self._uses[-1][0] + self._seconds - now if self._uses else 0.0
        return {
            f"x-ratelimit-limit-{self.name}": str(self.limit),
            f"x-ratelimit-remaining-{self.name}": str(max(self.limit - self._used, 0)),
            f"x-ratelimit-reset-{self.name}": duration(reset),
        }

    def _forget(self, now: float) -> None:
        while self._uses and self._uses[0][0] + self._seconds <= now:
            self._used -= self._uses.popleft()[1]


class Limits:
    """The limits of a scenario: requests and tokens per minute, requests per second."""

    def __init__(self, scenario: Scenario) -> None:
        seconds = scenario.window_seconds
        self._requests: list[Window] = []
        self._tokens: list[Window] = []
        if scenario.requests_per_minute is not None:
            self._requests.append(Window("requests", scenario.requests_per_minute, seconds))
        if scenario.tokens_per_minute is not None:
            self._tokens.append(Window("tokens", scenario.tokens_per_minute, seconds))
        self._bursts = (
            [Window("burst", scenario.burst_per_second, 1.0)] if scenario.burst_per_second else []
        )

    def exceeded(self, tokens: int) -> tuple[str, float] | None:
        """The limit that one more request would exceed, and how long until it would not.

        Args:
            tokens: Tokens of prompt and completion.
        """
        now = time.monotonic()
        waits = [(w.wait_seconds(now, 1), w.name) for w in (*self._requests, *self._bursts)]
        waits += [(window.wait_seconds(now, tokens), window.name) for window in self._tokens]
        seconds, name = max(waits, default=(0.0, ""))
        return (name, seconds) if seconds > 0 else None

    def use(self, tokens: int) -> None:
        """Count an admitted request."""
        now = time.monotonic()
        for window in (*self._requests, *self._bursts):
            window.use(now, 1)
        for window in self._tokens:
            window.use(now, tokens)

    def headers(self) -> dict[str, str]:
        """Headers of the limits per minute; a burst has none."""
        now = time.monotonic()
        return {
            name: value
            for window in (*self._requests, *self._tokens)
            for name, value in window.headers(now).items()
        }


def duration(seconds: float) -> str:
    """A time as OpenAI writes it: ``120ms``, ``7.5s``, ``1m2s``."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:.0f}s" if minutes else f"{rest:.3g}s"
