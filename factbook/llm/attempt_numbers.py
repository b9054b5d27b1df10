"""Numbers of attempts: with section and pass they form the ids that go to the provider."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from factbook.llm.journal_redis import RedisJournal

Highest = Mapping[tuple[str, str], int]
"""(section, pass) → the highest number that an attempt has had so far."""


class Numbers(Protocol):
    """Gives each attempt of a section and pass a number of its own."""

    async def next(self, section_id: str, pass_: str) -> int:
        """The number of the next attempt.

        Raises:
            StoppedError: The counter is unavailable.
        """
        ...


class OwnNumbers:
    """Counts in this process, which alone makes the calls of a run; used in one event loop.

    Args:
        highest: The highest numbers of earlier runs.
    """

    def __init__(self, highest: Highest) -> None:
        self._highest = Counter(highest)

    async def next(self, section_id: str, pass_: str) -> int:
        """The number of the next attempt."""
        self._highest[section_id, pass_] += 1
        return self._highest[section_id, pass_]


class SharedNumbers:
    """Counts beside a journal in Redis: several processes may try one section, one after another.

    Args:
        journal: The journal.
        highest: The highest numbers in its events and in those collected from it.
    """

    def __init__(self, journal: RedisJournal, highest: Highest) -> None:
        self._journal = journal
        self._highest = highest

    async def next(self, section_id: str, pass_: str) -> int:
        """The number of the next attempt.

        Raises:
            StoppedError: Redis is unavailable.
        """
        name, before = f"{section_id}/{pass_}", self._highest.get((section_id, pass_), 0)
        return await asyncio.to_thread(self._journal.next_number, name, before)
