"""Two texts compared word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

_WORDS = re.compile(r"[^ \t\n]+[ \t]*|[ \t]*\n+|[ \t]+")
"""A word with the blanks after it, or a break; a number and its unit are one word."""
_DIGIT = re.compile(r"\d")

Side = Literal["both", "old", "new"]


@dataclass(frozen=True)
class Piece:
    """A piece of two texts.

    Attributes:
        side: Which of them has it.
        text: The words with the blanks between them.
        is_figure: Whether it is a word with a number in it.
    """

    side: Side
    text: str
    is_figure: bool = False


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that two texts are made of, in order.

    The pieces of ``both`` and ``new`` give the new text, those of ``both`` and ``old`` the old one
    but for blanks. What is gone stands before what has come in its place.
    """
    return tuple(
        Piece(side, "".join(piece), is_figure=is_figure)
        for side, words in groupby(_words(old, new), key=lambda word: word[0])
        for is_figure, piece in _by_figure([word for _, word in words])
    )


def _words(old: str, new: str) -> Iterator[tuple[Side, str]]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, _compared(before), _compared(after), autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            yield from (("both", word) for word in after[b:b_end])
        else:
            yield from (("old", word) for word in before[a:a_end])
            yield from (("new", word) for word in after[b:b_end])


def _compared(words: list[str]) -> list[str]:
    """Words without the blanks after them; of breaks only whether they end a paragraph."""
    return [word.rstrip(" \t\n") or "\n" * min(word.count("\n"), 2) for word in words]


def _by_figure(words: list[str]) -> Iterator[tuple[bool, list[str]]]:
    for is_figure, group in groupby(words, key=lambda word: _DIGIT.search(word) is not None):
        yield is_figure, list(group)
