"""Years of which some months are missing: they have no yearly figures, and that is told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.labels import group_ids
from factbook.data.rows import MONTHS_OF_A_YEAR, rows_named
from factbook.data.units import adds_over_months

_FIGURE = ("place", "collection", "metric", "subject", "unit")


def note_incomplete_years(
    rows: pd.DataFrame, table: str, files: Sequence[str], notes: Notes
) -> None:
    """Warn once of figures whose year has neither a yearly row nor all twelve months."""
    periods = rows["period"].to_numpy()
    if not (periods % 100 > 0).any():
        return
    ids = group_ids(rows.assign(year=periods // 100), (*_FIGURE, "year"))
    frame = pd.DataFrame({"id": ids, "month": periods % 100, "at": np.arange(len(rows))})
    yearly = frame["id"][frame["month"] == 0]
    monthly = frame[(frame["month"] > 0) & ~frame["id"].isin(yearly)]
    counts = monthly.groupby("id", sort=True).agg(months=("month", "nunique"), at=("at", "first"))
    counts = counts[counts["months"] < MONTHS_OF_A_YEAR]
    heads = rows.iloc[counts["at"].to_numpy()].assign(months=counts["months"].to_numpy())
    added = [
        adds_over_months(str(unit), str(metric))
        for unit, metric in zip(heads["unit"], heads["metric"], strict=True)
    ]
    heads = heads[np.array(added, dtype=bool)]
    if heads.empty:
        return
    phrases = []
    for year, here in heads.groupby(heads["period"] // 100, sort=True):
        low, high = int(here["months"].min()), int(here["months"].max())
        months = str(low) if low == high else f"{low} to {high}"
        places = plural(here["place"].nunique(), "place")
        phrases.append(f"{year} ({months} of {MONTHS_OF_A_YEAR} months, {places})")
    which = listing(phrases, 10)
    notes.add(
        "warning",
        "incomplete-years",
        f"{plural(len(heads), 'figure')} of {table} without all months of a year have no yearly "
        f"value: {which}",
        file=listing(files, 3),
        remedy="Add the months that are missing; months alone are used where Period_type is Month",
    )
    notes.cleaned(
        "incomplete-years",
        table,
        f"{plural(len(heads), 'figure')} of {table} for years without all twelve months, not "
        f"summed: {which}",
        len(heads),
        rows_named(heads, files),
    )
