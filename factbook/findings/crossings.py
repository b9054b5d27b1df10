"""Crossings: one part that passed another, or is about to; another that leads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import sqrt
from statistics import median

from factbook.findings import chance
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.parts import Parts, are_disjoint, covered, distinct
from factbook.findings.scale import relative, soft
from factbook.findings.score import recency
from factbook.findings.series import Series

FEWEST_BEFORE = 2
"""Periods for which one was above the other before a crossing is told, and before one back."""

MOST_CROSSINGS = 2
"""Crossings of a block that are candidates: the strongest, by size and how late they were."""

LEAST_WEIGHT = 0.5
"""How telling both parts of a crossing are: 2 % of the total."""

LEAST_APART = 0.03
"""How far apart two were before and after a crossing, as a part of the larger."""

NEAR_PART = 0.015
"""Difference, as a part of the larger, up to which two values are nearly equal."""

NEAR_LEAD = 0.06
"""The same of the two largest, of which one is ahead: where no earlier values tell more."""

WERE_APART = 5.0
"""Times as far apart as now that two were in the median of earlier periods."""


BEFORE_THE_BASE = 0.6
"""What is left of the size of a crossing that had happened when the comparison begins."""


def crossings(parts: Parts) -> Candidates:
    """Parts that passed others, and stayed above them or fell back: the strongest of them."""
    told = [s for s in (*parts.alone, *parts.sums) if len(s) >= 4]
    told = [s for s in distinct(told) if parts.weight(s) >= LEAST_WEIGHT]
    found = []
    for one, other in combinations(told, 2):
        if are_disjoint(one, other) and one.periods[-1] == other.periods[-1]:
            candidate = _crossing(parts, one, other)
            if candidate is not None:
                found.append((candidate, one, other))
    found.sort(key=lambda f: -_worth(f[0], parts.target))
    kept: list[tuple[Candidate, Series, Series]] = []
    for entry in found:
        if len(kept) < MOST_CROSSINGS and not any(_is_within(entry, other) for other in kept):
            kept.append(entry)
            yield entry[0]


def _worth(candidate: Candidate, target: str) -> float:
    return candidate.size * (0.5 + 0.5 * recency(candidate.happened, target, candidate.step))


def _is_within(
    one: tuple[Candidate, Series, Series], other: tuple[Candidate, Series, Series]
) -> bool:
    """Whether two crossings are of the same parts: of wind, and of wind and solar, with coal."""
    pairs = [[covered(q.panel) for q in _ordered(entry)] for entry in (one, other)]
    return all(not a.isdisjoint(b) for a, b in zip(*pairs, strict=True))


def _ordered(entry: tuple[Candidate, Series, Series]) -> tuple[Series, Series]:
    """The part above, and that below."""
    candidate, one, other = entry
    return (one, other) if one.panel.quantity == candidate.about[0] else (other, one)


def _crossing(parts: Parts, one: Series, other: Series) -> Candidate | None:
    length = min(len(one), len(other))
    periods = one.periods[-length:]
    if length < 4 or periods != other.periods[-length:]:
        return None
    first, second = one.values[-length:], other.values[-length:]
    gaps = [a - b for a, b in zip(first, second, strict=True)]
    floor = one.floor + other.floor
    signs = [(g > floor / 2) - (g < -floor / 2) for g in gaps]
    changes = _changes(signs)
    if not changes or len(changes) > 2 or changes[0] < FEWEST_BEFORE:
        return None
    at, event = changes[0], changes[-1]
    before = max(range(at), key=lambda i: abs(gaps[i]))
    end = event if len(changes) == 2 else length
    if end - at < FEWEST_BEFORE and end < length:
        return None
    after = max(range(at, end), key=lambda i: abs(gaps[i]))
    level = max(map(abs, (*first[:at], *second[:at])))
    apart = min(abs(gaps[before]), abs(gaps[after])) / level if level else 0.0
    if apart < LEAST_APART:
        return None
    above, below = (one, other) if gaps[-1] > 0 else (other, one)
    weight = sqrt(parts.weight(one) * parts.weight(other))
    size = chance.sure(2.0 * chance.of_drift(gaps, before, after, floor, length - 1)) * weight
    size *= soft(abs(gaps[before]) / level, 0.15) * sqrt(_size_of(parts, one, other))
    words = {"since": periods[event]}
    if len(changes) == 2:
        words = {"first": periods[at], "since": periods[event]}
        size *= 1.2
    target = periods[-1]
    return Candidate(
        kind="crossing",
        place=parts.place,
        about=(above.panel.quantity, below.panel.quantity),
        asks=(("above", parts.ask(above, target)), ("below", parts.ask(below, target))),
        size=size * (1.0 if periods[event] > parts.base else BEFORE_THE_BASE),
        form="fell back" if len(changes) == 2 else "passed",
        direction="up",
        words=tuple(words.items()),
        periods=tuple(sorted({*words.values(), target})),
        happened=periods[event],
        step=one.step,
    )


def _changes(signs: Sequence[int]) -> list[int]:
    """Where a row of signs changes; none where it begins or ends with equality."""
    if not signs[0] or not signs[-1]:
        return []
    found, last = [], signs[0]
    for at, sign in enumerate(signs):
        if sign and sign != last:
            found.append(at)
            last = sign
    return found


def _size_of(parts: Parts, one: Series, other: Series) -> float:
    """How large two parts are where they meet: the smaller of them beside the total."""
    if not parts.whole:
        return 1.0
    largest = min(one.largest, other.largest) / parts.whole
    return min(1.0, 1.5 * soft(largest, 0.1))


def near_equality(parts: Parts) -> Candidates:
    """Two large parts of almost the same size, which they had not before."""
    if not parts.whole:
        return
    for told in (parts.largest, parts.sums):
        large = [s for s in told if parts.size(s) >= 0.1 * parts.whole]
        large.sort(key=parts.size, reverse=True)
        pairs = [pair for pair in combinations(large, 2) if are_disjoint(*pair)]
        for one, other in pairs:
            a, b = parts.size(one), parts.size(other)
            is_new = _were_apart(one, other, len(pairs))
            leads = is_new is None and one is large[0] and other is large[1]
            leads = leads and parts.is_all and b > parts.left_out
            limit = NEAR_LEAD if leads else NEAR_PART
            if relative(a, b) > limit or is_new is False:
                continue
            yield Candidate(
                kind="near equality",
                place=parts.place,
                about=(one.panel.quantity, other.panel.quantity),
                asks=(
                    ("first", parts.ask(one, parts.target, "share of category")),
                    ("second", parts.ask(other, parts.target, "share of category")),
                ),
                size=0.9 * soft(b / parts.whole, 0.1) * (1.0 - relative(a, b) / (2 * limit)),
                form="ahead" if relative(a, b) > 2 * NEAR_PART else "",
                periods=(parts.target,),
            )


def _were_apart(one: Series, other: Series, pairs_looked_at: int) -> bool | None:
    """Whether two were much farther apart before; None where too few periods tell."""
    length = min(len(one), len(other))
    if length < 4:
        return None
    pairs = list(zip(one.values[-length:], other.values[-length:], strict=True))
    gaps = [a - b for a, b in pairs]
    usual = median(abs(g) for g in gaps[:-1])
    first = max(range(length - 1), key=lambda i: abs(gaps[i]))
    probability = chance.of_drift(gaps, first, length - 1, one.floor + other.floor, length - 1)
    return usual > WERE_APART * abs(gaps[-1]) and chance.sure(probability * pairs_looked_at) > 0.5


def leader(parts: Parts) -> Candidates:
    """Another category is the largest than in the base period."""
    level = [s for s in parts.level if s.at(parts.base) is not None]
    if len(level) < 3 or parts.base == parts.target or not parts.is_all:
        return
    now = max(level, key=lambda s: s.last)
    then = max(level, key=lambda s: s.at(parts.base) or 0.0)
    lead = now.last - then.last
    behind = (then.at(parts.base) or 0.0) - (now.at(parts.base) or 0.0)
    if parts.left_out >= min(now.last, then.at(parts.base) or 0.0):
        return
    if now is then or min(lead, behind) <= now.floor + then.floor:
        return
    yield Candidate(
        kind="leader",
        place=parts.place,
        about=(now.panel.quantity, then.panel.quantity),
        asks=(("now", parts.ask(now, parts.target)), ("then", parts.ask(then, parts.target))),
        size=0.85
        * soft(min(lead, behind) / now.last, 0.05)
        * min(parts.weight(now), parts.weight(then))
        * chance.sure(drift_apart(now, then, parts.base)),
        direction="up",
        words=(("since", parts.base),),
        periods=(parts.base, parts.target),
    )


def drift_apart(one: Series, other: Series, base: str) -> float:
    """Probability that chance moved two series apart so far since a period."""
    common = [p for p in one.periods if p in other.periods]
    if base not in common:
        return 1.0
    gaps = [(one.at(p) or 0.0) - (other.at(p) or 0.0) for p in common]
    return chance.of_drift(gaps, common.index(base), len(gaps) - 1, one.floor + other.floor)
