"""Panels: one quantity of every place through time, computed once and shared by all sections.

A quantity is a sum of components of one table, collection and unit; a single SECTOR of a single
PROPERTY is the sum of one. All derivations (region, totals, shares, ranks) stand on the same
three questions: its value in a place, in the region, and among the places.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from factbook.data.dataset import DataSet
from factbook.data.flags import Flags, Status
from factbook.data.period_calendar import Frequency
from factbook.data.series import Place, Point, SourceRows
from factbook.data.table import TOTAL, Table
from factbook.measures.measure import Measure

NAME_OF_TOTAL = "Total"
"""Subject of the sum over all categories."""

Part = tuple[str, str, str]
"""Place code, property and category of one summand."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured.

    Attributes:
        table: Name of the table.
        collection: PLEXOS collection; empty for long tables.
        unit: Unit of all components.
        subject: Name of the sum, or the one category.
        metric: Name of the property.
        components: Property and category of each summand.
        frequency: Length of the periods.
        scenario: Scenario; empty for a table without scenarios.
    """

    table: str
    collection: str
    unit: str
    subject: str
    metric: str
    components: tuple[tuple[str, str], ...]
    frequency: Frequency = "year"
    scenario: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether components are added; a group may have a single one in its table."""
        return len(self.components) > 1 or self.components[0][1] not in (self.subject, "-")


def metric_label(
    table: Table, metric: str, unit: str, collection: str = "", scenario: str = ""
) -> str:
    """Name of a metric; with its unit where the property has several, which are never added.

    With its scenario where there are scenarios.
    """
    several = len(table.units(metric, collection)) > 1
    told = ", ".join(filter(None, (unit if several else "", scenario)))
    return f"{metric} ({told})" if told else metric


class Value(NamedTuple):
    """A value in one period, with the summands that it is made of."""

    value: float
    parts: Mapping[Part, Point]

    @property
    def sources(self) -> tuple[SourceRows, ...]:
        """The rows of all summands, one entry a file."""
        return merge_sources(point.sources for point in self.parts.values())

    @property
    def statuses(self) -> frozenset[str]:
        """The flags of the summands, each once; empty texts are those of summands without any."""
        return frozenset(point.status for point in self.parts.values())


class Ranking(NamedTuple):
    """Places by value in one period, largest first; equal values in order of their names.

    Attributes:
        places: The places.
        values: Their values.
        differing: Those left out, as the definition of their figures is not that of the others'.
    """

    places: tuple[Place, ...]
    values: tuple[float, ...]
    differing: tuple[Place, ...] = ()

    def rank(self, value: float) -> int:
        """1 for the largest; equal values share a rank."""
        return 1 + bisect_left([-v for v in self.values], -value)


Values = Mapping[str, Value]
"""Period → value, in order of time."""


@dataclass(frozen=True)
class Panel:
    """A quantity in every place. All results are kept; safe to use from several threads.

    Attributes:
        quantity: What is measured.
        table: Its table.
        dataset: The data.
        weight: What the figures of a region's members are weighted by, where its own is their mean.
        bases: Code of a place → what its values can be compared with, see `comparable.basis`.
    """

    quantity: Quantity
    table: Table
    dataset: DataSet
    weight: Panel | None = None
    bases: dict[str, dict[str, str]] = field(default_factory=dict)
    _of_place: dict[str, Values] = field(default_factory=dict)
    _rankings: dict[tuple[str, bool], Ranking] = field(default_factory=dict)
    _sources: dict[tuple[str, str], tuple[SourceRows, ...]] = field(default_factory=dict)
    _missing: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    _of_nodes: dict[tuple[str, str], Mapping[str, tuple[Point, ...]]] = field(default_factory=dict)

    @cached_property
    def measure(self) -> Measure:
        """What may be done to its figures."""
        return self.table.measure(self.quantity.components[0][0], self.quantity.unit)

    @property
    def flags(self) -> Flags:
        """What the flags of its figures mean."""
        return self.dataset.flags

    @cached_property
    def has_no_such_periods(self) -> bool:
        """Whether it has values of other periods alone, which do not add up to those asked for."""
        q = self.quantity
        lengths = self.table.lengths(q.components[0][0], q.unit, q.collection)
        return bool(lengths) and q.frequency not in lengths

    def of(self, place: Place) -> Values:
        """Values of a country or of the region. A gap has no entry."""
        values = self._of_place.get(place.code)
        if values is None:
            if place.kind == "country":
                values = _add(self._parts(place.code))
            elif self.weight is not None:
                values = self._means(self.weight)
            else:
                values = _add(self._region_parts())
            self._of_place[place.code] = values
        return values

    def sources(self, place: Place, period: str) -> tuple[SourceRows, ...]:
        """Rows that the place's value in a period is made of."""
        key = (place.code, period)
        found = self._sources.get(key)
        if found is None:
            value = self.of(place)[period]
            found = value.sources
            if self.weight is not None and self.is_mean(place):
                codes = {code for code, _, _ in value.parts} - {place.code}
                weights = (self.dataset.known[code] for code in sorted(codes))
                found = merge_sources(
                    (found, *(self.weight.sources(one, period) for one in weights))
                )
            self._sources[key] = found
        return found

    def status(self, place: Place, period: str) -> str:
        """Flags of the place's value in a period: those of all its summands, the worst first."""
        if not self.table.is_flagged:
            return ""
        return self.flags.merged(self.of(place)[period].statuses)

    def is_mean(self, place: Place) -> bool:
        """Whether figures of a place may be means of its members'."""
        return self.weight is not None and place.kind == "region"

    def of_nodes(self, country: Place, period: str) -> Mapping[str, tuple[Point, ...]]:
        """Node region of a country → its points in a period; there are none of parts of years."""
        key = (country.code, period)
        found = self._of_nodes.get(key)
        if found is None:
            points: dict[str, list[Point]] = {}
            q = self.quantity
            for metric, subject in q.components if q.frequency == "year" and not q.scenario else ():
                series = self.table.node_series(country.code, metric, subject, q.unit, q.collection)
                for name, one in series.items():
                    if period in one.points:
                        points.setdefault(name, []).append(one.points[period])
            found = self._of_nodes[key] = {name: tuple(some) for name, some in points.items()}
        return found

    def missing_members(self, period: str) -> tuple[Place, ...]:
        """Members of the region that have no value, where its figure is a sum of members."""
        found = self._missing.get(period)
        if found is None:
            value = self.of(self.dataset.region).get(period)
            summed = {part[0] for part in value.parts} if value else set()
            summed.discard(self.dataset.region.code)
            found = self._missing[period] = tuple(
                m for m in self.dataset.members if summed and m.code not in summed
            )
        return found

    def ranking(self, period: str, *, members: bool) -> Ranking:
        """Places that have a value in a period: the region's members, or all places."""
        key = (period, members)
        found = self._rankings.get(key)
        if found is None:
            places = self.dataset.members if members else self.dataset.known.values()
            held = [
                (value, place)
                for place in places
                if (value := self.of(place).get(period)) is not None
            ]
            differing = self._differing(held)
            ranked = sorted(
                ((value.value, place) for value, place in held if place not in differing),
                key=lambda one: (-one[0], one[1].name, one[1].code),
            )
            found = self._rankings[key] = Ranking(
                tuple(place for _, place in ranked),
                tuple(value for value, _ in ranked),
                differing,
            )
        return found

    def _differing(self, held: Iterable[tuple[Value, Place]]) -> tuple[Place, ...]:
        """Places with a definition of their own; none if that is all of them."""
        if not self.table.is_flagged:
            return ()
        every = [
            (place, any(Status.DEFINITION_DIFFERS in self.flags.status_of(s) for s in v.statuses))
            for v, place in held
        ]
        found = tuple(place for place, differs in every if differs)
        return () if len(found) == len(every) else found

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """All periods in which any place has a value."""
        q, known = self.quantity, self.dataset.known
        labels = [(metric, subject, q.unit, q.collection) for metric, subject in q.components]
        codes = dict.fromkeys(code for label in labels for code in self.table.places(*label))
        places = (*(known[code] for code in codes if code in known), self.dataset.region)
        return tuple(sorted({period for place in places for period in self.of(place)}))

    def _means(self, weight: Panel) -> Values:
        """The region's own figures, and means of its members for the periods without one.

        A member without a figure or without a weight is left out of both sums.
        """
        means: dict[str, Value] = {}
        by_period: dict[str, list[tuple[Value, float]]] = {}
        for member in self.dataset.members:
            weights = weight.of(member)
            for period, value in self.of(member).items():
                if period in weights and weights[period].value > 0:
                    by_period.setdefault(period, []).append((value, weights[period].value))
        for period, weighted in by_period.items():
            total = math.fsum(share for _, share in weighted)
            parts = {part: point for value, _ in weighted for part, point in value.parts.items()}
            mean = math.fsum(value.value * share for value, share in weighted) / total
            means[period] = Value(tidy(mean), parts)
        own = _add(self._parts(self.dataset.region.code))
        return dict(sorted({**means, **own}.items()))

    def _parts(self, code: str) -> Iterable[tuple[Part, Mapping[str, Point]]]:
        q = self.quantity
        for metric, subject in q.components:
            series = self.table.series(
                code, metric, subject, q.unit, q.collection, q.frequency, q.scenario
            )
            if series is not None:
                yield (code, metric, subject), series.points

    def _region_parts(self) -> Iterable[tuple[Part, Mapping[str, Point]]]:
        """The data's own rows of the region where there are some, else those of its members.

        That is decided for each component and period: a region's row may begin later than its
        members', or stop earlier.
        """
        own = dict(self._parts(self.dataset.region.code))
        added = self.dataset.members if self.measure.adds_over_places else ()
        members = dict(one for member in added for one in self._parts(member.code))
        for metric, subject in self.quantity.components:
            if subject == TOTAL:
                own, members = _with_totals(metric, own, members)
        yield from own.items()
        for part, points in members.items():
            owned = own.get((self.dataset.region.code, *part[1:]), {})
            left = {at: point for at, point in points.items() if at not in owned}
            if left:
                yield part, left


Parts = dict[Part, Mapping[str, Point]]
"""The points of several summands."""


def _with_totals(metric: str, own: Parts, members: Parts) -> tuple[Parts, Parts]:
    """The summands of a region's total where data have totals beside the categories.

    The region's own total is the figure, whatever stands beside it. Without one, its own
    categories are where they are all of them. Else, in a period in which members have a total
    alone, all members count and none of the own rows, which have the same members in them.
    """
    of_region = _subjects(metric, own)
    of_members = _subjects(metric, members)
    categories = frozenset().union(*of_region.values(), *of_members.values()) - {TOTAL}
    own_total = {at for at, subjects in of_region.items() if TOTAL in subjects}
    alone = {at for at, subjects in of_members.items() if TOTAL in subjects} - own_total
    complete = {at for at in alone if categories and categories <= of_region.get(at, set())}

    def without(points: Mapping[str, Point], periods: set[str]) -> Mapping[str, Point]:
        return {at: point for at, point in points.items() if at not in periods}

    kept_own = {
        part: without(points, own_total | (alone - complete))
        if part[1] == metric and part[2] != TOTAL
        else points
        for part, points in own.items()
    }
    kept_members = {
        part: without(points, own_total | (complete if part[2] == TOTAL else set()))
        if part[1] == metric
        else points
        for part, points in members.items()
    }
    return kept_own, kept_members


def _subjects(metric: str, parts: Parts) -> dict[str, set[str]]:
    """Period → what has a value of a property in it."""
    found: dict[str, set[str]] = {}
    for (_, of_metric, subject), points in parts.items():
        for period in points if of_metric == metric else ():
            found.setdefault(period, set()).add(subject)
    return found


def _add(parts: Iterable[tuple[Part, Mapping[str, Point]]]) -> Values:
    by_period: dict[str, dict[Part, Point]] = {}
    for part, points in parts:
        for period, point in points.items():
            by_period.setdefault(period, {})[part] = point
    return {
        period: Value(_sum(point.value for point in summands.values()), summands)
        for period, summands in sorted(by_period.items())
    }


def _sum(values: Iterable[float]) -> float:
    """Sum, rounded to twelve significant digits: 0.1 + 0.2 is 0.3 in a table of figures."""
    numbers = list(values)
    return numbers[0] if len(numbers) == 1 else tidy(math.fsum(numbers))


def tidy(value: float) -> float:
    """A computed value without the noise of binary fractions: twelve significant digits."""
    return float(f"{value:.12g}")


def merge_sources(sources: Iterable[tuple[SourceRows, ...]]) -> tuple[SourceRows, ...]:
    """Rows of several points, one sorted entry a file."""
    by_file: dict[str, set[int]] = {}
    for group in sources:
        for source in group:
            by_file.setdefault(source.file, set()).update(source.rows)
    return tuple(SourceRows(file, tuple(sorted(rows))) for file, rows in sorted(by_file.items()))
