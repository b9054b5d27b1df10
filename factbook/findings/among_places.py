"""What a place's figures say beside others': rank, distance from the region, exceptions, spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from statistics import fmean, median, stdev

from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.evidence.comparable import basis
from factbook.evidence.derivation import DIFFERING
from factbook.evidence.facts import Kind
from factbook.evidence.finding import Direction, FindingKind
from factbook.evidence.moves import moves_of
from factbook.evidence.panels import Panel, Ranking
from factbook.evidence.questions import Question
from factbook.findings.candidate import Candidate, Candidates
from factbook.findings.scale import relative, soft
from factbook.findings.series import Series, series_of

FEWEST_OF_A_RANK = 6
"""Places from which on a rank says something."""

TOP = 3
"""Ranks from either end that are told; among less than twenty places the first and the last."""

MOST_PART_OF_EXCEPTIONS = 0.2
"""Part of the places that may go another way, so that they are exceptions."""

MOST_EXCEPTIONS = 3
OUTLIER = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz and Hoaglin, 1993)."""


@dataclass(frozen=True)
class Field:
    """A quantity in the members of the region, in two periods. Shared by all sections.

    Attributes:
        panel: The quantity.
        base: The earlier period; the same as `target` where there is no comparison.
        target: The period that sections are about.
    """

    panel: Panel
    base: str
    target: str
    _series: dict[str, Series] = field(default_factory=dict)

    @property
    def dataset(self) -> DataSet:
        """The data."""
        return self.panel.dataset

    def series(self, place: Place) -> Series:
        """The place's comparable values up to the target."""
        found = self._series.get(place.code)
        if found is None:
            found = self._series[place.code] = series_of(self.panel, place, self.target)
        return found

    @cached_property
    def ranking(self) -> Ranking:
        """The members that have a value, largest first."""
        return self.panel.ranking(self.target, members=True)

    @cached_property
    def ranking_before(self) -> Ranking:
        """The same in the base period."""
        return self.panel.ranking(self.base, members=True)

    @cached_property
    def moves(self) -> Mapping[str, float]:
        """Code of a member → its change; of those whose two values can be compared."""
        if self.base == self.target:
            return {}
        found = moves_of(self.panel, self.base, self.target)
        return {code: moved.change for code, moved in found.items()}

    @cached_property
    def typical(self) -> float:
        """Median magnitude of the members' values."""
        return median([abs(v) for v in self.ranking.values]) if self.ranking.values else 0.0

    @cached_property
    def spread(self) -> float:
        """Median absolute deviation of the members' values × 1.4826."""
        values = self.ranking.values
        if len(values) < FEWEST_OF_A_RANK:
            return inf
        middle = median(values)
        return 1.4826 * median([abs(v - middle) for v in values])

    @cached_property
    def steadiness(self) -> float:
        """How far places keep their order over time: 1 where noise is small beside the spread.

        The standard deviation between the places' means, as a part of that and the mean standard
        deviation within each of them. Not known with few periods: 0.6.
        """
        series = [s for m in self.dataset.members if len(s := self.series(m)) >= 4]
        if len(series) < FEWEST_OF_A_RANK:
            return 0.6
        between = stdev([s.mean for s in series])
        within = fmean([stdev(s.values) for s in series])
        return between / (between + 1.5 * within) if between else 0.0


@dataclass(frozen=True)
class View:
    """A place in a field.

    Attributes:
        field: The quantity in all members.
        place: The section's place.
        weight: How telling the quantity is, from 0 to 1.
    """

    field: Field
    place: Place
    weight: float

    @property
    def series(self) -> Series:
        """The place's own values."""
        return self.field.series(self.place)

    def ask(
        self,
        period: str,
        kind: Kind = "value",
        *,
        base: str = "",
        place: Place | None = None,
        other: Place | None = None,
        position: int = 0,
    ) -> Question:
        """A question about the quantity, in the section's place or another."""
        role = "place" if place in (None, self.place) else "region"
        if place is not None and place.kind == "country" and place != self.place:
            role = "neighbour"
        if position and kind != "count":
            role = "extreme"
        return Question(
            *(self.field.panel.quantity, place or self.place, period, kind, base, other, position),
            role=role,  # type: ignore[arg-type]
        )

    def candidate(
        self,
        kind: FindingKind,
        size: float,
        asks: Sequence[tuple[str, Question]],
        *,
        form: str = "",
        direction: Direction = "",
        rarity: float = 0.5,
        words: Mapping[str, str] = {},
    ) -> Candidate:
        """A candidate about the place."""
        told = {p for _, q in asks for p in (q.period, q.base) if p}
        return Candidate(
            kind=kind,
            place=self.place,
            about=(self.field.panel.quantity,),
            asks=tuple(asks),
            size=min(1.0, size) * self.weight,
            form=form,
            direction=direction,
            words=tuple(words.items()),
            periods=tuple(sorted(told)),
            rarity=rarity,
        )


def among_places(view: View) -> Candidates:
    """Everything that a place's figures say beside others'."""
    if view.place.kind == "region":
        yield from _members(view)
        yield from _common(view)
        yield from _spread(view)
        yield from _movers(view)
        return
    yield from _rank(view)
    yield from _rank_change(view)
    yield from _outlier(view)
    yield from _exception(view)
    yield from _part_of_region(view)
    yield from _distance(view)


def _is_comparable(view: View, period: str) -> bool:
    """Whether the place's definition is that of the others."""
    return DIFFERING not in basis(view.field.panel, view.place, period)


def _rank(view: View) -> Candidates:
    """First or last among the members, or nearly."""
    ranking = view.field.ranking
    count = len(ranking.places)
    if view.place not in ranking.places or count < FEWEST_OF_A_RANK:
        return
    value = ranking.values[ranking.places.index(view.place)]
    if ranking.values.count(value) > 1 or value == 0:
        return
    rank = ranking.rank(value)
    end = count + 1 - rank
    most = TOP if count >= 20 else 1
    near = min(rank, end)
    if near > most or view.field.panel.measure.adds_over_places and end < rank:
        return  # that a small country has the smallest amount is no news
    amount = view.field.panel.measure.adds_over_places
    size = (0.5 if near == 1 else 0.32 if near == 2 else 0.25) * (0.75 if amount else 1.15)
    beside = ranking.values[1] if rank == 1 else ranking.values[-2] if end == 1 else value
    gap = relative(value, beside)
    size *= (0.6 + 0.8 * soft(gap, 0.2)) * (0.3 + 0.7 * view.field.steadiness)
    asks = [("now", view.ask(view.field.target)), ("rank", view.ask(view.field.target, "rank"))]
    yield view.candidate(
        "rank",
        size,
        asks,
        form="first" if near == 1 else "near",
        direction="up" if rank <= end else "down",
        rarity=1.0 - min(1.0, near / 4),
    )


def _rank_change(view: View) -> Candidates:
    """Several ranks gained or lost since the base, among the same places."""
    now, then = view.field.ranking, view.field.ranking_before
    if view.field.base == view.field.target or set(now.places) != set(then.places):
        return
    count = len(now.places)
    if view.place not in now.places or count < FEWEST_OF_A_RANK:
        return
    values = (
        then.values[then.places.index(view.place)],
        now.values[now.places.index(view.place)],
    )
    ranks = (then.rank(values[0]), now.rank(values[1]))
    gained = ranks[0] - ranks[1]
    if abs(gained) < max(2, round(0.1 * count)) or 0 in values:
        return
    if now.values.count(values[1]) > 1 or then.values.count(values[0]) > 1:
        return
    size = 0.8 * soft(gained / count, 0.15) * (0.2 + 0.8 * view.field.steadiness)
    yield view.candidate(
        "rank change",
        size * soft(relative(*values), 0.1) * 1.5,
        (
            ("now", view.ask(view.field.target, "rank")),
            ("then", view.ask(view.field.base, "rank")),
        ),
        direction="up" if gained > 0 else "down",
        rarity=0.7,
        words={"since": view.field.base},
    )


def _outlier(view: View) -> Candidates:
    """A value far from those of all other members, of what does not add."""
    ranking, spread = view.field.ranking, view.field.spread
    if view.place not in ranking.places or spread in (0.0, inf):
        return
    if view.field.panel.measure.adds_over_places or len(ranking.places) < 8:
        return
    at = ranking.places.index(view.place)
    value = ranking.values[at]
    score = abs(value - median(ranking.values)) / spread
    if score < OUTLIER or at not in (0, len(ranking.places) - 1):
        return
    other = ranking.places[1] if at == 0 else ranking.places[-2]
    yield view.candidate(
        "outlier",
        0.8 * soft(score - 2.5, 2.0) * (0.4 + 0.6 * view.field.steadiness),
        (
            ("now", view.ask(view.field.target)),
            ("next", view.ask(view.field.target, place=other)),
        ),
        direction="up" if at == 0 else "down",
        rarity=0.95,
    )


def _exceptions(view: View) -> tuple[int, list[Place], int] | None:
    """Which way most members went (1 or -1), who did not, and how many there are."""
    moves = view.field.moves
    if len(moves) < FEWEST_OF_A_RANK:
        return None
    rose = sum(change > 0 for change in moves.values())
    fell = sum(change < 0 for change in moves.values())
    way = 1 if rose >= fell else -1
    against = [
        m for m in view.field.dataset.members if m.code in moves and moves[m.code] * way <= 0
    ]
    if not len(against) <= MOST_PART_OF_EXCEPTIONS * len(moves):
        return None
    return way, against, len(moves)


def _exception(view: View) -> Candidates:
    """The place goes another way than nearly all members."""
    found = _exceptions(view)
    if found is None:
        return
    way, against, count = found
    own = view.field.moves.get(view.place.code, 0.0)
    if view.place not in against or own * way >= 0:
        return
    base = view.series.at(view.field.base)
    if base is None or not view.series.values:
        return
    size = 0.9 * soft(relative(base, view.series.last), 0.08) * (1.0 - len(against) / count)
    size *= 0.6 + 0.4 * min(1.0, soft(own, view.series.noise) * 1.5)
    region = view.field.dataset.region
    kind: Kind = "relative change" if view.field.panel.measure.has_true_zero else "change"
    yield view.candidate(
        "exception",
        size,
        (
            (
                "count",
                view.ask(
                    view.field.target, "count", base=view.field.base, place=region, position=way
                ),
            ),
            ("own", view.ask(view.field.target, kind, base=view.field.base)),
        ),
        form="own",
        direction="down" if way > 0 else "up",
        rarity=1.0 - len(against) / count,
        words={"since": view.field.base},
    )


def _common(view: View) -> Candidates:
    """What nearly all members do, and who does not."""
    found = _exceptions(view)
    if found is None:
        return
    way, against, count = found
    if len(against) > MOST_EXCEPTIONS:
        return
    moved = [
        relative(base, s.last)
        for m in view.field.dataset.members
        if (base := (s := view.field.series(m)).at(view.field.base)) is not None
    ]
    size = 0.7 * soft(median(moved) if moved else 0.0, 0.12) * (1.0 - len(against) / count)
    region = view.field.dataset.region
    words = {f"place{at}": place.name for at, place in enumerate(against, start=1)}
    yield view.candidate(
        "exception",
        size,
        (
            (
                "count",
                view.ask(
                    view.field.target, "count", base=view.field.base, place=region, position=way
                ),
            ),
        ),
        form="all" if not against else "but",
        direction="up" if way > 0 else "down",
        rarity=0.8,
        words=words | {"since": view.field.base},
    )


def _part_of_region(view: View) -> Candidates:
    """What part of the region's figure the place has, and whether that moved."""
    panel, dataset = view.field.panel, view.field.dataset
    if not panel.measure.adds_over_places or not dataset.is_member(view.place.code):
        return
    region, own = view.field.series(dataset.region), view.series
    if not region.values or not own.values or region.last <= 0 or own.last <= 0:
        return
    share = own.last / region.last
    if share > 1 or len(dataset.members) < FEWEST_OF_A_RANK // 2:
        return
    fair = 1.0 / len(dataset.members)
    asks = [("share", view.ask(view.field.target, "share of region"))]
    before_own, before = own.at(view.field.base), region.at(view.field.base)
    form = "level"
    direction: Direction = ""
    size = 0.42 * soft(share / fair - 1.0 if share > fair else 0.0, 3.0)
    if before_own is not None and before and view.field.base != view.field.target:
        shift = share - before_own / before
        if abs(shift) > 0.02 and relative(share, share - shift) > 0.15:
            form, direction = "moved", "up" if shift > 0 else "down"
            size = max(
                size, 0.7 * soft(abs(shift), 0.05) * soft(relative(share, share - shift), 0.2)
            )
            asks.append(("before", view.ask(view.field.base, "share of region")))
    yield view.candidate(
        "members",
        size,
        asks,
        form=f"own {form}",
        direction=direction,
    )


def _distance(view: View) -> Candidates:
    """How far the place is from the region, and whether that widened."""
    panel, dataset = view.field.panel, view.field.dataset
    if len(dataset.members) < 2:
        return
    region, own = view.field.series(dataset.region), view.series
    if not region.values or not own.values:
        return
    if not panel.measure.adds_over_places and region.last:
        gap = own.last - region.last
        apart = relative(region.last, own.last)
        size = 0.75 * soft(apart, 0.3) * (0.3 + 0.7 * view.field.steadiness)
        base_own, base = own.at(view.field.base), region.at(view.field.base)
        asks = [
            ("now", view.ask(view.field.target)),
            ("region", view.ask(view.field.target, place=dataset.region)),
        ]
        yield view.candidate(
            "distance", size, asks, form="level", direction="up" if gap > 0 else "down"
        )
        if base_own is not None and base is not None and view.field.base != view.field.target:
            before = base_own - base
            moved = abs(gap) - abs(before)
            if abs(moved) > 0.3 * max(abs(gap), abs(before)) and before * gap > 0:
                size = 0.75 * soft(moved, max(own.noise, region.noise)) * soft(apart, 0.2)
                yield view.candidate(
                    "gap change",
                    size if own.noise != inf else 0.3,
                    (
                        ("now", view.ask(view.field.target, "difference", other=dataset.region)),
                        ("then", view.ask(view.field.base, "difference", other=dataset.region)),
                    ),
                    form="wider" if moved > 0 else "closer",
                    direction="up" if gap > 0 else "down",
                    words={"since": view.field.base},
                )
    yield from _growth_beside(view, own, region)


def _growth_beside(view: View, own: Series, region: Series) -> Candidates:
    """The place's change since the base beside the region's: the other way, or far from it."""
    base = view.field.base
    before, before_region = own.at(base), region.at(base)
    if before is None or before_region is None or base == view.field.target:
        return
    if not view.field.panel.measure.has_true_zero or min(before, before_region) <= 0:
        return
    change, change_region = own.last / before - 1.0, region.last / before_region - 1.0
    if abs(change - change_region) < 0.05 or own.last < 0 or max(change, change_region) > 9.0:
        return
    against = change * change_region < 0
    apart = abs(change - change_region) / (1.0 + max(change, change_region, 0.0))
    sure = soft(own.last - before, own.noise / 1.5) if own.noise != inf else 0.6
    size = (0.85 if against else 0.6) * soft(apart, 0.2) * sure
    yield view.candidate(
        "distance",
        size,
        (
            ("own", view.ask(view.field.target, "relative change", base=base)),
            (
                "region",
                view.ask(
                    view.field.target, "relative change", base=base, place=view.field.dataset.region
                ),
            ),
        ),
        form="against" if against else "growth",
        direction="up" if change > 0 else "down",
        words={"since": base},
    )


def _members(view: View) -> Candidates:
    """The members that make up most of the region, or have the highest value."""
    ranking = view.field.ranking
    count = len(ranking.places)
    if count < 4 or len(set(ranking.values[:3])) < 3 or ranking.values[0] <= 0:
        return
    panel = view.field.panel
    if not panel.measure.adds_over_places:
        if count < FEWEST_OF_A_RANK:
            return
        yield view.candidate(
            "members",
            0.6
            * soft(relative(ranking.values[0], ranking.values[-1]), 0.3)
            * (0.3 + 0.7 * view.field.steadiness),
            (
                ("first", view.ask(view.field.target, place=view.place, position=1)),
                ("last", view.ask(view.field.target, place=view.place, position=-1)),
            ),
            form="range",
        )
        return
    region = view.series
    if not region.values or region.last <= 0:
        return
    shares = [v / region.last for v in ranking.values[:3]]
    few = next((n for n in (1, 2, 3) if sum(shares[:n]) > 0.5), 0)
    size = 0.5 * soft(sum(shares) * count / 3 - 1.0, 2.0)
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


def _movers(view: View) -> Candidates:
    """The member whose change explains most of the region's."""
    panel, moves = view.field.panel, view.field.moves
    if not panel.measure.adds_over_places or len(moves) < 4:
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
    yield view.candidate(
        "contribution",
        0.9 * soft(part, 0.3) * soft(relative(base, region.last), 0.08),
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


def _spread(view: View) -> Candidates:
    """Whether the members came closer to each other, of what does not add."""
    now, then = view.field.ranking, view.field.ranking_before
    if view.field.panel.measure.adds_over_places or view.field.base == view.field.target:
        return
    if set(now.places) != set(then.places) or len(now.places) < FEWEST_OF_A_RANK:
        return
    spreads = [stdev(r.values) for r in (then, now)]
    if min(spreads) <= 0:
        return
    moved = relative(*spreads)
    ends = [(r.values[0] - r.values[-1]) for r in (then, now)]
    if moved < 0.15 or (spreads[1] - spreads[0]) * (ends[1] - ends[0]) <= 0:
        return
    yield view.candidate(
        "spread",
        0.7 * soft(moved, 0.2) * (0.2 + 0.8 * view.field.steadiness),
        (
            ("top", view.ask(view.field.target, place=now.places[0])),
            ("bottom", view.ask(view.field.target, place=now.places[-1])),
            ("top_then", view.ask(view.field.base, place=then.places[0])),
            ("bottom_then", view.ask(view.field.base, place=then.places[-1])),
        ),
        form="closer" if spreads[1] < spreads[0] else "wider",
        rarity=0.8,
        words={"since": view.field.base},
    )
