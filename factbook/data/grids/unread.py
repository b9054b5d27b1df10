"""Columns of a table that are not read: lost figures, and labels that distinguish rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.grid import Grid
from factbook.data.grids.values import header_year, parse_values, years_within
from factbook.data.periods.period_headings import period_headings
from factbook.data.periods.periods import Period
from factbook.names import tidy

_CELLS_TRIED = 200
_GROUPS_TRIED = 200
_VALUES_SHOWN = 6


def period_columns(grid: Grid, keys: Mapping[str, str], notes: Notes) -> dict[str, int]:
    """Heading → code of the period of the columns with a period's figures.

    Two columns of one period are an error, and so is an unread column of figures whose heading
    has a year that no other column has: its figures would be missing silently.

    Args:
        grid: The table, with its other columns.
        keys: Factbook's column name → heading of the columns of labels.
        notes: Collects findings.
    """
    labels = set(keys.values())
    codes = period_headings([text for text in grid.columns if text not in labels])
    periods = {text: Period.from_code(code) for text, code in codes.items()}
    by_period: dict[Period, list[str]] = {}
    for text, period in periods.items():
        by_period.setdefault(period, []).append(text)
    marked = [
        text
        for text, period in periods.items()
        if header_year(text) and not text.endswith((period.text, "]", ".0"))
    ]
    if marked:
        notes.read_as(grid.file, f"headings such as '{marked[0]}' as years")
    for period, texts in by_period.items():
        if len(texts) > 1:
            notes.add(
                "error",
                "year-twice",
                f"{len(texts)} columns are for {period.frequency} {period.text}: "
                f"{listing(map(repr, texts))}",
                file=grid.file,
                allowed="one column for each period",
                remedy="Keep one of them",
            )
    _note_unread(grid, {period.year for period in by_period}, notes)
    return codes


def _note_unread(grid: Grid, read: set[int], notes: Notes) -> None:
    """Findings for columns of figures whose heading contains a year but is not read as one."""
    unread = {
        text: found
        for text, cells in grid.others.items()
        if (found := years_within(text)) and _holds_numbers(cells)
    }
    lost = [text for text, found in unread.items() if len(found) == 1 and not found & read]
    for texts, severity in ((lost, "error"), ([t for t in unread if t not in lost], "warning")):
        if texts:
            notes.add(
                "error" if severity == "error" else "warning",
                "unread-years",
                f"{plural(len(texts), 'column')} of figures with a year in the heading "
                f"{'is' if len(texts) == 1 else 'are'} not read: {listing(map(repr, texts), 30)}",
                file=grid.file,
                allowed="a year alone (2020, Y2020, 2020 [YR2020]), or with a mark (2020*, 2020 p)",
                remedy="Use only the year as heading, or delete columns that are not needed",
            )


def _holds_numbers(cells: pd.Series) -> bool:
    """Whether a column's first non-gap cells are mostly numbers."""
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return True
    texts = [_text(cell) for cell in cells.iloc[:_CELLS_TRIED].tolist()]
    values = parse_values(pd.Series(texts, dtype=object))
    numbers = len(texts) - int(values.gaps.sum()) - int(values.bad.sum())
    return numbers > 0 and numbers >= int((values.bad & ~values.ambiguous).sum())


def telling_remedy(
    grid: Grid, found: Mapping[str, str], own_name: str, groups: Sequence[Sequence[int]]
) -> str:
    """The remedy if an unread column distinguishes the rows of one figure; else empty.

    Args:
        grid: The table, with its other columns.
        found: Factbook's column name → heading; a name without one has the prefix ``=``.
        own_name: Name of the table under ``[data.tables]``; empty if it has none.
        groups: Numbers of the rows of each figure with two values.
    """
    telling = _telling_columns(grid, groups)
    if not telling:
        return ""
    several = len(telling) > 1
    columns = (f"'{text}' ({listing(map(repr, values), 6)})" for text, values in telling.items())
    first = next(iter(telling))
    absent = next((column for column in ("SECTOR", "PROPERTY") if f"={column}" in found), "")
    remedy = f"Keep the rows of one '{first}', or make a table for each"
    if absent and own_name:
        remedy = (
            f'If it is the {absent}, set columns = {{ {absent} = "{first}" }} under '
            f"[data.tables.{own_name}]; else keep the rows of one '{first}'"
        )
    return (
        f"The rows differ in column{'s' if several else ''} {listing(columns, 3)}, which "
        f"{'are' if several else 'is'} not read. {remedy}"
    )


def _telling_columns(grid: Grid, groups: Sequence[Sequence[int]]) -> dict[str, list[str]]:
    """Heading → some values of the columns not read in which the rows of all groups differ.

    Args:
        grid: The table, with its other columns.
        groups: Numbers of the rows of each figure.
    """
    tried = list(islice((dict.fromkeys(rows) for rows in groups), _GROUPS_TRIED))
    found: dict[str, list[str]] = {}
    for heading, cells in grid.others.items():
        texts = [[_text(cells.iloc[at]) for at in _positions(grid, rows)] for rows in tried]
        if texts and all(len(set(group)) > 1 for group in texts):
            every = dict.fromkeys(text for group in texts for text in group)
            found[heading] = list(every)[:_VALUES_SHOWN]
    return found


def _positions(grid: Grid, rows: Iterable[int]) -> list[int]:
    """Positions of the cells of some rows."""
    if grid.numbers is None:
        return [row - grid.first_row for row in rows]
    return np.flatnonzero(np.isin(grid.numbers, list(rows))).tolist()


def unread_labels(grid: Grid) -> list[str]:
    """Headings of the unread columns with labels."""
    return [heading for heading, cells in grid.others.items() if not _holds_numbers(cells)]


def _text(cell: object) -> str:
    return "" if cell is None or (isinstance(cell, float) and cell != cell) else tidy(str(cell))
