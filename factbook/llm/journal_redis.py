"""The journal of a run that more than one machine works on: a list in Redis."""

from __future__ import annotations

from typing import NoReturn, cast

from redis import Redis
from redis.exceptions import RedisError

from factbook.errors import StoppedError
from factbook.llm.journal import Content, Event, FileJournal, from_lines, to_line

SECONDS_KEPT = 90 * 86_400
"""How long Redis keeps a journal after its last event; the run folder keeps it for ever."""

SECONDS_TO_ANSWER = 10.0


class RedisJournal:
    """A journal in Redis.

    Args:
        address: Address of the server, ``redis://…``.
        report: Distinguishes the report from all others on the server.
    """

    def __init__(self, address: str, report: str) -> None:
        self._key = f"factbook:journal:{report}"
        self._numbers = f"factbook:attempts:{report}"
        self._redis = Redis.from_url(
            address, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER
        )

    def append(self, *events: Event) -> None:
        """Add events; when this returns the server has them.

        Raises:
            StoppedError: The server is unavailable, or accepts no writes.
        """
        if not events:
            return
        try:
            with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.rpush(self._key, *map(to_line, events))
                pipeline.expire(self._key, SECONDS_KEPT)
                pipeline.execute()
        except RedisError as error:
            self._stop("written", error)

    def read(self) -> Content:
        """All events that the server has.

        Raises:
            StoppedError: The server is unavailable.
        """
        return from_lines(self.lines())

    def collect(self, into: FileJournal) -> None:
        """Add to a file the lines that it lacks; repeating it adds nothing.

        Before a run this collects what a killed run has left, after it the run's own events.
        One process at a time does it: the one that holds the project.

        Raises:
            StoppedError: The server is unavailable, or the file cannot be written to.
        """
        there = set(into.lines())
        into.append_lines(line for line in dict.fromkeys(self.lines()) if line not in there)

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def next_number(self, name: str, highest: int) -> int:
        """A number that no other attempt of that name gets, in any process.

        Args:
            name: Section and pass.
            highest: The highest number known to be taken.

        Raises:
            StoppedError: The server is unavailable, or accepts no writes.
        """
        try:
            with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hsetnx(self._numbers, name, highest)
                pipeline.hincrby(self._numbers, name, 1)
                pipeline.expire(self._numbers, SECONDS_KEPT)
                return int(pipeline.execute()[1])
        except RedisError as error:
            self._stop("written", error)

    def lines(self) -> list[bytes]:
        """All lines that the server has.

        Raises:
            StoppedError: The server is unavailable.
        """
        try:
            # The client's types include those of its asynchronous twin.
            return cast(list[bytes], self._redis.lrange(self._key, 0, -1))
        except RedisError as error:
            self._stop("read", error)

    def _stop(self, what: str, error: RedisError) -> NoReturn:
        # The address may hold a password: only host and port are shown.
        at = self._redis.connection_pool.connection_kwargs
        raise StoppedError(
            f"The journal in Redis at {at.get('host', 'its socket')}:{at.get('port', '')} cannot "
            f"be {what}: {type(error).__name__}. Make sure that the server of limits.shared runs "
            "and accepts writes, then run the same command again"
        ) from None
