"""Topics: what the facts of an evidence table are about, and families of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from factbook.evidence.facts import Fact
from factbook.evidence.traits import Traits
from factbook.writing.offline import words

EN_DASH = "\N{EN DASH}"

_GROUPS = frozenset(
    (
        "all fuels", "clean", "conventional", "fossil", "fossil fuels", "low carbon",
        "low-carbon", "renewable", "renewable energy", "renewables", "thermal",
    )
)  # fmt: skip
"""Names of categories of the data that are sums of others, which no derivation says."""


@dataclass(slots=True)
class Topic:
    """One subject of one metric: the place's own figures and others' beside them.

    Attributes:
        values: Period → the place's value.
        shares: Period → share of category.
        region_shares: Period → share of region.
        ranks: Period → rank.
        changes: Kind and period → absolute or relative change.
        to_date: Kind and period → sum of the parts of a year up to the target, or its change.
        change: Absolute change from base to target; None where there is none.
        relative: Relative change.
        share_change: Change of the share of category.
        to_reference: Difference to the reference scenario.
        relative_to_reference: The same in per cent.
        region: Period → the region's value, in a country's section.
        region_relative: Relative change of the region's value.
        extremes: Values of the largest and smallest members.
        extreme_shares: Place → its share of the region, of the largest members.
        nodes: Values of node regions, largest first.
        neighbours: Values of neighbours.
        target_period: The period that the section is about.
        base_period: The period that it is compared with; empty when there is no other.
        target: The place's value in the target period.
        base: The place's value in the base period.
        traits: What may be said of its figures.
        name: The subject as prose names it; empty where the metric alone says all.
    """

    table: str
    subject: str
    metric: str
    unit: str
    values: dict[str, Fact] = field(default_factory=dict)
    shares: dict[str, Fact] = field(default_factory=dict)
    region_shares: dict[str, Fact] = field(default_factory=dict)
    ranks: dict[str, Fact] = field(default_factory=dict)
    changes: dict[tuple[str, str], Fact] = field(default_factory=dict)
    to_date: dict[tuple[str, str], Fact] = field(default_factory=dict)
    change: Fact | None = None
    relative: Fact | None = None
    share_change: Fact | None = None
    to_reference: Fact | None = None
    relative_to_reference: Fact | None = None
    region: dict[str, Fact] = field(default_factory=dict)
    region_relative: Fact | None = None
    extremes: dict[str, Fact] = field(default_factory=dict)
    extreme_shares: dict[str, Fact] = field(default_factory=dict)
    nodes: dict[str, Fact] = field(default_factory=dict)
    neighbours: dict[str, Fact] = field(default_factory=dict)

    target_period: str = ""
    base_period: str = ""
    target: Fact | None = None
    base: Fact | None = None
    traits: Traits = Traits()
    name: str = ""

    def settle(self) -> None:
        """Fix target and base once all facts are filed: the span of the change, else as listed."""
        listed = list(self.values)
        base, target = "", listed[0] if listed else ""
        if len(listed) > 1 and listed[1] < listed[0]:
            base = listed[1]
        for fact in (self.relative, self.change):
            if fact is not None and EN_DASH in fact.period:
                base, target = fact.period.split(EN_DASH)
        self.base_period, self.target_period = base, target
        self.base, self.target = self.values.get(base), self.values.get(target)

    @property
    def span(self) -> tuple[str, str]:
        """Base and target period."""
        return self.base_period, self.target_period

    @property
    def target_span(self) -> str:
        """Base and target period as the facts write them."""
        return f"{self.base_period}{EN_DASH}{self.target_period}"

    @property
    def is_total(self) -> bool:
        """Whether it is the sum over all categories."""
        return self.subject in (words.TOTAL, "-", "")

    @property
    def is_sum(self) -> bool:
        """Whether it overlaps with categories: a total, a selection or a group."""
        if self.is_total or self.subject.startswith(words.TOTAL_OF):
            return True
        if self.subject.casefold() in _GROUPS:
            return True
        fact = next(iter(self.values.values()), None)
        return len(self.summands) > 1 or (fact is not None and bool(fact.derivation.holds))

    @property
    def summands(self) -> tuple[str, ...]:
        """The categories that it adds up; none where it adds up none, or they are not known."""
        fact = next(iter(self.values.values()), None)
        return fact.derivation.summands if fact is not None else ()

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing in the target and base period; zero degrees are something."""
        target, base = self.target, self.base
        if not self.traits.is_amount:
            return False
        return target is not None and target.value == 0 and (base is None or base.value == 0)

    @property
    def others(self) -> Iterator[Fact]:
        """The place's values in other periods, in order of time."""
        known = (self.target_period, self.base_period)
        return (self.values[p] for p in sorted(self.values) if p not in known)


@dataclass(frozen=True, slots=True)
class Family:
    """Topics of one table, metric and unit.

    Attributes:
        metric: How the metric is named.
        topics: All of them: sums first, then categories by size.
        traits: What may be said of its figures.
        frequency: Length of the periods.
        alone: Whether no other family of the evidence has the same noun, so that the detail of
            the metric may be left out once it has been given.
        selective: Whether the sheet selects some of the categories: the sum over all of them and
            other groups are then the frame, and do not lead.
        leading: Subjects of the sums of what is selected.
    """

    metric: words.MetricName
    topics: tuple[Topic, ...]
    traits: Traits
    alone: bool
    frequency: str = "year"
    selective: bool = False
    leading: frozenset[str] = frozenset()

    def standing(self, topic: Topic) -> int:
        """How near a topic is to what the sheet selects; 0 is nearest."""
        if topic.is_total:
            return 3 if self.selective else 0
        if topic.subject in self.leading:
            return 0
        return 2 if topic.is_sum else 1

    @property
    def total(self) -> Topic | None:
        """The sum over all categories, else the only sum of a selection."""
        return next((t for t in self.topics if t.is_total and t.target is not None), None)

    @property
    def categories(self) -> list[Topic]:
        """Single categories with a value of their own, largest first."""
        return [t for t in self.topics if not t.is_sum and t.target is not None]

    @property
    def sums(self) -> list[Topic]:
        """Groups and selections with a value of their own."""
        return [t for t in self.topics if t.is_sum and not t.is_total and t.target is not None]

    @property
    def signed(self) -> bool:
        """Whether any value of the place is negative, so that size says little."""
        return any(f.value < 0 for t in self.topics for f in t.values.values())


def facts_of(topics: Iterable[Topic]) -> int:
    """How many facts of the place itself some topics hold."""
    return sum(len(t.values) + len(t.shares) + len(t.region_shares) + len(t.ranks) for t in topics)


def same_parts(one: Fact, other: Fact) -> bool:
    """Whether two values add up the same parts: only then may they be set against each other."""
    return one.derivation.scope == other.derivation.scope


def is_like_for_like(change: Fact | None) -> bool:
    """Whether a change leaves out what has no value in one of its two periods."""
    return change is not None and change.derivation.is_like_for_like
