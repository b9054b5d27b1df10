"""Extent: how long a section's text is to be, as asked for or as is usual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factbook.writing.job import SectionJob, Shape

SHORT_WORDS, LONG_WORDS = 80, 220
"""A text of at most so many words is one paragraph; one of more than so many has three."""

FIGURES_OF_AN_INTRODUCTION = 3

# Words and paragraphs where the guidelines ask for nothing.
_DEFAULTS = {
    "sub_task": (60, 170, 2),
    "introduction": (1, 110, 1),
    "summary": (40, 140, 1),
    "conclusion": (60, 190, 2),
}


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a text must be.

    Attributes:
        least: Fewest words, as far as there is something to tell.
        most: Most words.
        paragraphs: How many paragraphs.
        most_figures: How many figures it may give; None for any number.
        free: Whether nobody asked for the paragraphs, so that a short text has one.
    """

    least: int
    most: int
    paragraphs: int
    most_figures: int | None = None
    free: bool = False


def extent_of(job: SectionJob) -> Extent:
    """Words and paragraphs of a section: as asked for, else what is usual for its kind."""
    least, most, paragraphs = _DEFAULTS[job.kind]
    asked = job.shape
    if asked.paragraphs:
        paragraphs = asked.paragraphs
        least, most = max(least, 30 * paragraphs), max(most, 50 * paragraphs)
    least, most = _range(asked, least, most)
    if not asked.paragraphs and most > LONG_WORDS:
        paragraphs = max(paragraphs, 3)
    if not asked.paragraphs and most <= SHORT_WORDS:
        paragraphs = 1
    # An introduction gives one to three figures, unless it has to be longer.
    brief = job.kind == "introduction" and asked.min_words is None
    return Extent(
        least,
        most,
        paragraphs,
        most_figures=FIGURES_OF_AN_INTRODUCTION if brief else None,
        free=asked.paragraphs is None,
    )


def _range(asked: Shape, least: int, most: int) -> tuple[int, int]:
    if asked.min_words is not None and asked.max_words is not None:
        return asked.min_words, asked.max_words
    if asked.max_words is not None:
        return min(least, round(asked.max_words * 0.6)), min(most, asked.max_words)
    if asked.min_words is not None:
        return asked.min_words, max(most, round(asked.min_words * 1.3))
    return least, most


def cut(sentences: Sequence[str], count: int) -> Iterator[list[str]]:
    """Sentences in so many paragraphs of like length."""
    rest = list(sentences)
    for left in range(count, 0, -1):
        if not rest:
            return
        size = max(1, round(len(rest) / left))
        yield rest[:size]
        rest = rest[size:]
