"""Files that are written whole, and files that outlive a crash of the machine as well."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, *, is_flushed: bool = False) -> None:
    """Write a file so that its name never stands for half of it.

    It is written to a temporary name beside it, `.NAME.*.tmp`, and renamed.

    Args:
        path: The file.
        content: What it is to hold.
        is_flushed: Whether the disk has the content before the name stands for it.

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
    """Write a file whole; the disk has it, and its name, when this returns.

    Raises:
        OSError: The disk is full, or the folder cannot be written to.
    """
    write_whole(path, content, is_flushed=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk; some file systems have nothing to flush there.

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
