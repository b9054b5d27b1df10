"""The outputs of a command: pipes that nobody reads any more, full disks, closed descriptors.

What a command has to say goes to standard output: when it cannot be written, the command ends. What
it says beside that, on standard error, is dropped: there is nowhere else to say it, and the exit
code says how the work ended.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class OutputError(Exception):
    """Standard output cannot be written. It is no `OSError`: the work itself had none.

    Attributes:
        is_closed: Whether nobody reads it any more, as after ``| head``.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"the output cannot be written: {error.strerror}. "
            "Free disk space or send it elsewhere, then run the same command again"
        )
        self.is_closed = error.errno == errno.EPIPE


class _Output(io.FileIO):
    """Standard output, whose failures are told from those of other files."""

    def write(self, content: ReadableBuffer, /) -> int:
        """Write.

        Raises:
            OutputError: It cannot be written.
        """
        try:
            return super().write(content)
        except OSError as error:
            raise OutputError(error) from None


class _Messages(io.FileIO):
    """Standard error, which drops what it cannot write."""

    def write(self, content: ReadableBuffer, /) -> int:
        """Write, or drop."""
        try:
            return super().write(content)
        except OSError:
            return memoryview(content).nbytes


def guard_outputs() -> None:
    """Replace the outputs of this process by those of this module.

    A descriptor of the three that is closed leads nowhere from here on: the next file that is
    opened would take its number, and with it what other programs print.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    sys.stdout = _guarded(sys.stdout, _Output(1, "wb", closefd=False))
    sys.stderr = _guarded(sys.stderr, _Messages(2, "wb", closefd=False))


def discard(output: IO[str]) -> None:
    """Drop all that is still to be written, so that the end of the process does not fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)


def _guarded(output: IO[str] | None, raw: io.FileIO) -> io.TextIOWrapper:
    """A text file over `raw` that is like `output`, which is None when it was closed.

    What its encoding lacks, such as half a character of a file name, is escaped.
    """
    like = output if isinstance(output, io.TextIOWrapper) else None
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=like.encoding if like else "utf-8",
        errors="backslashreplace",
        line_buffering=like is not None and like.line_buffering,
        write_through=like is not None and like.write_through,
    )
