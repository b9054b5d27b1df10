"""Locks of the operating system, which are released when their process ends in any way."""

from __future__ import annotations

import errno
from pathlib import Path

from filelock import FileLock

_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}


def file_lock(path: Path) -> FileLock:
    """A lock that does not wait and is not bound to a thread.

    Everyone with access to the folder may lock: a folder can belong to a team. On a file system
    without locks there is no fallback, as a dead process would hold it for ever (see
    `is_without_locks`).

    Args:
        path: The file to lock; its folder exists.
    """
    return FileLock(path, mode=0o666, thread_local=False, blocking=False, fallback_to_soft=False)


def is_without_locks(error: OSError) -> bool:
    """Whether locking has failed because the file system has no locks.

    Args:
        error: The error raised when taking a lock.
    """
    return error.errno in _NO_LOCKS
