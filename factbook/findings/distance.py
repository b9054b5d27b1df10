"""Distance: how far a place is from the region, and whether that widened."""

from __future__ import annotations

from math import log, sqrt
from statistics import fmean

from factbook.findings import chance
from factbook.findings.candidate import Candidates
from factbook.findings.field import View
from factbook.findings.scale import relative, soft
from factbook.findings.series import Series

LARGE_GROWTH = 9.0
"""Growth from which on a percentage of it is not set beside another: tenfold."""


def distance(view: View) -> Candidates:
    """How far the place is from the region, and whether that widened."""
    dataset = view.field.dataset
    if len(dataset.members) < 2:
        return
    region, own = view.field.series(dataset.region), view.series
    if not region.values or not own.values:
        return
    if not view.is_amount and region.last:
        yield from _level(view, own, region)
        yield from _gap_change(view, own, region)
    yield from _growth_beside(view, own, region)


def _pairs(own: Series, region: Series) -> dict[str, tuple[float, float]]:
    """Period → the place's value and the region's, where both have one."""
    found = {}
    for period, value in zip(own.periods, own.values, strict=True):
        other = region.at(period)
        if other is not None:
            found[period] = (value, other)
    return found


def _level(view: View, own: Series, region: Series) -> Candidates:
    """A value that is always above the region's, or below."""
    gaps = [a - b for a, b in _pairs(own, region).values()]
    surely = chance.sure(chance.UNKNOWN)
    if len(gaps) > chance.FEWEST_STEPS:
        spread = max(chance.deviation(gaps), own.floor)
        t = fmean(gaps) / spread * sqrt(len(gaps)) if spread else 0.0
        surely = chance.sure(chance.student(t, len(gaps) - 1))
    size = 0.75 * soft(relative(region.last, own.last), 0.3) * surely
    yield view.candidate(
        "distance",
        size * (0.3 + 0.7 * view.field.steadiness),
        [
            ("now", view.ask(view.field.target)),
            ("region", view.ask(view.field.target, place=view.field.dataset.region)),
        ],
        form="level",
        direction="up" if own.last > region.last else "down" if own.last < region.last else "",
    )


def _gap_change(view: View, own: Series, region: Series) -> Candidates:
    """A distance that grew, or shrank, by a third at least."""
    base, target = view.field.base, view.field.target
    pairs = _pairs(own, region)
    if base == target or base not in pairs:
        return
    gaps = {period: a - b for period, (a, b) in pairs.items()}
    before, now = gaps[base], gaps[target]
    moved = abs(now) - abs(before)
    if before * now <= 0 or abs(moved) <= 0.3 * max(abs(now), abs(before)):
        return
    values, first = list(gaps.values()), list(gaps).index(base)
    probability = chance.of_drift(values, first, len(values) - 1, own.floor + region.floor)
    level = max(abs(own.last), abs(region.last))
    yield view.candidate(
        "gap change",
        0.8 * soft(moved / level, 0.15) * view.of_many(probability),
        (
            ("now", view.ask(target, "difference", other=view.field.dataset.region)),
            ("then", view.ask(base, "difference", other=view.field.dataset.region)),
        ),
        form="wider" if moved > 0 else "closer",
        direction="up" if now > 0 else "down",
        words={"since": base},
    )


def _growth_beside(view: View, own: Series, region: Series) -> Candidates:
    """The place's change since the base beside the region's: the other way, or far from it."""
    base, target = view.field.base, view.field.target
    before, before_region = own.at(base), region.at(base)
    if before is None or before_region is None or base == target:
        return
    if not view.field.panel.measure.has_true_zero or min(before, before_region) <= 0:
        return
    change, change_region = own.last / before - 1.0, region.last / before_region - 1.0
    if abs(change - change_region) < 0.05 or own.last < 0:
        return
    if max(change, change_region) > LARGE_GROWTH:
        return
    against = change * change_region < 0
    apart = abs(change - change_region) / (1.0 + max(change, change_region, 0.0))
    yield view.candidate(
        "distance",
        (0.85 if against else 0.6) * soft(apart, 0.2) * _sure_of_growth(view, own, region),
        (
            ("own", view.ask(target, "relative change", base=base)),
            (
                "region",
                view.ask(target, "relative change", base=base, place=view.field.dataset.region),
            ),
        ),
        form="against" if against else "growth",
        direction="up" if change > 0 else "down",
        words={"since": base},
    )


def _sure_of_growth(view: View, own: Series, region: Series) -> float:
    """How sure it is that both moved, and the place differently from the region."""
    pairs = _pairs(own, region)
    base = view.field.base
    surely = view.of_many(own.drift(base))
    if base not in pairs or any(min(pair) <= 0 for pair in pairs.values()):
        return surely
    ratios = [log(a / b) for a, b in pairs.values()]
    probability = chance.of_drift(ratios, list(pairs).index(base), len(ratios) - 1, 0.0)
    return min(surely, view.of_many(probability))
