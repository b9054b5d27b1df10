"""Workbooks parsed in a child process: what comes back, and what happens when it can't."""

import datetime
import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import psutil
import pytest

from factbook.errors import SheetError
from factbook.xlsx.cells import CellValue
from factbook.xlsx.guard import guarded_workbook
from factbook.xlsx.parser import Allowance, EngineError, ParsedSheet, SheetName, parse_workbook


def everything(sheets: Sequence[SheetName]) -> list[str]:
    """Chooses all worksheets."""
    return [sheet.name for sheet in sheets if sheet.is_worksheet]


def parse(path: Path, allowance: Allowance | None = None) -> tuple[ParsedSheet, ...]:
    """All sheets of a workbook."""
    return parse_workbook(path, guarded_workbook(path), everything, allowance)[1]


def left_over() -> tuple[set[psutil.Process], set[threading.Thread]]:
    """Children of this process, and timers that would kill one; other tests have threads too.

    The thread of a timer that was cancelled may take a moment to end.
    """
    timers = {one for one in threading.enumerate() if isinstance(one, threading.Timer)}
    pending = {timer for timer in timers if not timer.finished.is_set()}
    return set(psutil.Process().children()), set(pending)


def test_parser_gives_cells_of_every_kind(workbook: Callable[..., Path]) -> None:
    """Dates, times, durations and Booleans come back as they are, numbers as floats."""
    cells: list[CellValue] = [
        "text",
        1.5,
        True,
        datetime.date(2001, 2, 3),
        datetime.datetime(2001, 2, 3, 4, 5, 6),
        datetime.time(4, 5, 6),
        datetime.timedelta(days=2, seconds=5),
    ]
    (sheet,) = parse(workbook({"A": [cells]}))
    assert sheet.rows == [cells]
    assert [type(cell) for cell in sheet.rows[0]] == [type(cell) for cell in cells]


def test_parser_gives_numbers_that_json_does_not_know(first_sheet: Callable[..., Path]) -> None:
    """An infinite number is not taken for an empty cell."""
    (sheet,) = parse(first_sheet(b'<row r="1"><c r="A1"><v>1e999</v></c></row>'))
    assert sheet.rows == [[float("inf")]]


def test_parser_says_where_the_cells_begin(first_sheet: Callable[..., Path]) -> None:
    """The used area of a sheet need not begin at A1."""
    (sheet,) = parse(first_sheet(b'<row r="3"><c r="B3"><v>7</v></c></row>'))
    assert (sheet.start, sheet.rows) == ((2, 1), [[7.0]])


@pytest.mark.slow
def test_parser_gives_many_rows_in_order(workbook: Callable[..., Path]) -> None:
    """A sheet that comes in several pieces is whole."""
    (sheet,) = parse(workbook({"A": [[number] * 100 for number in range(1_200)]}))
    assert [row[99] for row in sheet.rows] == list(range(1_200))


@pytest.mark.slow
@pytest.mark.parametrize(
    "allowance", [Allowance(seconds=0), Allowance(memory_bytes=30_000_000)], ids=["time", "memory"]
)
def test_parser_ends_a_child_that_takes_too_much(tmp_path: Path, allowance: Allowance) -> None:
    """A child over its limits is a finding, and neither a process nor a thread stays."""
    path = tmp_path / "large.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("A")
    for number in range(40_000):
        sheet.append([number, f"text {number}", number / 7])
    book.save(path)
    before = left_over()
    with pytest.raises(SheetError, match="could not be read within") as caught:
        parse(path, allowance)
    assert caught.value.findings[0].code == "sheet.parser-limit"
    assert caught.value.findings[0].remedy
    gc.collect()
    assert left_over() == before


def test_parser_leaves_nothing_behind(workbook: Callable[..., Path]) -> None:
    """The child is gone when the cells are there, and when the workbook was refused."""
    path = workbook({"A": [["x"] * 30] * 30})
    before = left_over()
    parse(path)
    with pytest.raises(SheetError, match="at most 100 cells in a sheet"):
        parse(path, Allowance(sheet_cells=100))
    with pytest.raises(EngineError):
        parse_workbook(path, b"PK\x03\x04 no workbook", everything)
    children, timers = left_over()
    assert children <= before[0]
    assert timers <= before[1]
    assert list(path.parent.iterdir()) == [path]


def test_parser_keeps_secrets_from_its_child(
    workbook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of the child holds no key, and Python's own settings don't reach it."""
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "none")
    seen: list[dict[str, str]] = []
    others = set(psutil.Process().children())

    def look(sheets: Sequence[SheetName]) -> list[str]:
        own = set(psutil.Process().children()) - others
        seen.extend(child.environ() for child in own)
        return []

    parse_workbook(Path("a.xlsx"), guarded_workbook(workbook({"A": [["x"]]})), look)
    assert len(seen) == 1
    assert not {"OPENAI_API_KEY", "PYTHONSTARTUP"} & set(seen[0])


def test_parser_process_works_without_limits() -> None:
    """Windows has no `resource`: there the child parses all the same."""
    code = (
        "import sys; sys.modules['resource'] = None; "
        "from factbook.xlsx.parser_process import limit_resources; limit_resources(1, 1)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
