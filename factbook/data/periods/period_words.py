"""Periods in prose: ``March 2021``, ``the first quarter of 2021``, ``the 2008/2009 season``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton

from factbook.data.periods.period_calendar import Frequency
from factbook.data.periods.periods import Period

_ORDINALS = ("", "first", "second", "third", "fourth")
_DEFAULT = "en_GB"
"""With this locale the day comes first: 15 March 2021."""


ADJECTIVES: Mapping[Frequency, str] = {
    "year": "yearly",
    "season": "seasonal",
    "half-year": "half-yearly",
    "quarter": "quarterly",
    "month": "monthly",
    "week": "weekly",
    "day": "daily",
    "hour": "hourly",
}
"""How figures of such periods are called."""


def period_words(period: Period, locale: str = _DEFAULT) -> str:
    """A period as a noun: ``2021``, ``the first quarter of 2021``, ``week 5 of 2021``.

    Months and days are those of Unicode's CLDR in that locale (``15 March 2021`` in en_GB,
    ``March 15, 2021`` in en_US).

    Raises:
        ValueError: If the locale's language is not English, the only one so far.
    """
    return _WORDS[period.frequency](period, _english(locale))


def when_words(period: Period, locale: str = _DEFAULT) -> str:
    """A period as an adverbial: ``in March 2021``, ``on 15 March 2021``.

    Raises:
        ValueError: As for `period_words`.
    """
    preposition = {"day": "on", "hour": "at"}.get(period.frequency, "in")
    return f"{preposition} {period_words(period, locale)}"


def span_words(first: Period, last: Period, locale: str = _DEFAULT) -> str:
    """From one period to another: ``from March 2020 to March 2021``; both may be the same one.

    Raises:
        ValueError: If they have different frequencies or the first one comes last, and as for
            `period_words`.
    """
    if first.frequency != last.frequency or first > last:
        raise ValueError(f"there is no span from {first.text} to {last.text}")
    if first == last:
        return when_words(first, locale)
    return f"from {period_words(first, locale)} to {period_words(last, locale)}"


def period_head(period: Period, locale: str = _DEFAULT) -> str:
    """A period as the head of a row or column: ``2021``, ``Mar 2021``, ``Q1 2021``.

    Raises:
        ValueError: As for `period_words`.
    """
    return _HEADS[period.frequency](period, _english(locale))


def span_head(first: Period, last: Period, locale: str = _DEFAULT) -> str:
    """Several periods as a head: ``Jan–Sept 2024``, ``Q1–Q3 2024``.

    Raises:
        ValueError: As for `period_words`.
    """
    head, other = period_head(first, locale), period_head(last, locale)
    if first == last:
        return other
    if first.frequency == "week" and first.year == last.year:
        return f"Weeks {first.number}\N{EN DASH}{last.number}, {last.year}"
    year = f" {first.year}"
    if first.frequency in _YEAR_LAST and first.year == last.year:
        head = head.removesuffix(year)
    return f"{head}\N{EN DASH}{other}"


def _english(locale: str) -> Locale:
    known = Locale.parse(locale.replace("-", "_"))
    if known.language != "en":
        raise ValueError(f"periods are worded in English so far, not in {known.english_name}")
    return known


def _date(day: int, locale: Locale) -> str:
    return format_date(date.fromordinal(day), "long", locale)


def _month(period: Period, locale: Locale) -> str:
    return format_skeleton("yMMMM", _first_day(period), locale=locale)


def _first_day(month: Period) -> datetime:
    return datetime(month.year, month.number, 1)  # naive: a month has no time zone


_WORDS: Mapping[Frequency, Callable[[Period, Locale], str]] = {
    "year": lambda period, _: period.text,
    "season": lambda period, _: f"the {period.text} season",
    "half-year": lambda period, _: f"the {_ORDINALS[period.number]} half of {period.year}",
    "quarter": lambda period, _: f"the {_ORDINALS[period.number]} quarter of {period.year}",
    "month": _month,
    "week": lambda period, _: f"week {period.number} of {period.year}",
    "day": lambda period, locale: _date(period.ordinal, locale),
    "hour": lambda period, locale: (
        f"{period.ordinal % 24:02}:00 on {_date(period.ordinal // 24, locale)}"
    ),
}

_YEAR_LAST = frozenset({"half-year", "quarter", "month", "day"})
"""Periods whose heads end with the year in British English."""

_HEADS: Mapping[Frequency, Callable[[Period, Locale], str]] = {
    "year": lambda period, _: period.text,
    "season": lambda period, _: period.text,
    "half-year": lambda period, _: f"H{period.number} {period.year}",
    "quarter": lambda period, _: f"Q{period.number} {period.year}",
    "month": lambda period, locale: format_skeleton("yMMM", _first_day(period), locale=locale),
    "week": lambda period, _: f"Week {period.number}, {period.year}",
    "day": lambda period, locale: format_date(date.fromordinal(period.ordinal), "medium", locale),
    "hour": lambda period, locale: (
        f"{format_date(date.fromordinal(period.ordinal // 24), 'medium', locale)}, "
        f"{period.ordinal % 24:02}:00"
    ),
}
