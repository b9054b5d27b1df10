"""Periods: years, seasons, half-years, quarters, months, weeks and days, as consecutive integers.

A period is a frequency and an ordinal; the next period has the next ordinal. In arrays each period
is one ``int32``, its *code*: three bits of frequency over 28 bits of ordinal. Codes of one
frequency sort as their periods do, the code before is the period before, the code of a year is the
year itself (2021), and 0 is no period. Functions that end in ``_of`` work on arrays of codes.

Ordinals: years and seasons count from the year 0; half-years, quarters and months likewise
(``year * 12 + month - 1``); weeks, days and hours from Monday, 1 January of the year 1
(``datetime.date.toordinal`` of a day). Weeks are those of ISO 8601: they begin on Mondays, and a
week belongs to the year of its Thursday. They nest in no month, and in a year in that sense only.
A season (``2008/2009``) is twelve months that begin within its first year; which ones is not
known, so that nothing nests in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import total_ordering

import numpy as np
from numpy.typing import ArrayLike, NDArray

from factbook.data.periods import period_calendar
from factbook.data.periods.period_calendar import FREQUENCIES, Frequency, Integers

FIRST_YEAR, LAST_YEAR = 1000, 2999
"""Years that data are about; other numbers of four digits are not years."""

_BITS = 28  # for ordinals: the last hour of 2999 needs 25
_RANKS = {frequency: rank for rank, frequency in enumerate(FREQUENCIES)}
_BOUNDS = {
    frequency: tuple(
        int(period_calendar.first_of_year(frequency, year)) for year in (FIRST_YEAR, LAST_YEAR + 1)
    )
    for frequency in FREQUENCIES
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A period. Longer frequencies sort first, and periods of one frequency by time.

    Attributes:
        frequency: Its length.
        ordinal: Its number; consecutive within a frequency.

    Raises:
        ValueError: If the frequency is none of `FREQUENCIES`, or if the period does not begin in
            the years from 1000 to 2999.
    """

    frequency: Frequency
    ordinal: int

    def __post_init__(self) -> None:
        """Refuse what is no period."""
        if self.frequency not in _RANKS:
            raise ValueError(f"{self.frequency!r} is no frequency: {', '.join(FREQUENCIES)}")
        first, after = _BOUNDS[self.frequency]
        if not first <= self.ordinal < after:
            raise ValueError(
                f"{self.frequency} {self.ordinal} is outside the years "
                f"from {FIRST_YEAR} to {LAST_YEAR}"
            )

    def __lt__(self, other: Period) -> bool:
        """Whether it sorts before another."""
        return self.code < other.code

    @classmethod
    def from_code(cls, code: int) -> Period:
        """The period of a code.

        Raises:
            ValueError: If it is the code of none; 0 is not.
        """
        rank, ordinal = code >> _BITS, code & ((1 << _BITS) - 1)
        if not 0 <= rank < len(FREQUENCIES):
            raise ValueError(f"{code} is not the code of a period")
        return cls(FREQUENCIES[rank], ordinal)

    @property
    def code(self) -> int:
        """The period as one integer of 31 bits."""
        return _RANKS[self.frequency] << _BITS | self.ordinal

    @property
    def year(self) -> int:
        """The year it lies in: a week's is that of its Thursday, a season's its first."""
        return int(period_calendar.year(self.frequency, np.array(self.ordinal)))

    @property
    def number(self) -> int:
        """Its place within the year, from 1: 3 for March, 74 for 15 March 2021."""
        return self.ordinal - int(period_calendar.first_of_year(self.frequency, self.year)) + 1

    @property
    def text(self) -> str:
        """The period as ISO 8601 or SDMX write it; it sorts within a frequency.

        ``2021``, ``2008/2009``, ``2021-S1``, ``2021-Q1``, ``2021-03``, ``2021-W05``,
        ``2021-03-15``, ``2021-03-15T14``. A half-year is S1 as in SDMX and at Eurostat (S for
        semester), although H1 is more common in prose: a text that stands in files is to be read
        by other programs of statistics.
        """
        return _TEXTS[self.frequency](self)

    def previous(self) -> Period:
        """The period before.

        Raises:
            ValueError: If that is before the year 1000.
        """
        return Period(self.frequency, self.ordinal - 1)

    def year_before(self) -> Period | None:
        """The same period of the year before; None for 29 February and most weeks 53."""
        code = int(year_before_of(np.array([self.code], dtype=np.int32))[0])
        return Period.from_code(code) if code else None

    def parts_of_year(self) -> tuple[Period, ...]:
        """All periods of its frequency in its year."""
        first, after = (
            int(period_calendar.first_of_year(self.frequency, self.year + n)) for n in (0, 1)
        )
        return tuple(Period(self.frequency, ordinal) for ordinal in range(first, after))

    def within(self, frequency: Frequency) -> Period:
        """The longer period that it is a part of; see `within_of`."""
        return Period.from_code(int(within_of(np.array([self.code]), frequency)[0]))

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """The shorter periods that make it up, in order.

        Raises:
            ValueError: If shorter periods of that frequency do not make it up.
        """
        first, after = period_calendar.parts(self.frequency, frequency, np.array(self.ordinal))
        return tuple(Period(frequency, ordinal) for ordinal in range(int(first), int(after)))


_TEXTS: Mapping[Frequency, Callable[[Period], str]] = {
    "year": lambda period: f"{period.ordinal}",
    "season": lambda period: f"{period.ordinal}/{period.ordinal + 1}",
    "half-year": lambda period: f"{period.year}-S{period.number}",
    "quarter": lambda period: f"{period.year}-Q{period.number}",
    "month": lambda period: f"{period.year}-{period.number:02}",
    "week": lambda period: f"{period.year}-W{period.number:02}",
    "day": lambda period: str(period_calendar.day64(period.ordinal)),
    "hour": lambda period: (
        f"{period_calendar.day64(period.ordinal // 24)}T{period.ordinal % 24:02}"
    ),
}


def to_codes(frequency: Frequency, ordinals: ArrayLike) -> NDArray[np.int32]:
    """The codes of periods of one frequency."""
    return (np.asarray(ordinals, np.int64) | _RANKS[frequency] << _BITS).astype(np.int32)


def ordinals_of(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """The ordinals of codes; of use within one frequency."""
    return codes & np.int32((1 << _BITS) - 1)


def ranks_of(codes: NDArray[np.int32]) -> NDArray[np.int8]:
    """Index into `FREQUENCIES` of each code."""
    return (codes >> _BITS).astype(np.int8)


def frequencies_in(codes: NDArray[np.int32]) -> tuple[Frequency, ...]:
    """The frequencies that occur, the longest first; codes of no period (0) have none."""
    counts = np.bincount(ranks_of(codes[codes > 0]), minlength=len(FREQUENCIES))
    return tuple(FREQUENCIES[rank] for rank in np.flatnonzero(counts).tolist())


def years_of(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """The year of each period, as `Period.year`; 0 for no period."""
    return _by_frequency(codes, period_calendar.year)


def year_before_of(codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same period of the year before.

    0 where there is none: 29 February, and week 53 after a year of 52 weeks. Neither is replaced
    by a neighbour, which would be another period's figure.
    """

    def before(frequency: Frequency, ordinals: Integers) -> Integers:
        earlier = period_calendar.year_before(frequency, ordinals)
        is_known = earlier >= period_calendar.first_of_year(frequency, FIRST_YEAR)
        return np.where(is_known, to_codes(frequency, earlier), 0)

    return _by_frequency(codes, before)


def within_of(codes: NDArray[np.int32], frequency: Frequency) -> NDArray[np.int32]:
    """The longer period of one frequency that each is a part of; itself if it has that frequency.

    Raises:
        ValueError: If periods of some frequency that occurs do not nest in it (a week in a month).
    """

    def whole(shorter: Frequency, ordinals: Integers) -> Integers:
        return to_codes(frequency, period_calendar.within(shorter, frequency, ordinals)).astype(
            np.int64
        )

    return _by_frequency(codes, whole)


def part_counts_of(codes: NDArray[np.int32], frequency: Frequency) -> NDArray[np.int32]:
    """How many shorter periods make up each: 12 months, 365 or 366 days, 52 or 53 weeks.

    Raises:
        ValueError: If shorter periods of that frequency do not make up some that occur.
    """

    def count(longer: Frequency, ordinals: Integers) -> Integers:
        first, after = period_calendar.parts(longer, frequency, ordinals)
        return after - first

    return _by_frequency(codes, count)


def _by_frequency(
    codes: NDArray[np.int32], function: Callable[[Frequency, Integers], Integers]
) -> NDArray[np.int32]:
    """A function of ordinals for each frequency that occurs; 0 for codes of no period."""
    result = np.zeros(len(codes), dtype=np.int32)
    ranks = ranks_of(codes)
    for frequency in frequencies_in(codes):
        here = (ranks == _RANKS[frequency]) & (codes > 0)
        result[here] = function(frequency, ordinals_of(codes[here]).astype(np.int64))
    return result
