"""What a finding is worth: its size, weighed by how rare, how late and how asked for it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.findings import Findings
from factbook.evidence.finding import Strength
from factbook.findings.score import HALF_LIFE_PERIODS, recency, score_of
from tests.findings.worlds import PLACES, rows_of, world

SPIKE = [100, 103, 99, 101, 98, 102, 100, 97, 101, 103, 99, 131]
UNEVEN = [100, 104, 99, 102, 97, 101, 105, 98, 103, 100, 99, 102]


@pytest.mark.parametrize(
    ("happened", "target", "step", "expected"),
    [
        ("", "2024", 1, 1.0),
        ("2024", "2024", 1, 1.0),
        ("2019", "2024", 1, 0.5),
        ("2014", "2024", 1, 0.25),
        ("2000", "2025", 5, 0.5),  # each fifth year
        ("2030", "2024", 1, 1.0),
        ("2019-03", "2024", 1, 1.0),  # of another length
    ],
)
def test_recency_halves(happened: str, target: str, step: int, expected: float) -> None:
    """With each five periods of the series."""
    assert HALF_LIFE_PERIODS == 5
    assert recency(happened, target, step) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("strength", "expected"),
    [
        ((1.0, 1.0, 1.0, 1.0), 100.0),
        ((0.5, 1.0, 1.0, 1.0), 50.0),
        ((1.0, 0.0, 0.0, 0.0), 40.0),
        ((1.0, 1.0, 0.0, 0.0), 50.0),
        ((1.0, 0.0, 1.0, 0.0), 60.0),
        ((1.0, 0.0, 0.0, 1.0), 70.0),
        ((0.0, 1.0, 1.0, 1.0), 0.0),
    ],
)
def test_score_weighs_size(strength: tuple[float, float, float, float], expected: float) -> None:
    """By the weights of the project; what is of no size is worth nothing."""
    size, rarity, late, request = strength
    made = Strength(size=size, rarity=rarity, recency=late, request=request)
    weights = Findings(rarity=0.1, recency=0.2, request=0.3)
    assert score_of("record", made, weights) == pytest.approx(expected)
    halved = weights.model_copy(update={"kinds": {"record": 0.5}})
    assert score_of("record", made, halved) == pytest.approx(expected / 2)


@pytest.mark.parametrize(("others", "expected"), [(UNEVEN, 1.0), (SPIKE, 0.0)])
def test_what_holds_for_all_is_not_rare(
    others: list[float], expected: float, tmp_path: Path
) -> None:
    """A record of one place of eight is rare; one that all have is not."""
    series = {(place, "Total"): others for place in PLACES[1:8]}
    table = {(PLACES[0], "Total"): SPIKE, **series}
    [record] = world(tmp_path, rows_of(table)).found(PLACES[0], "record")
    assert record.strength.rarity == pytest.approx(expected)
