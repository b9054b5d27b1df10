import re
from datetime import date, timedelta

import numpy as np
import pytest

from factbook.data.periods.period_calendar import FREQUENCIES, Frequency
from factbook.data.periods.period_texts import period_of
from factbook.data.periods.periods import (
    Period,
    frequencies_in,
    ordinals_of,
    part_counts_of,
    ranks_of,
    to_codes,
    within_of,
    year_before_of,
    years_of,
)

TEXTS = [
    "2021", "2008/2009", "2021-S2", "2021-Q1", "2021-03", "2021-W05", "2021-03-15", "2021-03-15T14",
]  # fmt: skip
CENTURIES = [date(1895, 1, 1) + timedelta(days) for days in range(0, 250 * 366, 5)]


def _codes(*texts: str) -> np.ndarray:
    return np.array([period_of(text).code for text in texts], dtype=np.int32)


def _texts(codes: np.ndarray) -> list[str]:
    return [Period.from_code(code).text if code else "" for code in codes.tolist()]


@pytest.mark.parametrize(("text", "frequency"), list(zip(TEXTS, FREQUENCIES, strict=True)))
def test_text_and_code_come_back(text: str, frequency: Frequency) -> None:
    """A period, its text and its integer say the same, whatever its length."""
    period = period_of(text)
    assert period.frequency == frequency
    assert period.text == text
    assert Period.from_code(period.code) == period
    assert to_codes(frequency, [period.ordinal]).tolist() == [period.code]
    assert ordinals_of(_codes(text)).tolist() == [period.ordinal]
    assert ranks_of(_codes(text)).tolist() == [FREQUENCIES.index(frequency)]


def test_code_of_year_is_the_year() -> None:
    """Yearly tables, the most common, hold the years that people read."""
    assert Period("year", 2021).code == 2021


def test_codes_sort_as_periods() -> None:
    """Within a frequency by time, and texts too; longer periods come first."""
    months = _codes("2020-12", "2021-01", "2021-02", "2021-10")
    assert np.all(np.diff(months) == [1, 1, 8])
    assert sorted(_texts(months)) == _texts(months)
    shuffled = [period_of(text) for text in reversed(TEXTS)]
    assert [period.text for period in sorted(shuffled)] == TEXTS


@pytest.mark.parametrize(
    ("frequency", "ordinal"),
    [("year", 999), ("year", 3000), ("month", 0), ("day", 1), ("hour", -1), ("century", 20)],
)
def test_what_is_no_period_is_refused(frequency: Frequency, ordinal: int) -> None:
    """Years are those from 1000 to 2999, and lengths those of the list."""
    with pytest.raises(ValueError, match="years from 1000 to 2999|is no frequency"):
        Period(frequency, ordinal)


@pytest.mark.parametrize("code", [0, -1, -2021, 2**31 - 1])
def test_what_is_no_code_is_refused(code: int) -> None:
    """0 stands for no period."""
    with pytest.raises(ValueError, match="years from|not the code"):
        Period.from_code(code)


def test_days_and_weeks_are_those_of_the_calendar() -> None:
    """Leap years, and weeks that lie in two years, over two and a half centuries."""
    days = to_codes("day", [day.toordinal() for day in CENTURIES])
    iso = [day.isocalendar() for day in CENTURIES]
    assert _texts(days) == [day.isoformat() for day in CENTURIES]
    assert _texts(within_of(days, "week")) == [f"{day.year}-W{day.week:02}" for day in iso]
    assert years_of(within_of(days, "week")).tolist() == [day.year for day in iso]
    assert _texts(within_of(days, "month")) == [day.isoformat()[:7] for day in CENTURIES]
    assert years_of(days).tolist() == [day.year for day in CENTURIES]
    numbers = [Period.from_code(code).number for code in days[:500].tolist()]
    assert numbers == [day.timetuple().tm_yday for day in CENTURIES[:500]]


@pytest.mark.parametrize(
    ("text", "before", "year_before"),
    [
        ("2021", "2020", "2020"),
        ("2008/2009", "2007/2008", "2007/2008"),
        ("2021-S1", "2020-S2", "2020-S1"),
        ("2021-Q1", "2020-Q4", "2020-Q1"),
        ("2021-01", "2020-12", "2020-01"),
        ("2021-W01", "2020-W53", "2020-W01"),
        ("2020-W53", "2020-W52", None),
        ("2020-02-29", "2020-02-28", None),
        ("2021-02-28", "2021-02-27", "2020-02-28"),
        ("2021-03-01", "2021-02-28", "2020-03-01"),
        ("2020-03-01", "2020-02-29", "2019-03-01"),
        ("2021-03-01T00", "2021-02-28T23", "2020-03-01T00"),
        ("2020-02-29T05", "2020-02-29T04", None),
        ("1000-01-01", None, None),
        ("1000-01-01T05", "1000-01-01T04", None),
    ],
)
def test_earlier_periods(text: str, before: str | None, year_before: str | None) -> None:
    """The one before, and the same of the year before; what has none gets no neighbour."""
    period = period_of(text)
    if before is None:
        with pytest.raises(ValueError, match="years from 1000"):
            period.previous()
    else:
        assert period.previous().text == before
    earlier = period.year_before()
    assert (earlier and earlier.text) == year_before


def test_weeks_have_a_counterpart_whenever_both_years_do() -> None:
    """Week 53 of 2020 has none in 2019; week 53 of 2015 none in 2014."""
    weeks = within_of(to_codes("day", [day.toordinal() for day in CENTURIES]), "week")
    for code, earlier in zip(weeks.tolist(), year_before_of(weeks).tolist(), strict=True):
        year, number = Period.from_code(code).text.split("-W")
        last = date(int(year) - 1, 12, 28).isocalendar().week
        expected = f"{int(year) - 1}-W{number}" if int(number) <= last else ""
        assert (Period.from_code(earlier).text if earlier else "") == expected


@pytest.mark.parametrize(
    ("shorter", "longer", "expected"),
    [
        ("2021-05", "quarter", "2021-Q2"), ("2021-07", "half-year", "2021-S2"),
        ("2021-Q3", "half-year", "2021-S2"), ("2021-S2", "year", "2021"),
        ("2021-12-31", "quarter", "2021-Q4"), ("2021-01-03", "week", "2020-W53"),
        ("2021-W01", "year", "2021"), ("2020-W53", "year", "2020"), ("2009-W01", "year", "2009"),
        ("2021-03-15T23", "day", "2021-03-15"), ("2021-03-14T23", "week", "2021-W10"),
        ("2020-12-31T23", "month", "2020-12"), ("2021-05", "month", "2021-05"),
    ],
)  # fmt: skip
def test_shorter_periods_lie_in_longer_ones(shorter: str, longer: Frequency, expected: str) -> None:
    """A week's year is that of its Thursday: the one of 29 December 2008 is of 2009."""
    assert period_of(shorter).within(longer).text == expected


@pytest.mark.parametrize(
    ("shorter", "longer"),
    [("2021-W05", "month"), ("2021-W05", "quarter"), ("2021-05", "season"), ("2021", "quarter"),
     ("2008/2009", "year"), ("2021-05", "week")],
)  # fmt: skip
def test_what_does_not_nest_is_refused(shorter: str, longer: Frequency) -> None:
    """Weeks make up no month, and nobody knows in which month a season begins."""
    with pytest.raises(ValueError, match="is no part of a"):
        period_of(shorter).within(longer)


@pytest.mark.parametrize(
    ("longer", "frequency", "count", "first", "last"),
    [
        ("2021", "half-year", 2, "2021-S1", "2021-S2"), ("2021", "month", 12, "2021-01", "2021-12"),
        ("2021", "day", 365, "2021-01-01", "2021-12-31"),
        ("2020", "day", 366, "2020-01-01", "2020-12-31"),
        ("2020", "week", 53, "2020-W01", "2020-W53"), ("2021", "week", 52, "2021-W01", "2021-W52"),
        ("2021-Q2", "month", 3, "2021-04", "2021-06"),
        ("2021-S2", "quarter", 2, "2021-Q3", "2021-Q4"),
        ("2020-02", "day", 29, "2020-02-01", "2020-02-29"),
        ("2021-W01", "day", 7, "2021-01-04", "2021-01-10"),
        ("2021-03-28", "hour", 24, "2021-03-28T00", "2021-03-28T23"),
        ("2021", "hour", 8760, "2021-01-01T00", "2021-12-31T23"),
    ],
)  # fmt: skip
def test_parts_make_up_the_whole(
    longer: str, frequency: Frequency, count: int, first: str, last: str
) -> None:
    """All parts, in order, each within the whole."""
    whole = period_of(longer)
    parts = whole.parts(frequency)
    assert (len(parts), parts[0].text, parts[-1].text) == (count, first, last)
    assert {part.within(whole.frequency) for part in parts} == {whole}
    assert part_counts_of(_codes(longer), frequency).tolist() == [count]


@pytest.mark.parametrize(("longer", "shorter"), [("2021-05", "week"), ("2008/2009", "month")])
def test_parts_that_do_not_make_up_a_whole_are_refused(longer: str, shorter: Frequency) -> None:
    """A month has no number of weeks."""
    with pytest.raises(ValueError, match="is not made up of"):
        period_of(longer).parts(shorter)


def test_arrays_hold_several_frequencies_and_gaps() -> None:
    """Years and quarters stand side by side; 0 stays 0."""
    codes = np.append(_codes("2021", "2021-Q2", "2020-02-29"), np.int32(0))
    assert frequencies_in(codes) == ("year", "quarter", "day")
    assert years_of(codes).tolist() == [2021, 2021, 2020, 0]
    assert _texts(year_before_of(codes)) == ["2020", "2020-Q2", "", ""]
    assert _texts(within_of(codes, "year")) == ["2021", "2021", "2020", ""]
    assert codes.dtype == within_of(codes, "year").dtype == np.int32


@pytest.mark.parametrize("text", ["2021-H1", "2021M03", "2021-3", "Mar 2021", "", "x", "2008-2009"])
def test_other_notations_are_not_our_text(text: str) -> None:
    """`period_of` reads what `Period.text` wrote, and nothing else."""
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        period_of(text)
