"""What a total of categories adds, and which of them is that total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from factbook.data.categories.aggregate_names import is_total
from factbook.data.categories.composition import Aggregate, Composition, Conflict, Example
from factbook.data.categories.part_sums import Fit, Grid, fit

_EXAMPLES = 5


def summands(grid: Grid, found: Sequence[Aggregate]) -> list[str]:
    """Categories that do not overlap and are together everything, of those of a grid."""
    known = Composition(aggregates=tuple(found))
    parts = frozenset(part for one in found for part in one.parts)
    roots = dict.fromkeys((*grid.names, *(one.subject for one in found)))
    held = known.held(name for name in roots if name not in parts)
    within = (one.parts for one in found if one.is_open and one.subject in held)
    below = known.held(part for those in within for part in those)
    return [name for name in grid.names if name in held and name not in below]


def total(
    grid: Grid,
    found: Sequence[Aggregate],
    everything: Sequence[str],
    metric: str,
    candidates: Iterable[str],
) -> str:
    """The category that holds all summands, but for what is too small to be told.

    Args:
        grid: All figures.
        found: The aggregates among its categories.
        everything: The summands.
        metric: What the figures are, which names of totals may repeat.
        candidates: The sums that may be it.
    """
    known = Composition(aggregates=tuple(found))
    for name in sorted(candidates, key=lambda name: not is_total(name, metric)):
        held = known.leaves(name)
        rest = set(everything) - held
        if not held <= set(everything) or len(rest) > len(held):
            continue
        if not rest or not _differs(grid, name, [*held, *rest]):
            return name
    return ""


def _differs(grid: Grid, subject: str, parts: Sequence[str]) -> bool:
    at = {name: index for index, name in enumerate(grid.names)}
    return bool(fit(grid, at[subject], [at[part] for part in parts]).misfits.any())


def conflict_of(grid: Grid, subject: str, parts: Sequence[str], found: Fit) -> Conflict:
    """The conflict of a category that does not fit its parts, with the largest differences."""
    size = np.abs(found.differences) * found.misfits
    worst = np.argsort(-size, kind="stable")[: min(_EXAMPLES, int(found.misfits.sum()))]
    keys = found.keys[worst]
    values = grid.figures[grid.names.index(subject), keys]
    examples = tuple(
        Example(place, period, value, total)
        for place, period, value, total in zip(
            grid.places[keys].tolist(), grid.periods[keys].tolist(), values.tolist(),
            found.sums[worst].tolist(), strict=True,
        )
    )  # fmt: skip
    return Conflict(subject, tuple(parts), len(found.keys), int(found.misfits.sum()), examples)
