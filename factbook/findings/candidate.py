"""Candidates: findings whose figures are questions still, not yet facts of a section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factbook.data.series import Place
from factbook.evidence.finding import Direction, FindingKind
from factbook.evidence.panels import NAME_OF_TOTAL, Quantity
from factbook.evidence.questions import Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be worth saying.

    Attributes:
        kind: What it tells.
        place: The place that it is about.
        about: The quantities that it is about, the leading one first.
        asks: Role → what its fact is asked for by. A role that ends with ``?`` may have no answer:
            the finding is told without it.
        size: How large it is, from 0 to 1; see `scale`.
        form: Which form of its kind.
        direction: Which way it went.
        words: Role → a period, or a name that no fact of it says.
        periods: Periods that it is about, in order of time.
        happened: The period in which it happened; empty for what holds in the target period.
        rarity: Of how few other places the same can be said, from 0 to 1.
        step: How far apart the periods of its series are.
    """

    kind: FindingKind
    place: Place
    about: tuple[Quantity, ...]
    asks: tuple[tuple[str, Question], ...]
    size: float
    form: str = ""
    direction: Direction = ""
    words: tuple[tuple[str, str], ...] = ()
    periods: tuple[str, ...] = ()
    happened: str = ""
    rarity: float = 0.5
    step: int = 1

    @property
    def key(self) -> str:
        """What tells it from others of the report, in whichever section it is found."""
        first = self.about[0]
        named = (self.kind, self.form, self.direction, self.place.code)
        measured = (first.table, first.collection, first.metric, first.unit)
        return "|".join((*named, *measured, *map(_covered, self.about), *self.periods))


def _covered(quantity: Quantity) -> str:
    """What a quantity adds up, whatever a section calls it."""
    if quantity.subject == NAME_OF_TOTAL:
        return quantity.subject
    return "+".join(sorted(subject for _, subject in quantity.components))


Candidates = Iterator[Candidate]
"""What a detector gives: the candidates that it found, in any order."""
