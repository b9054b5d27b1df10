"""The main figures of a section: the facts that the table under its text shows."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.evidence.facts import Fact, Kind

MOST_ROWS = 10
SHOWN_KINDS: frozenset[Kind] = frozenset(
    {"value", "total", "change", "relative change", "share of category"}
)


def main_figures(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts of the section's own place in its base and target period, a few subjects at most.

    Facts come most relevant first, so that the first subjects are those to show.
    """
    own = [f for f in facts if f.role == "place" and f.kind in SHOWN_KINDS]
    if not own:
        return ()
    rows: dict[tuple[str, ...], list[Fact]] = {}
    periods: dict[tuple[str, ...], set[str]] = {}
    for fact in own:
        key = row_of(fact)
        if key not in rows and len(rows) == MOST_ROWS:
            continue
        seen = periods.setdefault(key, set())
        # The first two values of a row are those of target and base; others are years between.
        if fact.is_value and fact.period not in seen and len(seen) == 2:
            continue
        if fact.is_value:
            seen.add(fact.period)
        rows.setdefault(key, []).append(fact)
    return tuple(fact for row in rows.values() for fact in row)


def row_of(fact: Fact) -> tuple[str, ...]:
    """What a fact's row in the table is about: table, property, subject."""
    return (fact.table, fact.base_metric, fact.subject)
