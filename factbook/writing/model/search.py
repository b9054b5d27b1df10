"""Search results: the sources of a section, numbered, and notes on what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from factbook.llm.chat import ChatAnswer, Source
from factbook.writing.model.materials import as_data, as_line

_URL_IN_LINK = re.compile(r"\[[^\[\]\n]*\]\((?P<url>https?://[^()\s]+)\)")
_ROUND_A_SOURCE = re.compile(r"\((\[S\d+\](?:[,;]?\s*\[S\d+\])*)\)")


@dataclass
class SearchResults:
    """Collects what the searches of one section give. Used by one thread.

    Attributes:
        sources: All sources, each once by its address; ``S1`` is the first.
        entries: The results as they stand in a prompt, one of each search, as data.
    """

    sources: list[Source] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _numbers_of_entries: list[list[int]] = field(default_factory=list)

    def add(self, answer: ChatAnswer) -> bool:
        """Add what one search has given.

        Returns:
            Whether it named a source; without one nothing of it is kept, as nothing of it could
            be cited.
        """
        if not answer.sources:
            return False
        numbers = {_address(source.url): self._number(source) for source in answer.sources}
        named = list(dict.fromkeys(numbers.values()))
        self._numbers_of_entries.append(named)
        lines = [
            f"[S{number}] {as_line(self.sources[number - 1].title)} — "
            f"{as_line(self.sources[number - 1].url)}"
            for number in named
        ]
        notes = as_data(_with_numbers(answer.text, numbers)).strip()
        self.entries.append("\n".join([*lines, notes]) + "\n")
        return True

    def ids_of_first(self, count: int) -> frozenset[str]:
        """Ids of the sources that the first entries name: what a prompt with these may cite."""
        shown = self._numbers_of_entries[:count]
        return frozenset(f"S{number}" for numbers in shown for number in numbers)

    def _number(self, source: Source) -> int:
        address = _address(source.url)
        if address not in self._numbers:
            self.sources.append(source)
            self._numbers[address] = len(self.sources)
        return self._numbers[address]


def _address(url: str) -> str:
    """An address by which sources are distinguished: places in a page do not count."""
    return urldefrag(url.strip()).url.rstrip("/")


def _with_numbers(text: str, numbers: Mapping[str, int]) -> str:
    """Notes whose links to sources are their numbers."""

    def numbered(match: re.Match[str]) -> str:
        number = numbers.get(_address(match["url"]))
        return f"[S{number}]" if number else match.group()

    return _ROUND_A_SOURCE.sub(r"\1", _URL_IN_LINK.sub(numbered, text))
