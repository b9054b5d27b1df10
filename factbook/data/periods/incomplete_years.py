"""Years and their parts: years with missing parts, and years that differ from their parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.values import shown
from factbook.data.labels import group_ids
from factbook.data.periods.period_calendar import FREQUENCIES, Frequency
from factbook.data.periods.periods import part_counts_of, ranks_of, within_of
from factbook.data.places.region import TOLERANCE
from factbook.data.rows import period_text, rows_named
from factbook.data.table import SUMMED_TO
from factbook.measures.measures import Measures

_FIGURE = ("place", "collection", "metric", "subject", "unit")
_PARTS: tuple[Frequency, ...] = tuple(
    frequency for frequency in FREQUENCIES if "year" in SUMMED_TO.get(frequency, ())
)
"""Lengths of periods of which sums make years."""


def note_incomplete_years(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
) -> None:
    """Warn once of figures whose year has neither a yearly row nor all its parts."""
    frame = _adding(rows, measures)
    yearly = frame["id"][frame["rank"] == 0]
    for shorter in _PARTS:
        parts = frame[frame["rank"] == FREQUENCIES.index(shorter)]
        years = parts.groupby("id", sort=True).agg(
            found=("period", "nunique"), at=("at", "first"), year=("year", "first")
        )
        years["whole"] = part_counts_of(years["year"].to_numpy(), shorter)
        years = years[(years["found"] < years["whole"]) & ~years.index.isin(yearly)]
        if len(years):
            counts = {name: years[name].to_numpy() for name in ("found", "year", "whole")}
            heads = rows.iloc[years["at"].to_numpy()].assign(**counts)
            _note_lacking(heads, shorter, table, files, notes)


def _note_lacking(
    heads: pd.DataFrame, shorter: Frequency, table: str, files: Sequence[str], notes: Notes
) -> None:
    """One warning and one cleaning of all years that lack parts."""
    phrases = []
    for year, here in heads.groupby("year", sort=True):
        low, high = int(here["found"].min()), int(here["found"].max())
        found = str(low) if low == high else f"{low} to {high}"
        places = plural(here["place"].nunique(), "place")
        phrases.append(f"{year} ({found} of {here['whole'].iloc[0]} {shorter}s, {places})")
    which = listing(phrases, 10)
    notes.add(
        "warning",
        "incomplete-years",
        f"{plural(len(heads), 'figure')} of {table} {'lacks' if len(heads) == 1 else 'lack'} "
        f"{shorter}s of a year and {'has' if len(heads) == 1 else 'have'} no yearly value: {which}",
        file=listing(files, 3),
        remedy=f"Add the missing {shorter}s; {shorter}s alone are used only where Period_type is "
        f"{shorter.capitalize()}",
    )
    notes.cleaned(
        "incomplete-years",
        table,
        f"{plural(len(heads), 'figure')} of {table} for years without all {shorter}s, not "
        f"summed: {which}",
        len(heads),
        rows_named(heads, files),
    )


def note_years_beside_parts(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
) -> None:
    """Warn once of yearly figures that differ from the sum of all parts beside them."""
    frame = _adding(rows, measures)
    years = (
        frame[frame["rank"] == 0]
        .groupby("id", sort=True)
        .agg(value=("value", "sum"), at=("at", "first"), year=("year", "first"))
    )
    for shorter in _PARTS:
        sums = (
            frame[frame["rank"] == FREQUENCIES.index(shorter)]
            .groupby("id", sort=True)
            .agg(total=("value", "sum"), found=("period", "nunique"))
        )
        both = years.join(sums, how="inner")
        both = both[both["found"] == part_counts_of(both["year"].to_numpy(), shorter)]
        both = both[(both["value"] - both["total"]).abs() > TOLERANCE * both["value"].abs()]
        if len(both):
            heads = rows.iloc[both["at"].to_numpy()]
            _note_differing(heads, both, shorter, table, files, notes)


def _note_differing(
    heads: pd.DataFrame,
    both: pd.DataFrame,
    shorter: Frequency,
    table: str,
    files: Sequence[str],
    notes: Notes,
) -> None:
    first, figures = heads.iloc[0], both.iloc[0]
    called = " ".join(
        str(first[label]) for label in ("place", "collection", "metric", "subject") if first[label]
    )
    verb = "differs" if len(heads) == 1 else "differ"
    notes.add(
        "warning",
        "year-parts",
        f"{plural(len(heads), 'yearly figure')} of {table} {verb} by more than 0.5 % from the sum "
        f"of all {shorter}s: {called} {period_text(int(first['period']))} (row {first['row']}) is "
        f"{shown(float(figures['value']))} and the {shorter}s add up to "
        f"{shown(round(float(figures['total']), 9))}",
        file=listing(dict.fromkeys(files[i] for i in heads["file"].tolist()), 3),
        cells=heads["row"].tolist(),
        remedy=f"The yearly figures are used; correct them or the {shorter}s",
    )


def _adding(rows: pd.DataFrame, measures: Measures) -> pd.DataFrame:
    """The rows of years and of their parts whose figures add up over time.

    Returns:
        ``id`` (number of a figure in a year), ``year`` and ``period`` (codes), ``rank`` (of the
        period's length), ``value``, ``at`` (position in `rows`).
    """
    codes = rows["period"].to_numpy()
    ranks = ranks_of(codes)
    _, first, kinds = np.unique(
        group_ids(rows, ("metric", "unit")), return_index=True, return_inverse=True
    )
    heads = rows.iloc[first]
    adds = [
        measures.of(str(metric), str(unit)).adds_over_time
        for metric, unit in zip(heads["metric"], heads["unit"], strict=True)
    ]
    lasting = np.isin(ranks, [0, *map(FREQUENCIES.index, _PARTS)])
    at = np.flatnonzero(lasting & np.array(adds, dtype=bool)[kinds])
    years = within_of(codes[at], "year")
    return pd.DataFrame(
        {
            "id": group_ids(rows.iloc[at].assign(year=years), (*_FIGURE, "year")),
            "year": years,
            "rank": ranks[at],
            "period": codes[at],
            "value": rows["value"].to_numpy()[at],
            "at": at,
        }
    )
