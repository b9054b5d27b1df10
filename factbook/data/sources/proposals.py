"""From a grid to a grid whose columns have roles, by the format of its headings."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.grids.grid import Grid
from factbook.data.grids.typed_cells import as_texts
from factbook.data.sources.formats import format_of_headings
from factbook.data.sources.iamc import with_iamc_roles
from factbook.data.sources.sdmx import with_sdmx_roles


def with_roles(grid: Grid, notes: Notes) -> Grid:
    """The grid with the roles that its format proposes; unchanged if it has them, or none.

    Args:
        grid: A table as opened.
        notes: Collects findings and how the file was read.
    """
    if grid.roles is not None or not grid.format:
        return grid
    found = format_of_headings(grid.headings)
    if grid.format in ("sdmx-csv", "iamc") and found != grid.format:
        notes.add(
            "error",
            "wrong-format",
            f"the table is said to be {grid.format}, but has the columns "
            f"{listing(map(repr, grid.headings), 12)}",
            file=grid.file,
            allowed=_COLUMNS[grid.format],
            remedy="Correct `format` in project.toml, or delete it",
        )
        return grid
    if grid.format == "iamc":
        return with_iamc_roles(_labelled(grid), notes)
    if grid.format in ("sdmx-csv", "eurostat-tsv"):
        return with_sdmx_roles(_labelled(grid), notes)
    return grid


_COLUMNS = {
    "sdmx-csv": "at least the columns TIME_PERIOD and OBS_VALUE",
    "iamc": "the columns Model, Scenario, Region, Variable and Unit",
}


def _labelled(grid: Grid) -> Grid:
    """The grid with texts alone in the columns of a typed file that are not values."""
    others = {
        text: cells
        if isinstance(cells.dtype, pd.CategoricalDtype)
        else as_texts(cells).astype("category")
        for text, cells in grid.others.items()
    }
    return replace(grid, others=others)
