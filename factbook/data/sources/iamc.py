"""Roles of the columns of tables of the Integrated Assessment Modeling Consortium (IAMC).

Each row has a model, a scenario, a region, a variable and a unit; years are in columns, or in a
column. Variables are hierarchies of names: ``Primary Energy|Coal`` is a part of ``Primary Energy``
(`pyam, data model <https://pyam-iamc.readthedocs.io/en/stable/data.html>`_).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.grids.grid import Grid
from factbook.data.grids.key_cells import MOST_CHARACTERS
from factbook.data.labels import categorical, relabel
from factbook.data.periods.period_headings import is_period
from factbook.data.sources.roles import Roles
from factbook.names import tidy

_TOTAL = "Total"
_KEY = ("model", "scenario", "region", "variable", "unit")
_EXTRA = ("subannual", "subcategory", "version")


def with_iamc_roles(grid: Grid, notes: Notes) -> Grid:
    """A table of IAMC with the roles of its columns.

    A variable whose ancestor is in the table too becomes a category of it, and the ancestor's own
    row is the total; other variables are measures of their own, because nothing says that
    ``GDP|MER`` and ``GDP|PPP`` are parts of one whole. The columns made of it are called
    ``Variable (measure)`` and ``Variable (category)``.

    Args:
        grid: The table.
        notes: Collects how the file was read.
    """
    by_fold = {text.casefold(): text for text in grid.headings}
    columns = {text: categorical(cells) for text, cells in {**grid.others, **grid.columns}.items()
               if text.casefold() in (*_KEY, *_EXTRA, "year")}  # fmt: skip
    variable = by_fold["variable"]
    ancestors = _ancestors(columns[variable], columns[by_fold["unit"]])
    measure, category = f"{variable} (measure)", f"{variable} (category)"
    columns[measure] = relabel(columns[variable], lambda text: ancestors[tidy(text)])
    columns[category] = relabel(
        columns[variable],
        lambda text: tidy(text)[len(ancestors[tidy(text)]) + 1 :] or _TOTAL,
    )
    several = [text for text in columns if len(np.unique(columns[text].codes)) > 1]
    is_long = "year" in by_fold
    dimensions = tuple(by_fold[name] for name in (*_KEY, *_EXTRA) if by_fold.get(name) in several)
    roles = Roles(
        format="iamc",
        place=by_fold["region"],
        category=category if category in several else "",
        has_rest=True,
        period=by_fold.get("year", ""),
        value=by_fold.get("value", "") if is_long else "",
        measure=measure,
        unit=by_fold["unit"],
        dimensions=dimensions,
        scenarios=tuple(t for t in dimensions if t.casefold() in ("model", "scenario")),
        periods_in_columns=not is_long and any(is_period(text) for text in grid.headings),
        constants=_constants(columns, several, notes, grid.file),
        parts={variable: (measure, category) if category in several else (measure,)},
    )
    made = {text: pd.Series(cells) for text, cells in columns.items()}
    return replace(
        grid,
        headings=(*grid.headings, measure, category),
        columns={**grid.columns, **made},
        others={text: cells for text, cells in grid.others.items() if text not in made},
        roles=roles,
    )


def _ancestors(variables: pd.Categorical, units: pd.Categorical) -> dict[str, str]:
    """Variable → its highest ancestor in the table with the same units, or itself."""
    pairs = pd.DataFrame({"variable": variables.codes, "unit": units.codes}).drop_duplicates()
    names = variables.categories.tolist()
    units_of: dict[str, set[int]] = {}
    for code, unit in zip(pairs["variable"].tolist(), pairs["unit"].tolist(), strict=True):
        units_of.setdefault(tidy(names[code]), set()).add(unit)
    found: dict[str, str] = {}
    for name in map(tidy, names):
        ends = (at for at, letter in enumerate(name[:MOST_CHARACTERS]) if letter == "|")
        same = (name[:end] for end in ends if units_of.get(name[:end]) == units_of.get(name))
        found[name] = next(same, name)
    return found


def _constants(
    columns: Mapping[str, pd.Categorical], several: list[str], notes: Notes, file: str
) -> dict[str, str]:
    """The columns with one member in all rows; the annex names model and scenario."""
    found = {
        text: str(cells[0])
        for text, cells in columns.items()
        if text not in several and len(cells) and text.casefold() in (*_KEY, *_EXTRA)
    }
    alone = [f"{t} = {m}" for t, m in found.items() if t.casefold() in ("model", "scenario")]
    if alone:
        notes.read_as(file, f"one member in all rows: {listing(alone)}")
    return found
