"""Figures that do not go with their own series: slips of the unit or the decimal point, and steps.

All is told by factors: the logarithm of a figure over its neighbours in time. A figure is reported
when the factor is large (``jump``) and far beyond what is usual in its series (``deviations``), and
only where its neighbours agree with each other: what grows or falls for long is no mistake.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from factbook.config.plausibility import Plausibility
from factbook.plausibility.changes import Changes, Floats
from factbook.plausibility.figures import Figures, Flags, Positions, number
from factbook.plausibility.suspicion import Suspicion, worst_first

_AGREE = math.log(2.0)
"""Neighbours of a figure agree within a factor of two."""

_STEADY = math.log(1.5)
"""Changes on both sides of a step, or of all others in a series whose end is looked at."""

_ALIKE = math.log(1.25)
_SLIPS: Mapping[int, str] = {
    1000: "by a factor of about 1,000, as when one unit stands for the next (MWh for GWh)",
    100: "by a factor of about 100, as when a fraction stands for a percentage",
    10: "by a factor of about 10, as when a decimal point is misplaced",
}
"""Factors that have a cause, within a quarter; all others are only told."""

_SHORTEST = 5
"""Figures that a series needs to say what is usual at its end."""

_SHORTEST_INSIDE = 6
"""The same inside of it, where a figure has two of the changes; in a shorter series only slips are
found: half of its changes would be those of the figure itself."""

_CLEAR = 20
"""Steps of the last digit that the largest of the figures compared must have."""

_SMALL = 0.1
"""Part of a category's median figure below which a 0 is no wonder."""

_SAMPLE = 2000
_COMMON = 0.95
_MOST_CELLS = 1000


def jumps(figures: Figures, thresholds: Plausibility) -> Iterator[Suspicion]:
    """Single figures, last figures, steps, and zeros that do not go with their series.

    Args:
        figures: The figures of a table.
        thresholds: From when on they are reported.
    """
    if not len(figures):
        return
    changes = Changes.of(figures.series)
    least = np.log(thresholds.jump)
    at, factors = _out_of_line(changes, least, thresholds.deviations)
    steps, step_factors = _steps(changes, least, thresholds.deviations)
    ends, end_factors = _ends(changes, least, thresholds.deviations)
    found = np.concatenate((at, steps, ends))
    every = np.concatenate((factors, step_factors, end_factors))
    found, first = np.unique(found, return_index=True)
    every = every[first]
    clear = _are_clear(figures, found) & _have_factors(figures, found, every)
    yield from _told(figures, found[clear], every[clear])
    zeros = _zeros(changes)
    zeros = zeros[_are_clear(figures, zeros) & _are_large(figures, zeros)]
    if len(zeros):
        yield _of_zeros(figures, zeros)


def _out_of_line(changes: Changes, least: float, deviations: float) -> tuple[Positions, Floats]:
    """Figures far from both neighbours, which agree; with the logarithm of the factor."""
    before, after = changes.change, changes.next_change
    with np.errstate(invalid="ignore"):
        off = (before - after) / 2
        far = (np.abs(off) >= least) & (np.abs(before + after) <= _AGREE)
    at = np.flatnonzero(far)
    if not len(at):
        return at, off[at]
    _, usual = changes.usual(at)
    factor = np.abs(off[at])
    is_known = (changes.length[at] >= _SHORTEST_INSIDE) & (factor >= deviations * usual)
    is_known &= (_slips(off[at]) > 0) | (changes.as_large(at, factor) <= 2)
    is_slip = (np.abs(before + after)[at] <= _ALIKE) & (_slips(off[at]) > 0)
    kept = is_known | (is_slip & (changes.length[at] < _SHORTEST_INSIDE))
    return at[kept], off[at][kept]


def _steps(changes: Changes, least: float, deviations: float) -> tuple[Positions, Floats]:
    """First figures of another level: steady before, steady after."""
    change = changes.change
    calm = np.abs(change) <= _STEADY
    before = np.concatenate(([False], calm[:-1])) & changes.series.follows
    after = np.append(calm[1:], False)
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero((np.abs(change) >= least) & before & after)
    return _beyond_usual(changes, at, deviations)


def _ends(changes: Changes, least: float, deviations: float) -> tuple[Positions, Floats]:
    """Last figures of another level than all before, in series without such changes."""
    series = changes.series
    last = series.starts + series.lengths - 1
    with np.errstate(invalid="ignore"):
        at = last[(np.abs(changes.change[last]) >= least) & (series.lengths >= _SHORTEST)]
    at, factors = _beyond_usual(changes, at, deviations)
    if not len(at):
        return at, factors
    others = np.abs(changes.change)
    others[last] = 0
    others[series.starts] = 0
    others[np.isnan(others)] = np.inf  # zeros and changes of sign: anything goes there
    largest = np.maximum.reduceat(others, series.starts)[series.of[at]]
    calm = largest <= _AGREE
    return at[calm], factors[calm]


def _beyond_usual(changes: Changes, at: Positions, deviations: float) -> tuple[Positions, Floats]:
    if not len(at):
        return at, changes.change[at]
    middle, usual = changes.usual(at)
    kept = np.abs(changes.change[at] - middle) >= deviations * usual
    return at[kept], changes.change[at][kept]


def _zeros(changes: Changes) -> Positions:
    """Lone zeros between figures that agree, in series that are steady otherwise."""
    values, logs, follows = changes.series.values, changes.logs, changes.series.follows
    inside = np.zeros(len(values), dtype=np.bool_)
    inside[1:-1] = (values[1:-1] == 0) & follows[1:-1] & follows[2:]
    at = np.flatnonzero(inside & (changes.length >= _SHORTEST))
    with np.errstate(invalid="ignore"):
        same_sign = np.sign(values[at - 1]) * np.sign(values[at + 1]) > 0
        at = at[same_sign & (np.abs(logs[at + 1] - logs[at - 1]) <= _AGREE)]
    if not len(at):
        return at
    zeros = np.bincount(changes.series.of[values == 0], minlength=len(changes.series.starts))
    middle, usual = changes.usual(at)
    kept: Flags = (zeros[changes.series.of[at]] == 1) & (np.abs(middle) + usual <= _STEADY)
    return at[kept]


def _are_clear(figures: Figures, at: Positions) -> Flags:
    """Whether the largest figure around is no matter of rounding.

    Of 0.01 and 0.05 in a column with two decimals one may be 0.014 and the other 0.046.
    """
    if not len(at):
        return np.zeros(0, dtype=np.bool_)
    series = figures.series
    size = np.abs(series.values)
    around = [size[at]]
    around += [np.where(series.of[i] == series.of[at], size[i], 0) for i in _beside(at, len(size))]
    clear: Flags = np.max(around, axis=0) >= _CLEAR * _by_cell(figures, at, _last_digit)
    return clear


def _by_cell(figures: Figures, at: Positions, measured: Callable[[Floats], float]) -> Floats:
    """Something of the category that each figure is of; of so many, and of the table for others."""
    seen = figures.observations
    cells, which = np.unique(seen.cell[figures.series.order[at]], return_inverse=True)
    bounds = np.searchsorted(seen.cell, np.append(cells, cells + 1)).reshape(2, -1).T.tolist()
    found = [measured(_sample(seen.value[low:high])) for low, high in bounds[:_MOST_CELLS]]
    if len(bounds) > _MOST_CELLS:
        found += [measured(_sample(seen.value))] * (len(bounds) - _MOST_CELLS)
    return np.array(found)[which]


def _sample(values: Floats) -> Floats:
    """Absolute values of some figures spread over all, without zeros."""
    some = np.abs(values[:: max(len(values) // _SAMPLE, 1)])
    return some[some > 0]


def _beside(at: Positions, size: int) -> tuple[Positions, Positions]:
    return np.maximum(at - 1, 0), np.minimum(at + 1, size - 1)


def _have_factors(figures: Figures, at: Positions, factors: Floats) -> Flags:
    """Whether a factor says anything of the measure: of °C and indices only one with a cause."""
    has_zero = np.array([one.has_true_zero or one.is_share for one in figures.measures])
    cells = figures.observations.cell[figures.series.order[at]]
    return has_zero[cells] | (_slips(factors) > 10)


def _are_large(figures: Figures, at: Positions) -> Flags:
    """Whether the figure before each is no small one of its category."""
    if not len(at):
        return np.zeros(0, dtype=np.bool_)
    return np.abs(figures.series.values[at - 1]) >= _SMALL * _by_cell(figures, at, _median)


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _last_digit(values: Floats) -> float:
    """The step of the last digit in which figures are given; 0 where none is common."""
    for decimals in range(-6, 7) if len(values) else ():
        scaled = values * 10.0**decimals
        is_whole = np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(scaled, 1)
        if is_whole.mean() >= _COMMON:
            return float(10.0**-decimals)
    return 0.0


def _slips(factors: Floats) -> NDArray[np.int64]:
    """Which of the factors with a cause each is near to, or 0."""
    found = np.zeros(len(factors), dtype=np.int64)
    for slip in _SLIPS:
        found[np.abs(np.abs(factors) - np.log(slip)) <= _ALIKE] = slip
    return found


def _told(figures: Figures, found: Positions, factors: Floats) -> Iterator[Suspicion]:
    """A suspicion for each kind of factor."""
    slips = _slips(factors)
    for slip in (*_SLIPS, 0):
        chosen = slips == slip
        at = figures.series.order[found[chosen]]
        if not len(at):
            continue
        places = dict(zip(at.tolist(), found[chosen].tolist(), strict=True))
        verb = "does" if len(at) == 1 else "do"
        how = _SLIPS.get(slip, "by a factor that the series has nowhere else")
        yield Suspicion(
            "jump" if slip == 0 else f"factor-{slip}",
            f"{verb} not go with the other periods, {how}",
            worst_first(at, np.abs(factors[chosen])),
            lambda index, places=places: _in_line(figures, index, places[index]),  # type: ignore[misc]
        )


def _of_zeros(figures: Figures, zeros: Positions) -> Suspicion:
    at = figures.series.order[zeros]
    places = dict(zip(at.tolist(), zeros.tolist(), strict=True))
    return Suspicion(
        "zero",
        f"{'is' if len(at) == 1 else 'are'} 0 between periods that are not, as when a gap is "
        "written as 0",
        worst_first(at, np.abs(figures.series.values[zeros - 1])),
        lambda index: _in_line(figures, index, places[index]),
        remedy="Leave the cell empty if there is no figure; a 0 that is right needs nothing",
    )


def _in_line(figures: Figures, index: int, where: int) -> str:
    """A figure beside its neighbours: ``Austria, Gas, 2020: 12300 TWh (12.1 in 2019)``."""
    series = figures.series
    beside = [
        int(series.order[i])
        for i in (where - 1, where + 1)
        if 0 <= i < len(series.of) and series.of[i] == series.of[where]
    ]
    others = ", ".join(
        f"{number(float(figures.observations.value[i]))} in {figures.period(i)}" for i in beside
    )
    return f"{figures.name(index)}: {figures.value(index)} ({others})"
