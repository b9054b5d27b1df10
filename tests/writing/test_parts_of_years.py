"""Prose about months, quarters, weeks and days, and about measures made of hourly ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from factbook.sheet.models import Chart
from factbook.writing.job import Shape
from factbook.writing.offline.days import on_days
from factbook.writing.offline.statistic_words import spoken

from .worlds import Report, by, report_of

LONG = Shape(min_words=150, max_words=220)
MONTHS = tuple(f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in range(1, 13))


def monthly(
    last: str = "2024-09", *, growth: float = 1.2, without: Sequence[str] = ()
) -> list[str]:
    """Rows of three places: each month has its number, times the growth for each year."""
    return [
        f"{place},Wind,{month},{value:.4f},Generation,TWh"
        for place, factor in (("Austria", 1), ("France", 3), ("Italy", 2))
        for month in MONTHS
        if month <= last and month not in without
        for value in [factor * int(month[5:]) * growth ** int(month[3])]
    ]


def of_periods(frequency: str, values: dict[str, float]) -> Report:
    """A report of one series in three places."""
    rows = [
        f"{place},Wind,{period},{value * factor},Generation,TWh"
        for place, factor in (("Austria", 1), ("France", 3), ("Italy", 2))
        for period, value in values.items()
    ]
    return report_of(rows, chart=by(frequency))


@pytest.mark.parametrize("growth", [1.2, 0.8])
def test_a_month_is_told_beside_the_year_before_and_the_year_to_date(growth: float) -> None:
    """With names of months, each change with its direction and without a sign."""
    ways = ("more|higher|up|rose|grew", "less|lower|down|fell|declined")
    way, other = ways if growth > 1 else ways[::-1]
    for text in report_of(monthly(growth=growth), chart=by("Month")).texts(shape=LONG):
        assert "September 2024" in text
        assert "September 2023" in text
        assert re.search(
            r"From January 2024 to September 2024, [^.]* added up to [\d.,]+ TWh", text
        )
        said = re.findall(r"20% (\w+)|(\w+) (?:sharply |slightly )?(?:by )?20%", text)
        assert said
        assert all(re.fullmatch(f"{way}|on|between|to", word) for word in map("".join, said)), text
        assert not re.search(rf"\b(?:{other})\b", text.replace("added up", "")), text
        assert "2024-0" not in text
        assert "\N{MINUS SIGN}" not in text
        assert not re.search(r"since 2|between 20", text), "years are no months"


def test_a_headline_of_months_names_its_month_or_the_year_so_far() -> None:
    """Not the year as if it were over."""
    for headline in report_of(monthly(), chart=by("Month")).headlines():
        assert re.search(r"so far this year|September 202[34]", headline), headline


def test_a_change_too_small_to_tell_is_none() -> None:
    """Nobody tells a change of 0.04 %."""
    for text in report_of(monthly(growth=1.0004), chart=by("Month")).texts(shape=LONG):
        assert re.search(r"practically the same|[Hh]ardly changed", text)
        assert not re.search(r"0\.0\d%", text)


def test_a_year_with_a_missing_month_has_no_sum() -> None:
    """And its months are told all the same."""
    rows = monthly(without=["2024-03"])
    for text in report_of(rows, chart=by("Month")).texts(shape=LONG):
        assert "September 2024" in text
        assert "added up" not in text


def test_quarters_are_named() -> None:
    """The third quarter, beside that of the year before and the year to date."""
    for text in report_of(monthly(), chart=by("Quarter")).texts(shape=LONG):
        assert "the third quarter of 2024" in text
        assert "the third quarter of 2023" in text
        assert "From the first quarter of 2024 to the third quarter of 2024" in text


def test_days_are_told_on_and_not_in() -> None:
    """Whatever the phrasing: on 15 March 2024."""
    values = {"2023-03-15": 5.5, "2024-03-14": 5.8, "2024-03-15": 6.0}
    report = of_periods("Day", values)
    for text in report.texts(shape=LONG):
        assert "15 March 2024" in text
        assert not re.search(r"\b[Ii]n \d+ March", text), text
    for headline in report.headlines():
        assert not re.search(r"\bin \d+ March", headline), headline
    assert on_days("In 5 May 2024, x stood at 3 in 6 May 2023 and in May 2022.") == (
        "On 5 May 2024, x stood at 3 on 6 May 2023 and in May 2022."
    )


def test_weeks_are_named() -> None:
    """With their year."""
    values = {"2023-W05": 5.5, "2024-W01": 5.0, "2024-W02": 5.2, "2024-W05": 6.0}
    for text in of_periods("Week", values).texts(shape=LONG):
        assert "week 5 of 2024" in text
        assert "W05" not in text


def test_september_2008_is_a_month() -> None:
    """In our own notation 2008-09 is no season."""
    for text in of_periods("Month", {"2008-08": 5.0, "2008-09": 6.0, "2007-12": 3}).texts():
        assert "September 2008" in text


def test_a_part_of_a_year_is_not_called_a_year() -> None:
    """No record "in any year", no fall "in any year" of months."""
    rising = {month: 1.0 + at for at, month in enumerate(MONTHS)}
    for text in of_periods("Month", rising).texts(shape=LONG):
        assert not re.search(r"any year|earlier years|each year", text), text


def test_years_and_months_are_told_apart() -> None:
    """A year is not compared with a month of the same measure."""
    both = Chart(row=2, sub_task_id="1.1.1", source="ETM", period_type="Year")
    report = report_of(monthly("2024-12"), chart=both)
    for text in report.texts(shape=LONG):
        assert re.search(r"\b2024\b", text)
        assert not re.search(r"September|December|January", text)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("Load, maximum", "maximum Load"),
        ("Load, mean", "mean Load"),
        ("Load, hours above 1,000 MW", "hours of Load above 1,000 MW"),
        ("Load, quantile 0.99", "0.99 quantile of Load"),
        ("Coal, oil and gas", "Coal, oil and gas"),
        ("Load", "Load"),
    ],
)
def test_statistics_are_spoken(metric: str, said: str) -> None:
    """As an adjective before the measure, where there is one."""
    assert spoken(metric) == said
