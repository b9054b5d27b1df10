"""From files to grids: the choice of a reader, and the readers of typed files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes
from factbook.data.grids.bounded import MOST_LABELS_OF_UNREAD, may_keep, note_unread
from factbook.data.grids.formats import Worksheet, other_sheets, read_parquet, read_workbook
from factbook.data.grids.grid import HEADER_WITHIN, Grid, Wanted, heading, note_header, positions
from factbook.data.grids.text_grid import text_grid
from factbook.data.grids.typed_cells import as_text, as_texts
from factbook.data.grids.vintages import read_input_file
from factbook.data.sources.compression import first_bytes
from factbook.data.sources.formats import HEAD_BYTES, SUFFIXES, format_of, suffix_of
from factbook.data.sources.header_rows import header_of, long_grid, note_unclear
from factbook.data.sources.json_stat import json_stat_grid
from factbook.data.sources.proposals import with_roles
from factbook.data.sources.sdmx_ml import sdmx_ml_grid
from factbook.data.statuses.cell_comments import comments_on_figures
from factbook.errors import nearest
from factbook.files.inputs import open_input

__all__ = ["Grid", "Wanted", "heading", "read_grid", "sheet_remedy", "typed_grid"]


def read_grid(
    path: Path, shown: str, wanted: Wanted, notes: Notes, sheet: str | None = None
) -> Grid | None:
    """Read the wanted columns of a file in one of the formats of `factbook.data.sources.formats`.

    Args:
        path: The file.
        shown: Its name in messages.
        wanted: The columns. If its format is not None, the grid has the roles that the file's
            format proposes.
        notes: Collects findings, and knows how much may be read.
        sheet: Name of the sheet of a workbook; None for the first.

    Returns:
        The grid, or None when an error was noted.
    """
    suffix = suffix_of(path)
    try:
        if not path.is_file():
            _note_missing(path, shown, notes)
            return None
    except OSError as error:  # such as a name that is too long
        _note_unreadable(shown, error, notes)
        return None
    if suffix not in SUFFIXES and not wanted.format:
        notes.add(
            "error",
            "file-type",
            f"a table can't be read from a {suffix or 'nameless'} file",
            file=shown,
            allowed=", ".join(SUFFIXES),
            remedy="Save the table as CSV or as an xlsx workbook",
        )
        return None
    try:
        container, wanted = _opened(path, wanted)
        grid = _READERS.get(container, text_grid)(path, shown, wanted, sheet, notes)
        if grid is None:
            return None
        grid = _without_unread(grid, shown, notes)
        if not _has_room(grid, shown, notes):
            return None
        notes.read_from(read_input_file(path, shown, grid))
        return with_roles(grid, notes)
    except OSError as error:
        _note_unreadable(shown, error, notes)
        return None


def _opened(path: Path, wanted: Wanted) -> tuple[str, Wanted]:
    """Name of the format that tells the reader, and what is wanted of it.

    Raises:
        OSError: The file cannot be read.
    """
    said = wanted.format
    head = b""
    if said is not None:
        with open_input(path) as file:
            head = first_bytes(file.read(HEAD_BYTES), HEAD_BYTES)
    found = format_of(path, head)
    if not said:
        is_composite = said is not None and found == "eurostat-tsv"
        return found, replace(wanted, format=found) if is_composite else wanted
    container = found if said == "iamc" else said  # which may be in a workbook as well
    return container, replace(wanted, format="" if said in _READERS else said)


def _without_unread(grid: Grid, shown: str, notes: Notes) -> Grid:
    """A grid without the columns that nothing reads, if they have another text in most rows."""
    given_up = {
        text
        for text, cells in grid.others.items()
        if isinstance(cells.dtype, pd.CategoricalDtype)
        and len(cells.cat.categories) > MOST_LABELS_OF_UNREAD
    }
    note_unread([text for text in grid.others if text in given_up], shown, notes)
    others = {text: cells for text, cells in grid.others.items() if text not in given_up}
    return replace(grid, others=others) if given_up else grid


def _has_room(grid: Grid, shown: str, notes: Notes) -> bool:
    """Whether a grid may be kept, whose figures count then; else an error is noted."""
    columns = (*grid.columns.values(), *grid.others.values())
    labels = [cells for cells in columns if isinstance(cells.dtype, pd.CategoricalDtype)]
    read = grid.columns.values()
    figures = sum(len(c) for c in read if not isinstance(c.dtype, pd.CategoricalDtype))
    if not may_keep(sum(len(c.cat.categories) for c in labels), figures, shown, notes):
        return False
    notes.room.figures_read += figures
    return True


def _note_unreadable(shown: str, error: OSError, notes: Notes) -> None:
    notes.add(
        "error",
        "unreadable-file",
        f"the file can't be read: {error.strerror or error}",
        file=shown,
        remedy="Give a file that you may read",
    )


def _note_missing(path: Path, shown: str, notes: Notes) -> None:
    folder = path.parent
    beside = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    by_fold = {name.casefold(): name for name in beside}
    stems = {Path(name).stem: name for name in beside}
    like = by_fold.get(path.name.casefold()) or stems.get(nearest(path.stem, stems))
    message = "the file does not exist"
    if path.is_dir():
        message = "it is a folder, not a file"
    elif path.exists():
        message = "it is a pipe or a device, which contains no table"
    hint = f": did you mean '{like}'?" if like else ""
    remedy = f"Put it there, or correct its name in project.toml{hint}"
    notes.add("error", "missing-file", message, file=shown, remedy=remedy)


def _parquet_grid(
    path: Path, shown: str, wanted: Wanted, _sheet: str | None, notes: Notes
) -> Grid | None:
    frame = read_parquet(path, shown, notes)
    if frame is None:
        return None
    headings = [heading(name) for name in frame.columns]
    if positions(headings, wanted, shown, notes) is None:
        return None
    return typed_grid(frame, shown, wanted)


def typed_grid(frame: pd.DataFrame, shown: str, wanted: Wanted) -> Grid:
    """The grid of a typed frame: numbers stay numbers, keys become categories of texts."""
    columns: dict[str, pd.Series] = {}
    others: dict[str, pd.Series] = {}
    headings = tuple(heading(name) for name in frame.columns)
    wanted, table_format = wanted.for_headings(headings)
    for index, name in enumerate(headings):
        cells = frame.iloc[:, index]
        if wanted.is_value(name):
            is_number = pd.api.types.is_numeric_dtype(cells.dtype)
            is_bool = pd.api.types.is_bool_dtype(cells.dtype)
            columns[name] = cells if is_number and not is_bool else as_texts(cells)
        elif name.casefold() in wanted.keys:
            columns[name] = as_texts(cells).astype("category")
        elif wanted.has_others:
            others[name] = cells.reset_index(drop=True)
    return Grid(shown, headings, columns, 2, others, format=table_format)


def _number_or_text(cell: object) -> float | str:
    """A cell of a value column: numbers stay numbers, as they have no ambiguous decimal mark."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    return as_text(cell)


def _workbook_grid(
    path: Path, shown: str, wanted: Wanted, sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of a worksheet."""
    found = read_workbook(path, shown, sheet, notes)
    if found is None:
        return None
    tops = _tops(found.rows)
    if not any(any(record) for record in tops):
        notes.add(
            "error",
            "empty-file",
            "the sheet is empty",
            file=shown,
            sheet=found.name,
            remedy="" if sheet else sheet_remedy(path, found.name, wanted, notes),
        )
        return None
    try:
        header = None if wanted.format is None else header_of(found, wanted.header_rows)
    except ValueError as error:
        note_unclear(str(error), shown, found.name, notes)
        return None
    if header is not None:
        return long_grid(found, header, shown, notes)
    return _sheet_grid(found, tops, shown, wanted, notes)


def _sheet_grid(
    found: Worksheet, tops: list[list[str]], shown: str, wanted: Wanted, notes: Notes
) -> Grid | None:
    """The grid of a worksheet whose header is the row with most of the wanted headings."""
    top = _top(tops, wanted)
    headings = tops[top]
    wanted, table_format = wanted.for_headings(headings)
    note_header(top, shown, notes)
    wanted_at = positions(headings, wanted, shown, notes)
    if wanted_at is None:
        return None
    body = found.rows[top + 1 :]
    of_figures = {at: headings[at] for at, is_value in wanted_at.items() if is_value}
    columns: dict[str, pd.Series] = {}
    others: dict[str, pd.Series] = {}
    percents: dict[str, NDArray[np.bool_]] = {}
    marked = {index: np.zeros(len(body), dtype=bool) for index in wanted_at}
    for row, column in found.percents:
        if column in marked and 0 <= row - top - 2 < len(body):
            marked[column][row - top - 2] = True
    for index, name in enumerate(headings):
        if index not in wanted_at and not (wanted.has_others and name):
            continue
        cells = [record[index] if index < len(record) else "" for record in body]
        if index not in wanted_at:
            others[name] = pd.Series(cells, dtype=object)
        elif wanted_at[index]:
            columns[name] = pd.Series(map(_number_or_text, cells), dtype=object)
            percents[name] = marked[index]
        else:
            columns[name] = pd.Series(map(as_text, cells), dtype=object).astype("category")
    return Grid(
        shown,
        tuple(headings),
        columns,
        top + 2,
        others,
        sheet=found.name,
        merged=found.merged,
        percents=percents,
        comments=comments_on_figures(found, of_figures, top + 1, notes, shown),
        format=table_format,
    )


def _tops(records: list[list[object]]) -> list[list[str]]:
    """The first rows of a worksheet as headings."""
    return [[heading(as_text(cell)) for cell in record] for record in records[:HEADER_WITHIN]]


def _top(tops: list[list[str]], wanted: Wanted) -> int:
    """Index of the row that is the header."""
    return max(range(len(tops)), key=lambda index: (wanted.matches(tops[index]), -index))


def sheet_remedy(path: Path, sheet: str, wanted: Wanted, notes: Notes) -> str:
    """The remedy if another sheet of the workbook has the wanted headings; else empty."""
    found = {other.name: _tops(other.rows) for other in other_sheets(path, sheet, notes)}
    matches = {
        name: wanted.matches(tops[_top(tops, wanted)]) for name, tops in found.items() if tops
    }
    best = max(matches, key=lambda name: matches[name], default="")
    if not best or not matches[best]:
        return ""
    return (
        f"If you mean sheet '{best}', set sheet = \"{best}\" for the table in project.toml, or "
        "move it to the first position"
    )


_READERS = {
    "parquet": _parquet_grid,
    "xlsx": _workbook_grid,
    "sdmx-ml": sdmx_ml_grid,
    "json-stat": json_stat_grid,
}
"""Format → reader; all others are texts."""
