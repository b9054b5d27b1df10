"""The child process that parses a workbook: an untrusted file can end it, but not the report.

`factbook.xlsx.parser` starts it with pipes only. It sets its own limits, reads a line of orders and
the workbook's bytes, writes a line with the sheets, reads the names of those to parse, and writes
each: a line with position, size and comments, lines of rows, and ``null``. All lines are JSON; a
value that JSON cannot express is a list of its kind and its parts (see `tagged`).
"""

from __future__ import annotations

import datetime
import io
import math
import sys
import zipfile
from collections.abc import Sequence
from typing import BinaryIO
from xml.etree import ElementTree

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from factbook.xlsx.comments import TooManyCommentsError, sheet_comments
from factbook.xlsx.sheet_parts import sheet_parts

_CELLS_A_LINE = 50_000


def main() -> int:
    """Answer the orders on standard input.

    Returns:
        Exit code: 0 when everything asked for was written, or an error was.
    """
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    order = orjson.loads(orders.readline())
    limit_resources(order["memory_bytes"], order["cpu_seconds"])
    _write(answers, "ready")
    try:
        _parse(orders, answers, order["bytes"], order["max_sheet_cells"])
    except (CalamineError, ElementTree.ParseError, OSError, ValueError) as error:
        _write(answers, {"error": str(error)})
    except BaseException as error:
        # The engine's own failures derive from BaseException alone, and can't be imported.
        if type(error).__name__ != "PanicException":
            raise
        _write(answers, {"error": "the engine failed on it"})
    return 0


def limit_resources(memory_bytes: int, cpu_seconds: int | None) -> None:
    """Limit this process, where the system can: memory, computing time, no files.

    Args:
        memory_bytes: Its address space.
        cpu_seconds: What it may compute since its start; None to leave that limit as it is.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits: there the elapsed time must suffice
        return
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        if limit is None:
            continue
        hard = resource.getrlimit(kind)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (soft, hard))
        except (OSError, ValueError):  # macOS knows RLIMIT_AS, and refuses it
            continue


def tagged(value: object) -> object:
    """A cell that JSON cannot express, as a list of its kind and its parts."""
    if isinstance(value, datetime.datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, datetime.time):
        return ["time", value.isoformat()]
    if isinstance(value, datetime.timedelta):
        return ["timedelta", value.days, value.seconds, value.microseconds]
    if isinstance(value, (int, float)):
        return ["float", str(float(value))]
    raise TypeError(f"a cell can't be a {type(value).__name__}")


def _parse(orders: BinaryIO, answers: BinaryIO, size: int, max_sheet_cells: int) -> None:
    packed = io.BytesIO(orders.read(size))
    with CalamineWorkbook.from_filelike(packed) as book, zipfile.ZipFile(packed) as archive:
        sheets = [
            [sheet.name, sheet.typ is SheetTypeEnum.WorkSheet] for sheet in book.sheets_metadata
        ]
        _write(answers, {"sheets": sheets})
        parts = sheet_parts(archive)
        for name in orjson.loads(orders.readline()):
            comments = _comments(archive, parts.get(name, ""))
            _write_sheet(answers, book.get_sheet_by_name(name), comments, max_sheet_cells)


def _comments(archive: zipfile.ZipFile, part: str) -> list[list[object]] | None:
    """The comments on a sheet's cells, each as the list of its parts; None for too many."""
    try:
        return [list(comment) for comment in sheet_comments(archive, part)] if part else []
    except TooManyCommentsError:
        return None


def _write_sheet(
    answers: BinaryIO, sheet: CalamineSheet, comments: list[list[object]] | None, max_cells: int
) -> None:
    height, width = sheet.height, sheet.width
    head = {"start": sheet.start or (0, 0), "height": height, "width": width, "comments": comments}
    _write(answers, head)
    if height * width <= max_cells:
        rows = sheet.to_python()
        step = max(_CELLS_A_LINE // max(width, 1), 1)
        for first in range(0, len(rows), step):
            _write(answers, [_plain_row(row) for row in rows[first : first + step]])
    _write(answers, None)


def _plain_row(row: Sequence[object]) -> list[object]:
    """A row without infinite numbers, which JSON would write as null."""
    return [
        tagged(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell
        for cell in row
    ]


def _write(answers: BinaryIO, answer: object) -> None:
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE
    answers.write(orjson.dumps(answer, default=tagged, option=options))
    answers.flush()
