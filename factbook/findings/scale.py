"""Scales: how large a change is, on one scale for scores and for the words that tell it."""

from __future__ import annotations

import math

FLAT_PERCENT = 1.0
"""Below this a change is told as none: "practically unchanged"."""

SLIGHT_PERCENT = 3.0
"""Below this a change is told as slight."""

SHARP_PERCENT = 25.0
"""From this on a change is told as sharp."""

TINY_SHARE = 0.02
"""A base below this part of the series' largest value, or of its total, makes no percentage."""

SMALL_SHARE = 0.08
"""Part of its total from which on a category is as telling as any."""


def soft(value: float, half: float) -> float:
    """A magnitude on the scale from 0 to 1: `half` is 0.5, three times as much 0.75."""
    value = abs(value)
    return 1.0 if math.isinf(value) else value / (value + half)


def weight_of_share(share: float) -> float:
    """How telling a category is by its part of the total: the square root, up to 1."""
    return math.sqrt(min(1.0, max(0.0, share) / SMALL_SHARE))


def relative(before: float, after: float) -> float:
    """A change as a part of the larger of two values, from 0 to 1 (2 across zero)."""
    largest = max(abs(before), abs(after))
    return abs(after - before) / largest if largest else 0.0
