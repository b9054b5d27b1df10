"""Worksheets with several header rows, and typed dates."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import pytest
import xlsxwriter

from tests.data.conftest import Load
from tests.data.sources.conftest import Read, cells

Rows = Sequence[Sequence[object]]
TWO: Rows = (
    ("Table 1. Employed persons",),
    ("", 2020, "", 2021, ""),
    ("Country", "Men", "Women", "Men", "Women"),
    ("Austria", 1.5, 2, 3, 4),
    ("Belgium", 5, 6, 7, ":"),
    (),
    ("Source: a survey",),
)


def _workbook(rows: Rows, merged: Sequence[str] = (), percent: str = "") -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("T")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.datetime):
                sheet.write_datetime(at, column, cell, day)
            elif cell != "":
                sheet.write(at, column, cell)
    for area in merged:
        sheet.merge_range(area, "")
        first = area.split(":")[0]
        row, column = int(first[1:]) - 1, ord(first[0]) - ord("A")
        sheet.write(row, column, rows[row][column])
    if percent:
        row, column = int(percent[1:]) - 1, ord(percent[0]) - ord("A")
        sheet.write(row, column, rows[row][column], book.add_format({"num_format": "0%"}))
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("merged", [(), ("B2:C2", "D2:E2")])
def test_groups_over_columns_become_columns(read: Read, load: Load, merged: Sequence[str]) -> None:
    """Merged or blank, a group's label counts for its columns; rows are those of the sheet."""
    grid, notes = read("a.xlsx", _workbook(TWO, merged))
    assert grid is not None
    assert grid.headings == ("Country", "YEAR", "header 2", "VALUE")
    found = list(zip(*(cells(grid, text) for text in grid.headings), strict=True))
    assert found[:4] == [
        ("Austria", "2020", "Men", 1.5), ("Austria", "2020", "Women", 2.0),
        ("Austria", "2021", "Men", 3.0), ("Austria", "2021", "Women", 4.0),
    ]  # fmt: skip
    assert grid.rows.tolist() == [4] * 4 + [5] * 4 + [6, 7]
    assert "2 header rows as columns 'YEAR', 'header 2'" in notes.formats["a.xlsx"]
    assert grid.roles is not None
    assert grid.roles.columns == {
        "COUNTRY": "Country", "YEAR": "YEAR", "VALUE": "VALUE", "SECTOR": "header 2",
    }  # fmt: skip
    table = {"file": "a.xlsx", "unit": "persons"}
    dataset, warnings = load({"a.xlsx": _workbook(TWO, merged)}, data={"tables": {"jobs": table}})
    series = dataset.tables["jobs"].series("BE", "jobs", "Men", "persons")
    assert series is not None
    assert (series.points["2021"].value, series.points["2021"].sources[0].rows) == (7.0, (5,))
    assert [finding.code for finding in warnings] == ["data.note-rows"]


def test_three_levels_and_two_columns_of_labels(read: Read) -> None:
    """Levels are called by their row in the header, but for the one of years."""
    rows: Rows = (
        ("", "", "Town", "", "", "", "Country", "", "", ""),
        ("", "", "Men", "", "Women", "", "Men", "", "Women", ""),
        ("Country", "Sector", 2020, 2021, 2020, 2021, 2020, 2021, 2020, 2021),
        ("Austria", "Gas", 1, 2, 3, 4, 5, 6, 7, 8),
    )
    grid, _ = read("a.xlsx", _workbook(rows))
    assert grid is not None
    assert grid.headings == ("Country", "Sector", "header 1", "header 2", "YEAR", "VALUE")
    found = list(zip(*(cells(grid, text) for text in grid.headings), strict=True))
    assert found[6] == ("Austria", "Gas", "Country", "Women", "2020", 7.0)
    assert grid.roles is not None
    assert grid.roles.dimensions == ("header 1", "header 2")
    assert grid.roles.category == ""


def test_one_row_that_suffices_is_the_header(read: Read) -> None:
    """Labels that are all different need no groups: the row above is left out, as ever."""
    rows: Rows = (
        ("", "", "Past", "", "Future", ""),
        ("COUNTRY", "UNIT", 2010, 2020, 2030, 2040),
        ("Austria", "TWh", 1, 2, 3, 4),
    )
    grid, _ = read("a.xlsx", _workbook(rows))
    assert grid is not None
    assert grid.headings[:3] == ("COUNTRY", "UNIT", "2010")
    grid, _ = read("a.xlsx", _workbook(rows), header_rows=2)
    assert grid is not None
    assert grid.headings == ("COUNTRY", "UNIT", "header 1", "YEAR", "VALUE")
    assert cells(grid, "header 1") == ["Past", "Past", "Future", "Future"]


@pytest.mark.parametrize(
    ("rows", "merged", "words"),
    [
        ((("", 2020, "", 2020, ""), *TWO[2:]), (), "columns B and D have the same labels"),
        ((("", 2020, "", 2021, "", ""), ("Country", "Men", "Women", "Men", "Women", "Men"),
          ("Austria", 1, 2, 3, 4, 5)), ("B1:C1", "D1:E1"), "column F is right of the merged"),
        ((("", 2020, "", 2021, "", 2022), ("Country", "Men", "Women", "Men", "Women", ""),
          ("Austria", 1, 2, 3, 4, 5)), (), "column F has no label in row 2"),
    ],
)  # fmt: skip
def test_header_with_two_meanings_is_refused(
    read: Read, rows: Rows, merged: Sequence[str], words: str
) -> None:
    """The finding names the columns, and what to write or set."""
    grid, notes = read("a.xlsx", _workbook(rows, merged))
    assert grid is None
    [finding] = notes.findings
    assert finding.code == "data.header-rows"
    assert words in finding.message
    assert finding.sheet == "T"
    assert "header_rows" in finding.remedy


def test_header_rows_can_be_set_to_one(read: Read) -> None:
    """With header_rows = 1 a sheet is read as one header row, as before."""
    grid, notes = read("a.xlsx", _workbook(TWO), header_rows=1)
    assert grid is not None
    assert grid.numbers is None
    assert not [finding for finding in notes.findings if finding.code == "data.header-rows"]


def test_percent_stays_with_its_cell(read: Read) -> None:
    """A cell that Excel shows in percent is known in the long form too."""
    grid, _ = read("a.xlsx", _workbook(TWO, percent="C5"))
    assert grid is not None
    assert [at for at, is_so in enumerate(grid.percents["VALUE"].tolist()) if is_so] == [5]


def test_typed_dates_are_iso_8601(read: Read) -> None:
    """A date is a day as it is written, a time of day is kept."""
    rows: Rows = (
        ("COUNTRY", "YEAR", "VALUE", "UNIT"),
        ("Austria", dt.datetime(2020, 3, 15), 1, "TWh"),
        ("Austria", dt.datetime(2020, 3, 15, 12, 30), 2, "TWh"),
    )
    grid, _ = read("a.xlsx", _workbook(rows))
    assert grid is not None
    assert cells(grid, "YEAR") == ["2020-03-15", "2020-03-15T12:30:00"]
