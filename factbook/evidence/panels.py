"""Panels: one quantity of every place through time, computed once and shared by all sections.

A quantity is a sum of components of one table, collection and unit; a single SECTOR of a single
PROPERTY is the sum of one. All derivations (region, totals, shares, ranks) stand on the same
three questions: its value in a place, in the region, and among the places.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.composition import Composition
from factbook.data.dataset import DataSet
from factbook.data.periods.period_calendar import Frequency
from factbook.data.places.region import TOLERANCE
from factbook.data.series import Place, Point, SourceRows
from factbook.data.statuses.flags import Status
from factbook.data.table import Table
from factbook.evidence.sums import (
    NOISE,
    Adder,
    Part,
    Parts,
    Value,
    Values,
    by_period,
    merge_sources,
    signs_of,
    sum_of,
    tidy,
)
from factbook.measures.measure import Measure

NAME_OF_TOTAL = "Total"
"""Subject of the sum over all categories."""


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


def half_unit_of(values: Iterable[float]) -> float:
    """Half of the last digit of the finest of some values: 0.05 of 12.3 and 4."""
    exponents = (Decimal(repr(round(one, 9))).normalize().as_tuple().exponent for one in values)
    return 0.5 * 10.0 ** min((int(one) for one in exponents if int(one) < 0), default=0)


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
    _lacking: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    _rankings: dict[tuple[str, bool], Ranking] = field(default_factory=dict)
    _sources: dict[tuple[str, str], tuple[SourceRows, ...]] = field(default_factory=dict)
    _missing: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    _of_nodes: dict[tuple[str, str], Mapping[str, tuple[Point, ...]]] = field(default_factory=dict)
    _of_others: dict[tuple[str, str], bool] = field(default_factory=dict)
    _signs: dict[tuple[str, str], frozenset[bool]] = field(default_factory=dict)

    def signs(self, place: Place, period: str) -> frozenset[bool]:
        """Whether figures above zero, and figures below, are in a value; none without a value."""
        key = (place.code, period)
        found = self._signs.get(key)
        if found is None:
            value = self.of(place).get(period)
            parts = value.parts.values() if value else ()
            numbers = [point.value for point in parts]
            found = self._signs[key] = signs_of(numbers, value.value if value else 0.0)
        return found

    def is_of_others(self, place: Place, period: str) -> bool:
        """Whether figures of other places, the members of a region, are in a value."""
        if place.kind == "country":
            return False
        key = (place.code, period)
        if key not in self._of_others:
            value = self.of(place).get(period)
            codes = {code for code, _, _ in value.parts} if value else set()
            self._of_others[key] = bool(codes - {place.code})
        return self._of_others[key]

    @cached_property
    def measure(self) -> Measure:
        """What may be done to its figures."""
        return self.table.measure(self.quantity.components[0][0], self.quantity.unit)

    @cached_property
    def whole(self) -> Composition:
        """How the categories of its metric hold each other."""
        q = self.quantity
        return self.table.composition(q.components[0][0], q.unit, q.collection)

    @cached_property
    def _adder(self) -> Adder:
        return Adder(self.whole)

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
                values = self._adder.of_place(self._parts(place.code))
            elif self.weight is not None:
                values = self._means(self.weight)
            else:
                values = self._of_region()
            is_sum = len(self.quantity.components) > 1
            lacking = self._found_lacking(place, values) if is_sum else {}
            self._lacking[place.code] = lacking
            values = {period: one for period, one in values.items() if period not in lacking}
            self._of_place[place.code] = values
        return values

    def _found_lacking(self, place: Place, values: Values) -> Mapping[str, tuple[str, ...]]:
        """Period → categories that its value lacks; of crossed ones what other places have."""
        q = self.quantity
        kind = (place.code, q.scenario, q.collection, q.components[0][0], q.unit)
        gaps = self.table.gaps.get(kind, {})
        own = by_period(self._parts(place.code))
        rows = {period: {**own.get(period, {}), **one.parts} for period, one in values.items()}
        found = {
            period: names
            for period, names in self._adder.lacking(values, rows, gaps).items()
            if not self._have_ended(names, place, period, values[period])
        }
        if self.whole.is_crossed:
            for period, one in values.items():
                zeros = self.whole.zeros - gaps.get(period, frozenset())
                missing = self._crossed - self.whole.covered({*one.subjects, *zeros})
                if missing and TOTAL not in one.subjects:
                    found[period] = tuple(sorted(missing))
        return found

    def _have_ended(self, names: Sequence[str], place: Place, period: str, value: Value) -> bool:
        """Whether categories without a figure are none in a period: coal after its end.

        A place's own total says so where the others add up to it; of a region's sum, its members.
        """
        codes = {code for code, _, _ in value.parts}
        if place.kind == "country" or place.code in codes:
            return self._is_all(place.code, period)
        return all(
            member.code in codes
            or self.whole.covered(names).isdisjoint(
                subject
                for one in self.of(member).values()
                for subject in self.whole.covered(one.subjects)
            )
            for member in self.dataset.members
        )

    def _is_all(self, code: str, period: str) -> bool:
        """Whether the categories of a place add up to its own total, but for roundings."""
        q, metric = self.quantity, self.quantity.components[0][0]
        every = {
            subject: series.points[period].value
            for subject in self.table.categories(metric, q.unit, q.collection)
            if (series := self.table.series(
                code, metric, subject, q.unit, q.collection, q.frequency, q.scenario
            )) and period in series.points
        }  # fmt: skip
        own = every.pop(TOTAL, None)
        if own is None or not every:
            return False
        added = [every[name] for name in self.whole.addends(tuple(every))]
        room = half_unit_of((own, *added)) * (1 + len(added)) + NOISE * abs(own)
        return abs(own - math.fsum(added)) <= room

    @cached_property
    def _crossed(self) -> frozenset[str]:
        """The summands that are more than 0.5 % of all figures."""
        summands = frozenset(self.whole.summands) - {TOTAL}
        sizes: dict[str, float] = {}
        for place in self._places:
            for (_, _, subject), points in self._parts(place.code):
                if subject in summands:
                    size = math.fsum(abs(one.value) for one in points.values())
                    sizes[subject] = sizes.get(subject, 0.0) + size
        whole = sum(sizes.values())
        return frozenset(name for name, size in sizes.items() if size > TOLERANCE * whole)

    def lacking(self, place: Place) -> Mapping[str, tuple[str, ...]]:
        """Period → categories without a value that other periods have: there is no sum of it.

        Of the region also those that its members lack, in periods in which it has no value itself.
        """
        values = self.of(place)
        found = dict(self._lacking[place.code])
        for member in self.dataset.members if place.kind == "region" else ():
            for period, names in self.lacking(member).items():
                if period not in values:
                    found[period] = tuple(dict.fromkeys((*found.get(period, ()), *names)))
        return found

    def sources(self, place: Place, period: str) -> tuple[SourceRows, ...]:
        """Rows that the place's value in a period is made of."""
        key = (place.code, period)
        found = self._sources.get(key)
        if found is None:
            value = self.of(place)[period]
            found = value.sources
            if self.weight is not None and place.kind == "region":
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
        return self.dataset.flags.merged(self.of(place)[period].statuses)

    def of_nodes(self, country: Place, period: str) -> Mapping[str, tuple[Point, ...]]:
        """Node region of a country → its points in a period; there are none of parts of years."""
        key = (country.code, period)
        found = self._of_nodes.get(key)
        if found is None:
            points: dict[str, dict[str, Point]] = {}
            q = self.quantity
            for metric, subject in q.components if q.frequency == "year" and not q.scenario else ():
                series = self.table.node_series(country.code, metric, subject, q.unit, q.collection)
                for name, one in series.items():
                    if period in one.points:
                        points.setdefault(name, {})[subject] = one.points[period]
            found = self._of_nodes[key] = {
                name: tuple(some[one] for one in sorted(self._adder.addends(frozenset(some))))
                for name, some in points.items()
            }
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
        status_of = self.dataset.flags.status_of
        every = [
            (place, any(Status.DEFINITION_DIFFERS in status_of(s) for s in value.statuses))
            for value, place in held
        ]
        found = tuple(place for place, differs in every if differs)
        return () if len(found) == len(every) else found

    @cached_property
    def half_unit(self) -> float:
        """Half of the last digit of its finest figure: 0.05 where the data have 12.3 and 4."""
        return half_unit_of(
            one.value for place in self.dataset.known.values() for one in self.of(place).values()
        )

    @cached_property
    def places_by_period(self) -> Mapping[str, int]:
        """How many places have a value in each period, the region counted as one of them."""
        places = (*self._places, self.dataset.region)
        counts = Counter(period for place in places for period in self.of(place))
        return dict(sorted(counts.items()))

    @property
    def periods(self) -> tuple[str, ...]:
        """All periods in which any place has a value."""
        return tuple(self.places_by_period)

    @property
    def _places(self) -> Iterable[Place]:
        """The places that may have values: of a project with many, few may have a category."""
        q, known = self.quantity, self.dataset.known
        held = (self.table.places(*one, q.unit, q.collection, q.scenario) for one in q.components)
        codes = dict.fromkeys(code for some in held for code in some)
        return [known[code] for code in codes if code in known]

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
        own = self._adder.of_place(self._parts(self.dataset.region.code))
        return dict(sorted({**means, **own}.items()))

    def _parts(self, code: str) -> Iterable[tuple[Part, Mapping[str, Point]]]:
        q = self.quantity
        for metric, subject in q.components:
            series = self.table.series(
                code, metric, subject, q.unit, q.collection, q.frequency, q.scenario
            )
            if series is not None:
                yield (code, metric, subject), series.points

    def _of_region(self) -> Values:
        """The data's own rows of the region, else the sums of its members.

        That is decided for each period: a region's rows may begin later than its members', or stop
        earlier. Then all members must have a value: a sum of some stands in no series of the whole.
        A member whose total lacks categories in a period is left out of it.
        """
        own = by_period(self._parts(self.dataset.region.code))
        added = self.dataset.members if self.measure.adds_over_places else ()
        members: dict[str, list[Parts]] = {}
        for member in added:
            for period, one in self.of(member).items():
                members.setdefault(period, []).append(one.parts)
        all_of_them = len(self.dataset.members)
        return {
            period: sum_of(self._adder.of_region(own.get(period, {}), members.get(period, ())))
            for period in sorted({*own, *members})
            if not own or period in own or len(members[period]) == all_of_them
        }
