from typing import Any

from .conftest import Look

UNION: dict[str, Any] = {"region": {"name": "EU", "members": ["FR", "ES", "IT"], "row": "EU"}}
NAME = ("Total", "Unemployment rate", "%")


def rates(own: float, *members: float) -> dict[tuple[str, str, str, str], list[float]]:
    """A region's own rate beside its members'."""
    places = ("EU", "France", "Spain", "Italy")
    return {(place, *NAME): [rate] for place, rate in zip(places, (own, *members), strict=False)}


def test_region_outside_its_members(look: Look) -> None:
    """A mean lies between the least and the greatest, whatever the weights."""
    found = look(rates(14.5, 7.1, 12.3, 8.0), **UNION)
    assert "14.5 % (members: 7.1 to 12.3)" in found["region"].message
    assert "region" not in look(rates(9.9, 7.1, 12.3, 8.0), **UNION)


def test_members_without_figures_may_be_anywhere(look: Look) -> None:
    """Where a member lacks, the region's rate can lie outside the others'."""
    assert "region" not in look(rates(14.5, 7.1, 12.3), **UNION)


def test_amounts_are_no_means(look: Look) -> None:
    """A region has more inhabitants than each of its members."""
    people = {
        (place, "Total", "Population", "persons"): values
        for (place, *_), values in (rates(30, 9, 10, 11).items())
    }
    assert "region" not in look(people, **UNION)
