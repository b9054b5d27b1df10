"""Why a finding has its score, and why a section has none: in words, for people."""

from __future__ import annotations

import math
from collections.abc import Mapping

from factbook.config.findings import Findings
from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding
from factbook.findings.chance import FEWEST_STEPS
from factbook.findings.score import HALF_LIFE_PERIODS

_SIZES = (
    (0.75, "very large"),
    (0.5, "large"),
    (0.25, "moderate"),
    (0.0, "small"),
)
_RARITIES = (
    (0.9, "hardly any other place"),
    (0.6, "few other places"),
    (0.4, "about half of the other places, or it is not known"),
    (0.1, "most other places"),
    (0.0, "nearly all other places"),
)
_REQUESTS = (
    (0.9, "the sheet asks for it"),
    (0.4, "the sheet asks for these figures, or for findings of this kind, not for both"),
    (0.0, "the sheet hardly asks for it"),
)


def why(finding: DataFinding, weights: Findings) -> Mapping[str, str]:
    """What each part of a finding's strength means, and how its score follows from them.

    Args:
        finding: The finding.
        weights: ``[findings]``.

    Returns:
        Name of the part (``size``, ``rarity``, ``recency``, ``request``, ``score``) → words.
    """
    strength = finding.strength
    return {
        "size": f"{_of(strength.size, _SIZES)} against the noise of its series and beside the "
        "others of its total",
        "rarity": f"the same can be said of {_of(strength.rarity, _RARITIES)}",
        "recency": _recency(strength.recency),
        "request": _of(strength.request, _REQUESTS),
        "score": _worked_out(finding, weights),
    }


def why_none(evidence: Evidence, weights: Findings) -> str:
    """Why a section has nothing to tell, as far as code knows; empty where it has something.

    The level with which a section begins is told whatever its score, and is nothing by itself.

    Args:
        evidence: The section's evidence.
        weights: ``[findings]``.
    """
    strong = [finding for finding in evidence.findings if finding.score >= weights.least]
    if any(not finding.told_in for finding in strong):
        return ""
    if strong:
        return "other sections tell what is worth saying of its figures"
    own = [fact for fact in evidence.facts if fact.is_value and fact.place == evidence.place]
    if not evidence.facts:
        return "the data hold no figures for it"
    if not own:
        return f"the figures are of other places alone: there is none of {evidence.place}"
    periods = sorted({fact.period for fact in own})
    if len(periods) == 1:
        return (
            f"its figures are of one period, {periods[0]}, so that nothing has changed, and "
            f"nothing among parts and places reaches findings.least, {weights.least:g}"
        )
    if len(periods) <= FEWEST_STEPS:
        return (
            f"its figures are of {len(periods)} periods ({', '.join(periods)}), which are too few: "
            f"what stands out from a series is known from {FEWEST_STEPS + 1} on"
        )
    return (
        "no change, part or rank that stands out from the noise of its series reaches "
        f"findings.least, {weights.least:g}"
    )


def _of(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    return next((words for least, words in steps if value >= least), steps[-1][1])


def _recency(recency: float) -> str:
    """How long before the target period it happened."""
    if recency >= 1.0:
        return "it holds in the target period"
    if recency <= 0.0:
        return "it happened long before the target period"
    periods = round(-HALF_LIFE_PERIODS * math.log2(recency))
    return f"it happened {periods} period{'' if periods == 1 else 's'} before the target period"


def _worked_out(finding: DataFinding, weights: Findings) -> str:
    """The sum of `score.score_of`, with its figures."""
    size, *others = finding.strength
    of_others = (weights.rarity, weights.recency, weights.request)
    terms = [f"{weight:g} × {one:g}" for weight, one in zip(of_others, others, strict=True)]
    factor = weights.of(finding.kind)
    of_kind = "" if factor == 1 else f" × {factor:g} ({finding.kind})"
    inside = " + ".join((f"{weights.rest:.3g}", *terms))
    return f"100 × {size:g} × ({inside}){of_kind} = {finding.score:g}"
