"""Sizes of files: what was opened is read up to a bound, also when it grows meanwhile."""

from __future__ import annotations

import errno
import os

_LARGEST_READ_BYTES = 1 << 30


class TooLargeError(OSError):
    """A file is larger than what may be read of it.

    Attributes:
        size_bytes: Its size, or what was read of a file that grew.
        most_bytes: What may be read.
    """

    def __init__(self, size_bytes: int, most_bytes: int) -> None:
        super().__init__(
            errno.EFBIG,
            f"it has {megabytes(size_bytes)}, and at most {megabytes(most_bytes)} are read",
        )
        self.size_bytes = size_bytes
        self.most_bytes = most_bytes


def read_opened(opened: int, most_bytes: int) -> bytes:
    """The content of an opened file from where it stands.

    Args:
        opened: Its handle.
        most_bytes: What may be read.

    Raises:
        TooLargeError: The file is larger, or grew while it was read.
        OSError: It cannot be read.
    """
    size_bytes = os.fstat(opened).st_size
    if size_bytes > most_bytes:
        raise TooLargeError(size_bytes, most_bytes)
    parts: list[bytes] = []
    left = most_bytes + 1
    # One byte more than it has, as a rule: the end is found with the second call.
    while left > 0 and (part := os.read(opened, min(size_bytes + 1, left, _LARGEST_READ_BYTES))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise TooLargeError(most_bytes + 1, most_bytes)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def megabytes(size_bytes: int) -> str:
    """A size as people read it: ``126 MB``, ``0.3 MB``, ``900 bytes``."""
    if size_bytes < 100_000:
        return f"{size_bytes:,} bytes"
    return f"{size_bytes / 1e6:,.{0 if size_bytes >= 10_000_000 else 1}f} MB"
