import pytest

from factbook.data.units import adds_over_months, is_additive

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
    assert is_additive(unit, metric)


@pytest.mark.parametrize(("unit", "metric"), RATIOS)
def test_ratios_are_never_additive(unit: str, metric: str) -> None:
    """Percentages, prices, indices, factors and figures per head may not."""
    assert not is_additive(unit, metric)
    assert not adds_over_months(unit, metric)


def test_levels_do_not_add_over_months() -> None:
    """Twelve monthly energies make a year's, twelve monthly capacities do not."""
    assert adds_over_months("GWh", "Generation")
    assert adds_over_months("$000", "Fuel Cost")
    assert not adds_over_months("MW", "Installed Capacity")
    assert not adds_over_months("persons", "Population")
    assert not adds_over_months("GWh", "Storage end volume")
