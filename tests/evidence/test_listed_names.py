"""Names with commas in the lists of the sheet."""

from __future__ import annotations

import pytest

from factbook.evidence.listed_names import listed_names

KNOWN = ("Load, maximum", "Load, mean", "Wind", "Gas", "Trade, transport and utilities")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (("Load", "mean"), ("Load, mean",)),
        (("load", "MEAN", "wind"), ("load, MEAN", "wind")),
        (("Load", "mean", "maximum"), ("Load, mean", "Load, maximum")),
        (("Wind", "Gas"), ("Wind", "Gas")),
        (("Gas", "Trade", "transport and utilities"), ("Gas", "Trade, transport and utilities")),
        (("Load", "median"), ("Load, mean", "Load, maximum", "median")),
        (("mean",), ("mean",)),
        ((), ()),
    ],
)
def test_parts_of_a_cell_become_names(parts: tuple[str, ...], names: tuple[str, ...]) -> None:
    """A cell is cut at its commas, and a name that has some is put together again."""
    several = {"load": ("Load, mean", "Load, maximum")}
    assert listed_names(parts, KNOWN, several) == names


def test_names_that_stand_by_themselves_are_not_joined() -> None:
    """Three categories, one of which is called as the two others together."""
    assert listed_names(("Wind", "Sun"), ("Wind", "Sun", "Wind, Sun")) == ("Wind", "Sun")


def test_a_long_list_is_read_in_time() -> None:
    """It grows with the length of the list and not with its square."""
    parts = tuple(f"N{n}" for n in range(20_000))
    assert listed_names(parts, ("N1, N2", "N3")) == ("N0", "N1, N2", *parts[3:])
