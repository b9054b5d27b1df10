"""Derivations: the facts about one quantity in one place, grouped by how much they matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from factbook.data.dataset import DataSet
from factbook.data.region import TOLERANCE
from factbook.data.series import Place, SourceRows
from factbook.data.table import TOTAL
from factbook.evidence.facts import Kind, Role
from factbook.evidence.measures import Measure, Part, Value, merge_sources, tidy

LEADERS_IN_REGION = 3
"""How many of the largest members a region's section names."""

EN_DASH = "\N{EN DASH}"

LIKE_FOR_LIKE = "only what has a value in both periods"
"""Stands in the derivation of a change that does not compare all that the values are made of."""
PERCENT = frozenset({"%", "percent", "per cent", "pct"})
"""Units whose changes are percentage points, and never relative."""


class Relevance(IntEnum):
    """Order of facts in an evidence table, most relevant first."""

    TARGET = 0
    BASE = 1
    CHANGE = 2
    SHARE = 3
    RANK = 4
    REGION = 5
    EXTREME = 6
    NODE = 7
    NEIGHBOUR = 8
    OTHER_PERIOD = 9


class Draft(NamedTuple):
    """A fact without its number, as `Fact` has its fields after `id`."""

    place: str
    subject: str
    metric: str
    period: str
    value: float
    unit: str
    kind: Kind
    role: Role
    table: str
    derivation: str
    sources: tuple[SourceRows, ...]
    among: int | None = None


@dataclass(frozen=True)
class Planned:
    """A quantity that a section tells of.

    Attributes:
        measure: The quantity in all places.
        total: The place's total, for shares; None where shares make no sense.
        categories: The sum over all categories, which shares need; the same as `total` but for
            totals that the data give themselves.
        published_share: The share as published by the data; None where it is not.
        base: First period of the comparison.
        target: Last period of the comparison.
        at_region: Whether the region's figure is asked for whatever the section's place is.
        standing: How near it is to what the sheet selects; 0 is nearest.
    """

    measure: Measure
    total: Measure | None
    categories: Measure | None
    published_share: Measure | None
    base: str
    target: str
    at_region: bool
    standing: int

    @property
    def key(self) -> tuple[object, ...]:
        """What its facts depend on, apart from the place."""
        return (self.measure.quantity, self.base, self.target)


class Deriver:
    """Derives facts, and keeps them: the same quantity of a place stands in many sections."""

    def __init__(self, dataset: DataSet) -> None:
        self._dataset = dataset
        self._kept: dict[tuple[object, ...], Mapping[Relevance, tuple[Draft, ...]]] = {}

    def drafts(self, planned: Planned, place: Place) -> Mapping[Relevance, tuple[Draft, ...]]:
        """All facts about a quantity in a place, by relevance."""
        key = (*planned.key, place.code)
        kept = self._kept.get(key)
        if kept is None:
            found: defaultdict[Relevance, list[Draft]] = defaultdict(list)
            for relevance, draft in _Derivation(self._dataset, planned, place).all():
                found[relevance].append(draft)
            kept = self._kept[key] = {rank: tuple(drafts) for rank, drafts in found.items()}
        return kept


class _Derivation:
    """One quantity in one place."""

    def __init__(self, dataset: DataSet, planned: Planned, place: Place) -> None:
        self.dataset = dataset
        self.planned = planned
        self.measure = planned.measure
        self.quantity = planned.measure.quantity
        self.place = place
        self.values = self.measure.of(place)
        periods = list(self.values)
        self.base = planned.base if planned.base in self.values else (periods or [""])[0]
        self.target = planned.target if planned.target in self.values else (periods or [""])[-1]

    def all(self) -> Iterator[tuple[Relevance, Draft]]:
        """Every fact with its relevance."""
        if not self.values:
            return
        last = "; last period with a value" if self.target != self.planned.target else ""
        yield Relevance.TARGET, self.value(self.place, self.target, "place", last)
        if self.base != self.target:
            first = "; first period with a value" if self.base != self.planned.base else ""
            yield Relevance.BASE, self.value(self.place, self.base, "place", first)
            yield from ((Relevance.CHANGE, draft) for draft in self.changes(self.place, "place"))
        periods = list(dict.fromkeys((self.target, self.base)))
        yield from ((Relevance.SHARE, draft) for draft in self.shares_of_category(periods))
        if self.place.kind == "country":
            yield from ((Relevance.SHARE, draft) for draft in self.shares_of_region(periods))
            yield from ((Relevance.RANK, draft) for draft in self.ranks(periods))
            yield from ((Relevance.REGION, draft) for draft in self.region(periods))
            yield from ((Relevance.NODE, draft) for draft in self.nodes())
            yield from ((Relevance.NEIGHBOUR, draft) for draft in self.neighbours())
        yield from ((Relevance.EXTREME, draft) for draft in self.extremes())
        for period in self.values:
            if period not in (self.base, self.target):
                yield Relevance.OTHER_PERIOD, self.value(self.place, period, "place")

    def value(self, place: Place, period: str, role: Role, note: str = "") -> Draft:
        """The quantity itself."""
        value = self.measure.of(place)[period]
        return self._draft(
            place.name,
            period,
            value.value,
            role=role,
            derivation=self._how(place, period, value) + note,
            sources=self.measure.sources(place, period),
        )

    def changes(self, place: Place, role: Role) -> Iterator[Draft]:
        """Absolute and relative change between base and target.

        Only summands that have a value in both periods are compared.
        """
        values = self.measure.of(place)
        if self.base not in values or self.target not in values or self.base == self.target:
            return
        before, after, note = _comparable(values[self.base], values[self.target])
        if before is None or after is None:
            return
        period = f"{self.base}{EN_DASH}{self.target}"
        is_percentage = self.quantity.unit.casefold() in PERCENT
        sources = merge_sources(
            (self.measure.sources(place, self.base), self.measure.sources(place, self.target))
        )
        yield self._draft(
            place.name,
            period,
            tidy(after - before),
            kind="change",
            unit="percentage points" if is_percentage else self.quantity.unit,
            role=role,
            derivation=f"{self.target} minus {self.base}{note}",
            sources=sources,
        )
        if before > 0 and not is_percentage:
            yield self._draft(
                place.name,
                period,
                tidy((after - before) / before * 100),
                kind="relative change",
                unit="%",
                role=role,
                derivation=f"({self.target} minus {self.base}) ÷ {self.base} × 100{note}",
                sources=sources,
            )

    def shares_of_category(self, periods: Iterable[str]) -> Iterator[Draft]:
        """Share of the place's sum over all categories; as published where the data has it."""
        published = self.planned.published_share
        for period in periods:
            if published is not None and period in published.of(self.place):
                yield self._draft(
                    self.place.name,
                    period,
                    published.of(self.place)[period].value,
                    kind="share of category",
                    unit="%",
                    derivation=f"as published: {published.quantity.metric}",
                    sources=published.sources(self.place, period),
                )
            elif (found := self._whole(period)) is not None:
                whole, called, sources = found
                yield self._draft(
                    self.place.name,
                    period,
                    tidy(self.values[period].value / whole * 100),
                    kind="share of category",
                    unit="%",
                    derivation=f"value ÷ {called} ({whole:.12g} {self.quantity.unit}) × 100",
                    sources=merge_sources((self.measure.sources(self.place, period), sources)),
                )

    def _whole(self, period: str) -> tuple[float, str, tuple[SourceRows, ...]] | None:
        """What a share of category is taken of, what it is called, and its rows.

        The sum over all categories, unless the place's total is another figure. Then only a
        category that is a region's own row has a share, of the region's own total.
        """
        total, categories = self.planned.total, self.planned.categories
        if total is None or categories is None:
            return None
        figure, summed = total.of(self.place).get(period), categories.of(self.place).get(period)
        if figure is None or summed is None or figure.value <= 0 or summed.value <= 0:
            return None
        if abs(figure.value - summed.value) <= TOLERANCE * figure.value:
            return summed.value, "sum of all categories", categories.sources(self.place, period)
        parts = (*self.values[period].parts, *figure.parts)
        if any(code != self.place.code for code, _, _ in parts):
            return None
        return figure.value, "the data's own total", total.sources(self.place, period)

    def ranks(self, periods: Iterable[str]) -> Iterator[Draft]:
        """Rank among the region's members, or among all places for a place that is none."""
        is_member = self.dataset.is_member(self.place.code)
        among = f"members of {self.dataset.region.name}" if is_member else "places"
        for period in periods:
            ranking = self.measure.ranking(period, members=is_member)
            if len(ranking.places) > 1:
                yield self._draft(
                    self.place.name,
                    period,
                    float(ranking.rank(self.values[period].value)),
                    kind="rank",
                    unit="rank",
                    derivation=f"position by value among {len(ranking.places)} {among} "
                    "with a value, largest first",
                    sources=self.measure.sources(self.place, period),
                    among=len(ranking.places),
                )

    def region(self, periods: Iterable[str]) -> Iterator[Draft]:
        """The region's figure beside the country's."""
        region = self.dataset.region
        figures = self.measure.of(region)
        for period in periods:
            if period in figures:
                yield self.value(region, period, "region")
        yield from self.changes(region, "region")

    def shares_of_region(self, periods: Iterable[str]) -> Iterator[Draft]:
        """A member's share of the region's figure; countries outside have none."""
        if self.measure.additive and self.dataset.is_member(self.place.code):
            for period in periods:
                yield from self.share_of_region(self.place, period)

    def share_of_region(self, place: Place, period: str, role: Role = "place") -> Iterator[Draft]:
        """A member's share of the region's figure."""
        region = self.dataset.region
        figure = self.measure.of(region).get(period)
        value = self.measure.of(place).get(period)
        if figure is None or value is None or figure.value <= 0:
            return
        yield self._draft(
            place.name,
            period,
            tidy(value.value / figure.value * 100),
            kind="share of region",
            unit="%",
            role=role,
            derivation=f"value ÷ figure of {region.name} ({figure.value:.12g} "
            f"{self.quantity.unit}) × 100",
            sources=merge_sources(
                (self.measure.sources(place, period), self.measure.sources(region, period))
            ),
        )

    def extremes(self) -> Iterator[Draft]:
        """The members with the largest and the smallest value in the target period."""
        ranking = self.measure.ranking(self.target, members=True)
        count = len(ranking.places)
        if count < 2:
            return
        in_region = self.place.kind == "region"
        for position, place in enumerate(ranking.places[: LEADERS_IN_REGION if in_region else 1]):
            value = ranking.values[position]
            if value > 0 and ranking.values.count(value) == 1 and place != self.place:
                nth = ("largest", "second largest", "third largest")[position]
                yield self.value(
                    place, self.target, "extreme", note=f"; {nth} of {count} members with a value"
                )
                if in_region and self.measure.additive:
                    yield from self.share_of_region(place, self.target, "extreme")
        smallest = ranking.places[-1]
        if ranking.values.count(ranking.values[-1]) == 1 and smallest != self.place:
            yield self.value(
                smallest, self.target, "extreme", note=f"; smallest of {count} members with a value"
            )

    def nodes(self) -> Iterator[Draft]:
        """Value of each node region in the target period, largest first."""
        q = self.quantity
        if q.monthly:
            return
        by_region: dict[str, list[tuple[float, tuple[SourceRows, ...]]]] = {}
        for metric, subject in q.components:
            series = self.measure.table.node_series(
                self.place.code, metric, subject, q.unit, q.collection
            )
            for name, one in series.items():
                point = one.points.get(self.target)
                if point is not None:
                    by_region.setdefault(name, []).append((point.value, point.sources))
        if len(by_region) < 2:
            return
        sums = {name: tidy(sum(v for v, _ in parts)) for name, parts in by_region.items()}
        for name in sorted(sums, key=lambda name: (-sums[name], name)):
            yield self._draft(
                f"{name}, {self.place.name}",
                self.target,
                sums[name],
                role="node",
                derivation=f"sum of the nodes of {name}",
                sources=merge_sources(rows for _, rows in by_region[name]),
            )

    def neighbours(self) -> Iterator[Draft]:
        """Value of each neighbour in the target period."""
        for neighbour in self.dataset.neighbours(self.place.code):
            if self.target in self.measure.of(neighbour):
                yield self.value(neighbour, self.target, "neighbour")

    def _how(self, place: Place, period: str, value: Value) -> str:
        """How a value came about, in words."""
        q = self.quantity
        codes = {code for code, _, _ in value.parts}
        pieces = []
        if place.kind == "region":
            count = len(codes - {place.code})
            if place.code in codes:
                is_given = any(c == place.code and s == TOTAL for c, _, s in value.parts)
                several = q.is_sum and not is_given
                pieces.append(f"the data's own {'rows' if several else 'row'} for {place.name}")
            if count:
                members = f"{count} member{'' if count == 1 else 's'} of {place.name}"
                pieces.append(f"sum of {members}" + (" for the rest" if pieces else ""))
                missing = self.measure.missing_members(period)
                if missing:
                    pieces.append("no value for " + ", ".join(m.name for m in missing))
        pieces.extend(self._summands(place, value) if q.is_sum else ())
        return "; ".join(pieces) or "value in the data"

    def _summands(self, place: Place, value: Value) -> Iterator[str]:
        """What a sum adds up, in words: its components, and totals that the data give."""
        components = [c for c in self.quantity.components if c[1] != TOTAL]
        present = {(metric, subject) for _, metric, subject in value.parts}
        given = [(code, metric) for code, metric, subject in value.parts if subject == TOTAL]
        totals = {metric for _, metric in given}
        if present.intersection(components):
            several_metrics = len({metric for metric, _ in components}) > 1
            names = [metric if several_metrics else subject for metric, subject in components]
            yield "sum of " + ", ".join(dict.fromkeys(names))
            absent = [c for c in components if c not in present and c[0] not in totals]
            if absent:
                yield "no value for " + ", ".join(" | ".join(c) for c in absent)
        codes = dict.fromkeys(code for code, _ in given)
        if place.kind == "country" and codes:
            yield "the data's own total"
        elif others := [self.dataset.known[code].name for code in codes if code != place.code]:
            yield "of " + ", ".join(others) + " the data's own total"

    def _draft(
        self,
        place: str,
        period: str,
        value: float,
        *,
        derivation: str,
        sources: tuple[SourceRows, ...],
        kind: Kind = "value",
        role: Role = "place",
        unit: str | None = None,
        among: int | None = None,
    ) -> Draft:
        metric = self.quantity.metric
        return Draft(
            place=place,
            subject=self.quantity.subject,
            metric=metric if kind == "value" else f"{metric} {kind}",
            period=period,
            value=value,
            unit=self.quantity.unit if unit is None else unit,
            kind=kind,
            role=role,
            table=self.quantity.table,
            derivation=derivation,
            sources=sources,
            among=among,
        )


def _comparable(before: Value, after: Value) -> tuple[float | None, float | None, str]:
    """Two values over the summands that both have, and a note where some are left out."""
    if before.parts.keys() == after.parts.keys():
        return before.value, after.value, ""
    given = {part[:2] for part in (*before.parts, *after.parts) if part[2] == TOTAL}
    first, last = _wholes(before, given), _wholes(after, given)
    common = [part for part in first if part in last]
    if not common:
        return None, None, ""
    odd = sorted(set(first).symmetric_difference(last))
    named = ", ".join(
        f"{'Total' if subject == TOTAL else subject} ({code})" for code, _, subject in odd[:6]
    )
    more = f" and {len(odd) - 6} more" if len(odd) > 6 else ""
    note = f"; {LIKE_FOR_LIKE}, without {named}{more}" if odd else ""
    return (
        tidy(sum(first[part] for part in common)),
        tidy(sum(last[part] for part in common)),
        note,
    )


def _wholes(value: Value, given: Collection[tuple[str, str]]) -> dict[Part, float]:
    """The summands of a value, those of places and properties with a given total as their sum.

    A total in one period and the categories in another are the same quantity.
    """
    found: dict[Part, float] = {}
    for part, point in value.parts.items():
        key = (*part[:2], TOTAL) if part[:2] in given else part
        found[key] = found.get(key, 0.0) + point.value
    return found
