"""Scores: what a finding is worth, from how large, rare, late and asked for it is."""

from __future__ import annotations

from factbook.config.findings import Findings
from factbook.data.periods.period_texts import period_of
from factbook.evidence.finding import Strength
from factbook.findings.candidate import Candidate

HALF_LIFE_PERIODS = 5.0
"""Periods after which what happened is worth half as much."""


def strength_of(candidate: Candidate, target: str, request: float) -> Strength:
    """The parts of a candidate's score.

    Args:
        candidate: The candidate.
        target: The period that the section is about.
        request: Whether the sheet asks for it, from 0 to 1.
    """
    return Strength(
        size=round(min(1.0, max(0.0, candidate.size)), 4),
        rarity=round(candidate.rarity, 4),
        recency=round(recency(candidate.happened, target), 4),
        request=round(request, 4),
    )


def recency(happened: str, target: str) -> float:
    """1 for the target period, half of that `HALF_LIFE_PERIODS` before it."""
    if not happened or happened == target:
        return 1.0
    first, last = period_of(happened), period_of(target)
    if first.frequency != last.frequency:
        return 1.0
    return float(0.5 ** (max(0, last.ordinal - first.ordinal) / HALF_LIFE_PERIODS))


def score(candidate: Candidate, strength: Strength, weights: Findings) -> float:
    """A score from 0 to 100, comparable over kinds.

    The size, weighed by the rest: of what is neither rare nor late nor asked for, there remains
    what the weights of these three leave of 1.
    """
    rest = 1.0 - weights.rarity - weights.recency - weights.request
    weighed = (
        rest
        + weights.rarity * strength.rarity
        + weights.recency * strength.recency
        + weights.request * strength.request
    )
    return round(100.0 * strength.size * weighed * weights.of(candidate.kind), 2)
