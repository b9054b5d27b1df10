"""Binary formats of tables: xlsx workbooks and Parquet."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from factbook.data.cleaning import Notes, listing
from factbook.data.grids.bounded import content_of, has_seconds, may_parse, may_unpack, workbook_of
from factbook.data.grids.parquet_process import ARROW_BYTES, Described, decoded_parquet
from factbook.errors import SheetError, nearest
from factbook.files.sizes import TooLargeError
from factbook.xlsx.cells import column_number
from factbook.xlsx.guard import guarded_workbook
from factbook.xlsx.parser import (
    Allowance,
    Choose,
    EngineError,
    ParsedSheet,
    SheetName,
    parse_workbook,
)
from factbook.xlsx.sheet_parts import cell_errors, merged_ranges, sheet_parts
from factbook.xlsx.workbook_limits import MAX_PARSER_SECONDS

_MOST_BYTES_A_CELL = 32  # of a decimal number, and twice a number with its copy
_MANY_CELLS = 1_000_000
_MOST_CELLS_A_BYTE = 20  # of a Parquet file: one of figures that differ has a byte or more for each

_ROW_NUMBERS = re.compile(r"__index_level_[0-9]{1,9}__")  # what pandas calls an index without name

_LITERALS = re.compile(r'"[^"]*"|\\.')
_PERCENT_IDS = re.compile(rb"""numFmtId\s*=\s*["'](9|10)["']""")
# A cell's reference and style, in the order that every program writes them.
_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?c\sr=["'](?P<column>[A-Z]{1,3})(?P<row>\d{1,7})["']\ss=["'](?P<style>\d+)["']"""
)

# Types that pandas does not know, such as dates beyond its years, end in any of these.
_PARQUET_ERRORS = (
    OSError, ValueError, NotImplementedError, LookupError, TypeError, ArithmeticError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet as read.

    Attributes:
        name: Its name.
        rows: Its cells, row by row from row 1 and column A. A cell with an error, or with a
            formula whose value was never saved, is a `CellError`.
        merged: Merged ranges as Excel names them; only the first cell has a value.
        percents: Row number and 0-based column index of cells that Excel shows as percentages:
            0.45 is read as 45 % there.
        comments: Row number and 0-based column index → comment on that cell.
    """

    name: str
    rows: list[list[object]]
    merged: tuple[str, ...] = ()
    percents: frozenset[tuple[int, int]] = frozenset()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_workbook(path: Path, shown: str, sheet: str | None, notes: Notes) -> Worksheet | None:
    """A worksheet of a workbook; None when an error was noted.

    Args:
        path: The workbook; it passes the guard before it is parsed.
        shown: Its name in messages.
        sheet: Name of the sheet, matched ignoring case; the first one when None.
        notes: Collects errors.
    """

    def choose(sheets: Sequence[SheetName]) -> list[str]:
        names = [item.name for item in sheets if item.is_worksheet]
        name = _sheet_name(names, sheet, shown, notes)
        return [] if name is None else [name]

    try:
        packed = workbook_of(path, shown, notes)
        if packed is None or not has_seconds(shown, notes):
            return None
        parsed = _parsed(path, packed, choose, notes)
        if not parsed:
            return None
        found = _worksheet(parsed[0], packed)
        width = max(map(len, found.rows), default=0)
        has_room = may_parse(len(found.rows), width, shown, notes)
        return found if has_room else None
    except SheetError as error:
        notes.findings.extend(
            finding.model_copy(update={"file": shown}) for finding in error.findings
        )
        return None
    except (EngineError, ElementTree.ParseError) as error:
        notes.add(
            "error",
            "damaged-file",
            f"the workbook can't be read: {error}",
            file=shown,
            remedy="Open it in Excel and save it as a new .xlsx workbook",
        )
        return None
    return None


def other_sheets(path: Path, sheet: str, notes: Notes) -> tuple[Worksheet, ...]:
    """All worksheets except one, of a readable workbook, which counts once more; for messages."""

    def choose(sheets: Sequence[SheetName]) -> list[str]:
        return [item.name for item in sheets if item.is_worksheet and item.name != sheet]

    try:
        packed = guarded_workbook(path, max(notes.room.bytes_left, 0))
        notes.room.bytes_read += len(packed)
        if notes.room.seconds_left <= 0:
            return ()
        parsed = _parsed(path, packed, choose, notes)
    except (SheetError, EngineError, TooLargeError):
        return ()
    return tuple(Worksheet(each.name, _from_the_corner(each)) for each in parsed)


def _parsed(path: Path, packed: bytes, choose: Choose, notes: Notes) -> tuple[ParsedSheet, ...]:
    """The chosen sheets of a guarded workbook, in the seconds that are left."""
    with notes.room.unpacking() as seconds:
        allowance = Allowance(seconds=min(MAX_PARSER_SECONDS, math.ceil(seconds)))
        return parse_workbook(path, packed, choose, allowance)[1]


def _worksheet(sheet: ParsedSheet, packed: bytes) -> Worksheet:
    """A parsed sheet with what the engine does not report about its cells."""
    rows = _from_the_corner(sheet)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        name = sheet_parts(archive).get(sheet.name)
        part = archive.read(name) if name else b""
        styles = next((n for n in archive.namelist() if n.casefold() == "xl/styles.xml"), "")
        percents = _percent_cells(part, archive.read(styles) if styles else b"")
    for (number, column), error in cell_errors(part).items():
        rows += [[] for _ in range(number - len(rows))]
        row = rows[number - 1] = list(rows[number - 1])
        row += [""] * (column + 1 - len(row))
        row[column] = error if row[column] == "" else row[column]
    comments = {(row, column): text for row, column, text in sheet.comments}
    return Worksheet(sheet.name, rows, merged_ranges(part), percents, comments)


def _percent_cells(part: bytes, styles: bytes) -> frozenset[tuple[int, int]]:
    """Row number and 0-based column index of cells whose format has a percent sign."""
    if b"%" not in styles and not _PERCENT_IDS.search(styles):
        return frozenset()
    root = ElementTree.fromstring(styles)  # noqa: S314 - the guard refused all declarations
    formats = {"9", "10"}  # 0% and 0.00%, which need no definition
    used: list[str] = []
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "numFmt" and "%" in _LITERALS.sub("", element.get("formatCode", "")):
            formats.add(element.get("numFmtId", ""))
        elif kind == "cellXfs":
            used = [xf.get("numFmtId", "") for xf in element]
    wanted = {str(index).encode() for index, used_id in enumerate(used) if used_id in formats}
    cells = _CELL.finditer(part) if wanted else ()
    return frozenset(
        (int(cell["row"]), column_number(cell["column"].decode()) - 1)
        for cell in cells
        if cell["style"] in wanted
    )


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
            remedy=f"Did you mean '{like}'?" if like else "Correct `sheet` in project.toml",
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
    content = content_of(path, shown, notes)
    if content is None or not has_seconds(shown, notes):
        return None
    try:
        with notes.room.unpacking() as seconds:
            memory_for = partial(_memory_for_parquet, len(content), shown, notes)
            table = decoded_parquet(content, memory_for, seconds)
        frame: pd.DataFrame | None = None if table is None else _frame(table)
        return frame
    except MemoryError:
        notes.add(
            "error",
            "parquet-limit",
            "the Parquet file unpacks to more than it says, or to more than can be read",
            file=shown,
            remedy="Save the table again, or as CSV",
        )
        return None
    except _PARQUET_ERRORS as error:
        notes.add(
            "error",
            "damaged-file",
            f"the Parquet file can't be read: {' '.join(str(error).split())[:200]}",
            file=shown,
            remedy="Save the table again",
        )
        return None


def _memory_for_parquet(
    size_bytes: int, shown: str, notes: Notes, described: Described
) -> int | None:
    """Bytes of memory that decoding a Parquet file takes, by what it says of itself.

    None when it says more than may be read, and an error was noted.
    """
    if described.other:
        name, kind = described.other
        notes.add(
            "error",
            "column-type",
            f"column '{name}' is of type {kind}",
            file=shown,
            allowed="numbers, texts, dates and truth values",
            remedy="Save the table with another type of the column, or without it",
        )
        return None
    unpacked_bytes, (rows, columns, *_) = described.unpacked_bytes, described
    if not may_unpack(unpacked_bytes, shown, notes) or not may_parse(rows, columns, shown, notes):
        return None
    cells = rows * columns
    if cells > _MANY_CELLS and cells > size_bytes * _MOST_CELLS_A_BYTE:
        notes.add(
            "error",
            "parquet-bomb",
            f"the table has {rows:,} rows of {columns:,} cells in a file of {size_bytes:,} bytes",
            file=shown,
            allowed=f"at most {_MOST_CELLS_A_BYTE} cells a byte, above {_MANY_CELLS:,} cells",
            remedy="Delete the rows and columns that repeat one value, or save the table as CSV",
        )
        return None
    return ARROW_BYTES + size_bytes * 2 + unpacked_bytes * 4 + cells * _MOST_BYTES_A_CELL


def _frame(table: Any) -> pd.DataFrame:
    """The frame of an Arrow table, without the column of row numbers that pandas may add."""
    from pyarrow import ArrowException

    names = enumerate(table.column_names)
    named = [index for index, name in names if not _ROW_NUMBERS.fullmatch(name)]
    try:
        frame: pd.DataFrame = table.select(named).to_pandas(ignore_metadata=True)
    except ArrowException as error:
        raise ValueError(str(error)) from None
    return frame
