"""The limiter: when the next attempt may be sent."""

from __future__ import annotations

from typing import Protocol

from factbook.errors import ModelUnavailableError
from factbook.llm.limits.queue import (
    Line,
    Wait,
)
from factbook.llm.limits.rules import SECOND_US, AttemptResult, Away, Permit, Rules


class Admission(Protocol):
    """Decides, at once, whether an attempt may be sent now. Kept in the process or in Redis."""

    async def admit(self, call_id: str, tokens: int) -> Permit | Wait | Away:
        """A permit, or how long to wait, or word that waiting is of no use."""
        ...

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Take a permit back and learn from the result; a second time changes nothing."""
        ...


class Limiter:
    """Admits attempts: requests and tokens per minute, calls in flight, a breaker.

    Calls in flight are bounded by ``max_in_flight``, by half at a 429, and by one more for each
    answer since: additive increase and multiplicative decrease, as congestion is met in TCP
    (Chiu and Jain 1989). Three outages in a row open the breaker: then one probe goes every 15 s,
    and a last one when ``outage_patience_seconds`` are over; an answered probe closes it. Used in
    one event loop.

    Args:
        admission: What decides.
        rules: The rules that it keeps.
    """

    def __init__(self, admission: Admission, rules: Rules) -> None:
        self._admission = admission
        self._rules = rules
        self._line = Line()

    async def acquire(self, call_id: str, tokens: int) -> Permit:
        """Wait, first come first served in this process, until an attempt may be sent.

        Args:
            call_id: The attempt, ``1.1.2@AT/draft/1``.
            tokens: The tokens that it may need, prompt and completion; an estimate.

        Raises:
            ModelUnavailableError: The provider is away for longer than
                ``limits.outage_patience_seconds``.
            StoppedError: Redis is away.
        """

        async def ask() -> Permit | Wait:
            answer = await self._admission.admit(call_id, tokens)
            if isinstance(answer, Away):
                raise ModelUnavailableError(self._sentence(answer))
            return answer

        return await self._line.stand(ask, self._withdraw)

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Give a permit back, with what became of its attempt.

        Raises:
            StoppedError: Redis is away.
        """
        try:
            await self._admission.release(permit, result)
        finally:
            self._line.wake()

    async def _withdraw(self, permit: Permit) -> None:
        await self.release(permit, AttemptResult("other", tokens=0))

    def _sentence(self, away: Away) -> str:
        patience = self._rules.patience_us / SECOND_US
        has_been = (
            f"The provider asks for {away.seconds:.0f} s without calls (429, Retry-After)"
            if away.is_by_its_word
            else f"The provider has been away for {away.seconds:.0f} s"
        )
        return (
            f"{has_been}; limits.outage_patience_seconds is {patience:g}. "
            "Run again when it is back: what is written stays"
        )
