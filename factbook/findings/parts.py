"""Parts: the categories of one total in a place, with groups and families of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from factbook.data.series import Place
from factbook.evidence.facts import Kind
from factbook.evidence.panels import Panel, Quantity
from factbook.evidence.questions import Question
from factbook.findings.families import is_one
from factbook.findings.scale import relative, weight_of_share
from factbook.findings.series import Series

MOST_PARTS = 8
"""Categories that are set against each other: the largest."""

ALIKE = 0.02
"""Difference, as a part of the larger, up to which two series are the same all along."""


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
        looks: How many series are looked at.
        is_all: Whether the section's categories add up to the total, in base and target: only then
            one of them is the largest, or moved most; a section may select some alone.
        left_out: Largest magnitude in base or target of a category that has no comparable values.
        left_out_move: Largest difference between the two of such a category.
    """

    place: Place
    base: str
    target: str
    categories: tuple[Series, ...]
    sums: tuple[Series, ...]
    families: tuple[Series, ...]
    total: Series | None
    looks: int = 1
    is_all: bool = False
    left_out: float = 0.0
    left_out_move: float = 0.0

    @cached_property
    def largest(self) -> tuple[Series, ...]:
        """The largest categories by their value in the target or base period."""
        by_size = sorted(self.categories, key=lambda s: -max(self.size(s), abs(self._base(s))))
        return tuple(by_size[:MOST_PARTS])

    @cached_property
    def alone(self) -> tuple[Series, ...]:
        """The largest categories that are in no family, and the families."""
        held = frozenset().union(*(covered(s.panel) for s in self.families))
        return (*(s for s in self.largest if covered(s.panel).isdisjoint(held)), *self.families)

    @cached_property
    def level(self) -> tuple[Series, ...]:
        """What can be the largest category: each, with what data cut up taken as one."""
        whole = [s for s in self.families if is_one(s.panel.quantity.subject)]
        held = frozenset().union(*(covered(s.panel) for s in whole))
        return (*(s for s in self.largest if covered(s.panel).isdisjoint(held)), *whole)

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


def covered(panel: Panel) -> frozenset[str]:
    """The categories that a quantity covers."""
    return panel.whole.covered([subject for _, subject in panel.quantity.components])


def are_disjoint(one: Series, other: Series) -> bool:
    """Whether two parts have no category in common."""
    return covered(one.panel).isdisjoint(covered(other.panel))


def share_series(series: Series, total: Series) -> Mapping[str, float]:
    """Period → share in per cent, in the periods that both have at the end."""
    found: dict[str, float] = {}
    for period, value in zip(series.periods, series.values, strict=True):
        whole = total.at(period)
        if whole is None or whole <= 0 or value < 0:
            found = {}
            continue
        found[period] = value / whole * 100
    return found


def distinct(series: Iterable[Series]) -> tuple[Series, ...]:
    """Series, each once: the first of those that are practically the same all along.

    As renewables and low carbon are in a country without nuclear power.
    """
    found: list[Series] = []
    seen: set[Quantity] = set()
    for one in series:
        if one.panel.quantity in seen or not one.values:
            continue
        seen.add(one.panel.quantity)
        if not any(_are_alike(one, other) for other in found):
            found.append(one)
    return tuple(found)


def _are_alike(one: Series, other: Series) -> bool:
    """Whether two series have the same periods and values; of categories that overlap."""
    if one.periods != other.periods:
        return False
    if len(one) > 1 and relative(one.values[0], other.values[0]) > ALIKE:
        return False
    same = all(relative(a, b) <= ALIKE for a, b in zip(one.values, other.values, strict=True))
    return same and not are_disjoint(one, other)
