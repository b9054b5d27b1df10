"""Cells: their names in Excel, and their possible contents."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

ERROR_TEXTS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True)
class CellError:
    """A cell that holds an error, or a formula whose value was never saved.

    Attributes:
        found: What a person sees: ``#N/A``, or ``a formula without a value``.
    """

    found: str


CellValue = (
    str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | CellError | None
)


def column_letters(index: int) -> str:
    """The letters of the column at a 0-based `index`: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    number = index + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The 1-based number of a column: ``A`` is 1, ``XFD`` is 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, index: int | None) -> str:
    """A cell as Excel names it: row 2, column index 3 is ``D2``; the row without a column."""
    return f"row {row}" if index is None else f"{column_letters(index)}{row}"
