"""Chance: how often series and places without any aim would do the same.

A finding's size is what the figures show times how sure it is that this is not chance (`sure`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

AS_GOOD_AS_ANY = 0.35
"""Probability from which on chance explains as much as anything."""

FEWEST_STEPS = 3
"""Steps of a series from which its own noise is known."""

UNKNOWN = 0.13
"""Probability taken where nothing tells it, as of two values alone: `sure` is then 0.63."""

_NORMAL = 60
"""Degrees of freedom from which Student's distribution is taken for the normal one."""


def sure(probability: float) -> float:
    """How sure it is that something is not chance: 1 at probability 0, 0 from 0.35 on."""
    return max(0.0, 1.0 - probability / AS_GOOD_AS_ANY)


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of a sample; `statistics.stdev`, by fractions, takes ten times as long.

    Args:
        values: At least two.
    """
    mean = fmean(values)
    return math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1))


def student(t: float, freedom: int) -> float:
    """Two-sided probability of Student's t.

    Closed forms for whole degrees of freedom: M. Abramowitz, I. Stegun, "Handbook of mathematical
    functions" (1964), 26.7.3 and 26.7.4.

    Args:
        t: The statistic.
        freedom: Degrees of freedom, at least 1.
    """
    if freedom >= _NORMAL:
        return math.erfc(abs(t) / math.sqrt(2))
    angle = math.atan(abs(t) / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    is_odd = freedom % 2
    term = total = cosine if is_odd else 1.0
    for k in range(3 if is_odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    if is_odd:
        inside = 2 / math.pi * (angle + (sine * total if freedom > 1 else 0.0))
    else:
        inside = sine * total
    return min(1.0, max(0.0, 1.0 - inside))


def of_drift(
    values: Sequence[float], first: int, last: int, floor: float, length: int = 0
) -> float:
    """Probability that a walk without an aim goes so far between two of its values.

    The change as a multiple of the standard deviation that a sum of as many independent steps has:
    Student's test of the mean step (of the drift of a random walk), by the steps of the whole
    series. Independent values around a mean are farther from it still: their change is by the root
    of the number of steps smaller.

    Args:
        values: The series.
        first: Position of the earlier value.
        last: Position of the later one.
        floor: Least standard deviation of a step: the rounding of the figures.
        length: Steps in which it may have gone so far, where the two values were chosen for being
            far apart; else those between them.
    """
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    length = length or last - first
    if len(steps) < FEWEST_STEPS or length < 1:
        return UNKNOWN
    spread = max(deviation(steps), floor)
    if spread <= 0:
        return 1.0
    return student((values[last] - values[first]) / (spread * math.sqrt(length)), len(steps) - 1)


def of_signs(agreeing: int, count: int) -> float:
    """Two-sided probability that so many of some coins fall on the same side, or more.

    The sign test (W. J. Dixon, A. M. Mood, "The statistical sign test", 1946).

    Args:
        agreeing: How many agree.
        count: How many there are.
    """
    more = max(agreeing, count - agreeing)
    if 2 * more == count:
        return 1.0
    return min(1.0, 2.0 * sum(math.comb(count, k) for k in range(more, count + 1)) / 2.0**count)


def of_both(one: float, other: float) -> float:
    """Probability of two independent results together (R. A. Fisher, 1925): χ² of 4 degrees."""
    product = max(one * other, 1e-300)
    return min(1.0, product * (1.0 - math.log(product)))


def of_one_more(values: Sequence[float], one: float, floor: float) -> float:
    """Probability that one more value of the same kind lies so far from the mean of others.

    Student's test of a single observation, as in F. E. Grubbs, "Sample criteria for testing
    outlying observations" (1950).

    Args:
        values: The others; at least three, else nothing is known.
        one: The value.
        floor: Least standard deviation.
    """
    if len(values) < FEWEST_STEPS:
        return UNKNOWN
    spread = max(deviation(values), floor)
    if spread <= 0:
        return 1.0
    t = (one - fmean(values)) / (spread * math.sqrt(1 + 1 / len(values)))
    return student(t, len(values) - 1)


def of_spreads(before: Sequence[float], after: Sequence[float]) -> float:
    """Probability that two spreads of the same places differ so much.

    The test of E. J. G. Pitman and W. A. Morgan (1939): spreads differ where sums and differences
    of pairs go together.

    Args:
        before: The places' values.
        after: Their later values, in the same order.
    """
    count = len(before)
    if count < FEWEST_STEPS + 1:
        return UNKNOWN
    r = _correlation(
        [a + b for a, b in zip(before, after, strict=True)],
        [b - a for a, b in zip(before, after, strict=True)],
    )
    rest = 1.0 - r * r
    return student(r * math.sqrt((count - 2) / rest), count - 2) if rest > 0 else 0.0


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    mean, mean_other = fmean(one), fmean(other)
    both = math.fsum((a - mean) * (b - mean_other) for a, b in zip(one, other, strict=True))
    spread = math.fsum((a - mean) ** 2 for a in one) * math.fsum(
        (b - mean_other) ** 2 for b in other
    )
    return both / math.sqrt(spread) if spread > 0 else 0.0


def concordance(rows: Sequence[Sequence[float]]) -> float:
    """How far places keep their order from period to period, from 0 (not at all) to 1.

    The mean rank correlation between periods, by the coefficient of concordance of M. G. Kendall
    and B. Babington Smith (1939), less twice its standard deviation under chance.

    Args:
        rows: Of each period the values of the same places.
    """
    periods, places = len(rows), len(rows[0])
    sums = [0.0] * places
    for row in rows:
        for at, rank in enumerate(_ranks(row)):
            sums[at] += rank
    mean = periods * (places + 1) / 2
    squares = math.fsum((one - mean) ** 2 for one in sums)
    w = 12.0 * squares / (periods**2 * (places**3 - places))
    correlation = (periods * w - 1.0) / (periods - 1.0)
    deviation = math.sqrt(2.0 / ((places - 1) * periods * (periods - 1)))
    return min(1.0, max(0.0, correlation - 2.0 * deviation))


def _ranks(row: Sequence[float]) -> Iterable[float]:
    order = sorted(range(len(row)), key=row.__getitem__)
    ranks = [0.0] * len(row)
    for rank, at in enumerate(order, start=1):
        ranks[at] = rank
    return ranks
