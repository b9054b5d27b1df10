"""Binary formats of tables: xlsx workbooks and Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.errors import SheetError, nearest
from factbook.sheet.guard import guarded_workbook
from factbook.sheet.parser import EngineError, ParsedSheet, SheetName, parse_workbook

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
"""Suffixes of files that tables are read from."""

# Wrong notes about the index in a file's metadata end in errors of any of the last three kinds.
_PARQUET_ERRORS = (
    OSError, ValueError, NotImplementedError, LookupError, TypeError, AttributeError,
)  # fmt: skip


def read_workbook(
    path: Path, shown: str, sheet: str | None, notes: Notes
) -> list[list[object]] | None:
    """The cells of a worksheet, row by row from row 1; None when an error was noted.

    Args:
        path: The workbook; it passes the guard before it is parsed.
        shown: Its name in messages.
        sheet: Name of the sheet, matched ignoring case; the first one when None.
        notes: Where errors go.
    """

    def choose(sheets: Sequence[SheetName]) -> list[str]:
        name = _sheet_name([item.name for item in sheets], sheet, shown, notes)
        return [] if name is None else [name]

    try:
        _, parsed = parse_workbook(path, guarded_workbook(path), choose)
    except SheetError as error:
        notes.findings.extend(
            finding.model_copy(update={"file": shown}) for finding in error.findings
        )
        return None
    except EngineError as error:
        notes.add(
            "error",
            "damaged-file",
            f"the workbook can't be read: {error}",
            file=shown,
            remedy="Open it in Excel and save it as a new .xlsx workbook",
        )
        return None
    return _from_the_corner(parsed[0]) if parsed else None


def _from_the_corner(sheet: ParsedSheet) -> list[list[object]]:
    """The rows of a sheet from row 1 and column A."""
    first_row, first_column = sheet.start
    padding: list[object] = [""] * first_column
    width = first_column + (len(sheet.rows[0]) if sheet.rows else 0)
    empty: list[object] = [""] * width
    above = [empty for _ in range(first_row)] if sheet.rows else []
    return above + [padding + list(row) for row in sheet.rows]


def _sheet_name(names: list[str], sheet: str | None, shown: str, notes: Notes) -> str | None:
    if sheet is None and names:
        return names[0]
    by_fold = {name.strip().casefold(): name for name in names}
    found = by_fold.get((sheet or "").strip().casefold())
    if found is None:
        like = nearest(sheet or "", names)
        notes.add(
            "error",
            "missing-sheet",
            f"the workbook has no sheet '{sheet}'",
            file=shown,
            allowed=listing(f"'{name}'" for name in names),
            remedy=f"Perhaps '{like}' is meant" if like else "Correct `sheet` in project.toml",
        )
    return found


def read_parquet(path: Path, shown: str, notes: Notes) -> pd.DataFrame | None:
    """The frame of a Parquet file; None when an error was noted."""
    if find_spec("pyarrow") is None:
        notes.add(
            "error",
            "no-parquet",
            "Parquet files need the package pyarrow, which is not installed",
            file=shown,
            remedy="Install it with the extra 'parquet' of Factbook, or save the table as CSV",
        )
        return None
    try:
        frame = pd.read_parquet(path, engine="pyarrow")
        has_names = any(name is not None for name in frame.index.names)
        return frame.reset_index(drop=not has_names)
    except _PARQUET_ERRORS as error:
        notes.add(
            "error",
            "damaged-file",
            f"the Parquet file can't be read: {' '.join(str(error).split())[:200]}",
            file=shown,
            remedy="Save the table anew",
        )
        return None
