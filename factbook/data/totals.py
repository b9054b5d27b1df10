"""Totals of a long table that stand beside their parts: left out, and held against the sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, plural
from factbook.data.labels import group_ids, tidy
from factbook.data.region import TOLERANCE
from factbook.data.rows import period_text, rows_named
from factbook.data.table import TOTAL
from factbook.data.units import is_additive
from factbook.data.values import shown

_NAMES = frozenset((TOTAL, "total", "all", "sum", "overall", "all products"))


def is_total(subject: str) -> bool:
    """Whether a category's name says that it is the total of the others."""
    return tidy(subject).casefold() in _NAMES


def without_totals(
    rows: pd.DataFrame, table: str, files: Sequence[str], notes: Notes
) -> pd.DataFrame:
    """Rows without totals that have other categories of their property and unit beside them.

    They would count twice in every sum. What can't be added (a price, a share) is never summed,
    so that its total stays as a category.
    """
    labels = rows["subject"].cat.categories.tolist()
    names_total = np.array([is_total(label) for label in labels] or [False])
    totals = names_total[rows["subject"].cat.codes.to_numpy()]
    if not totals.any():
        return rows
    kinds = group_ids(rows, ("metric", "unit"))
    beside = totals & np.isin(kinds, kinds[~totals]) & _can_be_added(rows, kinds)
    if not beside.any():
        return rows
    dropped = rows[beside]
    notes.cleaned(
        "totals",
        table,
        f"{plural(len(dropped), 'total')} of other categories beside them in {table}, left out",
        len(dropped),
        rows_named(dropped, files),
    )
    _compare(rows, beside, totals, table, files, notes)
    return rows[~beside].reset_index(drop=True)


def _can_be_added(rows: pd.DataFrame, kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    _, first, inverse = np.unique(kinds, return_index=True, return_inverse=True)
    heads = rows.iloc[first]
    additive = [
        is_additive(str(unit), str(metric))
        for unit, metric in zip(heads["unit"], heads["metric"], strict=True)
    ]
    found: NDArray[np.bool_] = np.array(additive, dtype=bool)[inverse]
    return found


def _compare(
    rows: pd.DataFrame,
    beside: NDArray[np.bool_],
    totals: NDArray[np.bool_],
    table: str,
    files: Sequence[str],
    notes: Notes,
) -> None:
    """Warn once of totals that differ from the sum of their parts, once of those without any."""
    ids = group_ids(rows, ("place", "metric", "unit", "period"))
    values = rows["value"].to_numpy()
    sums = pd.Series(values[~totals]).groupby(ids[~totals], sort=True).sum()
    at = np.flatnonzero(beside)
    expected = sums.reindex(ids[at]).to_numpy()
    alone = at[np.isnan(expected)]
    if len(alone):
        notes.add(
            "warning",
            "total-alone",
            f"{plural(len(alone), 'total')} of {table} where no other category has a value, left "
            f"out like the others: {_called(rows, int(alone[0]))}",
            file=files[0],
            cells=rows["row"].to_numpy()[alone].tolist(),
            remedy="Add the parts, or delete the totals",
        )
    differs = abs(values[at] - expected) > TOLERANCE * abs(values[at])  # NaN never differs
    if differs.any():
        wrong = at[differs]
        notes.add(
            "warning",
            "total-sum",
            f"{plural(len(wrong), 'total')} of {table} differ by more than 0.5 % from the sum of "
            f"the other categories: {_called(rows, int(wrong[0]))} is "
            f"{shown(float(values[wrong[0]]))} and their sum "
            f"{shown(round(float(expected[differs][0]), 9))}",
            file=files[0],
            cells=rows["row"].to_numpy()[wrong].tolist(),
            remedy="The sum of the categories is used; correct the rows, or rename the category "
            "if it is not the total of the others",
        )


def _called(rows: pd.DataFrame, at: int) -> str:
    row = rows.iloc[at]
    period = period_text(int(row["period"]))
    return f"{row['name']} {row['metric']} {row['subject']} {period} (row {row['row']})"
