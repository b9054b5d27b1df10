"""Atomic writes: a file name never refers to a partly written file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.durable import write_whole
from factbook.files.regular_files import read_regular


def holds(path: Path, content: bytes) -> bool:
    """Whether a regular file exists and contains exactly these bytes."""
    with suppress(OSError):
        return read_regular(path, len(content)) == content
    return False


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it has this content already; return whether it was written."""
    if holds(path, content):
        return False
    write_atomically(path, content)
    return True


def write_atomically(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file atomically: its name never refers to a partly written file.

    Args:
        path: The file.
        content: Its content.
        mode: Its permissions at most; the umask takes some away.

    Raises:
        StoppedError: The disk is full, or the folder is a link, or cannot be written to.
    """
    try:
        write_whole(path, content, mode=mode)
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. "
            "Free disk space or correct the folder's permissions, then run the same command again"
        ) from None
