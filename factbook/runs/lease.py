"""The lease: one run at a time works on a run folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from factbook.errors import ProjectBusyError
from factbook.runs.folder import RunFolder, write_atomically


@contextmanager
def lease(folder: RunFolder) -> Iterator[None]:
    """Hold the project. The operating system lets go when the process dies, however it dies.

    Args:
        folder: The run folder; it exists.

    Raises:
        ProjectBusyError: Another run holds it; the message says who, and since when.
    """
    owner = folder.path / ".lease.json"
    lock = FileLock(folder.path / ".lease.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ProjectBusyError(f"Another run is working on this project: {_told(owner)}") from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        body = {"host": socket.gethostname(), "process": os.getpid(), "since": since}
        write_atomically(owner, orjson.dumps(body))
        yield
    finally:
        with suppress(OSError):
            owner.unlink()
        lock.release()


def _told(owner: Path) -> str:
    """Who holds the lease, as its file says."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        body = orjson.loads(owner.read_bytes())
        return f"process {body['process']} on {body['host']}, since {body['since']}"
    return "it does not say who"
