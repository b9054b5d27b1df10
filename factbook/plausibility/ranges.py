"""Figures that cannot be what they are said to be: a share of 140 %, −12 births."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from factbook.data.table_names import Cell
from factbook.measures.measure import UNBOUNDED
from factbook.plausibility.figures import Figures
from factbook.plausibility.suspicion import Suspicion, worst_first

_SIGNED = re.compile(
    r"\b(?:net|balances?|changes?|differences?|statistical|stor\w{2,8}|stocks?|loss(?:es)?|pump\w{1,5}"
    r"|land|lulucf|forest\w{0,8}|removals?|sinks?|capture|exports?|trade|transfers?|adjust\w{1,8}"
    r"|offsets?|migration|growth|residuals?)\b",
    re.IGNORECASE,
)
"""Of categories and measures whose figures may well be negative now and then."""

_FEWEST = 10
_RARE = 0.02
_ROUNDING = 1e-6
"""Relative excess that comes from adding rounded figures: 100.00001 %."""


def ranges(figures: Figures) -> Iterator[Suspicion]:
    """Figures outside the bounds of their measures, and lone negative ones among many positive.

    Args:
        figures: The figures of a table.
    """
    if len(figures):
        yield from _outside_bounds(figures)
        yield from _lone_negatives(figures)


def _outside_bounds(figures: Figures) -> Iterator[Suspicion]:
    bounds = [
        UNBOUNDED if one.bounds.maximum is None and _is_signed(cell) else one.bounds
        for cell, one in zip(figures.observations.cells, figures.measures, strict=True)
    ]
    if not any(bounds):
        return
    low = np.array([-np.inf if one.minimum is None else one.minimum for one in bounds])
    high = np.array([np.inf if one.maximum is None else one.maximum for one in bounds])
    seen = figures.observations
    low, high = low[seen.cell], high[seen.cell]
    slack = _ROUNDING * np.maximum(np.abs(np.where(np.isfinite(high), high, low)), 1.0)
    beyond = np.maximum(low - seen.value, seen.value - high)
    at = np.flatnonzero(beyond > slack)
    if not len(at):
        return

    def told(index: int) -> str:
        return f"{figures.name(index)}: {figures.value(index)}; {bounds[int(seen.cell[index])]}"

    relative = beyond[at] / np.maximum(np.abs(seen.value[at]) - beyond[at], 1.0)
    yield Suspicion(
        "range",
        "outside the range of what is measured",
        worst_first(at, relative),
        told,
        remedy="Correct the data or their unit, or give the range under [measures.NAME] minimum "
        "and maximum in project.toml",
    )


def _is_signed(cell: Cell) -> bool:
    """Whether figures below 0 are what its names lead one to expect."""
    return _SIGNED.search(f"{cell.metric} {cell.subject}".replace("_", " ")) is not None


def _lone_negatives(figures: Figures) -> Iterator[Suspicion]:
    """Negative figures of categories whose figures are positive but for very few."""
    seen = figures.observations
    can_be_told = np.array(
        [
            measure.has_true_zero and measure.bounds.minimum is None and not _is_signed(cell)
            for cell, measure in zip(seen.cells, figures.measures, strict=True)
        ]
    )
    negative = seen.value < 0
    if not negative.any():
        return
    size = len(seen.cells)
    counts = np.bincount(seen.cell, minlength=size)
    negatives = np.bincount(seen.cell[negative], minlength=size)
    few = negatives <= np.maximum(1, _RARE * counts)
    chosen = can_be_told & (counts >= _FEWEST) & few
    at = np.flatnonzero(negative & chosen[seen.cell])
    if not len(at):
        return
    yield Suspicion(
        "negative",
        f"{'is' if len(at) == 1 else 'are'} negative where nearly all others of the category are "
        "positive",
        worst_first(at, -seen.value[at]),
        lambda index: f"{figures.name(index)}: {figures.value(index)}",
    )
