"""Years to date, and levels of months beside those of the year before."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from factbook.evidence.facts import Evidence
from factbook.evidence.finding import DataFinding
from tests.evidence.conftest import Ask, chart

MONTHS = tuple(f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in range(1, 13))


def rows(
    last: str = "2024-09",
    *,
    without: Iterable[str] = (),
    growth: float = 1.0,
    metric: str = "Generation",
    unit: str = "TWh",
    flags: str = "",
) -> list[str]:
    """Rows of three places: each month has its number, times the growth for each year."""
    return [
        f"{place},Wind,{month},{factor * int(month[5:]) * growth ** int(month[3]):.4f}"
        f"{f' {flags}' if month == last and flags else ''},{metric},{unit}"
        for place, factor in (("Austria", 1), ("France", 3), ("Italy", 2))
        for month in MONTHS
        if month <= last and month not in without
    ]


def found(evidence: Evidence, kind: str) -> DataFinding | None:
    """The finding of a kind, but for courses."""
    those = [f for f in evidence.findings if f.kind == kind and f.form != "course"]
    return those[0] if those else None


@pytest.mark.parametrize(
    ("growth", "form", "direction"), [(1.2, "", "up"), (0.8, "", "down"), (1.0, "flat", "")]
)
def test_months_add_up_to_the_year_to_date(
    ask: Ask, growth: float, form: str, direction: str
) -> None:
    """With the change on the same months of the year before, where there is one."""
    evidence = ask(chart(period_type="Month"), rows=rows(growth=growth)).told("AT")
    one = found(evidence, "to date")
    assert one is not None
    assert (one.form, one.direction) == (form, direction)
    assert one.words == {"first": "2024-01", "last": "2024-09"}
    assert one.periods == ("2024-01", "2024-09")
    assert evidence.by_id[one.facts["now"]].value == pytest.approx(45 * growth**4, rel=1e-4)
    if direction:
        change = evidence.by_id[one.facts["change"]]
        assert change.value == pytest.approx((growth - 1) * 100, rel=1e-3)
    else:
        assert set(one.facts) == {"now"}


@pytest.mark.parametrize(
    ("data", "has_sum", "has_change"),
    [
        ({"last": "2024-01"}, False, False),  # one month is no sum
        ({"without": ["2024-03"]}, False, False),
        ({"without": ["2023-03"]}, True, False),
        ({"metric": "Unemployment rate", "unit": "%"}, False, False),
    ],
)
def test_year_to_date_is_told_only_where_the_data_have_it(
    ask: Ask, data: dict[str, object], has_sum: bool, has_change: bool
) -> None:
    """Neither of a rate, nor of a year without one of its months; no change on such a year."""
    evidence = ask(chart(period_type="Month"), rows=rows(growth=1.2, **data)).told("AT")
    one = found(evidence, "to date")
    assert (one is not None) is has_sum
    assert (one is not None and "change" in one.facts) is has_change
    assert one is None or one.direction == ("up" if has_change else "")


def test_whole_years_have_no_year_to_date(ask: Ask) -> None:
    """A year is not compared with a part of another."""
    yearly = [f"Austria,Wind,{year},{year - 2000},Generation,TWh" for year in range(2015, 2022)]
    evidence = ask(chart(), rows=yearly).told("AT")
    assert found(evidence, "level") is not None
    assert found(evidence, "to date") is None


@pytest.mark.parametrize("without", [(), ("2024-02", "2024-05"), ("2023-12",)])
def test_months_are_compared_with_the_year_before_across_gaps(
    ask: Ask, without: tuple[str, ...]
) -> None:
    """Whatever months between are missing."""
    evidence = ask(chart(period_type="Month"), rows=rows(growth=1.2, without=without)).told("AT")
    one = found(evidence, "level")
    assert one is not None
    assert (one.form, one.periods) == ("rose", ("2023-09", "2024-09"))
    assert evidence.by_id[one.facts["change"]].value == pytest.approx(20, rel=1e-3)


def test_month_of_a_late_place_is_compared_with_its_own_month(ask: Ask) -> None:
    """Not its August with the others' September of the year before."""
    late = [row for row in rows(growth=1.2) if "Austria,Wind,2024-09" not in row]
    evidence = ask(chart(period_type="Month"), rows=late).told("AT")
    one = found(evidence, "level")
    assert one is not None
    assert one.periods == ("2023-08", "2024-08")


def test_month_without_the_year_before_is_compared_with_the_month_before(ask: Ask) -> None:
    """And with nothing where that is missing too."""
    held = rows(growth=1.2)
    late = [r for r in held if not r.startswith(("Austria,Wind,2023-08", "Austria,Wind,2024-09"))]
    one = found(ask(chart(period_type="Month"), rows=late).told("AT"), "level")
    assert one is not None
    assert one.periods == ("2024-07", "2024-08")
    late = [r for r in late if not r.startswith("Austria,Wind,2024-07")]
    one = found(ask(chart(period_type="Month"), rows=late).told("AT"), "level")
    assert one is not None
    assert (one.form, one.periods) == ("only", ("2024-08",))


def test_provisional_month_has_a_level_and_no_change(ask: Ask) -> None:
    """What may yet change is not compared."""
    evidence = ask(chart(period_type="Month"), rows=rows(growth=1.2, flags="p")).told("AT")
    one = found(evidence, "level")
    assert one is not None
    assert one.form == "only"


def test_series_with_a_gap_breaks_no_detector(ask: Ask) -> None:
    """What is compared with a base before the gap is left out, and the rest is told."""
    rows = [
        f"{place},Wind,{year},{(at + 1) * (year - 2000) * (3 if at == 2 else 1)},Generation,TWh"
        for at, place in enumerate(
            ("Austria", "France", "Italy", "Spain", "Poland", "Germany", "Belgium", "Croatia")
        )
        for year in range(2010, 2022)
        if (place, year) != ("Italy", 2014)
    ]
    rows = [row.replace("Italy,Wind,2021,189", "Italy,Wind,2021,5") for row in rows]
    evidence = ask(chart(), rows=rows).told("IT")
    assert {finding.kind for finding in evidence.findings} >= {"level"}
