"""The units in which measures are shown: ``[measures.NAME] unit`` converts figures on reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing, plural, source_rows
from factbook.data.labels import relabel
from factbook.data.table import Table
from factbook.measures.conversion import factor_between
from factbook.measures.measures import Measures

_ROWS_NAMED = 20
_MOST_COMPARED = 1000
"""Measures of a project whose names are compared with each other; of more, none are."""
_CASE_COUNTS = 2
_SMALLEST, _LARGEST = 1e-7, 1e15
"""Between these a number of 15 digits is a whole number divided by an exact power of ten."""
_WORDS = re.compile(r"\w+")


def in_units_shown(
    rows: pd.DataFrame, name: str, files: Sequence[str], measures: Measures, notes: Notes
) -> pd.DataFrame:
    """The rows with the figures of each measure in the unit that the project shows it in.

    Args:
        rows: Rows of the long form; ``value``, ``unit`` and ``metric`` are looked at.
        name: Name of the table.
        files: Names of its files.
        measures: What the project says of its measures.
        notes: Collects an error for a unit without a known factor, and a cleaning for each that was
            converted.

    Returns:
        The rows themselves where nothing is to be converted, else a copy.
    """
    wanted = {
        metric: shown
        for metric in rows["metric"].cat.categories.tolist()
        if (shown := measures.display_of(metric))[0]
    }
    if not wanted:
        return rows
    rows = rows.copy()
    there = rows.loc[rows["metric"].isin(list(wanted)), ["metric", "unit"]].drop_duplicates()
    spelled: dict[tuple[str, str], str] = {}
    for metric, unit in there.itertuples(index=False, name=None):
        target, scale = wanted[metric]
        if unit == target:
            continue
        here = ((rows["metric"] == metric) & (rows["unit"] == unit)).to_numpy()
        factor = _factor(unit, target, scale)
        if factor is None:
            _note_unknown(metric, unit, target, rows[here], files, notes)
            continue
        values = rows["value"].to_numpy(dtype=np.float64, copy=True)
        values[here] = _without_noise(values[here] * factor.numerator / factor.denominator)
        rows["value"] = values
        spelled[metric, unit] = target
        _note_converted(name, metric, unit, target, rows[here], files, notes)
    return _with_units(rows, spelled)


def _factor(unit: str, target: str, scale: float | None) -> Fraction | None:
    """The factor that the project gives; else the one that is known.

    Capitals make no difference but in units of two letters, such as Mt and mt.
    """
    if len(unit) > _CASE_COUNTS and unit.casefold() == target.casefold():
        return Fraction(1)
    return Fraction(repr(scale)) if scale is not None else factor_between(unit, target)


def _without_noise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers with 15 significant digits: 6480.3 GWh are 6.4803 TWh, not 6.480300000000001."""
    size = np.abs(values)
    is_usual = np.isfinite(values) & (size > _SMALLEST) & (size < _LARGEST)
    exponents = 14 - np.floor(np.log10(np.where(is_usual, size, 1.0)))
    # Both numbers are exact, so that the quotient is the float nearest to the decimal.
    tens = 10.0 ** np.clip(exponents, 0, 22)
    return np.where(is_usual, np.round(values * tens) / tens, values)


def _with_units(rows: pd.DataFrame, spelled: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """The rows with other units where they were converted."""
    if not spelled:
        return rows
    units = rows["unit"].astype(object).to_numpy(copy=True)
    for (metric, unit), target in spelled.items():
        units[((rows["metric"] == metric) & (rows["unit"] == unit)).to_numpy()] = target
    return rows.assign(unit=relabel(pd.Categorical(units), str))


def _note_unknown(
    metric: str, unit: str, target: str, rows: pd.DataFrame, files: Sequence[str], notes: Notes
) -> None:
    notes.add(
        "error",
        "no-conversion",
        f"[measures.'{metric}'] unit is '{target}', and the data give '{unit}', from which no "
        "factor is known",
        file=listing((files[index] for index in sorted(set(rows["file"].tolist()))), 3),
        cells=rows["row"].tolist(),
        allowed="units that differ in a prefix or a multiplier: GWh and TWh, thousand t and Mt",
        remedy=f"Add scale to [measures.'{metric}']: what a figure in '{unit}' is multiplied by",
    )


def _note_converted(
    name: str,
    metric: str,
    unit: str,
    target: str,
    rows: pd.DataFrame,
    files: Sequence[str],
    notes: Notes,
) -> None:
    where = source_rows(files, rows["file"].to_numpy(), rows["row"].to_numpy(), _ROWS_NAMED)
    notes.cleaned(
        "converted",
        name,
        f"{plural(len(rows), 'figure')} of {metric} "
        + (f"converted from {unit} to {target}" if unit else f"without a unit, read in {target}"),
        len(rows),
        where,
    )


def note_two_scales(tables: Iterable[Table], notes: Notes) -> None:
    """A warning for one quantity that a report would tell in two scales, such as GWh and TWh.

    That is taken from the names: those of one table's measure all stand in that of the other's
    (``Generation``, ``Electricity generation``), and both add.
    """
    told = [
        (table.name, metric, unit)
        for table in tables
        for metric in table.metrics()
        for unit in table.units(metric)
        if table.measure(metric, unit).adds_over_categories
    ]
    for metric, unit, other, target in _in_two_scales(told):
        notes.add(
            "warning",
            "two-scales",
            f"'{metric}' is in {unit}, and '{other}' in {target}: the report tells figures of like "
            "names in two scales",
            remedy=f'Set unit = "{target}" under [measures."{metric}"] in project.toml, by which '
            "they are converted on reading, if that is the same quantity",
        )


def _in_two_scales(
    told: Sequence[tuple[str, str, str]],
) -> Iterator[tuple[str, str, str, str]]:
    """Measure and unit of what would be converted, and those of what it is like, each once."""
    seen: set[str] = set()
    if len(told) > _MOST_COMPARED:
        return
    for (table, metric, unit), (other_table, other, target) in combinations(told, 2):
        one, two = (set(_WORDS.findall(name.casefold())) for name in (metric, other))
        if table == other_table or not (one <= two or two <= one):
            continue
        factor = factor_between(target, unit)
        if factor is None or factor == 1 or other in seen:
            continue
        seen.add(other)
        yield other, target, metric, unit
