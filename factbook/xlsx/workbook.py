"""A workbook, or frames in its place, as plain cells."""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd

from factbook.errors import Finding, SheetError
from factbook.xlsx.cells import CellError, CellValue
from factbook.xlsx.guard import guarded_workbook
from factbook.xlsx.parser import Allowance, EngineError, SheetName, parse_workbook
from factbook.xlsx.sheet_parts import cell_errors, merged_ranges, sheet_parts
from factbook.xlsx.workbook_limits import MAX_SHEET_CELLS, refuse

FRAMES = "prompt sheet"

Source = Path | Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class SheetRow:
    """A non-empty row: its number in Excel, and its cells from column A."""

    number: int
    cells: tuple[CellValue, ...]


@dataclass(frozen=True)
class RawSheet:
    """A sheet as read, without empty rows.

    Attributes:
        name: Name on its tab.
        rows: Rows with at least one cell that is not empty.
        merged: Merged ranges as Excel names them (``A2:A4``); only the first cell has a value.
    """

    name: str
    rows: tuple[SheetRow, ...]
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """The requested sheets of a workbook.

    Attributes:
        file: The file as its user named it.
        names: Names of all its sheets, in its order.
        sheets: The sheets that were read, in its order.
    """

    file: str
    names: tuple[str, ...]
    sheets: tuple[RawSheet, ...]


def read_workbook(source: Source, wanted: Callable[[str], bool]) -> Workbook:
    """Read the sheets of a workbook whose names are wanted.

    Args:
        source: Path of an ``.xlsx`` file, or frames by sheet name, with the header as columns.
        wanted: Whether to read a sheet, by its name; other sheets are never parsed.

    Raises:
        SheetError: The file does not pass the guard, or the engine can't read it.
    """
    if isinstance(source, Mapping):
        return _read_frames(source, wanted)
    packed = guarded_workbook(source)
    try:
        return _read_packed(source, packed, wanted)
    except (EngineError, ElementTree.ParseError, OSError, ValueError) as error:
        refuse(source, "damaged-file", f"the workbook can't be read ({error})")


def _read_packed(path: Path, packed: bytes, wanted: Callable[[str], bool]) -> Workbook:
    def choose(sheets: Sequence[SheetName]) -> list[str]:
        names = [sheet.name for sheet in sheets if sheet.is_worksheet and wanted(sheet.name)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            refuse(path, "damaged-file", f"the workbook has two sheets named '{twice}'")
        return names

    names, parsed = parse_workbook(path, packed, choose, Allowance(sheet_cells=MAX_SHEET_CELLS))
    sheets = []
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        parts = sheet_parts(archive)
        for sheet in parsed:
            part = archive.read(parts[sheet.name]) if sheet.name in parts else b""
            rows = _rows(sheet.rows, sheet.start, cell_errors(part))
            sheets.append(RawSheet(sheet.name, rows, merged_ranges(part)))
    return Workbook(str(path), tuple(sheet.name for sheet in names), tuple(sheets))


def _rows(
    used: Sequence[Sequence[CellValue]],
    start: tuple[int, int],
    errors: Mapping[tuple[int, int], CellError],
) -> tuple[SheetRow, ...]:
    """Rows with their numbers, from a sheet's used area, which begins at `start`."""
    first_row, first_column = start
    padding: list[CellValue] = [None] * first_column
    by_number = {
        number: padding + [_cell(value) for value in row]
        for number, row in enumerate(used, start=first_row + 1)
    }
    for (number, column), error in errors.items():
        row = by_number.setdefault(number, [])
        row.extend([None] * (column + 1 - len(row)))
        if row[column] is None:
            row[column] = error
    return tuple(
        SheetRow(number, tuple(row))
        for number, row in sorted(by_number.items())
        if any(value is not None for value in row)
    )


def _cell(value: CellValue) -> CellValue:
    """A cell from the engine; a number too large for any program is an error, not a gap."""
    if isinstance(value, float) and not math.isfinite(value):
        return CellError("#NUM!")
    return None if value == "" else value


def _read_frames(frames: Mapping[str, pd.DataFrame], wanted: Callable[[str], bool]) -> Workbook:
    names = tuple(str(name) for name in frames)
    others = [str(name) for name, frame in frames.items() if not isinstance(frame, pd.DataFrame)]
    if others:
        raise SheetError(
            [
                Finding(
                    severity="error",
                    code="sheet.no-frame",
                    message=f"sheet {name!r} is not a DataFrame",
                    file=FRAMES,
                    allowed="a dict of sheet name and pandas DataFrame",
                )
                for name in others
            ]
        )
    sheets = [
        RawSheet(str(name), tuple(_frame_rows(frame)))
        for name, frame in frames.items()
        if wanted(str(name))
    ]
    return Workbook(FRAMES, names, tuple(sheets))


def _frame_rows(frame: pd.DataFrame) -> list[SheetRow]:
    """The rows of a frame, numbered as in Excel: the header is row 1."""
    header = SheetRow(1, tuple(_plain(label) for label in frame.columns))
    rows = [header]
    for number, values in enumerate(frame.itertuples(index=False, name=None), start=2):
        plain = tuple(_plain(value) for value in values)
        if any(value is not None for value in plain):
            rows.append(SheetRow(number, plain))
    return rows


def _plain(value: Any) -> CellValue:
    """A value of a frame as the value of a cell; all kinds of gaps are None."""
    if isinstance(value, np.generic):
        value = value.item()
    is_nan = isinstance(value, float) and math.isnan(value)
    if value is None or value is pd.NaT or value is pd.NA or is_nan:
        return None
    if isinstance(value, (str, int, float, datetime.date, datetime.time, datetime.timedelta)):
        return None if value == "" else value
    return str(value)
