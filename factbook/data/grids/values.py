"""From cells to numbers: gaps, decimal commas, thousands separators, and bad cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GAPS = frozenset({"", ":", "..", "-", "n/a", "nan"})
"""Cells that mean "no value", without regard to case. Other cells that are not numbers are bad."""

_PLAIN = re.compile(r"[+-]?(\d++\.?\d*|\.\d+)([eE][+-]?\d+)?").fullmatch
_POINT = re.compile(r"[+-]?[1-9]\d{0,2}([,' ])\d{3}(\1\d{3})*(\.\d+)?").fullmatch
_COMMA = re.compile(
    r"[+-]?([1-9]\d{0,2}([.' ])\d{3}(\2\d{3})*|\d+)(,\d+)?([eE][+-]?\d+)?"
).fullmatch
_ALIKE = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Values:
    """A column of numbers.

    Attributes:
        numbers: One float per cell; NaN where there is none.
        gaps: Where a cell means "no value".
        bad: Where a cell is not a number.
        ambiguous: Where a cell could be read in two ways (``1,234``); also among `bad`.
        contrary: Index of a number that contradicts the ambiguous cells; -1 if there is none.
        grouped: Where a cell has thousands separators.
        decimal_comma: Whether the column was read with decimal commas.
    """

    numbers: NDArray[np.float64]
    gaps: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    ambiguous: NDArray[np.bool_]
    grouped: NDArray[np.bool_]
    decimal_comma: bool
    contrary: int = -1

    def at(self, positions: NDArray[np.intp]) -> Values:
        """The values of a column whose cells stand at these positions of this one."""
        first = -1 if self.contrary < 0 else int(np.argmax(positions == self.contrary))
        return Values(
            self.numbers[positions],
            self.gaps[positions],
            self.bad[positions],
            self.ambiguous[positions],
            self.grouped[positions],
            self.decimal_comma,
            first,
        )


@dataclass(frozen=True, slots=True)
class Notation:
    """The notation of a column's numbers.

    Attributes:
        decimal: The decimal mark, ``.`` or ``,``; empty if the column does not show it.
        has_blanks: Whether blanks or apostrophes separate thousands: then points and commas do
            not.
    """

    decimal: str
    has_blanks: bool

    @property
    def thousands(self) -> str:
        """The mark other than a blank that may separate thousands."""
        return "." if self.decimal == "," else ","

    def number(self, text: str) -> float | None:
        """The number in a cell, or None if it is not a number or ambiguous."""
        is_read = _COMMA if self.decimal == "," else _POINT
        if not is_read(text) or (self.has_blanks and self.thousands in text):
            return float(text) if self.decimal != "," and _PLAIN(text) else None
        if not self.decimal and ("," in text or "." in text):
            return None
        if self.has_blanks:
            text = text.replace(" ", "").replace("'", "")
        return float(text.replace(self.thousands, "").replace(",", "."))

    def is_grouped(self, text: str) -> bool:
        """Whether a number has thousands separators."""
        return self.thousands in text or (self.has_blanks and (" " in text or "'" in text))


# With these letters statistical offices flag a break in series, another definition, estimates,
# forecasts, provisional, revised and unreliable figures.
_HEADER_YEAR = re.compile(
    r"(?i:Y|YR|X)(?P<prefixed>[12]\d{3})|(?P<year>[12]\d{3})"
    r"(?:(?:\.0+)?(?: ?(?i:\[YR)(?P=year)\])?(?: ?(?:[*†‡]{1,3}|[¹²³]|\(?\d\)|\(?[bdefprsu]\)?))?"
    r"|-\d\d-\d\d)"
).fullmatch
_A_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)")

LARGEST = 1e100
"""Larger numbers are not figures; sums of them would exceed the range of a float."""


def parse_values(cells: pd.Series, *, points_prove_nothing: bool = False) -> Values:
    """Read a column of cells as numbers.

    Commas, points, blanks and apostrophes are read as the whole column shows.

    Args:
        cells: Texts, possibly with floats among them; or numbers if the file is typed.
        points_prove_nothing: Whether ``1.234`` alone is ambiguous: a table with semicolons between
            cells was written where commas are decimal marks.
    """
    if cells.dtype != object:
        numbers = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        bad = np.abs(numbers) > LARGEST
        none = np.zeros_like(bad)
        return Values(np.where(bad, np.nan, numbers), np.isnan(numbers), bad, none, none, False)
    codes, unique = pd.factorize(cells.to_numpy(), use_na_sentinel=False)
    return _of_texts(unique.tolist(), points_prove_nothing=points_prove_nothing).at(codes)


def _of_texts(texts: Sequence[str | float], *, points_prove_nothing: bool) -> Values:
    """The same for the different texts of a column, in the order in which they come."""
    numbers = np.full(len(texts), np.nan)
    gaps, bad, ambiguous, grouped = (np.zeros(len(texts), dtype=bool) for _ in range(4))
    others: list[tuple[int, str]] = []
    for index, text in enumerate(texts):
        if isinstance(text, float):
            numbers[index] = text
        elif _PLAIN(text):
            numbers[index] = float(text)
        else:
            others.append((index, _alike(text)))
    notation = notation_of([text for _, text in others], texts)
    if notation.decimal == ",":
        points = [
            (index, text)
            for index, text in enumerate(texts)
            if isinstance(text, str) and "." in text and _PLAIN(text)
        ]
        numbers[[index for index, _ in points]] = np.nan
        others += points
    elif points_prove_nothing and not notation.decimal:
        doubtful = _doubtful_points(texts)
        numbers[doubtful] = np.nan
        bad[doubtful] = ambiguous[doubtful] = True
    for index, text in others:
        number = notation.number(text)
        if number is not None:
            numbers[index] = number
            grouped[index] = notation.is_grouped(text)
        elif text.casefold() in GAPS:
            gaps[index] = True
        else:
            bad[index] = True
            ambiguous[index] = bool(_POINT(text) or _COMMA(text))
    contrary = _with_a_point(texts, numbers) if ambiguous.any() else -1
    grouped &= ~np.isnan(numbers)
    too_large = np.abs(numbers) > LARGEST
    numbers[too_large] = np.nan
    is_comma = notation.decimal == ","
    return Values(numbers, gaps, bad | too_large, ambiguous, grouped, is_comma, contrary)


def _doubtful_points(texts: Sequence[str | float]) -> list[int]:
    """Indices of cells such as ``1.234``; empty if some cell can only have a decimal point."""
    found: list[int] = []
    for index, text in enumerate(texts):
        if isinstance(text, str) and "." in text and _PLAIN(text):
            if not _COMMA(text):
                return []
            found.append(index)
    return found


def _with_a_point(texts: Sequence[str | float], numbers: NDArray[np.float64]) -> int:
    """Index of the first number that can only have a decimal point, or -1."""
    points = (
        index
        for index, text in enumerate(texts)
        if isinstance(text, str) and "." in text and not np.isnan(numbers[index])
        if not _COMMA(text.strip())
    )
    return next(points, -1)


def notation_of(others: Sequence[str], cells: Iterable[str | float]) -> Notation:
    """The notation of a column's numbers, as far as it is certain.

    Decimal commas are certain if some cell can only be read so (``12,5``; ``0,123``; ``1.234,5``)
    and none contradicts it (``12.5``; ``1,234,567``); likewise decimal points. ``1,234`` alone
    proves nothing.

    Args:
        others: The cells that are not plain numbers.
        cells: All cells.
    """
    point = comma = has_blanks = doubtful = False
    for text in others:
        by_point, by_comma = _POINT(text) is not None, _COMMA(text) is not None
        if "," not in text and _PLAIN(text):  # it has a blank beside it, or another minus
            point |= not by_comma
        elif by_point and by_comma:
            doubtful |= "," in text
            has_blanks |= "," not in text
        elif by_point or by_comma:
            point |= by_point
            comma |= by_comma
            has_blanks |= " " in text or "'" in text
    if comma or (doubtful and not point):
        point |= any(
            isinstance(cell, str) and "." in cell and bool(_PLAIN(cell)) and not _COMMA(cell)
            for cell in cells
        )
    if point == comma:
        return Notation("", has_blanks)
    return Notation("." if point else ",", has_blanks)


def _alike(text: str) -> str:
    """A cell without surrounding blanks, and with one kind of minus, blank and apostrophe."""
    text = text.strip()
    return text if text.isascii() else text.translate(_ALIKE)


def parse_year(text: str) -> int | None:
    """A year from 1000 to 2999 written as a whole number (``2015``, ``2015.0``), or None."""
    found = re.fullmatch(r"([12]\d{3})(\.0+)?", text.strip())
    return int(found[1]) if found else None


def header_year(text: str) -> int | None:
    """The year in a column's heading, or None.

    ``2015``, ``Y2015``, ``X2015``, ``YR2015``, ``2015 [YR2015]``; a date (``2015-12-31``); and
    years with publishers' marks: ``2015*``, ``2015 p``, ``2015 (e)``, ``2015 1)``.
    """
    found = _HEADER_YEAR(text.strip())
    return int(found["prefixed"] or found["year"]) if found else None


def years_within(text: str) -> set[int]:
    """All years from 1000 to 2999 in a text."""
    return {int(year) for year in _A_YEAR.findall(text)}


def shown(number: float) -> str:
    """A number for a message: in its shortest form, without an exponent if possible."""
    return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
