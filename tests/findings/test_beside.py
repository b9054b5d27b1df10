"""What stands beside a place's figure: node regions that add up, and such that do not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from factbook.findings.beside import _nodes
from tests.sections import AUSTRIA


def forms(adds: bool, **nodes: tuple[float, ...]) -> list[str]:
    """How node regions are told, by the figures of their categories."""
    points = {
        name: tuple(SimpleNamespace(value=value) for value in values)
        for name, values in nodes.items()
    }
    panel = SimpleNamespace(
        of_nodes=lambda place, period: points,
        measure=SimpleNamespace(adds_over_places=adds),
        quantity=None,
    )
    planned: Any = SimpleNamespace(panel=panel, target="2021")
    return [one.form for one in _nodes(planned, AUSTRIA)]


@pytest.mark.parametrize(
    ("adds", "nodes", "form"),
    [
        (True, {"Wien": (90.0,), "Linz": (20.0,)}, ["most"]),
        (True, {"Wien": (30.0, 10.0), "Linz": (30.0,), "Graz": (25.0,)}, ["all"]),
        (False, {"Wien": (90.0,), "Linz": (20.0,)}, ["largest"]),
        (False, {"Wien": (90.0, 40.0), "Linz": (20.0,)}, []),
        (True, {"Wien": (10.0,), "Linz": (5.0,), "Graz": (-8.0,)}, ["largest"]),
    ],
)
def test_part_of_a_country_is_told_where_parts_add_up(
    adds: bool, nodes: dict[str, tuple[float, ...]], form: list[str]
) -> None:
    """A price in one node region is no half of the country's, nor is ten of seven."""
    assert forms(adds, **nodes) == form
