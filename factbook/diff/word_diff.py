"""Two texts compared word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

_WORDS = re.compile(r"[^ \t\n]+[ \t]*|[ \t]*\n+|[ \t]+")
"""A word with the blanks after it, or a break; a number and its unit are one word."""
_MARKS = ".,;:!?)]"
_DIGIT = re.compile(r"\d")

OMITTED = "\N{HORIZONTAL ELLIPSIS}"
_CONTEXT_WORDS = 3
_MOST_WORDS = 40
_MOST_PAIRS = 300_000  # of equal words; two texts of 3,000 words of prose have as many

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


def from_to(old: str, new: str) -> str:
    """Two short texts of one line, of which what is alike at both ends is left out.

    ``"… 40-60 words." → "… 60-90 words."``
    """
    before, after = old.split(), new.split()
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    shown = [_cut(words, start - _CONTEXT_WORDS, end - _CONTEXT_WORDS) for words in (before, after)]
    return " → ".join(f'"{text}"' if text else "none" for text in shown)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _cut(words: list[str], start: int, end: int) -> str:
    """Words without the first and the last; of what is left no more than can be read at once."""
    start, end = max(start, 0), max(end, 0)
    kept = words[start : len(words) - end]
    more = [OMITTED] if end or len(kept) > _MOST_WORDS else []
    return " ".join([*([OMITTED] if start else []), *kept[:_MOST_WORDS], *more])


def _words(old: str, new: str) -> Iterator[tuple[Side, str]]:
    before, after = list(_tokens(old)), list(_tokens(new))
    for tag, a, a_end, b, b_end in _changes(_compared(before), _compared(after)):
        if tag == "equal":
            yield from (("both", word) for word in after[b:b_end])
        else:
            yield from (("old", word) for word in before[a:a_end])
            yield from (("new", word) for word in after[b:b_end])


def _changes(before: list[str], after: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What is equal and what is replaced, as `SequenceMatcher.get_opcodes` tells it.

    Texts in which too many words are alike are compared at their ends only: to find the most that
    they have in common takes the square of their length and more.
    """
    old, new = Counter(before), Counter(after)
    if sum(count * new[word] for word, count in old.items()) <= _MOST_PAIRS:
        return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    a_end, b_end = len(before) - end, len(after) - end
    return [
        ("equal", 0, start, 0, start),
        ("replace", start, a_end, start, b_end),
        ("equal", a_end, len(before), b_end, len(after)),
    ]


def _tokens(text: str) -> Iterator[str]:
    """Words and breaks; a mark at the end of a word stands for itself, so that it can stay."""
    for token in _WORDS.findall(text):
        shown = token.rstrip(" \t\n")
        word = shown.rstrip(_MARKS)
        if word and word != shown:
            yield word
            yield token[len(word) :]
        else:
            yield token


def _compared(words: list[str]) -> list[str]:
    """Words without the blanks after them; of breaks only whether they end a paragraph."""
    return [word.rstrip(" \t\n") or "\n" * min(word.count("\n"), 2) for word in words]


def _by_figure(words: list[str]) -> Iterator[tuple[bool, list[str]]]:
    for is_figure, group in groupby(words, key=lambda word: _DIGIT.search(word) is not None):
        yield is_figure, list(group)
