"""Prose by reference, made of the evidence in a prompt: the same prompt, the same prose."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

DEFAULT_WORDS = 110
MOST_WORDS = 2000
LAST_RANK = 5  # a rank further down is not worth a sentence

_COLUMNS = ("fact", "place", "subject", "metric", "period", "value", "unit")
_RANGE = re.compile(r"(\d+)\s*(?:-|–|to|and)\s*(\d+)\s+words\b", re.IGNORECASE)
_WORDS = re.compile(r"(\d+)\s+words\b", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\b(one|two|three|[1-9])\s+(?:short\s+)?paragraphs?\b", re.IGNORECASE)
_TAGGED = re.compile(r"<([a-z_]+)>.*?</\1>", re.DOTALL)
_NUMBERS = {"one": 1, "two": 2, "three": 3}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_CHANGES = (
    "Over {period}, {metric} of {subject} in {place} {moved} by {fact}.",
    "In {place}, {metric} of {subject} {moved} by {fact} over {period}.",
)
_SENTENCES = {
    " relative change": _CHANGES,
    " change": _CHANGES,
    " share of category": (
        "In {place}, {subject} had a share of {fact} in {metric} in {period}.",
        "The share of {subject} in {metric} of {place} stood at {fact} in {period}.",
    ),
    " share of region": (
        "{place} had a share of {fact} in the region's {metric} of {subject} in {period}.",
        "Of the region's {metric} of {subject}, {place} held a share of {fact} in {period}.",
    ),
    " rank": (
        "By {metric} of {subject}, {place} ranked {fact} in {period}.",
        "In {period}, {place} was {fact} by {metric} of {subject}.",
    ),
    "": (
        "In {period}, {metric} of {subject} in {place} stood at {fact}.",
        "{metric} of {subject} in {place} came to {fact} in {period}.",
        "For {place}, the figure for {metric} of {subject} was {fact} in {period}.",
    ),
}
_FILLERS = (
    "The comparison keeps to the places and periods that the data name.",
    "What the data leave open is left open here as well.",
    "Each figure is read beside the others and not on its own.",
    "The order follows the weight that the evidence gives to each figure.",
    "Nothing is said of places for which the evidence holds no figure.",
)
NO_EVIDENCE = "The evidence of this section holds no figures, and so none is given."


@dataclass(frozen=True)
class FactRow:
    """A row of the evidence in a prompt, all as text."""

    fact: str
    place: str
    subject: str
    metric: str
    period: str
    value: str
    unit: str


def between(prompt: str, tag: str) -> str:
    """What stands between ``<tag>`` and ``</tag>``; empty when the tags are not there."""
    _, start, rest = prompt.partition(f"<{tag}>")
    inside, end, _ = rest.partition(f"</{tag}>")
    return inside.strip() if start and end else ""


def instructions_of(prompt: str) -> str:
    """What stands outside all tags: the instructions, without any data."""
    return _TAGGED.sub("", prompt)


def facts_of(prompt: str) -> list[FactRow]:
    """The evidence of a prompt, in its order; rows that lack a column are left out."""
    rows = csv.DictReader(io.StringIO(between(prompt, "evidence"), newline=""))
    texts = [[row.get(column) for column in _COLUMNS] for row in rows]
    return [FactRow(*(t or "" for t in text)) for text in texts if None not in text]


def findings_of(prompt: str) -> list[str]:
    """The findings of a prompt as sentences, without their strengths, in its order."""
    lines = between(prompt, "findings").splitlines()
    return [line.partition(": ")[2] for line in lines if ": " in line]


def headline_of(prompt: str) -> str:
    """A headline with the first plain value of the evidence; empty without any."""
    for row in facts_of(prompt):
        if sentence_ending(row) == "":
            return f"{row.metric} of {row.subject} reaches {{{row.fact}}}"
    return ""


def word_bounds(instructions: str) -> tuple[int, int]:
    """Fewest and most words that a prompt asks for: ``120-180 words``, ``150 words``."""
    if found := _RANGE.search(instructions):
        low, high = sorted((int(found[1]), int(found[2])))
    elif found := _WORDS.search(instructions):
        low, high = int(found[1]), int(found[1])
    else:
        low, high = DEFAULT_WORDS, DEFAULT_WORDS
    return min(low, MOST_WORDS), min(high, MOST_WORDS)


def paragraph_count(instructions: str, words: int) -> int:
    """Number of paragraphs that a prompt asks for, else one to three by the length."""
    if found := _PARAGRAPHS.search(instructions):
        return _NUMBERS.get(found[1].lower()) or int(found[1])
    return 1 if words < 80 else 2 if words < 180 else 3


def sentence(row: FactRow, turn: int) -> str:
    """A sentence that cites a fact and names its place, subject, metric and period.

    Args:
        row: The fact.
        turn: Which of the wordings.
    """
    ending = sentence_ending(row)
    wordings = _SENTENCES[ending]
    text = wordings[turn % len(wordings)].format(
        fact=f"{{{row.fact}}}",
        place=row.place,
        subject=f"the {row.subject}" if row.subject.startswith("Total") else row.subject,
        metric=row.metric.removesuffix(ending),
        period=row.period,
        moved=_moved(row.value),
    )
    return text[0].upper() + text[1:]


def sentence_ending(row: FactRow) -> str:
    """What a fact's metric ends with, by which its sentence is chosen; empty for a value."""
    return next(end for end in _SENTENCES if row.metric.endswith(end))


def compose(prompt: str, seed: int, *, opening: str = "", closing: str = "") -> str:
    """One to three paragraphs from findings and evidence, about as long as a prompt asks for.

    Args:
        prompt: The messages of the user.
        seed: Which wordings are taken.
        opening: First sentence; may be empty.
        closing: Last sentence; may be empty.
    """
    facts = facts_of(prompt)
    instructions = instructions_of(prompt)
    low, high = word_bounds(instructions)
    target = (low + high) // 2
    chosen = [opening] if opening else []
    words = len(opening.split()) + len(closing.split())
    for text in chain(findings_of(prompt), _endless(facts, seed)):
        length = len(text.split())
        if words and (words >= target or words + length > high):
            break
        chosen.append(text)
        words += length
    chosen += [closing] if closing else []
    return paragraphs(chosen, paragraph_count(instructions, words))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, paragraphs joined."""
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def paragraphs(sentences: list[str], number: int) -> str:
    """Sentences spread over that many paragraphs, or one each when they are fewer."""
    number = max(1, min(number, len(sentences)))
    edges = [round(i * len(sentences) / number) for i in range(number + 1)]
    return "\n\n".join(
        " ".join(sentences[a:b]) for a, b in zip(edges, edges[1:], strict=False) if a < b
    )


def _endless(facts: list[FactRow], seed: int) -> Iterator[str]:
    """Facts in their order, a sentence without a figure after every fourth, again and again."""
    worth = [row for row in facts if not _is_low_rank(row)]
    if not worth:
        yield NO_EVIDENCE
    for turn in count(seed):
        for number, row in enumerate(worth):
            yield sentence(row, turn + number)
            if number % 4 == 3:
                yield _FILLERS[(turn + number) % len(_FILLERS)]
        yield _FILLERS[turn % len(_FILLERS)]


def _moved(value: str) -> str:
    """The verb of a change, so that the words beside a reference say what its figure does."""
    amount = _number(value)
    return "rose" if amount > 0 else "fell" if amount < 0 else "changed"


def _is_low_rank(row: FactRow) -> bool:
    return row.unit == "rank" and not 1 <= _number(row.value) <= LAST_RANK


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0
