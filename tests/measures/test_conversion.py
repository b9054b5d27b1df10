"""Factors between units that differ in their scale alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from factbook.measures.conversion import factor_between


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("GWh", "TWh", Fraction(1, 1000)),
        ("TWh", "GWh", 1000),
        ("thousand tonnes", "Mt", Fraction(1, 1000)),
        ("kton CO2-eq", "Mton CO2-eq", Fraction(1, 1000)),
        ("EUR million", "billion EUR", Fraction(1, 1000)),
        ("g CO2/kWh", "g CO2/MWh", 1000),
        ("GWh/year", "TWh/year", Fraction(1, 1000)),
        ("GWh", "GWh", 1),
    ],
)
def test_prefixes_and_multipliers_are_converted(
    unit: str, target: str, factor: Fraction | int
) -> None:
    """Also below the line, where they count the other way."""
    assert factor_between(unit, target) == factor


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("TWh", "PJ"),
        ("EUR", "USD"),
        ("%", "TWh"),
        ("", "GWh"),
        ("mW", "MW"),
        ("x" * 999, "x" * 999),
    ],
)
def test_other_units_have_no_factor(unit: str, target: str) -> None:
    """What is no question of scale is not guessed."""
    assert factor_between(unit, target) is None
