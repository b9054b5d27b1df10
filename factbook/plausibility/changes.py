"""How the figures of series change in time, and what is usual in each series."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from factbook.plausibility.figures import Positions, Series

Floats = NDArray[np.float64]

_MAD_TO_SIGMA = 1.4826
"""1 / Φ⁻¹(0.75): the median absolute deviation of a normal distribution as its standard one
(Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993)."""


@dataclass(frozen=True)
class Changes:
    """The changes within series, as logarithms of factors.

    Attributes:
        series: The series.
        logs: Logarithm of each figure's absolute value; −inf of a zero.
        change: Against the figure before; NaN where there is none, and at zeros and changes of
            sign.
    """

    series: Series
    logs: Floats
    change: Floats

    @classmethod
    def of(cls, series: Series) -> Changes:
        """The changes of all series."""
        values = series.values
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(np.abs(values))
            change = np.diff(logs, prepend=np.nan)
        positive = values > 0
        differs = np.zeros(len(values), dtype=np.bool_)
        differs[1:] = positive[1:] != positive[:-1]
        change[~series.follows | differs | ~np.isfinite(change)] = np.nan
        return cls(series, logs, change)

    @cached_property
    def next_change(self) -> Floats:
        """Change of the figure after each against it; NaN where there is none."""
        return np.append(self.change[1:], np.nan)

    @cached_property
    def length(self) -> NDArray[np.intp]:
        """Length of the series that each figure is of."""
        return self.series.lengths[self.series.of]

    def usual(self, at: Positions) -> tuple[Floats, Floats]:
        """Median change and usual deviation from it, of the series that each figure is of."""
        numbers = np.unique(self.series.of[at])
        chosen = np.zeros(len(self.series.starts), dtype=np.bool_)
        chosen[numbers] = True
        inside = chosen[self.series.of] & np.isfinite(self.change)
        of = np.searchsorted(numbers, self.series.of[inside])
        middle = _medians(self.change[inside], of, len(numbers))
        spread = _medians(np.abs(self.change[inside] - middle[of]), of, len(numbers))
        which = np.searchsorted(numbers, self.series.of[at])
        return middle[which], _MAD_TO_SIGMA * spread[which]

    def as_large(self, at: Positions, factor: Floats) -> Floats:
        """How many changes of its series are at least half as large as a factor, its own too."""
        sizes = np.abs(self.change)
        numbers, which = np.unique(self.series.of[at], return_inverse=True)
        # Of several factors in one series the smallest one asks for most.
        least = np.full(len(self.series.starts), np.inf)
        np.minimum.at(least, self.series.of[at], factor / 2)
        counts = np.bincount(self.series.of[sizes >= least[self.series.of]], minlength=len(least))
        return counts[numbers][which].astype(np.float64)


def _medians(values: Floats, of: NDArray[np.intp], count: int) -> Floats:
    """Median of the values of each group; 0 of a group without any.

    Groups of one size are rows of one matrix: faster than to sort all values by their groups.

    Args:
        values: The values, one group after the other.
        of: Number of the group of each.
        count: Number of groups.
    """
    sizes = np.bincount(of, minlength=count)
    starts = np.cumsum(sizes) - sizes
    found = np.zeros(count)
    for size in np.unique(sizes[sizes > 0]).tolist():
        groups = np.flatnonzero(sizes == size)
        found[groups] = np.median(values[starts[groups, None] + np.arange(size)], axis=1)
    return found
