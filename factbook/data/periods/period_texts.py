"""Periods as publishers write them, each text by itself; `period_columns` reads whole columns.

Read are the notations of ISO 8601, of SDMX (section 6 of its standard: ``2021-A1``, ``2021-S1``,
``2021-D074``, ``2021-01-01/P1Y``), of Eurostat (``2021M03``, ``2021S1``), of the World Bank
(``2021 [YR2021]``) and of Excel (``Mar-21``), with month names of English and one more language.
A text that can be read in several ways is a `Doubt`, which only its column can settle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from factbook.data.periods import period_notations as notations
from factbook.data.periods.month_names import month_numbers
from factbook.data.periods.period_calendar import Frequency, first_of_year
from factbook.data.periods.periods import FIRST_YEAR, LAST_YEAR, Period

LONGEST_TEXT = 40
"""Characters of a text that may be a period; longer ones are not looked at."""

DoubtKind = Literal["season-or-month", "day-first", "number-of-year"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A full date, with or without a time of day: a day, or what begins or ends on it.

    Attributes:
        day: The day.
        hour: The hour; None if the text has no time, or 00:00.
    """

    day: Period
    hour: Period | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text with a notation that has several readings.

    Attributes:
        kind: What is doubtful: whether ``2008-09`` is a season or a month; whether ``03/04/2021``
            has the day first; whether ``1/2021`` is a month or a quarter.
        readings: Reading → meaning. A reading that makes no sense is absent: of ``2021-03`` only
            ``month`` is there, of ``15/03/2021`` only ``day first``.
        slash: Whether ``/`` stands between the numbers.
    """

    kind: DoubtKind
    readings: Mapping[str, Period | Stamp]
    slash: bool = False

    def settled(self, reading: str | None = None) -> Period | Stamp | None:
        """What it means in one reading or, without one, if all come to the same; else None."""
        if reading is not None:
            return self.readings.get(reading)
        meanings = set(self.readings.values())
        return meanings.pop() if len(meanings) == 1 else None


Reading = Period | Stamp | Doubt | None


def parse_period(text: str, locale: str = "en") -> Period | None:
    """The period that a text means by itself, or None if it means none or may mean several.

    A date is a day here, and ``2021-03`` a month. ``2008-09``, ``03/04/2021`` and ``1/2021`` are
    doubtful. See `period_columns.parse_periods`, which decides by the whole column.

    Args:
        text: The text, with blanks around it or not, without marks of a publisher (``2021 p``).
        locale: Language whose month names are read beside those of English.
    """
    reading = read_text(text, locale)
    if isinstance(reading, Doubt):
        reading = reading.settled()
    return reading.hour or reading.day if isinstance(reading, Stamp) else reading


def period_of(text: str) -> Period:
    """The period whose `Period.text` this is.

    Raises:
        ValueError: If it is that of none.
    """
    reading = read_text(text)
    if isinstance(reading, Stamp):
        reading = period_of_hour(reading) if "T" in text else reading.day
    if isinstance(reading, Doubt):  # 2008-09 is a month in our own notation
        reading = reading.settled("month")
    if not isinstance(reading, Period) or reading.text != text:
        raise ValueError(f"{text!r} is not the text of a period")
    return reading


def period_of_hour(stamp: Stamp) -> Period:
    """The hour of a date; its first if it has no time."""
    return stamp.hour or Period("hour", stamp.day.ordinal * 24)


def read_text(text: str, locale: str = "en") -> Reading:
    """What one text can mean, before its column is looked at."""
    text = text.strip()
    if not 4 <= len(text) <= LONGEST_TEXT:
        return None
    text = _without_repetition(text)
    for pattern, read in _NOTATIONS:
        if found := pattern(text):
            return read(found)
    for pattern in _NAMED:
        if found := pattern(text):
            return _named(found, locale)
    return None


def _without_repetition(text: str) -> str:
    """``2021 [YR2021]``, as the World Bank writes it, is ``2021``."""
    label, bracket, code = text.partition("[")
    label = label.rstrip()
    if bracket and code.casefold() in (f"{label}]".casefold(), f"yr{label}]".casefold()):
        return label
    return text


def make_period(frequency: Frequency, year: int, number: int = 1) -> Period | None:
    """The period with a number in a year, from 1; None if the year has no such period."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    first, after = (int(first_of_year(frequency, one)) for one in (year, year + 1))
    return Period(frequency, first + number - 1) if 1 <= number <= after - first else None


def make_day(year: int, month: int, day: int) -> Period | None:
    """The day of a date; None if there is none."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Period("day", found.toordinal()) if FIRST_YEAR <= year <= LAST_YEAR else None


def _numbered(found: re.Match[str]) -> Period | None:
    letter, number = found["letter"].casefold(), int(found["number"])
    frequencies: Mapping[str, Frequency] = {
        "a": "year", "s": "half-year", "h": "half-year", "q": "quarter",
        "m": "month", "w": "week", "d": "day",
    }  # fmt: skip
    return make_period(frequencies[letter], _full_year(found["year"]), number)


def _full_year(digits: str) -> int:
    """A year; of two digits, one from 1969 to 2068, as in POSIX."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year > 68 else 2000)


def _stamp(found: re.Match[str]) -> Stamp | None:
    return _timed(make_day(int(found["year"]), int(found["month"]), int(found["day"])), found)


def _timed(day: Period | None, found: re.Match[str]) -> Stamp | None:
    """A day with the time of day of a text; time zones are the publisher's and change nothing."""
    if day is None:
        return None
    if found["hour"] is None:
        return Stamp(day)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = (found["half"] or "").casefold()
    if hour > 23 or minute > 59 or second > 59 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    is_midnight = not (hour or minute or second)
    return Stamp(day, None if is_midnight else Period("hour", day.ordinal * 24 + hour))


def _compact(found: re.Match[str]) -> Reading:
    year, month = int(found["year"]), int(found["month"])
    if found["day"] is None:
        return make_period("month", year, month)
    day = make_day(year, month, int(found["day"]))
    return day and Stamp(day)


def _two_numbers(found: re.Match[str]) -> Doubt | None:
    """``2008-09``: a month, or a season written with the last two digits of its second year."""
    year, number = int(found["year"]), int(found["number"])
    readings = {
        "month": make_period("month", year, number),
        "season": make_period("season", year) if number == (year + 1) % 100 else None,
    }
    return _doubt("season-or-month", readings, slash=found["dash"] == "/")


def _local_date(found: re.Match[str]) -> Doubt | None:
    """``03/04/2021``; who writes AM and PM writes the month first."""
    one, other, year = int(found["one"]), int(found["other"]), int(found["year"])
    readings = {
        "day first": None if found["half"] else _timed(make_day(year, other, one), found),
        "month first": _timed(make_day(year, one, other), found),
    }
    return _doubt("day-first", readings)


def _number_first(found: re.Match[str]) -> Reading:
    """``03/2021`` is a month; ``1/2021`` may be a quarter, too."""
    year, digits = int(found["year"]), found["number"]
    month = make_period("month", year, int(digits))
    if len(digits) > 1:
        return month
    readings = {"month": month, "quarter": make_period("quarter", year, int(digits))}
    return _doubt("number-of-year", readings)


def _doubt(
    kind: DoubtKind, readings: Mapping[str, Period | Stamp | None], *, slash: bool = False
) -> Doubt | None:
    possible = {name: meaning for name, meaning in readings.items() if meaning is not None}
    return Doubt(kind, possible, slash) if possible else None


def _season(found: re.Match[str]) -> Period | None:
    year, second = int(found["year"]), found["second"]
    follows = int(second) == (year + 1 if len(second) > 2 else (year + 1) % 100)
    return make_period("season", year) if follows else None


def _duration(found: re.Match[str]) -> Period | None:
    """An SDMX time range: it is a period if it begins where one does."""
    day = make_day(int(found["year"]), int(found["month"]), int(found["day"]))
    frequencies: Mapping[str, Frequency] = {
        "P1Y": "year", "P12M": "year", "P6M": "half-year", "P3M": "quarter", "P1M": "month",
        "P7D": "week", "P1W": "week", "P1D": "day",
    }  # fmt: skip
    frequency = frequencies.get(found["duration"].upper())
    if day is None or frequency is None or frequency == "day":
        return day if frequency else None
    if frequency == "year" and found["day"] == "01" and found["month"] != "01":
        return make_period("season", int(found["year"]))
    period = day.within(frequency)
    return period if period.parts("day")[0] == day else None


def _named(found: re.Match[str], locale: str) -> Reading:
    month = month_numbers(locale).get(found["name"].casefold())
    if month is None:
        return None
    year, day = _full_year(found["year"]), found.groupdict().get("day")
    if day is None:
        return make_period("month", year, month)
    stamp = make_day(year, month, int(day))
    return stamp and Stamp(stamp)


_NOTATIONS: tuple[tuple[notations.Notation, Callable[[re.Match[str]], Reading]], ...] = (
    (notations.A_YEAR, lambda found: make_period("year", int(found["year"]))),
    (notations.ISO_DATE, _stamp),
    (notations.YEAR_AND_LETTER, _numbered),
    (notations.TWO_NUMBERS, _two_numbers),
    (notations.TWO_YEARS, _season),
    (notations.FINANCIAL_YEAR, _season),
    (notations.COMPACT, _compact),
    (notations.LOCAL_DATE, _local_date),
    (notations.NUMBER_FIRST, _number_first),
    (notations.LETTER_FIRST, _numbered),
    (notations.QUARTER_FIRST, _numbered),
    (notations.TIME_RANGE, _duration),
)
_NAMED = (notations.MONTH_YEAR, notations.MONTH_YY, notations.MONTH_DAY, notations.YEAR_MONTH)
