"""Figures that were copied forward: a series that stands still, a year that repeats the last."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from factbook.config.plausibility import Plausibility
from factbook.plausibility.figures import Figures, Flags, Positions
from factbook.plausibility.suspicion import Suspicion, worst_first

_FEWEST_SERIES = 10
_NEARLY_ALL = 0.9
_SELDOM = 0.3
_FEWEST_CHANGES = 5
_DIGITS = 3
"""Significant digits from which equal figures are no chance: 12.3 and 12.3, not 12 and 12."""

REMEDY = "Look up whether the last periods are in yet; leave the cells empty if they are not"


def copies(figures: Figures, thresholds: Plausibility) -> Iterator[Suspicion]:
    """Last periods that repeat those before in nearly all series, and series that stand still.

    Args:
        figures: The figures of a table.
        thresholds: From when on they are reported.
    """
    if not len(figures):
        return
    series = figures.series
    equal = series.follows.copy()
    equal[1:] &= series.values[1:] == series.values[:-1]
    equal &= series.values != 0
    whole = _repeated_periods(figures, equal)
    if len(whole):
        at = series.order[whole]
        yield Suspicion(
            "repeated",
            "of the last period are the same as those before, in nearly all series of a measure "
            "that changes otherwise",
            at,
            lambda index: f"{figures.name(index)}: {figures.value(index)}",
            remedy=REMEDY,
        )
    still = _standing_still(figures, equal, thresholds.repeated)
    still = still[~np.isin(still, whole)]
    if len(still):
        at = series.order[still]
        yield Suspicion(
            "constant",
            f"{'stands' if len(at) == 1 else 'stand'} still at the end after changing in every "
            f"period before, for {thresholds.repeated} periods or more",
            worst_first(at, np.abs(series.values[still])),
            lambda index: f"{figures.name(index)}: {figures.value(index)}",
            remedy=REMEDY,
            noun="series",
            nouns="series",
        )


def _repeated_periods(figures: Figures, equal: Flags) -> Positions:
    """Last figures of a measure's series where nearly all repeat the period before."""
    seen, series = figures.observations, figures.series
    names = {(cell.metric, cell.unit): 0 for cell in seen.cells}
    numbers = {name: index for index, name in enumerate(names)}
    of_cell = np.array([numbers[cell.metric, cell.unit] for cell in seen.cells])
    measure = of_cell[seen.cell[series.order]]
    period = seen.period[series.order]
    ends = series.starts + series.lengths - 1
    newest = np.zeros(len(numbers), dtype=np.int64)
    np.maximum.at(newest, measure[ends], period[ends])
    counted = series.follows & (series.values != 0)
    is_last = counted & (period == newest[measure])
    size = len(numbers)
    lasts = np.bincount(measure[is_last], minlength=size)
    repeats = np.bincount(measure[is_last & equal], minlength=size)
    others = np.bincount(measure[counted & ~is_last], minlength=size)
    earlier = np.bincount(measure[counted & ~is_last & equal], minlength=size)
    chosen = (
        (lasts >= _FEWEST_SERIES)
        & (repeats >= _NEARLY_ALL * lasts)
        & (others >= lasts)
        & (earlier <= _SELDOM * others)
    )
    return np.flatnonzero(is_last & equal & chosen[measure])


def _standing_still(figures: Figures, equal: Flags, repeated: int) -> Positions:
    """Last figures of series whose end repeats one figure, and whose beginning never does."""
    series = figures.series
    lengths = series.lengths
    ends = series.starts + lengths - 1
    repeats = np.add.reduceat(equal.astype(np.int64), series.starts)
    changes = lengths - 1 - repeats
    candidates = np.flatnonzero((repeats >= repeated - 1) & (changes >= _FEWEST_CHANGES))
    at = ends[candidates]
    # All repeats stand at the end when the change that precedes them is the last one.
    all_at_end = [
        bool(equal[end - count + 1 : end + 1].all())
        for end, count in zip(at.tolist(), repeats[candidates].tolist(), strict=True)
    ]
    at = at[np.array(all_at_end, dtype=np.bool_)] if len(at) else at
    precise = [float(f"{v:.{_DIGITS - 2}e}") != v for v in series.values[at].tolist()]
    return at[np.array(precise, dtype=np.bool_)] if len(at) else at
