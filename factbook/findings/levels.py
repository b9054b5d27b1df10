"""Levels: how large a quantity is and how far it is from the base period; the least to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factbook.data.periods.period_texts import period_of
from factbook.data.series import Place
from factbook.evidence.facts import Kind
from factbook.evidence.panels import Panel, Quantity
from factbook.evidence.planned import Planned
from factbook.evidence.questions import Question
from factbook.evidence.spans import WHOLE_YEARS
from factbook.evidence.sums import Values
from factbook.findings import chance
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import FLAT_PERCENT, TINY_SHARE, relative, soft
from factbook.findings.series import Series, are_comparable, series_of

MOST_LEVELS = 8
"""Quantities of a block whose level is a candidate: those nearest to what the sheet selects."""

MOST_COURSES = 3
"""Quantities of a block whose values between base and target are a candidate."""

FEWEST_MEMBERS = 3
"""Members from which on the region's figure says something beside a country's."""

FEWEST_PERIODS = 3
"""Periods from which on a series is told from its own beginning, where the base is not in it."""

MOST_OF_A_COURSE = 3
"""Values of a course."""

MOST_PERCENT = 400.0
"""A rise by more is told as a multiple, or in absolute terms."""

LEAST = 0.1
"""Size of a level that did not change."""


def levels(block: Sequence[Planned], place: Place, series: Mapping[Quantity, Series]) -> Candidates:
    """The levels of the leading quantities of a block.

    Args:
        block: The quantities of one metric, as the plan has them.
        place: The place.
        series: Their comparable values.
    """
    held = [p for p in block if p.panel.of(place)]
    held.sort(key=lambda p: p.standing)
    largest = max((abs(v.value) for p in held for v in p.panel.of(place).values()), default=0.0)
    for planned in held[:MOST_LEVELS]:
        yield _level(planned, place, series[planned.panel.quantity], largest)
    for planned in held[:MOST_COURSES]:
        yield from _course(planned, place, series[planned.panel.quantity])


def _part_before(values: Values, target: str, base: str) -> str:
    """The part of the year before the target, if it has a value and is not the base itself."""
    before = period_of(target).previous().text
    return before if before in values and before != base else ""


def _beside(planned: Planned, place: Place, target: str) -> list[tuple[str, Question]]:
    """The region's figure beside a country's: its share of that where figures add up."""
    quantity, dataset = planned.panel.quantity, planned.panel.dataset
    if place.kind != "country" or len(dataset.members) < FEWEST_MEMBERS:
        return []
    if planned.panel.measure.adds_over_places:
        return [("part?", Question(quantity, place, target, "share of region"))]
    return [("region?", Question(quantity, dataset.region, target, role="region"))]


def _course(planned: Planned, place: Place, series: Series) -> Candidates:
    """Values between base and target, for a text that has room for them."""
    base, target = planned.span(place)
    between = [p for p in series.periods if base < p < target]
    if len(between) < 2 or not any(series.at(period) for period in between):
        return
    step = (len(between) + 1) / (MOST_OF_A_COURSE + 1)
    told = dict.fromkeys(between[round(step * n) - 1] for n in range(1, MOST_OF_A_COURSE + 1))
    if len(between) <= MOST_OF_A_COURSE:
        told = dict.fromkeys(between)
    quantity = planned.panel.quantity
    yield Candidate(
        kind="level",
        place=place,
        about=(quantity,),
        asks=tuple(
            (f"c{at}", Question(quantity, place, period)) for at, period in enumerate(told, 1)
        ),
        size=LEAST / 2,
        form="course",
        words=(("since", base),),
        periods=tuple(told),
    )


def _told_as(panel: Panel, series: Series, then: float, now: float) -> tuple[bool, bool]:
    """Whether a change is told in per cent, and whether it is practically none."""
    change = now - then
    percent = change / then * 100 if then > 0 else 0.0
    is_small = abs(then) < TINY_SHARE * max(series.largest, abs(now))
    in_percent = panel.measure.has_true_zero and then > 0 and now >= 0 and not is_small
    in_percent = in_percent and abs(percent) <= MOST_PERCENT
    if in_percent:
        flat = abs(percent) < FLAT_PERCENT
    else:
        flat = relative(then, now) < FLAT_PERCENT / 100 or abs(change) <= series.floor
    return in_percent, flat


def _compared(planned: Planned, place: Place) -> tuple[str, str]:
    """Base and target: of parts of years the same part of the year before, else the part before.

    A place whose last month is not that of the section has its own compared with the same month.
    """
    base, target = planned.span(place)
    values = planned.panel.of(place)
    as_planned = target == planned.target and base == planned.base
    if planned.panel.quantity.frequency in WHOLE_YEARS or as_planned:
        return base, target
    last = period_of(target)
    for earlier in (last.year_before(), last.previous()):
        if earlier is not None and earlier.text in values:
            return earlier.text, target
    return target, target


def _level(planned: Planned, place: Place, series: Series, largest: float) -> Candidate:
    panel = planned.panel
    values = panel.of(place)
    base, target = _compared(planned, place)
    series = series or series_of(panel, place, target)  # a place may end before the others
    now, then = values[target].value, values[base].value
    quantity = panel.quantity

    def ask(period: str, kind: Kind = "value", before: str = "") -> Question:
        return Question(quantity, place, period, kind, before)

    asks = [("now", ask(target)), *_beside(planned, place, target)]
    if quantity.frequency not in WHOLE_YEARS and (before := _part_before(values, target, base)):
        asks.append(("prev?", ask(before)))
    weight = 1.0 if planned.standing == 0 else 0.5 + 0.5 * min(1.0, abs(now) / (largest or 1.0))
    adds = panel.measure.adds_over_categories or panel.measure.adds_over_places
    if adds and panel.measure.has_true_zero and now == 0 and then == 0:
        return Candidate(
            "zero", place, (quantity,), tuple(asks), LEAST, periods=tuple(sorted({base, target}))
        )
    # Periods in between may be missing.
    firm = are_comparable(panel, place, base, target)
    of_years = quantity.frequency in WHOLE_YEARS
    if not firm and of_years and series.at(target) is not None and len(series) >= FEWEST_PERIODS:
        base = series.periods[0]  # the first that can be compared, as after a break
        then, firm = values[base].value, True
    if base == target or not firm:
        return Candidate(
            "level", place, (quantity,), tuple(asks), LEAST * weight, "only", periods=(target,)
        )
    change = now - then
    in_percent, flat = _told_as(panel, series, then, now)
    asks.insert(1, ("then?", ask(base)))
    if not flat and now and then:
        asks.insert(
            2, ("change?", ask(target, "relative change" if in_percent else "change", base))
        )
    is_unbroken = series.at(base) is not None and series.at(target) is not None
    surely = chance.sure(series.drift(base, target)) if is_unbroken else 0.6
    size = LEAST + (1.0 - LEAST) * soft(relative(then, now), 0.2) * surely
    form = "flat" if flat else "rose" if change > 0 else "fell"
    if not flat and (not now or not then) and panel.measure.has_true_zero:
        form = "from zero" if not then else "to zero"
    return Candidate(
        kind="level",
        place=place,
        about=(quantity,),
        asks=tuple(asks),
        size=size * weight,
        form=form,
        direction="" if flat else "up" if change > 0 else "down",
        words=(("since", base),),
        periods=(base, target),
    )
