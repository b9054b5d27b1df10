"""A file that data were read from: its edition, and what tells it from any other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InputFile:
    """A file that data were read from.

    Attributes:
        file: Its path inside the project folder.
        table: Name of the table that it is of; else ``nodes``, ``borders``, ``places``, ``labels``.
        sha256: SHA-256 of its bytes, as the file stood when it was read.
        size_bytes: Their number.
        modified: When the file was last written to, in UTC.
        published: Its edition: as project.toml says, else as the file itself does; else empty.
        rows: Rows below its header; observations, where a file has no rows.
    """

    file: str
    table: str
    sha256: str
    size_bytes: int
    modified: str
    published: str
    rows: int
