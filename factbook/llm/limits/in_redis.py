"""Limiter and budget of all processes that use the same Redis: one script per decision."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from factbook.config.redaction import quoted
from factbook.errors import StoppedError
from factbook.llm.limits.budget import Account
from factbook.llm.limits.queue import Wait
from factbook.llm.limits.rules import (
    SECOND_US,
    AttemptResult,
    Pause,
    Permit,
    Rules,
    Unavailable,
    microseconds,
)

ANSWER_SECONDS = 5.0
"""Redis answers in milliseconds; after this time it counts as unavailable."""

RETRIES = 3
"""Retries after 0.1, 0.2 and 0.4 s cover a connection closed by an idle server, and a restart."""

SHORTEST_POLL_US, LONGEST_POLL_US = 10_000, 500_000
"""Bounds of the limiter's polling interval, in microseconds."""

CALL_POLL_US = 50_000
"""The polling interval while a call of another process must end first: calls last seconds."""

BUDGET_KEPT_DAYS = 90
"""How long an unused budget is kept."""

_KEPT_MS = BUDGET_KEPT_DAYS * 24 * 3600 * 1000


class Connection:
    """A connection to Redis that runs scripts, each of which makes one decision atomically.

    Args:
        url: ``limits.shared``; its password never appears in an error.

    Raises:
        StoppedError: It is not an address of a Redis server.
    """

    def __init__(self, url: str) -> None:
        try:
            self._redis: Redis = Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                retry=Retry(ExponentialBackoff(cap=1.0, base=0.1), RETRIES),
            )
        except ValueError:
            # Not repeated: what cannot be parsed may hold a password anywhere.
            raise StoppedError(
                "limits.shared is not an address of a Redis server; allowed: "
                "redis://HOST:PORT/DATABASE, rediss://… and unix://…. Correct it, or remove it to "
                "limit only this process"
            ) from None
        self._name = _name(self._redis)
        self._scripts: dict[str, Any] = {}

    async def run(self, name: str, keys: Sequence[str], *arguments: str | int) -> Any:
        """Run a script of this folder.

        Raises:
            StoppedError: Redis does not answer, or answers with an error.
        """
        if name not in self._scripts:
            self._scripts[name] = self._redis.register_script(script_text(name))
        try:
            return await self._scripts[name](keys=list(keys), args=list(arguments))
        except (RedisError, OSError) as error:
            raise StoppedError(
                f"The Redis server of limits.shared, '{self._name}', does not answer: "
                f"{quoted(error)}. Start it and run again, or remove limits.shared to limit only "
                "this process"
            ) from error

    def lost(self, what: str) -> StoppedError:
        """The error to raise when Redis has lost what was stored there."""
        return StoppedError(
            f"The Redis server of limits.shared, '{self._name}', has lost {what}: it was emptied "
            "or restarted. Run again: the count then starts from the journal"
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def script_text(name: str) -> str:
    """A script of this folder, in Lua."""
    return files(__package__).joinpath(f"{name}.lua").read_text(encoding="utf-8")


def _name(redis: Redis) -> str:
    """The address of a Redis server, without user and password."""
    parts = redis.connection_pool.connection_kwargs
    if "path" in parts:
        return f"unix://{parts['path']}"
    return (
        f"redis://{parts.get('host', 'localhost')}:{parts.get('port', 6379)}/{parts.get('db', 0)}"
    )


@dataclass(frozen=True)
class _Head:
    """The head of this process' queue: it alone asks, repeatedly under one key."""

    call_id: str
    key: str
    since_us: int


class RedisAdmission:
    """The limiter's decisions, made in ``admit.lua`` and ``release.lua`` by Redis' own clock.

    Args:
        connection: The connection to Redis.
        rules: The rules.
        scope: Identifies key and endpoint: whoever shares them shares the limits.
    """

    def __init__(self, connection: Connection, rules: Rules, scope: str) -> None:
        self._connection = connection
        polls = {"poll_us": CALL_POLL_US, "longest_poll_us": LONGEST_POLL_US}
        self._rules = rules
        self._rules_json = json.dumps(asdict(rules) | polls)
        # The braces keep the keys of one limiter on one node of a cluster.
        parts = ("state", "window", "tokens", "flight")
        self._keys = [f"factbook:limiter:{{{scope}}}:{part}" for part in parts]
        self._joined_us = 0  # by Redis' clock; known after its first answer
        self._head = _Head("", "", 0)

    async def admit(self, call_id: str, tokens: int) -> Permit | Wait | Unavailable:
        """A permit, how long to wait, or `Unavailable` when waiting is pointless."""
        if self._head.call_id != call_id:
            self._head = _Head(call_id, uuid4().hex, 0)
        head = self._head
        word, value, now_us, is_announced = await self._connection.run(
            "admit", self._keys, self._rules_json, head.key, tokens, self._joined_us, head.since_us
        )
        self._joined_us = self._joined_us or now_us
        if word == "wait":
            self._head = _Head(call_id, head.key, head.since_us or now_us)
            wait_us = min(max(value, SHORTEST_POLL_US), LONGEST_POLL_US)
            return Wait(wait_us / SECOND_US)
        self._head = _Head("", "", 0)
        if word == "unavailable":
            return Unavailable(value / SECOND_US, is_announced=bool(is_announced))
        return Permit(call_id, head.key, value, now_us, tokens)

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Take a permit back and learn from the result; repeating it changes nothing."""
        pause = Pause.of(result, self._rules)
        await self._connection.run(
            "release",
            self._keys,
            self._rules_json,
            permit.key,
            permit.number,
            permit.sent_at_us,
            result.kind,
            -1 if result.tokens is None else result.tokens,
            pause.asked_us,
            pause.resume_us,
            pause.probe_us,
        )


class RedisLedger:
    """The budget's count, kept by ``reserve.lua`` and ``settle.lua``.

    Args:
        connection: The connection to Redis.
        report: Identifies the report, and the run from which its spending counts.
        spent: Spending by the journal, in millionths of a dollar.
        live_seconds: A reservation that is not renewed for this long belongs to a dead process: it
            counts at its bound, and nobody waits for it any more.
    """

    def __init__(
        self, connection: Connection, report: str, spent: int, live_seconds: float
    ) -> None:
        self._connection = connection
        parts = ("account", "bounds", "alive")
        self._keys = [f"factbook:budget:{{{report}}}:{part}" for part in parts]
        self._spent_before = spent
        self._live_seconds = live_seconds
        self._has_joined = False
        self._held: set[str] = set()
        self._renewal: asyncio.Task[None] | None = None

    async def reserve(self, attempt_id: str, bound: int, cap: int | None) -> Account | Wait:
        """Reserve an upper bound if it fits, wait if it may fit once calls in flight settle."""
        word, account = await self._ask(attempt_id, bound, cap)
        if word == "wait":
            return Wait(CALL_POLL_US / SECOND_US)
        if account.is_held:
            self._held.add(attempt_id)
            if self._renewal is None or self._renewal.done():
                self._renewal = asyncio.create_task(self._renew())
        return account

    async def settle(self, attempt_id: str, cost: int) -> None:
        """Replace the bound by the cost; without a reservation nothing changes."""
        await self._connection.run("settle", self._keys, attempt_id, cost, _KEPT_MS)
        self._held.discard(attempt_id)

    async def account(self) -> Account:
        """The state of the budget."""
        _, account = await self._ask("", 0, None)
        return account

    async def close(self) -> None:
        """Stop renewing: what is still reserved counts at its bound."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])

    async def _ask(self, attempt_id: str, bound: int, cap: int | None) -> tuple[str, Account]:
        word, spent, reserved = await self._connection.run(
            "reserve",
            self._keys,
            attempt_id,
            bound,
            -1 if cap is None else cap,
            -1 if self._has_joined else self._spent_before,
            microseconds(self._live_seconds),
            _KEPT_MS,
        )
        if word == "lost":
            raise self._connection.lost("the budget")
        self._has_joined = True
        return word, Account(spent, reserved, is_held=word == "held")

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._live_seconds / 4)
            # When Redis is unavailable, the next reservation or settlement raises the error.
            with suppress(StoppedError):
                await self._connection.run(
                    "renew", self._keys[2:], microseconds(self._live_seconds), *self._held
                )
