"""Claims: the single statements of a text about the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from factbook.checking.glued import glued_references
from factbook.data.series import SourceRows
from factbook.evidence.facts import Fact
from factbook.evidence.measures import merge_sources
from factbook.evidence.references import REFERENCE, render

Verdict = Literal["supported", "contradicted", "unsupported", "ignored"]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


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
    for sentence in _SENTENCE_END.split(source_text):
        shown = ""
        glued = {reference.start() for reference in glued_references(sentence)}
        for reference in REFERENCE.finditer(sentence):
            fact_id = reference.group(1)
            shown = shown or render(sentence, facts)
            fact = facts[fact_id]
            yield Claim(
                section_id=section_id,
                claim=shown.strip(),
                value=fact.value,
                unit=fact.unit,
                verdict="unsupported" if reference.start() in glued else "supported",
                fact_id=fact_id,
                fact_value=fact.value,
                source=named_rows(fact.sources),
            )


def named_rows(sources: Iterable[SourceRows], most_rows: int = 12) -> str:
    """Files and rows in one line; rows of a file beyond `most_rows` are only counted."""
    pieces = []
    for source in merge_sources([tuple(sources)]):
        rows = ", ".join(map(str, source.rows[:most_rows]))
        more = len(source.rows) - most_rows
        pieces.append(f"{source.file}: {rows}" + (f" and {more} more" if more > 0 else ""))
    return "; ".join(pieces)
