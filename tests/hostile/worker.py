"""Commands on folders that an attacker has made, each in a process of its own with a bound.

``python -m tests.hostile.worker`` reads an `Order` a line, forks a process for it, so that it
starts in no time, and prints how it ended. Before the first it says ``ready``.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from pydantic import BaseModel, ConfigDict

from factbook.cli.check import check
from tests.hostile.projects import make_project
from tests.workers import Worker, started

MOST_SECONDS = 60.0
MOST_BYTES = 1_000_000_000
LOOK_SECONDS = 0.005
HUNG, BROKEN = -1, 70
GOOD = (0, 1, 2, 3)
_COMMANDS = (
    *(f"factbook.cli.{name}" for name in ("adopt", "approve", "check", "diff", "run")),
    "factbook.report.markdown",
    "flows.engines",
)
"""What is imported before the first fork."""


class Order(BaseModel):
    """Commands, one after another in one process.

    Attributes:
        commands: The arguments of each.
        said: The file that gets all that they say.
        umask: The user's umask.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commands: tuple[tuple[str, ...], ...]
    said: Path
    umask: int = 0o022


def _work(order: Order) -> int:
    """Carry out commands in this process; the first exit code that none may have, else the last."""
    os.umask(order.umask)
    said = os.open(order.said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    code = BROKEN
    for arguments in order.commands:
        code = _command(arguments)
        if code not in GOOD:
            break
    return code


def _command(arguments: tuple[str, ...]) -> int:
    """Carry out a command in this process; its exit code."""
    from factbook.cli.app import Program, main
    from flows.engines import prefect_engine

    sys.argv = ["factbook", *arguments]
    try:
        main(Program(engines={"prefect": prefect_engine}))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else BROKEN
    except BaseException:  # noqa: BLE001 - the process's border
        traceback.print_exc()
        return BROKEN
    return 0


def end_within_bounds(work: Callable[[], int], seconds: float = MOST_SECONDS) -> int:
    """Fork a process that works within the bounds; its exit code, or that it hung."""
    pid = os.fork()
    if pid == 0:
        code = BROKEN
        try:
            own = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
            most = own * resource.getpagesize() + MOST_BYTES  # own: pages of data
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            code = work()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_SECONDS)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return HUNG


@contextmanager
def worker(home: Path) -> Iterator[Worker]:
    """A process that has imported everything and forks others, ended with the block.

    Args:
        home: The user's home folder.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
    cache = {"XDG_CACHE_HOME": str(Path.home() / ".cache")}  # migrating a database takes seconds
    with started("tests.hostile.worker", {**kept, "HOME": str(home), **cache}) as found:
        yield found


def main() -> None:
    """Import what commands import, then carry out orders until there are no more."""
    for name in _COMMANDS:
        import_module(name)
    with TemporaryDirectory() as folder:  # what is imported when it is needed is needed here
        check(make_project(Path(folder) / "project"))
    print("ready", flush=True)
    for line in sys.stdin.buffer:
        order = Order(**orjson.loads(line))
        print(end_within_bounds(lambda order=order: _work(order)), flush=True)


if __name__ == "__main__":
    main()
