"""Workbooks and frames as plain cells."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from factbook.errors import SheetError
from factbook.xlsx.cells import CellError
from factbook.xlsx.workbook import RawSheet, SheetRow, read_workbook

from .conftest import FIRST_SHEET


def read_one(path: Path) -> RawSheet:
    """The only sheet of a workbook."""
    (sheet,) = read_workbook(path, lambda name: True).sheets
    return sheet


def test_workbook_keeps_row_numbers(workbook: Callable[..., Path]) -> None:
    """Empty rows are left out, and the others keep the numbers that Excel shows."""
    path = workbook({"Tasks": [[], [None, "ID"], [], [None, 1.5], []]})
    rows = read_one(path).rows
    assert rows == (SheetRow(2, (None, "ID")), SheetRow(4, (None, 1.5)))


def test_workbook_keeps_types(workbook: Callable[..., Path]) -> None:
    """Text that looks like a number or a formula stays text; dates are dates."""
    day = datetime.date(2001, 1, 1)
    path = workbook({"Tasks": [["1.10", 1.1, True, day, " a\u00a0"]]})
    assert read_one(path).rows[0].cells == ("1.10", 1.1, True, day, " a\u00a0")


def test_workbook_tells_errors_from_gaps(first_sheet: Callable[..., Path]) -> None:
    """An error, and a formula that was never calculated, are not empty cells."""
    path = first_sheet(
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c></row>'
        b'<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c>'
        b'<c r="C2" t="str"><f>""</f><v></v></c><c r="D2" s="1"/></row>'
        b'<row r="5"><c r="E5"><f>1+1</f><v/></c></row>'
    )
    formula = CellError("a formula without a value")
    assert read_one(path).rows == (
        SheetRow(1, (1.0, CellError("#N/A"), None)),
        SheetRow(2, (formula, 2.0, None)),
        SheetRow(5, (None, None, None, None, formula)),
    )


def test_workbook_names_merged_cells(packed: Callable[..., Path]) -> None:
    """Merged ranges are named as Excel names them."""
    part = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
        b'<mergeCells count="2"><mergeCell ref="A1:A3"/><mergeCell ref="B1:C1"/></mergeCells>'
        b"</worksheet>"
    )
    assert read_one(packed({FIRST_SHEET: part})).merged == ("A1:A3", "B1:C1")


def test_workbook_reads_wanted_sheets_alone(workbook: Callable[..., Path]) -> None:
    """A sheet that is not wanted is named, and never parsed."""
    book = read_workbook(workbook({"A": [["x"]], "B": [["y"]]}), lambda name: name == "B")
    assert book.names == ("A", "B")
    assert [sheet.name for sheet in book.sheets] == ["B"]


def test_workbook_refuses_a_sheet_of_too_many_cells(first_sheet: Callable[..., Path]) -> None:
    """A sheet that passes the guard may still be far larger than any prompt sheet."""
    path = first_sheet(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="5000"><c r="GV5000"><v>1</v></c></row>'
    )
    with pytest.raises(SheetError, match="5,000 rows and 204 columns"):
        read_one(path)


@pytest.mark.parametrize(
    "parts",
    [
        {FIRST_SHEET: b"<worksheet><sheetData><row"},
        {FIRST_SHEET: None},
        {"xl/workbook.xml": b"no XML"},
        {"xl/_rels/workbook.xml.rels": b"<no"},
        {"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": None},
        {
            FIRST_SHEET: b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row>'
            b"</sheetData></worksheet>"
        },
    ],
)
def test_workbook_translates_the_engines_errors(
    packed: Callable[..., Path], parts: dict[str, bytes]
) -> None:
    """What the engine can't read is a finding with the file's name."""
    path = packed(parts)
    with pytest.raises(SheetError) as caught:
        read_workbook(path, lambda name: True)
    assert caught.value.findings[0].code == "sheet.damaged-file"
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        ("", None),
        (np.int64(3), 3),
        (np.float64(1.1), 1.1),
        (np.bool_(True), True),
        (pd.Timestamp("2024-01-01"), datetime.datetime(2024, 1, 1)),
        ([1], "[1]"),
    ],
)
def test_frames_hold_plain_values(value: Any, plain: Any) -> None:
    """Gaps of every kind are None, NumPy's numbers are Python's."""
    frame = pd.DataFrame({"ID": ["x", "y"], "Title": pd.Series(["z", value], dtype=object)})
    (sheet,) = read_workbook({"Tasks": frame}, lambda name: True).sheets
    last = sheet.rows[2]
    assert last.number == 3
    assert last.cells == ("y", plain)
    assert type(last.cells[1]) is not np.float64


def test_frames_skip_empty_rows_and_count_them() -> None:
    """The header is row 1, as if the frame stood in a workbook."""
    frame = pd.DataFrame({"ID": [1.0, float("nan"), 2.0]}, index=[7, 7, 9])
    (sheet,) = read_workbook({"Tasks": frame}, lambda name: True).sheets
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("ID",)),
        (2, (1.0,)),
        (4, (2.0,)),
    ]


def test_frames_must_be_frames() -> None:
    """Anything else is a finding that names the sheet."""
    with pytest.raises(SheetError, match="'Tasks' is not a DataFrame"):
        read_workbook({"Tasks": [1, 2]}, lambda name: True)  # type: ignore[dict-item]
