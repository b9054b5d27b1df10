"""A measure: what numbers are numbers of, and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Aggregation = Literal["sum", "mean", "none"]
"""How figures become one: added, averaged with weights, or not at all."""

Better = Literal["high", "low", "neutral"]
"""Which figures nobody would rather have the other way round."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which numbers figures can lie, in the unit of the data.

    Attributes:
        minimum: The least; None where nothing is known.
        maximum: The most; None where nothing is known.
        why: What is bounded, in words.
    """

    minimum: float | None = None
    maximum: float | None = None
    why: str = ""

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return self.minimum is not None or self.maximum is not None

    def __str__(self) -> str:
        """``0 to 100 (a share of a whole)``, ``from 0 (…)``, ``to 60 (…)``."""
        least = "" if self.minimum is None else f"{self.minimum:g}"
        most = "" if self.maximum is None else f"{self.maximum:g}"
        both = (
            f"{least} to {most}" if least and most else f"from {least}" if least else f"to {most}"
        )
        return f"{both} ({self.why})"


UNBOUNDED = Bounds()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a number is a number of, with what may be done to it (SDMX's sense).

    Attributes:
        name: As the data call it.
        unit: As the data write it.
        over_places: What makes a region's figure of its members'.
        over_categories: What makes a total of its categories'.
        over_time: What makes a year's figure of its months'.
        weight: Measure that means over places and categories are weighted by.
        better: Whether high or low figures are the good ones.
        has_true_zero: Whether twice the number is twice as much (a ratio scale), so that changes in
            per cent mean something. Not so for temperatures, indices, scores and percentages.
        is_share: Whether it is in hundredths: changes are in percentage points.
        denominator: What it is divided by, as a word for it ("Population" for figures per head); a
            measure of that name in the data may weight a mean, see `weighted_by`.
        made_of: Name of the hourly measure that it is made of; empty for one of the data.
        bounds: Between which numbers its figures can lie.
        reasons: In plain words what was taken, and why.
    """

    name: str
    unit: str
    over_places: Aggregation = "none"
    over_categories: Aggregation = "none"
    over_time: Aggregation = "none"
    weight: str = ""
    better: Better = "neutral"
    has_true_zero: bool = True
    is_share: bool = False
    denominator: str = ""
    made_of: str = ""
    bounds: Bounds = UNBOUNDED
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A mean over places or categories is a mean of something by something.

        Raises:
            ValueError: It has no weight.
        """
        if "mean" in (self.over_places, self.over_categories) and not self.weight:
            raise ValueError(f"measure '{self.name}': a mean needs the measure that weights it")

    @property
    def adds_over_places(self) -> bool:
        """Whether figures of places that do not overlap may be added."""
        return self.over_places == "sum"

    @property
    def adds_over_categories(self) -> bool:
        """Whether figures of categories that do not overlap may be added; and shares of them."""
        return self.over_categories == "sum"

    @property
    def adds_over_time(self) -> bool:
        """Whether twelve monthly figures add up to the year's."""
        return self.over_time == "sum"

    def weighted_by(self, weight: str) -> Measure:
        """The measure with a mean over places, weighted by another measure of the data.

        For figures per head it is exact when `weight` is what they are divided by. Over categories
        it stays as it is: income per head of each sector has the same heads below it.
        """
        reason = f"over places its mean is weighted by '{weight}'"
        return replace(self, over_places="mean", weight=weight, reasons=(*self.reasons, reason))
