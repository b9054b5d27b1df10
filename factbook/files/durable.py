"""Files that are written atomically, and files that also survive a crash of the machine."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, *, is_flushed: bool = False) -> None:
    """Write a file atomically: its name never refers to a partly written file.

    It is written under a temporary name beside it, `.NAME.*.tmp`, and renamed.

    Args:
        path: The file.
        content: Its content.
        is_flushed: Whether the content is flushed to the disk before the rename.

    Raises:
        OSError: The disk is full, or the folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            if is_flushed:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write_durably(path: Path, content: bytes) -> None:
    """Write a file atomically; file and name are on the disk when this returns.

    Raises:
        OSError: The disk is full, or the folder cannot be written to.
    """
    write_whole(path, content, is_flushed=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, on file systems that can do so.

    Raises:
        OSError: The disk is full or broken.
    """
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(opened)
