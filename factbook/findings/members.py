"""Members: which of them make up most of the region, and whether they came closer."""

from __future__ import annotations

from factbook.evidence.finding import Direction
from factbook.evidence.panels import Ranking
from factbook.evidence.questions import Question
from factbook.findings import chance
from factbook.findings.candidate import Candidates
from factbook.findings.field import FEWEST_OF_A_RANK, View
from factbook.findings.scale import relative, soft
from factbook.findings.series import Series

_NO_MOVE: tuple[str, Direction] = ("own level", "")
_MOVED: tuple[tuple[str, Direction], ...] = (("own moved", "down"), ("own moved", "up"))


RANGE = "range"
"""Form of the finding that tells the highest and the lowest of the members."""

MORE_THAN_HALF = 0.505
"""Part of the region's figure from which on it is told as more than half: rounded, it looks so."""


def part_of_region(view: View) -> Candidates:
    """What part of the region's figure the place has, and whether that moved."""
    dataset = view.field.dataset
    if not view.is_amount or not dataset.is_member(view.place.code):
        return
    region, own = view.field.series(dataset.region), view.series
    if not region.values or not own.values or region.last <= 0 or own.last <= 0:
        return
    share = own.last / region.last
    if share > 1 or len(dataset.members) < FEWEST_OF_A_RANK // 2:
        return
    fair = 1.0 / len(dataset.members)
    asks = [("share", view.ask(view.field.target, "share of region"))]
    size = 0.5 * soft(share / fair - 1.0 if share > fair else 0.0, 3.0) * soft(share, 0.1)
    if (quotient := view.quotient) is not None:
        size *= soft(quotient - 1.0, 0.8) if quotient > 1.0 else 0.0
    form, direction = _NO_MOVE
    before_own, before = own.at(view.field.base), region.at(view.field.base)
    if before_own is not None and before and view.field.base != view.field.target:
        shift = share - before_own / before
        if abs(shift) > 0.02 and relative(share, share - shift) > 0.15:
            form, direction = _MOVED[shift > 0]
            moved = 0.8 * soft(shift, 0.05) * soft(relative(share, share - shift), 0.2)
            size = max(size, moved * chance.sure(_drift_of_share(own, region, view.field.base)))
            asks.append(("before", view.ask(view.field.base, "share of region")))
    yield view.candidate("members", size, asks, form=form, direction=direction)


def members(view: View) -> Candidates:
    """The members that make up most of the region, or have the highest and lowest value."""
    if view.is_amount:
        if view.field.is_whole:
            yield from _leaders(view)
    elif view.field.is_whole or (view.field.is_complete and not view.series.values):
        yield from _range(view)


def _range(view: View) -> Candidates:
    """The highest and the lowest, or the one of them that no other member equals.

    Few members have them, and members whose figures may yet change, only where the region has no
    figure itself: the section begins with them as it would with that.
    """
    values = view.field.ranking.values
    if len(values) < (FEWEST_OF_A_RANK if view.series.values else 2):
        return
    ends = {"first": 1, "last": -1}
    known = [
        role
        for role, value in zip(ends, (values[0], values[-1]), strict=True)
        if values.count(value) == 1
    ]
    if not known:
        return
    yield view.candidate(
        "members",
        0.6 * soft(relative(values[0], values[-1]), 0.3) * (0.3 + 0.7 * view.field.steadiness),
        [
            (role, view.ask(view.field.target, place=view.place, position=ends[role]))
            for role in known
        ],
        form=RANGE,
    )


def _leaders(view: View) -> Candidates:
    """The members that make up most of the region."""
    ranking = view.field.ranking
    count = len(ranking.places)
    if count < 4 or len(set(ranking.values[:3])) < 3 or ranking.values[0] <= 0:
        return
    region = view.series
    if not region.values or region.last <= 0:
        return
    shares = [v / region.last for v in ranking.values[:3]]
    few = next((n for n in (1, 2, 3) if sum(shares[:n]) > MORE_THAN_HALF), 0)
    size = 0.6 * soft(sum(shares) * count / 3 - 1.0, 2.0) * (0.3 + 0.7 * view.field.steadiness)
    size *= 1.4 if view.whole is None else 1.0
    asks = [
        (f"m{at}", view.ask(view.field.target, "share of region", position=at))
        for at in range(1, (few or 3) + 1)
    ]
    names = {f"place{at}": ranking.places[at - 1].name for at in range(1, (few or 3) + 1)}
    yield view.candidate(
        "members",
        size * (1.3 if few else 1.0),
        asks,
        form="half" if few else "leaders",
        words=names,
    )


def member_movers(view: View) -> Candidates:
    """The member whose change explains most of the region's."""
    moves = view.field.moves
    if not view.is_amount or len(moves) < 4 or not view.field.is_whole:
        return
    region = view.series
    base = region.at(view.field.base)
    if base is None or not region.values:
        return
    shift = region.last - base
    if relative(base, region.last) < 0.03 or abs(shift) <= 2 * region.floor:
        return
    code = max(moves, key=lambda one: moves[one] * shift)
    change = moves[code]
    part = change / shift
    if not 0.2 < part <= 1.0:
        return
    place = view.field.dataset.known[code]
    if view.field.base not in view.field.series(place).periods:
        return
    yield view.candidate(
        "contribution",
        0.9
        * soft(part, 0.3)
        * soft(relative(base, region.last), 0.08)
        * chance.sure(region.drift(view.field.base))
        * chance.sure(view.field.series(place).drift(view.field.base)),
        (
            ("change", view.ask(view.field.target, "change", base=view.field.base, place=place)),
            (
                "part",
                view.ask(
                    view.field.target,
                    "share of change",
                    base=view.field.base,
                    place=place,
                    other=view.place,
                ),
            ),
        ),
        form="member",
        direction="up" if change > 0 else "down",
        words={"since": view.field.base},
    )


def spread(view: View) -> Candidates:
    """Whether the members came closer to each other, of what does not add."""
    now, then = view.field.ranking, view.field.ranking_before
    if view.is_amount or view.field.base == view.field.target:
        return
    if (
        not view.field.is_whole
        or set(now.places) != set(then.places)
        or len(now.places) < FEWEST_OF_A_RANK
    ):
        return
    if any(place.code not in view.field.moves for place in now.places):
        return  # as across a break
    spreads = [chance.deviation(r.values) for r in (then, now)]
    if min(spreads) <= 0:
        return
    moved = relative(*spreads)
    ends = [(r.values[0] - r.values[-1]) for r in (then, now)]
    if moved < 0.15 or (spreads[1] - spreads[0]) * (ends[1] - ends[0]) <= 0:
        return
    yield view.candidate(
        "spread",
        0.7 * soft(moved, 0.2) * chance.sure(_of_spreads(view)) * view.field.steadiness,
        (
            ("top", _end(view, now, 1)),
            ("bottom", _end(view, now, -1)),
            ("top_then", _end(view, then, 1)),
            ("bottom_then", _end(view, then, -1)),
        ),
        form="closer" if spreads[1] < spreads[0] else "wider",
        rarity=0.8,
        words={"since": view.field.base},
    )


def _end(view: View, ranking: Ranking, position: int) -> Question:
    """The question for the highest or lowest value; of several equal ones, for one of them."""
    period = view.field.target if ranking is view.field.ranking else view.field.base
    at = position - 1 if position > 0 else position
    if ranking.values.count(ranking.values[at]) > 1:
        return view.ask(period, place=ranking.places[at])
    return view.ask(period, place=view.place, position=position)


def _of_spreads(view: View) -> float:
    """Probability that chance changed the spread of the members so much."""
    now, then = view.field.ranking, view.field.ranking_before
    later = dict(zip(now.places, now.values, strict=True))
    return chance.of_spreads(then.values, [later[place] for place in then.places])


def _drift_of_share(own: Series, region: Series, base: str) -> float:
    """Probability that chance moved the place's share of the region so far."""
    common = [p for p in own.periods if p in region.periods]
    if base not in common:
        return 1.0
    shares = [(own.at(p) or 0.0) / whole for p in common if (whole := region.at(p))]
    if len(shares) < len(common):
        return 1.0
    return chance.of_drift(shares, common.index(base), len(shares) - 1, 0.0)
