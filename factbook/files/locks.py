"""Locks of the operating system, which go with their process however that ends."""

from __future__ import annotations

import errno
from pathlib import Path

from filelock import FileLock

_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}


def file_lock(path: Path) -> FileLock:
    """A lock that is tried without waiting and bound to no thread.

    Whoever may enter the folder may lock: a folder can belong to a team. A file system without
    locks gets none that a dead process would hold for ever (see `is_without_locks`).

    Args:
        path: The file that is locked; its folder exists.
    """
    return FileLock(path, mode=0o666, thread_local=False, blocking=False, fallback_to_soft=False)


def is_without_locks(error: OSError) -> bool:
    """Whether locking has failed because the file system has no locks.

    Args:
        error: What taking a lock has raised.
    """
    return error.errno in _NO_LOCKS
