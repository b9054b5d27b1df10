"""From files to grids: the choice of a reader, and the readers of typed files."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes
from factbook.data.formats import SUFFIXES, other_sheets, read_parquet, read_workbook
from factbook.data.grid import HEADER_WITHIN, Grid, Wanted, heading, note_header, positions
from factbook.data.text_grid import text_grid
from factbook.errors import nearest
from factbook.xlsx.cells import CellError

__all__ = ["Grid", "Wanted", "heading", "read_grid", "sheet_remedy", "typed_grid"]


def read_grid(
    path: Path, shown: str, wanted: Wanted, notes: Notes, sheet: str | None = None
) -> Grid | None:
    """Read the wanted columns of a CSV, TSV, Parquet or xlsx file.

    Returns:
        The grid, or None when an error was noted.
    """
    suffix = path.suffix.casefold()
    try:
        if not path.is_file():
            _note_missing(path, shown, notes)
            return None
    except OSError as error:  # such as a name that is too long
        _note_unreadable(shown, error, notes)
        return None
    if suffix not in SUFFIXES:
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
        return _READERS.get(suffix, text_grid)(path, shown, wanted, sheet, notes)
    except OSError as error:
        _note_unreadable(shown, error, notes)
        return None


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
    for index, name in enumerate(headings):
        cells = frame.iloc[:, index]
        if wanted.is_value(name):
            is_number = pd.api.types.is_numeric_dtype(cells.dtype)
            is_bool = pd.api.types.is_bool_dtype(cells.dtype)
            columns[name] = cells if is_number and not is_bool else _as_texts(cells)
        elif name.casefold() in wanted.keys:
            columns[name] = _as_texts(cells).astype("category")
        elif wanted.has_others:
            others[name] = cells.reset_index(drop=True)
    return Grid(shown, headings, columns, 2, others)


def _as_texts(cells: pd.Series) -> pd.Series:
    texts = [
        "" if is_missing else _text(cell)
        for cell, is_missing in zip(cells.tolist(), cells.isna(), strict=True)
    ]
    return pd.Series(texts, dtype=object)


def _text(cell: object) -> str:
    """A typed cell as the text that a person would have typed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, CellError):
        return cell.found
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)


def _number_or_text(cell: object) -> float | str:
    """A cell of a value column: numbers stay numbers, as they have no ambiguous decimal mark."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    return _text(cell)


def _workbook_grid(
    path: Path, shown: str, wanted: Wanted, sheet: str | None, notes: Notes
) -> Grid | None:
    """The grid of a worksheet; its header is the row with most of the wanted headings."""
    found = read_workbook(path, shown, sheet, notes)
    if found is None:
        return None
    records = found.rows
    tops = _tops(records)
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
    top = _top(tops, wanted)
    headings = tops[top]
    note_header(top, shown, notes)
    wanted_at = positions(headings, wanted, shown, notes)
    if wanted_at is None:
        return None
    body = records[top + 1 :]
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
            columns[name] = pd.Series(map(_text, cells), dtype=object).astype("category")
    return Grid(
        shown,
        tuple(headings),
        columns,
        top + 2,
        others,
        sheet=found.name,
        merged=found.merged,
        percents=percents,
    )


def _tops(records: list[list[object]]) -> list[list[str]]:
    """The first rows of a worksheet as headings."""
    return [[heading(_text(cell)) for cell in record] for record in records[:HEADER_WITHIN]]


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


_READERS = {".parquet": _parquet_grid, ".xlsx": _workbook_grid}
"""Suffix → reader; all other files are text."""
