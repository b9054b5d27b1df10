"""How much of a project's data may be read: bytes, cells, series, files, of all tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from factbook.config.project_config import Limits

_BYTES_A_MB = 1_000_000


@dataclass(slots=True)
class Room:
    """What may be read, and what was read already.

    Attributes:
        limits: The project's limits.
        bytes_read: Bytes of all files so far, unpacked.
        cells_read: Cells of all tables so far, those that no report needs among them.
        series_read: Combinations of property, category and unit of all tables so far.
    """

    limits: Limits = field(default_factory=Limits)
    bytes_read: int = 0
    cells_read: int = 0
    series_read: int = 0

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
