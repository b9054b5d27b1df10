import io

import openpyxl

from tests.data.conftest import Load, Refuse

HEADER = ("COUNTRY", "SECTOR", "YEAR", "VALUE", "PROPERTY", "UNIT")
ROW = ("Austria", "Coal", 2020, 5, "G", "TWh")
BOOK = {"data": {"etm": "t.xlsx"}}


def _book(*rows: tuple[object, ...], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_notes_below_a_table_are_left_out_with_a_warning(load: Load) -> None:
    """A row with one text and nothing else holds no figure: one warning, no errors."""
    text = ",".join(HEADER) + "\nAustria,Coal,2020,5,G,TWh\n,,,,,\nNote: preliminary,,,,,\n"
    dataset, (warning,) = load({"etm.csv": text}, data={"etm": "etm.csv"})
    assert (warning.severity, warning.code) == ("warning", "data.note-rows")
    assert "'Note: preliminary' (row 4)" in warning.message
    assert len(dataset.tables["ETM"]) == 1


def test_rows_with_one_label_and_a_value_are_still_refused(refuse: Refuse) -> None:
    """A row that holds a year or a value is no note."""
    for row in (("Austria", None, None, 7), ("Austria", None, 2021)):
        findings = refuse({"t.xlsx": _book(HEADER, ROW, row)}, **BOOK)
        assert "data.blank-cells" in {finding.code for finding in findings}


def test_merged_cells_are_named_with_their_range(refuse: Refuse) -> None:
    """A row whose country stands in a merged cell above says so, with the sheet."""
    content = _book(HEADER, ROW, ("", "Gas", *ROW[2:]), merged="A2:A3")
    [finding] = refuse({"t.xlsx": content}, **BOOK)
    assert (finding.code, finding.sheet, finding.cells) == ("data.blank-cells", "Data", ("row 3",))
    assert "Unmerge A2:A3" in finding.remedy


def test_errors_of_excel_are_no_labels(refuse: Refuse) -> None:
    """#REF! is never a category, and what else is wrong is reported beside it."""
    content = _book(HEADER, ROW, ("Austria", "#REF!", *ROW[2:]), ("Austira", *ROW[1:]))
    findings = {f.code: f for f in refuse({"t.xlsx": content}, **BOOK)}
    assert set(findings) == {"data.error-cells", "data.unknown-place"}
    assert "column SECTOR holds '#REF!'" in findings["data.error-cells"].message
    assert findings["data.error-cells"].cells == ("row 3",)


def test_errors_and_formulas_without_a_value_are_no_gaps(refuse: Refuse, load: Load) -> None:
    """Both are cells that are no number, as they are in the prompt sheet."""
    rows = (
        ROW,
        ("France", "Coal", 2020, "#N/A", "G", "TWh"),
        ("Italy", "Coal", 2020, "=1+1", "G", "TWh"),
    )
    [finding] = refuse({"t.xlsx": _book(HEADER, *rows)}, **BOOK)
    assert (finding.code, finding.cells) == ("data.bad-cells", ("row 3", "row 4"))
    assert "'#N/A' (row 3), 'a formula without a value' (row 4)" in finding.message
    assert "Save the workbook in Excel" in finding.remedy
    data = {"etm": "t.xlsx", "bad_cells": "gap"}
    _, (warning,) = load({"t.xlsx": _book(HEADER, *rows)}, data=data)
    assert warning.code == "data.bad-cells"
