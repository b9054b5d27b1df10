"""The mark of a run that changes a run folder: from its first evidence until it has its end.

While it stands, records and evidence may be of one run and ``run.json`` and the reports of
another: a run is at work, or one broke off.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.regular_files import read_regular, remove
from factbook.folder.manifest import MANIFEST

UNFINISHED = ".unfinished"
NEXT = ".next"
"""Where the files of a run are prepared for the commit."""

_MOST_BYTES = 1000  # it holds a time


def mark(folder: Path) -> None:
    """Note that a run begins to change a run folder; the mark of one that broke off stays.

    Raises:
        StoppedError: The folder cannot be written to.
    """
    try:
        with suppress(FileExistsError), (folder / UNFINISHED).open("x", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n")
    except OSError as error:
        raise StoppedError(
            f"{folder / UNFINISHED} cannot be written: {error.strerror}. "
            "Free disk space or correct the folder's permissions, then run the same command again"
        ) from None


def clear(folder: Path) -> None:
    """Take the mark away: what the folder holds is of one run.

    Raises:
        StoppedError: It cannot be removed.
    """
    try:
        remove(folder / UNFINISHED)
    except OSError as error:
        raise StoppedError(
            f"{folder / UNFINISHED} cannot be removed: {error.strerror}. "
            "Correct the folder's permissions, then run the same command again"
        ) from None


def unfinished_since(folder: Path) -> str | None:
    """Since when a run folder holds parts of two runs; None when it is all of one.

    The end of a run takes the mark away just before the last of its files is committed.

    Returns:
        A time, or an empty text when the mark does not say it.
    """
    with suppress(OSError, UnicodeDecodeError):
        return read_regular(folder / UNFINISHED, _MOST_BYTES).decode().strip()
    return "" if (folder / NEXT / MANIFEST).exists() or (folder / UNFINISHED).exists() else None
