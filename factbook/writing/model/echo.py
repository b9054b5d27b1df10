"""Echoes: an answer that repeats the instructions of its prompt instead of following them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from factbook.writing.model.prompts import VARIABLES, template_text

WORDS_IN_A_ROW = 8
"""So many words of the instructions in a row are no chance: prose has other words."""

MOST_SHARE = 0.5
"""Of an answer's words; above it what is left between the instructions is no text either."""

_VARIABLE = re.compile(r"\{[{%][^{}]*[%}]\}")
_WORD = re.compile(r"\w+")

_Row = tuple[str, ...]


def echoed_share(text: str) -> float:
    """The share of a text's words that repeat instructions, from 0 to 1.

    Case, white space and marks do not count. What a prompt holds besides its instructions is
    nothing that counts: titles, guidelines and evidence may be repeated.

    Args:
        text: An answer without its thoughts.
    """
    words = _words(text)
    echoed: set[int] = set()
    for at, row in enumerate(_rows(words)):
        if row in _instruction_rows():
            echoed.update(range(at, at + WORDS_IN_A_ROW))
    return len(echoed) / len(words) if words else 0.0


@lru_cache(maxsize=1)
def _instruction_rows() -> frozenset[_Row]:
    """All rows of words of the templates, which no variable interrupts."""
    pieces = (piece for name in VARIABLES for piece in _VARIABLE.split(template_text(name)))
    return frozenset(row for piece in pieces for row in _rows(_words(piece)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _rows(words: list[str]) -> Iterator[_Row]:
    """All rows of so many words in a row."""
    shifted: Iterable[list[str]] = (words[n:] for n in range(WORDS_IN_A_ROW))
    return zip(*shifted, strict=False)
