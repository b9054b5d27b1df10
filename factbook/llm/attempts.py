"""One model call in progress: the request, time and money spent so far, the end of an attempt.

Whether and when a call is tried again is decided by `Spent.wait_before_next`; which answers of a
provider are worth another attempt, by `openai_errors`. A provider that says when to come back has
announced a limit: the call waits exactly as long as it is asked to, and the limit does not count
against its deadline while it lasts no longer than ``limits.outage_patience_seconds``.
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
"""Waits between attempts double from the first to the longest, unless the provider names one: then
each is as long as it asks, and at least the first."""


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
        deadline_seconds: For attempts and the waits between them; queueing, announced limits and
            the time for which the process is stopped do not count.
        patience_seconds: An announced limit that lasts longer than this does count.
        seconds: Time spent so far on what counts in any case.
        asked_seconds: Time spent so far on attempts that met an announced limit, and on the waits
            that they were asked for.
        limit_seconds: How long the last announced limit lasts for this call, with the wait that it
            asks for.
        retries: Waits so far whose length the provider did not name.
        cost_usd: Money spent so far.
        usage: Tokens so far, where the provider counts them.
        is_sent: Whether any attempt was sent.
        started: When the call began, by the monotonic clock.
    """

    deadline_seconds: float
    patience_seconds: float
    seconds: float = 0.0
    asked_seconds: float = 0.0
    limit_seconds: float = 0.0
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
        limit_seconds = self.limit_seconds if self.is_limit_too_long else 0.0
        return max(self.deadline_seconds - self.seconds - limit_seconds, 0.0)

    @property
    def is_limit_too_long(self) -> bool:
        """Whether the announced limit lasts longer than it is waited for without counting."""
        return self.limit_seconds > self.patience_seconds

    def add(self, end: End) -> None:
        """Count the time of an attempt that has ended."""
        if end.asked_seconds is None:
            self.seconds += end.seconds
        else:
            self.asked_seconds += end.seconds

    def wait_before_next(self, error: Exception, limited_since: float | None) -> bool | float:
        """Seconds to wait before the next attempt; False when no further attempt is allowed.

        Args:
            error: What the last attempt ended with.
            limited_since: The moment, by the monotonic clock, since which the provider has given
                nobody anything but announced limits; None when it has given something else since.
        """
        if not isinstance(error, TransientCallError):
            return False
        asked_seconds = asked_wait_seconds(error)
        if asked_seconds is not None:
            return self._wait_as_asked(asked_seconds, limited_since)
        wait_seconds = min(FIRST_WAIT_SECONDS * 2.0**self.retries, LONGEST_WAIT_SECONDS)
        if wait_seconds >= self.left_seconds:
            return False
        self.retries += 1
        self.seconds += wait_seconds
        return wait_seconds

    def how_long(self) -> str:
        """For how long there was no answer, for a message."""
        if not self.is_limit_too_long:
            return f"within {self.deadline_seconds:g} s"
        return (
            f"as the provider asks to wait, {self.limit_seconds:.0f} s in all by now "
            f"(limits.outage_patience_seconds is {self.patience_seconds:g})"
        )

    def _wait_as_asked(self, wait_seconds: float, limited_since: float | None) -> bool | float:
        """The wait that the provider asks for; False when the limit lasts too long.

        What lasts too long for this call is either what it was asked to wait itself, though others
        are answered, or a limit on all: a call in a long queue is seldom asked itself.
        """
        self.asked_seconds += wait_seconds
        now = time.monotonic()
        since = now if limited_since is None else max(limited_since, self.started)
        self.limit_seconds = max(self.asked_seconds, now - since + wait_seconds)
        return wait_seconds if self.left_seconds > 0 else False


def asked_wait_seconds(error: TransientCallError) -> float | None:
    """How long a provider asks a call to wait; None when it does not say, as with 0 s."""
    if not error.retry_after_seconds:
        return None
    return max(error.retry_after_seconds, FIRST_WAIT_SECONDS)


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
    def asked_seconds(self) -> float | None:
        """How long it asks this call to wait, when it met an announced limit; else None."""
        if not isinstance(self.outcome, TransientCallError):
            return None
        return asked_wait_seconds(self.outcome)

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
