"""A process that has imported everything, and forks another for each order that it is given."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel


class Worker:
    """Carries out orders, one after another.

    Args:
        process: A module that says ``ready``, then reads an order a line and answers with a number.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def end_of(self, order: BaseModel) -> int:
        """Carry out an order; the exit code of its process, negative for a signal's number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order.model_dump_json() + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def started(module: str, environment: Mapping[str, str] | None = None) -> Iterator[Worker]:
    """A worker, ended with the block.

    Args:
        module: What it runs.
        environment: Its environment; by default that of this process.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=Path(__file__).parents[1],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        yield Worker(process)
    finally:
        process.communicate()
