"""Figures that must agree with others: shares of one whole, and imports − exports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from factbook.plausibility.figures import Figures, Positions, number
from factbook.plausibility.suspicion import Suspicion, worst_first

_BALANCES = (
    ("net imports", "imports", "exports"),
    ("net import", "import", "export"),
    ("net exports", "exports", "imports"),
    ("trade balance", "exports", "imports"),
    ("balance of trade", "exports", "imports"),
    ("natural increase", "births", "deaths"),
    ("natural change", "births", "deaths"),
    ("net migration", "immigration", "emigration"),
)
"""A name that is the difference of two others: net imports = imports − exports."""

_HALF = 0.5
"""Part of the figures for which a balance must hold: else the names mean something else."""

_FEWEST = 10
_WHOLE = 100.0
_NEARLY_ALL = 0.8
_FEWEST_PARTS = 3


def balances(figures: Figures, tolerance: float) -> Iterator[Suspicion]:
    """Shares that do not add up to their whole, and differences that their parts do not leave.

    Args:
        figures: The figures of a table.
        tolerance: Relative difference that is allowed, of the largest figure.
    """
    if len(figures):
        yield from _shares(figures, tolerance)
        yield from _differences(figures, tolerance)


def _shares(figures: Figures, tolerance: float) -> Iterator[Suspicion]:
    """Shares in per cent of which nearly all others of their measure add up to 100."""
    seen = figures.observations
    groups: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for index, (cell, measure) in enumerate(zip(seen.cells, figures.measures, strict=True)):
        if measure.is_share:
            groups[cell.collection, cell.metric, cell.unit, cell.scenario].append(index)
    for cells in groups.values():
        if len(cells) < _FEWEST_PARTS:
            continue
        own = np.concatenate([_of_cell(figures, cell) for cell in cells])
        keys, first, of, counts = np.unique(
            seen.place[own] << 32 | seen.period[own],
            return_index=True, return_inverse=True, return_counts=True,
        )  # fmt: skip
        sums = np.bincount(of, weights=seen.value[own]).astype(np.float64)
        is_whole = counts == len(cells)
        differs = np.abs(sums - _WHOLE) > tolerance * _WHOLE
        enough = int(is_whole.sum()) >= _FEWEST
        if not enough or (is_whole & ~differs).sum() < _NEARLY_ALL * is_whole.sum():
            continue
        wrong = np.flatnonzero(is_whole & differs)
        if len(wrong):
            yield _of_shares(figures, own[first[wrong]], sums[wrong], len(cells))


def _of_shares(figures: Figures, at: Positions, sums: NDArray[np.float64], parts: int) -> Suspicion:
    totals = dict(zip(at.tolist(), sums.tolist(), strict=True))
    seen = figures.observations

    def told(index: int) -> str:
        cell = seen.cells[int(seen.cell[index])]
        name = figures.name(index).replace(f", {cell.subject}, ", ", ", 1)
        return f"{name}: {number(totals[index])} %"

    return Suspicion(
        "shares",
        f"{'does' if len(at) == 1 else 'do'} not add up to 100 %, as the other totals of these "
        f"{parts} categories do",
        worst_first(at, np.abs(sums - _WHOLE)),
        told,
        noun="total of shares",
        nouns="totals of shares",
    )


def _differences(figures: Figures, tolerance: float) -> Iterator[Suspicion]:
    """Net figures that are not what their two parts leave."""
    seen = figures.observations
    texts = [
        (f"{c.metric}\0{c.subject}".casefold(), c.collection, c.unit, c.scenario)
        for c in seen.cells
    ]
    known = {text: index for index, text in enumerate(texts)}
    for index, (text, collection, unit, scenario) in enumerate(texts):
        for net, plus, minus in _BALANCES:
            if net not in text:
                continue
            parts = [
                known.get((text.replace(net, one), collection, unit, scenario))
                for one in (plus, minus)
            ]
            if None not in parts:
                yield from _of_balance(figures, (index, *parts), (plus, minus), tolerance)  # type: ignore[arg-type]
                break


def _of_balance(
    figures: Figures, cells: tuple[int, int, int], words: tuple[str, str], tolerance: float
) -> Iterator[Suspicion]:
    seen = figures.observations
    parts = [_of_cell(figures, cell) for cell in cells]
    keys = [seen.place[at] << 32 | seen.period[at] for at in parts]
    unique = [len(np.unique(one)) == len(one) for one in keys]
    if not all(unique):  # several node regions of a place
        return
    common = np.intersect1d(np.intersect1d(keys[0], keys[1]), keys[2])
    if not len(common):
        return
    at, plus, minus = (
        own[np.searchsorted(key, common)] for own, key in zip(parts, keys, strict=True)
    )
    net, gains, losses = (seen.value[one] for one in (at, plus, minus))
    if (losses <= 0).all():  # written with their sign
        losses = -losses
    expected = gains - losses
    scale = np.max(np.abs([net, gains, losses]), axis=0)
    off = np.abs(net - expected)
    wrong = off > tolerance * scale
    if not wrong.any() or wrong.mean() > _HALF:
        return
    told = {
        index: (number(float(a)), number(float(b)), number(float(c)))
        for index, a, b, c in zip(
            at[wrong].tolist(), gains[wrong], losses[wrong], expected[wrong], strict=True
        )
    }

    def in_words(index: int) -> str:
        a, b, c = told[index]
        return f"{figures.name(index)}: {figures.value(index)} ({a} − {b} = {c})"

    yield Suspicion(
        "balance",
        f"{'is' if wrong.sum() == 1 else 'are'} not {words[0]} − {words[1]}",
        worst_first(at[wrong], off[wrong] / scale[wrong]),
        in_words,
    )


def _of_cell(figures: Figures, cell: int) -> Positions:
    """Positions of a cell's figures, in order of place and period."""
    low, high = np.searchsorted(figures.observations.cell, (cell, cell + 1))
    return np.arange(low, high)
