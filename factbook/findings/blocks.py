"""Blocks: the quantities of one metric that a section looks at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factbook.data.places.region import TOLERANCE
from factbook.data.series import Place
from factbook.evidence.build import SELECTED
from factbook.evidence.panels import Panel, Quantity
from factbook.evidence.planned import Planned
from factbook.findings.series import Series

MOST_SERIES = 24
"""Categories of a block, and sums of them, that are looked at: the largest."""


def blocks(plan: Sequence[Planned], place: Place) -> list[list[Planned]]:
    """The quantities of each table, metric, unit, length of periods and scenario."""
    found: dict[tuple[object, ...], list[Planned]] = {}
    for planned in plan:
        q = planned.panel.quantity
        if planned.at_region and place.kind == "country":
            continue
        key = (q.table, q.collection, q.metric, q.unit, q.frequency, q.scenario)
        found.setdefault(key, []).append(planned)
    return list(found.values())


def span(block: Sequence[Planned]) -> tuple[str, str]:
    """The periods that the quantities are compared in: those asked for, where the data have them.

    Else the first and the last of the data, as of a table that ends before the target.
    """
    base, target = block[0].base, block[0].target
    held = sorted({period for planned in block for period in planned.panel.periods})
    if not held:
        return base, target
    target = target if target in held else max((p for p in held if p <= target), default=held[-1])
    return (base if base in held and base <= target else held[0]), target


def is_sum(panel: Panel) -> bool:
    """Whether a quantity is a sum of categories, or a category that holds others."""
    q = panel.quantity
    return q.is_sum or bool(panel.whole.parts(q.components[0][1]))


def largest(
    block: Sequence[Planned], series: Mapping[Quantity, Series], whole: Series | None
) -> list[tuple[Planned, Series]]:
    """The quantities that are looked at, nearest to what the sheet selects, largest first."""
    held = [(p, series[p.panel.quantity]) for p in block if series[p.panel.quantity].values]
    held.sort(key=lambda one: (one[0].standing > 2, -one[1].largest))
    return held[:MOST_SERIES]


def without_own(
    block: Sequence[Planned], series: Mapping[Quantity, Series]
) -> list[tuple[Planned, Series]]:
    """What a region has no figure of though its members have, as of a rate: near the selection."""
    found = []
    for planned in block:
        one, measure = series[planned.panel.quantity], planned.panel.measure
        is_of_members = one.place.kind == "region" and not measure.adds_over_places
        is_lacking = planned.target not in planned.panel.of(one.place)
        if is_of_members and is_lacking and planned.standing <= SELECTED:
            found.append((planned, one))
    return found[:MOST_SERIES]


def extent(
    block: Sequence[Planned],
    total: Planned | None,
    series: Mapping[Quantity, Series],
    periods: tuple[str, str],
) -> tuple[bool, float, float]:
    """Whether the categories add up to the total; size and change of those without a series."""
    names = {
        p.panel.quantity.components[0][1]: p.panel
        for p in block
        if p is not total and not is_sum(p.panel)
    }
    if total is None or not names:
        return False, 0.0, 0.0
    place = series[total.panel.quantity].place
    added = [names[one].of(place) for one in total.panel.whole.parts_of([*names])]
    wholes = total.panel.of(place)
    for period in periods:
        whole = wholes.get(period)
        found = sum(one[period].value for one in added if period in one)
        if whole is None or abs(found - whole.value) > TOLERANCE * abs(whole.value):
            return False, 0.0, 0.0
    values = [
        panel.of(place) for panel in names.values() if series[panel.quantity].at(periods[0]) is None
    ]
    pairs = [[one[p].value if p in one else 0.0 for p in periods] for one in values]
    sizes = [max(map(abs, pair)) for pair in pairs]
    moves = [abs(pair[1] - pair[0]) for pair in pairs]
    return True, max(sizes, default=0.0), max(moves, default=0.0)


def apart(categories: Sequence[Series]) -> list[Series]:
    """Categories of which none holds another."""
    if not categories:
        return []
    whole = categories[0].panel.whole
    kept = set(whole.parts_of([s.panel.quantity.components[0][1] for s in categories]))
    return [s for s in categories if s.panel.quantity.components[0][1] in kept]
