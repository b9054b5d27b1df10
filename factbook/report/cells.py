"""Cells and labels of the tables of figures."""

from __future__ import annotations

import math
from collections.abc import Iterable

from factbook.evidence.facts import Fact
from factbook.evidence.references import MINUS
from factbook.evidence.rounding import with_decimals

GAP = "\N{EN DASH}"
MOST_DECIMALS = 12


def label_of(fact: Fact, *, of_metric: bool) -> str:
    """What a fact is about: its subject, its metric where there are several, its scenario."""
    label = f"{fact.subject}: {fact.plain_metric}" if of_metric else fact.subject
    return f"{label}, {fact.scenario}" if fact.scenario else label


def caveat(facts: Iterable[Fact]) -> str:
    """Says when changes do not compare all that the values beside them are made of."""
    if any(fact.derivation.is_like_for_like for fact in facts):
        return ". Some changes compare only what has a value in both periods"
    return ""


def decimals_of(values: Iterable[float], unit: str) -> int:
    """Decimals that give the largest of some figures three to four digits; one for per cent."""
    largest = max(map(abs, values))
    if unit == "%":
        return 1
    for bound, decimals in ((1000, 0), (10, 1), (1, 2)):
        if largest >= bound:
            return decimals
    return min(2 - math.floor(math.log10(largest)), MOST_DECIMALS) if largest else 0


def cell(fact: Fact | None, decimals: int) -> str:
    """A figure as it stands in a table; a dash where there is none."""
    if fact is None:
        return GAP
    return f"{with_decimals(fact.value, decimals):,f}".replace("-", MINUS)
