"""Calendar arithmetic on ordinals, the numbers that the codes of periods are made of.

All functions take and return arrays of ``int64``, for periods of one frequency. The calendar is
the Gregorian one, also before 1582; weeks are those of ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Frequency = Literal["year", "season", "half-year", "quarter", "month", "week", "day", "hour"]
"""Length of a period, the longest first. Hours are read and aggregated, never held as facts."""

FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)

Integers = NDArray[np.int64]

_DAYS_BEFORE_1970 = 719_163  # ordinal of 1 January 1970, from which numpy counts its days
_THURSDAY = 3
_PER_YEAR: Mapping[Frequency, int] = {
    "year": 1, "season": 1, "half-year": 2, "quarter": 4, "month": 12,
}  # fmt: skip
_NESTS: Mapping[Frequency, tuple[Frequency, ...]] = {
    "half-year": ("year",),
    "quarter": ("year", "half-year"),
    "month": ("year", "half-year", "quarter"),
    "week": ("year",),
    "day": ("year", "half-year", "quarter", "month", "week"),
    "hour": ("year", "half-year", "quarter", "month", "week", "day"),
}


def within(shorter: Frequency, longer: Frequency, ordinals: Integers) -> Integers:
    """Ordinal of the longer period that each is a part of.

    Raises:
        ValueError: If the shorter periods do not nest in the longer ones.
    """
    if shorter == longer:
        return ordinals
    if longer not in _NESTS.get(shorter, ()):
        raise ValueError(f"a {shorter} is no part of a {longer}")
    if longer == "year":
        return year(shorter, ordinals)
    if shorter in _PER_YEAR:
        return ordinals // (_PER_YEAR[shorter] // _PER_YEAR[longer])
    days = ordinals // 24 if shorter == "hour" else ordinals
    if longer == "day":
        return days
    if longer == "week":
        return (days - 1) // 7
    return _month_of_day(days) // (12 // _PER_YEAR[longer])


def parts(longer: Frequency, shorter: Frequency, ordinals: Integers) -> tuple[Integers, Integers]:
    """First ordinal of the parts of each period, and the one after the last.

    Raises:
        ValueError: If the shorter periods do not make up the longer ones.
    """
    if longer not in _NESTS.get(shorter, ()):
        raise ValueError(f"a {longer} is not made up of periods called {shorter}")
    if longer == "year":
        return first_of_year(shorter, ordinals), first_of_year(shorter, ordinals + 1)
    if shorter in _PER_YEAR:
        times = _PER_YEAR[shorter] // _PER_YEAR[longer]
        return ordinals * times, (ordinals + 1) * times
    hours = 24 if shorter == "hour" else 1
    return _first_day(longer, ordinals) * hours, _first_day(longer, ordinals + 1) * hours


def year(frequency: Frequency, ordinals: Integers) -> Integers:
    """The year of each period: of a week that of its Thursday, of a season its first."""
    if frequency in _PER_YEAR:
        return ordinals // _PER_YEAR[frequency]
    if frequency == "week":
        ordinals = _first_day("week", ordinals) + _THURSDAY
    return _month_of_day(ordinals // 24 if frequency == "hour" else ordinals) // 12


def first_of_year(frequency: Frequency, years: ArrayLike) -> Integers:
    """Ordinal of the first period of each year."""
    first = np.asarray(years, np.int64)
    if frequency in _PER_YEAR:
        return first * _PER_YEAR[frequency]
    days = _first_day("year", first)
    if frequency == "week":  # the one that 4 January lies in
        return (days + 2) // 7
    return days * 24 if frequency == "hour" else days


def year_before(frequency: Frequency, ordinals: Integers) -> Integers:
    """Ordinal of the same period of the year before; 0 where there is none."""
    if frequency in _PER_YEAR:
        return ordinals - _PER_YEAR[frequency]
    if frequency == "hour":
        days = year_before("day", ordinals // 24)
        return np.where(days > 0, days * 24 + ordinals % 24, 0)
    if frequency == "week":
        first, before = (first_of_year("week", year("week", ordinals) - n) for n in (0, 1))
        after = first
    else:
        months = _month_of_day(ordinals)
        first, before = _first_day("month", months), _first_day("month", months - 12)
        after = _first_day("month", months - 11)
    earlier = before + ordinals - first
    return np.where(earlier < after, earlier, 0)


def day64(day: int) -> np.datetime64:
    """The day of an ordinal, as numpy has it; its text is the ISO date."""
    return np.datetime64(day - _DAYS_BEFORE_1970, "D")


def _first_day(frequency: Frequency, ordinals: Integers) -> Integers:
    """Ordinal of the first day of periods of a week or longer."""
    if frequency == "week":
        return ordinals * 7 + 1
    if frequency == "day":
        return ordinals
    months = ordinals * (12 // _PER_YEAR[frequency]) - 1970 * 12
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64) + _DAYS_BEFORE_1970


def _month_of_day(days: Integers) -> Integers:
    """Ordinal of the month of each day."""
    since_1970 = (days - _DAYS_BEFORE_1970).astype("M8[D]").astype("M8[M]")
    return since_1970.astype(np.int64) + 1970 * 12
