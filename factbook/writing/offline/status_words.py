"""Words for the status of figures: "12.3 TWh (provisional)", once for each series of a text."""

from __future__ import annotations

from factbook.data.statuses.flags import Flags, known_flags
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import REFERENCE


def with_status_words(source_text: str, evidence: Evidence) -> str:
    """A source text that says of figures what their flags mean, at the first of each series.

    A series is a subject of a metric in a place. What follows from its figures and others', such
    as a share, is told only where nothing has been said of the series.

    Args:
        source_text: Text with references.
        evidence: The facts, and what their flags mean.
    """
    if not evidence.flags:
        return source_text
    known, facts = known_flags(evidence.flags), evidence.by_id
    said: dict[tuple[str, ...], set[str]] = {}
    parts, end = [], 0
    for match in REFERENCE.finditer(source_text):
        parts.append(source_text[end : match.end()])
        end = match.end()
        words = _words(facts.get(match.group(1)), known, said)
        if words:
            is_inside = _is_in_brackets(source_text, end)
            parts.append(f", {words}" if is_inside else f" ({words})")
    return "".join([*parts, source_text[end:]])


def _words(fact: Fact | None, known: Flags, said: dict[tuple[str, ...], set[str]]) -> str:
    """What is to be said of a fact here; empty if nothing, or if it has been said."""
    if fact is None or not fact.status:
        return ""
    series = said.setdefault((fact.table, fact.place, fact.subject, fact.base_metric), set())
    if series and not fact.is_value:
        return ""
    new = [code for code in fact.status.split() if known.flag(code).words not in series]
    series.update(known.flag(code).words for code in new)
    return known.words_of(" ".join(new))


def _is_in_brackets(text: str, at: int) -> bool:
    return text.rfind("(", 0, at) > text.rfind(")", 0, at)
