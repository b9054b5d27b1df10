"""Killing a process at a named step of its own work, or filling its disk, with no line changed.

Python tells of each file that is opened, renamed or removed and of each connection before it
happens (PEP 578). A step is such an event and the path that it is about, as one text:
``os.rename store/ab/abcd….json``, ``open j.jsonl``, ``socket.connect 127.0.0.1:8000``.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

_OF_FILES = ("open", "os.rename", "os.remove", "os.mkdir")
ANY_STEP = "*[a-z]*"
_BORN_NAME = 1  # `os.rename` tells the old name and the new one: it is about the new one


def kill() -> None:
    """End this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk() -> None:
    """Let this process write nothing to files any more, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def arm(folder: Path, steps: Sequence[str], then: Callable[[], None] = kill) -> None:
    """Do something to this process just before it takes the last of some steps.

    Args:
        folder: The folder whose files count; paths are relative to it.
        steps: Globs, which must be met one after another.
        then: What is done.
    """
    inside = f"{folder.resolve()}{os.sep}"
    left = list(steps)

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if not left or not fnmatchcase(_step(event, arguments, inside), left[0]):
            return
        left.pop(0)
        if not left:
            then()

    if left:
        sys.addaudithook(look)


def _step(event: str, arguments: tuple[object, ...], inside: str) -> str:
    """An event as a step; empty when it is none."""
    if event == "socket.connect":
        address = arguments[1]
        where = ":".join(map(str, address[:2])) if isinstance(address, tuple) else address
        return f"{event} {where}"
    if event not in _OF_FILES:
        return ""
    named = arguments[_BORN_NAME if event == "os.rename" else 0]
    if not isinstance(named, str | bytes | os.PathLike):
        return ""
    path = os.fsdecode(named)
    return f"{event} {path.removeprefix(inside)}" if path.startswith(inside) else ""
