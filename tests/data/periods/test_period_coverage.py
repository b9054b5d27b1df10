import numpy as np
import pytest

from factbook.data.periods.period_coverage import coverage, year_to_date
from factbook.data.periods.period_texts import period_of
from factbook.data.periods.periods import to_codes


def test_incomplete_years_are_recognised() -> None:
    """Nine of twelve months are no year; what stands twice counts once."""
    months = 2023 * 12 + np.arange(21)
    codes = to_codes("month", np.concatenate((months, months[-3:])))
    codes = np.append(codes, np.int32(0))
    whole, part = coverage(codes, "year")
    assert (whole.whole.text, whole.is_complete) == ("2023", True)
    assert (part.present, part.expected, part.is_complete) == (9, 12, False)
    assert part.text == "2024 has 9 of 12 months"


def test_weeks_and_days_count_by_the_year() -> None:
    """2020 has 53 weeks and 366 days."""
    [weeks] = coverage(to_codes("week", [period_of("2020-W53").ordinal]), "year")
    [days] = coverage(to_codes("day", [period_of("2020-02-29").ordinal]), "year")
    assert (weeks.expected, days.expected) == (53, 366)


def test_periods_that_make_up_nothing_longer_have_no_coverage() -> None:
    """Years are complete by themselves, and 0 is no period."""
    assert coverage(np.array([2021, 0], dtype=np.int32), "year") == ()
    with pytest.raises(ValueError, match="quarter and month"):
        coverage(np.append(to_codes("month", [24252]), to_codes("quarter", [8084])), "year")


def test_year_to_date_takes_the_same_months_of_both_years() -> None:
    """January to March against January to March."""
    later, earlier = year_to_date(period_of("2021-03"))
    assert [period.text for period in later] == ["2021-01", "2021-02", "2021-03"]
    assert [period.text for period in earlier] == ["2020-01", "2020-02", "2020-03"]


def test_year_to_date_of_a_leap_year_keeps_its_day() -> None:
    """29 February counts in its own year; the year before ends on the same date as ever."""
    later, earlier = year_to_date(period_of("2024-03-01"))
    assert (len(later), later[-1].text) == (61, "2024-03-01")
    assert (len(earlier), earlier[-1].text) == (60, "2023-03-01")
    later, earlier = year_to_date(period_of("2021-03-01"))
    assert (len(later), len(earlier), earlier[-1].text) == (60, 60, "2020-03-01")
