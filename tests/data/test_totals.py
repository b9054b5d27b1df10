"""Rows of a long table that are already the total of others."""

from __future__ import annotations

import pytest

from .conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}


def _rows(*rows: tuple[str, str, float], metric: str = "Demand", unit: str = "TWh") -> str:
    return "".join(f"{country},{sector},2020,{v},{metric},{unit}\n" for country, sector, v in rows)


@pytest.mark.parametrize("name", ["Total", "TOTAL", " all ", "Sum", "overall", "All products", "-"])
def test_total_beside_its_parts_is_left_out(load: Load, name: str) -> None:
    """Coal 80, gas 40 and their total 120 are 120, not 240; the cleaning is counted."""
    rows = _rows(("France", name, 120), ("France", "Coal", 80), ("France", "Gas", 40))
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    table = dataset.tables["ETM"]
    assert table.subjects("Demand") == ("Coal", "Gas")
    assert table.series("FR", "Demand", name.strip(), "TWh") is None
    assert [(c.kind, c.count, c.rows[0].rows) for c in dataset.cleanings] == [("totals", 1, (2,))]
    assert warnings == ()


def test_total_alone_stays(load: Load) -> None:
    """A property whose only category is the total keeps it; so does one in another unit."""
    rows = _rows(("France", "Total", 120)) + _rows(("France", "Gas", 4), metric="Use", unit="PJ")
    dataset, warnings = load({"etm.csv": HEADER + rows}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Demand", "Total", "TWh")
    assert series is not None
    assert series.points["2020"].value == 120
    assert dataset.cleanings == ()
    assert warnings == ()


def test_total_of_what_cannot_be_added_stays(load: Load) -> None:
    """The average price is no sum of prices, and nothing ever adds it to them."""
    rows = _rows(("France", "Total", 90), ("France", "Gas", 100), metric="Price", unit="EUR/MWh")
    dataset, _ = load({"etm.csv": HEADER + rows}, **ETM)
    assert dataset.tables["ETM"].subjects("Price") == ("Total", "Gas")


def test_total_that_differs_from_its_parts_is_a_warning(load: Load) -> None:
    """One warning a table, with a count and an example; half a per cent is let pass."""
    rows = _rows(
        ("France", "Total", 120.5), ("France", "Coal", 80), ("France", "Gas", 40),
        ("Spain", "Total", 150), ("Spain", "Coal", 80), ("Spain", "Gas", 40),
        ("Italy", "Total", 0), ("Italy", "Coal", 1),
    )  # fmt: skip
    _, (warning,) = load({"etm.csv": HEADER + rows}, **ETM)
    assert (warning.severity, warning.code) == ("warning", "data.total-sum")
    assert warning.message.startswith("2 totals of ETM differ by more than 0.5 %")
    assert "Spain Demand Total 2020 (row 5) is 150 and their sum 120" in warning.message
    assert warning.cells == ("row 5", "row 8")


def test_total_without_any_part_is_told(load: Load) -> None:
    """A country that has the total alone loses it, and not silently."""
    rows = _rows(("France", "Total", 80), ("France", "Coal", 80), ("Malta", "Total", 5))
    _, (warning,) = load({"etm.csv": HEADER + rows}, **ETM)
    assert warning.code == "data.total-alone"
    assert "Malta Demand Total 2020 (row 4)" in warning.message
