"""The table of figures under a section."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.evidence.facts import Fact
from factbook.report.blocks import Table
from factbook.report.figure_table import figure_tables
from tests.sections import make_fact, make_record

CHANGE: dict[str, Any] = {"metric": "Generation change", "kind": "change", "period": "2015–2021"}
RELATIVE: dict[str, Any] = {
    "metric": "Generation relative change",
    "kind": "relative change",
    "period": "2015–2021",
    "unit": "%",
}
SHARE: dict[str, Any] = {
    "metric": "Generation share of category",
    "kind": "share of category",
    "unit": "%",
}


def tables(*facts: Fact) -> tuple[Table, ...]:
    """Tables of a section that shows these facts."""
    record = make_record(facts=facts, figures=tuple(fact.id for fact in facts), source_text="")
    return figure_tables(record, "Austria")


def column(*values: float) -> list[str]:
    """Values of one period as they stand below each other."""
    facts = [make_fact(n, subject=f"S{n}", value=v) for n, v in enumerate(values, start=1)]
    [table] = tables(*facts)
    return [row[1] for row in table.rows]


def test_table_has_a_row_a_subject_and_a_column_a_figure() -> None:
    """Values by year, then changes, then the last share; its source under it."""
    [table] = tables(
        make_fact(1),
        make_fact(2, period="2015", value=4.84),
        make_fact(3, value=1.64, **CHANGE),
        make_fact(4, value=33.884, **RELATIVE),
        make_fact(5, value=9.83, period="2021", **SHARE),
        make_fact(6, value=7.83, period="2015", **SHARE),
    )
    assert table.caption == "Generation, Austria, TWh"
    assert table.columns == (
        "",
        "2015",
        "2021",
        "Change 2015–2021, TWh",
        "Change 2015–2021, %",
        "Share 2021, %",
    )
    assert table.rows == (("Wind", "4.84", "6.48", "1.64", "33.9", "9.8"),)
    assert table.numeric == (False, True, True, True, True, True)
    assert table.note == "Source: Ember"


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((2870.43, 4.0), ["2,870", "4"]),
        ((347.81, 0.04), ["347.8", "0.0"]),
        ((6.48, 0.2), ["6.48", "0.20"]),
        ((0.5, 0.25), ["0.500", "0.250"]),
        ((0.00041,), ["0.000410"]),
        ((0.0, 0.0), ["0", "0"]),
        ((1e21,), ["1,000,000,000,000,000,000,000"]),
        ((1e30, 0.5), [f"1{',000' * 10}", "1"]),
        ((100.25, -12.25), ["100.3", "\N{MINUS SIGN}12.3"]),
    ],
)
def test_decimals_are_fixed_by_the_largest_of_a_column(
    values: tuple[float, ...], texts: list[str]
) -> None:
    """Figures below each other can be compared."""
    assert column(*values) == texts


def test_minus_is_a_minus_and_never_before_zero() -> None:
    """A change that rounds to zero has no sign."""
    assert column(-12.5, -0.04) == ["\N{MINUS SIGN}12.5", "0.0"]


def test_figure_that_is_missing_is_a_dash() -> None:
    """A gap is no zero."""
    [table] = tables(
        make_fact(1),
        make_fact(2, period="2015", value=4.84),
        make_fact(3, subject="Gas", value=10.84),
    )
    assert table.rows == (("Wind", "4.84", "6.5"), ("Gas", "\N{EN DASH}", "10.8"))


def test_units_and_sources_have_tables_of_their_own() -> None:
    """TWh and GWh never stand in one column."""
    found = tables(
        make_fact(1),
        make_fact(2, unit="GWh", table="PLEXOS", value=6480.0),
        make_fact(3, metric="Price", unit="EUR/MWh", value=40.0),
    )
    assert [table.caption for table in found] == [
        "Generation, Austria, TWh",
        "Generation, Austria, GWh",
        "Price, Austria, EUR/MWh",
    ]
    assert [table.note for table in found] == ["Source: Ember", "Source: PLEXOS", "Source: Ember"]


def test_rows_of_many_periods_are_shown_in_several_tables() -> None:
    """A page has room for so many columns; rows of the same years stay together."""

    def facts_of(rows: int) -> list[Fact]:
        numbers = iter(range(1, 100))
        return [
            make_fact(next(numbers), subject=f"S{row}", period=year)
            for row in range(rows)
            for year in (str(2010 + row // 2), str(2020 + row // 2))
        ]

    [table] = tables(*facts_of(8))
    assert len(table.columns) == 9
    several = tables(*facts_of(10))
    assert [table.columns[1:] for table in several] == [
        (str(2010 + n), str(2020 + n)) for n in range(5)
    ]
    assert [row[0] for table in several for row in table.rows] == [f"S{n}" for n in range(10)]


def test_several_properties_are_named_in_their_rows() -> None:
    """Of one unit, they share a table."""
    [table] = tables(make_fact(1), make_fact(2, metric="Imports"))
    assert table.caption == "Main figures, Austria, TWh"
    assert [row[0] for row in table.rows] == ["Wind: Generation", "Wind: Imports"]


def test_section_without_figures_has_no_table() -> None:
    """Nothing is shown for nothing."""
    assert tables() == ()
