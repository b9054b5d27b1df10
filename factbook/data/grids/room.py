"""How much of a project's data may be read: bytes, cells, series and seconds, of all tables."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from factbook.config.project_config import Limits

MOST_SECONDS = 300
"""Seconds that the processes may take together that unpack a project's workbooks and Parquet."""

_BYTES_A_MB = 1_000_000


@dataclass(slots=True)
class Room:
    """What may be read, and what was read already.

    Attributes:
        limits: The project's limits.
        bytes_read: Bytes of all files so far, unpacked.
        cells_read: Cells of all tables so far, those that no report needs among them.
        figures_read: Cells of columns of figures of all tables so far.
        series_read: Combinations of property, category and unit of all tables so far.
        seconds_left: Seconds that are left to the processes that unpack files.
    """

    limits: Limits = field(default_factory=Limits)
    bytes_read: int = 0
    cells_read: int = 0
    figures_read: int = 0
    series_read: int = 0
    seconds_left: float = MOST_SECONDS

    @property
    def bytes_left(self) -> int:
        """How many bytes may still be read."""
        return self.limits.max_data_mb * _BYTES_A_MB - self.bytes_read

    @property
    def cells_left(self) -> int:
        """How many cells may still be read."""
        return self.limits.max_data_cells - self.cells_read

    @property
    def series_left(self) -> int:
        """How many combinations may still be read."""
        return self.limits.max_data_series - self.series_read

    @contextmanager
    def unpacking(self) -> Iterator[float]:
        """Count what unpacking a file takes; gives the seconds that are left for it."""
        start = time.monotonic()
        try:
            yield self.seconds_left
        finally:
            self.seconds_left -= time.monotonic() - start
