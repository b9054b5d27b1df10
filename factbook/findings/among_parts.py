"""What the parts of a place's total say beside each other: crossings, movers, shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import inf, sqrt
from statistics import stdev

from factbook.data.series import Place
from factbook.evidence.facts import Kind
from factbook.evidence.finding import Direction
from factbook.evidence.panels import Panel, Quantity
from factbook.evidence.questions import Question
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import relative, soft, trust, weight_of_share
from factbook.findings.series import Series

MOST_PARTS = 8
"""Categories that are set against each other: the largest."""

FEWEST_BEFORE = 2
"""Periods for which one was above the other before a crossing is told."""

NEAR_PART = 0.015
"""Difference, as a part of the larger, up to which two values are nearly equal."""

THRESHOLDS: tuple[tuple[float, str], ...] = (
    (75.0, "three quarters"), (200 / 3, "two thirds"), (50.0, "half"), (100 / 3, "a third"),
    (25.0, "a quarter"), (10.0, "a tenth"),
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """The parts of one total in a place.

    Attributes:
        place: The place.
        base: The period that is compared with.
        target: The period that the section is about.
        categories: The categories that do not overlap, as their series up to the target.
        sums: Groups and known families of these, the same.
        families: Those of them that readers think of as one category.
        total: The total; None where there is none.
    """

    place: Place
    base: str
    target: str
    categories: tuple[Series, ...]
    sums: tuple[Series, ...]
    families: tuple[Series, ...]
    total: Series | None

    @cached_property
    def largest(self) -> tuple[Series, ...]:
        """The largest categories by their value in the target or base period."""
        by_size = sorted(self.categories, key=lambda s: -max(self.size(s), abs(self._base(s))))
        return tuple(by_size[:MOST_PARTS])

    @cached_property
    def alone(self) -> tuple[Series, ...]:
        """The largest categories that are in no family, and the families."""
        held = frozenset().union(*(_members(s.panel) for s in self.families))
        return (*(s for s in self.largest if _members(s.panel).isdisjoint(held)), *self.families)

    def size(self, series: Series) -> float:
        """Magnitude in the target period."""
        return abs(series.last) if series.values else 0.0

    def _base(self, series: Series) -> float:
        return series.at(self.base) or 0.0

    @cached_property
    def whole(self) -> float:
        """The larger of the totals in base and target; 0 without a total."""
        if self.total is None or not self.total.values:
            return 0.0
        return max(self.total.last, self._base(self.total))

    def weight(self, series: Series) -> float:
        """How telling a part is beside the total."""
        if not self.whole:
            return 1.0
        return weight_of_share(max(self.size(series), abs(self._base(series))) / self.whole)

    def ask(self, series: Series, period: str, kind: Kind = "value", base: str = "") -> Question:
        """A question about a part."""
        return Question(series.panel.quantity, self.place, period, kind, base)

    def ask_region(self, series: Series) -> Question:
        """A question about a part's share in the region."""
        region = series.panel.dataset.region
        return Question(
            series.panel.quantity, region, self.target, "share of category", role="region"
        )


def among_parts(parts: Parts) -> Candidates:
    """Everything that the parts of a place's total say beside each other."""
    yield from _crossings(parts)
    yield from _near_equality(parts)
    yield from _movers(parts)
    yield from _makeup(parts)
    yield from _thresholds(parts)
    yield from _leader(parts)


def _members(panel: Panel) -> frozenset[str]:
    """The categories that a quantity covers."""
    return panel.whole.covered([subject for _, subject in panel.quantity.components])


def _disjoint(one: Series, other: Series) -> bool:
    return _members(one.panel).isdisjoint(_members(other.panel))


def _crossings(parts: Parts) -> Candidates:
    """One part that passed another, and stayed above it or fell back."""
    told = [s for s in (*parts.alone, *parts.sums) if len(s) >= 4]
    for one, other in combinations(told, 2):
        if min(parts.weight(one), parts.weight(other)) < 0.3 or not _disjoint(one, other):
            continue
        found = _crossing(parts, one, other)
        if found is not None:
            yield found


def _crossing(parts: Parts, one: Series, other: Series) -> Candidate | None:
    length = min(len(one), len(other))
    periods = one.periods[-length:]
    if periods != other.periods[-length:]:
        return None
    first, second = one.values[-length:], other.values[-length:]
    gaps = [a - b for a, b in zip(first, second, strict=True)]
    floor = one.floor + other.floor
    signs = [(g > floor / 2) - (g < -floor / 2) for g in gaps]
    if 0 in signs[-1:] or not signs[0]:
        return None
    changes = [i for i in range(1, length) if signs[i] and signs[i] != _sign_before(signs, i)]
    if not changes or len(changes) > 2:
        return None
    at = changes[0]
    above, below = (one, other) if gaps[-1] > 0 else (other, one)
    if at < FEWEST_BEFORE:
        return None
    returned = len(changes) == 2
    steps = [b - a for a, b in zip(gaps, gaps[1:], strict=False)]
    noise = max(stdev(steps), floor) if len(steps) > 3 else inf
    widest = max(abs(g) for g in gaps[at : changes[1] if returned else None])
    before = max(abs(g) for g in gaps[:at])
    sure = soft(min(widest, before), noise) * (0.4 + 0.6 * trust(gaps))
    level = max(map(abs, (*first[:at], *second[:at])))
    far = soft(before / level, 0.2) if level else 0.0
    weight = sqrt(parts.weight(one) * parts.weight(other))
    is_sum = one.panel.quantity.is_sum or other.panel.quantity.is_sum
    size = min(1.0, (1.35 if is_sum else 1.1) * sure * far * weight * (1.1 if returned else 1.0))
    event = changes[-1]
    words = {"since": periods[event]}
    if returned:
        words = {"first": periods[at], "since": periods[event]}
    target = periods[-1]
    return Candidate(
        kind="crossing",
        place=parts.place,
        about=(above.panel.quantity, below.panel.quantity),
        asks=(("above", parts.ask(above, target)), ("below", parts.ask(below, target))),
        size=size,
        form="fell back" if returned else "passed",
        direction="up",
        words=tuple(words.items()),
        periods=tuple(sorted({*words.values(), target})),
        happened=periods[event],
    )


def _sign_before(signs: Sequence[int], at: int) -> int:
    """The last sign before a position that is not zero."""
    return next((s for s in reversed(signs[:at]) if s), 0)


def _near_equality(parts: Parts) -> Candidates:
    """Two large parts of almost the same size."""
    if not parts.whole:
        return
    for told in (parts.alone, parts.sums):
        for one, other in combinations(told, 2):
            a, b = parts.size(one), parts.size(other)
            if min(a, b) < 0.1 * parts.whole or not _disjoint(one, other):
                continue
            if relative(a, b) > NEAR_PART:
                continue
            first, second = (one, other) if a >= b else (other, one)
            kind: Kind = "share of category"
            share = min(a, b) / parts.whole
            yield Candidate(
                kind="near equality",
                place=parts.place,
                about=(first.panel.quantity, second.panel.quantity),
                asks=(
                    ("first", parts.ask(first, parts.target, kind)),
                    ("second", parts.ask(second, parts.target, kind)),
                ),
                size=0.75 * soft(share, 0.12) * (1.0 - relative(a, b) / (2 * NEAR_PART)),
                periods=(parts.target,),
            )


def _movers(parts: Parts) -> Candidates:
    """The parts that moved most, and what fell as another rose."""
    moves: list[tuple[float, Series]] = []
    for series in parts.categories:
        base = series.at(parts.base)
        if base is not None and series.values and len(series) > 1:
            moves.append((series.last - base, series))
    if len(moves) < 3 or not parts.whole or parts.base == parts.target:
        return
    all_moves = sum(abs(change) for change, _ in moves)
    if all_moves <= 0:
        return
    size_of_all = soft(all_moves / parts.whole, 0.1)
    moves.sort(key=lambda one: one[0])
    fall, rise = moves[0], moves[-1]
    total = parts.total
    before = total.at(parts.base) if total is not None and total.values else None
    shift = total.last - before if total is not None and before is not None else 0.0
    for change, series in (fall, rise):
        if not change or abs(change) <= series.floor:
            continue
        others = [abs(c) for c, s in moves if s is not series]
        lead = abs(change) / max(*others, 1e-300)
        part = abs(change) / all_moves
        sure = soft(change, series.noise) if len(series) > 4 else 0.6
        size = soft(part, 0.15) * size_of_all * (0.7 + 0.6 * sure)
        explains = (
            shift * change > 0 and abs(change) <= abs(shift) and abs(change) / abs(shift) > 0.3
        )
        asks = [
            ("change", parts.ask(series, parts.target, "change", parts.base)),
            ("share?", parts.ask(series, parts.target, "share of category")),
            ("share_then?", parts.ask(series, parts.base, "share of category")),
        ]
        if explains:
            asks.insert(1, ("part", parts.ask(series, parts.target, "share of change", parts.base)))
        yield Candidate(
            kind="contribution",
            place=parts.place,
            about=(series.panel.quantity,),
            asks=tuple(asks),
            size=min(
                1.0,
                size
                * (
                    1.25
                    if lead > 1 and change == max((fall, rise), key=lambda m: abs(m[0]))[0]
                    else 1.0
                ),
            ),
            form="explains" if explains else "largest" if lead > 1 else "mover",
            direction="up" if change > 0 else "down",
            words=(("since", parts.base),),
            periods=(parts.base, parts.target),
        )
    yield from _substitution(parts, fall, rise, shift, size_of_all, all_moves)


def _substitution(
    parts: Parts,
    fall: tuple[float, Series],
    rise: tuple[float, Series],
    shift: float,
    size_of_all: float,
    all_moves: float,
) -> Candidates:
    """The largest fall beside the largest rise, where the total moved much less than either."""
    down, up = -fall[0], rise[0]
    if (
        min(down, up) <= 0
        or min(down, up) < 0.5 * max(down, up)
        or abs(shift) > 0.75 * max(down, up)
    ):
        return
    if min(down, up) < 0.2 * all_moves:
        return
    yield Candidate(
        kind="substitution",
        place=parts.place,
        about=(fall[1].panel.quantity, rise[1].panel.quantity),
        asks=(
            ("fall", parts.ask(fall[1], parts.target, "change", parts.base)),
            ("rise", parts.ask(rise[1], parts.target, "change", parts.base)),
        ),
        size=min(1.0, 1.3 * soft((down + up) / all_moves, 0.4) * size_of_all),
        words=(("since", parts.base),),
        periods=(parts.base, parts.target),
    )


def _shares(parts: Parts) -> list[tuple[float, Series]]:
    """Share in the target period of each category, largest first; none without a total."""
    if parts.total is None or not parts.total.values or parts.total.last <= 0:
        return []
    held = [(s.last / parts.total.last * 100, s) for s in parts.categories if s.values]
    if any(share < 0 for share, _ in held) or len(held) < 3:
        return []
    return sorted(held, key=lambda one: (-one[0], one[1].panel.quantity.subject))


def _makeup(parts: Parts) -> Candidates:
    """One part that makes up most of the total, or two that do."""
    shares = _shares(parts)
    if not shares:
        return
    (first, one), (second, other) = shares[:2]
    if first >= 50.0:
        name = next(name for least, name in THRESHOLDS if first >= least)
        yield Candidate(
            kind="makeup",
            place=parts.place,
            about=(one.panel.quantity,),
            asks=(
                ("share", parts.ask(one, parts.target, "share of category")),
                ("next?", parts.ask(other, parts.target, "share of category")),
                *((("region?", parts.ask_region(one)),) if parts.place.kind == "country" else ()),
            ),
            size=0.75 * soft(first - 40.0, 15.0),
            form="one",
            direction="up",
            words=(("part", name),),
            periods=(parts.target,),
        )
    elif first + second >= 60.0 and len(shares) >= 4:
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


def _thresholds(parts: Parts) -> Candidates:
    """A share that is above a half, a third … for the first time since the base, or below it."""
    total = parts.total
    if total is None or not total.values:
        return
    for series in (*parts.largest, *parts.sums):
        shares = _share_series(series, total)
        if len(shares) < 4 or parts.base not in shares:
            continue
        periods, values = list(shares), list(shares.values())
        for least, name in THRESHOLDS:
            found = _passage(periods, values, least, parts.base)
            if found is None:
                continue
            at, direction = found
            sure = trust(values)
            moved = soft(abs(values[-1] - values[0]), 5.0)
            yield Candidate(
                kind="threshold",
                place=parts.place,
                about=(series.panel.quantity,),
                asks=(
                    ("now", parts.ask(series, parts.target, "share of category")),
                    ("then", parts.ask(series, periods[0], "share of category")),
                ),
                size=0.9 * sure * moved * soft(least, 15.0),
                direction=direction,
                words=(("part", name), ("since", periods[at]), ("first", periods[0])),
                periods=(periods[0], periods[at], parts.target),
                happened=periods[at],
            )
            break


def _share_series(series: Series, total: Series) -> Mapping[str, float]:
    """Period → share, in the periods that both have at the end."""
    found: dict[str, float] = {}
    for period, value in zip(series.periods, series.values, strict=True):
        whole = total.at(period)
        if whole is None or whole <= 0 or value < 0:
            found = {}
            continue
        found[period] = value / whole * 100
    return found


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


def _leader(parts: Parts) -> Candidates:
    """Another category is the largest than in the base period."""
    level = [s for s in parts.alone if s.at(parts.base) is not None]
    if len(level) < 3 or parts.base == parts.target or not parts.whole:
        return
    now = max(level, key=lambda s: s.last)
    then = max(level, key=lambda s: s.at(parts.base) or 0.0)
    if now is then or now.last - then.last <= now.floor + then.floor:
        return
    lead = (now.last - then.last) / now.last
    yield Candidate(
        kind="leader",
        place=parts.place,
        about=(now.panel.quantity, then.panel.quantity),
        asks=(("now", parts.ask(now, parts.target)), ("then", parts.ask(then, parts.target))),
        size=0.85 * soft(lead, 0.05) * min(parts.weight(now), parts.weight(then)),
        direction="up",
        words=(("since", parts.base),),
        periods=(parts.base, parts.target),
    )


def distinct(series: Iterable[Series]) -> tuple[Series, ...]:
    """Series, each quantity and each row of values once: the first of equal ones."""
    found: dict[tuple[float, ...], Series] = {}
    seen: set[Quantity] = set()
    for one in series:
        if one.panel.quantity not in seen and one.values:
            seen.add(one.panel.quantity)
            found.setdefault((*one.values, len(one)), one)
    return tuple(found.values())
