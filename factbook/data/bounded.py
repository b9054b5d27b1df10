"""Reading within the room of a project's data: what is too large becomes a finding."""

from __future__ import annotations

from pathlib import Path

from factbook.data.cleaning import Notes
from factbook.data.room import MOST_SECONDS
from factbook.files.inputs import read_input
from factbook.files.sizes import TooLargeError, megabytes
from factbook.xlsx.guard import guarded_workbook

_REMEDY = (
    "Keep only the rows and columns that the report needs, or give --set {key}=… with a higher "
    "number, or set FACTBOOK_LIMITS in the environment"
)


def content_of(path: Path, shown: str, notes: Notes) -> bytes | None:
    """The content of a file, which counts as read; None when an error was noted.

    Raises:
        OSError: It cannot be read.
    """
    try:
        content = read_input(path, notes.room.bytes_left)
    except TooLargeError as error:
        _note_size(f"the file has {megabytes(error.size_bytes)}", shown, notes)
        return None
    notes.room.bytes_read += len(content)
    return content


def may_unpack(size_bytes: int, shown: str, notes: Notes) -> bool:
    """Whether a packed file may be unpacked, whose bytes count then; else an error is noted."""
    if size_bytes > notes.room.bytes_left:
        _note_size(f"the file unpacks to {megabytes(size_bytes)}", shown, notes)
        return False
    notes.room.bytes_read += size_bytes
    return True


def workbook_of(path: Path, shown: str, notes: Notes) -> bytes | None:
    """A workbook that passed the guard, whose parts count as read; None when an error was noted.

    Raises:
        SheetError: The guard refuses it.
    """
    try:
        packed = guarded_workbook(path, max(notes.room.bytes_left, 0))
    except TooLargeError as error:
        _note_size(f"the workbook has {megabytes(error.size_bytes)} or more", shown, notes)
        return None
    notes.room.bytes_read += len(packed)
    return packed


def may_parse(rows: int, columns: int, shown: str, notes: Notes) -> bool:
    """Whether a table may be parsed, whose cells count then; else an error is noted."""
    room = notes.room
    if rows * columns <= room.cells_left:
        room.cells_read += rows * columns
        return True
    before = f", after {room.cells_read:,} cells of others" if room.cells_read else ""
    notes.add(
        "error",
        "too-many-cells",
        f"the table has {rows:,} rows of {columns:,} cells{before}",
        file=shown,
        allowed=f"at most {room.limits.max_data_cells:,} cells of data in all "
        "(limits.max_data_cells)",
        remedy=_REMEDY.format(key="limits.max_data_cells"),
    )
    return False


def has_seconds(shown: str, notes: Notes) -> bool:
    """Whether a file may be unpacked, after what the others have taken; else an error is noted."""
    if notes.room.seconds_left > 0:
        return True
    notes.add(
        "error",
        "too-slow",
        f"the workbooks and Parquet files before it took {MOST_SECONDS} seconds to unpack",
        file=shown,
        allowed=f"at most {MOST_SECONDS} seconds for those of all tables together",
        remedy="Save tables as CSV, or leave out tables, rows and columns that no section needs",
    )
    return False


def _note_size(what: str, shown: str, notes: Notes) -> None:
    room = notes.room
    before = f", after {megabytes(room.bytes_read)} of other data" if room.bytes_read else ""
    notes.add(
        "error",
        "too-large",
        f"{what}{before}",
        file=shown,
        allowed=f"at most {room.limits.max_data_mb:,} MB of data in all (limits.max_data_mb)",
        remedy=_REMEDY.format(key="limits.max_data_mb"),
    )
