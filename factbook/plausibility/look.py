"""Looks at the data of a project before anything is written: is it plausible?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factbook.config.plausibility import Plausibility
from factbook.data.dataset import DataSet
from factbook.errors import Finding
from factbook.plausibility.balances import balances
from factbook.plausibility.copies import copies
from factbook.plausibility.editions import Earlier, editions
from factbook.plausibility.figures import Figures
from factbook.plausibility.jumps import jumps
from factbook.plausibility.ranges import ranges
from factbook.plausibility.regions import regions
from factbook.plausibility.suspicion import Suspicion, finding

MOST_FINDINGS = 10
"""Findings of one table; each has all figures of one rule."""


def implausible(
    dataset: DataSet, thresholds: Plausibility, earlier: Iterable[Earlier] = ()
) -> tuple[Finding, ...]:
    """Warnings about figures that are unlikely to be right, at most ten a table.

    Args:
        dataset: The data.
        thresholds: From when on they are reported.
        earlier: Figures of the edition that is compared with.
    """
    if thresholds.off:
        return ()
    known = {**dataset.known, **{region.code: region for region in dataset.regions}}
    tables = {name: Figures.of(table, known) for name, table in dataset.tables.items()}
    found: list[Finding] = []
    for figures in tables.values():
        of_table = list(_suspicions(figures, dataset, thresholds))
        found += [finding(one, figures) for one in of_table[:MOST_FINDINGS]]
    return (*found, *editions(tables, earlier, thresholds.revised_percent))


def _suspicions(
    figures: Figures, dataset: DataSet, thresholds: Plausibility
) -> Iterator[Suspicion]:
    """What the rules find in a table, the surest first."""
    members_of = {
        code: [place.code for place in members] for code, members in dataset.members_of.items()
    }
    yield from ranges(figures)
    yield from jumps(figures, thresholds)
    yield from balances(figures, thresholds.tolerance_percent / 100)
    yield from regions(figures, members_of)
    yield from copies(figures, thresholds)
