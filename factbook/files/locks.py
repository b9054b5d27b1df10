"""Locks of the operating system, which are released when their process ends in any way."""

from __future__ import annotations

import errno
from pathlib import Path

from filelock import FileLock

_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}
_MODE = 0o660


class _OwnFileLock(FileLock):
    """A lock whose file is open to its owner and their group at most, as the umask has it.

    Whoever can open a file, for reading alone as well, can hold its lock for ever. The library's
    `mode` is set regardless of the umask, and without it the file may be everybody's.
    """

    def _open_mode(self) -> int:
        return _MODE


def file_lock(path: Path) -> FileLock:
    """A lock that does not wait and is not bound to a thread.

    A folder can belong to a team: its group may lock where the umask lets it. On a file system
    without locks there is no fallback, as a dead process would hold it for ever (see
    `is_without_locks`).

    Args:
        path: The file to lock; its folder exists.
    """
    return _OwnFileLock(path, thread_local=False, blocking=False, fallback_to_soft=False)


def is_without_locks(error: OSError) -> bool:
    """Whether locking has failed because the file system has no locks.

    Args:
        error: The error raised when taking a lock.
    """
    return error.errno in _NO_LOCKS
