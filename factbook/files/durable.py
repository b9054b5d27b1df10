"""Files that are written atomically, and files that also survive a crash of the machine."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from factbook.files.regular_files import opened_folder, write_all


def write_whole(path: Path, content: bytes, *, is_flushed: bool = False, mode: int = 0o666) -> None:
    """Write a file atomically: its name never refers to a partly written file.

    It is written under a temporary name beside it, `.NAME.*.tmp`, and renamed: a link at its name
    is replaced and not followed.

    Args:
        path: The file.
        content: Its content.
        is_flushed: Whether the content is flushed to the disk before the rename.
        mode: Its permissions at most; the umask takes some away.

    Raises:
        OSError: The disk is full, or the folder is a link, or cannot be written to.
    """
    temporary = f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with opened_folder(path.parent) as folder:
        try:
            opened = os.open(temporary, new, mode, dir_fd=folder)
            try:
                write_all(opened, content)
                if is_flushed:
                    os.fsync(opened)
            finally:
                os.close(opened)
            os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise


def write_durably(path: Path, content: bytes) -> None:
    """Write a file atomically; file and name are on the disk when this returns.

    Raises:
        OSError: The disk is full, or the folder is a link, or cannot be written to.
    """
    write_whole(path, content, is_flushed=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, on file systems that can do so.

    Raises:
        OSError: The disk is full or broken.
    """
    with opened_folder(folder) as opened:
        try:
            os.fsync(opened)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
