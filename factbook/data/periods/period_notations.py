"""Patterns of the ways in which publishers write periods; `period_texts` gives them their meaning.

Each is tried on a whole text of a bounded length, without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Notation = Callable[[str], re.Match[str] | None]


def _full(pattern: str) -> Notation:
    return re.compile(pattern, re.IGNORECASE).fullmatch


_YEAR = r"(?P<year>[12][0-9]{3})"
_NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
_DASH = r"(?P<dash>[-/\N{EN DASH}])"
_MONTH, _DAY = r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"
_TIME = (
    r"(?:[T ](?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?)?"
    r"(?: ?(?P<half>[AP]M))?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)

# 2021, 2021.0, Y2021
A_YEAR = _full(rf"(?:yr?|x)?{_YEAR}(?:\.0{{1,6}})?")
# 2021-03-15, 2021/3/15, 2021-03-15T14:00:00+01:00
ISO_DATE = _full(rf"{_YEAR}[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}}){_TIME}")
# 2021-Q1, 2021M03, 2021-W05, 2021-D074
YEAR_AND_LETTER = _full(rf"{_YEAR}[- :]?(?P<letter>[ashqmwd])(?P<number>[0-9]{{1,3}})")
# 2021-03, 2008/09
TWO_NUMBERS = _full(rf"{_YEAR}{_DASH}(?P<number>[0-9]{{2}})")
# 2008/2009
TWO_YEARS = _full(rf"(?:FY ?)?{_YEAR}{_DASH}(?P<second>[12][0-9]{{3}})")
# FY2008/09
FINANCIAL_YEAR = _full(rf"FY ?{_YEAR}{_DASH}(?P<second>[0-9]{{2}})")
# 202103, 20210315
COMPACT = _full(rf"{_YEAR}{_MONTH}{_DAY}?")
# 15/03/2021, 3/15/2021 2:00:00 PM
LOCAL_DATE = _full(rf"(?P<one>[0-9]{{1,2}})[-/.](?P<other>[0-9]{{1,2}})[-/.]{_YEAR}{_TIME}")
# 03/2021
NUMBER_FIRST = _full(rf"(?P<number>[0-9]{{1,2}})[-/.]{_YEAR}")
# Q1 2021
LETTER_FIRST = _full(rf"(?P<letter>[qshw])(?P<number>[0-9]{{1,2}})[ /-]{_YEAR}")
# 1Q21
QUARTER_FIRST = _full(r"(?P<number>[0-9])(?P<letter>[qsh])(?P<year>[12][0-9]{3}|[0-9]{2})")
# 2021-01-01/P1Y
TIME_RANGE = _full(rf"{_YEAR}-{_MONTH}-{_DAY}(?:T00:00:00)?/(?P<duration>P[0-9]{{1,2}}[YMWD])")
# March 2021, 15-Mar-2021
MONTH_YEAR = _full(rf"(?:(?P<day>[0-9]{{1,2}})\.?[ -])?{_NAME}[ -]{_YEAR}")
# Mar-21, 15-Mar-21
MONTH_YY = _full(rf"(?:(?P<day>[0-9]{{1,2}})-)?{_NAME}[-'](?P<year>[0-9]{{2}})")
# March 15, 2021
MONTH_DAY = _full(rf"{_NAME} (?P<day>[0-9]{{1,2}}),? {_YEAR}")
# 2021 MAR
YEAR_MONTH = _full(rf"{_YEAR}[ -]{_NAME}")
