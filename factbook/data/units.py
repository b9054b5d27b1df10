"""Units of cells: percentages, one spelling, one unit per property."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, combinations

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.labels import group_ids, relabel
from factbook.measures.units import read_unit

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

_SHORTEST_SLIP = 3
"""Letters of a unit that can be another one misspelt: shorter ones are often symbols."""


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
        pairs = [two for two in combinations(units, 2) if _are_one(*two)]
        if not pairs:
            continue
        here = rows.iloc[np.sort(by_metric[key])]
        split = _split(here, pairs)
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
            remedy=_remedy([two for two in pairs if set(two) <= set(split)]),
        )


def _split(rows: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The units of pairs that have no figure in common."""
    figures = group_ids(rows, ("place", "node", "subject", "period"))
    by_unit = {unit: figures[(rows["unit"] == unit).to_numpy()] for unit in chain(*pairs)}
    split: dict[str, None] = {}
    for one, other in pairs:
        if not np.isin(by_unit[one], by_unit[other]).any():
            split.update(dict.fromkeys((one, other)))
    return list(split)


def _are_one(one: str, other: str) -> bool:
    """Whether two units measure the same quantity, or one is the other misspelt."""
    return quantity(one) == quantity(other) or bool(_slip(one, other))


def _slip(one: str, other: str) -> tuple[str, ...]:
    """The unknown one of two units and the known one that it is a slip of; empty if it is none.

    A slip is a letter too many, one too few, or two exchanged. Another letter is none: ``HUF`` and
    ``HRK`` are two currencies.
    """
    wrong, right = (one, other) if _is_known(other) else (other, one)
    if _is_known(wrong) or not _is_known(right) or min(len(wrong), len(right)) < _SHORTEST_SLIP:
        return ()
    near = {*_one_less(right), *_two_exchanged(right)}
    return (wrong, right) if wrong in near or right in _one_less(wrong) else ()


def _is_known(unit: str) -> bool:
    found = read_unit(unit)
    return found.quantity is not None or found.is_ratio


def _one_less(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))


def _two_exchanged(text: str) -> Iterator[str]:
    pairs = range(len(text) - 1)
    return (text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in pairs)


def _remedy(pairs: Sequence[tuple[str, str]]) -> str:
    slips = dict.fromkeys(filter(None, (_slip(*two) for two in pairs)))
    written = "; ".join(f"Write '{right}' for '{wrong}' if that is meant" for wrong, right in slips)
    return written or "Convert the values to one unit"
