"""The limiter decides when the next attempt may be sent."""

from __future__ import annotations

from typing import Protocol

from factbook.errors import ModelUnavailableError
from factbook.llm.limits.queue import Queue, Wait
from factbook.llm.limits.rules import SECOND_US, AttemptResult, Permit, Rules, Unavailable


class Admission(Protocol):
    """Decides at once whether an attempt may be sent now. Kept in the process or in Redis."""

    async def admit(self, call_id: str, tokens: int) -> Permit | Wait | Unavailable:
        """A permit, how long to wait, or `Unavailable` when waiting is pointless."""
        ...

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Take a permit back and learn from the result; repeating it changes nothing."""
        ...


class Limiter:
    """Admits attempts: requests and tokens per minute, calls in flight, a circuit breaker.

    Calls in flight are bounded by ``max_in_flight``. A 429 halves the bound, and each answer
    since raises it by one: additive increase and multiplicative decrease, as in TCP's congestion
    control (Chiu and Jain 1989). Three outages in a row open the breaker: then one probe is sent
    every 15 s, or when the provider asks for it, and a last one when ``outage_patience_seconds``
    are over; an answered probe closes it. Whoever asks to wait is waited for: no call is admitted
    before that, and all resume with a little jitter. Used in one event loop.

    Args:
        admission: Makes the decisions.
        rules: The rules.
    """

    def __init__(self, admission: Admission, rules: Rules) -> None:
        self._admission = admission
        self._rules = rules
        self._queue = Queue()

    async def acquire(self, call_id: str, tokens: int) -> Permit:
        """Wait, first come first served in this process, until an attempt may be sent.

        Args:
            call_id: The attempt, ``1.1.2@AT/draft/1``.
            tokens: An estimate of its tokens, prompt and completion.

        Raises:
            ModelUnavailableError: The provider is unavailable for longer than
                ``limits.outage_patience_seconds``.
            StoppedError: Redis is unavailable.
        """

        async def ask() -> Permit | Wait:
            answer = await self._admission.admit(call_id, tokens)
            if isinstance(answer, Unavailable):
                raise ModelUnavailableError(self._sentence(answer))
            return answer

        return await self._queue.wait_for(ask, self._withdraw)

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Give a permit back, with the result of its attempt.

        Raises:
            StoppedError: Redis is unavailable.
        """
        try:
            await self._admission.release(permit, result)
        finally:
            self._queue.wake()

    async def _withdraw(self, permit: Permit) -> None:
        await self.release(permit, AttemptResult("other", tokens=0))

    def _sentence(self, unavailable: Unavailable) -> str:
        patience = self._rules.patience_us / SECOND_US
        reason = (
            f"The provider asks for {unavailable.seconds:.0f} s without calls (Retry-After)"
            if unavailable.is_announced
            else f"The provider has been unavailable for {unavailable.seconds:.0f} s"
        )
        return (
            f"{reason}; limits.outage_patience_seconds is {patience:g}. "
            "Run again when it is available: what is written is kept"
        )
