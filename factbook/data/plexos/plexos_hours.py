"""Hourly results of PLEXOS: the nodes of a place are added hour by hour, before anything else.

The highest load of a country is that of the sum over its nodes, not the sum of their highest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.labels import constant, group_ids, stack
from factbook.data.periods.hours import without_hours
from factbook.data.periods.period_calendar import FREQUENCIES
from factbook.data.periods.periods import ranks_of
from factbook.data.rows import SERIES_KEYS
from factbook.measures.measures import Measures


def without_hours_of_nodes(
    rows: pd.DataFrame, files: Sequence[str], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """The rows with those of hours replaced by rows of days and longer periods.

    Args:
        rows: Results with their places, each value once.
        files: Names of the files that the column ``file`` points into.
        measures: What may be done to figures; learns the measures that are made.
        notes: Collects findings and cleanings.
    """
    is_hour = ranks_of(rows["period"].to_numpy()) == FREQUENCIES.index("hour")
    if not is_hour.any():
        return rows
    rows = rows.assign(scenario=constant("", len(rows)))
    hours = _of_places(rows[is_hour].reset_index(drop=True), files, measures, notes)
    others: pd.DataFrame = rows[~is_hour].reset_index(drop=True)
    return without_hours(stack([others, hours]), files, measures, notes) if len(hours) else others


def _of_places(
    hours: pd.DataFrame, files: Sequence[str], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """One row for each figure of a place and hour; none of several that do not add."""
    _, first, at = np.unique(group_ids(hours, SERIES_KEYS), return_index=True, return_inverse=True)
    sums = np.bincount(at, hours["value"].to_numpy(), len(first))
    is_several = np.bincount(at, minlength=len(first)) > 1
    made = hours.iloc[first].assign(value=sums, node=constant("", len(first)))
    kinds = _kinds(made)
    adds = {kind: measures.of(*kind).adds_over_places for kind in set(kinds)}
    is_lost = is_several & ~np.array([adds[kind] for kind in kinds], dtype=bool)
    if is_lost.any():
        lost = made[is_lost]
        which = listing(sorted({f"{metric} ({unit})" for metric, unit in _kinds(lost)}), 8)
        notes.add(
            "warning",
            "hourly-nodes",
            f"{plural(len(lost), 'hourly figure')} of places with several nodes, which do not add "
            f"up: {which}; left out",
            file=listing(files, 3),
            cells=lost["row"].tolist(),
            remedy="Export them of one node or region for each place",
        )
    kept: pd.DataFrame = made[~is_lost].reset_index(drop=True)
    return kept


def _kinds(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["metric"].astype(str), rows["unit"].astype(str), strict=True))
