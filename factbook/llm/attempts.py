"""One model call in progress: the request, time and money spent so far, the end of an attempt.

Whether and when a call is tried again is decided by `Spent.wait_before_next`; which answers of a
provider are worth another attempt, by `openai_errors`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal

from factbook.errors import (
    CallError,
    CutOffError,
    RateLimitedError,
    RefusedError,
    StoppedError,
    TransientCallError,
)
from factbook.llm.chat import CallCount, ChatAnswer, ChatRequest, Pass, Usage
from factbook.llm.journal import ANSWERED, Ended, Sent
from factbook.llm.limits.rules import AttemptResult, Permit

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 15.0
"""Waits between attempts double from the first to the longest, unless the provider names one."""


@dataclass(frozen=True)
class Call:
    """A call: its section, pass, request and key."""

    section_id: str
    pass_: Pass
    request: ChatRequest
    key: str

    def asking(self, request: ChatRequest) -> Call:
        """The same call with another request; its answer is stored under the same key."""
        return Call(self.section_id, self.pass_, request, self.key)


@dataclass
class Attempt:
    """One attempt of a call.

    Attributes:
        call: The call.
        id: ``1.1.2@AT/draft/1``.
        bound_usd: The most that it can cost; None when the model has no known price.
        permit: The permit to send it, once it is admitted.
        is_noted: Whether the journal records it as sent, so that it counts until its end is known.
    """

    call: Call
    id: str
    bound_usd: Decimal | None
    permit: Permit | None = None
    is_noted: bool = False

    def sent(self) -> Sent:
        """The journal's line before it is sent."""
        return Sent(
            attempt=self.id,
            section=self.call.section_id,
            pass_=self.call.pass_,
            model=self.call.request.model,
            key=self.call.key,
            bound_usd=self.bound_usd,
        )


@dataclass
class Spent:
    """Time and money that a call has spent so far.

    Attributes:
        deadline_seconds: For attempts and the waits between them; queueing and the time for which
            the process is stopped do not count.
        seconds: Time spent so far.
        retries: Attempts after the first so far.
        cost_usd: Money spent so far.
        usage: Tokens so far, where the provider counts them.
        is_sent: Whether any attempt was sent.
        started: When the call began, by the monotonic clock.
    """

    deadline_seconds: float
    seconds: float = 0.0
    retries: int = 0
    cost_usd: Decimal = Decimal(0)
    usage: Usage = Usage()
    is_sent: bool = False
    started: float = field(default_factory=time.monotonic)

    @property
    def count(self) -> CallCount:
        """The call so far, for its section's count."""
        return CallCount(
            made=self.is_sent,
            usage=self.usage,
            cost_usd=float(self.cost_usd),
            waited_seconds=max(time.monotonic() - self.started - self.seconds, 0.0),
        )

    @property
    def left_seconds(self) -> float:
        """What is left of the deadline."""
        return max(self.deadline_seconds - self.seconds, 0.0)

    def wait_before_next(self, error: Exception) -> bool | float:
        """Seconds to wait before the next attempt; False when no further attempt is allowed."""
        if not isinstance(error, TransientCallError):
            return False
        wait_seconds = min(FIRST_WAIT_SECONDS * 2.0**self.retries, LONGEST_WAIT_SECONDS)
        wait_seconds = max(wait_seconds, error.retry_after_seconds or 0.0)
        if wait_seconds >= self.left_seconds:
            return False
        self.retries += 1
        self.seconds += wait_seconds
        return wait_seconds


@dataclass(frozen=True)
class End:
    """How an attempt ended.

    Attributes:
        outcome: The answer or the error.
        seconds: Its duration, in running time.
        pause_seconds: How long its headers ask to wait before the next request.
    """

    outcome: ChatAnswer | CallError | RefusedError | StoppedError
    seconds: float
    pause_seconds: float | None

    @property
    def usage(self) -> Usage | None:
        """Tokens as the provider counts them; None when that is not known."""
        if isinstance(self.outcome, ChatAnswer):
            return self.outcome.usage
        if not isinstance(self.outcome, CallError) or self.outcome.input_tokens is None:
            return None
        return Usage(
            input_tokens=self.outcome.input_tokens, output_tokens=self.outcome.output_tokens or 0
        )

    @property
    def may_be_charged(self) -> bool:
        """Whether an attempt without token counts may have cost something."""
        if isinstance(self.outcome, TransientCallError):
            return self.outcome.was_charged
        return isinstance(self.outcome, CutOffError | RefusedError)

    @property
    def result(self) -> AttemptResult:
        """The result for the limiter."""
        usage = self.usage
        tokens = usage.input_tokens + usage.output_tokens if usage else None
        error = self.outcome
        if isinstance(error, RateLimitedError):
            return AttemptResult(
                kind="rate_limited",
                tokens=tokens,
                retry_after_seconds=error.retry_after_seconds,
            )
        if isinstance(error, TransientCallError) and error.is_outage:
            return AttemptResult(
                kind="outage", tokens=tokens, retry_after_seconds=error.retry_after_seconds
            )
        # Whatever else came back shows that the provider is available.
        return AttemptResult(kind="answered", tokens=tokens, retry_after_seconds=self.pause_seconds)

    def event(self, attempt_id: str, cost_usd: Decimal | None) -> Ended:
        """The journal's line."""
        usage = self.usage or Usage()
        return Ended(
            attempt=attempt_id,
            outcome=self._word(),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=cost_usd,
            seconds=round(self.seconds, 3),
        )

    def _word(self) -> str:
        if isinstance(self.outcome, ChatAnswer):
            return ANSWERED
        if isinstance(self.outcome, CallError):
            return self.outcome.outcome
        return "refused" if isinstance(self.outcome, RefusedError) else "stopped"
