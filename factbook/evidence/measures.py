"""Measures: one quantity of every place through time, computed once and shared by all sections.

A quantity is a sum of components of one table, collection and unit; a single SECTOR of a single
PROPERTY is the sum of one. All derivations (region, totals, shares, ranks) stand on the same
three questions: its value in a place, in the region, and among the places.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from factbook.data.dataset import DataSet
from factbook.data.series import Place, Point, SourceRows
from factbook.data.table import Table
from factbook.data.units import is_additive

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
        monthly: Whether periods are months.
    """

    table: str
    collection: str
    unit: str
    subject: str
    metric: str
    components: tuple[tuple[str, str], ...]
    monthly: bool = False

    @property
    def is_sum(self) -> bool:
        """Whether components are added; a group may have a single one in its table."""
        return len(self.components) > 1 or self.components[0][1] not in (self.subject, "-")


class Value(NamedTuple):
    """A value in one period, with the summands that it is made of."""

    value: float
    parts: Mapping[Part, Point]

    @property
    def sources(self) -> tuple[SourceRows, ...]:
        """The rows of all summands, one entry a file."""
        return merge_sources(point.sources for point in self.parts.values())


class Ranking(NamedTuple):
    """Places by value in one period, largest first; equal values in order of their names."""

    places: tuple[Place, ...]
    values: tuple[float, ...]

    def rank(self, value: float) -> int:
        """1 for the largest; equal values share a rank."""
        return 1 + bisect_left([-v for v in self.values], -value)


Values = Mapping[str, Value]
"""Period → value, in order of time."""


@dataclass(frozen=True)
class Measure:
    """A quantity in every place. All results are kept; safe to use from several threads."""

    quantity: Quantity
    table: Table
    dataset: DataSet
    _of_place: dict[str, Values] = field(default_factory=dict)
    _rankings: dict[tuple[str, bool], Ranking] = field(default_factory=dict)
    _sources: dict[tuple[str, str], tuple[SourceRows, ...]] = field(default_factory=dict)
    _missing: dict[str, tuple[Place, ...]] = field(default_factory=dict)

    @cached_property
    def additive(self) -> bool:
        """Whether its values may be added; ratios may not."""
        return is_additive(self.quantity.unit, self.quantity.metric)

    def of(self, place: Place) -> Values:
        """Values of a country or of the region. A gap has no entry."""
        values = self._of_place.get(place.code)
        if values is None:
            is_region = place.kind == "region"
            parts = self._region_parts() if is_region else self._parts(place.code)
            values = self._of_place[place.code] = _add(parts)
        return values

    def sources(self, place: Place, period: str) -> tuple[SourceRows, ...]:
        """Rows that the place's value in a period is made of."""
        key = (place.code, period)
        found = self._sources.get(key)
        if found is None:
            found = self._sources[key] = self.of(place)[period].sources
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
            ranked = sorted(
                (
                    (value.value, place)
                    for place in places
                    if (value := self.of(place).get(period)) is not None
                ),
                key=lambda one: (-one[0], one[1].name, one[1].code),
            )
            found = self._rankings[key] = Ranking(
                tuple(place for _, place in ranked), tuple(value for value, _ in ranked)
            )
        return found

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """All periods in which any place has a value."""
        places = (*self.dataset.known.values(), self.dataset.region)
        return tuple(sorted({period for place in places for period in self.of(place)}))

    def _parts(self, code: str) -> Iterable[tuple[Part, Mapping[str, Point]]]:
        q = self.quantity
        for metric, subject in q.components:
            series = self.table.series(code, metric, subject, q.unit, q.collection, q.monthly)
            if series is not None:
                yield (code, metric, subject), series.points

    def _region_parts(self) -> Iterable[tuple[Part, Mapping[str, Point]]]:
        """The data's own rows of the region where there are some, else those of its members.

        That is decided for each component and period: a region's row may begin later than its
        members', or stop earlier.
        """
        own = {part[1:]: points for part, points in self._parts(self.dataset.region.code)}
        for component, points in own.items():
            yield (self.dataset.region.code, *component), points
        if not self.additive:
            return
        for member in self.dataset.members:
            for part, points in self._parts(member.code):
                owned = own.get(part[1:], {})
                left = {at: point for at, point in points.items() if at not in owned}
                if left:
                    yield part, left


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
    return numbers[0] if len(numbers) == 1 else tidy(sum(numbers))


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
