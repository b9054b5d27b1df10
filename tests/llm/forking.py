"""What code in a process of its own needs to fork workers and to kill them at work.

It forks, having one thread. `sys.argv[2]` is a file in which workers note what they have done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def in_another_process(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a new process, to its end."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def forked(number: int, work: Callable[[int], object]) -> list[int]:
    """Process ids of workers, each of which does its work and ends."""
    children = []
    for n in range(number):
        child = os.fork()
        if child == 0:
            work(n)
            os._exit(0)
        children.append(child)
    return children


def kill_at_work(work: Callable[[int], object], seconds: float) -> None:
    """Start a worker, and kill it some time after it has noted something."""
    noted = Path(sys.argv[2]).stat().st_size
    [child] = forked(1, work)
    while Path(sys.argv[2]).stat().st_size == noted:
        time.sleep(0.001)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
