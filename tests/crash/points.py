"""Killing a process at a named step of its own work, or filling its disk, with no line changed.

Python tells of each file that is opened, renamed or removed and of each connection before it
happens (PEP 578). A step is such an event and the path that it is about, as one text:
``os.rename store/ab/abcd….json``, ``open j.jsonl``, ``socket.connect 127.0.0.1:8000``.

A name inside an opened folder (``dir_fd``) is told without its folder. Events of a renamed or
removed name have the folder's handle; that of an opened one has not: its folder is the one that the
thread has opened last.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

ANY_STEP = "*[a-z]*"
_ABOUT = {"open": (0, None), "os.rename": (1, 3), "os.remove": (0, 1), "os.mkdir": (0, 2)}
"""Which arguments are the path and the folder's handle; a rename is about the new name."""

_FLAGS_OF_OPEN = 2
_OPENED = threading.local()


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
        if not left or not fnmatchcase(step_of(event, arguments, inside), left[0]):
            return
        left.pop(0)
        if not left:
            then()

    if left:
        sys.addaudithook(look)


def step_of(event: str, arguments: tuple[object, ...], inside: str) -> str:
    """An event as a step; empty when it is none.

    Args:
        event: The event.
        arguments: What Python tells of it.
        inside: Beginning of the paths of files that count; steps are told without it.
    """
    if event == "socket.connect":
        address = arguments[1]
        where = ":".join(map(str, address[:2])) if isinstance(address, tuple) else address
        return f"{event} {where}"
    if event not in _ABOUT:
        return ""
    named = arguments[_ABOUT[event][0]]
    if not isinstance(named, str | bytes | os.PathLike):
        return ""
    path = os.path.join(_folder(event, arguments), os.fsdecode(named))  # noqa: PTH118 - quick
    if event == "open" and _is_folder(arguments):
        _OPENED.path = path
    return f"{event} {path.removeprefix(inside)}" if path.startswith(inside) else ""


def _folder(event: str, arguments: tuple[object, ...]) -> str:
    """The folder that a name without one is in, where it is known."""
    handle = _ABOUT[event][1]
    if handle is None:
        return getattr(_OPENED, "path", "")
    opened = arguments[handle]
    is_known = isinstance(opened, int) and opened >= 0
    return os.readlink(f"/proc/self/fd/{opened}") if is_known else ""  # noqa: PTH115 - quick


def _is_folder(arguments: tuple[object, ...]) -> bool:
    flags = arguments[_FLAGS_OF_OPEN]
    return isinstance(flags, int) and bool(flags & os.O_DIRECTORY)
