"""Ctrl-C and SIGTERM: a run stops in an orderly way, or its process ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from factbook.cli.console import say
from factbook.runs.outcome import EXIT_CODES
from factbook.runs.run import Run

SECONDS_TO_STOP = 4.0
"""After an interrupt the process ends at the latest then; what is finished is saved by then."""


@contextmanager
def interruptible(run: Run, console: Console) -> Iterator[None]:
    """Ctrl-C stops the run in an orderly way, within five seconds; a second one at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if run.control.stop.is_set():
            run.control.leave()
            os._exit(EXIT_CODES["Cancelled"])
        console.print("Interrupted: sections in progress are dropped, finished ones are kept.")
        words = "The same command continues from there."
        deadline = threading.Timer(
            SECONDS_TO_STOP, end_process, [run, ended, console, words, "Cancelled"]
        )
        deadline.daemon = True  # the process does not wait for it
        deadline.start()
        run.interrupt()

    ended = threading.Event()
    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        ended.set()
        for name, handler in before.items():
            signal.signal(name, handler)


def end_process(
    run: Run, ended: threading.Event, console: Console, message: str, state: str
) -> None:
    """End the process of a run that does not end by itself; the project is free.

    Args:
        run: The run.
        ended: Set when it has ended after all.
        console: Where to say so.
        message: What to say.
        state: Name of the state, which gives the exit code.
    """
    if ended.is_set():
        return
    say(console, message)
    run.control.leave()
    os._exit(EXIT_CODES[state])
