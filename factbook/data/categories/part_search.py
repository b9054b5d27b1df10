"""Search for the categories that add up to another one, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factbook.data.categories.part_sums import Flags, Floats, Grid, Indices

MOST_SEARCHED = 400
"""Categories of one kind among which parts are searched by value."""

_SAMPLE_KEYS = 300
_KEYS_A_CATEGORY = 3  # of the sample, besides
_OUTLIERS = 0.05  # of the keys, in which a part may be larger than its whole
_STATISTICAL = 0.002  # weight of differences that are no roundings, to the whole
_FARTHEST = 3.5  # from the span of the others, in weighted roots of mean squares
_FEWEST_ROWS = 300  # of least squares, or twice as many as candidates
_REFITS = 3
_REFIT_KEEPS = 0.85  # of the keys, those that fit best
_MOST_REFITTED = 60  # candidates of which fits are repeated without what fits worst
_MOST_FREE = 10  # 1,024 combinations of candidates that depend on the others
_INTEGRAL = 0.35
_MOST_SUMS = 5_000
_COST_OF_A_SUM = 20_000  # in multiplications: sums are copied, with their candidates
_LAYER_KEYS = 16
_FEWEST_COMPLETE = 3
_MOST_TRIED = 16
_MOST_TOGGLES = 12
_LARGE = 4.0
_CLEARLY = 0.3


@dataclass
class Budget:
    """What a search may still do.

    Attributes:
        left: Multiplications that may still be done; the default takes seconds.
        is_exceeded: Whether a search ended early for it.
    """

    left: int = 20_000_000_000
    is_exceeded: bool = False


def sample(grid: Grid) -> Indices:
    """The keys to search in: those with most figures, and some in which each category has one."""
    count = grid.present.sum(axis=0)
    # Those with as many figures in an order without meaning, so that no place comes first.
    mixed = np.random.default_rng(0).permutation(len(count))
    order = mixed[np.argsort(-count[mixed], kind="stable")]
    picked = [order[: max(_SAMPLE_KEYS, 2 * len(grid.names))]]
    for row in grid.figures:
        picked.append(order[np.flatnonzero(row[order])[:_KEYS_A_CATEGORY]])
    return np.unique(np.concatenate(picked))


def selections(grid: Grid, whole: int, others: Indices, budget: Budget) -> Iterator[list[int]]:
    """Selections of categories that probably add up to another one, the likeliest first.

    First all of them. Then by least squares: weights that come out as 0 and 1. Where some
    candidates depend on the others (two breakdowns of one total; fewer keys than candidates), each
    combination of them is tried. Where these are too many, or gaps hide what adds up, all sums that
    may still fit are formed, candidate after candidate, in a few keys.

    Args:
        grid: The figures of the keys to search in.
        whole: Index of the category.
        others: Indices of what may be its parts.
        budget: What may still be done.
    """
    keys = np.flatnonzero(grid.present[whole])
    own = grid.figures[whole, keys]
    others = _possible(grid, own, others, keys)
    if len(others) < 2:
        return
    noise = 0.5 * max(grid.units[whole], grid.units[others].max()) * np.sqrt(len(others) + 1)
    yield others.tolist()
    seen = {np.ones(len(others), dtype=bool).tobytes()}
    complete = keys[grid.present[np.ix_(others, keys)].all(axis=0)]
    for some in (complete, keys) if len(others) < len(complete) < len(keys) else (keys,):
        some = some[:: max(len(some) // max(_FEWEST_ROWS, 2 * len(others)), 1)]
        columns, own = grid.figures[np.ix_(others, some)], grid.figures[whole, some]
        budget.left -= len(others) ** 2 * (len(some) + len(others))
        if budget.left < 0:
            budget.is_exceeded = True
            return
        near = noise + 1e-8 * np.abs(columns).max(initial=0)
        weights = 1 / (near + _STATISTICAL * np.abs(own))
        found = _least_squares(columns, own, weights, near)
        if found is None:
            found = _all_sums(grid, whole, others, some, budget)
        elif len(some) > len(complete) and _FEWEST_COMPLETE <= len(complete) < len(keys):
            found = np.vstack([_all_sums(grid, whole, others, complete, budget), found])
        for selected in found[:_MOST_TRIED]:
            better = _toggled(columns, own, weights, selected)
            if better.sum() > 1 and better.tobytes() not in seen:
                seen.add(better.tobytes())
                yield others[better].tolist()


def _possible(grid: Grid, own: Floats, others: Indices, keys: Indices) -> Indices:
    """Others that have figures beside the category and, where none is negative, are no larger."""
    columns = grid.figures[np.ix_(others, keys)]
    used = (columns != 0).any(axis=1)
    if not grid.is_signed:
        room = grid.units.max() + 0.005 * own
        larger = (columns > own + room).sum(axis=1)
        beside = np.maximum(grid.present[np.ix_(others, keys)].sum(axis=1), 1)
        used &= larger <= _OUTLIERS * beside
        reached = columns[used].sum(axis=0) >= own - room * (1 + used.sum())
        if reached.sum() < 0.5 * len(own):
            used[:] = False
    possible: Indices = others[used]
    return possible


def _least_squares(
    columns: Floats, own: Floats, weights: Floats, noise: float
) -> NDArray[np.bool_] | None:
    """Selections (rows of flags) by weights near 0 and 1; None if too many combinations fit."""
    count, kept = len(columns), np.ones(len(own), dtype=bool)
    for _ in range(_REFITS if count <= _MOST_REFITTED else 1):
        stacked = np.vstack([columns, own])[:, kept] * weights[kept]
        gram = stacked @ stacked.T
        limit = float(((noise * weights[kept]) ** 2).sum())
        pivots, reduced = _eliminated(gram, limit)
        rest = max(float(reduced[-1, -1]), 0.0)
        free = np.setdiff1d(np.arange(count), pivots)
        if rest <= _FARTHEST**2 * kept.sum():
            return _combinations(gram, reduced, pivots, free)
        weighted = np.abs(own - reduced[pivots, -1] @ columns[pivots]) * weights
        kept = weighted <= np.quantile(weighted[kept], _REFIT_KEEPS)
        if kept.sum() <= count:
            break
    return np.zeros((0, count), dtype=bool)


def _eliminated(gram: Floats, limit: float) -> tuple[Indices, Floats]:
    """Gauss-Jordan elimination of all rows but the last, the farthest from the others first.

    Args:
        gram: Inner products of the candidates and, last, of the whole.
        limit: Square of the distance at which a candidate depends on those eliminated before.

    Returns:
        The eliminated rows; the matrix: in these rows the weights of the other columns in them.
    """
    reduced, count = gram.copy(), len(gram) - 1
    with suppress(np.linalg.LinAlgError):  # the quick way, where none depends on others
        distances = np.diag(np.linalg.cholesky(gram[:count, :count])) ** 2
        if (distances > np.maximum(limit, 1e-9 * np.diag(gram)[:count])).all():
            reduced[:count, -1] = np.linalg.solve(gram[:count, :count], gram[:count, -1])
            reduced[-1, -1] = gram[-1, -1] - gram[-1, :count] @ reduced[:count, -1]
            return np.arange(count), reduced
    left = np.ones(count, dtype=bool)
    scale = np.diag(gram)[:count]
    pivots = []
    while left.any():
        distances = np.where(left, np.diag(reduced)[:count], -np.inf)
        pivot = int(distances.argmax())
        if distances[pivot] <= max(limit, 1e-12 * scale[pivot]):
            break
        left[pivot] = False
        pivots.append(pivot)
        row = reduced[pivot] / reduced[pivot, pivot]
        reduced -= np.outer(reduced[:, pivot], row)
        reduced[pivot] = row
    return np.array(pivots, dtype=np.intp), reduced


def _combinations(
    gram: Floats, reduced: Floats, pivots: Indices, free: Indices
) -> NDArray[np.bool_] | None:
    """For each selection of the dependent candidates, that of the others which fits."""
    count = len(gram) - 1
    if len(free) > _MOST_FREE:
        return None
    numbers = np.arange(2 ** len(free), dtype=np.int64)[:, np.newaxis]
    flags = (numbers >> np.arange(len(free))) & 1
    wanted = reduced[pivots, -1] - flags @ reduced[np.ix_(pivots, free)].T
    # What is too small to matter may have any weight.
    size = np.sqrt(np.diag(gram)[:count])
    matters = size[pivots] > 0.02 * np.sqrt(gram[-1, -1])
    off = np.where(matters, np.abs(wanted - np.clip(np.round(wanted), 0, 1)), 0.0)
    farthest = off.max(axis=1, initial=0)
    order = np.argsort(farthest, kind="stable")
    good = order[: max(int((farthest <= _INTEGRAL).sum()), 1)]  # the best of none is a beginning
    selected = np.zeros((len(good), count), dtype=bool)
    selected[:, free] = flags[good] == 1
    selected[:, pivots] = wanted[good] > 0.5
    return selected


def _all_sums(
    grid: Grid, whole: int, others: Indices, keys: Indices, budget: Budget
) -> NDArray[np.bool_]:
    """All selections whose sum fits in a few keys: formed candidate by candidate, and pruned."""
    full = np.argsort(-grid.present[np.ix_(others, keys)].sum(axis=0), kind="stable")
    keys = keys[full[:_LAYER_KEYS]]
    columns, own = grid.figures[np.ix_(others, keys)], grid.figures[whole, keys]
    order = np.argsort(-np.abs(columns).sum(axis=1), kind="stable")
    room = 0.5 * (grid.units[whole] + grid.units[others].sum()) + 1e-9 * np.abs(own)
    above = np.maximum(columns[order], 0)[::-1].cumsum(axis=0)[::-1]
    below = np.minimum(columns[order], 0)[::-1].cumsum(axis=0)[::-1]
    none = np.zeros((1, len(keys)))
    above, below = np.vstack([above, none])[1:], np.vstack([below, none])[1:]
    rests, selected = own[np.newaxis], np.zeros((1, len(others)), dtype=bool)
    for at, high, low in zip(order.tolist(), above, below, strict=True):
        with_it = selected.copy()
        with_it[:, at] = True
        rests = np.vstack([rests, rests - columns[at]])
        selected = np.vstack([selected, with_it])
        good = ((rests <= high + room) & (rests >= low - room)).all(axis=1)
        rests, selected = rests[good], selected[good]
        budget.left -= len(good) * _COST_OF_A_SUM
        if len(rests) > _MOST_SUMS or budget.left < 0:
            budget.is_exceeded = True
            return np.zeros((0, len(others)), dtype=bool)
    return selected[np.argsort(np.abs(rests).sum(axis=1), kind="stable")]


def _toggled(columns: Floats, own: Floats, weights: Floats, selected: Flags) -> Flags:
    """The selection with small candidates taken in or out as long as that clearly fits better.

    By squares of weighted differences, of which large ones (errors, gaps) count as `_LARGE`.
    """
    selected = selected.copy()
    masses = _loss(columns * weights)
    for _ in range(_MOST_TOGGLES):
        rest = own - selected @ columns
        signs = np.where(selected, 1.0, -1.0)[:, np.newaxis]
        better = _loss(rest * weights) - _loss((rest + signs * columns) * weights)
        better = np.where(better > _CLEARLY * masses, better, 0.0)
        best = int(better.argmax())
        if better[best] <= 0:
            break
        selected[best] = ~selected[best]
    return selected


def _loss(differences: Floats) -> Floats:
    loss: Floats = np.minimum(differences**2, _LARGE**2).sum(axis=-1)
    return loss


def two_sides(grid: Grid, first: int, others: Indices) -> tuple[list[int], list[int]]:
    """Two selections with equal sums, two categories or more on each side, `first` on the left.

    Args:
        grid: The figures of the keys to search in.
        first: Index of a category.
        others: Indices of the others.

    Returns:
        Indices of both sides; nothing on either where there are none.
    """
    keys = np.flatnonzero(grid.present[first])
    others = others[(grid.figures[np.ix_(others, keys)] != 0).any(axis=1)]
    if not 3 <= len(others) <= min(_MOST_REFITTED, len(keys) - 1):
        return [], []
    columns, own = grid.figures[np.ix_(others, keys)], grid.figures[first, keys]
    noise = 0.5 * grid.units.max() * np.sqrt(len(others) + 1) + 1e-8 * np.abs(columns).max()
    weights = 1 / (noise + _STATISTICAL * np.abs(own))
    stacked = np.vstack([columns, own]) * weights
    pivots, reduced = _eliminated(stacked @ stacked.T, float(((noise * weights) ** 2).sum()))
    near = np.round(reduced[pivots, -1])
    is_near = np.abs(reduced[pivots, -1] - near).max(initial=0) <= _INTEGRAL
    if len(pivots) < len(others) or not is_near or np.abs(near).max(initial=0) > 1:
        return [], []
    right, left = others[pivots[near > 0]].tolist(), others[pivots[near < 0]].tolist()
    return ([first, *left], right) if left and len(right) > 1 else ([], [])
