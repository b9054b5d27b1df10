"""Fields: a quantity in all members of the region, and a place seen in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from statistics import median

from factbook.data.dataset import DataSet
from factbook.data.series import Place
from factbook.evidence.facts import Kind
from factbook.evidence.finding import Direction, FindingKind
from factbook.evidence.moves import moves_of
from factbook.evidence.panels import Panel, Ranking
from factbook.evidence.questions import Question
from factbook.findings import chance
from factbook.findings.candidate import Candidate
from factbook.findings.series import Series, is_firm, series_of

FEWEST_OF_A_RANK = 6
"""Places from which on a rank says something."""

LEAST_COVERED = 0.9
"""Part of the region's own figure that its members' add up to, so that one of them is the first."""

FEWEST_PERIODS, MOST_PERIODS = 4, 12
"""Periods from which on, and last periods by which, it is known whether places keep their order."""


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
    def is_whole(self) -> bool:
        """Whether no member that has figures is missing, and none may yet change its place."""
        return self.is_firm and self.is_complete

    @cached_property
    def is_complete(self) -> bool:
        """Whether no member that has figures is missing, whatever may yet change."""
        if any(self.target in self.panel.lacking(member) for member in self.dataset.members):
            return False
        region = self.panel.of(self.dataset.region).get(self.target)
        if not self.panel.measure.adds_over_places or region is None or region.value <= 0:
            return True
        return sum(self.ranking.values) >= LEAST_COVERED * region.value

    @cached_property
    def is_firm(self) -> bool:
        """Whether no member's value in the two periods may yet change."""
        return all(
            is_firm(self.panel, value)
            for member in self.dataset.members
            for values in [self.panel.of(member)]
            for period in {self.base, self.target}
            if (value := values.get(period)) is not None
        )

    @cached_property
    def moves(self) -> Mapping[str, float]:
        """Code of a member → its change; of those whose two values can be compared."""
        if self.base == self.target:
            return {}
        found = moves_of(self.panel, self.base, self.target)
        return {code: moved.change for code, moved in found.items()}

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
        """How far places keep their order over the last periods; not known with few: 0.6."""
        series = [s for m in self.dataset.members if len(s := self.series(m)) >= FEWEST_PERIODS]
        if len(series) < FEWEST_OF_A_RANK:
            return 0.6
        length = min(MOST_PERIODS, *(len(s) for s in series))
        rows = [[s.values[at] for s in series] for at in range(-length, 0)]
        return chance.concordance(rows)

    @cached_property
    def together(self) -> float:
        """Probability that so many members move one way by chance."""
        rose = sum(change > 0 for change in self.moves.values())
        return chance.of_signs(rose, len(self.moves)) if self.moves else 1.0


@dataclass(frozen=True)
class View:
    """A place in a field.

    Attributes:
        field: The quantity in all members.
        place: The section's place.
        weight: How telling the quantity is, from 0 to 1.
        whole: The total that it is a part of, in all members; None where there is none.
        looks: How many quantities of the section are looked at.
    """

    field: Field
    place: Place
    weight: float
    whole: Field | None = None
    looks: int = 1

    def of_many(self, probability: float) -> float:
        """How sure something is that any of the quantities may do (Bonferroni's bound)."""
        return chance.sure(min(1.0, probability * self.looks))

    @property
    def is_amount(self) -> bool:
        """Whether its figures add over places: a large place has more of everything."""
        return self.field.panel.measure.adds_over_places

    @property
    def quotient(self) -> float | None:
        """The place's share of the region's category ÷ its share of the region's total.

        The location quotient (P. S. Florence, 1939): 1 where the place has as much of it as its
        size makes one expect. None where there is no total, as of a total itself.
        """
        if self.whole is None:
            return None
        region = self.field.dataset.region
        shares = []
        for one in (self.field, self.whole):
            own, every = one.series(self.place), one.series(region)
            if not own.values or not every.values or min(own.last, every.last) <= 0:
                return None
            shares.append(own.last / every.last)
        return shares[0] / shares[1]

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
