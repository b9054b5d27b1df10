"""Files that are replaced whole: a name never stands for half of one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.durable import write_whole


def holds(path: Path, content: bytes) -> bool:
    """Whether a file stands there with these bytes."""
    with suppress(OSError):
        return path.stat().st_size == len(content) and path.read_bytes() == content
    return False


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file unless it holds these bytes already; tell whether it was written."""
    if holds(path, content):
        return False
    write_atomically(path, content)
    return True


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for half of it.

    Raises:
        StoppedError: The disk is full, or the folder cannot be written to.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. "
            "Make room or mend the folder's permissions, then run the same command again"
        ) from None
