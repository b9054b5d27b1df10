"""Totals of categories in PLEXOS results: each value counts once, however often it occurs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.values import shown
from factbook.data.labels import group_ids
from factbook.data.long.repeats import without_repeats
from factbook.data.places.region import TOLERANCE
from factbook.data.rows import period_text, rows_named
from factbook.measures.measures import Measures

_KEYS = ("collection", "subject", "child", "metric", "unit", "period")
_GROUP = ("collection", "subject", "metric", "unit", "period")


def counted_once(
    rows: pd.DataFrame, table: str, files: tuple[str, ...], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """Rows without repeats and without totals beside their parts.

    A real export contains a value up to three times: by itself, in the total of its category (no
    ``child_name``), and with the category listed as a child. The children count; a category's
    total is used only if it has no children for the same property, unit and period. A total that
    differs from its children gives a warning.
    """
    rows = without_repeats(rows, _KEYS, table, files, notes)
    child = _folded(rows["child"])
    is_total = (child == "") | (child == _folded(rows["subject"]))
    if not is_total.any():
        return rows
    groups = group_ids(rows, _GROUP)
    beside = is_total & np.isin(groups, groups[~is_total])
    notes.cleaned(
        "totals",
        table,
        f"{plural(int(beside.sum()), 'total')} of a category of {table} beside its parts, left out",
        int(beside.sum()),
        rows_named(rows[beside], files),
    )
    _compare(rows, table, groups, is_total, beside, files, measures, notes)
    rows = rows[~beside].reset_index(drop=True)
    is_total = is_total[~beside]
    child_codes = rows["child"].astype(object).where(~is_total, "")
    rows = rows.assign(child=pd.Categorical(child_codes))
    return without_repeats(rows, _KEYS, table, files, notes)


def _compare(
    rows: pd.DataFrame,
    table: str,
    groups: NDArray[np.int64],
    is_total: NDArray[np.bool_],
    beside: NDArray[np.bool_],
    files: tuple[str, ...],
    measures: Measures,
    notes: Notes,
) -> None:
    """Warn once of totals of categories that differ from the sum of their children."""
    numbers, _ = pd.factorize(groups)
    values = rows["value"].to_numpy()
    children = ~is_total
    size = len(numbers) and int(np.max(numbers)) + 1
    sums = np.bincount(numbers[children], values[children], size)[numbers]
    wrong = np.flatnonzero(beside & (np.abs(values - sums) > TOLERANCE * np.abs(values)))
    kinds = rows.iloc[wrong][["unit", "metric"]].itertuples(index=False)
    adds = [measures.of(str(metric), str(unit)).adds_over_places for unit, metric in kinds]
    wrong = wrong[np.array(adds, dtype=bool)]
    if not len(wrong):
        return
    at = int(wrong[0])
    row = rows.iloc[at]
    verb = "differs" if len(wrong) == 1 else "differ"
    notes.add(
        "warning",
        "total-sum",
        f"{plural(len(wrong), 'total')} of categories of {table} {verb} by more than 0.5 % from "
        f"the sum of the children: {row['collection']} {row['subject']} {row['metric']} "
        f"{period_text(int(row['period']))} (row {row['row']}) is {shown(float(values[at]))} and "
        f"their sum {shown(round(float(sums[at]), 9))}",
        file=listing(dict.fromkeys(files[i] for i in rows["file"].to_numpy()[wrong].tolist()), 3),
        cells=rows["row"].to_numpy()[wrong].tolist(),
        remedy="The sum of the children is used; export all of them, or correct the rows",
    )


def _folded(labels: pd.Series) -> NDArray[np.object_]:
    """The labels of rows, casefolded."""
    folded = np.array(
        [str(text).casefold() for text in labels.cat.categories] or [""], dtype=object
    )
    return folded[labels.cat.codes.to_numpy()]
