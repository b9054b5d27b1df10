"""The cells of source rows: what stands in a file of the data where a figure comes from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from factbook.config.project_config import ProjectConfig, TableSource
from factbook.data.cleaning import Notes
from factbook.data.dataset import ETM
from factbook.data.grids.grid import Grid, Wanted
from factbook.data.grids.grid_files import read_grid
from factbook.data.grids.typed_cells import as_text
from factbook.data.long.long_columns import configured_columns, wanted_headings
from factbook.data.periods.period_headings import period_headings
from factbook.data.periods.periods import Period
from factbook.data.plexos.plexos import NAME as PLEXOS
from factbook.data.plexos.plexos import wanted_of_results

MOST_COLUMNS = 8
MOST_LETTERS = 60
"""Of a cell; a hostile one has millions."""


@dataclass(frozen=True)
class SourceCells:
    """Cells of some rows of a file.

    Attributes:
        headings: The columns that are shown: labels, then those of the periods asked for.
        rows: Number of a row, and its cells.
        columns_left_out: How many columns are not shown.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    columns_left_out: int = 0


def read_cells(
    path: Path,
    shown: str,
    table: str,
    config: ProjectConfig | None,
    rows: Sequence[int],
    periods: Collection[str],
) -> SourceCells | str:
    """Read the cells of some rows, by the readers and within the limits of all data.

    Args:
        path: The file.
        shown: Its path inside the project folder.
        table: Name of the table that it is of.
        config: The configuration of the run, which says what the columns are; None if unknown.
        rows: Numbers of the rows, as facts name them.
        periods: The periods that are asked for, of a table with a column for each.

    Returns:
        The cells, or why they cannot be read: a phrase.
    """
    notes = Notes()
    wanted, sheet = _wanted(shown, table, config, notes)
    grid = read_grid(path, shown, wanted, notes, sheet)
    if grid is None:
        errors = [finding.message for finding in notes.findings if finding.severity == "error"]
        return errors[0] if errors else "it holds no table"
    return _cells(grid, wanted, rows, periods)


def _wanted(
    shown: str, table: str, config: ProjectConfig | None, notes: Notes
) -> tuple[Wanted, str | None]:
    """What is looked for in a file, and in which of its sheets: what the run has looked for."""
    if table == PLEXOS:
        return wanted_of_results(has_others=True), None
    source = TableSource(file=shown)
    if config is not None and table != ETM:
        source = config.data.tables.get(table, source)
    return wanted_headings(configured_columns(table, source, notes), source), source.sheet


def _cells(
    grid: Grid, wanted: Wanted, rows: Sequence[int], periods: Collection[str]
) -> SourceCells:
    columns = {**grid.others, **grid.columns}
    ordered = [text for text in grid.headings if text in columns]
    kept = _told_first(ordered, wanted, periods)
    shown = [text for text in ordered if text in kept[:MOST_COLUMNS]]
    numbers = grid.rows
    wanted_rows = [row for row in rows if 0 < row <= np.iinfo(numbers.dtype).max]
    at = np.flatnonzero(np.isin(numbers, np.asarray(wanted_rows, dtype=numbers.dtype)))[: len(rows)]
    return SourceCells(
        headings=tuple(_short(text) for text in shown),
        rows=tuple(
            (int(numbers[index]), tuple(_cell(columns[text], int(index)) for text in shown))
            for index in at
        ),
        columns_left_out=len(ordered) - len(shown),
    )


def _told_first(ordered: list[str], wanted: Wanted, periods: Collection[str]) -> list[str]:
    """Headings: labels, then the periods asked for, then figures of no period, then the rest."""
    codes = period_headings(ordered)
    of_period = {text: Period.from_code(code).text for text, code in codes.items()}

    def standing(text: str) -> int:
        if text.casefold() in wanted.keys:
            return 0
        if of_period.get(text) in periods or (wanted.is_value(text) and text not in of_period):
            return 1
        return 3 if text in of_period else 2

    return sorted(ordered, key=standing)


def _cell(cells: pd.Series, index: int) -> str:
    value = cells.iloc[index]
    is_missing = value is None or value is pd.NA or value != value  # NaN
    return "" if is_missing else _short(as_text(value))


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
