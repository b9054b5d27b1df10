import pandas as pd
import pytest

from factbook.data.units import one_unit_spelling, quantity
from factbook.measures.known import known_measure

from .conftest import Load, Refuse

_HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
AMOUNTS = [
    ("TWh", "Electricity generation"),
    ("GWh", "Generation"),
    ("kton CO2-eq", "Emissions | non_energetic | co2"),
    ("MW", "Installed Capacity"),
    ("million EUR", "Investment"),
    ("$000", "Total Generation Cost"),
    ("TWh/year", "Demand"),
    ("GWh per annum", "Demand"),
    ("Mt CO2", "Process emissions"),
    ("persons", "Population"),
    ("GWh", "Ramp factor losses"),
    ("million EUR", "GDP at market prices"),
]
RATIOS = [
    ("%", "Share of generation"),
    ("$/MWh", "Price Received"),
    ("EUR/t", "Carbon price"),
    ("gCO2/kWh", "Carbon intensity"),
    ("tonnes per head", "Emissions"),
    ("t", "Emissions per capita"),
    ("2015=100", "Industrial production"),
    ("index", "Consumer prices"),
    ("EUR", "Price index"),
    ("p.u.", "Load"),
    ("-", "Capacity Factor"),
    ("°C", "Temperature"),
    ("percentage points", "Change"),
    ("kV", "Voltage"),
]


@pytest.mark.parametrize(("unit", "metric"), AMOUNTS)
def test_amounts_are_additive(unit: str, metric: str) -> None:
    """Energy, mass, power, money and heads may be added over places."""
    assert known_measure(metric, unit).adds_over_places


@pytest.mark.parametrize(("unit", "metric"), RATIOS)
def test_ratios_are_never_additive(unit: str, metric: str) -> None:
    """Percentages, prices, indices, factors and figures per head may not."""
    measure = known_measure(metric, unit)
    assert not measure.adds_over_places
    assert not measure.adds_over_time


def test_levels_do_not_add_over_months() -> None:
    """Twelve monthly energies make a year's, twelve monthly capacities do not."""
    assert known_measure("Generation", "GWh").adds_over_time
    assert known_measure("Fuel Cost", "$000").adds_over_time
    assert not known_measure("Installed Capacity", "MW").adds_over_time
    assert not known_measure("Population", "persons").adds_over_time
    assert not known_measure("Storage end volume", "GWh").adds_over_time


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("TWh", "GWh", True), ("PJ", "ktoe", True), ("Mt CO2", "kt CO2", True),
        ("MW", "GW", True), ("million EUR", "EUR", True), ("tonnes", "kt", True),
        ("TWh", "GW", False), ("t CO2", "t", False), ("EUR/MWh", "EUR/kWh", False),
        ("%", "TWh", False), ("toe", "t", False),
    ],
)  # fmt: skip
def test_units_of_one_quantity_are_known(one: str, other: str, is_same: bool) -> None:
    """Energy is energy in whatever unit; tonnes of CO2 are no tonnes of coal."""
    assert (quantity(one) == quantity(other)) is is_same


def test_units_that_differ_in_case_are_one(load: Load) -> None:
    """TWh and twh are one unit; Mt and mt may be megatonnes and metric tons, and stay two."""
    labels = pd.Categorical(["TWh", "twh", "Mt", "mt"])
    assert list(one_unit_spelling(labels)) == ["TWh", "TWh", "Mt", "mt"]
    text = _HEADER + "AT,Gas,2020,1,G,TWh\nAT,Gas,2021,2,G,twh\n"
    dataset, warnings = load({"etm.csv": text}, data={"etm": "etm.csv"})
    series = dataset.tables["ETM"].series("AT", "G", "Gas", "TWh")
    assert series is not None
    assert list(series.points) == ["2020", "2021"]
    assert not warnings


def test_categories_in_units_of_their_own_are_reported(load: Load) -> None:
    """Coal in TWh and gas in GWh would each have a share of 100 %."""
    text = _HEADER + "AT,Coal,2020,1,G,TWh\nAT,Gas,2020,1000,G,GWh\nFR,Coal,2020,2,G,TWh\n"
    _, (warning,) = load({"etm.csv": text}, data={"etm": "etm.csv"})
    assert (warning.severity, warning.code) == ("warning", "data.split-units")
    assert "shares cover only a part" in warning.message


def test_category_split_over_units_is_refused(refuse: Refuse) -> None:
    """France in GWh beside Austria in TWh is in no sum and no rank with it."""
    text = _HEADER + "AT,Coal,2020,1,G,TWh\nFR,Coal,2020,1000,G,GWh\n"
    [finding] = refuse({"etm.csv": text}, data={"etm": "etm.csv"})
    assert (finding.severity, finding.code) == ("error", "data.split-units")
    assert "'G' has 2 units" in finding.message
    assert "'TWh' (row 2), 'GWh' (row 3)" in finding.message
    assert finding.cells == ("row 2", "row 3")


@pytest.mark.parametrize(
    ("slip", "unit"), [("TWhh", "TWh"), ("tonens", "tonnes"), ("persns", "persons")]
)
def test_unit_that_is_misspelt_is_refused(refuse: Refuse, slip: str, unit: str) -> None:
    """Else the place's total would lack that figure, and say nothing of it."""
    text = _HEADER + f"AT,Coal,2020,1,G,{slip}\nAT,Gas,2020,2,G,{unit}\nFR,Coal,2020,1,G,{unit}\n"
    [finding] = refuse({"etm.csv": text}, data={"etm": "etm.csv"})
    assert finding.code == "data.split-units"
    assert finding.remedy == f"Write '{unit}' for '{slip}' if that is meant"


@pytest.mark.parametrize(
    ("one", "other"),
    [("million HUF", "million HRQ"), ("score A", "score B"), ("m", "mm"), ("TWh", "TWhhh")],
)
def test_other_units_are_no_slips(load: Load, one: str, other: str) -> None:
    """Currencies of two countries differ in letters, and short units in one."""
    text = _HEADER + f"AT,Coal,2020,1,G,{one}\nFR,Coal,2020,2,G,{other}\n"
    _, warnings = load({"etm.csv": text}, data={"etm": "etm.csv"})
    assert "data.split-units" not in [warning.code for warning in warnings]


def test_property_published_in_several_units_is_read(load: Load) -> None:
    """Figures that stand in each unit, and units that measure other things, are right."""
    text = (
        _HEADER + "AT,Coal,2020,1,G,TWh\nAT,Coal,2020,1000,G,GWh\nAT,Gas,2020,5,G,GWh\n"
        "AT,Coal,2020,40,G,%\nFR,Gas,2020,3,G,bcm\n"
    )
    assert load({"etm.csv": text}, data={"etm": "etm.csv"})[1] == ()
