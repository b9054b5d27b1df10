"""The long form of every table, and the steps that all tables share.

A frame of rows has the columns ``place`` (code), ``node`` (node region or empty), ``collection``,
``subject``, ``metric``, ``unit`` and, of a long table, ``scenario`` (all labels), ``period`` (a
code of `factbook.data.periods.periods`), ``value`` (float, never NaN), of a long table ``status``
(flags, see `factbook.data.statuses.statuses`), ``file`` (index into the table's files) and ``row``
(counted from 1).
Before places are known it has ``name`` (the name in the source) instead of ``place``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.labels import relabel
from factbook.data.periods.periods import Period
from factbook.data.places.places import PlaceNames, note_unknown
from factbook.data.series import SourceRows

SERIES_KEYS = ("place", "scenario", "collection", "metric", "subject", "unit", "period")
"""The columns that identify a figure of a long table."""


def without_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a value."""
    there = rows["value"].notna().to_numpy()
    return rows if there.all() else rows[there].reset_index(drop=True)


def with_places(
    rows: pd.DataFrame, names: PlaceNames, table: str, files: Sequence[str], notes: Notes
) -> pd.DataFrame:
    """Rows with a column ``place``, without those of aggregates and dropped places.

    The frame's ``attrs`` have the codes of the ``regions``, which are no places
    of a total. Unknown names give one error per file.
    """
    labels: list[str] = rows["name"].cat.categories.tolist()
    meanings = [names.meaning(label) for label in labels]  # blanks were noted before
    for meaning in meanings:
        names.saw(meaning)
    codes = rows["name"].cat.codes.to_numpy()
    kinds = np.array([str(meaning.kind) for meaning in meanings] or [""])[codes]
    for kind, verb in (
        ("aggregate", f"stand for several {names.atlas.noun.many}"),
        ("dropped", "are dropped"),
    ):
        left_out = np.flatnonzero(kinds == kind)
        which = listing(sorted({labels[code] for code in codes[left_out].tolist()}), 30)
        notes.cleaned(
            "aggregates" if kind == "aggregate" else "dropped-places",
            table,
            f"{plural(len(left_out), 'row')} of {table} for places that {verb}, left out: {which}",
            len(left_out),
            rows_named(rows.iloc[left_out], files),
        )
        if kind == "aggregate" and len(left_out):
            notes.add(
                "warning",
                "aggregates",
                f"{plural(len(left_out), 'row')} of groups of {names.atlas.noun.many} "
                f"{'is' if len(left_out) == 1 else 'are'} left out: {which}",
                file=listing(files, 3),
                remedy="Set [region] row to one of them if it is the region's own",
            )
    _note_unknown_names(rows, np.flatnonzero(kinds == "unknown"), names, files, notes)
    placed = rows.assign(place=relabel(rows["name"].array, lambda label: names.meaning(label).code))
    placed.attrs["regions"] = frozenset(region.code for region in names.regions)
    keep = np.isin(kinds, ("country", "region"))
    return placed if keep.all() else placed[keep].reset_index(drop=True)


def _note_unknown_names(
    rows: pd.DataFrame,
    unknown: NDArray[np.intp],
    names: PlaceNames,
    files: Sequence[str],
    notes: Notes,
) -> None:
    if not len(unknown):
        return
    found = rows.iloc[unknown].drop_duplicates(["file", "name"])
    found = found[found["name"] != ""]
    for index, file in enumerate(files):
        here = found[found["file"] == index]
        first = dict(zip(here["name"].tolist(), here["row"].tolist(), strict=True))
        note_unknown(first, names, file, notes)


@lru_cache(maxsize=65536)  # a table has few periods and millions of rows
def period_text(period: int) -> str:
    """The period of a code in the form of facts: ``2021``, ``2021-Q1``, ``2021-03``."""
    return Period.from_code(period).text


def rows_named(rows: pd.DataFrame, files: Sequence[str]) -> tuple[SourceRows, ...]:
    """The first rows of a frame, in the form of a cleaning."""
    return source_rows(files, rows["file"].to_numpy(), rows["row"].to_numpy(), ROWS_NAMED)
