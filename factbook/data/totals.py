"""Totals of a long table: left out beside their parts, else kept as their place's total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.gazetteer import gazetteer
from factbook.data.labels import group_ids, relabel, tidy
from factbook.data.region import TOLERANCE
from factbook.data.rows import period_text, rows_named
from factbook.data.table import TOTAL
from factbook.data.values import shown
from factbook.measures.measures import Measures

Flags = NDArray[np.bool_]

_NAMES = frozenset(
    (TOTAL, "total", "totals", "all", "sum", "overall", "grand total", "all products")
    + ("all sectors", "all categories", "all fuels", "all sources", "gesamt", "insgesamt", "summe")
    + ("totaal", "totale", "totaux", "total général", "ensemble", "suma", "razem", "celkem")
)
_WORD = re.compile(r"\w+")
_BRACKETS = re.compile(r"\([^()]*\)")
_KEY = ("place", "scenario", "metric", "unit", "period")

_FEWEST_KEYS = 3
_FEWEST_KEYS_OF_MANY_PARTS = 2
_MANY_PARTS = 3
"""Fewest keys in which a category must be the sum of the others to count as their total."""

_FLOWS = re.compile(r"\b(imports?|exports?|net|loss(es)?|balance|stock|pumping|charging)\b")
"""Parts of a balance: in production = consumption + exports, production is not a total."""


def is_total(subject: str, metric: str = "") -> bool:
    """Whether a category is the total of the others by its name.

    Args:
        subject: The category.
        metric: Its property: "Total generation" is the total of "Electricity generation".
    """
    name = tidy(subject).casefold()
    if name in _NAMES:
        return True
    rest = _WORD.findall(name)
    words = _WORD.findall(_BRACKETS.sub(" ", metric.casefold()))
    if not words or not {"total", "totals"}.intersection((rest or [""])[:1] + rest[-1:]):
        return False
    said = set(rest) - {"total", "totals"}
    return words[-1] in said and said <= set(words)


@dataclass(frozen=True)
class _Totals:
    """Which rows of a table are totals.

    Attributes:
        keys: Number of the figure that a row belongs to: place, property, unit and period.
        totals: Rows of categories that are totals.
        of_region: Rows of the region itself, the only place that is not a country.
        beside: Totals with other categories in their key.
    """

    keys: NDArray[np.int64]
    totals: Flags
    of_region: Flags
    beside: Flags


def without_totals(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """Rows without the totals of keys that have other categories.

    They would count twice in every sum. A total that is alone in its key is the place's total and
    is called ``-``, as is the region's own, whose categories may be sums of its members. What can't
    be added (a price, a share) is never summed, so its total stays a category.

    Returns:
        The rows; ``attrs["totals"]`` has the casefolded names of all total categories.
    """
    found = _find(rows, table, files, measures, notes)
    if not found.totals.any():
        return rows
    dropped = found.beside & ~found.of_region
    notes.cleaned(
        "totals",
        table,
        f"{plural(int(dropped.sum()), 'total')} of other categories beside them in {table}, "
        "left out",
        int(dropped.sum()),
        rows_named(rows[dropped], files),
    )
    _compare(rows, found, table, files, notes)
    again = _repeated(rows, found, dropped, table, files, notes)
    names = frozenset(text.casefold() for text in rows["subject"][found.totals].unique().tolist())
    # A property without other categories keeps the name of its total.
    metrics = group_ids(rows, ("metric",))
    renamed = found.totals & np.isin(metrics, metrics[~found.totals])
    labels = rows["subject"].astype(object).where(~renamed, TOTAL) if renamed.any() else None
    if labels is not None:
        rows = rows.assign(subject=relabel(pd.Categorical(labels), str))
    rows = rows[~(dropped | again)].reset_index(drop=True)
    rows.attrs["totals"] = names
    return rows


def _find(
    rows: pd.DataFrame, table: str, files: Sequence[str], measures: Measures, notes: Notes
) -> _Totals:
    """The totals of a table, by name and by value."""
    keys: NDArray[np.int64] = pd.factorize(group_ids(rows, _KEY))[0]
    categories, first = np.unique(
        group_ids(rows, ("metric", "unit", "subject")), return_index=True, return_inverse=False
    )
    heads = rows.iloc[first]
    at = np.searchsorted(categories, group_ids(rows, ("metric", "unit", "subject")))
    labels = list(heads[["metric", "unit", "subject"]].itertuples(index=False, name=None))
    adds = [measures.of(metric, unit).adds_over_categories for metric, unit, _ in labels]
    additive = np.array(adds, dtype=bool)
    named = np.array([is_total(subject, metric) for metric, _, subject in labels], dtype=bool)
    regions = rows.attrs.get("regions")
    known = gazetteer().names
    places = [
        code in regions if regions is not None else code not in known
        for code in rows["place"].cat.categories
    ]
    of_region = np.array(places or [False])[rows["place"].cat.codes.to_numpy()]
    if not len(rows):
        nothing = np.zeros(0, dtype=bool)
        return _Totals(keys, nothing, nothing, nothing)
    sure = _by_value(rows["value"].to_numpy(), keys, at, (additive & ~named)[at], of_region)
    sure = _without_balances(heads, sure, at, rows, table, files, notes)
    totals = ((additive & named) | sure)[at]
    beside = totals & np.isin(keys, np.unique(keys[~totals]))
    return _Totals(keys, totals, of_region, beside)


def _by_value(
    values: NDArray[np.float64],
    keys: NDArray[np.int64],
    categories: NDArray[np.intp],
    counts: Flags,
    of_region: Flags,
) -> Flags:
    """For each category, whether it is the sum of the others in every shared key."""
    amounts = np.where(counts, values, 0.0)
    rest = np.bincount(keys, amounts)[keys] - amounts
    others = (np.bincount(keys, counts)[keys] > 1) & counts & ~of_region
    fits = others & (np.abs(amounts - rest) <= TOLERANCE * np.abs(amounts))
    parts = np.bincount(keys, amounts != 0)[keys] - (amounts != 0)
    proves = fits & (amounts != 0) & (parts > 1)
    size = int(np.max(categories)) + 1
    misfits = np.bincount(categories, others & ~fits, size)
    proofs = np.bincount(categories, proves, size)
    proofs_of_many_parts = np.bincount(categories, proves & (parts >= _MANY_PARTS), size)
    enough = (proofs >= _FEWEST_KEYS) | (proofs_of_many_parts >= _FEWEST_KEYS_OF_MANY_PARTS)
    sure: Flags = (misfits == 0) & enough
    return sure


def _without_balances(
    heads: pd.DataFrame,
    sure: Flags,
    categories: NDArray[np.intp],
    rows: pd.DataFrame,
    table: str,
    files: Sequence[str],
    notes: Notes,
) -> Flags:
    """The categories to read as totals; others that add up are balances, and give a warning."""
    taken = sure.copy()
    for index in np.flatnonzero(sure).tolist():
        metric, unit, subject = heads.iloc[index][["metric", "unit", "subject"]]
        alike = heads[(heads["metric"] == metric) & (heads["unit"] == unit)]["subject"].tolist()
        here = rows[categories == index]
        flows = [name for name in alike if _FLOWS.search(f"{name}".casefold())]
        if not flows:
            notes.cleaned(
                "totals",
                table,
                f"'{subject}' of {metric} ({unit}) in {table} is the sum of the other categories "
                f"wherever they stand beside it: {plural(len(here), 'row')} read as their total",
                len(here),
                rows_named(here, files),
            )
            continue
        taken[index] = False
        notes.add(
            "warning",
            "balance",
            f"'{subject}' of {metric} ({unit}) in {table} is the sum of the other categories in "
            f"every place and year, and yet is added to them: with {listing(map(repr, flows), 5)} "
            "among them they look like a balance",
            file=files[0],
            cells=here["row"].tolist(),
            remedy="Give its rows their own property; if it is their total, call it 'Total'",
        )
    return taken


def _compare(
    rows: pd.DataFrame, found: _Totals, table: str, files: Sequence[str], notes: Notes
) -> None:
    """Warn of totals that differ from the sum of their parts; the warning says which is used."""
    values = rows["value"].to_numpy()
    parts = ~found.totals
    size = int(np.max(found.keys)) + 1
    sums = np.bincount(found.keys[parts], values[parts], size)[found.keys]
    differs = found.beside & (np.abs(values - sums) > TOLERANCE * np.abs(values))
    for own, used, whole in (
        (False, "The sum of the categories is used; correct the rows, or rename the category if "
         "it is not the total of the others", found.beside),
        (True, "The region's own total is used; correct the rows if it is wrong",
         _has_all_parts(rows, found)),
    ):  # fmt: skip
        wrong = np.flatnonzero(differs & (found.of_region == own) & whole)
        if len(wrong):
            at = int(wrong[0])
            verb = "differs" if len(wrong) == 1 else "differ"
            notes.add(
                "warning",
                "total-sum",
                f"{plural(len(wrong), 'total')} of {table} {verb} by more than 0.5 % from the sum "
                f"of the other categories: {_called(rows, at)} is {shown(float(values[at]))} and "
                f"their sum {shown(round(float(sums[at]), 9))}",
                file=files[0],
                cells=rows["row"].to_numpy()[wrong].tolist(),
                remedy=used,
            )


def _has_all_parts(rows: pd.DataFrame, found: _Totals) -> Flags:
    """Rows in whose key there is every category that any place has for the property and unit."""
    kinds = pd.factorize(group_ids(rows, ("metric", "unit")))[0]
    parts = np.flatnonzero(~found.totals)
    labels = rows.iloc[parts][["metric", "unit", "subject"]]
    first = np.unique(group_ids(labels, ("metric", "unit", "subject")), return_index=True)[1]
    known = np.bincount(kinds[parts][first], minlength=int(np.max(kinds)) + 1)
    here = np.bincount(found.keys[parts], minlength=int(np.max(found.keys)) + 1)
    complete: Flags = here[found.keys] == known[kinds]
    return complete


def _repeated(
    rows: pd.DataFrame,
    found: _Totals,
    dropped: Flags,
    table: str,
    files: Sequence[str],
    notes: Notes,
) -> Flags:
    """Totals of a key that has one under another name; a warning if they differ."""
    kept = np.flatnonzero(found.totals & ~dropped)
    _, first, inverse = np.unique(found.keys[kept], return_index=True, return_inverse=True)
    again = np.zeros(len(rows), dtype=bool)
    again[kept[first[inverse] != np.arange(len(kept))]] = True
    values = rows["value"].to_numpy()
    firsts = kept[first[inverse]]
    differs = np.abs(values[kept] - values[firsts]) > TOLERANCE * np.abs(values[firsts])
    if differs.any():
        at, one = int(kept[differs][0]), int(firsts[differs][0])
        notes.add(
            "warning",
            "two-totals",
            f"{plural(int(differs.sum()), 'figure')} of {table} with two totals that differ: "
            f"{_called(rows, one)} is {shown(float(values[one]))} and {_called(rows, at)} "
            f"{shown(float(values[at]))}",
            file=files[0],
            cells=rows["row"].to_numpy()[kept[differs]].tolist(),
            remedy="The first is used; delete the other",
        )
    return again


def _called(rows: pd.DataFrame, at: int) -> str:
    row = rows.iloc[at]
    period = period_text(int(row["period"]))
    return f"{row['name']} {row['metric']} {row['subject']} {period} (row {row['row']})"
