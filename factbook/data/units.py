"""Units: which figures may be added over places and months; one spelling; one unit per property."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.labels import group_ids, relabel

_PER_TIME = re.compile(r"(?<!\s)\s*+(/|\bper\b)\s*+(yr|year|a|annum|month|day|d|h|hr|hour)s?\.?$")

# Any ratio: a slash or "per", a percentage, an index base, a scale.
_RATIO_UNIT = re.compile(
    r"/|%|\bper\b|percent|per cent|\bp\.?p\.?\b|\bpts?\b|\bratio\b|\bshare\b|\bindex\b|\bfactor\b"
    r"|\bp\.?u\.?\b|\d{4}\s*=\s*1|°|\bdegrees?\b|\bcelsius\b|\bppm\b|\bppb\b|\bscore\b|\brank\b"
    r"|\bpoints?\b|\bfraction\b|^(k|m)?v$|^hz$|^(h|hr|hour|day|month|year|yr)s?$|^k$"
)

# Units that measure an amount; a metric called "Load factor" in MWh is still an amount.
_AMOUNT_UNIT = re.compile(
    r"^(thousand |million |billion |1000 |1,000 |10\^?\d )?"
    r"([kmgtpe]?(wh|w|j|va|var|toe|tce|t|g|btu|mtco2e?|vah|varh)|mmbtu|quads?|therms?"
    r"|(k|m|g|kilo|mega|giga)?(t|ton|tonne)s?|bcm|mcm|m3|bbl|barrels?|litres?|liters?|ha|km2)"
    r"( ?(of )?(co2|ghg|ch4|n2o|oil|coal)([- ]?eq(uivalents?|\.)?|e)?)?$"
)

_RATIO_METRIC = re.compile(
    r"\b((?<!market )(?<!current )(?<!constant )(?<!basic )prices?"
    r"|ind(ex|ices)|shares?|ratios?|rates?|factors?|intensit(y|ies)|efficienc(y|ies)"
    r"|percent(age)?|average|mean|median|marginal|srmc|lrmc|lcoe|temperatures?|densit(y|ies)"
    r"|probabilit(y|ies)|elasticit(y|ies)|growth|utili[sz]ation|per|expectancy|score|rank)\b"
)

_RATIO_AMOUNT_METRIC = re.compile(r"\b(per|intensit(y|ies)|specific|shares?|percent(age)?)\b")

# Levels: valid at an instant, so that twelve of them do not make a year.
_LEVEL_UNIT = re.compile(
    r"^([kmgt]?(w|va|var)(e|p|el|th)?|persons?|people|inhabitants|households|units?|vehicles|-|)$"
)
_LEVEL_METRIC = re.compile(
    r"\b(capacit(y|ies)|population|stocks?|inventor(y|ies)|storage level|end volume|peak|maximum"
    r"|minimum|max|min|units|installed|ramp (up|down))\b"
)


_QUANTITY = re.compile(
    r"([kmgtpe]?)(wh|j|toe|tce|w|t)\b(.*)|([kmg]|kilo|mega)?tonnes?\b(.*)"
).fullmatch
_COUNT = re.compile(r"(thousand|million|billion|1[ ,]?000)s? (of )?")
_ENERGY = ("wh", "j", "toe", "tce")
# Tonnes and grams: here case distinguishes mega from milli, and megatonnes from metric tons.
_CASE_COUNTS = re.compile(r"m[tg]\b", re.IGNORECASE)


@cache
def is_additive(unit: str, metric: str) -> bool:
    """Whether figures of several places or categories may be added.

    Amounts may (TWh, tonnes, MW, EUR); ratios may not (%, per head, index, price, factor,
    $/MWh). An amount per unit of time (TWh/year) may.
    """
    unit = " ".join(unit.casefold().split())
    metric = " ".join(metric.casefold().replace("_", " ").split())
    amount = _PER_TIME.sub("", unit)
    if _RATIO_UNIT.search(amount):
        return False
    if _AMOUNT_UNIT.match(amount):
        return not _RATIO_AMOUNT_METRIC.search(metric)
    return not _RATIO_METRIC.search(metric)


@cache
def adds_over_months(unit: str, metric: str) -> bool:
    """Whether twelve monthly figures add up to the year's.

    Flows do (GWh, tonnes, EUR); levels (MW, capacity, population) and ratios do not.
    """
    level = _LEVEL_UNIT.search(" ".join(unit.casefold().split()))
    named = _LEVEL_METRIC.search(metric.casefold().replace("_", " "))
    per_time = _PER_TIME.search(unit.casefold())
    return is_additive(unit, metric) and not (level or named or per_time)


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
