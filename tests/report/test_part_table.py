"""Tables of months and quarters under a section."""

from __future__ import annotations

from factbook.evidence.derivation import Derivation, Operand
from factbook.evidence.facts import Fact
from factbook.report.blocks import Table
from factbook.report.figure_table import figure_tables
from tests.sections import make_fact, make_record

MONTHS = (
    *("Oct 2023", "Nov 2023", "Dec 2023", "Jan 2024", "Feb 2024", "Mar 2024", "Apr 2024"),
    *("May 2024", "Jun 2024", "Jul 2024"),
)
DASH = "\N{EN DASH}"


def _tables(*facts: Fact) -> tuple[Table, ...]:
    record = make_record(facts=facts, figures=tuple(fact.id for fact in facts), source_text="")
    return figure_tables(record, "Austria")


def _to_date(number: int, period: str, value: float, **others: object) -> Fact:
    kind = str(others.get("kind", "year to date"))
    return make_fact(number, period=period, value=value, metric=f"Generation {kind}", **(
        {"kind": kind} | others
    ))  # fmt: skip


def test_parts_of_years_stand_below_each_other() -> None:
    """In order of time, then their changes, then the year to date of both years."""
    span, before = f"2024-01{DASH}2024-09", f"2023-01{DASH}2023-09"
    operands = tuple(Operand("Austria", "Wind", "Generation", p, "TWh") for p in (span, before))
    change = {"metric": "Generation relative change", "kind": "relative change", "unit": "%"}
    [table] = _tables(
        make_fact(1, period="2024-09", value=3.2),
        make_fact(2, period="2023-09", value=2.9),
        make_fact(3, period=f"2023-09{DASH}2024-09", value=10.34, **change),
        make_fact(4, period="2024-08", value=2.0),
        make_fact(5, period=f"2024-08{DASH}2024-09", value=60.0, **change),
        _to_date(6, span, 30.25),
        _to_date(
            *(7, span, 21.0),
            kind="year to date relative change",
            unit="%",
            derivation=Derivation("year to date relative change", operands=operands),
        ),
        _to_date(8, before, 25.0),
    )
    assert table.caption == "Generation, Austria, TWh"
    assert table.columns == ("", "Wind")
    assert table.rows == (
        ("Sept 2023", "2.9"),
        *((f"{month}", DASH) for month in MONTHS),
        ("Aug 2024", "2.0"),
        ("Sept 2024", "3.2"),
        ("Change on Sept 2023, %", "10.3"),
        ("Change on Aug 2024, %", "60.0"),
        (f"Jan{DASH}Sept 2023", "25.0"),
        (f"Jan{DASH}Sept 2024", "30.3"),
        (f"Change on Jan{DASH}Sept 2023, %", "21.0"),
    )
    assert table.numeric == (False, True)


def test_many_subjects_are_divided_evenly() -> None:
    """Eight of them do not fit beside each other: twice four do."""
    found = _tables(*(make_fact(n, subject=f"S{n}", period="2024-Q1") for n in range(1, 9)))
    assert [table.columns[1:] for table in found] == [
        ("S1", "S2", "S3", "S4"),
        ("S5", "S6", "S7", "S8"),
    ]
    assert [table.rows[0][0] for table in found] == ["Q1 2024", "Q1 2024"]


def test_years_and_their_parts_have_tables_of_their_own() -> None:
    """A year is no month's neighbour."""
    years, parts = _tables(make_fact(1), make_fact(2, period="2021-03", value=0.5))
    assert (years.columns, parts.columns) == (("", "2021"), ("", "Wind"))
    assert parts.rows == (("Mar 2021", "0.500"),)


def test_a_gap_in_a_month_is_a_dash() -> None:
    """One subject began later than another."""
    [table] = _tables(
        make_fact(1, period="2024-02"),
        make_fact(2, period="2024-01"),
        make_fact(3, period="2024-02", subject="Gas"),
    )
    assert table.rows == (("Jan 2024", "6.48", DASH), ("Feb 2024", "6.48", "6.48"))


def test_a_month_without_any_value_has_a_row() -> None:
    """January and March must not look like neighbours."""
    [table] = _tables(make_fact(1, period="2024-03"), make_fact(2, period="2024-01"))
    assert [row[0] for row in table.rows] == ["Jan 2024", "Feb 2024", "Mar 2024"]
    assert table.rows[1][1] == DASH


def test_flags_of_months_stand_beside_them_and_are_explained() -> None:
    """As in tables of years; what no cell shows is not explained."""
    record = make_record(
        facts=(make_fact(1, period="2024-09", status="p"), make_fact(2, period="2024-08")),
        figures=("F1", "F2"),
        source_text="",
        flags={"e": "estimated", "p": "provisional"},
    )
    [table] = figure_tables(record, "Austria")
    assert table.rows == (("Aug 2024", "6.48"), ("Sept 2024", "6.48 p"))
    assert table.note == "Source: Ember. p = provisional"


def test_captions_have_no_loose_ends() -> None:
    """Without a unit no comma is left; a region's name inside begins small, a measure's large."""
    span = {"metric": "price change", "kind": "change", "unit": ""}
    facts = (
        make_fact(1, metric="price", period="2024-09", value=3.2, unit=""),
        make_fact(2, period=f"2024-08{DASH}2024-09", value=1.2, **span),
        make_fact(3, metric="price", period="2024-08", value=2.0, unit=""),
    )
    record = make_record(facts=facts, figures=tuple(fact.id for fact in facts), source_text="")
    [table] = figure_tables(record, "The group")
    assert table.caption == "Price, the group"
    assert table.rows[-1][0] == "Change on Aug 2024"
