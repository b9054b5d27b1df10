"""Workbooks parsed in a child process, with limits of memory and time.

The guard keeps out what is known to be hostile. Anything else may still make the engine use up
memory or time, or abort its process: then only a child ends, and there is a finding.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson
import python_calamine

import factbook
from factbook.files.child_environment import bare_environment
from factbook.files.sizes import megabytes
from factbook.xlsx.cells import CellValue
from factbook.xlsx.comments import MOST_COMMENTS, Comment
from factbook.xlsx.workbook_limits import (
    MAX_CELLS,
    MAX_PARSER_BYTES,
    MAX_PARSER_SECONDS,
    TRIM,
    refuse,
)

_START = (
    "import sys; sys.path += sys.argv[1:]; "
    "from factbook.xlsx.parser_process import main; sys.exit(main())"
)
_READY = b'"ready"\n'  # the first line of a child, when it has set its limits
_PATIENCE = 3  # seconds of elapsed time per second of computing, on a busy machine

Choose = Callable[[Sequence["SheetName"]], Sequence[str]]


class EngineError(Exception):
    """The engine can't read the workbook; the message says why."""


@dataclass(frozen=True)
class SheetName:
    """A sheet's name, and whether it is a worksheet (a chart can be a sheet too)."""

    name: str
    is_worksheet: bool


@dataclass(frozen=True)
class Allowance:
    """The limits on parsing a workbook.

    Attributes:
        sheet_cells: Most cells that a sheet may span.
        memory_bytes: Address space of the child.
        seconds: Computing time of the child; it may take `_PATIENCE` times as long.
    """

    sheet_cells: int = MAX_CELLS
    memory_bytes: int = MAX_PARSER_BYTES
    seconds: int = MAX_PARSER_SECONDS


@dataclass(frozen=True)
class ParsedSheet:
    """The used area of a sheet.

    Attributes:
        name: Name on its tab.
        start: 0-based row and column of the area's first cell.
        rows: Its rows, all of the same length. An empty cell is an empty text.
        comments: Comments on cells of the sheet.
    """

    name: str
    start: tuple[int, int]
    rows: list[list[CellValue]]
    comments: tuple[Comment, ...] = ()


def parse_workbook(
    path: Path, packed: bytes, choose: Choose, allowance: Allowance | None = None
) -> tuple[tuple[SheetName, ...], tuple[ParsedSheet, ...]]:
    """Parse sheets of a workbook that passed the guard.

    Args:
        path: The workbook, for messages.
        packed: Its bytes from the guard.
        choose: Called with all sheets; returns the names of those to parse.
        allowance: The limits.

    Returns:
        All sheets of the workbook, and the chosen ones, in the order of their names.

    Raises:
        EngineError: The engine can't read the workbook.
        SheetError: A sheet is too large, or the child ended before it had read the workbook.
    """
    allowance = allowance or Allowance()
    try:
        with _child(allowance, len(packed)) as (orders, answers):
            _send(orders, packed)
            names = tuple(SheetName(*item) for item in _answer(answers)["sheets"])
            chosen = list(choose(names))
            _send(orders, orjson.dumps(chosen) + b"\n")
            return names, tuple(_sheets(path, chosen, answers, allowance.sheet_cells))
    except (OSError, EOFError, orjson.JSONDecodeError):
        refuse(
            path,
            "parser-limit",
            f"the workbook could not be read within {megabytes(allowance.memory_bytes)} of memory "
            f"and {allowance.seconds} seconds",
            remedy=TRIM,
        )


@contextmanager
def _child(allowance: Allowance, size: int) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The pipes to a child, which has ended and been reaped when the block ends."""
    order = {
        "memory_bytes": allowance.memory_bytes,
        "cpu_seconds": allowance.seconds,
        "max_sheet_cells": allowance.sheet_cells,
        "bytes": size,
    }
    modules = (factbook, python_calamine, orjson)
    roots = {str(Path(module.__file__ or "").parents[1]) for module in modules}
    with subprocess.Popen(  # noqa: S603 - our own interpreter, nothing of the user's
        [sys.executable, "-I", "-S", "-c", _START, *sorted(roots)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(),
    ) as process:
        timer = threading.Timer(allowance.seconds * _PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                raise EOFError  # both were asked for as pipes
            _send(process.stdin, orjson.dumps(order) + b"\n")
            if process.stdout.readline() != _READY and process.wait() > 0:
                raise EngineError("the process that parses it did not start")
            yield process.stdin, process.stdout
        finally:
            timer.cancel()
            process.kill()


def _send(orders: IO[bytes], content: bytes) -> None:
    orders.write(content)
    orders.flush()


def _answer(answers: IO[bytes]) -> Any:
    line = answers.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    answer = orjson.loads(line)
    if isinstance(answer, dict) and "error" in answer:
        raise EngineError(answer["error"])
    return answer


def _sheets(
    path: Path, names: Sequence[str], answers: IO[bytes], max_sheet_cells: int
) -> Iterator[ParsedSheet]:
    """The sheets as they arrive, as long as neither one nor all together are too large."""
    area = 0
    for name in names:
        head = _answer(answers)
        height, width = head["height"], head["width"]
        area += height * width
        if height * width > max_sheet_cells or area > MAX_CELLS:
            limit = f"at most {max_sheet_cells:,} cells in a sheet"
            refuse(
                path,
                "too-many-cells",
                f"sheet '{name}' has {height:,} rows and {width:,} columns",
                allowed=limit if area <= MAX_CELLS else f"at most {MAX_CELLS:,} cells in all",
                remedy=TRIM,
            )
        if head["comments"] is None:
            refuse(
                path,
                "too-many-comments",
                f"sheet '{name}' has too many comments on its cells",
                allowed=f"at most {MOST_COMMENTS:,} on a sheet",
                remedy="Delete those that say nothing about a figure, and save",
            )
        first_row, first_column = head["start"]
        rows: list[list[CellValue]] = []
        while (chunk := _answer(answers)) is not None:
            rows += [_cells(row) for row in chunk]
        comments = tuple(Comment(*comment) for comment in head["comments"])
        yield ParsedSheet(name, (first_row, first_column), rows, comments)


def _cells(row: list[Any]) -> list[CellValue]:
    return [_untagged(cell) if isinstance(cell, list) else cell for cell in row]


def _untagged(cell: list[Any]) -> CellValue:
    """The cell that `factbook.xlsx.parser_process.tagged` wrote."""
    kind, *parts = cell
    return _KINDS[kind](*parts)


_KINDS: dict[str, Callable[..., CellValue]] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": datetime.timedelta,
    "float": float,
}
