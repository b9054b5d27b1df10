"""Cells to numbers: gaps, decimal commas, and what is no number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GAPS = frozenset({"", ":", "..", "-", "n/a", "nan"})
"""Cells that mean "no value", compared ignoring case. Anything else that is no number is bad."""

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?").fullmatch
_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?([eE][+-]?\d+)?").fullmatch
_COMMA_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+").fullmatch
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+").fullmatch


@dataclass(frozen=True, slots=True)
class Values:
    """A column of numbers.

    Attributes:
        numbers: One float a cell; NaN where there is none.
        gaps: Where a cell said that there is no value.
        bad: Where a cell holds something that is no number.
        ambiguous: Where a cell could be read in two ways (``1,234``); also among `bad`.
        decimal_comma: Whether the column was read with decimal commas.
    """

    numbers: NDArray[np.float64]
    gaps: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]
    decimal_comma: bool


def parse_values(cells: pd.Series, commas: bool) -> Values:
    """Read a column of cells as numbers.

    Args:
        cells: Texts, or numbers where the file is typed (Parquet).
        commas: Whether commas may stand for decimal points: only in files whose separator is
            a semicolon or a tab, and then only where no other reading is possible.
    """
    if cells.dtype != object:
        numbers = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.isinf(numbers)
        return Values(
            np.where(bad, np.nan, numbers), np.isnan(numbers), bad, np.zeros_like(bad), False
        )
    texts: list[str] = cells.tolist()
    decimal_comma = commas and uses_decimal_comma(texts)
    numbers = np.full(len(texts), np.nan)
    gaps, bad, ambiguous = (np.zeros(len(texts), dtype=bool) for _ in range(3))
    others: list[int] = []
    if decimal_comma:
        others.extend(range(len(texts)))
    else:
        for index, text in enumerate(texts):
            if _PLAIN(text):
                numbers[index] = float(text)
            else:
                others.append(index)
    for index in others:
        text = texts[index].strip().replace("\N{MINUS SIGN}", "-")
        number = _number(text, decimal_comma)
        if number is not None:
            numbers[index] = number
        elif text.casefold() in GAPS:
            gaps[index] = True
        else:
            bad[index] = True
            ambiguous[index] = commas and bool(_COMMA_THOUSANDS(text))
    infinite = np.isinf(numbers)
    numbers[infinite] = np.nan
    return Values(numbers, gaps, bad | infinite, ambiguous, decimal_comma)


def _number(text: str, decimal_comma: bool) -> float | None:
    """The number that a cell holds, or None."""
    if decimal_comma:
        if not _COMMA(text):
            return None
        return float(text.replace(".", "").replace(",", "."))
    return float(text) if _PLAIN(text) else None


def uses_decimal_comma(texts: Sequence[str]) -> bool:
    """Whether a column is written with decimal commas, beyond doubt.

    It is when some cell can only be read so (``12,5``; ``0,123``; ``1.234,5``) and no cell
    contradicts it (``12.5``; ``1,234,567``). ``1,234`` alone proves nothing.
    """
    stripped = {text.strip() for text in texts if "," in text}
    numeric = {text for text in stripped if _COMMA(text) or _COMMA_THOUSANDS(text)}
    proof = any(_COMMA(text) and not _COMMA_THOUSANDS(text) for text in numeric)
    against = any(not _COMMA(text) for text in numeric)
    if not proof or against:
        return False
    points = {text.strip() for text in texts if "." in text and "," not in text}
    return not any(_PLAIN(text) and not _POINT_THOUSANDS(text) for text in points)


def parse_year(text: str) -> int | None:
    """A year from 1000 to 2999 written as a whole number (``2015``, ``2015.0``), or None."""
    found = re.fullmatch(r"([12]\d{3})(\.0+)?", text.strip())
    return int(found[1]) if found else None


def header_year(text: str) -> int | None:
    """The year that a column's heading means: ``2015``, ``Y2015``, ``2015 [YR2015]``; or None."""
    found = re.fullmatch(r"[A-Za-z]?([12]\d{3})(\.0)?( \[YR\d{4}\])?", text.strip())
    return int(found[1]) if found else None


def shown(number: float) -> str:
    """A number as a message shows it: shortest form, no exponent where avoidable."""
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
