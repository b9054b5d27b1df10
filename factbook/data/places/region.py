"""The region's own figures against the sum of its members."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from factbook.data.cleaning import Notes, plural
from factbook.data.grids.values import shown
from factbook.data.places.own_rows import Range, own_and_range, own_and_sum
from factbook.data.series import Place
from factbook.data.table import Table

TOLERANCE = 0.005
"""Relative difference between the region's own figure and its members' sum to be reported."""


def check_own_rows(table: Table, region: str, members: Collection[Place], notes: Notes) -> None:
    """Warn once if the region's own row in the data differs from its members' sum.

    And once if it cannot be: less than one of its members, or a mean outside of them.
    """
    codes = [member.code for member in members]
    _check_range(table, region, codes, notes)
    found = own_and_sum(table, region, codes)
    if found is None:
        return
    own, total, labels = found
    scale = abs(own)
    without = sum(not table.has_data(code) for code in codes)
    # Where members are missing, the sum of the others may be less.
    differs = (total - own if without else abs(total - own)) > TOLERANCE * scale
    if not differs.any():
        return
    # If the region's own figure is 0, there is no relative difference.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where(scale > 0, abs(total - own) / scale, 0.0) * differs
    at = int(np.argmax(relative))
    notes.add(
        "warning",
        "region-sum",
        f"{region}'s own figures differ by more than 0.5 % from the sum of its members in "
        f"{int(differs.sum()):,} of {plural(len(own), 'figure')} of {table.called}; the most in "
        f"{labels[at]}: {shown(float(own[at]))} against {shown(round(float(total[at]), 9))}"
        + (f"; {without} of {len(codes)} members have no data in the table" if without else ""),
        file=table.files[0] if len(table.files) == 1 else table.called,
        remedy="The region's own figures are used; drop its row under [places] to use the sums",
    )


def _check_range(table: Table, region: str, codes: Collection[str], notes: Notes) -> None:
    """Warn once of own figures outside of the range that the members allow.

    A sum of figures that are not negative is no less than the largest; a mean of all members lies
    between the smallest and the largest.
    """
    ranges = own_and_range(table, region, codes)
    outside = [one for one in ranges if _is_outside(one, len(codes))]
    if not outside:
        return
    first = outside[0]
    notes.add(
        "warning",
        "region-range",
        f"{region}'s own figure is outside of what its members allow in "
        f"{plural(len(outside), 'figure')} of {table.called}: {first.label} is {shown(first.own)}, "
        f"and its members have {shown(first.low)} to {shown(first.high)}",
        file=table.files[0] if len(table.files) == 1 else table.called,
        remedy="Correct the rows, or drop the region's row under [places]",
    )


def _is_outside(one: Range, members: int) -> bool:
    room = TOLERANCE * abs(one.own)
    if one.measure.adds_over_places:
        return one.low >= 0 and one.own < one.high - room
    is_mean = one.measure.over_places == "mean" and one.members == members
    return is_mean and not one.low - room <= one.own <= one.high + room
