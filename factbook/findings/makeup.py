"""Makeup: what makes up most of a total, and shares that passed a half or a third."""

from __future__ import annotations

from collections.abc import Sequence

from factbook.evidence.finding import Direction
from factbook.findings import chance
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.parts import Parts, share_series
from factbook.findings.profile import share_beside
from factbook.findings.scale import soft
from factbook.findings.series import Series

THRESHOLDS: tuple[tuple[float, str], ...] = (
    (75.0, "three quarters"), (200 / 3, "two thirds"), (50.0, "half"), (100 / 3, "a third"),
    (25.0, "a quarter"), (10.0, "a tenth"),
)  # fmt: skip
"""Per cent and name of the parts of a total whose passing is told."""

MOST_OF_ALL: tuple[tuple[float, str], ...] = (
    (90.0, "nine tenths"), (80.0, "four fifths"), (75.0, "three quarters"),
    (200 / 3, "two thirds"), (50.0, "half"), (48.0, "nearly half"),
)  # fmt: skip
"""Least share in per cent, and what a part that makes up so much of a total is called."""

USUAL = 0.45
"""What is left of the size where a part has the same share in the region."""

FAR_POINTS = 30.0
"""Percentage points from the region's share from which on it is all the place's own."""

_ROUNDING = 0.1
"""Percentage points below which shares do not differ."""


def _shares(parts: Parts) -> list[tuple[float, Series]]:
    """Share in the target period of each category, largest first; none without a total."""
    if parts.total is None or not parts.total.values or parts.total.last <= 0:
        return []
    held = [(s.last / parts.total.last * 100, s) for s in parts.categories if s.values]
    if any(share < 0 for share, _ in held) or len(held) < 3:
        return []
    return sorted(held, key=lambda one: (-one[0], one[1].panel.quantity.subject))


def makeup(parts: Parts) -> Candidates:
    """One part that makes up most of the total, or two that do."""
    shares = _shares(parts)
    if not shares:
        return
    (first, one), (second, other) = shares[:2]
    name = next((name for least, name in MOST_OF_ALL if first >= least), "")
    is_second = parts.is_all and other.last > parts.left_out
    # What data cut up counts as one here: lignite is not next where hard coal is there as well.
    level = sorted(parts.level, key=lambda s: -parts.size(s))
    is_next = is_second and [id(s) for s in level[:2]] == [id(one), id(other)]
    beside = (("next?", parts.ask(other, parts.target, "share of category")),) if is_next else ()
    if name and (first >= 50.0 or (second < 0.6 * first and is_next)):
        yield Candidate(
            kind="makeup",
            place=parts.place,
            about=(one.panel.quantity,),
            asks=(
                ("share", parts.ask(one, parts.target, "share of category")),
                *beside,
                *((("region?", parts.ask_region(one)),) if parts.place.kind == "country" else ()),
            ),
            size=0.8 * soft(first - 40.0, 15.0) * (1.3 - 0.3 * second / first) * _own(parts, one),
            form="one",
            direction="up",
            words=(("part", name),),
            periods=(parts.target,),
        )
    elif first + second >= 60.0 and len(shares) >= 4 and is_second:
        yield Candidate(
            kind="makeup",
            place=parts.place,
            about=(one.panel.quantity, other.panel.quantity),
            asks=(
                ("share", parts.ask(one, parts.target, "share of category")),
                ("next", parts.ask(other, parts.target, "share of category")),
            ),
            size=0.6 * soft(first + second - 50.0, 15.0),
            form="two",
            direction="up",
            periods=(parts.target,),
        )
    elif parts.is_all:
        yield from _leading(parts)


def _own(parts: Parts, series: Series) -> float:
    """How far it is the place's own that a part makes up most: less where the region's does too."""
    beside = share_beside(parts, series)
    if beside is None:
        return 1.0
    return USUAL + (1.0 - USUAL) * min(1.0, abs(beside.points) / FAR_POINTS)


def _leading(parts: Parts) -> Candidates:
    """The largest part, where none makes up most; categories that are thought of as one count so.

    It is no news, and there for a brief that asks for the largest.
    """
    level = sorted(parts.level, key=lambda s: -parts.size(s))
    if len(level) < 3 or level[0].last - level[1].last <= level[0].floor + level[1].floor:
        return
    region = (("region?", parts.ask_region(level[0])),) if parts.place.kind == "country" else ()
    yield Candidate(
        kind="makeup",
        place=parts.place,
        about=(level[0].panel.quantity,),
        asks=(
            ("share", parts.ask(level[0], parts.target, "share of category")),
            ("next?", parts.ask(level[1], parts.target, "share of category")),
            *region,
        ),
        size=0.2,
        form="leading",
        direction="up",
        periods=(parts.target,),
    )


def thresholds(parts: Parts) -> Candidates:
    """A share that is above a half, a third … for the first time since the base, or below it."""
    total = parts.total
    if total is None or not total.values:
        return
    for series in (*parts.largest, *parts.sums):
        shares = share_series(series, total)
        if len(shares) < 4 or parts.base not in shares:
            continue
        periods, values = list(shares), list(shares.values())
        for least, name in THRESHOLDS:
            found = _passage(periods, values, least, parts.base)
            if found is None:
                continue
            at, direction = found
            surely = chance.sure(chance.of_drift(values, 0, len(values) - 1, _ROUNDING))
            moved = soft(abs(values[-1] - values[0]), 5.0)
            yield Candidate(
                kind="threshold",
                place=parts.place,
                about=(series.panel.quantity,),
                asks=(
                    ("now", parts.ask(series, parts.target, "share of category")),
                    ("then", parts.ask(series, periods[0], "share of category")),
                ),
                size=0.9 * surely * moved * soft(least, 15.0),
                direction=direction,
                words=(("part", name), ("since", periods[at]), ("first", periods[0])),
                periods=(periods[0], periods[at], parts.target),
                happened=periods[at],
            )
            break


def _passage(
    periods: Sequence[str], values: Sequence[float], least: float, base: str
) -> tuple[int, Direction] | None:
    """Where a series passed a level for good, after the base; None where it did not."""
    above = [v > least for v in values]
    if above[0] == above[-1]:
        return None
    at = next(i for i in range(len(above)) if above[i] == above[-1])
    if any(one != above[-1] for one in above[at:]) or periods[at] <= base:
        return None
    if max(abs(v - least) for v in values[at:]) < 0.02 * least:
        return None
    return at, "up" if above[-1] else "down"
