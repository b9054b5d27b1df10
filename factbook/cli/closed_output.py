"""Output that nobody reads any more, as of a program after ``| head`` has read enough."""

from __future__ import annotations

import os
import select
from typing import IO


def is_closed(output: IO[str]) -> bool:
    """Whether an output is a pipe without a reader."""
    poll = select.poll()
    poll.register(output.fileno(), 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def discard(output: IO[str]) -> None:
    """Drop all that is still to be written, so that the end of the process does not fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)
