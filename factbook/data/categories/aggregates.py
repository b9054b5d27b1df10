"""Categories that are sums of others, found by value and by name: what a total adds, once.

Found are, for the categories of one additive kind (property, unit, collection):

- sums by value: equal to the sum of two or more others in every key (place and period) in which
  they stand beside each other, within the roundings of all figures, or within 0.5 %;
- sums by name: "Wind and Solar" beside "Wind" and "Solar", "Fossil" beside "Coal" and "Gas";
- hierarchies: ``Primary Energy|Coal`` under ``Primary Energy``, or a code list with parents;
- breakdowns: "women, 15-64" under "women" and under "15-64", of dimensions read member by member.

What proves a sum by value is the number of coincidences to be expected (`coincidences`): at most
`CHANCE_BY_VALUE` of a table, in three keys or more. A name needs less: `CHANCE_BY_NAME`. What fits
and is proven by that much alone is a doubt, and stays a category like any other; so does what fits
by chance. Terms of a balance are not parts of a total. Each category that stands in no key beside
what may be its parts is a category like any other, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from factbook.data.categories.aggregate_names import (
    children,
    is_flow,
    is_named_aggregate,
    is_total,
    joined_parts,
    known_parts,
)
from factbook.data.categories.breakdowns import (
    Breakdown,
    Members,
    breakdowns,
    is_beside,
    with_total,
)
from factbook.data.categories.composition import Aggregate, Composition, Conflict, How
from factbook.data.categories.part_search import (
    MOST_SEARCHED,
    Budget,
    sample,
    selections,
    two_sides,
)
from factbook.data.categories.part_sums import (
    Fit,
    Grid,
    Indices,
    Labels,
    coincidences,
    differs_by_chance,
    fit,
    joined,
    log_selections,
    make_grid,
)
from factbook.data.categories.summands import conflict_of, summands, total

CHANCE_BY_VALUE = -3.0
"""Power of ten of the coincidences that a sum by value may expect: one in a thousand tables."""

CHANCE_BY_NAME = -1.3
"""The same for a category that is called as sums are: one in twenty."""

FEWEST_KEYS = 3
"""Fewest keys that prove a sum by value alone."""

_MISFITS = 0.1  # of the keys: from there a category is another figure, not a sum with errors
_MOST_BREAKDOWNS = 8  # of one total

Doubt = Literal["none", "few", "chance"]


def composition(
    places: Labels,
    periods: Labels,
    categories: Labels,
    values: Sequence[float] | NDArray[np.float64],
    *,
    metric: str = "",
    parents: Mapping[str, str] | None = None,
    members: Mapping[str, Members] | None = None,
) -> Composition:
    """How the categories of one additive kind hold each other.

    Args:
        places: Place of each row.
        periods: Period of each row.
        categories: Category of each row.
        values: Value of each row, all in one unit that may be added; NaN is a gap. Values of the
            same place, period and category are added.
        metric: What the figures are: "Total generation" is the total of "Electricity generation".
        parents: Child → parent, of a code list.
        members: Category → its members, of a table whose dimensions are read member by member.
    """
    grid = make_grid(places, periods, categories, values)
    work = _Work(grid, metric, with_total(members or {}))
    work.add_joined()
    if len(grid.names) <= MOST_SEARCHED:
        work.add_by_value()
    else:
        work.budget.is_exceeded = True
    work.add_hierarchies(children(grid.names, parents))
    work.add_breakdowns(breakdowns(grid.names, work.members))
    work.add_named()
    if len(grid.names) <= MOST_SEARCHED:
        work.find_breakdowns()
    return work.result()


@dataclass
class _Work:
    """What is known of a table's categories so far.

    Attributes:
        grid: The figures.
        metric: What they are.
        members: Category → its members, of dimensions read member by member.
        found: Aggregates, in the order found; each before those that it is a part of.
        conflicts: Category → its conflict.
        overlaps: Conflicts of breakdowns.
        balances: Sums with flows among them.
        doubts: Sums that are not proven.
        budget: What may still be searched.
    """

    grid: Grid
    metric: str
    members: Mapping[str, Members] = field(default_factory=dict)
    found: list[Aggregate] = field(default_factory=list)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    overlaps: list[Conflict] = field(default_factory=list)
    balances: list[Aggregate] = field(default_factory=list)
    doubts: list[Aggregate] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.index = {name: at for at, name in enumerate(self.grid.names)}
        self.used = (self.grid.figures != 0).any(axis=1)

    @property
    def known(self) -> Composition:
        """What has been found so far, without its summands."""
        return Composition(aggregates=tuple(self.found))

    def simple(self) -> list[str]:
        """Categories that are no sums of others so far, nor below a category that is open."""
        gone = {one.subject for one in self.found if not one.is_open}
        gone |= {part for one in self.found if one.is_open for part in one.parts}
        return [name for name in self.grid.names if name not in gone]

    def fit(self, subject: str, parts: Iterable[str]) -> Fit:
        return fit(self.grid, self.index[subject], [self.index[part] for part in parts])

    def add(self, subject: str, parts: Sequence[str], how: How, found: Fit) -> None:
        self.found.append(Aggregate(subject, tuple(parts), how, int(found.proofs.sum())))
        self.conflicts.pop(subject, None)

    def add_joined(self) -> None:
        """Categories whose names join those of others."""
        for name, parts in joined_parts(self.grid.names).items():
            if name not in self.members:
                self._add_or_conflict(name, parts, "name")

    def _add_or_conflict(self, name: str, parts: Sequence[str], how: How) -> None:
        found = self.fit(name, parts)
        if found.misfits.any():
            self.conflicts[name] = conflict_of(self.grid, name, parts, found)
        elif len(found.keys):
            self.add(name, parts, how, found)

    def add_by_value(self) -> None:
        """Categories that equal the sum of others, the smallest first: sums of leaves."""
        small = self.grid.at(sample(self.grid))
        order = np.argsort(np.abs(self.grid.figures).sum(axis=1), kind="stable")
        for at in order.tolist():
            name = self.grid.names[at]
            sums = {one.subject for one in self.found}
            if name in sums:
                continue
            free = (other for other in self.grid.names if other not in sums)
            names = [other for other in free if self._may_hold(name, other)]
            others = np.array([self.index[other] for other in names], dtype=np.intp)
            tried = selections(small, at, others, self.budget)
            likely = (parts for parts in tried if _is_likely(fit(small, at, parts)))
            self._add_proven(name, likely, others)

    def _may_hold(self, name: str, other: str) -> bool:
        """Whether a category may be the sum of another and more, which no breakdown tells."""
        own, others = self.members.get(name), self.members.get(other)
        if own is None or others is None:
            return name != other
        return is_beside(own, others)

    def _add_proven(self, name: str, tried: Iterator[list[int]], others: Indices) -> None:
        """The selections that are proven: one, or several breakdowns of the same total."""
        used = int(self.used[others].sum())
        taken: list[frozenset[int]] = []
        for parts in map(frozenset, tried):
            if len(taken) == _MOST_BREAKDOWNS:
                break
            if any(parts <= one or one <= parts for one in taken):
                continue
            found = fit(self.grid, self.index[name], sorted(parts))
            names = [self.grid.names[part] for part in sorted(parts)]
            doubt = self._doubt(name, sorted(parts), found, used)
            if doubt == "none" and found.misfits.any():
                self.conflicts.setdefault(name, conflict_of(self.grid, name, names, found))
            elif doubt != "chance" and not found.misfits.any():
                one = Aggregate(name, tuple(names), "value", int(found.proofs.sum()))
                if any(map(is_flow, [name, *names])) and not is_total(name, self.metric):
                    self.balances.append(one)
                elif doubt == "none":
                    taken.append(parts)
                else:
                    self.doubts.append(one)
        how: How = "name" if is_named_aggregate(name, self.metric) else "value"
        for parts in self._distinct(taken):
            names = [self.grid.names[part] for part in sorted(parts)]
            self.add(name, self._direct(names), how, self.fit(name, names))

    def _distinct(self, breakdowns: Sequence[frozenset[int]]) -> list[frozenset[int]]:
        """Breakdowns of one total without those that have a sum where another one has its parts.

        Of a total that is Coal and Wind, and also Hard Coal, Lignite and Wind, Coal is a sum,
        however few digits it has.
        """
        kept: list[frozenset[int]] = []
        for parts in sorted(breakdowns, key=len, reverse=True):
            if not any(self._is_coarser(parts, one) for one in kept):
                kept.append(parts)
        return kept

    def _is_coarser(self, coarse: frozenset[int], fine: frozenset[int]) -> bool:
        alone, parts = sorted(coarse - fine), sorted(fine - coarse)
        if len(alone) > 1 or len(parts) < 2:
            return False
        found = fit(self.grid, alone[0], parts)
        name, names = self.grid.names[alone[0]], [self.grid.names[part] for part in parts]
        if found.misfits.any():
            return False
        if name not in {one.subject for one in self.found}:
            self.add(name, self._direct(names), "value", found)
        return True

    def _doubt(self, name: str, parts: Sequence[int], found: Fit, among: int) -> Doubt:
        """What speaks against a sum: nothing, too few or too round figures, or chance."""
        proofs = int(found.proofs.sum())
        if not _is_likely(found):
            return "chance"
        power = coincidences(self.grid, self.index[name], parts, found, among)
        if power > CHANCE_BY_NAME:
            return "chance"
        if is_named_aggregate(name, self.metric):
            return "none"
        return "none" if proofs >= FEWEST_KEYS and power <= CHANCE_BY_VALUE else "few"

    def _direct(self, leaves: Sequence[str]) -> list[str]:
        """Leaves, with the largest aggregates that hold some of them in their place."""
        left, chosen = set(leaves), set()
        known = self.known
        held = {one.subject: known.leaves(one.subject) for one in self.found if not one.is_open}
        for name in sorted(held, key=lambda name: -len(held[name])):
            if held[name] <= left:
                left -= held[name]
                chosen.add(name)
        return [name for name in self.grid.names if name in left | chosen]

    def add_hierarchies(self, families: Mapping[str, Sequence[str]]) -> None:
        """Parents of names or codes, the lowest first: closed, or more than their children."""
        sums = {one.subject for one in self.found}
        for parent in sorted(families, key=lambda name: (-name.count("|"), name)):
            if parent in sums:
                self.found = [
                    replace(one, how="hierarchy") if one.subject == parent else one
                    for one in self.found
                ]
                continue
            if conflict := self._add_held(parent, self._apart(families[parent])):
                self.conflicts[parent] = conflict

    def _add_held(self, parent: str, parts: Sequence[str]) -> Conflict | None:
        """A category that holds others by its name; the conflict, where they are more than it."""
        found = self.fit(parent, parts)
        less = int((found.misfits & ~found.excess).sum())
        is_inexact = found.misfits.any() and differs_by_chance(found)
        if less > _MISFITS * found.misfits.sum() and not (self.grid.is_signed or is_inexact):
            return conflict_of(self.grid, parent, parts, found)
        self.add(parent, parts, "hierarchy", found)
        if (found.misfits.any() and not is_inexact) or len(parts) < 2:
            proofs = int((~found.misfits).sum())
            self.found[-1] = replace(self.found[-1], is_open=True, keys=proofs)
        return None

    def add_breakdowns(self, those: Iterable[Breakdown]) -> None:
        """Wholes of the members of dimensions, the lowest first."""
        for whole, names in those:
            parts = self._apart(names)
            known = self.known
            held = known.held(parts)
            same = [n for n, one in enumerate(self.found) if one.subject == whole]
            if any(known.held(self.found[n].parts) == held for n in same):
                for n in same:
                    self.found[n] = replace(self.found[n], how="hierarchy")
                if all(set(self.found[n].parts) != set(parts) for n in same):
                    self.found.append(replace(self.found[same[0]], parts=tuple(parts)))
            elif whole in self.index:
                if conflict := self._add_held(whole, parts):
                    self.overlaps.append(replace(conflict, is_of_dimensions=True))
            elif not same:
                self.found.append(Aggregate(whole, tuple(parts), "hierarchy", 0))
            else:
                self._add_without_whole(whole, self.found[same[0]].parts, parts)

    def _add_without_whole(self, whole: str, first: Sequence[str], parts: Sequence[str]) -> None:
        """One more breakdown of a total that the data lack; a conflict, where the sums differ."""
        both = joined(self.grid, [self.index[part] for part in first], " + ".join(first))
        found = fit(both, len(self.grid.names), [self.index[part] for part in parts])
        if found.misfits.any() and not differs_by_chance(found):
            one = conflict_of(both, both.names[-1], parts, found)
            self.overlaps.append(replace(one, is_of_dimensions=True))
        else:
            self.found.append(Aggregate(whole, tuple(parts), "hierarchy", len(found.keys)))

    def _apart(self, names: Sequence[str]) -> list[str]:
        """Those of some categories that hold no others of them."""
        known = self.known
        kept: list[str] = []
        used: set[str] = set()
        below = {part for one in self.found if one.subject in names for part in one.parts}
        for name in sorted(names, key=lambda name: -len(known.leaves(name))):
            if name not in below and used.isdisjoint(known.leaves(name)):
                used |= known.leaves(name)
                kept.append(name)
        return [name for name in names if name in kept]

    def add_named(self) -> None:
        """Categories called as sums are and not found to be: too few figures, or wrong ones."""
        for name in self.grid.names:
            known = {*self.conflicts, *self.members, *(one.subject for one in self.found)}
            if name in known or not is_named_aggregate(name, self.metric):
                continue
            simple = [other for other in self.simple() if other != name]
            parts: Sequence[str] = known_parts(name, simple)
            if is_total(name, self.metric):
                parts = [other for other in simple if not is_named_aggregate(other, self.metric)]
            if parts:
                self._add_or_conflict(name, parts, "name")

    def find_breakdowns(self) -> None:
        """Two breakdowns of one total that is not among the categories: a conflict."""
        small = self.grid.at(sample(self.grid))
        main = [self.index[name] for name in summands(self.grid, self.found)]
        sizes = np.abs(self.grid.figures[main]).sum(axis=1)
        for at in np.array(main, dtype=np.intp)[np.argsort(-sizes, kind="stable")].tolist():
            others = np.array([other for other in main if other != at], dtype=np.intp)
            left, right = two_sides(small, at, others)
            names = [self.grid.names[part] for part in left + right]
            if not left or any(map(is_flow, names)):
                continue
            both = joined(self.grid, left)
            found = fit(both, len(self.grid.names), right)
            power = coincidences(both, len(self.grid.names), right, found, len(others))
            power += log_selections(len(others), len(left) - 1)
            proofs = int(found.proofs.sum())
            if found.misfits.any() or proofs < FEWEST_KEYS or power > CHANCE_BY_VALUE:
                continue
            self.conflicts[names[0]] = Conflict(names[0], tuple(names[1:]), proofs, 0)
            return

    def _totals(self) -> list[str]:
        """The sums that may be the total: of members of dimensions the whole of all."""
        sums = dict.fromkeys(one.subject for one in self.found if one.subject in self.index)
        return [name for name in sums if not any(self.members.get(name, ()))]

    def result(self) -> Composition:
        """The composition of all that has been found."""
        whole = summands(self.grid, self.found)
        return Composition(
            aggregates=tuple(self.found),
            total=total(self.grid, self.found, whole, self.metric, self._totals()),
            summands=tuple(whole),
            conflicts=(*self.conflicts.values(), *self.overlaps),
            balances=tuple(self.balances),
            doubts=tuple(one for one in self.doubts if one.subject in whole),
            is_bounded=self.budget.is_exceeded or not self.grid.is_whole,
            is_crossed=any(len(self.members.get(name, ())) > 1 for name in whole),
        )


def _is_likely(found: Fit) -> bool:
    misfits = int(found.misfits.sum())
    return misfits <= _MISFITS * (misfits + int(found.proofs.sum()))
