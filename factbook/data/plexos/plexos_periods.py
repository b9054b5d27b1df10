"""The period of each row of a PLEXOS result file: its year, month, day or hour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from factbook.data.cleaning import Notes, listing
from factbook.data.periods.periods import FIRST_YEAR, LAST_YEAR, Period, to_codes

Interval = Literal["year", "month", "day", "hour", "other"]

_INTERVALS: dict[str, Interval] = {
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually", "fiscalyear"), "year"),
    **dict.fromkeys(("month", "months", "monthly"), "month"),
    **dict.fromkeys(("day", "days", "daily"), "day"),
    **dict.fromkeys(("hour", "hours", "hourly"), "hour"),
    **dict.fromkeys(("interval", "week", "weekly", "quarter", "quarterly"), "other"),
}  # fmt: skip
_YEAR_IN_NAME = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_TIME = r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?" + _TIME)
_LOCAL_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class FileNames:
    """Information about a file's rows in its name and folders.

    Attributes:
        interval: Length of the periods, if a part of the path names it.
        year: Year in the file's name, else in that of the nearest folder.
        years_in_name: All years of that name; more than one is an error.
    """

    interval: Interval | None
    year: int | None
    years_in_name: tuple[int, ...] = ()


def read_names(parts: Sequence[str], root: str) -> FileNames:
    """Read the parts of a file's path below the results folder, and the folder's own name."""
    names = [*parts[:-1], parts[-1].rpartition(".")[0] or parts[-1]]
    plain = [name.casefold().replace(" ", "").replace("_", "") for name in names]
    intervals = [_INTERVALS[name] for name in plain if name in _INTERVALS]
    for name in (*reversed(names), root):
        years = tuple(dict.fromkeys(map(int, _YEAR_IN_NAME.findall(name))))
        if years:
            return FileNames(intervals[0] if intervals else None, years[0], years)
    return FileNames(intervals[0] if intervals else None, None)


def periods_of(
    dates: pd.Categorical | None,
    interval_ids: pd.Categorical | None,
    count: int,
    names: FileNames,
    plexos_year: int | None,
    file: str,
    notes: Notes,
) -> NDArray[np.int32]:
    """The period of each row as its code (`data.periods`); 0 where an error was noted.

    ``_date`` comes first; rows without one are numbered by ``interval_id`` from the year in the
    file's or folder's name, or from ``plexos_year``.
    """
    periods = np.zeros(count, dtype=np.int32)
    dated = np.zeros(count, dtype=bool)
    if dates is not None:
        dated = np.array([bool(text) for text in dates.categories] or [False])[dates.codes]
        if dated.any():
            periods = _dated_periods(dates, names, file, notes)
    if not dated.all():
        rest = ~dated
        numbered = _numbered_periods(interval_ids, rest, names, plexos_year, file, notes)
        periods = np.where(rest, numbered, periods).astype(np.int32)
    return periods


def _dated_periods(
    dates: pd.Categorical, names: FileNames, file: str, notes: Notes
) -> NDArray[np.int32]:
    texts: list[str] = dates.categories.tolist()
    times = _parse_dates([text for text in texts if text], file, notes)
    if times is None:
        return np.zeros(len(dates), dtype=np.int32)
    interval = _interval_between(sorted(set(times.values())), names.interval)
    if interval == "other":
        _note_interval(file, "its dates are neither an hour, nor a day, month or year apart", notes)
        return np.zeros(len(dates), dtype=np.int32)
    of_text = {text: _code(time, interval) for text, time in times.items()}
    by_label = np.array([of_text.get(text, 0) for text in texts], dtype=np.int32)
    return np.take(by_label, dates.codes)


def _interval_between(times: Sequence[datetime], named: Interval | None) -> Interval:
    """What is between the times of a file, in order; of few times its folder says it."""
    days = sorted({time.date() for time in times})
    if len(days) < len(times) or named == "hour":
        return "hour" if all(time.minute == time.second == 0 for time in times) else "other"
    months = {(day.year, day.month) for day in days}
    if len(months) < len(days) or named == "day":
        gaps = {(later - day).days for day, later in pairwise(days)}
        return "day" if not gaps or min(gaps) == 1 else "other"
    if len({year for year, _ in months}) < len(months):
        return "month"
    ends = all(month in (1, _MONTHS) for _, month in months)
    return "month" if named == "month" or (named is None and not ends) else "year"


def _code(time: datetime, interval: Interval) -> int:
    """The code of the period in which a time lies."""
    if interval == "hour":
        return Period("hour", time.toordinal() * 24 + time.hour).code
    if interval == "day":
        return Period("day", time.toordinal()).code
    if interval == "month":
        return Period("month", time.year * _MONTHS + time.month - 1).code
    return time.year


def _parse_dates(texts: Sequence[str], file: str, notes: Notes) -> dict[str, datetime] | None:
    """Text → time; None when one is not a date, or when day and month are ambiguous."""
    dates: dict[str, tuple[int, int, int]] = {}
    local: dict[str, tuple[int, int, int]] = {}
    clocks: dict[str, tuple[str, ...]] = {}
    bad: list[str] = []
    for text in texts:
        if iso := _ISO_DATE.fullmatch(text):
            dates[text] = (int(iso[1]), int(iso[2]), int(iso[3] or 1))
            clocks[text] = iso.groups()[3:]
        elif found := _LOCAL_DATE.fullmatch(text):
            local[text] = (int(found[3]), int(found[1]), int(found[2]))
            clocks[text] = found.groups()[3:]
        else:
            bad.append(text)
    if local:
        month_first = _is_month_first(local)
        if month_first is None:
            bad += local
        for text, (year, one, other) in local.items():
            dates[text] = (year, one, other) if month_first else (year, other, one)
    times = {text: _time(*date, *clocks[text]) for text, date in dates.items()}
    bad += [text for text, time in times.items() if time is None]
    if bad:
        notes.add(
            "error",
            "bad-date",
            f"_date has {listing((repr(text) for text in dict.fromkeys(bad)), 5)}",
            file=file,
            allowed="dates such as 2024-03-01 or 3/1/2024 12:00:00 AM, with day and month in one "
            "order",
        )
        return None
    return {text: time for text, time in times.items() if time}


def _time(
    year: int, month: int, day: int, hour: str | None, minute: str, second: str, half: str | None
) -> datetime | None:
    """A date and time; None if there is no such one in the years that data are about."""
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + 12 * (half in "Pp") if 1 <= hours <= 12 else 24
    try:
        time = datetime(year, month, day, hours, int(minute or 0), int(second or 0))
    except ValueError:
        return None
    return time if FIRST_YEAR <= year <= LAST_YEAR else None


def _is_month_first(local: dict[str, tuple[int, int, int]]) -> bool | None:
    """Whether 3/1/2024 is the first of March; None when the dates do not show it."""
    ones = {one for _, one, _ in local.values()}
    others = {other for _, _, other in local.values()}
    if max(ones) > _MONTHS or max(others) > _MONTHS:
        return max(others) > _MONTHS
    if any(text.upper().rstrip(".").endswith(("AM", "PM")) for text in local):
        return True
    if ones == others and len(ones) == 1:
        return True
    if len(others) == 1 and len(ones) > 1:
        return True
    if len(ones) == 1 and len(others) > 1:
        return False
    return None


def _numbered_periods(
    interval_ids: pd.Categorical | None,
    rest: NDArray[np.bool_],
    names: FileNames,
    plexos_year: int | None,
    file: str,
    notes: Notes,
) -> NDArray[np.int32]:
    """Periods by number, from the year in the names or the configuration."""
    nothing = np.zeros(len(rest), dtype=np.int32)
    if len(names.years_in_name) > 1:
        notes.add(
            "error",
            "two-years",
            f"the name has several years: {listing(map(str, names.years_in_name))}",
            file=file,
            remedy="Keep one of them, the year of the results, in the name",
        )
        return nothing
    year = names.year or plexos_year
    if year is None:
        notes.add(
            "error",
            "no-year",
            "the year of the rows is not known: there is no _date, and no year in the name of the "
            "file or its folders",
            file=file,
            remedy="Put the year into the file's name (year_2030.csv), or set plexos_year under "
            "[data] in project.toml",
        )
        return nothing
    if interval_ids is None:
        return np.full(len(rest), year, dtype=np.int32)
    numbers = _numbers(interval_ids, rest, file, notes)
    return nothing if numbers is None else _numbered(numbers, rest, year, names, file, notes)


def _numbered(
    numbers: NDArray[np.int32],
    rest: NDArray[np.bool_],
    year: int,
    names: FileNames,
    file: str,
    notes: Notes,
) -> NDArray[np.int32]:
    """Periods of numbered rows: years if there is only one number, else months up to twelve."""
    used = np.unique(numbers[rest])
    low, high = int(np.min(used)), int(np.max(used))
    is_short = names.interval in ("day", "hour", "other")
    if is_short or (names.interval is None and high > _MONTHS):
        _note_interval(file, f"interval_id goes up to {high}", notes)
        return np.zeros(len(rest), dtype=np.int32)
    if names.interval == "month" or (names.interval is None and len(used) > 1):
        months = numbers - 1
        years = np.zeros_like(months) if high - low < _MONTHS and names.year else months // _MONTHS
        return to_codes("month", (year + years) * _MONTHS + months % _MONTHS)
    first = low if names.year else 1
    return (year + numbers - first).astype(np.int32)


def _numbers(
    interval_ids: pd.Categorical, rest: NDArray[np.bool_], file: str, notes: Notes
) -> NDArray[np.int32] | None:
    texts: list[str] = interval_ids.categories.tolist()
    parsed = [int(float(t)) if re.fullmatch(r"[1-9]\d{0,5}(\.0+)?", t) else 0 for t in texts] or [0]
    numbers = np.take(np.array(parsed, dtype=np.int32), interval_ids.codes)
    bad = sorted({texts[code] for code in interval_ids.codes[rest & (numbers == 0)].tolist()})
    if bad:
        notes.add(
            "error",
            "bad-interval",
            f"interval_id has {listing((repr(text) for text in bad), 5)}",
            file=file,
            allowed="whole numbers from 1",
        )
        return None
    return numbers


def _note_interval(file: str, why: str, notes: Notes) -> None:
    notes.add(
        "error",
        "interval",
        f"it is not known which periods the rows are of: {why}",
        file=file,
        allowed="results by year or month; by day or hour with their dates",
        remedy="Export the results with their dates, by hour, day, month or year; where "
        "interval_id numbers months or years, put the file into a folder called month or year",
    )
