"""Reading within the room of a project's data: what is too large becomes a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from factbook.config.bounded_limits import remedy_for
from factbook.data.cleaning import Notes, listing, plural
from factbook.data.grids.room import MOST_SECONDS
from factbook.data.labels import group_ids
from factbook.files.inputs import read_input
from factbook.files.sizes import TooLargeError, megabytes
from factbook.xlsx.guard import guarded_workbook

MOST_LABELS_OF_UNREAD = 100_000
"""Most different texts of a column that nothing reads; more tell no rows apart."""

_KEEP = "Keep only the rows and columns that the report needs"


def content_of(path: Path, shown: str, notes: Notes) -> bytes | None:
    """The content of a file, which counts as read; None when an error was noted.

    Raises:
        OSError: It cannot be read.
    """
    try:
        content = read_input(path, notes.room.bytes_left)
    except TooLargeError as error:
        note_size(f"the file has {megabytes(error.size_bytes)}", shown, notes)
        return None
    notes.room.bytes_read += len(content)
    return content


def may_unpack(size_bytes: int, shown: str, notes: Notes) -> bool:
    """Whether a packed file may be unpacked, whose bytes count then; else an error is noted."""
    if size_bytes > notes.room.bytes_left:
        note_size(f"the file unpacks to {megabytes(size_bytes)}", shown, notes)
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
        note_size(f"the workbook has {megabytes(error.size_bytes)} or more", shown, notes)
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
        remedy=remedy_for("max_data_cells", _KEEP),
    )
    return False


def may_keep(labels: int, figures: int, shown: str, notes: Notes) -> bool:
    """Whether so much of a file may be kept; else an error is noted. Nothing is counted.

    A figure takes some 250 bytes until its table is indexed, a text that no other cell has more.

    Args:
        labels: The different texts of each column that holds no figures, all columns together.
        figures: The cells of all columns of figures.
        shown: File as it is shown.
        notes: Collects the error.
    """
    limits, before = notes.room.limits, notes.room.figures_read
    if labels > limits.max_data_labels:
        notes.add(
            "error",
            "too-many-labels",
            f"the columns that hold no figures have {labels:,} different texts or more: there is "
            "another one in almost every row",
            file=shown,
            allowed=f"at most {limits.max_data_labels:,} in a file (limits.max_data_labels)",
            remedy=remedy_for("max_data_labels", "Leave out columns of comments and row numbers"),
        )
    elif figures > limits.max_data_figures - before:
        after = f", after {before:,} of other files" if before else ""
        notes.add(
            "error",
            "too-many-figures",
            f"the table has {figures:,} figures or more{after}",
            file=shown,
            allowed=f"at most {limits.max_data_figures:,} in all (limits.max_data_figures)",
            remedy=remedy_for("max_data_figures", _KEEP),
        )
    else:
        return True
    return False


def note_unread(headings: Sequence[str], shown: str, notes: Notes) -> None:
    """List columns that are left out, having more texts than `MOST_LABELS_OF_UNREAD`."""
    notes.cleaned(
        "unread-columns",
        shown,
        f"{plural(len(headings), 'column')} of {shown} with more than {MOST_LABELS_OF_UNREAD:,} "
        f"different texts, not read: {listing(map(repr, headings), 8)}",
        len(headings),
    )


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


def may_index(rows: pd.DataFrame, shown: str, notes: Notes) -> bool:
    """Whether rows may be indexed, whose series count then; else an error is noted.

    A series is a combination of a property with one of its categories and one of its units: a
    sheet that names the property asks for each of them in each place.

    Args:
        rows: A frame described in `factbook.data.rows`.
        shown: File as it is shown.
        notes: Collects the error.
    """
    room, number = notes.room, _number_of_series(rows)
    if number <= room.series_left:
        room.series_read += number
        return True
    before = f", after {room.series_read:,} of other tables" if room.series_read else ""
    notes.add(
        "error",
        "too-many-series",
        f"the table has {number:,} combinations of a property with its categories and units"
        f"{before}: there is one in almost every row, or names hold numbers",
        file=shown,
        allowed=f"at most {room.limits.max_data_series:,} of all tables (limits.max_data_series)",
        remedy=remedy_for("max_data_series", _KEEP),
    )
    return False


def _number_of_series(rows: pd.DataFrame) -> int:
    """Over all properties of all collections: categories times units."""
    kinds = group_ids(rows, ("collection", "metric"))
    _, kinds = np.unique(kinds, return_inverse=True)
    number = np.ones(int(np.max(kinds, initial=-1)) + 1, dtype=np.int64)
    for column in ("subject", "unit"):
        count = len(rows[column].cat.categories)
        pairs = np.unique(kinds * count + rows[column].cat.codes.to_numpy())
        number *= np.bincount(pairs // count, minlength=len(number))
    return int(number.sum())


def note_size(what: str, shown: str, notes: Notes) -> None:
    """An error for a file that is larger than what may still be read; `what` says how large."""
    room = notes.room
    before = f", after {megabytes(room.bytes_read)} of other data" if room.bytes_read else ""
    notes.add(
        "error",
        "too-large",
        f"{what}{before}",
        file=shown,
        allowed=f"at most {room.limits.max_data_mb:,} MB of data in all (limits.max_data_mb)",
        remedy=remedy_for("max_data_mb", _KEEP),
    )
