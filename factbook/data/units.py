"""Units of cells: percentages, one spelling, one unit per property."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.labels import group_ids, relabel

_QUANTITY = re.compile(
    r"([kmgtpe]?)(wh|j|toe|tce|w|t)\b(.*)|([kmg]|kilo|mega)?tonnes?\b(.*)"
).fullmatch
_COUNT = re.compile(r"(thousand|million|billion|1[ ,]?000)s? (of )?")
_ENERGY = ("wh", "j", "toe", "tce")
# Tonnes and grams: here case distinguishes mega from milli, and megatonnes from metric tons.
_CASE_COUNTS = re.compile(r"m[tg]\b", re.IGNORECASE)


def is_percentage(unit: str) -> bool:
    """Whether a unit is hundredths: ``%``, ``percent``, ``% of GDP``."""
    return bool(re.match(r"(%|per ?cent)", unit.strip().casefold()))


def one_unit_spelling(units: pd.Categorical) -> pd.Categorical:
    """Units that differ only in case get the spelling that occurs first."""
    spelling: dict[str, str] = {}
    return relabel(
        units,
        lambda unit: (
            unit if _CASE_COUNTS.match(unit) else spelling.setdefault(unit.casefold(), unit)
        ),
    )


_MOST_UNITS = 100
"""Units of one property that are compared with each other."""


@cache
def quantity(unit: str) -> str:
    """What a unit measures; equal for units that are convertible, such as TWh and PJ."""
    text = " ".join(unit.casefold().split())
    text = _COUNT.sub("", text)
    found = _QUANTITY(text)
    if found is None:
        return text
    base = found[2] or "t"
    rest = found[3] or found[5] or ""
    return ("energy" if base in _ENERGY else base) + rest


def note_split_units(rows: pd.DataFrame, files: Sequence[str], notes: Notes) -> None:
    """Findings for properties whose figures are partly in one unit and partly in another.

    Figures in two units are never added or compared. If a category has both, sums over places and
    ranks would cover only a part: an error. If each category has its own, shares do: a warning. A
    property with each figure in several units is fine.

    Args:
        rows: Rows of the long form, with places.
        files: Names of its files.
        notes: Collects the findings.
    """
    if len(rows["unit"].cat.categories) < 2:
        return
    kinds = rows[["collection", "metric", "unit"]].drop_duplicates()
    pair = ["collection", "metric"]
    by_metric = rows.groupby(pair, sort=False, observed=True, dropna=False).indices
    for key, found in kinds.groupby(pair, sort=False, observed=True, dropna=False):
        metric, units = key[1], found["unit"].tolist()[:_MOST_UNITS]
        if len({quantity(unit) for unit in units}) == len(units):
            continue
        here = rows.iloc[np.sort(by_metric[key])]
        split = _split(here, units)
        if not split:
            continue
        here = here[here["unit"].isin(split).to_numpy()]
        first = here.drop_duplicates("unit")
        is_by_category = here.groupby("subject", observed=True)["unit"].nunique().max() == 1
        examples = (
            f"'{unit}' (row {row})"
            for unit, row in zip(first["unit"].tolist(), first["row"].tolist(), strict=True)
        )
        notes.add(
            "warning" if is_by_category else "error",
            "split-units",
            f"'{metric}' has {len(split)} units, and each figure has only one of them: "
            f"{listing(examples, 8)}; figures in two units are never added, so that "
            f"{'shares' if is_by_category else 'sums, shares and ranks would'} cover only a part",
            file=listing((files[index] for index in sorted(set(first["file"].tolist()))), 3),
            cells=first["row"].tolist(),
            allowed="one unit per property, or every figure in each of its units",
            remedy="Convert the values to one unit",
        )


def _split(rows: pd.DataFrame, units: Sequence[str]) -> list[str]:
    """The units that measure the same quantity and have no figure in common."""
    figures = group_ids(rows, ("place", "node", "subject", "period"))
    by_unit = {unit: figures[(rows["unit"] == unit).to_numpy()] for unit in units}
    split: dict[str, None] = {}
    for one, other in combinations(units, 2):
        if quantity(one) == quantity(other) and not np.isin(by_unit[one], by_unit[other]).any():
            split.update(dict.fromkeys((one, other)))
    return list(split)
