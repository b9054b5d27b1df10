"""Input files of a project: regular files alone, read whole up to a bound.

A path of a project can name anything: a pipe that never ends, a device, a file that is larger than
the memory or that grows while it is read. What is read is the file that was opened and looked at,
whatever its name leads to later.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from factbook.files.sizes import read_opened

MOST_FOLDERS_DEEP = 32


def read_input(path: Path, most_bytes: int) -> bytes:
    """The content of a regular file; links are followed.

    Args:
        path: The file.
        most_bytes: What may be read.

    Raises:
        TooLargeError: The file is larger, or grew while it was read.
        OSError: It cannot be read, or is no regular file.
    """
    with open_input(path) as file:
        return read_opened(file.fileno(), most_bytes)


def open_input(path: Path) -> BinaryIO:
    """A regular file, opened to be read; links are followed.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    try:
        _require_regular(path.stat().st_mode)  # to open a device can have effects of its own
        opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except ValueError:
        raise OSError(errno.EINVAL, "its name contains what no name of a file can") from None
    try:
        _require_regular(os.fstat(opened).st_mode)
        return os.fdopen(opened, "rb")
    except BaseException:
        os.close(opened)
        raise


def files_below(folder: Path, most_entries: int) -> Iterator[Path]:
    """The regular files at any depth below a folder, in no order; links to folders are not entered.

    Hidden files and folders, and those whose names begin with ``~``, are left out.

    Args:
        folder: The folder.
        most_entries: How many files and folders are looked at.

    Raises:
        OSError: A folder cannot be read, or there is more than may be looked at.
    """
    waiting = [(folder, 0)]
    seen = 0
    while waiting:
        here, depth = waiting.pop()
        with os.scandir(here) as entries:
            for entry in entries:
                seen += 1
                if seen > most_entries:
                    why = f"it holds more than {most_entries:,} files and folders"
                    raise OSError(errno.EFBIG, why)
                if entry.name.startswith((".", "~")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if depth >= MOST_FOLDERS_DEEP:
                        why = f"its folders are more than {MOST_FOLDERS_DEEP} deep"
                        raise OSError(errno.ELOOP, why)
                    waiting.append((here / entry.name, depth + 1))
                elif entry.is_file():
                    yield here / entry.name


def _require_regular(mode: int) -> None:
    """Refuse what is no regular file."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file")
