"""Between which numbers figures can lie: known of few measures, and never in doubt."""

import pytest
from pydantic import ValidationError

from factbook.config.measures import MeasureTable
from factbook.measures.known import known_measure
from factbook.measures.measures import Measures


@pytest.mark.parametrize(
    ("name", "unit", "least", "most"),
    [
        ("Life expectancy at birth", "years", 1, 100),
        ("Share of renewables", "%", 0, 100),
        ("Unemployment rate", "PC_ACT", 0, 100),
        ("Population", "persons", 0, None),
        ("Average temperature", "°C", -95, 60),
        ("Human Development Index", "", 0, 1),
        ("Infant mortality", "per 1,000 live births", 0, 1000),
    ],
)
def test_bounds_of_known_measures(name: str, unit: str, least: float, most: float) -> None:
    """By definition, or by records with room to spare; each says what it bounds."""
    bounds = known_measure(name, unit).bounds
    assert (bounds.minimum, bounds.maximum) == (least, most)
    assert bounds
    assert bounds.why in str(bounds)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("GDP growth", "%"),
        ("Government debt", "% of GDP"),
        ("Change in the share of renewables", "percentage points"),
        ("Change of share", "%"),
        ("Share of electricity demand", "%"),
        ("Net migration", "persons"),
        ("Electricity generation", "TWh"),
        ("Life expectancy gap", "years"),
        ("Temperature anomaly", "°C"),
        ("Share of renewables", "GWh"),
        ("Number of events", "persons per km2"),
        ("Foo", "bar"),
    ],
)
def test_all_else_is_unbounded(name: str, unit: str) -> None:
    """What may rightly be negative or above 100 % has no bounds."""
    assert not known_measure(name, unit).bounds


def test_project_says_one_bound_or_both() -> None:
    """The other stays as it is known."""
    measures = Measures({"share of renewables": MeasureTable(maximum=150)})
    bounds = measures.of("Share of renewables", "%").bounds
    assert (bounds.minimum, bounds.maximum, bounds.why) == (0, 150, "project.toml")


def test_minimum_is_below_maximum() -> None:
    """Bounds that nothing can lie between are refused."""
    with pytest.raises(ValidationError, match="minimum 5 must be below maximum 5"):
        MeasureTable(minimum=5, maximum=5)
