"""Findings on a terminal and elsewhere, and what ``factbook check`` says with them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from factbook.cli.check import _rows, check_project
from factbook.cli.findings import MOST_CHARACTERS, count_line, print_findings
from factbook.data.cleaning import Cleaning
from factbook.data.series import SourceRows
from factbook.errors import Finding


def _finding(severity: str, sheet: str, cell: str, **others: str) -> Finding:
    return Finding.model_validate(
        {"severity": severity, "code": "sheet.x", "message": f"{cell} is wrong", "sheet": sheet}
        | {"file": "sheet.xlsx", "cells": (cell,)}
        | others
    )


FINDINGS = (
    _finding("warning", "Tasks", "row 3"),
    _finding("error", "Sub Tasks", "row 10"),
    _finding("error", "Sub Tasks", "A9", allowed="a, b", remedy="Write 'a'"),
    _finding("error", "Sub Tasks", "AA2"),
    _finding("error", "Sub Tasks", "B2"),
    _finding("error", "Tasks", "row 4"),
    _finding("error", "", "row 1", file="etm.csv"),
)


def printed(findings: tuple[Finding, ...], width: int, *, terminal: bool) -> list[str]:
    """The lines that are printed, without colours."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, no_color=True)
    console._color_system = None
    print_findings(findings, console)
    return file.getvalue().splitlines()


def test_findings_come_in_order_one_a_line() -> None:
    """Errors first, in the order of sheets, rows and columns; a file's own come with it."""
    lines = printed(FINDINGS, 40, terminal=False)
    assert [line.split(": ")[1].removeprefix("sheet.xlsx, sheet ") for line in lines] == [
        "'Tasks', row 4",
        "'Sub Tasks', B2",
        "'Sub Tasks', AA2",
        "'Sub Tasks', A9",
        "'Sub Tasks', row 10",
        "etm.csv, row 1",
        "'Tasks', row 3",
    ]
    assert lines[3] == (
        "error: sheet.xlsx, sheet 'Sub Tasks', A9: A9 is wrong. Allowed: a, b. Write 'a'."
    )
    assert lines[-1].startswith("warning: ")


def test_findings_stand_under_their_sheet_on_a_terminal() -> None:
    """The file and sheet are said once; what is allowed and the remedy have lines of their own."""
    lines = printed(FINDINGS, 80, terminal=True)
    headings = [line for line in lines if line and not line.startswith(" ")]
    assert headings == [
        "Errors in sheet.xlsx, sheet 'Tasks'",
        "Errors in sheet.xlsx, sheet 'Sub Tasks'",
        "Errors in etm.csv",
        "Warnings in sheet.xlsx, sheet 'Tasks'",
    ]
    at = lines.index("  A9: A9 is wrong.")
    assert lines[at + 1 : at + 3] == ["      Allowed: a, b.", "      Write 'a'."]


@pytest.mark.parametrize("width", [80, 120])
def test_findings_are_wrapped_between_words(width: int) -> None:
    """No line of a terminal is longer than it is wide, and no word is broken."""
    words = [f"word{number}" for number in range(100)]
    long = _finding("error", "Tasks", "row 2", remedy=" ".join(words))
    lines = printed((long,), width, terminal=True)
    assert max(map(len, lines)) <= width
    assert [word for line in lines for word in line.rstrip(".").split()][-100:] == words


@pytest.mark.parametrize("terminal", [True, False])
def test_findings_are_safe_and_short(terminal: bool) -> None:
    """Escape sequences of an input are written out, and a cell of megabytes is cut."""
    hostile = _finding(
        "error", "a\x1b[31mb", "row 2", message="is \x1b]0;x\x07" + "9" * 1_000_000, file="\x1b"
    )
    text = "".join(printed((hostile,), 80, terminal=terminal))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\\x1b]0;x" in text
    assert len(text) < MOST_CHARACTERS * 2


def test_counts_are_in_words() -> None:
    """One error is not ``1 errors``."""
    assert count_line(FINDINGS) == "6 errors, 1 warning"


@pytest.mark.slow
def test_check_ends_with_what_to_do(
    make_project: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused project gets the count, and the command with which to look again."""
    folder = make_project(name="my project")
    assert check_project(folder, (), None, as_json=False, strict=True) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    book = openpyxl.load_workbook(folder / "prompt_sheet.xlsx")
    book["Sub Tasks"]["F2"] = "ETN"
    book.save(folder / "prompt_sheet.xlsx")
    assert check_project(folder, (), None, as_json=False, strict=False) == 2
    *_, count, command = capsys.readouterr().err.splitlines()
    assert count.startswith("1 error, 0 warnings. A report can be written once the errors are")
    assert command == f"factbook check '{folder}'"


def _soiled(folder: Path) -> list[int]:
    """Repeats eight rows of the example's table; their row numbers."""
    table = folder / "etm.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([*lines, *lines[1:9], ""]), encoding="utf-8")
    return list(range(len(lines) + 1, len(lines) + 9))


@pytest.mark.slow
def test_check_names_the_rows_of_a_cleaning(
    make_project: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight repeats: the terminal has the file and the first rows, JSON has all and the kind."""
    folder = make_project()
    rows = _soiled(folder)
    assert check_project(folder, (), None, as_json=False, strict=False) == 0
    named = ", ".join(map(str, rows[:6]))
    [line] = [line for line in capsys.readouterr().out.splitlines() if "repeats" in line]
    assert line.startswith("data: 8 exact repeats")
    assert line.endswith(f" (etm.csv rows {named} and others)")
    assert check_project(folder, (), None, as_json=True, strict=False) == 0
    found = json.loads(capsys.readouterr().out)
    [cleaning] = [c for c in found["cleanings"] if c["kind"] == "duplicates"]
    assert (cleaning["table"], cleaning["count"]) == ("ETM", 8)
    assert cleaning["rows"] == [{"file": "etm.csv", "rows": rows}]
    assert cleaning["sentence"].startswith("8 exact repeats")


def test_check_names_no_rows_twice() -> None:
    """A sentence that has the rows is left as it is; without rows there is nothing to add."""
    rows = (SourceRows("a.csv", (6,)), SourceRows("b.csv", (2, 3)))
    assert _rows(Cleaning("gaps", "T", 3, rows, "3 gaps")) == " (a.csv row 6; b.csv rows 2, 3)"
    assert _rows(Cleaning("bad-cells", "T", 1, rows[:1], "'x' (row 6)")) == ""
    assert _rows(Cleaning("format", "T", 1, (), "1 file read with tabs")) == ""
