"""How the categories of a table hold each other: aggregates, summands, conflicts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import Literal

from factbook.data.categories.aggregate_names import TOTAL
from factbook.data.cleaning import listing, plural
from factbook.data.grids.values import shown
from factbook.errors import Finding

_MOST_LEVELS = 100
_REMEDY_OF_DIMENSIONS = (
    "Read one member of a dimension instead of each: default under dimensions of the table in "
    "project.toml; or leave out what overlaps: [categories] drop; or correct the rows"
)

Kind = tuple[str, str, str]
"""Collection, metric and unit: figures whose categories may be added."""

How = Literal["value", "name", "hierarchy"]


@dataclass(frozen=True)
class Aggregate:
    """One category that is the sum of others.

    Attributes:
        subject: The category.
        parts: What it is the sum of; some may be aggregates themselves.
        how: What tells so: values alone, its name too, or a hierarchy of names or codes.
        keys: Number of keys (place and period) that prove it.
        is_open: Whether it is more than its parts, the rest of which has no name.
    """

    subject: str
    parts: tuple[str, ...]
    how: How
    keys: int
    is_open: bool = False


@dataclass(frozen=True)
class Example:
    """A key in which a sum does not fit.

    Attributes:
        place: Its place.
        period: Its period.
        value: Figure of the category.
        total: Sum of its parts.
    """

    place: object
    period: object
    value: float
    total: float


@dataclass(frozen=True)
class Conflict:
    """Categories that overlap, or are said to, and whose figures do not agree.

    Attributes:
        subject: The category that seems to be a sum; of two breakdowns without a total, the first.
        parts: What it seems to be the sum of; of two breakdowns all other categories.
        keys: Number of keys in which they stand beside each other.
        misfits: Number of those in which they differ; 0 of two breakdowns without a total.
        examples: The largest differences, at most five.
        is_of_dimensions: Whether the members of the table's dimensions tell what holds what.
    """

    subject: str
    parts: tuple[str, ...]
    keys: int
    misfits: int
    examples: tuple[Example, ...] = ()
    is_of_dimensions: bool = False

    def finding(self, kind: str, file: str = "", rows: Sequence[int] = ()) -> Finding:
        """The conflict as an error.

        Args:
            kind: What the figures are: ``Generation (TWh) in ETM``.
            file: Name of the file.
            rows: Numbers of its rows as a person counts them.
        """
        what = f"'{self.subject}' of {kind}"
        parts = listing(map(repr, self.parts), 8)
        if self.misfits:
            seen = "; ".join(
                f"{one.place} {one.period}: {shown(one.value)} against {shown(round(one.total, 9))}"
                for one in self.examples
            )
            message = (
                f"{what} looks like the sum of {parts}, and differs in {self.misfits:,} of "
                f"{plural(self.keys, 'place and period', 'places and periods')}: {seen}"
            )
        else:
            message = f"{what} overlaps with {parts}: two breakdowns of one total that is not there"
        return Finding(
            severity="error",
            code="data.overlap",
            message=message,
            file=file,
            cells=tuple(f"row {row}" for row in rows),
            remedy=_REMEDY_OF_DIMENSIONS if self.is_of_dimensions else remedy(self.subject),
        )


@dataclass(frozen=True)
class Composition:
    """How the categories of one additive kind hold each other.

    Attributes:
        aggregates: Categories that are sums; one with two breakdowns stands twice.
        total: The category that is the total of all others; empty if there is none.
        summands: Categories that do not overlap and are together everything, in the data's order.
        conflicts: Overlaps that could not be resolved: errors.
        balances: Sums with imports, losses and the like among them: no aggregates, but doubtful.
        doubts: Sums that fit in every key, of figures too few or too round to prove that they are.
        zeros: Categories that are zero where they have no figure.
        is_bounded: Whether the search by value ended early: too many categories, or combinations.
        is_crossed: Whether categories are members of dimensions, of which each place has all.
    """

    aggregates: tuple[Aggregate, ...] = ()
    total: str = ""
    summands: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    balances: tuple[Aggregate, ...] = ()
    doubts: tuple[Aggregate, ...] = ()
    zeros: frozenset[str] = frozenset()
    is_bounded: bool = False
    is_crossed: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether nobody knows what to add: no total is stated, nor shares of it."""
        return bool(self.conflicts or self.balances or self.doubts)

    @cached_property
    def _held(self) -> dict[str, frozenset[str]]:
        """Each aggregate → the categories that it holds and that hold no others."""
        first = {one.subject: one for one in reversed(self.aggregates)}
        return {name: _leaves(name, first) for name in first}

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """Each category that no sum holds beside its wholes → what these hold."""
        main = {one.subject: one for one in reversed(self.aggregates)}
        above: dict[str, frozenset[str]] = {}
        for _ in range(_MOST_LEVELS):
            before = dict(above)
            for one in self.aggregates:
                if one.is_open or one is not main[one.subject]:
                    held = self.leaves(one.subject) | above.get(one.subject, frozenset())
                    below = frozenset(one.parts).union(*map(self.leaves, one.parts))
                    for part in below.difference(self.summands):
                        above[part] = above.get(part, frozenset()) | held
            if above == before:
                break
        for group in self._breakdowns:
            for (_, own), (_, others) in permutations(group, 2):
                for part in own - others:
                    above[part] = above.get(part, frozenset()) | (others - own)
        return above

    @cached_property
    def _breakdowns(self) -> tuple[tuple[tuple[bool, frozenset[str]], ...], ...]:
        """For each category with several: whether a breakdown is open, and what it holds."""
        by_subject: dict[str, list[tuple[bool, frozenset[str]]]] = {}
        for one in self.aggregates:
            by_subject.setdefault(one.subject, []).append((one.is_open, self.held(one.parts)))
        return tuple(tuple(group) for group in by_subject.values() if len(group) > 1)

    def leaves(self, subject: str) -> frozenset[str]:
        """The categories that a category holds and that hold no others; its first breakdown."""
        return self._held.get(subject, frozenset((subject,)))

    def held(self, names: Iterable[str]) -> frozenset[str]:
        """The categories that some categories hold and that hold no others."""
        return frozenset().union(*map(self.leaves, names))

    def parts(self, subject: str) -> tuple[str, ...]:
        """What a category is the sum of, or is said to hold; nothing for one without parts."""
        return next((one.parts for one in self.aggregates if one.subject == subject), ())

    def addends(self, present: Collection[str]) -> tuple[str, ...]:
        """What to add in a key: each figure once, the largest aggregates that stand there first.

        Args:
            present: Categories with a figure in the key.

        Returns:
            Some of them: the total where it stands, else what is next below it.
        """
        if len(present) <= 1:
            return tuple(present)
        if self.total and self.total in present:
            return (self.total,)
        summands = frozenset(self.summands)
        everything = frozenset(self._all_of(self.total or TOTAL, frozenset(present)) or ())

        def rank(name: str) -> tuple[bool, bool, int]:
            held = self.leaves(name)
            return name not in everything, not held <= summands, -len(held)

        used: set[str] = set()
        chosen: set[str] = set()
        for name in sorted(present, key=rank):
            held = self.leaves(name)
            if used.isdisjoint(held.union(*(self._above.get(leaf, ()) for leaf in held))):
                used |= held
                chosen.add(name)
        return tuple(name for name in present if name in chosen)

    def _all_of(
        self, name: str, present: frozenset[str], above: frozenset[str] = frozenset()
    ) -> tuple[str, ...] | None:
        """What is a category in a key: its figure, or all parts of a breakdown; None if some lack.

        Args:
            name: The category.
            present: Categories with a figure in the key.
            above: Categories that hold it.
        """
        if name in present:
            return (name,)
        if name in above:  # a circle of a code list
            return None
        above |= {name}
        for one in self.aggregates:
            if one.subject == name and not one.is_open:
                found = [self._all_of(part, present, above) for part in one.parts]
                if all(found):
                    return tuple(part for parts in found for part in parts or ())
        return None

    def parts_of(self, names: Sequence[str]) -> tuple[str, ...]:
        """What to add of some categories: an aggregate beside all that it holds counts as these.

        Args:
            names: Categories, some of which may hold others of them.

        Returns:
            Those that hold each figure once, in their order.
        """
        simple = {name for name in names if self.leaves(name) == {name}}
        left = [n for n in names if n in simple or not self.leaves(n) <= simple]
        return self.addends(left)

    def covered(self, names: Iterable[str]) -> frozenset[str]:
        """The categories that some categories hold, whatever breakdown these are of.

        All parts of one breakdown hold what the other breakdowns of the same whole hold.
        """
        found = self.held(names)
        for group in self._breakdowns:
            if any(not is_open and held <= found for is_open, held in group):
                found = found.union(*(held for _, held in group))
        return found


def _leaves(subject: str, first: Mapping[str, Aggregate]) -> frozenset[str]:
    found: set[str] = set()
    seen: set[str] = set()
    left = [subject]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            one = first.get(name)
            if one is None or one.is_open:
                found.add(name)
            else:
                left.extend(one.parts)
    return frozenset(found)


def renamed(found: Composition, names: Mapping[str, str]) -> Composition:
    """A composition with other names for some categories.

    Args:
        found: The composition.
        names: Name → new name.
    """

    def new(name: str) -> str:
        return names.get(name, name)

    def aggregates(those: Iterable[Aggregate]) -> tuple[Aggregate, ...]:
        return tuple(
            replace(one, subject=new(one.subject), parts=tuple(map(new, one.parts)))
            for one in those
        )

    return replace(
        found,
        aggregates=aggregates(found.aggregates),
        total=new(found.total),
        summands=tuple(map(new, found.summands)),
        conflicts=tuple(
            replace(one, subject=new(one.subject), parts=tuple(map(new, one.parts)))
            for one in found.conflicts
        ),
        balances=aggregates(found.balances),
        doubts=aggregates(found.doubts),
    )


def remedy(subject: str) -> str:
    """What decides about a category that may be the sum of others."""
    return (
        f"Leave out '{subject}' or its parts: [categories] drop in project.toml; or say what it "
        f'is the sum of: [groups] "{subject}" = ["…"], or parent under [labels]; or correct the '
        "rows"
    )
