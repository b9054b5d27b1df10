"""Sums of categories and members: each figure once, and none of a period that lacks some."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.categories.composition import Composition
from factbook.data.places.region import TOLERANCE
from factbook.data.series import Point, SourceRows

NOISE = 1e-9
"""A value so small beside another one is what binary fractions leave of a zero."""

TINIEST = 1e-200
"""A value below it is no figure of a table."""

Part = tuple[str, str, str]
"""Place code, property and category of one summand."""

Parts = Mapping[Part, Point]
"""The summands of one value."""


class Value(NamedTuple):
    """A value in one period, with the summands that it is made of."""

    value: float
    parts: Parts

    @property
    def sources(self) -> tuple[SourceRows, ...]:
        """The rows of all summands, one entry a file."""
        return merge_sources(point.sources for point in self.parts.values())

    @property
    def statuses(self) -> frozenset[str]:
        """The flags of the summands, each once; empty texts are those of summands without any."""
        return frozenset(point.status for point in self.parts.values())

    @property
    def subjects(self) -> frozenset[str]:
        """The categories that it adds up."""
        return frozenset(subject for _, _, subject in self.parts)


Values = Mapping[str, Value]
"""Period → value, in order of time."""


def is_noise(number: float, largest: float) -> bool:
    """Whether a number is nothing beside the largest: zero, or what binary fractions leave."""
    return abs(number) <= max(NOISE * abs(largest), TINIEST)


def signs_of(numbers: Iterable[float], largest: float) -> frozenset[bool]:
    """Whether some of the numbers are above zero, and some below; noise is neither."""
    return frozenset(number > 0 for number in numbers if not is_noise(number, largest))


class Adder:
    """Adds up the figures that stand in one place and period, each once.

    Args:
        whole: How the categories hold each other.
    """

    def __init__(self, whole: Composition) -> None:
        self.whole = whole
        self._kept: dict[frozenset[str], frozenset[str]] = {}

    def addends(self, present: frozenset[str]) -> frozenset[str]:
        """The categories to add of those that have a figure; a given total is the total."""
        found = self._kept.get(present)
        if found is None:
            chosen = self.whole.addends(sorted(present))
            found = frozenset((TOTAL,) if TOTAL in present else chosen)
            self._kept[present] = found
        return found

    def of_place(self, series: Iterable[tuple[Part, Mapping[str, Point]]]) -> dict[str, Value]:
        """Period → value of one place.

        Args:
            series: The points of each of its summands by period.
        """
        return {period: sum_of(self._once(parts)) for period, parts in by_period(series).items()}

    def of_region(self, own: Parts, members: Iterable[Parts]) -> Parts:
        """The summands of a region's value in one period.

        The region's own total is the figure, whatever stands beside it; so are its own categories
        where they are all that its members have. Else its own rows stand for their categories, and
        the members for the others; where a member has a total or another sum, of which nobody
        knows how much is in the region's own rows, the members alone.

        Args:
            own: The region's own rows.
            members: The summands of each member, each figure once.
        """
        mine = self._once(own)
        theirs = {part: point for parts in members for part, point in parts.items()}
        if not mine or not theirs:
            return mine or theirs
        subjects = {subject for _, _, subject in mine}
        needed = {subject for _, _, subject in theirs}
        every = self.whole.covered(self.whole.summands) - {TOTAL}
        wanted = self.whole.covered(needed - {TOTAL}) | (every if TOTAL in needed else set())
        if TOTAL in subjects or wanted <= self.whole.covered(subjects):
            return mine
        if all(self.whole.leaves(subject) == {subject} != {TOTAL} for subject in subjects | needed):
            rest = {part: point for part, point in theirs.items() if part[2] not in subjects}
            return {**mine, **rest}
        return theirs

    def lacking(
        self, values: Values, rows: Mapping[str, Parts], gaps: Mapping[str, frozenset[str]]
    ) -> dict[str, tuple[str, ...]]:
        """Period → categories that its value lacks and that other periods of the place have.

        A category counts that is more than 0.5 % of the value in the nearest period with it: a
        first or a last trickle, of which there is no row before or after, makes no other total. A
        period with a given total lacks nothing, nor what the project says to be zero then; but what
        stands beside a given total, another period without one may lack.

        Args:
            values: The values of a place.
            rows: Each of their periods → what the data have there, also beside a given total.
            gaps: Period → categories that the data say to have no figure: they are not zero.
        """
        beside = {
            period: self._once({part: row for part, row in there.items() if part[2] != TOTAL})
            for period, there in rows.items()
        }
        covered = {
            period: self.whole.covered(frozenset(subject for _, _, subject in parts))
            for period, parts in beside.items()
        }
        every = frozenset().union(*covered.values())
        found = {}
        for period in (one for one in covered if TOTAL not in values[one].subjects):
            zeros = self.whole.covered(self.whole.zeros - gaps.get(period, frozenset()))
            missing = tuple(
                name
                for name in sorted(every - covered[period] - zeros)
                if self._matters(name, period, covered, beside, values)
            )
            if missing:
                found[period] = missing
        return found

    def _once(self, parts: Parts) -> Parts:
        present = frozenset(subject for _, _, subject in parts)
        chosen = self.addends(present)
        if len(chosen) == len(present):
            return parts
        return {part: point for part, point in parts.items() if part[2] in chosen}

    def _matters(
        self,
        name: str,
        period: str,
        covered: Mapping[str, frozenset[str]],
        beside: Mapping[str, Parts],
        values: Values,
    ) -> bool:
        order = list(covered)
        at = order.index(period)
        near = min(
            (other for other, held in covered.items() if name in held),
            key=lambda other: abs(order.index(other) - at),
        )
        size = math.fsum(
            abs(point.value)
            for (_, _, subject), point in beside[near].items()
            if name in self.whole.leaves(subject)
        )
        return size > TOLERANCE * abs(values[near].value)


def by_period(series: Iterable[tuple[Part, Mapping[str, Point]]]) -> dict[str, dict[Part, Point]]:
    """Period → the summands that have a point in it, in order of time."""
    found: dict[str, dict[Part, Point]] = {}
    for part, points in series:
        for period, point in points.items():
            found.setdefault(period, {})[part] = point
    return dict(sorted(found.items()))


def sum_of(parts: Parts) -> Value:
    """The sum of some points, rounded to twelve significant digits: 0.1 + 0.2 is 0.3."""
    numbers = [point.value for point in parts.values()]
    return Value(numbers[0] if len(numbers) == 1 else tidy(math.fsum(numbers)), parts)


def tidy(number: float) -> float:
    """A computed value without the noise of binary fractions: twelve significant digits."""
    return float(f"{number:.12g}")


def merge_sources(sources: Iterable[tuple[SourceRows, ...]]) -> tuple[SourceRows, ...]:
    """Rows of several points, one sorted entry a file."""
    by_file: dict[str, set[int]] = {}
    for group in sources:
        for source in group:
            by_file.setdefault(source.file, set()).update(source.rows)
    return tuple(SourceRows(file, tuple(sorted(rows))) for file, rows in sorted(by_file.items()))
