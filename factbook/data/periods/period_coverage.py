"""Which periods of a longer one are there: incomplete years, and years to date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.periods import Period, frequencies_in, part_counts_of, within_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the shorter periods that make up a longer one are there.

    Attributes:
        whole: The longer period.
        frequency: Length of the shorter ones.
        present: How many of them are there.
        expected: How many there are in it.
    """

    whole: Period
    frequency: Frequency
    present: int
    expected: int

    @property
    def is_complete(self) -> bool:
        """Whether all are there."""
        return self.present == self.expected

    @property
    def text(self) -> str:
        """``2024 has 9 of 12 months``."""
        return f"{self.whole.text} has {self.present} of {self.expected} {self.frequency}s"


def coverage(codes: NDArray[np.int32], frequency: Frequency) -> tuple[Coverage, ...]:
    """What there is of each longer period, in order.

    Args:
        codes: Periods of one frequency, the shorter one, in any order; each counts once.
        frequency: Length of the longer ones.

    Raises:
        ValueError: If the periods have several frequencies, or do not nest in that one.
    """
    shorter = frequencies_in(codes)
    if len(shorter) > 1:
        raise ValueError(f"periods of one frequency are asked for, not {' and '.join(shorter)}")
    if not shorter or shorter[0] == frequency:
        return ()
    there = np.unique(codes[codes > 0])
    wholes, present = np.unique(within_of(there, frequency), return_counts=True)
    expected = part_counts_of(wholes, shorter[0])
    return tuple(
        Coverage(Period.from_code(whole), shorter[0], *counts)
        for whole, *counts in zip(wholes.tolist(), present.tolist(), expected.tolist(), strict=True)
    )


def year_to_date(last: Period) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The periods of a year up to one of them, and the same periods of the year before.

    29 February, and week 53 after a year of 52, stand in the later year alone: what they brought
    belongs to the year to date, and the earlier year had no such period.

    Returns:
        The periods of the later year, and those of the earlier one.
    """
    periods = last.parts_of_year()[: last.number]
    return periods, tuple(earlier for period in periods if (earlier := period.year_before()))
