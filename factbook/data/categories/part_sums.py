"""Sums of categories against another category: how they fit, and what the fit proves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.places.region import TOLERANCE

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]
Labels = Sequence[object] | NDArray[Any] | pd.Categorical
"""A column of labels, a row each."""

MOST_CELLS = 2**24
"""Cells (categories × keys) that are held at once: 134 MB twice. Of more, the fullest keys."""

_UNITS = (1000.0, 500.0, 100.0, 50.0, 10.0, 5.0, *(10.0**-decimals for decimals in range(10)))
_VALUES_OF_A_UNIT = 5  # by chance, that many values of finer figures end in 0 once in 100,000
_VALUES_OF_A_STEP = 8  # the same for multiples of 5, and for digits left out
_TINIEST = 1e-200
"""Below it a number has no digits to be told from others, and is no figure of a table."""

_FEW_DIGITS = (1, 2)  # with three, roundings are no more than 0.5 %
_FLOAT_ERROR = 1e-9
_LEAST_STEP = 1e-9
_KEYS_WEIGHED = 256
_SHARE_DECIMALS = 3
_INEXACT = 0.05
_FEWEST_INEXACT = 8  # differences of one sign add up to √8 > 2 of their spread
_LEAST_CHANCE = 1e-4  # of one key: figures with more digits were often computed from others


@dataclass(frozen=True, eq=False)
class Grid:
    """The figures of one additive kind: a row a category, a column a key (place and period).

    Attributes:
        names: Categories.
        figures: Categories × keys; 0 where there is no figure.
        present: Categories × keys: whether there is a figure.
        digits: Significant digits, where all figures are rounded to one or two; else 0.
        units: Smallest step of each category's figures: 0.01 with two decimals, 100 where they
            are given to the hundred; 0 if unrounded.
        places: Place of each key.
        periods: Period of each key.
        is_signed: Whether any value is negative.
        is_whole: Whether all keys are held.
    """

    names: tuple[str, ...]
    figures: Floats
    present: Flags
    units: Floats
    places: NDArray[np.object_]
    periods: NDArray[np.object_]
    is_signed: bool
    is_whole: bool
    digits: int = 0

    def roundings(self, categories: Indices, keys: Indices) -> Floats:
        """By how much figures (categories × keys) may be off: half of their last digit."""
        steps = np.broadcast_to(self.units[categories, None], (len(categories), len(keys)))
        if self.digits:
            figures = self.figures[np.ix_(categories, keys)]
            steps = np.maximum(steps, _steps(figures, self.digits))
        return 0.5 * steps * self.present[np.ix_(categories, keys)]

    def at(self, keys: Indices) -> Grid:
        """The grid of some keys."""
        return replace(
            self,
            figures=np.ascontiguousarray(self.figures[:, keys]),
            present=np.ascontiguousarray(self.present[:, keys]),
            places=self.places[keys],
            periods=self.periods[keys],
        )


def make_grid(
    places: Labels, periods: Labels, categories: Labels,
    values: Sequence[float] | NDArray[np.float64],
) -> Grid:  # fmt: skip
    """The grid of a table in long form; figures of the same key and category are added.

    Args:
        places: Place of each row.
        periods: Period of each row.
        categories: Category of each row.
        values: Value of each row, all of one unit; what is not finite counts as absent.
    """
    amounts = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(amounts)
    (place, place_names), (period, period_names), (row, names) = (
        pd.factorize(_column(labels)) for labels in (places, periods, categories)
    )
    finite &= (place >= 0) & (period >= 0) & (row >= 0)
    ids = place.astype(np.int64) * max(len(period_names), 1) + period
    keys, key_ids = pd.factorize(ids[finite], sort=True)
    row, amounts = row[finite], amounts[finite]
    most = max(MOST_CELLS // max(len(names), 1), 1)
    is_whole = len(key_ids) <= most
    if not is_whole:
        order = np.argsort(-np.bincount(keys), kind="stable")[:most]
        position = np.full(len(key_ids), -1)
        position[np.sort(order)] = np.arange(most)
        kept = position[keys] >= 0
        keys, row, amounts = position[keys][kept], row[kept], amounts[kept]
        key_ids = key_ids[np.sort(order)]
    shape = (len(names), len(key_ids))
    cells = row.astype(np.int64) * shape[1] + keys
    count = shape[0] * shape[1]
    grid = np.zeros(count)
    grid += np.bincount(cells, amounts, count)
    grid = grid.reshape(shape)
    present = np.zeros(count, dtype=bool)
    present[cells] = True
    present = present.reshape(shape)
    number = max(len(period_names), 1)
    return Grid(
        names=tuple(str(name) for name in names),
        figures=grid,
        present=present,
        units=_units(grid, present),
        places=np.asarray(place_names, dtype=object)[key_ids // number],
        periods=np.asarray(period_names, dtype=object)[key_ids % number],
        is_signed=bool((amounts < 0).any()),
        is_whole=is_whole,
        digits=_digits(amounts),
    )


def _column(labels: Labels) -> pd.Series:
    column: pd.Series = pd.Series(labels, copy=False)
    return column


def _units(values: Floats, present: Flags) -> Floats:
    """The smallest step of each category; of few figures, that of the whole table."""
    units = np.array([_unit(row[row != 0]) for row in values])
    distinct = np.array([len(np.unique(row[row != 0][:1000])) for row in values])
    finest = float(units.min()) if len(units) else 0.0
    few = min(finest, 1.0) if len(np.unique(values)) <= _VALUES_OF_A_STEP else finest
    coarse = np.where(distinct >= _VALUES_OF_A_STEP, units, few)
    return np.where((distinct >= _VALUES_OF_A_UNIT) & (units <= 1), units, coarse)


def _digits(values: Floats) -> int:
    """Significant digits of all figures, where they are one or two and not for want of more."""
    figures = np.unique(np.abs(values))
    figures = figures[figures > _TINIEST]
    for digits in _FEW_DIGITS:
        steps = _steps(figures, digits)
        rounded = np.round(figures / steps) * steps
        if (np.abs(figures - rounded) > _FLOAT_ERROR * figures).any():
            continue
        longer = figures[steps > max(_unit(figures), _LEAST_STEP)]
        return digits if len(longer) >= _VALUES_OF_A_STEP else 0
    return 0


def _steps(figures: Floats, digits: int) -> Floats:
    """The step of the last of so many significant digits of each figure; 0 of 0."""
    sizes = np.abs(figures)
    places = np.floor(np.log10(np.where(sizes > 0, sizes, 1.0))) - digits + 1
    steps: Floats = np.where(sizes > 0, 10.0**places, 0.0)
    return steps


def _unit(values: Floats) -> float:
    for unit in _UNITS:
        scaled = values / unit
        error = np.abs(scaled - np.round(scaled))
        if (error <= _FLOAT_ERROR * np.maximum(np.abs(scaled), 1)).all():
            return unit
    return 0.0


@dataclass(frozen=True, eq=False)
class Fit:
    """How the sum of some categories fits another one, in each key where they stand beside it.

    Attributes:
        keys: Indices of these keys.
        sums: Sum of the parts in each.
        differences: Category less sum.
        tolerances: What the difference may be: roundings, and 0.5 % where these are not enough.
        misfits: Keys in which the difference is larger, and no missing part explains it.
        excess: Keys in which the category is more than its parts.
        proofs: Keys that count as proof: two parts or more that are not 0, none missing where
            missing parts explain a difference.
        is_exact: Whether all keys fit within their roundings.
    """

    keys: Indices
    sums: Floats
    differences: Floats
    tolerances: Floats
    misfits: Flags
    excess: Flags
    proofs: Flags
    is_exact: bool


def fit(grid: Grid, whole: int, parts: Sequence[int]) -> Fit:
    """Compare a category with the sum of others.

    Each figure is off by half its unit at most, so the difference of a sum of n by (n + 1) halves.
    A part without a value counts as 0. Where the sum is then too small, the missing part may
    explain it: such a key proves nothing, and neither does any other key with a missing part.

    Args:
        grid: All figures.
        whole: Index of the category.
        parts: Indices of its parts.
    """
    chosen = np.array(parts, dtype=np.intp)
    count = np.sum([grid.present[part] for part in chosen], axis=0)
    keys = np.flatnonzero(grid.present[whole] & (count > 0))
    amounts = grid.figures[np.ix_(chosen, keys)]
    own, sums = grid.figures[whole, keys], amounts.sum(axis=0)
    rounding = grid.roundings(np.array([whole, *parts], dtype=np.intp), keys).sum(axis=0)
    rounding = rounding * (1 + _FLOAT_ERROR)
    rounding += _FLOAT_ERROR * (np.abs(own) + np.abs(amounts).sum(axis=0))
    differences = own - sums
    size = np.abs(differences)
    is_exact = bool((size <= rounding).all())
    tolerances = rounding if is_exact else rounding + TOLERANCE * np.abs(own)
    fits = size <= tolerances
    lacking = count[keys] < len(chosen)
    gaps = ~fits & lacking & (grid.is_signed | (differences > 0))
    proofs = fits & ((amounts != 0).sum(axis=0) > 1) & (own != 0)
    if gaps.any():
        proofs &= ~lacking
    return Fit(keys, sums, differences, tolerances, ~fits & ~gaps,
               ~fits & (differences > 0), proofs, is_exact)  # fmt: skip


def differs_by_chance(found: Fit) -> bool:
    """Whether differences are small and as often above zero as below: figures made inexact.

    Offices do so to protect small groups. Parts that overlap are more than their whole in every
    key, and parts that lack one are less: then the sum of the differences grows with the number of
    keys, and by chance with its root.

    Args:
        found: How parts fit a whole that holds them by its name.
    """
    keys = found.misfits | found.proofs
    differences, own = found.differences[keys], np.abs(found.sums + found.differences)[keys]
    is_small = np.abs(differences) <= found.tolerances[keys] + _INEXACT * own
    spread = math.sqrt(float((differences**2).sum()))
    is_fair = len(differences) >= _FEWEST_INEXACT and abs(float(differences.sum())) <= 2 * spread
    return bool(is_small.all()) and is_fair


def coincidences(grid: Grid, whole: int, parts: Sequence[int], found: Fit, among: int) -> float:
    """Expected number of categories that would fit as well by chance, as a power of ten.

    The product of two numbers. First, how many sums were tried: the categories, times the
    selections of as many parts among those there are; "all the others" is one selection. Second,
    the chance that one of them fits in each proving key: the width of what counts as equal over
    the range in which the figure could lie.

    The width is that of the even spread with the entropy of the differences found: √(2πe) standard
    deviations of a normal distribution, a unit's rounding (1/12 of its square) included.
    The range is what is new in a key. In the first key that is the figure itself; in the first of
    another place as much of it as shares of parts differ between the keys (√12 standard
    deviations: the even spread again, without what roundings add); in a later period, no more than
    what has changed since the one before. Keys with the same shares count once. So a constant
    series, a copied place, and places that differ by a factor alone prove no more than one key.

    Args:
        grid: All figures.
        whole: Index of the category.
        parts: Indices of its parts.
        found: How they fit.
        among: Number of categories that could be parts.

    Returns:
        The power: -3 for one coincidence in a thousand tables; infinite if nothing fits.
    """
    picked = np.flatnonzero(found.proofs)
    if not len(picked):
        return math.inf
    picked = picked[np.unique(np.linspace(0, len(picked) - 1, _KEYS_WEIGHED).astype(np.intp))]
    columns = grid.figures[np.ix_(np.array([whole, *parts]), found.keys[picked])]
    shares = np.round(columns[1:] / columns[0], _SHARE_DECIMALS)
    first = np.sort(np.unique(shares, axis=1, return_index=True)[1])
    picked, columns, shares = picked[first], columns[:, first], shares[:, first]
    own = np.abs(columns[0])
    scale = np.ones(len(own)) if found.is_exact else own
    variance = (found.differences[picked] ** 2 + grid.units.min() ** 2 / 12) / scale**2
    widths = math.sqrt(2 * math.pi * math.e * float(variance.mean())) * scale
    news = np.full(len(picked), _spread(shares, own, grid.units[[whole, *parts]].max()))
    places = grid.places[found.keys[picked]]
    changes = np.abs(np.diff(columns, axis=1)).max(axis=0) / own[1:]
    news[1:] = np.where(places[1:] == places[:-1], np.minimum(news[1:], changes), news[1:])
    news[0] = 1.0
    with np.errstate(divide="ignore"):
        chance = np.clip(widths / (own * news), _LEAST_CHANCE, 1.0)
    selections = 0.0 if len(parts) == among else log_selections(among, len(parts))
    misfits = int(found.misfits.sum())
    chosen = log_selections(misfits + int(found.proofs.sum()), misfits)
    return math.log10(len(grid.names)) + selections + chosen + float(np.log10(chance).sum())


def _spread(shares: Floats, own: Floats, unit: float) -> float:
    """By how much shares (parts × keys) differ between keys, but for what roundings make of it.

    Weighted by the square of the figure: roundings matter least in the largest.
    """
    weights = own**2 / (own**2).sum()
    mean = shares @ weights
    variance = float((((shares.T - mean) ** 2).T @ weights).max())
    variance -= 2 * unit**2 / 12 / float((own**2).mean())
    return min(1.0, math.sqrt(12 * max(variance, 0.0)))


def log_selections(count: int, size: int) -> float:
    """Decimal logarithm of the number of selections of `size` among `count`, and of sizes."""
    if not size:
        return 0.0
    log = math.lgamma(count + 1) - math.lgamma(size + 1) - math.lgamma(count - size + 1)
    return log / math.log(10) + math.log10(count)


def joined(grid: Grid, parts: Sequence[int], name: str = "") -> Grid:
    """The grid with the sum of some categories as one more, the last."""
    return replace(
        grid,
        names=(*grid.names, name),
        figures=np.vstack([grid.figures, grid.figures[list(parts)].sum(axis=0)]),
        present=np.vstack([grid.present, grid.present[list(parts)].all(axis=0)]),
        units=np.append(grid.units, grid.units[list(parts)].sum()),
    )
