"""Shares that the data publishes itself: they are taken instead of being derived."""

from __future__ import annotations

from factbook.data.dataset import DataSet
from factbook.data.table import Table
from factbook.data.units import is_additive

TOLERANCE_PERCENTAGE_POINTS = 0.06
"""A published share is rounded to one decimal at the coarsest."""

FEWEST_KEYS = 3
LARGEST_SHARE_OF_MISFITS = 0.1


def published_shares(table: Table, collection: str, dataset: DataSet) -> dict[str, str]:
    """Property → the property that holds its share of category.

    A property in % is taken for the share of another when its name begins with "share" and its
    values agree with the shares that follow from the data, within its rounding, for at least nine
    of ten keys.
    """
    metrics = table.metrics(collection)
    shares = [
        m
        for m in metrics
        if m.casefold().startswith("share") and table.units(m, collection) == ("%",)
    ]
    found: dict[str, str] = {}
    for metric in metrics:
        units = table.units(metric, collection)
        if metric in shares or len(units) != 1 or not is_additive(units[0], metric):
            continue
        for share in shares:
            if _agrees(table, collection, metric, units[0], share, dataset):
                found[metric] = share
                break
    return found


def _agrees(
    table: Table, collection: str, metric: str, unit: str, share: str, dataset: DataSet
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
            misfits += abs(derived - published) > TOLERANCE_PERCENTAGE_POINTS
    return keys >= FEWEST_KEYS and misfits <= LARGEST_SHARE_OF_MISFITS * keys


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
