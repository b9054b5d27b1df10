"""Merged ranges of a worksheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factbook.xlsx.cells import column_number

_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})").fullmatch


class Merged:
    """Which cells of a worksheet are merged, by 0-based row and column.

    Args:
        ranges: The ranges as Excel names them (``B1:C1``).
    """

    def __init__(self, ranges: Sequence[str]) -> None:
        found = [match.groups() for text in ranges if (match := _RANGE(text))]
        self._ranges = [
            (int(top) - 1, int(bottom) - 1, column_number(left) - 1, column_number(right) - 1)
            for left, top, right, bottom in found
        ]

    def first_column(self, row: int, column: int) -> int | None:
        """The first column of the merged cells at a place; None if it is not merged."""
        for top, bottom, left, right in self._ranges:
            if top <= row <= bottom and left <= column <= right:
                return left
        return None

    def has_row(self, row: int) -> bool:
        """Whether a row has cells that are merged over several columns."""
        return any(
            top <= row <= bottom and left < right for top, bottom, left, right in self._ranges
        )
