"""Atomic writes: a file name never refers to a partly written file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.durable import write_whole


def holds(path: Path, content: bytes) -> bool:
    """Whether a file exists and contains exactly these bytes."""
    with suppress(OSError):
        return path.stat().st_size == len(content) and path.read_bytes() == content
    return False


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it has this content already; return whether it was written."""
    if holds(path, content):
        return False
    write_atomically(path, content)
    return True


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file atomically: its name never refers to a partly written file.

    Raises:
        StoppedError: The disk is full, or the folder cannot be written to.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. "
            "Free disk space or correct the folder's permissions, then run the same command again"
        ) from None
