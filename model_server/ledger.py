"""The ledger: every hit that a model server took, as the provider saw it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Hit:
    """One request to the provider. It holds no key and no text.

    Attributes:
        number: Counted from 1.
        call_id: `X-Client-Request-Id`; empty without.
        path: Method and path: ``POST /v1/chat/completions``.
        arrived_seconds: Arrival, by the monotonic clock of the machine.
        arrived_at: Arrival, seconds since 1970.
        in_flight: Requests in flight at arrival, this one included. A request whose client has
            left is in flight until its latency is over, as at a provider.
        is_key_right: Whether the key was right; None when that was not looked at.
        model: Model asked for; empty when the body was not read.
        body_sha256: SHA-256 of the body; empty when it was not read.
        max_tokens: The request's bound on completion tokens; None without.
        prompt_tokens: Tokens of the prompt, whatever the outcome.
        completion_tokens: Tokens of the completion that was paid for; 0 for an error.
        fault: Kind of the fault that was played, ``limit`` for a 429 of the limits; else empty.
        status: Status of the answer; None while it is open or when none was sent.
        ended_seconds: End, by the monotonic clock; None while it is open.
        ended_at: End, seconds since 1970; None while it is open.
        has_client_left: Whether the client was gone before it was answered.
    """

    number: int
    call_id: str
    path: str
    arrived_seconds: float
    arrived_at: float
    in_flight: int
    is_key_right: bool | None = None
    model: str = ""
    body_sha256: str = ""
    max_tokens: int | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    fault: str = ""
    status: int | None = None
    ended_seconds: float | None = None
    ended_at: float | None = None
    has_client_left: bool = False


class Ledger:
    """Hits in the order of arrival, those in flight among them."""

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self._in_flight = 0

    def begin(self, call_id: str, path: str) -> Hit:
        """Write down that a request has arrived."""
        self._in_flight += 1
        hit = Hit(
            number=len(self.hits) + 1,
            call_id=call_id,
            path=path,
            arrived_seconds=time.monotonic(),
            arrived_at=time.time(),
            in_flight=self._in_flight,
        )
        self.hits.append(hit)
        return hit

    def end(self, hit: Hit) -> None:
        """Write down that a request is over."""
        self._in_flight -= 1
        hit.ended_seconds = time.monotonic()
        hit.ended_at = time.time()
