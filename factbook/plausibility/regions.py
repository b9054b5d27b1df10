"""A region's own rate or share that lies outside what its members allow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from factbook.data.labels import inside
from factbook.plausibility.figures import Figures, number
from factbook.plausibility.suspicion import Suspicion, worst_first

_NEARLY_ALL = 0.8
"""Part of a region's members that must have a figure: the others could be anywhere."""

_ROUNDING = 0.005
"""Relative difference that is no more than rounding."""


def regions(figures: Figures, members_of: Mapping[str, Collection[str]]) -> Iterator[Suspicion]:
    """Own figures of regions below all or above all of their members'.

    A mean lies between the least and the greatest of what it is a mean of, whatever the weights.
    Rates and shares are means of their members also where nothing says by what they are weighted;
    sums, and means whose weights are known, are compared by `factbook.data.places.region`.

    Args:
        figures: The figures of a table.
        members_of: Code of a region → codes of its members.
    """
    is_mean = figures.with_cells(
        [
            (one.is_share or bool(one.denominator)) and one.over_places == "none"
            for one in figures.measures
        ]
    )
    for code, members in members_of.items():
        yield from _of_region(figures, code, frozenset(members), is_mean)


def _of_region(
    figures: Figures, code: str, members: Collection[str], is_mean: np.ndarray
) -> Iterator[Suspicion]:
    seen = figures.observations
    if code not in seen.places or len(members) < 2:
        return
    own = np.flatnonzero(is_mean & (seen.place == seen.places.index(code)))
    indices = [index for index, place in enumerate(seen.places) if place in members]
    others = np.flatnonzero(is_mean & np.isin(seen.place, indices))
    if not len(own) or not len(others):
        return
    key = seen.cell << 32 | seen.period
    order = others[np.argsort(key[others], kind="stable")]
    keys, starts, counts = np.unique(key[order], return_index=True, return_counts=True)
    least = np.minimum.reduceat(seen.value[order], starts)
    most = np.maximum.reduceat(seen.value[order], starts)
    at = np.minimum(np.searchsorted(keys, key[own]), len(keys) - 1)
    value = seen.value[own]
    beyond = np.maximum(least[at] - value, value - most[at])
    enough = (keys[at] == key[own]) & (counts[at] >= _NEARLY_ALL * len(members))
    found = enough & (beyond > _ROUNDING * np.abs(value))
    if not found.any():
        return
    positions = own[found]
    extremes = {
        index: (number(float(least[j])), number(float(most[j])))
        for index, j in zip(positions.tolist(), at[found].tolist(), strict=True)
    }

    def told(index: int) -> str:
        low, high = extremes[index]
        return f"{figures.name(index)}: {figures.value(index)} (members: {low} to {high})"

    yield Suspicion(
        "region",
        f"{'lies' if len(positions) == 1 else 'lie'} outside the range of {inside(code)}'s members",
        worst_first(positions, beyond[found] / np.maximum(np.abs(value[found]), 1e-300)),
        told,
        remedy=f"Correct the figures or [region] members, or drop the row of {inside(code)} under "
        "[places]",
    )
