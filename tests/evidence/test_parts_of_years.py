"""Facts of months, quarters, weeks, days and seasons: changes, years to date, what is compared."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.figures import main_figures
from factbook.evidence.wording import sentence
from tests.evidence.conftest import Ask, chart, one, pick

DASH = "\N{EN DASH}"


def _months(
    place: str,
    last: str,
    *,
    metric: str = "Generation",
    unit: str = "TWh",
    first_year: int = 2022,
    factor: float = 1.0,
) -> Iterable[str]:
    """Rows of all months up to one: January 2022 is 1, each month is one more."""
    number = 0
    for year in range(first_year, int(last[:4]) + 1):
        for month in range(1, 13):
            number += 1
            if f"{year}-{month:02}" <= last:
                yield f"{place},Wind,{year}-{month:02},{number * factor},{metric},{unit}"


def _change(evidence: Evidence, period: str, kind: str = "relative change") -> Fact:
    return one(evidence, kind=kind, period=period, role="place")


def test_months_are_compared_with_a_year_earlier_and_with_the_month_before(ask: Ask) -> None:
    """The base is the same month of the year before; the month before has changes of its own."""
    rows = list(_months("Austria", "2024-09"))
    evidence = ask(chart(period_type="Month"), rows=rows).of("AT")
    first, second = evidence.facts[:2]
    assert (first.period, first.value) == ("2024-09", 33)
    assert (second.period, second.value) == ("2023-09", 21)
    assert _change(evidence, f"2023-09{DASH}2024-09").value == pytest.approx(12 / 21 * 100)
    assert _change(evidence, f"2024-08{DASH}2024-09", "change").value == 1
    assert _change(evidence, f"2024-08{DASH}2024-09").value == pytest.approx(1 / 32 * 100)
    assert len(pick(evidence, kind="relative change", role="place")) == 2


def test_a_configured_base_year_leaves_both_comparisons(ask: Ask) -> None:
    """The long comparison is between the same months; a year earlier and the month before stay."""
    rows = list(_months("Austria", "2024-09"))
    evidence = ask(chart(period_type="Month"), rows=rows, data={"base_year": 2022}).of("AT")
    assert [fact.period for fact in pick(evidence, kind="change", role="place")] == [
        f"2022-09{DASH}2024-09",
        f"2024-08{DASH}2024-09",
        f"2023-09{DASH}2024-09",
    ]


def test_months_of_a_flow_add_up_to_the_year_to_date(ask: Ask) -> None:
    """January to September of both years, and the change between them."""
    evidence = ask(chart(period_type="Month"), rows=list(_months("Austria", "2024-09"))).of("AT")
    now = one(evidence, kind="year to date", period=f"2024-01{DASH}2024-09")
    before = one(evidence, kind="year to date", period=f"2023-01{DASH}2023-09")
    assert (now.value, before.value) == (sum(range(25, 34)), sum(range(13, 22)))
    assert now.metric == "Generation year to date"
    assert sentence(now.derivation) == "sum of all months from 2024-01 to 2024-09"
    assert [len(source.rows) for source in now.sources] == [9]
    change = one(evidence, kind="year to date relative change")
    assert (change.period, change.unit) == (f"2024-01{DASH}2024-09", "%")
    assert change.value == pytest.approx((now.value - before.value) / before.value * 100)
    assert sentence(change.derivation) == (
        f"(2024-01{DASH}2024-09 minus 2023-01{DASH}2023-09) ÷ 2023-01{DASH}2023-09 × 100"
    )


@pytest.mark.parametrize(
    ("metric", "unit", "left_out"),
    [
        ("Unemployment rate", "%", ""),  # a rate of nine months is no sum
        ("Generation", "TWh", "2024-03"),  # a part is missing
    ],
)
def test_there_is_no_year_to_date_without_all_parts(
    ask: Ask, metric: str, unit: str, left_out: str
) -> None:
    """Nor of what does not add up over time."""
    rows = [
        row
        for row in _months("Austria", "2024-09", metric=metric, unit=unit)
        if not left_out or left_out not in row
    ]
    evidence = ask(chart(period_type="Month"), rows=rows).of("AT")
    assert f"2024-01{DASH}2024-09" not in {fact.period for fact in evidence.facts}
    assert not pick(evidence, kind="year to date relative change")
    assert pick(evidence, kind="change")


def test_year_to_date_of_a_region_adds_the_same_members(ask: Ask) -> None:
    """Where a member has no value in some month, the months cannot be added to one figure."""
    rows = [*_months("Austria", "2024-03"), *_months("France", "2024-03", factor=2)]
    evidence = ask(chart(period_type="Month"), rows=rows).of("EU")
    now = one(evidence, kind="year to date", period=f"2024-01{DASH}2024-03", place="EU")
    assert now.value == 3 * sum(range(25, 28))
    lacking = [row for row in rows if "France,Wind,2024-02" not in row]
    evidence = ask(chart(period_type="Month"), rows=lacking).of("EU")
    assert not pick(evidence, kind="year to date", period=f"2024-01{DASH}2024-03")


def test_target_is_the_last_part_that_most_places_have(ask: Ask) -> None:
    """One early reporter does not make all others old; it has its own last month told."""
    rows = [
        *_months("Austria", "2024-10"),
        *_months("France", "2024-08"),
        *_months("Italy", "2024-08"),
        *_months("Spain", "2024-08"),
    ]
    asked = ask(chart(period_type="Month"), rows=rows)
    assert {asked.of(code).facts[0].period for code in ("AT", "FR", "IT")} == {"2024-08"}


def test_quarters_are_sums_of_their_months(ask: Ask) -> None:
    """A quarter of which a month is missing is none, and is not compared."""
    asked = ask(chart(period_type="Quarter"), rows=list(_months("Austria", "2024-08")))
    evidence = asked.of("AT")
    assert evidence.facts[0].period == "2024-Q2"
    assert evidence.facts[0].value == sum(range(28, 31))
    assert {fact.period for fact in pick(evidence, kind="change")} == {
        f"2023-Q2{DASH}2024-Q2",
        f"2024-Q1{DASH}2024-Q2",
    }
    assert "2024-Q3" not in {fact.period for fact in evidence.facts}


@pytest.mark.parametrize(
    ("frequency", "periods", "compared"),
    [
        ("Week", ("2023-W02", "2024-W01", "2024-W02"), {"2023-W02", "2024-W01"}),
        ("Day", ("2023-03-01", "2024-02-29", "2024-03-01"), {"2023-03-01", "2024-02-29"}),
        ("Half-year", ("2023-S1", "2023-S2", "2024-S1"), {"2023-S1", "2023-S2"}),
        ("Season", ("2007/2008", "2008/2009", "2009/2010"), {"2007/2008"}),
        ("Year", ("2007/2008", "2008/2009", "2009/2010"), {"2007/2008"}),
        ("Day", ("2024-02-28", "2024-02-29"), {"2024-02-28"}),
    ],
)
def test_other_parts_and_seasons(
    ask: Ask, frequency: str, periods: tuple[str, ...], compared: set[str]
) -> None:
    """Weeks, days and half-years as months are; seasons are years of their own."""
    rows = [f"Austria,Wind,{p},{at},Generation,TWh" for at, p in enumerate(periods, 1)]
    evidence = ask(chart(period_type=frequency), rows=rows).of("AT")
    assert evidence.facts[0].period == periods[-1]
    changes = pick(evidence, kind="change")
    assert {tuple(f.period.split(DASH)) for f in changes} == {(p, periods[-1]) for p in compared}


@pytest.mark.parametrize(
    ("frequency", "target", "told"),
    [
        ("Year", "2023", "2024 has 8 of 12 months of Wind: no figure of 2024 is told."),
        ("Quarter", "2024-Q2", "2024-Q3 has 2 of 3 months of Wind: no figure of 2024-Q3 is told."),
        ("Month", "2024-08", ""),
    ],
)
def test_incomplete_years_are_said_and_never_told(
    ask: Ask, frequency: str, target: str, told: str
) -> None:
    """Eight months are no year: the last full one is told, and what is missing is said."""
    asked = ask(chart(period_type=frequency), rows=list(_months("Austria", "2024-08")))
    for code, name in (("AT", "Austria"), ("EU", "EU")):
        evidence = asked.of(code)
        assert evidence.facts[0].period == target
        said = [text for text in evidence.gap_sentences if "leaves out" not in text]
        assert said == ([f"For {name}, {told}"] if told else [])


def test_a_place_with_an_incomplete_year_alone_has_no_figure_of_it(ask: Ask) -> None:
    """What was never a whole year is said to be so."""
    evidence = ask(chart(), rows=list(_months("Austria", "2024-08", first_year=2024))).of("AT")
    assert not evidence.facts
    assert any("2024 has 8 of 12 months" in text for text in evidence.gap_sentences)


def test_months_long_past_are_the_first_to_go(ask: Ask) -> None:
    """Where there is no room for all, each category keeps its last thirteen months."""
    rows = [
        row.replace("Wind", f"Fuel {n}")
        for n in range(8)
        for row in _months("Austria", "2024-09", first_year=2015)
    ]
    limits = {"max_facts": 30, "evidence_facts": 300}
    evidence = ask(chart(period_type="Month"), rows=rows, limits=limits).of("AT")
    assert evidence.extent == "part"
    for n in range(8):
        held = {
            fact.period for fact in pick(evidence, subject=f"Fuel {n}", kind="value", role="place")
        }
        assert len({period for period in held if period >= "2023-09"}) == 13


def test_tables_show_the_last_parts_and_what_is_derived(ask: Ask) -> None:
    """Thirteen months up to the target, changes in per cent, both years to date."""
    evidence = ask(chart(period_type="Month"), rows=list(_months("Austria", "2024-09"))).of("AT")
    shown = main_figures(evidence.facts)
    values = sorted(fact.period for fact in shown if fact.is_value)
    assert (len(values), values[0], values[-1]) == (13, "2023-09", "2024-09")
    kinds = [fact.kind for fact in shown if not fact.is_value]
    assert sorted(set(kinds)) == [
        "relative change",
        "year to date",
        "year to date relative change",
    ]


def test_a_total_that_changes_its_categories_is_not_said_to_lack_months(ask: Ask) -> None:
    """Wind until June and gas from July: every month is there, and yet no year of both."""
    rows = list(_months("Austria", "2024-12"))
    rows = [
        row.replace("Wind", "Gas") if "2024-07" <= row.split(",")[2] <= "2024-12" else row
        for row in rows
    ]
    evidence = ask(chart(), rows=rows).of("AT")
    assert not any("12 of 12" in text for text in evidence.gap_sentences)
    assert any("2024 has 6 of 12 months of Wind" in text for text in evidence.gap_sentences)


def test_year_to_date_has_the_flags_of_its_parts_and_no_change_across_a_break(ask: Ask) -> None:
    """A break in the first month of all lies before them; one in between is a barrier."""

    def flagged(**flags: str) -> Evidence:
        rows = _months("Austria", "2024-03", first_year=2023)
        marks = {f"{at[1:5]}-{at[5:]}": flag for at, flag in flags.items()}
        return ask(
            chart(period_type="Month"),
            rows=[_with_flag(row, marks.get(row.split(",")[2], "")) for row in rows],
        ).of("AT")

    found = flagged(m202301="b", m202402="p")
    assert one(found, kind="year to date", period=f"2024-01{DASH}2024-03").status == "p"
    assert one(found, kind="year to date", period=f"2023-01{DASH}2023-03").status == "b"
    assert one(found, kind="year to date relative change").status == "p"
    found = flagged(m202312="b")
    assert len(pick(found, kind="year to date")) == 2
    assert not pick(found, kind="year to date relative change")
    assert not pick(flagged(m202402="d"), kind="year to date relative change")


def _with_flag(row: str, flag: str) -> str:
    place, subject, period, value, *others = row.split(",")
    return ",".join([place, subject, period, f"{value} {flag}".strip(), *others])
