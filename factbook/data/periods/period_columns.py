"""Columns and headings of periods: the whole column decides what single texts leave open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import listing
from factbook.data.periods.period_calendar import Frequency, first_of_year, parts, within, year
from factbook.data.periods.period_texts import (
    Doubt,
    DoubtKind,
    Reading,
    Stamp,
    period_of_hour,
    read_text,
)
from factbook.data.periods.periods import Period

_LONG_YEAR = re.compile(r"[12][0-9]{3}")
_LEAST_WEEKS = 3
_LEAST_NUMBERS: dict[Frequency, int] = {"year": 1, "half-year": 2, "quarter": 3, "month": 2}
"""How many numbers within a year must occur (of four quarters, say) before dates are taken for the
beginnings or ends of such periods. With fewer, 1 July of each year would be a second half-year;
it is a day. Weeks must be three, and some be neighbours: months later it may be Monday again."""


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """The periods of a column.

    Attributes:
        codes: One code per text (see `factbook.data.periods.periods`); 0 where there is none.
        unreadable: Indices of texts that are no period, or doubtful.
        doubtful: Those of them that have several readings, which the column does not decide.
        notes: What the column decided, one sentence each, for messages and the annex.
    """

    codes: NDArray[np.int32]
    unreadable: tuple[int, ...]
    doubtful: tuple[int, ...]
    notes: tuple[str, ...]


def parse_periods(
    texts: Sequence[str | None], *, frequency: Frequency | None = None, locale: str = "en"
) -> PeriodColumn:
    """Read a column of periods; several frequencies may stand side by side.

    Each different text is read once. What one text leaves open, others decide, or else it is
    unreadable:

    - ``03/04/2021``: a first or second number above 12 shows which is the day.
    - ``2008-09``: a month if others can only be months (``2008-10``), a season if others can only
      be seasons (``2012-13``). Where none can be only one of them, several are seasons, as months
      thirteen months apart are not published; so is one alone if written ``2008/09``.
    - ``1/2021``: a month if others go beyond 4, else it may be a quarter.
    - Dates are days, unless each is the first (or each the last) day of a year, half-year, quarter,
      month or week: then they are those, the longest that fits.
    - Times of day make hours, if some are not midnight.

    Args:
        texts: The texts, without marks of a publisher. Empty and missing ones are unreadable.
        frequency: What doubtful texts and dates are, where the user says so; nothing is guessed.
        locale: Language whose month names are read beside those of English.
    """
    places, labels = pd.factorize(np.asarray(texts, dtype=object))
    readings = [read_text(label, locale) for label in labels.tolist()]
    doubtful = np.array([*(isinstance(reading, Doubt) for reading in readings), False])
    readings, notes = _settle(labels.tolist(), readings, frequency)
    stamps = [reading for reading in readings if isinstance(reading, Stamp)]
    length, note = _length_of_dates(stamps) if frequency is None else (frequency, "")
    notes += [note] if note else []
    short = [
        label
        for label, reading in zip(labels.tolist(), readings, strict=True)
        if isinstance(reading, Period | Stamp) and not _LONG_YEAR.search(label)
    ]
    if short:
        notes.append(
            f"years of two digits were read as 1969 to 2068: {listing(map(repr, short), 5)}"
        )
    # The last one is for missing values, whose place is -1.
    codes = np.array([*(_code(reading, length) for reading in readings), 0], dtype=np.int32)[places]
    unreadable = np.flatnonzero(codes == 0)
    still = unreadable[doubtful[places[unreadable]]]
    return PeriodColumn(codes, tuple(unreadable.tolist()), tuple(still.tolist()), tuple(notes))


def _code(reading: Reading, length: Frequency) -> int:
    if isinstance(reading, Stamp):
        if length == "hour":
            return period_of_hour(reading).code
        return 0 if length == "season" else reading.day.within(length).code
    return reading.code if isinstance(reading, Period) else 0


def _settle(
    labels: Sequence[str], readings: Sequence[Reading], frequency: Frequency | None
) -> tuple[list[Reading], list[str]]:
    """Readings without doubts where the column decides them, and what was decided."""
    settled, notes = list(readings), []
    for kind in get_args(DoubtKind):
        doubts = {
            index: reading
            for index, reading in enumerate(readings)
            if isinstance(reading, Doubt) and reading.kind == kind
        }
        way = _way(kind, tuple(doubts.values()), frequency) if doubts else None
        decided = []
        for index, doubt in doubts.items():
            settled[index] = doubt.settled() or doubt.settled(way or "") or doubt
            if settled[index] is not doubt and not doubt.settled():
                decided.append(repr(labels[index]))
        if decided:
            verb = "was" if len(decided) == 1 else "were"
            notes.append(f"{listing(decided, 5)} {verb} read as: {way}")
    return settled, notes


def _way(kind: DoubtKind, doubts: Sequence[Doubt], frequency: Frequency | None) -> str | None:
    """The reading of texts that have several; None if the column does not decide."""
    if frequency is not None and kind != "day-first":
        return frequency
    certain = {next(iter(doubt.readings)) for doubt in doubts if len(doubt.readings) == 1}
    if len(certain) == 1:
        return certain.pop()
    if kind == "season-or-month" and not certain and (len(doubts) > 1 or doubts[0].slash):
        return "season"
    return None


def _length_of_dates(stamps: Iterable[Stamp]) -> tuple[Frequency, str]:
    """What dates stand for, and a sentence about it if it is not the day itself."""
    stamps = list(stamps)
    if any(stamp.hour for stamp in stamps):
        return "hour", ""
    days = np.array(sorted({stamp.day.ordinal for stamp in stamps}), dtype=np.int64)
    if len(days) < 2:
        return "day", ""
    for end in ("first", "last"):
        for frequency in (*_LEAST_NUMBERS, "week"):
            if _mark(days, frequency, is_last=end == "last"):
                note = (
                    f"{len(days)} dates, each the {end} day of a {frequency}, "
                    f"were read as {frequency}s"
                )
                return frequency, note
    return "day", ""


def _mark(days: NDArray[np.int64], frequency: Frequency, *, is_last: bool) -> bool:
    """Whether each day is the first or last one of a period, and enough of them show it."""
    wholes = within("day", frequency, days)
    first, after = parts(frequency, "day", wholes)
    if not np.array_equal(days, after - 1 if is_last else first):
        return False
    if frequency == "week":
        return len(days) >= _LEAST_WEEKS and bool((np.diff(days) == 7).any())
    numbers = wholes - first_of_year(frequency, year(frequency, wholes))
    return len(np.unique(numbers)) >= _LEAST_NUMBERS[frequency]
