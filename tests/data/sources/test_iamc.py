"""IAMC tables, written for these tests in the form of scenario databases."""

from __future__ import annotations

import io

import pandas as pd

from tests.data.conftest import Load
from tests.data.sources.conftest import Read, cells

WIDE = (
    "Model,Scenario,Region,Variable,Unit,2020,2030\n"
    "M 1,Low,Austria,Primary Energy,EJ/yr,3,4\n"
    "M 1,Low,Austria,Primary Energy|Coal,EJ/yr,1,1\n"
    "M 1,Low,Austria,Primary Energy|Gas,EJ/yr,2,3\n"
    "M 1,Low,Austria,Emissions|CO2,Mt CO2/yr,9,8\n"
    "M 1,Low,Austria,Emissions|CH4,Mt CH4/yr,5,4\n"
    "M 1,Low,Austria,GDP|MER,billion US$2010/yr,1,1\n"
    "M 1,Low,Austria,GDP|PPP,billion US$2010/yr,2,2\n"
)
TABLE = {"data": {"tables": {"paths": {"file": "a.csv"}}}}


def test_variables_become_measures_and_categories(read: Read, load: Load) -> None:
    """Below a variable of the table they are its categories; siblings alone are no whole."""
    grid, notes = read("a.csv", WIDE)
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert list(zip(cells(grid, roles.measure), cells(grid, roles.category), strict=True)) == [
        ("Primary Energy", "Total"), ("Primary Energy", "Coal"), ("Primary Energy", "Gas"),
        ("Emissions|CO2", "Total"), ("Emissions|CH4", "Total"),
        ("GDP|MER", "Total"), ("GDP|PPP", "Total"),
    ]  # fmt: skip
    assert roles.periods_in_columns
    assert roles.dimensions == ("Variable", "Unit")
    assert "one member in all rows: Model = M 1, Scenario = Low" in notes.formats["a.csv"]
    dataset, _ = load({"a.csv": WIDE}, **TABLE)
    series = dataset.tables["paths"].series("AT", "Primary Energy", "Gas", "EJ/yr")
    assert series is not None
    assert (series.points["2030"].value, series.points["2030"].sources[0].rows) == (3.0, (4,))


def test_scenarios_are_never_mixed(load: Load, read: Read) -> None:
    """Two scenarios stand beside each other, and their figures are never added."""
    text = WIDE + WIDE.split("\n", 1)[1].replace("Low", "High")
    grid, _ = read("a.csv", text)
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.scenarios == ("Scenario",)
    [table] = load({"a.csv": text}, **TABLE)[0].tables.values()
    [metric, *_] = table.metrics()
    [unit] = table.units(metric)
    assert set(table.scenarios(metric, unit)) == {"High", "Low"}
    [subject, *_] = table.categories(metric, unit)
    codes = table.places(metric, subject, unit, scenario="High")
    both = [table.series(codes[0], metric, subject, unit, scenario=s) for s in ("High", "Low")]
    assert both[0] is not None
    assert both[1] is not None
    assert {p: v.value for p, v in both[0].points.items()} == {
        p: v.value for p, v in both[1].points.items()
    }
    assert table.series(codes[0], metric, subject, unit) is None


def test_long_form_and_workbook_are_the_same_table(read: Read) -> None:
    """Years in a column, and a sheet of Excel, give the same roles."""
    frame = pd.read_csv(io.StringIO(WIDE))
    long = frame.melt(
        id_vars=["Model", "Scenario", "Region", "Variable", "Unit"],
        var_name="Year",
        value_name="Value",
    )
    grid, _ = read("b.csv", long.to_csv(index=False))
    assert grid is not None
    assert grid.roles is not None
    assert (grid.roles.period, grid.roles.value) == ("Year", "Value")
    assert not grid.roles.periods_in_columns
    buffer = io.BytesIO()
    frame.to_excel(buffer, index=False, engine="xlsxwriter")
    grid, _ = read("b.xlsx", buffer.getvalue())
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.category == "Variable (category)"
    assert cells(grid, "2030")[0] == 4.0


def test_ancestor_with_another_unit_is_no_whole(read: Read) -> None:
    """A price beside quantities of the same name has no parts."""
    text = (
        "Model,Scenario,Region,Variable,Unit,2020\n"
        "M,S,Austria,Price,USD,3\nM,S,Austria,Price|Carbon,USD/t,1\n"
    )
    grid, _ = read("a.csv", text)
    assert grid is not None
    assert grid.roles is not None
    assert cells(grid, "Variable (measure)") == ["Price", "Price|Carbon"]
    assert grid.roles.category == ""


def test_variable_read_as_a_whole_is_read(load: Load) -> None:
    """A setting may take the variable itself as the measure; then its parts are not missed."""
    table = {"file": "a.csv", "columns": {"PROPERTY": "Variable", "SECTOR": "Model"}}
    dataset, _ = load({"a.csv": WIDE}, data={"tables": {"paths": table}})
    assert dataset.tables["paths"].series("AT", "Primary Energy|Gas", "M 1", "EJ/yr") is not None
