"""Stories: a series with what its findings are told with."""

from __future__ import annotations

from dataclasses import dataclass

from factbook.evidence.facts import Kind
from factbook.evidence.finding import Direction, FindingKind
from factbook.evidence.questions import Question
from factbook.findings import chance
from factbook.findings.candidate import Candidate
from factbook.findings.scale import TINY_SHARE
from factbook.findings.series import Series


@dataclass(frozen=True)
class Story:
    """A series with what its findings are told with.

    Attributes:
        series: The series up to the target.
        base: The period that the section compares with; empty where the series has no value there.
        weight: How telling its category is beside others of its total, from 0 to 1.
        whole: Largest of the totals that it is a part of; 0 where there is none.
        looks: How many series of the section are looked at: what one of many does by chance is no
            news.
    """

    series: Series
    base: str
    weight: float = 1.0
    whole: float = 0.0
    looks: int = 1

    @property
    def target(self) -> str:
        """The last period."""
        return self.series.periods[-1]

    def ask(self, period: str, kind: Kind = "value", base: str = "") -> Question:
        """A question about the series."""
        quantity, place = self.series.panel.quantity, self.series.place
        return Question(quantity, place, period, kind, base)

    @property
    def sure(self) -> float:
        """How sure it is that the change since the base is not chance."""
        if self.base not in self.series.periods:
            return 0.0
        return chance.sure(self.series.drift(self.base))

    def is_tiny(self, value: float) -> bool:
        """Whether a value makes no percentage: it is almost nothing beside others."""
        return abs(value) < TINY_SHARE * max(self.series.largest, self.whole)

    def of_many(self, probability: float) -> float:
        """How sure something is that any of the series looked at may do (Bonferroni's bound)."""
        return chance.sure(min(1.0, probability * self.looks))

    def candidate(
        self,
        kind: FindingKind,
        size: float,
        asks: tuple[tuple[str, Question], ...],
        *,
        form: str = "",
        direction: Direction = "",
        happened: str = "",
        **words: str,
    ) -> Candidate:
        """A candidate about the series; its size is weighed by how telling its category is."""
        told = {p for _, q in asks for p in (q.period, q.base) if p}
        return Candidate(
            kind=kind,
            place=self.series.place,
            about=(self.series.panel.quantity,),
            asks=asks,
            size=size * self.weight,
            form=form,
            direction=direction,
            words=tuple(words.items()),
            periods=tuple(sorted(told | {w for n, w in words.items() if n in _PERIODS})),
            happened=happened,
            step=self.series.step,
        )


_PERIODS = ("since", "until", "first", "last")
"""Words of a candidate that are periods."""


def way(change: float) -> Direction:
    """Which way a change goes."""
    return "up" if change > 0 else "down" if change < 0 else ""


def steady(values: tuple[float, ...], sign: int, least: float) -> int:
    """How many steps of some values go one way by more than a rounding.

    Args:
        values: The values.
        sign: 1 for up, -1 for down.
        least: What a step is above.
    """
    return sum((b - a) * sign > least for a, b in zip(values, values[1:], strict=False))
