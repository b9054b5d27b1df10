"""Regular files of a folder that somebody else may have filled or may change meanwhile.

A run folder is sent with its project, or lies where others may write. What stands at a name there
may be a link to a file of its reader, a pipe that never ends, a device, or larger than the memory.
So each file is opened by its name inside its opened folder, without following a link in either
place and without waiting, and is looked at before it is used.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factbook.files.sizes import TooLargeError, read_opened

_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_OPENED = {errno.ELOOP, errno.ENXIO, errno.EMLINK}
"""Errors of links, sockets, and devices without a driver."""

_BLOCK_BYTES = 1 << 20


class NotRegularError(OSError):
    """What stands at a name is not a regular file in a real folder."""


def kind_of(mode: int) -> str:
    """What a file is, by the mode that `lstat` gives: ``a link``, ``a pipe``."""
    kinds = {
        stat.S_IFREG: "a file",
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


@contextmanager
def opened_folder(folder: Path) -> Iterator[int]:
    """A handle of a folder that is itself no link; its names are used with ``dir_fd``.

    Raises:
        OSError: It is missing, or no folder, or cannot be entered.
    """
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except NotADirectoryError:
        if folder.is_symlink():
            raise _not_regular(folder, "a link", "a folder") from None
        raise
    except OSError as error:
        if error.errno in _NOT_OPENED:
            raise _not_regular(folder, "a link", "a folder") from None
        raise
    try:
        yield opened
    finally:
        os.close(opened)


@contextmanager
def opened_file(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    """A handle of a regular file.

    Args:
        path: The file.
        flags: How it is opened; a new one has the user's umask.

    Raises:
        NotRegularError: It is a link, a pipe, a device, a socket, or a folder.
        OSError: It is missing, or cannot be opened.
    """
    with opened_folder(path.parent) as parent:
        try:
            opened = os.open(path.name, flags | _FLAGS, 0o666, dir_fd=parent)
        except OSError as error:
            if error.errno in _NOT_OPENED:
                found = os.stat(path.name, dir_fd=parent, follow_symlinks=False)
                raise _not_regular(path, kind_of(found.st_mode)) from None
            raise
    try:
        mode = os.fstat(opened).st_mode
        if not stat.S_ISREG(mode):
            raise _not_regular(path, kind_of(mode))
        yield opened
    finally:
        os.close(opened)


def read_regular(path: Path, most_bytes: int) -> bytes:
    """The content of a regular file.

    Args:
        path: The file.
        most_bytes: The largest size that is read.

    Raises:
        NotRegularError: It is a link, a pipe, a device or a socket.
        TooLargeError: It is too large.
        OSError: It is missing, or cannot be read.
    """
    return read_with_state(path, most_bytes)[0]


def read_with_state(path: Path, most_bytes: int) -> tuple[bytes, os.stat_result]:
    """The content of a regular file, and what was known of that very file once it was read.

    Args:
        path: The file.
        most_bytes: The largest size that is read.

    Raises:
        NotRegularError: It is a link, a pipe, a device or a socket.
        TooLargeError: It is too large.
        OSError: It is missing, or cannot be read.
    """
    with opened_file(path) as opened:
        return read_opened(opened, most_bytes), os.fstat(opened)


def copy_regular(source: Path, target: Path, most_bytes: int) -> None:
    """Copy a regular file to a new name, with its time and no more than its permissions.

    Raises:
        NotRegularError: It is a link, a pipe, a device or a socket.
        TooLargeError: It is too large.
        OSError: It is missing, the new name is taken, or the disk is full.
    """
    with opened_file(source) as opened, opened_folder(target.parent) as folder:
        found = os.fstat(opened)
        if found.st_size > most_bytes:
            raise TooLargeError(found.st_size, most_bytes)
        mode = copied_mode(found.st_mode)
        new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        copy = os.open(target.name, new | _FLAGS, mode, dir_fd=folder)
        try:
            left = most_bytes
            while part := os.read(opened, _BLOCK_BYTES):
                left -= len(part)
                if left < 0:
                    raise TooLargeError(found.st_size, most_bytes)
                write_all(copy, part)
            os.utime(copy, ns=(found.st_atime_ns, found.st_mtime_ns))
        finally:
            os.close(copy)


def copied_mode(mode: int) -> int:
    """Permissions that a copy of a file may have, before the umask: its own, and none to run it."""
    return stat.S_IMODE(mode) & 0o666


def write_all(opened: int, content: bytes) -> None:
    """Write all of a content to an opened file.

    Raises:
        OSError: The disk is full.
    """
    left = memoryview(content)
    while left:
        left = left[os.write(opened, left) :]


def is_regular(path: Path) -> bool:
    """Whether a regular file stands at a name; a link to one is none."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def remove(path: Path, *, missing_ok: bool = True) -> None:
    """Remove a name from its folder, whatever stands there but a folder; a link is not followed.

    Raises:
        FileNotFoundError: There is none, and `missing_ok` is not set.
        OSError: It cannot be removed.
    """
    try:
        with opened_folder(path.parent) as parent:
            os.unlink(path.name, dir_fd=parent)
    except FileNotFoundError:
        if not missing_ok:
            raise


def rename(source: Path, target: Path) -> None:
    """Rename a file to another name, which it takes if there is one, in this folder or another.

    Raises:
        OSError: It is missing, or the disk is full, or one of the folders is a link.
    """
    with opened_folder(source.parent) as old, opened_folder(target.parent) as new:
        os.replace(source.name, target.name, src_dir_fd=old, dst_dir_fd=new)


def renew_time(path: Path) -> None:
    """Set the time of a name to now; a link is not followed.

    Raises:
        OSError: It is missing, or belongs to somebody else.
    """
    with opened_folder(path.parent) as parent:
        os.utime(path.name, dir_fd=parent, follow_symlinks=False)


def _not_regular(path: Path, what: str, wanted: str = "a regular file") -> NotRegularError:
    return NotRegularError(errno.ELOOP, f"it is {what}, not {wanted}", str(path))
