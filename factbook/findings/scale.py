"""Scales: how large a change is, on one scale for scores and for the words that tell it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

FLAT_PERCENT = 1.0
"""Below this a change is told as none: "practically unchanged"."""

SLIGHT_PERCENT = 3.0
"""Below this a change is told as slight."""

SHARP_PERCENT = 25.0
"""From this on a change is told as sharp."""

TINY_SHARE = 0.02
"""A base below this part of the series' largest value, or of its total, makes no percentage."""

SMALL_SHARE = 0.05
"""Part of its total from which on a category is as telling as any."""


def soft(value: float, half: float) -> float:
    """A magnitude on the scale from 0 to 1: `half` is 0.5, three times as much 0.75."""
    value = abs(value)
    return 1.0 if math.isinf(value) else value / (value + half)


def weight_of_share(share: float) -> float:
    """How telling a category is by its part of the total: the square root, up to 1."""
    return math.sqrt(min(1.0, max(0.0, share) / SMALL_SHARE))


def trust(values: Sequence[float]) -> float:
    """How far a series is from independent values around a mean, from 0 to 1.

    By von Neumann's ratio (J. von Neumann, "Distribution of the ratio of the mean square successive
    difference to the variance", 1941): the sum of squared steps ÷ the sum of squared deviations is
    2 for independent values, with a standard deviation of 2 √((n−2) ÷ (n²−1)), and less where
    neighbours in time are alike. Half a standard deviation below 2 is 0, two and a half are 1.
    """
    count = len(values)
    if count < 4:
        return 0.0
    mean = fmean(values)
    spread = math.fsum((v - mean) ** 2 for v in values)
    if spread <= 0:
        return 0.0
    ratio = math.fsum((b - a) ** 2 for a, b in pairwise(values)) / spread
    deviations = (1 - ratio / 2) / math.sqrt((count - 2) / (count**2 - 1))
    return min(1.0, max(0.0, (deviations - 0.5) / 2.0))


def relative(before: float, after: float) -> float:
    """A change as a part of the larger of two values, from 0 to 1 (2 across zero)."""
    largest = max(abs(before), abs(after))
    return abs(after - before) / largest if largest else 0.0
