"""Profile: which parts of its total set a place apart from the region."""

from __future__ import annotations

from typing import NamedTuple

from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.parts import Parts
from factbook.findings.scale import soft
from factbook.findings.series import Series, is_firm

LEAST_POINTS = 6.0
"""Percentage points by which a share differs from the region's to be told."""

LEAST_QUOTIENT = 1.5
"""How many times the smaller share the larger one is at least."""


class Beside(NamedTuple):
    """A part's share in a place and in the region, in per cent."""

    series: Series
    share: float
    region: float

    @property
    def points(self) -> float:
        """By how many percentage points the place's is larger."""
        return self.share - self.region


def profile(parts: Parts) -> Candidates:
    """The part of which a country has most beyond the region's share, and the one it lacks most.

    Categories that readers think of as one are taken together. What makes up most of the total
    is told with the region's share already (`makeup`).
    """
    if parts.place.kind != "country":
        return
    beside = [one for s in parts.alone if (one := share_beside(parts, s)) is not None]
    told = [
        one
        for one in beside
        if abs(one.points) >= LEAST_POINTS
        and max(one.share, one.region) >= LEAST_QUOTIENT * min(one.share, one.region)
    ]
    if not told:
        return
    most, least = max(told, key=lambda o: o.points), min(told, key=lambda o: o.points)
    if most.points > 0 and most.share < 50.0:
        yield _candidate(parts, most)
    if least.points < 0 < least.share:  # what a place has nothing of, `absence` and levels tell
        yield _candidate(parts, least)


def share_beside(parts: Parts, series: Series) -> Beside | None:
    """The two shares of a part; None of a region, and where that has no such figure.

    Args:
        parts: The parts of a place's total.
        series: One of them.
    """
    total = parts.total
    if (
        parts.place.kind != "country"
        or total is None
        or not total.values
        or total.last <= 0
        or not series.values
    ):
        return None
    region = series.panel.dataset.region
    figures = [
        value.value
        for panel in (series.panel, total.panel)
        if (value := panel.of(region).get(parts.target)) is not None and is_firm(panel, value)
    ]
    if len(figures) < 2 or figures[1] <= 0 or min(figures[0], series.last) < 0:
        return None
    return Beside(series, series.last / total.last * 100, figures[0] / figures[1] * 100)


def _candidate(parts: Parts, one: Beside) -> Candidate:
    return Candidate(
        kind="distance",
        place=parts.place,
        about=(one.series.panel.quantity,),
        asks=(
            ("share", parts.ask(one.series, parts.target, "share of category")),
            ("region", parts.ask_region(one.series)),
        ),
        size=0.6 * soft(one.points, 15.0),
        form="share",
        direction="up" if one.points > 0 else "down",
        periods=(parts.target,),
    )
