"""Sections written by a model in a process that is killed: the library's part of a run.

``python -m tests.crash.worker`` reads an `Order` a line, forks a process for each, so that it
starts in no time, kills it when told to, and prints how it ended. Before the first it says
``ready``.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict

from factbook.errors import StoppedError
from factbook.files.atomic import write_atomically, write_if_changed
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from factbook.llm.chat import Answered, ChatRequest
from factbook.llm.journal import Began, RunEnded
from tests.crash.points import arm
from tests.llm.dependencies import a_request, bench, model_on

COMPLETED, INCOMPLETE, STOPPED, BROKEN = 0, 1, 3, 70
LOOK_SECONDS = 0.001


class Order(BaseModel):
    """What a process is to do, and how it is to end.

    Attributes:
        folder: Holds store, journal and run folder.
        base_url: The model server.
        sections: How many sections there are.
        in_flight: How many calls are made side by side.
        steps: Steps at the last of which it is killed; see `arm`.
        kill_after_seconds: When it is killed; None for never.
        most_file_bytes: Size that no file may pass, as on a full disk; None for any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    base_url: str
    sections: int = 12
    in_flight: int = 4
    steps: tuple[str, ...] = ()
    kill_after_seconds: float | None = None
    most_file_bytes: int | None = None


def request_of(section: int) -> ChatRequest:
    """What a section asks."""
    return a_request(f"Write section {section}.")


def work(order: Order) -> int:
    """Write all sections and the report; the exit code."""
    if order.most_file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.most_file_bytes,) * 2)
    arm(order.folder, order.steps)
    folder = RunFolder.of(order.folder, "report")
    try:
        folder.create()
        with (
            lease(folder),
            bench(order.folder, model_on(order.base_url), max_in_flight=order.in_flight) as one,
        ):
            one.journal.append(Began(run=str(os.getpid()), provider="openai"))
            outcomes = one.outcomes([request_of(number) for number in range(order.sections)])
            texts = [o.answer.text for o in outcomes if isinstance(o, Answered)]
            if len(texts) < len(outcomes):
                is_stopped = any(isinstance(outcome, StoppedError) for outcome in outcomes)
                return STOPPED if is_stopped else INCOMPLETE
            write_if_changed(folder.path / "report.md", "\n\n".join(texts).encode())
            write_atomically(folder.manifest_path, orjson.dumps({"texts": texts}))
            one.journal.append(RunEnded(exit_code=COMPLETED))
    except StoppedError:
        return STOPPED
    return COMPLETED


def _end_of(order: Order) -> int:
    """Fork a process that carries out an order; its exit code, negative for a signal's number."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = BROKEN
        try:
            code = work(order)
        except BaseException:  # noqa: BLE001 - the process's border
            traceback.print_exc()
        finally:
            os._exit(code)
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        late = order.kill_after_seconds
        if late is not None and time.monotonic() - started >= late:
            os.kill(pid, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        time.sleep(LOOK_SECONDS)


def main() -> None:
    """Say that all is imported, then carry out orders until there are no more."""
    print("ready", flush=True)
    for line in sys.stdin.buffer:
        print(_end_of(Order(**orjson.loads(line))), flush=True)


if __name__ == "__main__":
    main()
