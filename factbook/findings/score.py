"""Scores: what a finding is worth, from how large, rare, late and asked for it is."""

from __future__ import annotations

import re

from factbook.config.findings import Findings
from factbook.data.periods.period_texts import period_of
from factbook.evidence.finding import FindingKind, Strength
from factbook.findings.candidate import Candidate

HALF_LIFE_PERIODS = 5.0
"""Periods after which what happened is worth half as much."""

LEFT_OVER = re.compile(
    r"^(?:all )?others?(?: causes| categories| reasons| products| items| goods)?$|^(?:the )?rest\b|"
    r"\bnot stated\b|\bunknown\b|\bunspecified\b|\bresidual\b|^miscellaneous\b|"
    r"\bnot elsewhere\b|\bn\.?e\.?c\b",
    re.IGNORECASE,
)
"""Categories of what is in no other."""

LEFT_OVER_PART = 0.6
"""What is left of the size of a finding about them: nobody can say what it is that moved."""


def strength_of(candidate: Candidate, target: str, request: float, size: float) -> Strength:
    """The parts of a candidate's score.

    Args:
        candidate: The candidate.
        target: The period that the section is about.
        request: Whether the sheet asks for it, from 0 to 1.
        size: How large it is in the section.
    """
    is_left_over = any(LEFT_OVER.search(q.subject) for q in candidate.about)
    part = LEFT_OVER_PART if is_left_over else 1.0
    return Strength(
        size=round(min(1.0, max(0.0, size)) * part, 4),
        rarity=round(candidate.rarity, 4),
        recency=round(recency(candidate.happened, target, candidate.step), 4),
        request=round(request, 4),
    )


def recency(happened: str, target: str, step: int = 1) -> float:
    """1 for the target period, half of that `HALF_LIFE_PERIODS` before it.

    Args:
        happened: The period in which it happened.
        target: The period that the section is about.
        step: How far apart the periods of the series are.
    """
    if not happened or happened == target:
        return 1.0
    first, last = period_of(happened), period_of(target)
    if first.frequency != last.frequency:
        return 1.0
    ago = max(0, last.ordinal - first.ordinal) / max(1, step)
    return float(0.5 ** (ago / HALF_LIFE_PERIODS))


def score(candidate: Candidate, strength: Strength, weights: Findings) -> float:
    """A score from 0 to 100, comparable over kinds."""
    return score_of(candidate.kind, strength, weights)


def score_of(kind: FindingKind, strength: Strength, weights: Findings) -> float:
    """The score of a finding of some kind and strength.

    The size, weighed by the rest: of what is neither rare nor late nor asked for, there remains
    what the weights of these three leave of 1.

    Args:
        kind: What it tells.
        strength: What the score is made of.
        weights: ``[findings]``.
    """
    weighed = (
        weights.rest
        + weights.rarity * strength.rarity
        + weights.recency * strength.recency
        + weights.request * strength.request
    )
    return round(100.0 * strength.size * weighed * weights.of(kind), 2)
