"""Years and their months: years with missing months, and years that differ from their months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.labels import group_ids
from factbook.data.region import TOLERANCE
from factbook.data.rows import MONTHS_OF_A_YEAR, rows_named
from factbook.data.values import shown
from factbook.measures.measures import Measures

_FIGURE = ("place", "collection", "metric", "subject", "unit")


def note_incomplete_years(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
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
        measures.of(str(metric), str(unit)).adds_over_time
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
        f"{plural(len(heads), 'figure')} of {table} {'lacks' if len(heads) == 1 else 'lack'} "
        f"months of a year and {'has' if len(heads) == 1 else 'have'} no yearly value: {which}",
        file=listing(files, 3),
        remedy="Add the missing months; months alone are used only where Period_type is Month",
    )
    notes.cleaned(
        "incomplete-years",
        table,
        f"{plural(len(heads), 'figure')} of {table} for years without all twelve months, not "
        f"summed: {which}",
        len(heads),
        rows_named(heads, files),
    )


def note_years_beside_months(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
) -> None:
    """Warn once of yearly figures that differ from the sum of the twelve months beside them."""
    periods = rows["period"].to_numpy()
    is_month = periods % 100 > 0
    if not is_month.any() or is_month.all():
        return
    ids = group_ids(rows.assign(year=periods // 100), (*_FIGURE, "year"))
    frame = pd.DataFrame({"id": ids, "value": rows["value"], "at": np.arange(len(rows))})
    frame["month"] = periods % 100
    years = (
        frame[~is_month].groupby("id", sort=True).agg(value=("value", "sum"), at=("at", "first"))
    )
    months = (
        frame[is_month]
        .groupby("id", sort=True)
        .agg(months=("value", "sum"), count=("month", "nunique"))
    )
    both = years.join(months[months["count"] == MONTHS_OF_A_YEAR], how="inner")
    both = both[(both["value"] - both["months"]).abs() > TOLERANCE * both["value"].abs()]
    heads = rows.iloc[both["at"].to_numpy()]
    added = [
        measures.of(str(metric), str(unit)).adds_over_time
        for unit, metric in zip(heads["unit"], heads["metric"], strict=True)
    ]
    both, heads = (part[np.array(added, dtype=bool)] for part in (both, heads))
    if heads.empty:
        return
    first, figures = heads.iloc[0], both.iloc[0]
    called = " ".join(
        str(first[label]) for label in ("place", "collection", "metric", "subject") if first[label]
    )
    verb = "differs" if len(heads) == 1 else "differ"
    notes.add(
        "warning",
        "year-months",
        f"{plural(len(heads), 'yearly figure')} of {table} {verb} by more than 0.5 % from the sum "
        f"of the twelve months: {called} {int(first['period']) // 100} (row {first['row']}) is "
        f"{shown(float(figures['value']))} and the months add up to "
        f"{shown(round(float(figures['months']), 9))}",
        file=listing(dict.fromkeys(files[i] for i in heads["file"].tolist()), 3),
        cells=heads["row"].tolist(),
        remedy="The yearly figures are used; correct them or the months",
    )
