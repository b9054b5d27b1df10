"""Claims: the single statements of a text about the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from factbook.checking.glued import glued_references
from factbook.data.series import SourceRows
from factbook.evidence.facts import Fact
from factbook.evidence.references import REFERENCE, SENTENCE_END, rendered_parts
from factbook.evidence.sums import merge_sources

Verdict = Literal["supported", "contradicted", "unsupported", "ignored"]

MOST_LETTERS = 300
"""Of a claim. What stands around a figure in a longer sentence is enough to find and judge it, and
a sentence of thousands of figures is not repeated for each of them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of a text, and the verdict of the evidence. A large report has tens of thousands.

    Attributes:
        section_id: The section.
        claim: The sentence, as readers see it.
        value: The figure's value.
        unit: Its unit.
        verdict: The verdict of the evidence.
        fact_id: The fact that it was compared with.
        fact_value: That fact's value.
        source: File and rows of that fact.
    """

    section_id: str
    claim: str
    value: float
    unit: str
    verdict: Verdict
    fact_id: str
    fact_value: float
    source: str


def reference_claims(
    section_id: str, source_text: str, facts: Mapping[str, Fact]
) -> Iterator[Claim]:
    """The claims that a source text makes by reference: equal to their facts by construction.

    A glued reference is not: readers see another figure than its fact's.
    """
    for sentence in map(str.strip, SENTENCE_END.split(source_text)):
        if not REFERENCE.search(sentence):
            continue
        parts = list(rendered_parts(sentence, facts))
        shown = "".join(parts)
        glued = {reference.start() for reference in glued_references(sentence)}
        begin = 0
        # Every other part is a figure, in the order of the references.
        for at, reference in enumerate(REFERENCE.finditer(sentence)):
            before, figure = parts[2 * at : 2 * at + 2]
            begin += len(before)
            end = begin + len(figure)
            fact = facts[reference.group(1)]
            yield Claim(
                section_id=section_id,
                claim=_around(shown, begin, end),
                value=fact.value,
                unit=fact.unit,
                verdict="unsupported" if reference.start() in glued else "supported",
                fact_id=reference.group(1),
                fact_value=fact.value,
                source=named_rows(fact.sources),
            )
            begin = end


def _around(sentence: str, begin: int, end: int) -> str:
    """The sentence, or what stands in a long one around a figure: cut between words only.

    Args:
        sentence: The sentence, as readers see it.
        begin: Where the figure begins in it.
        end: Where the figure ends.
    """
    if len(sentence) <= MOST_LETTERS:
        return sentence
    first = max(0, min(begin - MOST_LETTERS // 2, len(sentence) - MOST_LETTERS))
    last = first + MOST_LETTERS
    if first > 0:
        blank = sentence.find(" ", first, begin)
        first = blank + 1 if blank >= 0 else begin
    if last < len(sentence):
        blank = sentence.rfind(" ", end, last)
        last = blank if blank >= 0 else min(end, last)
    before, after = "… " * (first > 0), " …" * (last < len(sentence))
    return f"{before}{sentence[first:last].strip()}{after}"


def named_rows(sources: Iterable[SourceRows], most_rows: int = 12) -> str:
    """Files and rows in one line; rows of a file beyond `most_rows` are only counted."""
    pieces = []
    for source in merge_sources([tuple(sources)]):
        rows = ", ".join(map(str, source.rows[:most_rows]))
        more = len(source.rows) - most_rows
        pieces.append(f"{source.file}: {rows}" + (f" and {more} more" if more > 0 else ""))
    return "; ".join(pieces)
