"""In noise there is nothing to be told."""

from __future__ import annotations

import pytest

from tests.findings.noise import SPREADS, count, walks

MOST_OF_NOISE = 0.05


@pytest.mark.parametrize("tables", [15, pytest.param(60, marks=pytest.mark.slow)])
def test_noise_has_no_headline(tables: int) -> None:
    """At most one section in twenty of independent values has a finding that makes one."""
    found = count("noise", tables, seed=16)
    assert found.sections > 5 * tables
    assert found.headlines <= MOST_OF_NOISE * found.sections, found.kinds


@pytest.mark.slow
@pytest.mark.parametrize("spread", SPREADS["walk"][:1])
def test_small_walk_has_no_headline(spread: float) -> None:
    """Nor has one in which a year changes little."""
    found = walks(spread, 30, seed=16)
    assert found.headlines <= 2 * MOST_OF_NOISE * found.sections, found.kinds
