"""The rules of admission as whole numbers, so that both backends calculate alike."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Literal

from factbook.config.project_config import Limits

SECOND_US = 1_000_000
"""Microseconds in a second; Redis' own clock counts them."""

BURST_REQUESTS = 3
"""Requests that may be sent at once after a pause. Up to 5 beyond a second's share are allowed; two
of them are left to the network, which moves some requests closer together."""

BURST_TOKEN_SHARE = 12
"""Tokens may run ahead of their pace by this part of a window: 5 s of a minute."""

OUTAGES_IN_A_ROW = 3
"""Outages without an answered call between them that open the breaker."""

JITTER_SHARE, MOST_JITTER_SECONDS = 0.1, 1.0
"""The longest random addition to a pause that the provider asks for: this part of it, and never
more than a second. Processes that do not share their limits then do not all return at once."""

LEAST_PROBE_SECONDS = 1.0
"""Probes are at least this far apart, even when the provider asks for less."""

KEPT_SECONDS = 24 * 3600
"""How long an unused shared limiter keeps its state."""


@dataclass(frozen=True)
class Timing:
    """Time constants. Tests scale them down.

    Attributes:
        window_seconds: Length of a "minute".
        margin_seconds: Addition to the window, for requests that the network delays.
        probe_seconds: Time between two probes while the breaker is open.
        grace_seconds: How long after its deadline a call of another process counts as dead.
    """

    window_seconds: float = 60.0
    margin_seconds: float = 0.5
    probe_seconds: float = 15.0
    grace_seconds: float = 30.0


@dataclass(frozen=True)
class Rules:
    """Limits on the calls of one key at one endpoint.

    Attributes:
        requests, tokens: Most of them in any window.
        max_in_flight: Most calls in flight.
        window_us: Length of the window, its margin included.
        pace_us: Time between two requests at an even pace.
        ahead_us: How far requests may run ahead of that pace.
        minute_us: Length of the window without its margin: the time that `tokens` are paced over.
        tokens_ahead_us: How far tokens may run ahead of their pace.
        patience_us: How long calls wait while the provider is unavailable.
        probe_us: Time between two probes, unless the provider names one.
        outages: Outages in a row that open the breaker.
        permit_us: After this time a permit that was not released belongs to a dead process.
        keep_ms: How long an idle shared state is kept.
    """

    requests: int
    tokens: int
    max_in_flight: int
    window_us: int
    pace_us: int
    ahead_us: int
    minute_us: int
    tokens_ahead_us: int
    patience_us: int
    probe_us: int
    outages: int
    permit_us: int
    keep_ms: int

    @classmethod
    def of(cls, limits: Limits, timing: Timing) -> Rules:
        """The rules that a configuration sets."""
        minute_us = microseconds(timing.window_seconds)
        pace_us = math.ceil(minute_us / limits.requests_per_minute)
        return cls(
            requests=limits.requests_per_minute,
            tokens=limits.tokens_per_minute,
            max_in_flight=limits.max_in_flight,
            window_us=microseconds(timing.window_seconds + timing.margin_seconds),
            pace_us=pace_us,
            ahead_us=(BURST_REQUESTS - 1) * pace_us,
            minute_us=minute_us,
            tokens_ahead_us=minute_us // BURST_TOKEN_SHARE,
            patience_us=microseconds(limits.outage_patience_seconds),
            probe_us=microseconds(timing.probe_seconds),
            outages=OUTAGES_IN_A_ROW,
            permit_us=microseconds(limits.deadline_seconds + timing.grace_seconds),
            keep_ms=KEPT_SECONDS * 1000,
        )

    def token_pace_us(self, tokens: int) -> int:
        """The time that so many tokens take at an even pace, at most a window."""
        return min(math.ceil(tokens * self.minute_us / self.tokens), self.window_us)


def microseconds(seconds: float) -> int:
    """Seconds in whole microseconds, rounded up; at most 31 years, which Lua counts exactly."""
    return math.ceil(min(seconds, 1e9) * SECOND_US)


@dataclass(frozen=True)
class Permit:
    """Permission to send one attempt. `Limiter.release` takes it back, whatever happens.

    Attributes:
        call_id: The attempt, ``1.1.2@AT/draft/1``.
        key: Identifies the permit among those of all processes.
        number: Its place in the order of all permits.
        sent_at_us: When it was given, in microseconds of the limiter's clock.
        tokens: The estimate that counts until the permit is released.
    """

    call_id: str
    key: str
    number: int
    sent_at_us: int
    tokens: int


@dataclass(frozen=True)
class AttemptResult:
    """The result of an attempt.

    Attributes:
        kind: ``answered`` (the provider works), ``rate_limited`` (429), ``outage`` (the provider
            fails), ``other`` (says nothing about the provider; also: never sent).
        tokens: What the provider counts for it; None keeps the estimate.
        retry_after_seconds: How long the provider asks to wait, with an error or because an answer
            used up its limit; None when it does not say.
    """

    kind: Literal["answered", "rate_limited", "outage", "other"]
    tokens: int | None = None
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class Pause:
    """What a result asks of the calls that follow, in microseconds from then on.

    Attributes:
        asked_us: How long the provider asks to wait; 0 when it does not say.
        resume_us: When calls are admitted again: never before that, and a little later.
        probe_us: When the next probe is due, should the breaker be open.
    """

    asked_us: int
    resume_us: int
    probe_us: int

    @classmethod
    def of(cls, result: AttemptResult, rules: Rules) -> Pause:
        """The pause that a result asks for."""
        asked_us = microseconds(result.retry_after_seconds or 0)
        if not asked_us:
            return cls(0, 0, rules.probe_us)
        most_us = min(int(asked_us * JITTER_SHARE), microseconds(MOST_JITTER_SECONDS))
        # Clocks are read in whole microseconds, rounded down: one more compensates for that.
        jitter_us = 1 + random.randint(0, most_us)  # noqa: S311 - nothing to guess
        least_us = min(microseconds(LEAST_PROBE_SECONDS), rules.probe_us)
        return cls(asked_us, asked_us + jitter_us, max(asked_us, least_us))


@dataclass(frozen=True)
class Unavailable:
    """No call is admitted, and waiting is pointless.

    Attributes:
        seconds: How long the provider has been unavailable, or says that it will be.
        is_announced: Whether the provider said so itself, in Retry-After.
    """

    seconds: float
    is_announced: bool
