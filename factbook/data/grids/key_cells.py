"""Cells of labels in a long table: rows without labels, and invalid labels."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import ROWS_NAMED, Notes, listing, plural, source_rows
from factbook.data.grids.columns import NO_VALUE, SHOWN_LETTERS
from factbook.data.grids.grid import Grid
from factbook.xlsx.cells import ERROR_TEXTS, column_number

MOST_CHARACTERS = 500
"""Most characters of the name of a place, subject, metric or unit."""

_ERRORS = frozenset((*ERROR_TEXTS, NO_VALUE))
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})").fullmatch


def rows_to_read(
    name: str,
    grid: Grid,
    keys: pd.DataFrame,
    columns: Mapping[str, str],
    is_blank: NDArray[np.bool_],
    notes: Notes,
) -> NDArray[np.bool_]:
    """Which rows of a table are read.

    Empty rows are counted. Rows with nothing but one text, such as notes below a table, give a
    warning. Labels that are Excel errors, or too long, give an error.

    Args:
        name: Name of the table.
        grid: The table.
        keys: Labels by column, and the column ``row``.
        columns: Column of `keys` → Factbook's name, for columns that exist in the file.
        is_blank: Rows without any value, and without a year.
        notes: Collects findings and cleanings.
    """
    filled = np.zeros(len(keys), dtype=np.int8)
    for label in columns:
        filled += (keys[label] != "").to_numpy()
    is_empty = is_blank & (filled == 0)
    numbers = keys["row"].to_numpy()[is_empty]
    notes.cleaned(
        "empty-rows",
        name,
        f"{plural(len(numbers), 'empty row')} in {grid.file}, left out",
        len(numbers),
        source_rows([grid.file], np.zeros_like(numbers), numbers, ROWS_NAMED),
    )
    keep: NDArray[np.bool_] = ~is_empty
    for label, column in columns.items():
        keep &= ~_no_labels(keys, keep, label, column, grid.file, notes)
    is_note: NDArray[np.bool_] = keep & is_blank & (filled == 1) & (len(columns) > 1)
    _note_notes(keys[is_note], columns, grid.file, notes)
    keep &= ~is_note
    return keep


def _note_notes(rows: pd.DataFrame, columns: Mapping[str, str], file: str, notes: Notes) -> None:
    """A warning for rows with one text and nothing else."""
    if not len(rows):
        return
    texts = rows[list(columns)].astype(object).sum(axis=1).tolist()
    examples = [
        f"'{text[:SHOWN_LETTERS]}' (row {row})"
        for text, row in zip(texts, rows["row"].tolist(), strict=True)
    ]
    notes.add(
        "warning",
        "note-rows",
        f"{plural(len(rows), 'row')} with one text and no value, left out: {listing(examples, 8)}",
        file=file,
        cells=rows["row"].tolist(),
        remedy="Delete the rows that are notes, and fill in the cells of the others",
    )


def _no_labels(
    keys: pd.DataFrame, keep: NDArray[np.bool_], label: str, column: str, file: str, notes: Notes
) -> NDArray[np.bool_]:
    """Rows whose label is an Excel error, or too long; both are noted."""
    labels = keys[label].cat.categories.tolist()
    codes = keys[label].cat.codes.to_numpy()
    is_error = np.array([text in _ERRORS for text in labels] or [False])[codes] & keep
    is_long = np.array([len(text) > MOST_CHARACTERS for text in labels] or [False])[codes] & keep
    numbers = keys["row"].to_numpy()
    if is_error.any():
        found = dict.fromkeys(labels[code] for code in codes[is_error].tolist())
        notes.add(
            "error",
            "error-cells",
            f"{plural(int(is_error.sum()), 'cell')} of column {column} "
            f"{'holds' if is_error.sum() == 1 else 'hold'} {listing(map(repr, found))}",
            file=file,
            cells=numbers[is_error].tolist(),
            remedy="Correct the formulas, or save the workbook in Excel with their values",
        )
    if is_long.any():
        first = labels[codes[np.flatnonzero(is_long)[0]]]
        notes.add(
            "error",
            "long-cell",
            f"{plural(int(is_long.sum()), 'cell')} of column {column} with more than "
            f"{MOST_CHARACTERS:,} characters: '{first[:20]}…' has {len(first):,}",
            file=file,
            cells=numbers[is_long].tolist(),
            allowed=f"names of at most {MOST_CHARACTERS:,} characters",
            remedy="Look for an unclosed quote, or shorten the name",
        )
    return is_error | is_long


def note_blanks(
    keys: pd.DataFrame,
    columns: Mapping[str, str],
    headings: Mapping[str, str],
    grid: Grid,
    table: str,
    notes: Notes,
) -> None:
    """Errors for rows without a place, subject, metric or unit.

    Args:
        keys: Labels by column, and the column ``row``, of the rows that are read.
        columns: Column of `keys` → Factbook's name, for columns that exist in the file.
        headings: Factbook's name → heading in the file.
        grid: The table.
        table: Its name under ``[data.tables]``; empty if it has none.
        notes: Collects the errors.
    """
    for label, column in columns.items():
        blank = keys["row"].to_numpy()[(keys[label] == "").to_numpy()]
        if not len(blank):
            continue
        remedy = "Fill in the cells"
        merged = _merged_over(grid, headings[column], set(blank.tolist()))
        if merged:
            remedy = (
                f"Unmerge {listing(merged, 3)}, of which only the first cell has a value, and "
                "fill in the cells"
            )
        elif column == "UNIT" and table:
            remedy += f', or set unit under [data.tables.{table}] (unit = "1" for none)'
        notes.add(
            "error",
            "blank-cells",
            f"{plural(len(blank), 'row')} without {column}",
            file=grid.file,
            cells=blank.tolist(),
            remedy=remedy,
        )


def _merged_over(grid: Grid, heading: str, rows: set[int]) -> list[str]:
    """Merged ranges of a column that cover some of the rows."""
    column = grid.headings.index(heading) + 1
    found = []
    for text in grid.merged:
        match = _RANGE(text)
        if match is None:
            continue
        first, top, last, bottom = match.groups()
        is_here = column_number(first) <= column <= column_number(last)
        if is_here and any(int(top) <= row <= int(bottom) for row in rows):
            found.append(text)
    return found
