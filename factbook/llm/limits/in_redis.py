"""Limiter and budget of all processes that name the same Redis: one script for each decision."""

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

from factbook.errors import StoppedError
from factbook.llm.limits.budget import Account
from factbook.llm.limits.queue import Wait
from factbook.llm.limits.rules import SECOND_US, AttemptResult, Away, Permit, Rules, microseconds

ANSWER_SECONDS = 5.0
"""Redis answers in milliseconds; one that takes longer than this is away."""

RETRIES = 3
"""Asked again at 0.1, 0.2 and 0.4 s: a connection that an idle server closed, a restart."""

SHORTEST_POLL_US, LONGEST_POLL_US = 10_000, 500_000
"""Bounds of the limiter's wait between two questions, in microseconds."""

CALL_POLL_US = 50_000
"""The wait when a call of another process must end first: calls last for seconds."""

BUDGET_KEPT_DAYS = 90
"""How long a budget that nobody uses is remembered."""

_KEPT_MS = BUDGET_KEPT_DAYS * 24 * 3600 * 1000


class Connection:
    """A Redis that is asked by scripts, each of which decides one thing as a whole.

    Args:
        url: ``limits.shared``; its password never appears in an error.

    Raises:
        StoppedError: It is no address of a Redis.
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
            # What cannot be parsed may hold a password anywhere.
            raise StoppedError(
                "limits.shared is no address of a Redis; allowed: redis://HOST:PORT/DATABASE, "
                "rediss://… and unix://…. Write it so, or remove it to limit this process alone"
            ) from None
        self._name = _name(self._redis)
        self._scripts: dict[str, Any] = {}

    async def run(self, name: str, keys: Sequence[str], *arguments: str | int) -> Any:
        """Run a script of this folder.

        Raises:
            StoppedError: Redis does not answer, or not as it should.
        """
        if name not in self._scripts:
            self._scripts[name] = self._redis.register_script(script_text(name))
        try:
            return await self._scripts[name](keys=list(keys), args=list(arguments))
        except (RedisError, OSError) as error:
            raise StoppedError(
                f"limits.shared, the Redis at '{self._name}', does not answer: {error}. "
                "Start it and run again, or remove limits.shared to limit this process alone"
            ) from error

    def lost(self, what: str) -> StoppedError:
        """What to raise when Redis no longer holds what it was told."""
        return StoppedError(
            f"limits.shared, the Redis at '{self._name}', has lost {what}: it was emptied or "
            "started anew. Run again: the count then begins from the journal"
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()


def script_text(name: str) -> str:
    """A script of this folder, in Lua."""
    return files(__package__).joinpath(f"{name}.lua").read_text(encoding="utf-8")


def _name(redis: Redis) -> str:
    """Where a Redis is, without user and password."""
    parts = redis.connection_pool.connection_kwargs
    if "path" in parts:
        return f"unix://{parts['path']}"
    return (
        f"redis://{parts.get('host', 'localhost')}:{parts.get('port', 6379)}/{parts.get('db', 0)}"
    )


@dataclass(frozen=True)
class _Head:
    """Who asks: only the head of this process' line does, again and again under one key."""

    call_id: str
    key: str
    since_us: int


class RedisAdmission:
    """The limiter's decisions, made in ``admit.lua`` and ``release.lua`` by Redis' own clock.

    Args:
        connection: Where.
        rules: The rules to keep.
        scope: Names key and endpoint: whoever shares them shares the limits.
    """

    def __init__(self, connection: Connection, rules: Rules, scope: str) -> None:
        self._connection = connection
        polls = {"poll_us": CALL_POLL_US, "longest_poll_us": LONGEST_POLL_US}
        self._rules = json.dumps(asdict(rules) | polls)
        # The braces keep the keys of one limiter on one node of a cluster.
        parts = ("state", "window", "tokens", "flight")
        self._keys = [f"factbook:limiter:{{{scope}}}:{part}" for part in parts]
        self._joined_us = 0  # by Redis' clock; known from its first answer on
        self._head = _Head("", "", 0)

    async def admit(self, call_id: str, tokens: int) -> Permit | Wait | Away:
        """A permit, or how long to wait, or word that waiting is of no use."""
        if self._head.call_id != call_id:
            self._head = _Head(call_id, uuid4().hex, 0)
        head = self._head
        word, value, now_us, by_its_word = await self._connection.run(
            "admit", self._keys, self._rules, head.key, tokens, self._joined_us, head.since_us
        )
        self._joined_us = self._joined_us or now_us
        if word == "wait":
            self._head = _Head(call_id, head.key, head.since_us or now_us)
            wait_us = min(max(value, SHORTEST_POLL_US), LONGEST_POLL_US)
            return Wait(wait_us / SECOND_US)
        self._head = _Head("", "", 0)
        if word == "away":
            return Away(value / SECOND_US, is_by_its_word=bool(by_its_word))
        return Permit(call_id, head.key, value, now_us, tokens)

    async def release(self, permit: Permit, result: AttemptResult) -> None:
        """Take a permit back and learn from the result; a second time changes nothing."""
        await self._connection.run(
            "release",
            self._keys,
            self._rules,
            permit.key,
            permit.number,
            permit.sent_at_us,
            result.kind,
            -1 if result.tokens is None else result.tokens,
            microseconds(result.retry_after_seconds or 0),
        )


class RedisLedger:
    """The budget's count, kept by ``reserve.lua`` and ``settle.lua``.

    Args:
        connection: Where.
        report: Names the report, and the run that its spending counts from.
        spent: What the journal says is spent, in millionths of a dollar.
        live_seconds: A reservation that is not renewed for so long belongs to a dead process: it
            has cost its bound, and nobody waits for it any more.
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
        """Put the cost in the place of the bound; without a reservation nothing changes."""
        await self._connection.run("settle", self._keys, attempt_id, cost, _KEPT_MS)
        self._held.discard(attempt_id)

    async def account(self) -> Account:
        """Where the budget stands."""
        _, account = await self._ask("", 0, None)
        return account

    async def close(self) -> None:
        """Renew nothing any more: what is still reserved has cost its bound."""
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
            # When Redis is away, whoever reserves or settles next is told.
            with suppress(StoppedError):
                await self._connection.run(
                    "renew", self._keys[2:], microseconds(self._live_seconds), *self._held
                )
