"""A measure by itself."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from factbook.measures.measure import Measure

INCOME = Measure(name="Income per head", unit="EUR", denominator="Population", reasons=("said",))


def test_nothing_is_added_unless_it_is_said() -> None:
    """A measure of which nothing is known has no sums."""
    assert not INCOME.adds_over_places
    assert not INCOME.adds_over_categories
    assert not INCOME.adds_over_time


def test_sums_are_told_one_by_one() -> None:
    """Capacity adds over places and categories, and not over months."""
    capacity = Measure(name="Capacity", unit="MW", over_places="sum", over_categories="sum")
    assert capacity.adds_over_places
    assert capacity.adds_over_categories
    assert not capacity.adds_over_time


def test_figure_per_head_has_a_weighted_mean_over_places() -> None:
    """Weighted by the heads of the data; the reasons say so, and the measure itself stays."""
    weighted = INCOME.weighted_by("Inhabitants")
    assert (weighted.over_places, weighted.weight) == ("mean", "Inhabitants")
    assert (weighted.over_categories, weighted.over_time) == ("none", "none")
    assert weighted.reasons == ("said", "over places its mean is weighted by 'Inhabitants'")
    assert INCOME.over_places == "none"


@pytest.mark.parametrize("over", ["over_places", "over_categories"])
def test_mean_without_a_weight_is_refused(over: str) -> None:
    """The plain mean of Malta and Germany is the figure of nobody."""
    with pytest.raises(ValueError, match="'Wage': a mean needs the measure that weights it"):
        Measure(**{"name": "Wage", "unit": "EUR", over: "mean"})  # type: ignore[arg-type]


def test_mean_over_time_needs_no_weight() -> None:
    """The months of a year are about as long as each other."""
    assert Measure(name="Load", unit="MW", over_time="mean").over_time == "mean"


def test_measure_cannot_be_changed() -> None:
    """It is shared by all that ask for it."""
    with pytest.raises(FrozenInstanceError):
        INCOME.over_places = "sum"  # type: ignore[misc]
