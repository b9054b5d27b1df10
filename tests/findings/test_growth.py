"""Findings take time in proportion to places, categories and periods."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.findings.worlds import PLACES, rows_of, world
from tests.growth import Work, assert_in_proportion

SHAPES = {
    "places": lambda size: (PLACES[: size // 4], 3, 12),
    "categories": lambda size: (PLACES[:2], 5 * size, 5),
    "periods": lambda size: (PLACES[:6], 3, 6 * size),
}
"""What grows → places, categories and years of a size."""


@pytest.mark.slow
@pytest.mark.parametrize("what", SHAPES)
def test_findings_grow_in_proportion(what: str, tmp_path: Path) -> None:
    """Four times as much takes about four times as long."""

    def work_on(size: int) -> Work:
        places, categories, years = SHAPES[what](size)
        rng = random.Random(size)  # noqa: S311 - the same figures each time
        table = {
            (place, f"Kind {at}"): [round(rng.uniform(50, 150), 2) for _ in range(years)]
            for place in places
            for at in range(categories)
        }
        made = world(tmp_path, rows_of(table, first=2024 - years))

        def work() -> None:
            made.builder.forget()
            for place in made.places:
                made.builder.found(made.sub_task, place)

        return work

    assert_in_proportion(work_on, 40)
