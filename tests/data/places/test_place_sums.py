"""Places of no list that are sums of others are found by their figures."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from factbook.data.places.place_sums import place_sums
from tests.data.conftest import Load

BIRTHS = {"North": (25, 61, 87, 88), "South": (15, 58, 85, 52), "East": (80, 45, 74, 40)}
FREE = {"data": {"etm": "etm.csv"}, "places": {"kind": "free"}}


def rows(
    figures: Mapping[str, tuple[float, ...]], metric: str = "Births", unit: str = "births"
) -> str:
    """A long table of four years."""
    lines = [
        f"{place},Total,{2019 + at},{value},{metric},{unit}"
        for place, values in figures.items()
        for at, value in enumerate(values)
    ]
    return "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n" + "\n".join(lines) + "\n"


def total(*names: str) -> tuple[int, ...]:
    """The sums of some places."""
    return tuple(map(sum, zip(*(BIRTHS[name] for name in names), strict=True)))


@pytest.mark.parametrize("parts", [("North", "South", "East"), ("North", "South")])
def test_place_that_is_the_sum_of_others_is_found(load: Load, parts: tuple[str, ...]) -> None:
    """Of all others, or of some."""
    dataset, _ = load({"etm.csv": rows(BIRTHS | {"Uplands": total(*parts)})}, **FREE)
    [found] = place_sums(dataset)
    assert found.place == "uplands"
    assert set(found.parts) == {name.lower() for name in parts}
    assert found.keys == 4


def test_places_that_hold_no_others_are_left_alone(load: Load) -> None:
    """A sum in one year proves nothing, nor do figures that are not added."""
    almost = (*total("North", "South")[:3], 7)
    assert place_sums(load({"etm.csv": rows(BIRTHS | {"Uplands": almost})}, **FREE)[0]) == ()
    whole = BIRTHS | {"Uplands": total("North", "South", "East")}
    assert place_sums(load({"etm.csv": rows(whole, "Wage", "EUR")}, **FREE)[0]) == ()


def test_place_that_is_the_regions_own_row_is_none(load: Load) -> None:
    """Then it is no place."""
    whole = BIRTHS | {"Uplands": total("North", "South", "East")}
    region = {"name": "The land", "members": "all", "row": "Uplands"}
    dataset, _ = load({"etm.csv": rows(whole)}, **FREE, region=region)
    assert place_sums(dataset) == ()
