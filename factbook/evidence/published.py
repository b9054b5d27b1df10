"""Shares that the data publishes itself: they are taken instead of being derived."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from factbook.data.dataset import DataSet
from factbook.data.table import Table

_SHARE = re.compile(r"\b(shares?|percentages?|proportions?)\b|%", re.IGNORECASE)
_MOST_COMPARED = 100_000
"""Categories of shares and of properties that are compared in each place; of more, none."""

_FILLERS = frozenset({"of", "in", "the", "total", "share", "shares", "percentage", "proportion"})


@dataclass(frozen=True, slots=True)
class _Demand:
    """How well published shares must agree with those that follow from the values.

    Attributes:
        tolerance_percentage_points: Largest difference that agrees.
        fewest: How many must be compared.
        misfits: Largest part of them that may differ by more.
    """

    tolerance_percentage_points: float
    fewest: int
    misfits: float


_BY_FIGURES = _Demand(tolerance_percentage_points=0.06, fewest=3, misfits=0.1)
"""When the figures alone decide: shares rounded to one decimal at the coarsest."""

_BY_NAME = _Demand(tolerance_percentage_points=5, fewest=1, misfits=0.5)
"""When the name decides: enough to see that it is not a share of something else."""


def published_shares(table: Table, collection: str, dataset: DataSet) -> dict[str, str]:
    """Property → the property that holds its share of category.

    A property in % whose name speaks of a share is taken for the share of another when it is
    called after it ("Share of generation", "Electricity generation") and agrees roughly with the
    shares that follow from the data; or when it agrees within its rounding, for at least nine of
    ten figures, whatever its name. Of a table with thousands of properties or categories none is
    taken, as each would be compared with each: its shares are derived.
    """
    metrics = table.metrics(collection)
    shares = [m for m in metrics if _SHARE.search(m) and table.units(m, collection) == ("%",)]
    found: dict[str, str] = {}
    if len(metrics) * _number(table, collection, shares) > _MOST_COMPARED:
        return found
    if len(shares) * _number(table, collection, metrics) > _MOST_COMPARED:
        return found
    for metric in metrics:
        units = table.units(metric, collection)
        if metric in shares or len(units) != 1:
            continue
        if not table.measure(metric, units[0]).adds_over_categories:
            continue
        for share in sorted(shares, key=lambda share: not _is_named_after(share, metric)):
            demand = _BY_NAME if _is_named_after(share, metric) else _BY_FIGURES
            if _agrees(table, collection, metric, units[0], share, dataset, demand):
                found[metric] = share
                break
    return found


def _number(table: Table, collection: str, metrics: Iterable[str]) -> int:
    """How many categories properties have together."""
    return sum(len(table.subjects(metric, collection)) for metric in metrics)


def _is_named_after(share: str, metric: str) -> bool:
    """Whether all that a share's name says besides is said by the property's name."""
    words = set(re.findall(r"\w+", share.casefold())) - _FILLERS
    return bool(words) and words <= set(re.findall(r"\w+", metric.casefold()))


def _agrees(
    table: Table,
    collection: str,
    metric: str,
    unit: str,
    share: str,
    dataset: DataSet,
    demand: _Demand,
) -> bool:
    """Whether a published share follows from a property's values."""
    keys = misfits = 0
    for code in dataset.known:
        shares, sums = _last_period(table, collection, code, metric, unit, share)
        total = sum(sums.values())
        if total <= 0:
            continue
        for subject, published in shares.items():
            keys += 1
            derived = sums.get(subject, 0.0) / total * 100
            misfits += abs(derived - published) > demand.tolerance_percentage_points
    return keys >= demand.fewest and misfits <= demand.misfits * keys


def _last_period(
    table: Table, collection: str, code: str, metric: str, unit: str, share: str
) -> tuple[dict[str, float], dict[str, float]]:
    """Published shares and values by category in the last period of a place's shares."""
    subjects = table.subjects(share, collection)
    series = {s: table.series(code, share, s, "%", collection) for s in subjects}
    periods = {period for one in series.values() if one for period in one.points}
    if not periods:
        return {}, {}
    last = max(periods)
    shares = {s: one.points[last].value for s, one in series.items() if one and last in one.points}
    values = {
        s: one.points[last].value
        for s in table.subjects(metric, collection)
        if (one := table.series(code, metric, s, unit, collection)) and last in one.points
    }
    return shares, values
